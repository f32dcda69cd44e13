//! How `weir` ends.

use std::process::{ExitCode, Termination};

/// The exit codes, a part of the command line's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything was done.
    Done = 0,
    /// It failed; standard error says why.
    Failed = 1,
    /// Done, but some input was quarantined or left (`weir run --once`), or could not be read (`weir pcap filter`).
    Incomplete = 2,
    /// The command line is wrong (`EX_USAGE` of sysexits.h).
    Usage = 64,
    /// The configuration is wrong (`EX_CONFIG`).
    Configuration = 78,
    /// The command line of one of Metron's programs is wrong.
    MetronUsage = 255,
}

impl Exit {
    /// The same as Spot's programs have it: 2 a wrong command line, 1 anything else that is wrong.
    pub(super) fn as_spot(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Usage | Self::Incomplete => 2,
            Self::Failed | Self::Configuration | Self::MetronUsage => 1,
        })
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}
