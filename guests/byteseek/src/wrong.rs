//! What is wrong with a pattern.

/// A place in a pattern, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Byte offset in the pattern's UTF-8 text.
    pub at: usize,
    /// What was expected, or why it cannot be.
    pub expected: String,
}

impl Wrong {
    pub(crate) fn new(at: usize, expected: impl Into<String>) -> Self {
        Self { at, expected: expected.into() }
    }
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected {} at byte {} of the pattern", self.expected, self.at)
    }
}

impl std::error::Error for Wrong {}
