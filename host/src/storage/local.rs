//! A directory of this machine as a storage.
//!
//! Nothing that was closed or created may be lost by a power failure, so a file is synced when it is closed, and so is the directory that holds its
//! name. A rename alone is not synced: it needs no more than to be done again, and its caller does that at start.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Claim, Creation, Entry, Operation, Output, Renaming, Storage, StorageError};

/// Longest text that a claim's file may hold, bytes.
const HOLDER: u64 = 256;

/// A directory of this machine.
#[derive(Debug)]
pub struct LocalStorage {
    root: PathBuf,
    name: String,
}

impl LocalStorage {
    /// A storage below `root`, which need not exist yet. Its file system must know hard links and locks, as all of Linux's own do.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { name: root.display().to_string(), root }
    }

    fn locate(&self, path: &str) -> Result<PathBuf, StorageError> {
        if path.is_empty() {
            return Ok(self.root.clone());
        }
        let sound = |name: &str| !matches!(name, "" | "." | "..") && !name.contains(['\0', '\\']);
        match path.split('/').all(sound) {
            true => Ok(self.root.join(path)),
            false => Err(StorageError::BadPath { path: path.to_owned() }),
        }
    }

    /// Puts the full path into what the system says.
    fn failed(&self, operation: Operation, path: &str) -> impl FnOnce(io::Error) -> StorageError {
        let path = self.root.join(path);
        move |source| StorageError::from_io(operation, &path.display().to_string(), source)
    }
}

impl Storage for LocalStorage {
    fn root(&self) -> &str {
        &self.name
    }

    fn create(&self, path: &str) -> Result<Box<dyn Output>, StorageError> {
        let at = self.locate(path)?;
        let file = File::create(&at).map_err(self.failed(Operation::Create, path))?;
        Ok(Box::new(LocalOutput { file, path: at, written: 0 }))
    }

    fn create_if_absent(&self, path: &str, bytes: &[u8], by: &str) -> Result<Creation, StorageError> {
        let (target, passage) = (self.locate(path)?, self.locate(by)?);
        write_synced(&passage, bytes).map_err(self.failed(Operation::Write, by))?;
        // A link is made whole or not at all, and never over another file: nobody sees half a record.
        let linked = fs::hard_link(&passage, &target);
        let _ = fs::remove_file(&passage);
        let creation = match linked {
            Ok(()) => Creation::Created,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Creation::Exists,
            Err(error) => return Err(self.failed(Operation::Create, path)(error)),
        };
        sync_parent(&target).map_err(self.failed(Operation::Create, path))?;
        Ok(creation)
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        let file = File::open(self.locate(path)?).map_err(self.failed(Operation::Read, path))?;
        Ok(Box::new(file))
    }

    fn read_range(&self, path: &str, offset: u64, length: u64) -> Result<Vec<u8>, StorageError> {
        let mut bytes = Vec::new();
        let mut file = File::open(self.locate(path)?).map_err(self.failed(Operation::Read, path))?;
        let read = file.seek(SeekFrom::Start(offset)).and_then(|_| file.take(length).read_to_end(&mut bytes));
        read.map(|_| bytes).map_err(self.failed(Operation::Read, path))
    }

    fn rename(&self, from: &str, to: &str) -> Result<Renaming, StorageError> {
        let (source, target) = (self.locate(from)?, self.locate(to)?);
        match fs::hard_link(&source, &target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(Renaming::TargetExists),
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_missing(&source) => return Ok(Renaming::SourceMissing),
            Err(error) => return Err(self.failed(Operation::Rename, from)(error)),
        }
        self.remove(from)?;
        Ok(Renaming::Moved)
    }

    fn settle(&self, dir: &str) -> Result<(), StorageError> {
        File::open(self.locate(dir)?).and_then(|dir| dir.sync_all()).map_err(self.failed(Operation::MakeDirectory, dir))
    }

    fn remove(&self, path: &str) -> Result<(), StorageError> {
        match fs::remove_file(self.locate(path)?) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed(Operation::Remove, path)(error)),
            _ => Ok(()),
        }
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, StorageError> {
        let entries = match fs::read_dir(self.locate(dir)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(self.failed(Operation::List, dir))?,
        };
        entries.map(|entry| entry.and_then(as_entry).map_err(self.failed(Operation::List, dir))).collect()
    }

    fn make_dirs(&self, dir: &str) -> Result<(), StorageError> {
        make_synced(&self.locate(dir)?).map_err(self.failed(Operation::MakeDirectory, dir))
    }

    fn size(&self, path: &str) -> Result<Option<u64>, StorageError> {
        match fs::metadata(self.locate(path)?) {
            Ok(metadata) => Ok(metadata.is_file().then_some(metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(Operation::Read, path)(error)),
        }
    }

    fn claim(&self, path: &str) -> Result<Box<dyn Claim>, StorageError> {
        let at = self.locate(path)?;
        let failed = || self.failed(Operation::Claim, path);
        // The file stays when the claim ends: who removed it could let two others lock two files of one name.
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(at).map_err(failed())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StorageError::Held { path: format!("{}/{path}", self.name), holder: holder(&file) });
            }
            Err(TryLockError::Error(error)) => return Err(failed()(error)),
        }
        sign(&mut file).map_err(failed())?;
        Ok(Box::new(LocalClaim { file }))
    }
}

/// A file of this machine that is being written.
struct LocalOutput {
    file: File,
    path: PathBuf,
    written: u64,
}

impl Write for LocalOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.written = self.written.saturating_add(written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for LocalOutput {
    fn close(self: Box<Self>) -> Result<u64, StorageError> {
        let synced = self.file.sync_all().and_then(|()| sync_parent(&self.path));
        synced.map_err(|source| StorageError::from_io(Operation::Close, &self.path.display().to_string(), source))?;
        Ok(self.written)
    }
}

/// The lock goes with the file.
struct LocalClaim {
    file: File,
}

impl Claim for LocalClaim {}

impl Drop for LocalClaim {
    fn drop(&mut self) {
        // A child process that is just being started holds a copy of the file for a moment, and closing ours would not end the lock.
        let _ = self.file.unlock();
    }
}

/// Who holds a claim: what [`sign`] wrote.
fn holder(file: &File) -> String {
    let mut text = String::new();
    match file.take(HOLDER).read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => "another process".to_owned(),
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    let now = jiff::Timestamp::try_from(SystemTime::now()).map(|now| format!(" since {now:.0}")).unwrap_or_default();
    file.set_len(0)?;
    writeln!(file, "process {}{now}", std::process::id())
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the name of `path` durable.
fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// Like [`fs::create_dir_all`], with the name of each new directory durable.
fn make_synced(dir: &Path) -> io::Result<()> {
    match fs::create_dir(dir) {
        Ok(()) => sync_parent(dir),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).ok_or(error)?;
            make_synced(parent)?;
            make_synced(dir)
        }
        Err(error) => Err(error),
    }
}

fn is_missing(path: &Path) -> bool {
    matches!(fs::symlink_metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound)
}

fn as_entry(entry: fs::DirEntry) -> io::Result<Entry> {
    Ok(Entry { name: entry.file_name().to_string_lossy().into_owned(), directory: entry.file_type()?.is_dir() })
}
