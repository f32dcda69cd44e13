//! A module: loaded from its file, checked, compiled, ready to be instantiated.

use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytesize::ByteSize;
use wasmparser::Parser;
use wasmtime::component::{Component, InstancePre};
use wit_component::ComponentEncoder;

use super::engine::Engine;
use super::fault::Fault;
use super::instance::Instance;
use super::interface::{CONTRACT_VERSIONS, check_core_imports, check_imports, offered};
use super::outline::{Outline, outline};
use super::state::State;
use super::worlds::{filter, packet, stream, types};
use crate::config::Limits;
use crate::model::{Description, Digest, ModuleKind};

/// Of a module's file. The largest known, interpreters with their libraries, have some 50 MiB.
const MAX_SIZE: u64 = 256 << 20;

/// A loaded module. Cheap to clone.
#[derive(Clone)]
pub struct Module(Arc<Loaded>);

struct Loaded {
    engine: Engine,
    name: Arc<str>,
    digest: Digest,
    size: u64,
    version: &'static str,
    imports: Vec<String>,
    world: World,
}

pub(super) enum World {
    Stream(stream::StreamParserModulePre<State>),
    Packet(packet::PacketParserModulePre<State>),
    Filter(filter::PacketFilterModulePre<State>),
}

/// Why a file is no module.
#[derive(Debug, thiserror::Error)]
#[error("{} is not a module that can be loaded", file.display())]
pub struct LoadError {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    #[source]
    pub reason: LoadReason,
}

/// What is wrong with a module's file.
#[derive(Debug, thiserror::Error)]
pub enum LoadReason {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It is a directory, a pipe or the like.
    #[error("it is not a regular file")]
    NotAFile,
    /// It has no bytes.
    #[error("it is empty")]
    Empty,
    /// It has too many bytes.
    #[error("it is larger than {}", ByteSize(MAX_SIZE))]
    TooLarge,
    /// It does not begin as WebAssembly does.
    #[error("it is not WebAssembly")]
    NotWasm,
    /// It begins as WebAssembly does, and goes on differently.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A core module of another kind.
    #[error("it is a core module that does not say which component it is to become: build it with an SDK or wit-bindgen")]
    NoComponentType,
    /// The host could not make a component of it.
    #[error("no component can be made of this core module: {0}")]
    NoComponent(String),
    /// It was built for another version of the contract.
    #[error("it wants version {0} of the contract weir:ingest, and this weir speaks {known}", known = CONTRACT_VERSIONS.join(", "))]
    Version(String),
    /// It offers nothing that the host could call.
    #[error("it exports no interface of weir:ingest (stream-parser, packet-parser or packet-filter), but {0}")]
    NoInterface(String),
    /// It offers more than one interface.
    #[error("it exports several interfaces ({0}): make a module of each")]
    SeveralInterfaces(String),
    /// It wants more than the log.
    #[error("it imports `{name}`: {remedy}")]
    Import {
        /// The import.
        name: String,
        /// What to do.
        remedy: &'static str,
    },
    /// It cannot be compiled.
    #[error("it does not compile: {0}")]
    Compile(String),
    /// Its functions are not those of the contract.
    #[error("its functions are not those of the contract: {0}")]
    Contract(String),
}

impl Module {
    /// Loads a component, or a core module that carries its component type, which is what plain `cargo build` gives.
    ///
    /// # Errors
    /// The file is not a module of a contract that this host speaks, or wants more than a module may have.
    pub fn load(engine: &Engine, file: &Path) -> Result<Self, LoadError> {
        load(engine, file).map_err(|reason| LoadError { file: file.to_owned(), reason })
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

fn load(engine: &Engine, file: &Path) -> Result<Module, LoadReason> {
    let bytes = read(file)?;
    let digest = Digest::of(&bytes);
    let component = component(&bytes)?;
    let outline = outline(&component).map_err(|error| LoadReason::Damaged(error.to_string()))?;
    let (kind, version) = offered(&outline)?;
    check_imports(&outline)?;
    let world = world(engine, kind, compiled(engine, &digest, &component)?)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into();
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(Module(Arc::new(Loaded { engine: engine.clone(), name, digest, size, version, imports: outline.imports, world })))
}

fn read(path: &Path) -> Result<Vec<u8>, LoadReason> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(LoadReason::NotAFile);
    }
    let mut bytes = Vec::new();
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()) {
        Ok(0) => Err(LoadReason::Empty),
        Ok(size) if size <= MAX_SIZE => Ok(bytes),
        _ => Err(LoadReason::TooLarge),
    }
}

/// The file itself, or the component made of a core module.
fn component(bytes: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>, LoadReason> {
    if Parser::is_component(bytes) {
        return Ok(bytes.into());
    }
    if !Parser::is_core_wasm(bytes) {
        return Err(LoadReason::NotWasm);
    }
    let core: Outline = outline(bytes).map_err(|error| LoadReason::Damaged(error.to_string()))?;
    if !core.has_component_type {
        return Err(LoadReason::NoComponentType);
    }
    check_core_imports(&core)?;
    wrap(bytes).map(Into::into)
}

/// The encoder was not written for hostile input: a panic in it is one more reason to refuse the file.
fn wrap(core: &[u8]) -> Result<Vec<u8>, LoadReason> {
    let encode = || ComponentEncoder::default().validate(true).module(core)?.encode();
    match catch_unwind(AssertUnwindSafe(encode)) {
        Ok(Ok(component)) => Ok(component),
        Ok(Err(error)) => Err(LoadReason::NoComponent(format!("{error:#}"))),
        Err(_) => Err(LoadReason::NoComponent("its component type is damaged".to_owned())),
    }
}

fn compiled(engine: &Engine, digest: &Digest, component: &[u8]) -> Result<Component, LoadReason> {
    if let Some(compiled) = engine.cache().and_then(|cache| cache.read(digest, engine.wasmtime())) {
        return Ok(compiled);
    }
    let compiled = Component::from_binary(engine.wasmtime(), component).map_err(|error| LoadReason::Compile(format!("{error:#}")))?;
    if let Some(cache) = engine.cache() {
        cache.write(digest, &compiled);
    }
    Ok(compiled)
}

fn world(engine: &Engine, kind: ModuleKind, component: Component) -> Result<World, LoadReason> {
    let contract = |error: wasmtime::Error| LoadReason::Contract(format!("{error:#}"));
    let pre: InstancePre<State> = engine.linker().instantiate_pre(&component).map_err(contract)?;
    let world = match kind {
        ModuleKind::StreamParser => stream::StreamParserModulePre::new(pre).map(World::Stream),
        ModuleKind::PacketParser => packet::PacketParserModulePre::new(pre).map(World::Packet),
        ModuleKind::PacketFilter => filter::PacketFilterModulePre::new(pre).map(World::Filter),
    };
    world.map_err(contract)
}
