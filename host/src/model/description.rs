//! What a module says of itself, and what a session is opened with: the contract's plain types, free of the sandbox.

use serde::Serialize;

/// Which interface of the contract a module exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModuleKind {
    /// Bytes of one source to rows.
    StreamParser,
    /// Packets to rows.
    PacketParser,
    /// Packets to one bit each.
    PacketFilter,
}

impl std::fmt::Display for ModuleKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::StreamParser => "stream-parser",
            Self::PacketParser => "packet-parser",
            Self::PacketFilter => "packet-filter",
        })
    }
}

/// What a module says of itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Description {
    /// Lower case: `flow`.
    pub name: String,
    /// The module's own version.
    pub version: String,
    /// One sentence.
    pub summary: String,
    /// Names of the formats it reads.
    pub reads: Vec<String>,
    /// The options it understands.
    pub options: Vec<OptionSpec>,
}

/// An option that a module understands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptionSpec {
    /// As in a configuration.
    pub name: String,
    /// Its value when it is not set; its case is the option's type.
    pub default: OptionValue,
    /// It must be set.
    pub required: bool,
    /// The texts it may take; empty: any.
    pub choices: Vec<String>,
    /// What it does.
    pub doc: String,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OptionValue {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
}

impl OptionValue {
    /// The type, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Text(_) => "a text",
            Self::Texts(_) => "a list of texts",
        }
    }
}

/// One option that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The option.
    pub name: String,
    /// Its value.
    pub value: OptionValue,
}

/// What is known about where the input comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// A file's name.
    pub name: String,
    /// Bytes.
    pub size: Option<u64>,
    /// Seconds since 1970-01-01 UTC.
    pub modified: Option<i64>,
}

/// What a session learned from the input before the last `done_to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedState {
    /// Of the layout of `data`, the module's own.
    pub version: u32,
    /// Opaque.
    pub data: Vec<u8>,
}
