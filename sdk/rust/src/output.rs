//! What one call of a parser gives back.

use crate::Column;

/// Rows and rejects, and how far the input is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Number of rows.
    pub rows: u32,
    /// Columns in the order of the schema, each of `rows` rows; may be empty when there are no rows.
    pub columns: Vec<Column>,
    /// What could not become rows.
    pub rejects: Vec<Reject>,
    /// Everything before this position is in rows and rejects that were handed out, or in what `save` gives now.
    pub done_to: u64,
    /// More rows are waiting: the host calls again without input.
    pub more: bool,
}

/// Rows, or rejects, after which a call has given enough: columns of so many rows stay in a core's cache, and the host refuses answers of more than
/// 10,000 rejects.
const ENOUGH: u32 = 8192;

impl Output {
    /// Whether it holds as much as one call should give: the session then stops, and says `more` until it has nothing left of what it was fed.
    pub fn is_full(&self) -> bool {
        self.rows >= ENOUGH || self.rejects.len() >= ENOUGH as usize
    }
}

/// One stretch of input that could not become rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where it begins, from the beginning of the session.
    pub at: u64,
    /// Bytes, or packets.
    pub length: u64,
    /// Why, for programs.
    pub reason: RejectReason,
    /// Why, for people.
    pub detail: String,
}

/// Why an input record did not become rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectReason {
    /// It breaks the rules of its format.
    Malformed,
    /// It ends too early.
    Truncated,
    /// It keeps the rules, and this module does not know it.
    Unsupported,
    /// It is larger than the module is willing to hold.
    TooLarge,
}
