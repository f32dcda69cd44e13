//! The codes of `logformat` (Squid 3 to 6) and `LogFormat` (Apache 2.4), and the fields that they mean. Where the two systems have the same code, it
//! means the same.

use crate::field::Field;

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A field that the module knows.
    Field(Field),
    /// A field that it keeps under the code's own name.
    Other,
    /// A header of the request or of the response, or of a kind without a name here.
    Header(&'static str),
    /// Date and time as in the common log format; with brackets where Apache writes them.
    Clf(bool),
}

use Meaning::{Clf, Field as Is, Header, Other};

/// Codes without their `%`. The longest that fits is meant.
const CODES: &[(&str, Meaning)] = &[
    // Squid: http://www.squid-cache.org/Doc/config/logformat/
    ("ts", Is(Field::Epoch)),
    ("tu", Is(Field::Millis)),
    ("tl", Clf(false)),
    ("tg", Clf(false)),
    ("tr", Is(Field::TimeTaken)),
    ("dt", Other),
    ("tS", Other),
    (">a", Is(Field::ClientIp)),
    (">A", Is(Field::ClientName)),
    (">p", Is(Field::ClientPort)),
    (">la", Is(Field::ServerIp)),
    (">lp", Is(Field::ServerPort)),
    ("la", Is(Field::ServerIp)),
    ("lp", Is(Field::ServerPort)),
    (">eui", Other),
    ("<a", Is(Field::RemoteIp)),
    ("<A", Is(Field::RemoteName)),
    ("<p", Is(Field::RemotePort)),
    ("<la", Other),
    ("<lp", Other),
    ("un", Is(Field::UserName)),
    ("ul", Is(Field::UserName)),
    ("ue", Is(Field::UserName)),
    ("us", Is(Field::UserName)),
    ("ui", Is(Field::Ident)),
    ("credentials", Other),
    (">Hs", Is(Field::Status)),
    ("<Hs", Is(Field::Status)),
    ("Hs", Is(Field::Status)),
    ("<bs", Other),
    ("Ss", Is(Field::Action)),
    ("Sh", Is(Field::Hierarchy)),
    ("mt", Is(Field::ContentType)),
    ("rm", Is(Field::Method)),
    (">rm", Is(Field::Method)),
    ("<rm", Is(Field::Method)),
    ("ru", Is(Field::Uri)),
    (">ru", Is(Field::Uri)),
    ("<ru", Is(Field::Uri)),
    (">rs", Is(Field::UriScheme)),
    ("<rs", Is(Field::UriScheme)),
    (">rd", Is(Field::Host)),
    ("<rd", Is(Field::Host)),
    (">rP", Is(Field::UriPort)),
    ("<rP", Is(Field::UriPort)),
    ("rp", Is(Field::UriPath)),
    (">rp", Is(Field::UriPath)),
    ("<rp", Is(Field::UriPath)),
    ("rv", Is(Field::Version)),
    (">rv", Is(Field::Version)),
    ("<rv", Is(Field::Version)),
    ("<st", Is(Field::ScBytes)),
    ("st", Is(Field::ScBytes)),
    (">st", Is(Field::CsBytes)),
    (">sh", Other),
    ("<sh", Other),
    ("<pt", Other),
    ("<tt", Other),
    ("err_code", Is(Field::ExceptionId)),
    ("err_detail", Other),
    ("note", Header("")),
    (">ha", Header("cs")),
    (">h", Header("cs")),
    ("<h", Header("rs")),
    // Apache: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html
    ("h", Is(Field::ClientIp)),
    ("a", Is(Field::ClientIp)),
    ("A", Is(Field::ServerIp)),
    ("l", Is(Field::Ident)),
    ("u", Is(Field::UserName)),
    ("t", Clf(true)),
    ("r", Is(Field::Request)),
    (">s", Is(Field::Status)),
    ("s", Is(Field::Status)),
    ("b", Is(Field::ScBytes)),
    ("B", Is(Field::ScBytes)),
    ("O", Is(Field::ScBytes)),
    ("I", Is(Field::CsBytes)),
    ("D", Is(Field::TakenMicros)),
    ("T", Is(Field::TakenSeconds)),
    ("i", Header("cs")),
    ("o", Header("rs")),
    ("m", Is(Field::Method)),
    ("U", Is(Field::UriPath)),
    ("q", Is(Field::UriQuery)),
    ("H", Is(Field::Version)),
    ("v", Is(Field::Host)),
    ("V", Is(Field::Host)),
    ("p", Is(Field::ServerPort)),
    ("X", Other),
    ("k", Other),
    ("L", Other),
    ("P", Other),
    ("f", Other),
    ("R", Other),
];

/// The longest code with which `text` begins.
pub fn longest(text: &str) -> Option<(&'static str, Meaning)> {
    let fitting = CODES.iter().copied().filter(|(code, _)| text.starts_with(code));
    fitting.max_by_key(|(code, _)| code.len())
}
