//! What can go wrong with one file, told apart by who has to act.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::{ModuleRef, RejectReason};
use crate::sandbox::{Fault, ModuleError, OpenFailure, SessionError};
use crate::sink::originals::OriginalsError;
use crate::sink::table::TableError;
use crate::source::OpenError;

/// The file was not ingested and stays where it is: nothing of it is lost or doubled.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The input cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The input cannot be read: the next try may do better.
    #[error("cannot read {}", path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The table cannot be written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The file cannot be kept.
    #[error(transparent)]
    Originals(OriginalsError),
    /// The module refuses its options: no file will do better.
    #[error(transparent)]
    Refused(OpenFailure),
    /// The file is half ingested, and the module cannot read what the one before it remembered there.
    #[error(
        "the module cannot read the state (version {version}) in which {} {} left this file at position {position}, {}: \
         run that module until the file is done, or take the file away, and what follows the position is not ingested",
        by.name, by.version, by.digest
    )]
    ForeignState {
        /// First position that is not ingested.
        position: u64,
        /// Of the state, as the module says.
        version: u32,
        /// The module that saved it.
        by: Box<ModuleRef>,
    },
}

impl IngestError {
    /// Whether a later try may do better without another configuration.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Open(_) | Self::Input { .. } | Self::Originals(_) => true,
            Self::Table(error) => error.may_pass(),
            Self::Refused(_) | Self::ForeignState { .. } => false,
        }
    }

    /// Makes an error of reading `path`.
    pub fn input(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |cause| Self::Input { path, cause }
    }

    /// Makes an error of copying `path` to the quarantine: either end may be to blame.
    pub fn copying(path: &Path) -> impl FnOnce(TableError) -> Self + use<> {
        let path = path.to_owned();
        move |error| match error {
            TableError::Input(cause) => Self::Input { path, cause },
            error => Self::Table(error),
        }
    }
}

/// Why a module did not get through a file: the reason under which the rest goes to the quarantine.
#[derive(Debug)]
pub struct ModuleFailure {
    /// For programs.
    pub reason: RejectReason,
    /// For people.
    pub detail: String,
}

impl ModuleFailure {
    /// No failure of the module: its input breaks off.
    pub fn cut() -> Self {
        Self { reason: RejectReason::Truncated, detail: "the content breaks off before this is whole".to_owned() }
    }

    /// A session that did not open. Options that the module refuses are no fault of the file: they come back as an error. A module that refuses for a
    /// reason of its own took the same options when the pipeline was checked, so it is this file that it does not want.
    ///
    /// # Errors
    /// [`IngestError::Refused`].
    pub fn at_open(failure: OpenFailure) -> Result<Self, IngestError> {
        match failure {
            OpenFailure::Fault(fault) => Ok(fault.into()),
            OpenFailure::Other(_) => Ok(Self { reason: RejectReason::Broken, detail: failure.to_string() }),
            OpenFailure::ForeignState { .. } => Ok(Self { reason: RejectReason::Unsupported, detail: failure.to_string() }),
            OpenFailure::BadOption { .. } => Err(IngestError::Refused(failure)),
        }
    }
}

impl From<Fault> for ModuleFailure {
    fn from(fault: Fault) -> Self {
        Self { reason: RejectReason::ModuleFault, detail: fault.to_string() }
    }
}

impl From<SessionError> for ModuleFailure {
    fn from(error: SessionError) -> Self {
        let reason = match &error {
            SessionError::Fault(_) => RejectReason::ModuleFault,
            SessionError::Module(ModuleError::WrongFormat(_)) => RejectReason::WrongFormat,
            SessionError::Module(_) => RejectReason::Broken,
        };
        Self { reason, detail: error.to_string() }
    }
}
