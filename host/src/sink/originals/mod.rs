//! Files as they are, kept by the day and the hour of what they hold, as Spot's master keeps them (`pipelines/flow/collector.py`,
//! `pipelines/dns/collector.py`).
//!
//! ```text
//! DIRECTORY/20171103/14/nfcapd.201711031400
//! DIRECTORY/20170908/11/dns1_spot_00000_20170908113704.pcap
//! DIRECTORY/.weir/OWNER/…                          files that are being written
//! ```
//!
//! A file gets its name when it is whole and on the disk, and no file takes the place of another: the same content under a known name is that file, and other
//! content gets a name of its own beside it.

mod error;
mod hour;
mod pieces;
mod staged;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

pub use error::OriginalsError;
pub use staged::Staged;

use crate::config::{Originals, hdfs_path, is_hdfs};
use crate::content::Positioned;
use crate::model::{Digest, DigestWriter};
use crate::storage::{Renaming, Storage};
use hour::Hour;
use pieces::Pieces;
use staged::Staging;

/// See the top of the file.
pub struct Store {
    storage: Arc<dyn Storage>,
    /// The directory as messages name it.
    root: String,
    on_hdfs: bool,
    split: Option<u64>,
    /// Directory of unfinished files: nobody else's.
    temp: String,
}

/// A file to be kept.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    /// Its bytes.
    pub file: &'a Arc<File>,
    /// Its name, without directories.
    pub name: &'a str,
    /// When its content last changed.
    pub modified: SystemTime,
}

impl Store {
    /// Opens the directory, which need not exist, and removes what an earlier run of `owner` did not finish. Only one process at a time is that owner.
    ///
    /// # Errors
    /// The storage fails.
    pub fn open(storage: Arc<dyn Storage>, spec: &Originals, owner: &str) -> Result<Self, OriginalsError> {
        let root = match is_hdfs(&spec.directory) {
            // As Spot's programs name it: they know of one cluster.
            true => hdfs_path(&spec.directory),
            false => std::path::absolute(&spec.directory).unwrap_or_else(|_| spec.directory.clone()),
        };
        let owner: String = Digest::of(owner.as_bytes()).hex().chars().take(16).collect();
        let temp = format!(".weir/{owner}");
        storage.make_dirs(&temp)?;
        for left in storage.list(&temp)?.into_iter().filter(|entry| !entry.directory) {
            storage.remove(&format!("{temp}/{}", left.name))?;
        }
        Ok(Self { storage, root: root.display().to_string(), on_hdfs: is_hdfs(&spec.directory), split: spec.split_packets, temp })
    }

    /// Writes a file, or the pieces of a capture, under names that nobody reads. What was staged before is removed.
    ///
    /// # Errors
    /// The file cannot be read, or the storage fails.
    pub fn stage(&self, original: &Original<'_>) -> Result<Staged, OriginalsError> {
        let mut staging = Staging::new(Arc::clone(&self.storage), &self.temp);
        if let Some(most) = self.split
            && Pieces::new(original, most).write(&mut staging)?
        {
            return Ok(staging.end());
        }
        staging.discard();
        let hour = Hour::of(original).map_err(OriginalsError::Input)?;
        let mut bytes = Positioned::new(Arc::clone(original.file), 0);
        let mut output = staging.begin(&clean(original.name), hour)?;
        copy(&mut bytes, &mut output)?;
        staging.close(output)?;
        Ok(staging.end())
    }

    /// Gives staged files their names, which a power loss does not undo. Gives the full paths, in the order of the pieces.
    ///
    /// # Errors
    /// The storage fails.
    pub fn place(&self, mut staged: Staged) -> Result<Vec<String>, OriginalsError> {
        let mut paths = Vec::new();
        for file in staged.files() {
            let directory = file.hour.directory();
            self.storage.make_dirs(&directory)?;
            // HDFS takes no colon in a name.
            let name = if self.on_hdfs { file.name.replace(':', "_") } else { file.name.clone() };
            let placed = self.place_one(&file.temp, &directory, &name, &file.digest)?;
            self.storage.settle(&directory)?;
            paths.push(format!("{}/{placed}", self.root.trim_end_matches('/')));
        }
        staged.forget();
        Ok(paths)
    }

    fn place_one(&self, temp: &str, directory: &str, name: &str, digest: &Digest) -> Result<String, OriginalsError> {
        for name in [name.to_owned(), beside(name, digest)] {
            let to = format!("{directory}/{name}");
            match self.storage.rename(temp, &to)? {
                Renaming::Moved => return Ok(to),
                Renaming::TargetExists if self.digest(&to)? == *digest => {
                    self.storage.remove(temp)?;
                    return Ok(to);
                }
                Renaming::TargetExists | Renaming::SourceMissing => {}
            }
        }
        Err(OriginalsError::NoName { name: format!("{directory}/{name}") })
    }

    fn digest(&self, path: &str) -> Result<Digest, OriginalsError> {
        let mut digest = DigestWriter::default();
        io::copy(&mut self.storage.open(path)?, &mut digest).map_err(OriginalsError::Kept)?;
        Ok(digest.finish())
    }
}

/// Copies everything, and says which end failed.
fn copy(from: &mut impl Read, to: &mut staged::Output) -> Result<(), OriginalsError> {
    let mut block = vec![0; 256 << 10];
    loop {
        match from.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(count) => to.write(block.get(..count).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(OriginalsError::Input(error)),
        }
    }
}

/// The name of a file whose own name other content has: what tells day and hour, behind the first dot, stays where it is.
fn beside(name: &str, digest: &Digest) -> String {
    let mark: String = digest.hex().chars().take(12).collect();
    match name.split_once('.') {
        Some((stem, rest)) => format!("{stem}-{mark}.{rest}"),
        None => format!("{name}-{mark}"),
    }
}

/// A name that stays on one line and in its directory; a hidden file would not be found.
fn clean(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c }).collect();
    let name = if name.starts_with('.') { format!("_{name}") } else { name };
    if name.is_empty() { "_".to_owned() } else { name }
}

/// The name of a path, whatever its bytes are.
pub fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::Hdfs;
    use crate::storage::LocalStorage;

    fn keep(root: &Path, name: &str, content: &[u8]) -> String {
        let spec = Originals { directory: root.to_owned(), hdfs: Hdfs::default(), split_packets: None };
        let store = Store::open(Arc::new(LocalStorage::new(root)), &spec, "a test").unwrap();
        let path = root.join("input");
        fs::write(&path, content).unwrap();
        let file = Arc::new(File::open(&path).unwrap());
        let modified = SystemTime::UNIX_EPOCH;
        let staged = store.stage(&Original { file: &file, name, modified }).unwrap();
        let [path] = store.place(staged).unwrap().try_into().unwrap();
        assert_eq!(fs::read(&path).unwrap(), content);
        assert_eq!(fs::read_dir(root.join(&store.temp)).unwrap().count(), 0);
        path.strip_prefix(root.to_str().unwrap()).unwrap().to_owned()
    }

    #[test]
    fn no_file_takes_the_place_of_another_and_the_same_content_is_the_same_file() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        assert_eq!(keep(root, "nfcapd.201711031400", b"one"), "/20171103/14/nfcapd.201711031400");
        assert_eq!(keep(root, "nfcapd.201711031400", b"one"), "/20171103/14/nfcapd.201711031400");
        let other = keep(root, "nfcapd.201711031400", b"two");
        assert_eq!(other, format!("/20171103/14/nfcapd-{:.12}.201711031400", Digest::of(b"two").hex()));
        assert_eq!(keep(root, "nfcapd.201711031400", b"two"), other);
    }

    #[test]
    fn a_name_stays_in_its_directory_and_on_its_line() {
        assert_eq!(["a\nb", ".hidden", "", "x.log"].map(clean), ["a_b", "_.hidden", "_", "x.log"]);
    }
}
