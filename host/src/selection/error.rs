//! Why a selection ends early.

use std::io;

use crate::capture::OtherLinkType;
use crate::sandbox::FilterError;

/// The reason; what was selected before was handed out.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// An input cannot be read.
    #[error("cannot read {input}: {error}")]
    Read {
        /// Its name.
        input: String,
        /// The system's reason.
        error: io::Error,
    },
    /// The output cannot be written.
    #[error("cannot write: {0}")]
    Write(io::Error),
    /// The format of the output does not hold a packet.
    #[error(transparent)]
    Format(#[from] OtherLinkType),
    /// The filter fails.
    #[error("the filter")]
    Filter(#[from] FilterError),
}

impl SelectionError {
    /// Whoever reads the output has seen enough.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
