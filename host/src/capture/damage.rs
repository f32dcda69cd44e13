//! A stretch of a capture that holds no packets that can be read.

use super::headers::Headers;
use crate::model::RejectReason;

/// Where it lies, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Packets that lie before it.
    pub packets: u64,
    /// First byte of it in the capture.
    pub at: u64,
    /// Bytes.
    pub length: u64,
    /// For programs.
    pub reason: RejectReason,
    /// For people: what was expected, and what was found.
    pub detail: String,
    /// What must be read before it can be.
    pub headers: Headers,
}

impl Damage {
    /// First byte behind it.
    pub fn end(&self) -> u64 {
        self.at.saturating_add(self.length)
    }
}

/// Why something cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    pub reason: RejectReason,
    pub detail: String,
}

impl Cause {
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self { reason: RejectReason::Malformed, detail: detail.into() }
    }

    pub fn unsupported(detail: impl Into<String>) -> Self {
        Self { reason: RejectReason::Unsupported, detail: detail.into() }
    }

    pub fn too_large(detail: impl Into<String>) -> Self {
        Self { reason: RejectReason::TooLarge, detail: detail.into() }
    }

    pub fn truncated(detail: impl Into<String>) -> Self {
        Self { reason: RejectReason::Truncated, detail: detail.into() }
    }

    pub fn wrong_format(detail: impl Into<String>) -> Self {
        Self { reason: RejectReason::WrongFormat, detail: detail.into() }
    }
}
