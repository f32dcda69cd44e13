//! What a module says of itself, and what the host says of a source.

/// What a module says of itself.
#[derive(Debug, Clone)]
pub struct Description {
    /// Lower case, as in a configuration: `flow`.
    pub name: &'static str,
    /// Of the module: `env!("CARGO_PKG_VERSION")`.
    pub version: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Names of the formats it reads, for people.
    pub reads: &'static [&'static str],
    /// The options it understands.
    pub options: Vec<OptionSpec>,
}

/// An option that a module understands.
#[derive(Debug, Clone)]
pub struct OptionSpec {
    /// As in a configuration.
    pub name: &'static str,
    /// Its value when it is not set; the case is the option's type.
    pub default: OptionValue,
    /// It must be set.
    pub required: bool,
    /// The texts an option of text may take; empty: any.
    pub choices: &'static [&'static str],
    /// What it does, with units.
    pub doc: &'static str,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionValue {
    /// `true` or `false`.
    Boolean(bool),
    /// Exact to 2^53 for modules in JavaScript.
    Integer(i64),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
}

impl OptionValue {
    /// A text.
    pub fn text(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

/// What the host knows about where the input comes from.
#[derive(Debug, Clone, Default)]
pub struct SourceFacts {
    /// A file's name, for people.
    pub name: String,
    /// Bytes.
    pub size: Option<u64>,
    /// Seconds since 1970-01-01 UTC.
    pub modified: Option<i64>,
}
