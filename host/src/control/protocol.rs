//! What is said over the control socket: one JSON object in a line each way, then the connection ends.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::model::{Digest, ModuleRef};
use crate::pipeline::Counts;

/// What a running weir can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Run another module.
    Deploy {
        /// As the configuration names it.
        module: String,
        /// Absolute; none: the one that the configuration names.
        file: Option<PathBuf>,
    },
    /// How far it is.
    Status,
}

/// What it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The module runs.
    Deployed(Deployed),
    /// How far it is.
    Status(Status),
    /// Nothing was done, and why.
    Refused(String),
}

/// A module in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// As the configuration names it.
    pub module: String,
    /// As it names its version.
    pub version: String,
    /// Of its file.
    pub digest: Digest,
    /// Which run it.
    pub pipelines: Vec<String>,
    /// Where a restart takes it from.
    pub home: PathBuf,
    /// False: it ran already.
    pub changes: bool,
}

/// How far a running weir is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Of the program.
    pub version: String,
    /// Its process.
    pub pid: u32,
    /// In the order of the configuration.
    pub pipelines: Vec<PipelineStatus>,
}

/// How far a pipeline is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PipelineStatus {
    /// Its name.
    pub pipeline: String,
    /// The module that it runs; none: it sends files as they are.
    pub module: Option<ModuleRef>,
    /// Since it started.
    pub counts: Counts,
}
