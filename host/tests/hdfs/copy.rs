//! A directory of HDFS copied to this machine, for those who read files.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use weir::config::Hdfs;
use weir::storage::{self, Storage, StorageError};

/// Everything below a URL, as it is. Of a table that is being written, what is seen while the rest is copied.
pub fn copy(url: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let storage = storage::open(Path::new(url), &Hdfs::default()).unwrap();
    copy_below(storage.as_ref(), "", directory.path());
    directory
}

fn copy_below(storage: &dyn Storage, path: &str, to: &Path) {
    for entry in storage.list(path).unwrap() {
        let below = if path.is_empty() { entry.name.clone() } else { format!("{path}/{}", entry.name) };
        if entry.directory {
            fs::create_dir(to.join(&below)).unwrap();
            copy_below(storage, &below, to);
            continue;
        }
        match storage.read(&below, 1 << 30) {
            Ok(bytes) => fs::write(to.join(&below), bytes).unwrap(),
            // A running weir has moved it.
            Err(StorageError::Missing { .. }) => {}
            Err(error) => panic!("{below}: {error}"),
        }
    }
}
