//! What a module can do wrong while it runs.

use std::time::Duration;

use bytesize::ByteSize;
use wasmtime::Trap;

use super::line::one_line;

/// What is called before the first function of the contract: the module's own start code.
pub(super) const START: &str = "start";
/// Characters of a finding.
const TEXT: usize = 300;

/// A failure of a module. The instance is gone with it; a fresh one serves the next session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No instance can be made of it: its functions are not of the types that the contract gives them.
    #[error("the module does not start: {what}")]
    Start {
        /// What the runtime found.
        what: String,
    },
    /// It stopped itself: a panic, an access out of bounds, a stack overflow.
    #[error("the module trapped in `{call}`: {what}")]
    Trap {
        /// The function of the contract.
        call: &'static str,
        /// The runtime's name of the trap.
        what: String,
    },
    /// A call took too long.
    #[error("`{call}` took longer than {limit:?} (the module's limit `call-time`)")]
    TimeLimit {
        /// The function of the contract.
        call: &'static str,
        /// What was allowed.
        limit: Duration,
    },
    /// The instance wanted more memory.
    #[error("`{call}` needed more memory than {} (the module's limit `memory`)", ByteSize(*limit))]
    MemoryLimit {
        /// The function of the contract.
        call: &'static str,
        /// Bytes that were allowed.
        limit: u64,
    },
    /// One call handed back too much.
    #[error("`{call}` gave back more than {} (the module's limit `output`)", ByteSize(*limit))]
    OutputLimit {
        /// The function of the contract.
        call: &'static str,
        /// Bytes that were allowed.
        limit: u64,
    },
    /// One call rejected too much.
    #[error("`{call}` gave {count} rejects, more than {limit} (the module's limit `rejects`)")]
    RejectLimit {
        /// The function of the contract.
        call: &'static str,
        /// Rejects of the call.
        count: usize,
        /// What was allowed.
        limit: usize,
    },
    /// Output came without progress in the input.
    #[error("`{call}`: more than {} of output while `done-to` stood still (the module's limit `pending`)", ByteSize(*limit))]
    PendingLimit {
        /// The function of the contract.
        call: &'static str,
        /// Bytes that were allowed.
        limit: u64,
    },
    /// An answer that breaks the contract.
    #[error("the answer of `{call}` breaks the contract: {what}")]
    BadAnswer {
        /// The function of the contract.
        call: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The session ended with an earlier error.
    #[error("the session has ended with an earlier error")]
    Ended,
}

impl Fault {
    pub(super) fn bad_answer(call: &'static str, what: impl ToString) -> Self {
        Self::BadAnswer { call, what: one_line(&what.to_string(), TEXT) }
    }

    /// The limit that was reached, as a module's configuration names it.
    pub fn limit(&self) -> Option<&'static str> {
        match self {
            Self::TimeLimit { .. } => Some("call-time"),
            Self::MemoryLimit { .. } => Some("memory"),
            Self::OutputLimit { .. } => Some("output"),
            Self::RejectLimit { .. } => Some("rejects"),
            Self::PendingLimit { .. } => Some("pending"),
            Self::Start { .. } | Self::Trap { .. } | Self::BadAnswer { .. } | Self::Ended => None,
        }
    }

    /// What a call's error means that is not about memory.
    pub(super) fn of(call: &'static str, error: &wasmtime::Error, limits: &crate::config::Limits) -> Self {
        let what = error.root_cause().to_string();
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => Self::TimeLimit { call, limit: limits.call_time },
            Some(trap) => Self::Trap { call, what: trap.to_string().replace("wasm trap: ", "") },
            None if what.contains("fuel allocated for hostcalls") => Self::OutputLimit { call, limit: limits.output },
            None if call == START => Self::Start { what: one_line(&what, TEXT) },
            None => Self::bad_answer(call, what),
        }
    }
}
