//! The format of a log's lines: given, found by content, or said by the log itself.

use weir_sdk::log::{Level, log};

use crate::clock::Clock;
use crate::damage::Damage;
use crate::field::Field;
use crate::layout::Layout;
use crate::lexer::is_blank;
use crate::logformat::{COMBINED, Format, REFERRER, SQUID, SQUID_HEADERS, compile};
use crate::mime;
use crate::record::{Record, Span, Target};
use crate::settings::Choice;
use crate::template::Template;

/// What lines are of.
#[derive(Debug)]
pub enum Dialect {
    /// Separated fields; of ELFF with the fields as the log says them.
    Fields(Layout, Option<String>),
    /// A pattern, and the names of its fields that the module does not know.
    Pattern(&'static str, Format),
    /// Squid's native format, without and with the header fields.
    Squid(Template, Format),
    /// Common and combined, each with and without what Squid adds.
    Combined(Vec<Template>),
}

impl Dialect {
    /// Blue Coat's `main`.
    pub fn bluecoat() -> Self {
        Self::Fields(Layout::spot(), None)
    }

    /// What the value of a `#Fields` says.
    pub fn elff(fields: &str) -> Self {
        Self::Fields(Layout::of(fields), Some(fields.trim().to_owned()))
    }

    /// By the name of a built-in format; none: it is none.
    pub fn named(name: &str) -> Option<Self> {
        let pattern = |name, format| compile(format).ok().map(|format| Self::Pattern(name, format));
        match name {
            "bluecoat" => Some(Self::bluecoat()),
            "squid" => Some(Self::Squid(compile(SQUID).ok()?.template, compile(SQUID_HEADERS).ok()?)),
            "referrer" => pattern("referrer", REFERRER),
            "combined" => Some(Self::Combined(COMBINED.iter().filter_map(|format| Some(compile(format).ok()?.template)).collect())),
            _ => None,
        }
    }

    /// The dialect that an option names, where it does.
    pub fn chosen(choice: Choice, logformat: Option<Format>) -> Option<Self> {
        match choice {
            Choice::Auto | Choice::Elff => None,
            Choice::Bluecoat => Some(Self::bluecoat()),
            Choice::Squid => Self::named("squid"),
            Choice::Combined => Self::named("combined"),
            Choice::Logformat => logformat.map(|format| Self::Pattern("logformat", format)),
        }
    }

    /// The built-in dialect of which a line is.
    pub fn of_line(line: &[u8]) -> Option<Self> {
        if let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, blank, ..] = line
            && [y1, y2, y3, y4, m1, m2, d1, d2].into_iter().all(u8::is_ascii_digit)
            && is_blank(*blank)
        {
            return Some(Self::bluecoat());
        }
        ["squid", "referrer", "combined"].into_iter().filter_map(Self::named).find(|dialect| dialect.fits(line))
    }

    fn fits(&self, line: &[u8]) -> bool {
        let mut record = Record::default();
        let status = |record: &Record| record.get(line, Field::Status).is_none_or(|status| status.iter().all(u8::is_ascii_digit));
        self.read(line, &mut record).is_ok() && Clock::default().at(line, &record).is_ok() && status(&record)
    }

    /// As in the options.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fields(_, None) => "bluecoat",
            Self::Fields(_, Some(_)) => "elff",
            Self::Pattern(name, _) => name,
            Self::Squid(..) => "squid",
            Self::Combined(_) => "combined",
        }
    }

    /// Names of the fields that the module does not know, by the index of [`Target::Other`].
    pub fn names(&self) -> &[String] {
        match self {
            Self::Fields(layout, _) => layout.names(),
            Self::Pattern(_, format) | Self::Squid(_, format) => &format.names,
            Self::Combined(_) => &[],
        }
    }

    /// Whether values keep their quotes.
    pub fn keeps_quotes(&self) -> bool {
        matches!(self, Self::Fields(..))
    }

    /// Takes a line apart.
    ///
    /// # Errors
    /// It is not of this dialect.
    #[inline]
    pub fn read(&self, line: &[u8], record: &mut Record) -> Result<(), Damage> {
        let matched = match self {
            Self::Fields(layout, _) => return layout.read(line, record),
            Self::Pattern(_, format) => format.read(line, record)?,
            Self::Squid(plain, headers) => with_headers(&headers.template, line, record) || plain.read(line, record),
            Self::Combined(templates) => {
                variant(line).and_then(|variant| templates.get(variant)).is_some_and(|form| form.read(line, record))
            }
        };
        split_request(line, record);
        if matched { Ok(()) } else { Err(Damage::Unmatched(self.name())) }
    }

    /// Says what was found.
    pub fn announce(&self, at: u64) {
        log(Level::Info, &format!("the log is read as {} from byte {at}", self.name()));
    }
}

/// The native format with the header fields, which end in a bracket.
fn with_headers(template: &Template, line: &[u8], record: &mut Record) -> bool {
    let matched = line.trim_ascii_end().ends_with(b"]") && template.read(line, record);
    if matched && let Some(block) = record.first_other() {
        mime::request(line, block, record);
    }
    matched
}

/// Which of the four combined formats a line is of, by what stands behind its last quote: nothing, what Squid adds, status and bytes, or all three.
fn variant(line: &[u8]) -> Option<usize> {
    let tail = memchr::memrchr(b'"', line).and_then(|quote| line.get(quote + 1..))?;
    match tail.split(|byte| is_blank(*byte)).filter(|word| !word.is_empty()).count() {
        0 => Some(2),
        1 => Some(3),
        2 => Some(0),
        3 => Some(1),
        _ => None,
    }
}

/// The first line of a request is a method, a URL and, since HTTP/1.0, a version. Anything else is a URL alone.
fn split_request(line: &[u8], record: &mut Record) {
    let Some(request) = record.span(Field::Request) else { return };
    let text = line.get(request.start..request.end).unwrap_or_default();
    let mut uri = request;
    if let Some(blank) = memchr::memrchr(b' ', text).filter(|blank| text.get(blank + 1..).is_some_and(|word| word.starts_with(b"HTTP/"))) {
        record.set(Target::Known(Field::Version), Span { start: request.start + blank + 1, end: request.end });
        uri.end = request.start + blank;
    }
    let method = memchr::memchr(b' ', line.get(uri.start..uri.end).unwrap_or_default());
    if let Some(blank) = method.filter(|blank| text.get(..*blank).is_some_and(|word| word.iter().all(|byte| byte.is_ascii_graphic()))) {
        record.set(Target::Known(Field::Method), Span { start: request.start, end: request.start + blank });
        uri.start = request.start + blank + 1;
    }
    record.set(Target::Known(Field::Uri), uri);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(line: &str) -> Option<&'static str> {
        Dialect::of_line(line.as_bytes()).map(|dialect| dialect.name())
    }

    #[test]
    fn a_line_shows_its_dialect() {
        assert_eq!(name("2016-10-01 09:15:01 123"), Some("bluecoat"));
        assert_eq!(
            name("1461576382.642 161 127.0.0.1 TCP_MISS/200 103701 GET http://www.cnn.com/ - DIRECT/199.27.79.73 text/html"),
            Some("squid")
        );
        assert_eq!(name("1795323633.326 127.0.0.1 - http://img.example.test:18080/img/logo.gif"), Some("referrer"));
        assert_eq!(name("127.0.0.1 - - [22/Nov/2026:05:00:33 +0000] \"GET / HTTP/1.1\" 200 610"), Some("combined"));
        for other in ["", "#Software: x", "hello", "a b c d e f g h i j", "1795323633.326 x", "2016-10-01"] {
            assert_eq!(name(other), None, "{other}");
        }
    }
}
