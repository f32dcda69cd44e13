//! Which module a pipeline runs: another may take its place while rows flow, and every worker changes over between two batches.

use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Release};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::ModuleRef;
use crate::sandbox::Module;

/// Holds the module.
#[derive(Debug)]
pub struct Slot {
    modules: Mutex<Modules>,
    /// Of the current one: asked between batches, and cheap.
    number: AtomicU64,
}

#[derive(Debug)]
struct Modules {
    current: Arc<Deployed>,
    /// The one before, which ran well.
    previous: Option<Arc<Deployed>>,
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
        let current = Arc::new(Deployed { number: 0, module, module_ref });
        Self { modules: Mutex::new(Modules { current, previous: None }), number: AtomicU64::new(0) }
    }

    /// What workers are to run.
    pub fn current(&self) -> Arc<Deployed> {
        Arc::clone(&self.modules().current)
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.number.load(Acquire)
    }

    /// Puts another module of the same kind in its place.
    pub fn put(&self, module: Module, module_ref: ModuleRef) {
        let mut modules = self.modules();
        let number = modules.current.number + 1;
        let before = std::mem::replace(&mut modules.current, Arc::new(Deployed { number, module, module_ref }));
        modules.previous = Some(before);
        self.number.store(number, Release);
    }

    /// Puts the module back that was there before the current one; none: there was none.
    pub fn fall_back(&self) -> Option<Arc<Deployed>> {
        let mut modules = self.modules();
        let previous = modules.previous.take()?;
        let number = modules.current.number + 1;
        let (module, module_ref) = (previous.module.clone(), previous.module_ref.clone());
        modules.current = Arc::new(Deployed { number, module, module_ref });
        self.number.store(number, Release);
        Some(Arc::clone(&modules.current))
    }

    fn modules(&self) -> MutexGuard<'_, Modules> {
        self.modules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
