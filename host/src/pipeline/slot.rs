//! Which module a pipeline runs: another may take its place while rows flow, and every worker changes over between two batches.

use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Release};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::ModuleRef;
use crate::sandbox::Module;

/// Holds the module.
#[derive(Debug)]
pub struct Slot {
    current: Mutex<Arc<Deployed>>,
    /// Of the current one: asked between batches, and cheap.
    number: AtomicU64,
}

/// A module in its place.
#[derive(Debug)]
pub struct Deployed {
    /// How many were there before it.
    pub number: u64,
    /// It.
    pub module: Module,
    /// The same, for the records.
    pub module_ref: ModuleRef,
}

impl Slot {
    /// With its first module.
    pub fn new(module: Module, module_ref: ModuleRef) -> Self {
        Self { current: Mutex::new(Arc::new(Deployed { number: 0, module, module_ref })), number: AtomicU64::new(0) }
    }

    /// What workers are to run.
    pub fn current(&self) -> Arc<Deployed> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.number.load(Acquire)
    }

    /// Puts another module of the same kind in its place.
    pub fn put(&self, module: Module, module_ref: ModuleRef) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let number = current.number + 1;
        *current = Arc::new(Deployed { number, module, module_ref });
        self.number.store(number, Release);
    }
}
