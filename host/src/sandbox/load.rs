//! From a file to a module: read, made a component if it is none yet, checked against the contract, compiled.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use wasmparser::Parser;
use wasmtime::component::Component;
use wit_component::ComponentEncoder;

use super::engine::Engine;
use super::interface::{CONTRACT_VERSIONS, check_core_imports, check_imports, offered};
use super::line::one_line;
use super::module::{Loaded, World};
use super::outline::outline;
use super::quiet::quietly;
use super::worlds::{filter, packet, stream};
use crate::model::{Digest, ModuleKind};
use crate::signature::{Trust, Untrusted};

/// Of a module's file. The largest known, interpreters with their libraries, have some 50 MiB.
const MAX_SIZE: u64 = 256 << 20;

/// Characters of what a library says of a file, and of a name in it.
pub(super) const FINDING: usize = 300;

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
    Read(io::Error),
    /// It is a directory, a pipe or the like.
    #[error("it is not a regular file")]
    NotAFile,
    /// It has no bytes.
    #[error("it is empty")]
    Empty,
    /// It has too many bytes.
    #[error("it is larger than {}", ByteSize(MAX_SIZE))]
    TooLarge,
    /// Nobody who is trusted signed it.
    #[error(transparent)]
    Untrusted(#[from] Untrusted),
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
    /// A compiler gave up on it.
    #[error("it is so damaged that the compiler failed on it")]
    Panic,
    /// Its functions are not those of the contract.
    #[error("its functions are not those of the contract: {0}")]
    Contract(String),
}

/// Loads a module's file. Compilers were not written for hostile input: a panic in one is a reason to refuse the file.
pub(super) fn load(engine: &Engine, file: &Path, trust: &Trust) -> Result<Loaded, LoadReason> {
    quietly(|| load_checked(engine, file, trust)).unwrap_or(Err(LoadReason::Panic))
}

fn load_checked(engine: &Engine, file: &Path, trust: &Trust) -> Result<Loaded, LoadReason> {
    let bytes = read(file)?;
    trust.check(file, &bytes)?;
    let digest = Digest::of(&bytes);
    let component = component(&bytes)?;
    let outline = outline(&component).map_err(|error| LoadReason::Damaged(finding(&error)))?;
    let (kind, version) = offered(&outline)?;
    check_imports(&outline)?;
    let world = world(engine, kind, compiled(engine, &digest, &component)?)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into();
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(Loaded { engine: engine.clone(), name, digest, size, version, imports: outline.imports.into_iter().collect(), world })
}

/// What a library found, which quotes the file.
fn finding(error: &dyn std::fmt::Display) -> String {
    one_line(&format!("{error:#}"), FINDING)
}

fn read(path: &Path) -> Result<Vec<u8>, LoadReason> {
    let file = File::open(path).map_err(LoadReason::Read)?;
    if !file.metadata().map_err(LoadReason::Read)?.is_file() {
        return Err(LoadReason::NotAFile);
    }
    let mut bytes = Vec::new();
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(LoadReason::Read)?;
    match u64::try_from(bytes.len()) {
        Ok(0) => Err(LoadReason::Empty),
        Ok(size) if size <= MAX_SIZE => Ok(bytes),
        _ => Err(LoadReason::TooLarge),
    }
}

/// The file itself, or the component made of a core module.
fn component(bytes: &[u8]) -> Result<Cow<'_, [u8]>, LoadReason> {
    if Parser::is_component(bytes) {
        return Ok(bytes.into());
    }
    if !Parser::is_core_wasm(bytes) {
        return Err(LoadReason::NotWasm);
    }
    let core = outline(bytes).map_err(|error| LoadReason::Damaged(finding(&error)))?;
    if !core.has_component_type {
        return Err(LoadReason::NoComponentType);
    }
    check_core_imports(&core)?;
    wrap(bytes).map(Into::into)
}

fn wrap(core: &[u8]) -> Result<Vec<u8>, LoadReason> {
    let component = ComponentEncoder::default().validate(true).module(core).and_then(|mut encoder| encoder.encode());
    component.map_err(|error| LoadReason::NoComponent(finding(&error)))
}

fn compiled(engine: &Engine, digest: &Digest, component: &[u8]) -> Result<Component, LoadReason> {
    if let Some(compiled) = engine.cache().and_then(|cache| cache.read(digest, engine.wasmtime())) {
        return Ok(compiled);
    }
    let compiled = Component::from_binary(engine.wasmtime(), component).map_err(|error| LoadReason::Compile(finding(&error)))?;
    if let Some(cache) = engine.cache() {
        cache.write(digest, &compiled);
    }
    Ok(compiled)
}

fn world(engine: &Engine, kind: ModuleKind, component: Component) -> Result<World, LoadReason> {
    let contract = |error: wasmtime::Error| LoadReason::Contract(finding(&error));
    let pre = engine.linker().instantiate_pre(&component).map_err(contract)?;
    let world = match kind {
        ModuleKind::StreamParser => stream::StreamParserModulePre::new(pre).map(World::Stream),
        ModuleKind::PacketParser => packet::PacketParserModulePre::new(pre).map(World::Packet),
        ModuleKind::PacketFilter => filter::PacketFilterModulePre::new(pre).map(World::Filter),
    };
    world.map_err(contract)
}
