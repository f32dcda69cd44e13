//! Why a line became no row.

use weir_sdk::RejectReason;

use crate::field::Field;

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// More bytes than the option allows.
    TooLong(usize),
    /// Bytes that are not UTF-8, and the option asks for it; the first of them.
    NotUtf8(usize),
    /// It does not begin with a date.
    Date,
    /// Its time is none.
    Time,
    /// It has no date, and none was in the header.
    NoDate,
    /// A quote is not closed; where it opens.
    Unclosed(usize),
    /// Fewer or more fields than the format has.
    Fields(usize, usize),
    /// A field that should be a number is none.
    NotANumber(Field),
    /// It does not look like lines of the format.
    Unmatched(&'static str),
    /// No `#Fields` came before.
    NoFields,
}

impl Damage {
    /// For programs.
    pub fn reason(self) -> RejectReason {
        match self {
            Self::TooLong(_) => RejectReason::TooLarge,
            Self::NoFields | Self::NoDate => RejectReason::Unsupported,
            _ => RejectReason::Malformed,
        }
    }
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong(limit) => write!(f, "the line is longer than {limit} bytes (option max-line)"),
            Self::NotUtf8(at) => write!(f, "byte {at} of the line is not UTF-8 (option encoding)"),
            Self::Date => f.write_str("expected a date like 2016-10-01"),
            Self::Time => f.write_str("the line's time is none"),
            Self::NoDate => f.write_str("the line has no date, and no #Date came before it"),
            Self::Unclosed(at) => write!(f, "the quote at byte {at} of the line is not closed"),
            Self::Fields(found, expected) => write!(f, "{found} fields, expected {expected}"),
            Self::NotANumber(field) => write!(f, "{} is neither a number nor -", field.known().name),
            Self::Unmatched(format) => write!(f, "the line is not of the format {format}"),
            Self::NoFields => f.write_str("no #Fields came before the line"),
        }
    }
}
