//! What the host keeps of one instance: its memory against the limit, and its log.

use std::sync::Arc;

use wasmtime::ResourceLimiter;

use super::log::ModuleLog;
use crate::config::Limits;

/// Tables hold function pointers; interpreters have some ten thousand.
const TABLE_ELEMENTS: usize = 1 << 20;
/// A component of one core module has 1 to 5 core instances, one closed with an adapter a few more.
const INSTANCES: usize = 64;

/// The data of a store.
pub struct State {
    pub(super) log: ModuleLog,
    memory: usize,
    memory_limit: usize,
    memory_refused: bool,
    table_elements: usize,
}

/// Ends the guest when it grows beyond a limit: the outcome is then the same in every language.
#[derive(Debug, thiserror::Error)]
#[error("{0} beyond the limit")]
struct Refused(&'static str);

impl State {
    pub fn new(module: Arc<str>, limits: &Limits) -> Self {
        Self {
            log: ModuleLog::new(module, limits.log_lines),
            memory: 0,
            memory_limit: usize::try_from(limits.memory).unwrap_or(usize::MAX),
            memory_refused: false,
            table_elements: 0,
        }
    }

    /// Linear memory of all memories of the instance, bytes. It never shrinks.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// Whether the instance ever asked for more than its limit.
    pub fn memory_refused(&self) -> bool {
        self.memory_refused
    }
}

impl ResourceLimiter for State {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let memory = self.memory.saturating_add(desired.saturating_sub(current));
        if memory > self.memory_limit {
            self.memory_refused = true;
            return Err(wasmtime::Error::new(Refused("memory")));
        }
        self.memory = memory;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.table_elements = self.table_elements.saturating_add(desired.saturating_sub(current));
        if self.table_elements > TABLE_ELEMENTS { Err(wasmtime::Error::new(Refused("table elements"))) } else { Ok(true) }
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn tables(&self) -> usize {
        INSTANCES
    }

    fn memories(&self) -> usize {
        INSTANCES
    }
}
