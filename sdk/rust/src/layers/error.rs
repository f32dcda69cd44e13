//! Why a packet gives no payload.

use crate::RejectReason;

/// Why a packet gives no payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerError {
    /// The capture's link type is not understood.
    LinkType(u32),
    /// The packet ends within this header.
    Cut(&'static str),
    /// A header breaks its rules.
    Malformed {
        /// The header.
        layer: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl LayerError {
    pub(super) const fn malformed(layer: &'static str, what: &'static str) -> Self {
        Self::Malformed { layer, what }
    }

    /// For the reject of the packet.
    pub fn reason(self) -> RejectReason {
        match self {
            Self::LinkType(_) => RejectReason::Unsupported,
            Self::Cut(_) => RejectReason::Truncated,
            Self::Malformed { .. } => RejectReason::Malformed,
        }
    }
}

impl std::fmt::Display for LayerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LinkType(number) => write!(f, "a packet of link type {number}, which is not understood"),
            Self::Cut(layer) => write!(f, "the packet ends within its {layer} header"),
            Self::Malformed { layer, what } => write!(f, "{layer} header: {what}"),
        }
    }
}

impl std::error::Error for LayerError {}
