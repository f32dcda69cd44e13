//! A loaded module: what it is, and instances of it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::engine::Engine;
use super::fault::Fault;
use super::instance::Instance;
use super::load::{LoadError, load};
use super::parser::{Packets, Parser, Streams};
use super::state::State;
use super::worker::{OpenFailure, Worker};
use super::worlds::{filter, packet, stream, types};
use crate::config::Limits;
use crate::model::{Description, Digest, ModuleKind, Setting, SourceFacts, TableSchema};
use crate::signature::Trust;

/// A loaded module. Cheap to clone.
#[derive(Clone)]
pub struct Module(Arc<Loaded>);

/// What is known of a module once it is loaded.
pub(super) struct Loaded {
    pub engine: Engine,
    pub name: Arc<str>,
    pub digest: Digest,
    pub size: u64,
    pub version: &'static str,
    pub imports: Vec<String>,
    pub world: World,
}

/// A compiled module whose imports are resolved, by the world it was built for.
pub(super) enum World {
    Stream(stream::StreamParserModulePre<State>),
    Packet(packet::PacketParserModulePre<State>),
    Filter(filter::PacketFilterModulePre<State>),
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), self.digest())
    }
}

impl Module {
    /// Loads a component, or a core module that carries its component type, which is what plain `cargo build` gives.
    ///
    /// # Errors
    /// The file is not a module of a contract that this host speaks, or wants more than a module may have.
    pub fn load(engine: &Engine, file: &Path) -> Result<Self, LoadError> {
        Self::load_trusted(engine, file, &Trust::default())
    }

    /// As [`load`](Self::load), if it is signed by somebody who is trusted.
    ///
    /// # Errors
    /// As those of [`load`](Self::load), or there is no such signature.
    pub fn load_trusted(engine: &Engine, file: &Path, trust: &Trust) -> Result<Self, LoadError> {
        let loaded = load(engine, file, trust).map_err(|reason| LoadError { file: file.to_owned(), reason })?;
        Ok(Self(Arc::new(loaded)))
    }

    /// Of the file.
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// The interface that it exports.
    pub fn kind(&self) -> ModuleKind {
        match self.0.world {
            World::Stream(_) => ModuleKind::StreamParser,
            World::Packet(_) => ModuleKind::PacketParser,
            World::Filter(_) => ModuleKind::PacketFilter,
        }
    }

    /// The version of `weir:ingest` that it was built for.
    pub fn contract_version(&self) -> &'static str {
        self.0.version
    }

    /// Names of the interfaces that it imports.
    pub fn imports(&self) -> &[String] {
        &self.0.imports
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// The name under which its log lines appear: its file's, without extension.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Asks an instance of its own what the module says of itself.
    ///
    /// # Errors
    /// The module fails, or what it says makes no sense.
    pub fn describe(&self, limits: &Limits) -> Result<Description, Fault> {
        let described = match &self.0.world {
            World::Stream(pre) => self
                .instantiate(limits, |store| pre.instantiate(store))?
                .call("describe", |guest, store| guest.weir_ingest_stream_parser().call_describe(store)),
            World::Packet(pre) => self
                .instantiate(limits, |store| pre.instantiate(store))?
                .call("describe", |guest, store| guest.weir_ingest_packet_parser().call_describe(store)),
            World::Filter(pre) => self
                .instantiate(limits, |store| pre.instantiate(store))?
                .call("describe", |guest, store| guest.weir_ingest_packet_filter().call_describe(store)),
        };
        types::Description::checked(described?).map_err(|wrong| Fault::bad_answer("describe", wrong))
    }

    /// The schema of a parser's rows with these options.
    ///
    /// # Errors
    /// The module refuses the options, is no parser, or fails.
    pub fn schema(&self, limits: &Limits, settings: &[Setting]) -> Result<TableSchema, OpenFailure> {
        match self.kind() {
            ModuleKind::PacketParser => self.opened::<Packets>(limits, settings),
            ModuleKind::StreamParser | ModuleKind::PacketFilter => self.opened::<Streams>(limits, settings),
        }
    }

    fn opened<P: Parser>(&self, limits: &Limits, settings: &[Setting]) -> Result<TableSchema, OpenFailure> {
        let worker = Worker::<P>::new(self.clone(), limits.clone());
        let mut worker = worker.map_err(|wrong| Fault::Start { what: wrong.to_string() })?;
        Ok(worker.open(settings, &SourceFacts::default(), None)?.schema().clone())
    }

    pub(super) fn world(&self) -> &World {
        &self.0.world
    }

    pub(super) fn instantiate<G>(
        &self,
        limits: &Limits,
        instantiate: impl FnOnce(&mut wasmtime::Store<State>) -> wasmtime::Result<G>,
    ) -> Result<Instance<G>, Fault> {
        Instance::new(&self.0.engine, &self.0.name, limits, instantiate)
    }
}
