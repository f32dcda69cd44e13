//! What one call of a parser gave, checked.

use arrow_array::RecordBatch;
use serde::{Deserialize, Serialize};

/// Rows and rejects of one call, and how far the input is done. Positions count from where the session began.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// May have no rows.
    pub rows: RecordBatch,
    /// What could not become rows.
    pub rejects: Vec<Reject>,
    /// Everything before this is final; rows and rejects from behind it are provisional until it has passed them.
    pub done_to: u64,
    /// More rows are waiting: call again without input.
    pub more: bool,
}

/// One stretch of input that could not become rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where it begins.
    pub at: u64,
    /// Bytes, or packets.
    pub length: u64,
    /// For programs.
    pub reason: RejectReason,
    /// For people.
    pub detail: String,
}

/// Why input did not become rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RejectReason {
    /// It breaks the rules of its format.
    Malformed,
    /// It ends too early.
    Truncated,
    /// It keeps the rules, and the module does not know it.
    Unsupported,
    /// It is larger than the module is willing to hold.
    TooLarge,
    /// The module says that the input is of another format.
    WrongFormat,
    /// The module said it cannot go on.
    Broken,
    /// The module failed: a trap, an overrun of a limit, or an answer that breaks the contract.
    ModuleFault,
    /// The sink does not take its rows.
    Refused,
}

impl std::fmt::Display for RejectReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Malformed => "malformed",
            Self::Truncated => "truncated",
            Self::Unsupported => "unsupported",
            Self::TooLarge => "too-large",
            Self::WrongFormat => "wrong-format",
            Self::Broken => "broken",
            Self::ModuleFault => "module-fault",
            Self::Refused => "refused",
        })
    }
}
