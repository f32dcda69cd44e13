//! The files of a store in a local directory, below it at any depth.

use std::io;
use std::path::{Path, PathBuf};

use tracing::warn;

/// Lists every file. What vanishes meanwhile and links that lead nowhere are told in the log and left out. Names that begin with `.` or `_` are left out, with what is below them: nobody's finished data is called so.
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
            match entry.path().metadata() {
                // A link to a directory may lead back to where it is.
                Ok(facts) if facts.is_dir() && !entry.file_type()?.is_symlink() => open.push(entry.path()),
                Ok(facts) if facts.is_file() => files.push(entry.path()),
                Ok(_) => {}
                Err(error) => warn!("{} is left out: {error}", entry.path().display()),
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}
