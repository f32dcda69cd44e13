//! The parts of a URL, as Blue Coat logs them: `-` where there is none, the query with its question mark.

/// Parts of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Url<'a> {
    /// `http`.
    pub scheme: &'a [u8],
    /// Without user, port and brackets.
    pub host: &'a [u8],
    /// As it stands there, or the scheme's own.
    pub port: &'a [u8],
    /// Begins with `/`.
    pub path: &'a [u8],
    /// Begins with `?`.
    pub query: &'a [u8],
    /// Of the path's last part.
    pub extension: &'a [u8],
}

const NONE: &[u8] = b"-";

impl<'a> Url<'a> {
    /// Takes a URL apart; also `host:port`, the target of CONNECT, and a path alone.
    pub fn of(text: &'a [u8]) -> Self {
        if text == NONE || text.is_empty() {
            return Self { scheme: NONE, host: NONE, port: NONE, path: NONE, query: NONE, extension: NONE };
        }
        let (scheme, rest) = match memchr::memmem::find(text, b"://") {
            Some(end) => (part(text, 0, end), part(text, end + 3, text.len())),
            None => (NONE, text),
        };
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let (authority, rest) = (part(rest, 0, end), part(rest, end, rest.len()));
        let (host, port) = host_and_port(authority);
        let question = rest.iter().position(|byte| *byte == b'?').unwrap_or(rest.len());
        let (path, query) = (part(rest, 0, question), part(rest, question, rest.len()));
        // CONNECT asks for no path.
        let path = if path.is_empty() && scheme != NONE { b"/" } else { or_none(path) };
        Self {
            scheme,
            host: or_none(host),
            port: port.unwrap_or(usual_port(scheme)),
            path,
            query: or_none(query),
            extension: extension(path),
        }
    }
}

fn part(text: &[u8], start: usize, end: usize) -> &[u8] {
    text.get(start..end).unwrap_or_default()
}

fn or_none(text: &[u8]) -> &[u8] {
    if text.is_empty() { NONE } else { text }
}

/// `user@[::1]:80` is `::1` and `80`.
fn host_and_port(authority: &[u8]) -> (&[u8], Option<&[u8]>) {
    let at = memchr::memrchr(b'@', authority).map_or(0, |at| at + 1);
    let authority = part(authority, at, authority.len());
    if let Some((host, rest)) = authority.strip_prefix(b"[").and_then(|inner| inner.split_at_checked(memchr::memchr(b']', inner)?)) {
        return (host, rest.strip_prefix(b"]:").filter(|port| !port.is_empty()));
    }
    match memchr::memrchr(b':', authority) {
        Some(colon) => (part(authority, 0, colon), Some(part(authority, colon + 1, authority.len())).filter(|port| !port.is_empty())),
        None => (authority, None),
    }
}

fn usual_port(scheme: &[u8]) -> &'static [u8] {
    match scheme {
        b"http" | b"ws" => b"80",
        b"https" | b"wss" => b"443",
        b"ftp" => b"21",
        _ => NONE,
    }
}

fn extension(path: &[u8]) -> &[u8] {
    let name = memchr::memrchr(b'/', path).map_or(path, |slash| part(path, slash + 1, path.len()));
    let dot = memchr::memrchr(b'.', name).filter(|dot| *dot > 0);
    or_none(dot.map_or(b"", |dot| part(name, dot + 1, name.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> [&str; 6] {
        let Url { scheme, host, port, path, query, extension } = Url::of(text.as_bytes());
        [scheme, host, port, path, query, extension].map(|part| str::from_utf8(part).unwrap())
    }

    #[test]
    fn a_url_has_six_parts() {
        assert_eq!(of("http://a.example:8080/x/y.tar.gz?q=/z.w"), ["http", "a.example", "8080", "/x/y.tar.gz", "?q=/z.w", "gz"]);
        assert_eq!(of("https://user:pw@a.example"), ["https", "a.example", "443", "/", "-", "-"]);
        assert_eq!(of("http://[::1]:18080/v6"), ["http", "::1", "18080", "/v6", "-", "-"]);
        assert_eq!(of("ftp://h/.profile"), ["ftp", "h", "21", "/.profile", "-", "-"]);
    }

    #[test]
    fn the_target_of_connect_is_a_host_and_a_port() {
        assert_eq!(of("www.example.test:443"), ["-", "www.example.test", "443", "-", "-", "-"]);
    }

    #[test]
    fn what_is_missing_is_a_dash() {
        assert_eq!(of("-"), ["-"; 6]);
        assert_eq!(of("/index.html?a"), ["-", "-", "-", "/index.html", "?a", "html"]);
        assert_eq!(of("http://"), ["http", "-", "80", "/", "-", "-"]);
    }
}
