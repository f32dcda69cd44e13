//! What is wrong with an expression.

/// A place in an expression, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Byte offset.
    pub at: usize,
    /// What was expected.
    pub expected: String,
}

impl Wrong {
    pub fn new(at: usize, expected: impl Into<String>) -> Self {
        Self { at, expected: expected.into() }
    }
}
