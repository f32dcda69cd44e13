//! A worker's place at a slot: its instance is of the module that was there when the worker last looked.

use std::sync::Arc;

use tracing::warn;

use super::slot::{Deployed, Slot};
use crate::config::Limits;
use crate::model::{SavedState, Setting, SourceFacts, TableSchema};
use crate::sandbox::{Parser, Worker, WrongKind};

/// See the top of the file.
pub struct Seat<'a, P: Parser> {
    /// It.
    pub worker: Worker<P>,
    /// Whose module it runs.
    pub slot: &'a Slot,
    /// The module that it runs.
    pub deployed: Arc<Deployed>,
    /// Number of a later module that could not read what this one remembers.
    declined: u64,
}

/// Whether a seat's module is not its slot's any more.
pub struct Outdated<'a> {
    slot: &'a Slot,
    /// The one that runs, and one that cannot take over.
    known: [u64; 2],
}

impl Outdated<'_> {
    /// It waits to be exchanged.
    pub fn is_so(&self) -> bool {
        !self.known.contains(&self.slot.number())
    }
}

impl<'a, P: Parser> Seat<'a, P> {
    /// A worker without an instance yet, whose sessions all have this schema.
    ///
    /// # Errors
    /// The module is of another kind.
    pub fn new(slot: &'a Slot, limits: &Limits, schema: &TableSchema) -> Result<Self, WrongKind> {
        let deployed = slot.current();
        let worker = Worker::new(deployed.module.clone(), limits.clone())?.expecting(schema.clone());
        let declined = deployed.number;
        Ok(Self { worker, slot, deployed, declined })
    }

    /// Runs the slot's module from now on, between two sessions.
    pub fn renew(&mut self) {
        if self.slot.number() != self.deployed.number {
            self.deployed = self.slot.current();
            self.worker.exchange(&self.deployed.module);
        }
    }

    /// Whether another module waits to take over from this one.
    pub fn is_outdated(&self) -> bool {
        self.outdated().is_so()
    }

    /// The same question, for as long as a session has the worker.
    pub fn outdated(&self) -> Outdated<'a> {
        Outdated { slot: self.slot, known: [self.deployed.number, self.declined] }
    }

    /// As [`renew`](Self::renew), unless the slot's module cannot read what a session of this one left, in which case it is told and this one stays.
    pub fn renew_with(&mut self, state: Option<&SavedState>, settings: &[Setting], facts: &SourceFacts) {
        let next = self.slot.current();
        match state.map(|state| self.worker.would_open(&next.module, settings, facts, state)) {
            Some(Err(reason)) => {
                warn!(source = facts.name, module = %self.deployed.module_ref.digest, %reason, "goes on with the module that began it");
                self.declined = next.number;
            }
            Some(Ok(())) | None => self.renew(),
        }
    }
}
