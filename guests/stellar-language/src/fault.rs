//! Why an evaluation has no result.

use std::borrow::Cow;

/// Why an evaluation has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Byte offset in the expression of what failed.
    pub at: usize,
    /// What was expected there.
    pub expected: Cow<'static, str>,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.at)
    }
}

/// What a function says that cannot answer; where it stands is added by the caller.
pub type Refusal = Cow<'static, str>;
