//! Runs modules: WebAssembly components behind the contract, each instance within its limits. Nothing else in the host names wasmtime.
//!
//! A [`Module`] is loaded once and shared; each worker thread has a [`Worker`] with an instance of its own, which opens one [`Session`] after the
//! other; a [`PacketFilter`] holds one expression in an instance of its own. What a module answers is checked before a row exists. Whatever goes wrong inside a module is a [`Fault`]:
//! it costs the instance and the call, never the host.

mod artifact;
mod cache;
mod column;
mod description;
mod engine;
mod fault;
mod filter;
mod instance;
mod interface;
mod leading;
mod line;
mod load;
mod log;
mod module;
mod numbers;
mod outline;
mod params;
mod parser;
mod progress;
mod quiet;
mod rows;
mod schema;
mod session;
mod state;
mod worker;
mod worlds;

pub use cache::CacheError;
pub use engine::{Engine, EngineError};
pub use fault::Fault;
pub use filter::{FilterError, PacketFilter};
pub use interface::CONTRACT_VERSIONS;
pub use load::{LoadError, LoadReason};
pub use module::Module;
pub use parser::{Packets, Parser, Streams, WrongKind};
pub use session::{ModuleError, PacketSession, Session, SessionError, StreamSession};
pub use worker::{OpenFailure, PacketWorker, StreamWorker, Worker};
