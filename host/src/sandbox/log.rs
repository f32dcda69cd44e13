//! The only import of a module: lines for the host's log.

use std::sync::Arc;

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, WasmStr};

use super::line::one_line;
use super::state::State;
use super::worlds::Level;

/// Characters of a line that are shown.
const LINE: usize = 1000;

/// Counts the lines of one instance and passes them to `tracing` under the target `module`.
pub(super) struct ModuleLog {
    module: Arc<str>,
    limit: usize,
    lines: usize,
}

impl ModuleLog {
    pub fn new(module: Arc<str>, limit: usize) -> Self {
        Self { module, limit, lines: 0 }
    }

    /// Counts a line; false: it is beyond the limit.
    fn admits(&mut self) -> bool {
        self.lines += 1;
        self.lines <= self.limit
    }

    fn write(&self, level: Level, line: &str) {
        let module = self.module.as_ref();
        match level {
            Level::Debug => tracing::debug!(target: "module", module, "{line}"),
            Level::Info => tracing::info!(target: "module", module, "{line}"),
            Level::Warn => tracing::warn!(target: "module", module, "{line}"),
            Level::Error => tracing::error!(target: "module", module, "{line}"),
        }
    }

    /// Says how many lines of the call that has ended were not shown.
    pub fn end_call(&mut self, call: &str) {
        let lines = std::mem::take(&mut self.lines);
        if lines > self.limit {
            let (module, limit, unseen) = (self.module.as_ref(), self.limit, lines - self.limit);
            tracing::warn!(target: "module", module, "{unseen} more lines of one `{call}` are not shown (limit `log-lines`: {limit})");
        }
    }
}

/// Lines beyond the limit are not even read: a flood costs the guest's own time alone.
pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    let log = |mut store: StoreContextMut<'_, State>, (level, message): (Level, WasmStr)| {
        if store.data_mut().log.admits() {
            let line = one_line(&message.to_str(&store)?, LINE);
            store.data().log.write(level, &line);
        }
        Ok(())
    };
    linker.instance("weir:ingest/log@0.1.0")?.func_wrap("log", log)
}
