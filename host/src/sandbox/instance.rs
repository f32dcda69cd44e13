//! One instance of a module, and how it is called: within its limits, or not at all.

use std::sync::Arc;

use wasmtime::Store;

use super::engine::{Engine, TICK};
use super::fault::{Fault, START};
use super::state::State;
use crate::config::Limits;

/// A session and its parts need a handful of handles.
const HANDLES: usize = 1000;

/// A store with the bindings `G` of one world. After a fault it is dead and must be dropped.
pub struct Instance<G> {
    store: Store<State>,
    guest: G,
    limits: Limits,
}

impl<G> Instance<G> {
    /// Runs the module's start code under the limits.
    pub fn new(
        engine: &Engine,
        name: &Arc<str>,
        limits: &Limits,
        instantiate: impl FnOnce(&mut Store<State>) -> wasmtime::Result<G>,
    ) -> Result<Self, Fault> {
        let mut store = Store::new(engine.wasmtime(), State::new(Arc::clone(name), limits));
        store.limiter(|state| state);
        store.set_max_component_handles(HANDLES);
        let guest = run(&mut store, limits, START, instantiate)?;
        Ok(Self { store, guest, limits: limits.clone() })
    }

    /// Calls one function of the contract.
    pub fn call<R>(&mut self, name: &'static str, function: impl FnOnce(&G, &mut Store<State>) -> wasmtime::Result<R>) -> Result<R, Fault> {
        let guest = &self.guest;
        run(&mut self.store, &self.limits, name, |store| function(guest, store))
    }

    /// Bytes of linear memory.
    pub fn memory(&self) -> u64 {
        u64::try_from(self.store.data().memory()).unwrap_or(u64::MAX)
    }

    /// More than three quarters of the memory limit are in use.
    pub fn memory_low(&self) -> bool {
        self.memory() > self.limits.memory / 4 * 3
    }
}

fn run<R>(
    store: &mut Store<State>,
    limits: &Limits,
    call: &'static str,
    function: impl FnOnce(&mut Store<State>) -> wasmtime::Result<R>,
) -> Result<R, Fault> {
    store.set_epoch_deadline(ticks(limits));
    store.set_hostcall_fuel(usize::try_from(limits.output).unwrap_or(usize::MAX));
    let answer = function(store);
    store.data_mut().log.end_call(call);
    answer.map_err(|error| {
        let refused = store.data().memory_refused();
        if refused { Fault::MemoryLimit { call, limit: limits.memory } } else { Fault::of(call, &error, limits) }
    })
}

/// One more than the limit has, because the first tick comes at any moment.
fn ticks(limits: &Limits) -> u64 {
    let ticks = limits.call_time.as_millis().div_ceil(TICK.as_millis());
    u64::try_from(ticks).unwrap_or(u64::MAX / 4).min(u64::MAX / 4) + 1
}
