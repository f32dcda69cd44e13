//! The traits of parsers, and their errors.

use crate::{Description, Options, Output, PacketBatch, Schema, SourceFacts};

/// A parser of the bytes of one source. One value is one session: it owns its state and sees the bytes in order.
pub trait StreamParser: Sized {
    /// What the module says of itself. The same at every call.
    fn describe() -> Description;

    /// Starts at the beginning of a source, or from `state` where that state was saved.
    ///
    /// # Errors
    /// An option that is wrong, or state that this version cannot read.
    fn open(options: &Options, source: &SourceFacts, state: Option<&SavedState>) -> Result<Self, OpenError>;

    /// The schema of every output of this session. Depends on the options alone.
    fn schema(&self) -> Schema;

    /// Takes the next bytes, cut anywhere ([`StreamBuffer`](crate::StreamBuffer) joins them). An empty chunk asks for rows that are waiting.
    ///
    /// # Errors
    /// When nothing of the input, or nothing more of it, can be parsed. A bad record is a reject, not an error.
    fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError>;

    /// The input is at its end: what is left becomes rows or rejects.
    ///
    /// # Errors
    /// As [`feed`](Self::feed).
    fn finish(&mut self) -> Result<Output, ParseError>;

    /// What was learned before the last `done_to`. `None`: a session opened without state goes on as well.
    fn save(&self) -> Option<SavedState> {
        None
    }
}

/// Exports a [`StreamParser`] as the module of this crate.
#[macro_export]
macro_rules! stream_parser {
    ($parser:ty) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Module = $crate::glue::stream_parser::Module<$parser>;
    $crate::glue::stream_parser::export_stream_parser!(Module with_types_in $crate::glue::stream_parser);
        };
    };
}

/// A parser of the packets of one capture. One value is one session: it owns its state and sees the packets in order. Positions count packets.
pub trait PacketParser: Sized {
    /// What the module says of itself. The same at every call.
    fn describe() -> Description;

    /// Starts at the beginning of a capture, or from `state`: where that was saved or, if its session had finished, at the beginning of another capture.
    ///
    /// # Errors
    /// An option that is wrong, or state that this version cannot read.
    fn open(options: &Options, source: &SourceFacts, state: Option<&SavedState>) -> Result<Self, OpenError>;

    /// The schema of every output of this session. Depends on the options alone.
    fn schema(&self) -> Schema;

    /// Takes the next packets. An empty batch asks for rows that are waiting.
    ///
    /// # Errors
    /// When nothing of the input, or nothing more of it, can be parsed. A bad packet is a reject, not an error.
    fn feed(&mut self, packets: PacketBatch<'_>) -> Result<Output, ParseError>;

    /// The capture is at its end: what is left becomes rows or rejects.
    ///
    /// # Errors
    /// As [`feed`](Self::feed).
    fn finish(&mut self) -> Result<Output, ParseError>;

    /// What was learned before the last `done_to`. `None`: a session opened without state goes on as well. After [`finish`](Self::finish): what the next
    /// capture should know.
    fn save(&self) -> Option<SavedState> {
        None
    }
}

/// Exports a [`PacketParser`] as the module of this crate.
#[macro_export]
macro_rules! packet_parser {
    ($parser:ty) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Module = $crate::glue::packet_parser::Module<$parser>;
    $crate::glue::packet_parser::export_packet_parser!(Module with_types_in $crate::glue::packet_parser);
        };
    };
}

/// What was learned, or is half put together, from the input before the last `done_to`; nothing from behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedState {
    /// Of the layout of `data`.
    pub version: u32,
    /// The module's own.
    pub data: Vec<u8>,
}

/// Why a session was not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// An option is missing, unknown or wrong.
    BadOption {
        /// The option.
        name: String,
        /// What would be right.
        expected: String,
    },
    /// The expression does not compile.
    BadExpression {
        /// Byte offset in the expression.
        at: u32,
        /// What was expected there.
        expected: String,
    },
    /// Saved state of a version that this module cannot read.
    ForeignState(u32),
    /// Nothing of the above.
    Other(String),
}

impl OpenError {
    /// An option that is missing, unknown or wrong.
    pub fn bad_option(name: &str, expected: &str) -> Self {
        Self::BadOption { name: name.to_owned(), expected: expected.to_owned() }
    }

    /// An expression that is wrong at a byte of it.
    pub fn bad_expression(at: usize, expected: impl Into<String>) -> Self {
        Self::BadExpression { at: u32::try_from(at).unwrap_or(u32::MAX), expected: expected.into() }
    }
}

/// Why a session cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseError {
    /// The input is not of the kind this module reads.
    WrongFormat(String),
    /// The session cannot go on behind this position.
    Broken {
        /// Position in what was fed.
        at: u64,
        /// Why.
        reason: String,
    },
    /// Nothing of the above.
    Other(String),
}
