//! The workers of a pipeline, of the kind that its module is.

use crate::config::Limits;
use crate::model::ModuleKind;
use crate::sandbox::{Module, PacketWorker, Parser, StreamWorker, Worker, WrongKind};

/// Workers that have no instance yet.
pub enum Crew {
    /// Files are fed as bytes.
    Streams(Vec<StreamWorker>),
    /// Files are captures.
    Packets(Vec<PacketWorker>),
}

impl Crew {
    /// So many workers of a module.
    ///
    /// # Errors
    /// The module is no parser.
    pub fn new(module: &Module, limits: &Limits, count: usize) -> Result<Self, WrongKind> {
        Ok(match module.kind() {
            ModuleKind::PacketParser => Self::Packets(workers(module, limits, count)?),
            ModuleKind::StreamParser | ModuleKind::PacketFilter => Self::Streams(workers(module, limits, count)?),
        })
    }
}

fn workers<P: Parser>(module: &Module, limits: &Limits, count: usize) -> Result<Vec<Worker<P>>, WrongKind> {
    (0..count).map(|_| Worker::new(module.clone(), limits.clone())).collect()
}
