//! The compiler and runtime that all modules of a process share, and the clock by which their calls are cut off.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use wasmtime::component::Linker;
use wasmtime::{Config, EngineWeak, WasmBacktraceDetails};

use super::cache::{Cache, CacheError};
use super::log;
use super::state::State;

/// How often running calls are held against their time limit.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// What every [`Module`](super::Module) is compiled and run by. Cheap to clone; one a process is enough.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    wasmtime: wasmtime::Engine,
    linker: Linker<State>,
    cache: Option<Cache>,
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// This machine cannot run WebAssembly.
    #[error("cannot set up the WebAssembly runtime: {0}")]
    Runtime(String),
    /// No thread for the clock.
    #[error("cannot start the thread that watches time limits")]
    Clock(#[source] std::io::Error),
    /// The cache of compiled modules cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

impl Engine {
    /// An engine that keeps compiled modules in the directory `cache`, which is created with access for its owner alone.
    ///
    /// # Errors
    /// The runtime does not start, or the cache directory cannot be created or is open to others.
    pub fn new(cache: Option<&Path>) -> Result<Self, EngineError> {
        let runtime = |error: wasmtime::Error| EngineError::Runtime(format!("{error:#}"));
        let wasmtime = wasmtime::Engine::new(&config()).map_err(runtime)?;
        let mut linker = Linker::new(&wasmtime);
        log::link(&mut linker).map_err(runtime)?;
        let cache = cache.map(|directory| Cache::open(directory, &wasmtime)).transpose()?;
        start_clock(wasmtime.weak())?;
        Ok(Self(Arc::new(Shared { wasmtime, linker, cache })))
    }

    pub(super) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.0.wasmtime
    }

    pub(super) fn linker(&self) -> &Linker<State> {
        &self.0.linker
    }

    pub(super) fn cache(&self) -> Option<&Cache> {
        self.0.cache.as_ref()
    }
}

/// The same bytes give the same rows on every machine: no instruction and no bit of a NaN may depend on the processor.
fn config() -> Config {
    let mut config = Config::new();
    config.epoch_interruption(true);
    config.wasm_relaxed_simd(false);
    config.cranelift_nan_canonicalization(true);
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config
}

/// Ends by itself when the engine is gone.
fn start_clock(engine: EngineWeak) -> Result<(), EngineError> {
    let tick = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    };
    thread::Builder::new().name("module clock".to_owned()).spawn(tick).map(drop).map_err(EngineError::Clock)
}
