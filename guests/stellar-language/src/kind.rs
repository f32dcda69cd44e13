//! What is known of a value before there is one.

/// What is known of a value before there is one: enough to refuse a filter that can be no Boolean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// True, false, or null.
    Boolean,
    /// Surely neither true nor false.
    Other,
    /// It depends.
    Unknown,
}

impl Kind {
    /// Of one value or the other.
    pub(crate) fn either(self, other: Self) -> Self {
        if self == other { self } else { Self::Unknown }
    }
}
