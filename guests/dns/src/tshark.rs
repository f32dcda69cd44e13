//! The options that Spot's pipelines gave to tshark (`process_opt`), as far as they mean something here.
//!
//! `-T fields`, `-E` of header, separator, quote and occurrence, and Spot's own list of `-e` say how tshark prints what is now a table: they are
//! checked and need no more. `-d udp.port==N,dns` adds a port, a display filter on `dns.flags.response` says which messages become rows.

/// Which messages become rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// All.
    #[default]
    Both,
    /// `dns.flags.response == 1`.
    Responses,
    /// `dns.flags.response == 0`.
    Queries,
}

/// What the options say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tshark {
    /// By the display filter.
    pub direction: Direction,
    /// Further ports of DNS.
    pub ports: Vec<u16>,
}

/// Spot's fields, whose order its tables relied on.
const FIELDS: [&str; 10] = [
    "frame.time",
    "frame.time_epoch",
    "frame.len",
    "ip.src",
    "ip.dst",
    "dns.resp.name",
    "dns.resp.type",
    "dns.resp.class",
    "dns.flags.rcode",
    "dns.a",
];

/// Reads the options.
///
/// # Errors
/// What was expected, where something means nothing here.
pub fn understand(text: &str) -> Result<Tshark, String> {
    let words = words(text)?;
    let (mut understood, mut fields, mut filter) = (Tshark::default(), Vec::new(), Vec::new());
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let Some((option, attached)) = option_of(word) else {
            // What is no option is the display filter, and ends the options as tshark reads them.
            filter.push(word);
            filter.extend(words.by_ref());
            break;
        };
        if let 'n' | 'l' | 'q' | 'Q' = option {
            continue;
        }
        let value = if attached.is_empty() { words.next() } else { Some(attached) };
        let value = value.ok_or_else(|| format!("a value behind -{option}"))?;
        match option {
            'e' => fields.push(value),
            'T' if value == "fields" => {}
            'T' => return Err(format!("-T fields, not -T {value}: the rows of a table are fields")),
            'E' => print_option(value)?,
            'd' => understood.ports.push(decode_as(value)?),
            'Y' | 'R' => filter.push(value),
            _ => return Err(format!("no -{option}: only -T, -E, -e, -d, -Y, -n, -l and -q mean something here")),
        }
    }
    if !fields.is_empty() && fields != FIELDS {
        return Err(format!("either no -e, or Spot's ten in its order: {} (schema = full has more columns)", FIELDS.join(", ")));
    }
    understood.direction = direction(&filter.join(" "))?;
    Ok(understood)
}

/// `-Tfields` is option T with the value fields attached.
fn option_of(word: &str) -> Option<(char, &str)> {
    let mut rest = word.strip_prefix('-')?.chars();
    let option = rest.next()?;
    Some((option, rest.as_str()))
}

/// Words as a shell splits them.
fn words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in text.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, _) if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    match quote {
        Some(quote) => Err(format!("a closing {quote}")),
        None => Ok(words),
    }
}

fn print_option(value: &str) -> Result<(), String> {
    match value.split_once('=') {
        Some(("header" | "separator" | "quote" | "bom", _)) | Some(("occurrence", "f")) => Ok(()),
        Some(("occurrence", _)) => Err("-E occurrence=f: a row has the first value of each field (schema = full has all)".to_owned()),
        Some(("aggregator", _)) => Err("no -E aggregator: a row has the first value of each field (schema = full has all)".to_owned()),
        _ => Err(format!("-E of header, separator, quote, bom or occurrence, not of {value}")),
    }
}

/// `udp.port==5300,dns`.
fn decode_as(value: &str) -> Result<u16, String> {
    let port = value.strip_suffix(",dns").and_then(|layer| layer.split_once("=="));
    let port = port.filter(|(layer, _)| matches!(layer.trim(), "udp.port" | "tcp.port")).and_then(|(_, port)| port.trim().parse().ok());
    port.filter(|&port| port != 0).ok_or_else(|| format!("-d udp.port==N,dns or -d tcp.port==N,dns, not -d {value}"))
}

fn direction(filter: &str) -> Result<Direction, String> {
    let spaced = ["&&", "==", "(", ")"].iter().fold(filter.to_owned(), |text, sign| text.replace(sign, &format!(" {sign} ")));
    let parts: Vec<_> = spaced.split_whitespace().filter(|part| !matches!(*part, "(" | ")")).collect();
    let mut direction = Direction::Both;
    for condition in parts.split(|part| matches!(*part, "&&" | "and")).filter(|_| !parts.is_empty()) {
        let asked = match condition {
            ["dns"] | ["dns.flags.response"] => Direction::Both,
            ["dns.flags.response", "==" | "eq", "1" | "true" | "True" | "TRUE"] => Direction::Responses,
            ["dns.flags.response", "==" | "eq", "0" | "false" | "False" | "FALSE"] => Direction::Queries,
            _ => {
                return Err(format!(
                    "a display filter of dns and dns.flags.response == 1 (or 0), not {filter}: a packet filter before this module takes others"
                ));
            }
        };
        direction = match (direction, asked) {
            (direction, Direction::Both) => direction,
            (Direction::Both, asked) => asked,
            (direction, asked) if direction == asked => direction,
            _ => return Err(format!("a display filter that some message can pass, not {filter}")),
        };
    }
    Ok(direction)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOT: &str = "-E separator=, -E header=y -E occurrence=f -T fields -e frame.time -e frame.time_epoch -e frame.len -e ip.src -e ip.dst \
                        -e dns.resp.name -e dns.resp.type -e dns.resp.class -e dns.flags.rcode -e dns.a 'dns.flags.response == 1'";

    #[test]
    fn spots_own_options_are_understood() {
        assert_eq!(understand(SPOT), Ok(Tshark { direction: Direction::Responses, ports: vec![] }));
        assert_eq!(understand(""), Ok(Tshark::default()));
    }

    #[test]
    fn the_filter_may_be_spelled_in_other_ways() {
        for text in [
            "-Y dns.flags.response==1",
            "-Y \"dns && dns.flags.response eq 1\"",
            "-2 -R x",
            "dns.flags.response == 1",
            "-n -Tfields '(dns.flags.response == true)'",
            "-Y 'dns and dns.flags.response==1'",
        ] {
            let expected = if text.starts_with("-2") { None } else { Some(Direction::Responses) };
            assert_eq!(understand(text).ok().map(|understood| understood.direction), expected, "{text}");
        }
    }

    #[test]
    fn a_port_that_is_decoded_as_dns_is_a_port_of_dns() {
        assert_eq!(understand("-d udp.port==5300,dns").map(|understood| understood.ports), Ok(vec![5300]));
    }

    #[test]
    fn what_means_nothing_here_is_refused_with_what_would() {
        for (text, expected) in [
            ("-T json", "-T fields, not -T json"),
            ("-e dns.qry.name", "either no -e, or Spot's ten in its order: frame.time,"),
            ("-E occurrence=a", "-E occurrence=f"),
            ("-E aggregator=;", "no -E aggregator"),
            ("-r file", "no -r: only"),
            ("-Y 'ip.addr == 10.0.0.1'", "a display filter of dns"),
            ("-Y 'dns.flags.response == 1 && dns.flags.response == 0'", "a display filter that some message can pass"),
            ("-Y 'dns", "a closing '"),
            ("-T", "a value behind -T"),
            ("-d udp.port==5300,rtp", "-d udp.port==N,dns"),
            ("-Y 'dns ||'", "a display filter of dns"),
        ] {
            let error = understand(text).expect_err(text);
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
