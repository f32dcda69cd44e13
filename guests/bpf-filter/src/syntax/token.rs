//! What an expression is made of.

use std::net::Ipv6Addr;

use super::keyword::Keyword;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    Keyword(Keyword),
    Number(u32),
    /// A name that is no keyword, or one that a backslash saves from being one.
    Name(&'a str),
    /// Two to four numbers with dots between them.
    Dotted(&'a str),
    Address6(Ipv6Addr),
    /// A link-layer address.
    Mac([u8; 6]),
    /// An ARCnet address: `$` and one byte.
    Arcnet(u8),
    Sign(Sign),
    /// Behind the last one.
    End,
}

/// Punctuation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Ampersand,
    Bar,
    Caret,
    ShiftLeft,
    ShiftRight,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Colon,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
}

/// Signs of two bytes before those of one that they begin with.
pub const SIGNS: &[(&str, Sign)] = &[
    (">=", Sign::GreaterOrEqual),
    ("<=", Sign::LessOrEqual),
    ("!=", Sign::NotEqual),
    ("==", Sign::Equal),
    ("<<", Sign::ShiftLeft),
    (">>", Sign::ShiftRight),
    ("+", Sign::Plus),
    ("-", Sign::Minus),
    ("*", Sign::Star),
    ("/", Sign::Slash),
    ("%", Sign::Percent),
    ("&", Sign::Ampersand),
    ("|", Sign::Bar),
    ("^", Sign::Caret),
    ("=", Sign::Equal),
    ("<", Sign::Less),
    (">", Sign::Greater),
    (":", Sign::Colon),
    ("(", Sign::Open),
    (")", Sign::Close),
    ("[", Sign::OpenBracket),
    ("]", Sign::CloseBracket),
];

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed<'a> {
    pub token: Token<'a>,
    /// First byte.
    pub at: usize,
}
