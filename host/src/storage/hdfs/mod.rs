//! A directory of HDFS as a storage, by the client hdfs-native.
//!
//! The NameNode creates and renames in one step, and never over another file unless told to; that is all the table's protocol asks for. A file is
//! there once it was closed: one that is still open reads as empty. What HDFS refuses for the moment is tried again for as long as the options say.

mod claim;
mod cluster;
mod failure;
mod input;
mod output;
mod probe;
mod runtime;

use std::io::{Cursor, Read};
use std::sync::Arc;

use bytes::Bytes;

use super::{Claim, Creation, Entry, Operation, Output, Renaming, Storage, StorageError};
use crate::config::Hdfs;
use cluster::Cluster;
use failure::Meaning;
use input::HdfsInput;
use output::HdfsOutput;

/// A directory of HDFS.
pub struct HdfsStorage {
    cluster: Arc<Cluster>,
    /// The URL.
    root: String,
    /// The path in the URL, without a slash at its end: empty for the root of HDFS.
    base: String,
}

impl HdfsStorage {
    /// A storage below `hdfs://host:port/path`, `hdfs://nameservice/path`, or `hdfs:///path` for the default of the cluster's configuration. The directory
    /// need not exist yet, and nothing is asked of HDFS.
    ///
    /// # Errors
    /// The URL or a file of the cluster's configuration makes no sense.
    pub fn new(url: &str, options: &Hdfs) -> Result<Self, StorageError> {
        let bad = |reason: &str| StorageError::BadUrl { url: url.to_owned(), reason: reason.to_owned() };
        let rest = url.strip_prefix("hdfs://").ok_or_else(|| bad("it does not begin with hdfs://"))?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.trim_end_matches('/');
        if !path.is_empty() && !path.split('/').all(is_sound) {
            return Err(bad("its path has an empty name, `.`, `..` or a `:`"));
        }
        let cluster = Arc::new(Cluster::new(&format!("hdfs://{host}"), options)?);
        let base = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { cluster, root: url.trim_end_matches('/').to_owned(), base })
    }

    fn locate(&self, path: &str) -> Result<String, StorageError> {
        match path {
            "" if self.base.is_empty() => Ok("/".to_owned()),
            "" => Ok(self.base.clone()),
            _ if path.split('/').all(is_sound) => Ok(format!("{}/{path}", self.base)),
            _ => Err(StorageError::BadPath { path: path.to_owned() }),
        }
    }

    /// Renames, and says how often it was tried.
    fn move_file(&self, from: &str, to: &str) -> Result<(Renaming, u32), StorageError> {
        let mut tries = 0;
        let renamed = self.cluster.persist(from, async || {
            tries += 1;
            self.cluster.client.rename(from, to, false).await
        });
        let renaming = match renamed {
            Ok(()) => Renaming::Moved,
            Err(error) => match Meaning::of(&error) {
                Meaning::Exists => Renaming::TargetExists,
                Meaning::Missing if self.length(from)?.is_none() => Renaming::SourceMissing,
                _ => return Err(self.cluster.failed(Operation::Rename, from, error)),
            },
        };
        Ok((renaming, tries))
    }

    /// Of a file, at a path of HDFS.
    fn length(&self, at: &str) -> Result<Option<u64>, StorageError> {
        match self.cluster.persist(at, async || self.cluster.client.get_file_info(at).await) {
            Ok(status) => Ok((!status.isdir).then_some(status.length as u64)),
            Err(error) if Meaning::of(&error) == Meaning::Missing => Ok(None),
            Err(error) => Err(self.cluster.failed(Operation::Read, at, error)),
        }
    }

    fn input(&self, path: &str) -> Result<HdfsInput, StorageError> {
        let path = self.locate(path)?;
        let file = self.cluster.call(Operation::Read, &path, async || self.cluster.client.read(&path).await)?;
        Ok(HdfsInput { cluster: Arc::clone(&self.cluster), path, file, chunk: Bytes::new() })
    }

    /// What a rename that found nothing to rename has done before, if its answer was lost.
    fn created_before(&self, path: &str, bytes: &[u8], by: &str) -> Result<Creation, StorageError> {
        match self.read(path, bytes.len() as u64) {
            Ok(found) if found == bytes => Ok(Creation::Created),
            Ok(_) | Err(StorageError::TooLarge { .. }) => Ok(Creation::Exists),
            Err(StorageError::Missing { source, .. }) => {
                Err(StorageError::Missing { operation: Operation::Rename, path: self.cluster.name(&self.locate(by)?), source })
            }
            Err(error) => Err(error),
        }
    }
}

impl Storage for HdfsStorage {
    fn root(&self) -> &str {
        &self.root
    }

    fn create(&self, path: &str) -> Result<Box<dyn Output>, StorageError> {
        Ok(Box::new(HdfsOutput::new(Arc::clone(&self.cluster), self.locate(path)?)))
    }

    fn create_if_absent(&self, path: &str, bytes: &[u8], by: &str) -> Result<Creation, StorageError> {
        let (target, passage) = (self.locate(path)?, self.locate(by)?);
        self.cluster.runtime.block_on(output::upload(&self.cluster, &passage, Cursor::new(bytes)))?;
        // Whoever took a hold over removes the passage: asked after it was made, a lost hold either shows now or leaves nothing to rename.
        claim::check(&self.cluster)?;
        match self.move_file(&passage, &target)?.0 {
            Renaming::Moved => Ok(Creation::Created),
            Renaming::TargetExists => self.remove(by).map(|()| Creation::Exists),
            Renaming::SourceMissing => self.created_before(path, bytes, by),
        }
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        Ok(Box::new(self.input(path)?))
    }

    fn read_range(&self, path: &str, offset: u64, length: u64) -> Result<Vec<u8>, StorageError> {
        let HdfsInput { path, file, .. } = self.input(path)?;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(file.file_length());
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(file.file_length() - offset);
        let bytes = self.cluster.call(Operation::Read, &path, async || file.read_range(offset, length).await)?;
        Ok(bytes.into())
    }

    fn rename(&self, from: &str, to: &str) -> Result<Renaming, StorageError> {
        let (source, target) = (self.locate(from)?, self.locate(to)?);
        match self.move_file(&source, &target)? {
            // An earlier try has done it, and its answer was lost.
            (Renaming::SourceMissing, 2..) if self.length(&target)?.is_some() => Ok(Renaming::Moved),
            (renaming, _) => Ok(renaming),
        }
    }

    fn remove(&self, path: &str) -> Result<(), StorageError> {
        let at = self.locate(path)?;
        match self.cluster.persist(&at, async || self.cluster.client.delete(&at, false).await) {
            Err(error) if Meaning::of(&error) != Meaning::Missing => Err(self.cluster.failed(Operation::Remove, &at, error)),
            _ => Ok(()),
        }
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, StorageError> {
        let at = self.locate(dir)?;
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        match self.cluster.persist(&at, async || self.cluster.client.list_status(&at, false).await) {
            Ok(found) => Ok(found.iter().map(|found| Entry { name: name(&found.path), directory: found.isdir }).collect()),
            Err(error) if Meaning::of(&error) == Meaning::Missing => Ok(Vec::new()),
            Err(error) => Err(self.cluster.failed(Operation::List, &at, error)),
        }
    }

    fn make_dirs(&self, dir: &str) -> Result<(), StorageError> {
        let at = self.locate(dir)?;
        let make = async || self.cluster.client.mkdirs(&at, self.cluster.directories, true).await;
        self.cluster.call(Operation::MakeDirectory, &at, make)
    }

    fn size(&self, path: &str) -> Result<Option<u64>, StorageError> {
        self.length(&self.locate(path)?)
    }

    fn claim(&self, path: &str) -> Result<Box<dyn Claim>, StorageError> {
        Ok(Box::new(claim::claim(&self.cluster, &self.locate(path)?)?))
    }
}

/// HDFS takes no colon in a name.
fn is_sound(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['\0', ':', '\\'])
}
