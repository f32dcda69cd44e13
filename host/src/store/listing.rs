//! The files of a store in a local directory, below it at any depth.

use std::io;
use std::path::{Path, PathBuf};

/// Lists every file. Names that begin with `.` or `_` are left out, with what is below them: nobody's finished data is called so.
///
/// # Errors
/// A directory cannot be read.
pub fn list(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut open, mut files) = (vec![directory.to_owned()], Vec::new());
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory)? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") || entry.file_name().as_encoded_bytes().starts_with(b"_") {
                continue;
            }
            let kind = entry.path().metadata()?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}
