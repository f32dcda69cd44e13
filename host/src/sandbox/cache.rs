//! Compiled modules on disk. A file is `MODULE-RUNTIME.cwasm`, named by the digest of the module and of everything its compilation depends on; it
//! holds the SHA-256 of what follows (32 bytes), then the runtime's own format. A file that is damaged in any way is compiled anew.

use std::fs::{self, DirBuilder, File};
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use wasmtime::component::Component;

use super::artifact::Artifact;
use crate::model::{Digest, DigestWriter};

const DIGEST: usize = 32;

/// A directory of compiled modules.
pub(super) struct Cache {
    directory: PathBuf,
    runtime: Digest,
}

/// Why a directory cannot hold compiled modules.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// It cannot be created or looked at.
    #[error("cannot use {path} for compiled modules")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Others could put code into it.
    #[error("{0} holds compiled code and others may write there: make it its owner's alone (chmod 700), or name another directory")]
    Open(PathBuf),
}

impl Cache {
    /// Creates the directory if it is missing, with access for its owner alone.
    pub fn open(directory: &Path, engine: &wasmtime::Engine) -> Result<Self, CacheError> {
        let failed = |source| CacheError::Directory { path: directory.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
        if !is_private(directory).map_err(failed)? {
            return Err(CacheError::Open(directory.to_owned()));
        }
        Ok(Self { directory: directory.to_owned(), runtime: runtime(engine) })
    }

    /// The compiled component of a module, if it is there, whole, and of this runtime.
    pub fn read(&self, module: &Digest, engine: &wasmtime::Engine) -> Option<Component> {
        let path = self.path(module);
        let bytes = fs::read(&path).ok()?;
        let loaded = verified(bytes).and_then(|artifact| artifact.load(engine).ok());
        if loaded.is_none() {
            tracing::warn!("{} is damaged: the module is compiled anew", path.display());
        }
        loaded
    }

    /// Keeps a compiled component. Failing costs a compilation at the next start, so it is only said in the log.
    pub fn write(&self, module: &Digest, component: &Component) {
        let path = self.path(module);
        let written = component.serialize().map_err(|error| error.to_string());
        let written = written.and_then(|code| self.replace(&path, &code).map_err(|error| error.to_string()));
        if let Err(error) = written {
            tracing::warn!("cannot keep the compiled module in {}: {error}", path.display());
        }
    }

    fn path(&self, module: &Digest) -> PathBuf {
        self.directory.join(format!("{}-{}.cwasm", module.hex(), self.runtime.hex()))
    }

    /// A reader sees the old file or the new one, and two writers do not meet.
    fn replace(&self, path: &Path, code: &[u8]) -> io::Result<()> {
        static WRITES: AtomicU64 = AtomicU64::new(0);
        let write = WRITES.fetch_add(1, Ordering::Relaxed);
        let temporary = self.directory.join(format!(".{}-{write}.tmp", std::process::id()));
        let kept = write_whole(&temporary, code).and_then(|()| fs::rename(&temporary, path));
        if kept.is_err() {
            // It may not be there at all.
            let _ = fs::remove_file(&temporary);
        }
        kept
    }
}

fn write_whole(path: &Path, code: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(&Sha256::digest(code))?;
    file.write_all(code)
}

fn verified(mut bytes: Vec<u8>) -> Option<Artifact> {
    let (digest, code) = bytes.split_at_checked(DIGEST)?;
    if Sha256::digest(code).as_slice() != digest {
        return None;
    }
    bytes.drain(..DIGEST);
    Some(Artifact::trusted(bytes))
}

/// Owned by who runs this process, and writable by nobody else.
fn is_private(directory: &Path) -> io::Result<bool> {
    let (directory, process) = (fs::metadata(directory)?, fs::metadata("/proc/self")?);
    Ok(directory.uid() == process.uid() && directory.mode() & 0o022 == 0)
}

/// Everything that compiled code depends on but the module: the runtime's version, its settings and the processor.
fn runtime(engine: &wasmtime::Engine) -> Digest {
    let mut hasher = DigestHasher(DigestWriter::default());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.0.finish()
}

struct DigestHasher(DigestWriter);

impl Hasher for DigestHasher {
    fn write(&mut self, bytes: &[u8]) {
        // Writing into a digest cannot fail.
        let _ = self.0.write_all(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
