//! The workers of a pipeline, of the kind that its module is.

use crate::config::Limits;
use crate::model::{ModuleKind, TableSchema};
use crate::sandbox::{Module, PacketWorker, Parser, StreamWorker, Worker, WrongKind};

/// Workers that have no instance yet.
pub enum Crew {
    /// Files are fed as bytes.
    Streams(Vec<StreamWorker>),
    /// Files are captures.
    Packets(Vec<PacketWorker>),
}

impl Crew {
    /// So many workers of a module, whose sessions all have this schema.
    ///
    /// # Errors
    /// The module is no parser.
    pub fn new(module: &Module, limits: &Limits, schema: &TableSchema, count: usize) -> Result<Self, WrongKind> {
        Ok(match module.kind() {
            ModuleKind::PacketParser => Self::Packets(workers(module, limits, schema, count)?),
            ModuleKind::StreamParser | ModuleKind::PacketFilter => Self::Streams(workers(module, limits, schema, count)?),
        })
    }
}

fn workers<P: Parser>(module: &Module, limits: &Limits, schema: &TableSchema, count: usize) -> Result<Vec<Worker<P>>, WrongKind> {
    let worker = |_| Ok(Worker::new(module.clone(), limits.clone())?.expecting(schema.clone()));
    (0..count).map(worker).collect()
}
