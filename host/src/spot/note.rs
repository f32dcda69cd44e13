//! What a user of Spot must know of a key or an option.

use std::fmt;

/// How much a [`Note`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// Nothing is lost: something else stands in for it.
    NotNeeded,
    /// Something is not as the user may think.
    Warning,
}

/// One key of a file, or one option, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub matter: Matter,
    /// The key with its tables, like `kafka.zookeper_server`, or the option.
    pub key: String,
    /// Plain English, no full stop.
    pub text: String,
}

impl Note {
    pub(super) fn not_needed(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self { matter: Matter::NotNeeded, key: key.into(), text: text.into() }
    }

    pub(super) fn warning(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self { matter: Matter::Warning, key: key.into(), text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.matter {
            Matter::NotNeeded => write!(f, "{} is not needed: {}", self.key, self.text),
            Matter::Warning => write!(f, "{}: {}", self.key, self.text),
        }
    }
}
