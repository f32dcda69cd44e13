//! The module of a running pipeline, for whoever brings another: checked against what the pipeline promises, then put in its place.

use std::sync::Arc;

use super::slot::Slot;
use crate::config::{ModuleConfig, Pipeline};
use crate::model::{ModuleKind, ModuleRef, TableSchema};
use crate::sandbox::{Fault, Module, OpenFailure};

/// See the top of the file.
pub struct Replaceable<'a> {
    /// Which pipeline.
    pub pipeline: &'a Pipeline,
    /// As the configuration has the module.
    pub module_config: &'a ModuleConfig,
    pub(super) slot: Arc<Slot>,
    pub(super) schema: TableSchema,
}

/// Why a module cannot take the place of the one that runs.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unfit {
    /// What it is fed is something else.
    #[error("it is a {is}, and the pipeline runs a {runs}")]
    Kind {
        /// Its kind.
        is: ModuleKind,
        /// That of the one that runs.
        runs: ModuleKind,
    },
    /// It does not say what it is.
    #[error("it does not describe itself: {0}")]
    Describe(Fault),
    /// It does not take the pipeline's options.
    #[error("no session opens with the pipeline's options: {0}")]
    Open(OpenFailure),
    /// The table's columns are others.
    #[error("its rows do not fit the table: its schema {0}; columns change with a table of their own and a restart")]
    Schema(String),
}

impl Replaceable<'_> {
    /// What runs.
    pub fn current(&self) -> ModuleRef {
        self.slot.current().module_ref.clone()
    }

    /// Whether a module does what this pipeline needs; gives what it calls itself.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, module: &Module) -> Result<ModuleRef, Unfit> {
        let (is, runs) = (module.kind(), self.slot.current().module.kind());
        if is != runs {
            return Err(Unfit::Kind { is, runs });
        }
        let limits = &self.module_config.limits;
        let description = module.describe(limits).map_err(Unfit::Describe)?;
        let schema = module.schema(limits, self.pipeline.settings()).map_err(Unfit::Open)?;
        match schema.difference(&self.schema) {
            Some(difference) => Err(Unfit::Schema(difference)),
            None => Ok(ModuleRef { name: description.name, version: description.version, digest: module.digest() }),
        }
    }

    /// Puts a module in its place that was checked. Workers change over between two batches.
    pub fn put(&self, module: Module, module_ref: ModuleRef) {
        self.slot.put(module, module_ref);
    }
}
