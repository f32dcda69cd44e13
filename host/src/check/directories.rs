//! Directories: sources can be read, and what has to be written can be.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use rustix::fs::{Access, access};

use crate::config::{AfterIngest, DirectorySource, Document, Hdfs, KafkaSource, Pipeline, Problem, Sink, Source, StreamSource, is_hdfs};
use crate::storage::{HdfsStorage, StorageError};

/// What is wrong with the directories of pipelines.
pub(super) fn problems(document: &Document, pipelines: &[&Pipeline]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for pipeline in pipelines {
        let mut note = |key: &str, message: Result<(), String>| {
            if let Err(message) = message {
                problems.push(document.problem(&format!("pipelines.{}.{key}", pipeline.name), message));
            }
        };
        match &pipeline.source {
            Source::Directory(source) => {
                note("source.directory.path", source_directory(source));
                if let AfterIngest::Move(to) = &source.after {
                    note("source.directory.after.move", writable(to));
                }
            }
            Source::Stream(StreamSource::Fifo(path)) => note("source.stream.path", fifo(path)),
            Source::Kafka(KafkaSource { root: Some(root), .. }) => note("source.kafka.root", readable(root)),
            Source::Stream(StreamSource::StandardInput) | Source::Kafka(_) => {}
        }
        match &pipeline.sink {
            Sink::Table(table) => {
                note("sink.table.path", place(&table.path, &table.hdfs));
                if let Some(state) = &table.hdfs.state {
                    note("sink.table.hdfs.state", writable(state));
                }
            }
            Sink::PacketStore(store) => note("sink.packet-store.path", place(&store.path, &store.hdfs)),
            Sink::Kafka(kafka) => {
                note("sink.kafka.state", writable(&kafka.state));
                if let Some(originals) = &kafka.originals {
                    note("sink.kafka.originals", place(&originals.directory, &originals.hdfs));
                    if let Some(state) = &originals.hdfs.state {
                        note("sink.kafka.hdfs.state", writable(state));
                    }
                }
            }
        }
    }
    problems
}

fn source_directory(source: &DirectorySource) -> Result<(), String> {
    readable(&source.path)?;
    match source.after {
        AfterIngest::Keep => Ok(()),
        // Taking a file out of a directory takes the right to write to it.
        AfterIngest::Move(_) | AfterIngest::Delete => writable(&source.path),
    }
}

fn readable(directory: &Path) -> Result<(), String> {
    let path = directory.display();
    match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(format!("the directory {path} does not exist: create it")),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(format!("{path} is not a directory{}", hint(directory))),
        Err(error) => Err(format!("cannot read the directory {path}: {error}")),
        Ok(_) => Ok(()),
    }
}

/// An error and what the system says.
fn chain(error: &StorageError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// What a person who names this as a directory may have meant.
fn hint(path: &Path) -> String {
    match fs::metadata(path) {
        Ok(metadata) if metadata.file_type().is_fifo() => format!(": read a FIFO with source.stream = {{ path = {path:?} }}"),
        Ok(metadata) if metadata.is_file() => {
            let (directory, name) = (path.parent().unwrap_or(path), path.file_name().unwrap_or_default().to_string_lossy());
            format!(": take a file with source.directory = {{ path = {directory:?}, include = {name:?} }}")
        }
        _ => String::new(),
    }
}

/// It is not opened: its writer would take this for the reader it waits for.
fn fifo(path: &Path) -> Result<(), String> {
    let shown = path.display();
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(format!("there is no {shown}: make a FIFO with `mkfifo {shown}`")),
        Err(error) => Err(format!("cannot look at {shown}: {error}")),
        Ok(metadata) if metadata.file_type().is_fifo() => {
            access(path, Access::READ_OK).map_err(|error| format!("cannot read the FIFO {shown}: {}", io::Error::from(error)))
        }
        Ok(_) => Err(format!("{shown} is no FIFO{}", hint(path))),
    }
}

/// Whether files can be made in a directory, wherever that is.
fn place(path: &Path, hdfs: &Hdfs) -> Result<(), String> {
    if !is_hdfs(path) {
        return writable(path);
    }
    let storage = HdfsStorage::new(&path.to_string_lossy(), &hdfs.without_patience());
    storage.and_then(|storage| storage.probe()).map_err(|error| chain(&error))
}

/// Whether files can be made in a directory; or the directory itself, if it does not exist.
fn writable(directory: &Path) -> Result<(), String> {
    let whole = std::path::absolute(directory).map_err(|error| format!("{} is no path: {error}", directory.display()))?;
    let existing = whole.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(Path::new("/"));
    if !existing.is_dir() {
        return Err(format!("{} is not a directory", existing.display()));
    }
    // Rights, read-only mounts, quotas: only writing tells.
    let probe = existing.join(format!(".weir-check-{}", std::process::id()));
    let made = OpenOptions::new().write(true).create_new(true).open(&probe);
    let removed = made.and_then(|_| fs::remove_file(&probe));
    removed.map_err(|error| format!("cannot write to {}: {error}", existing.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_can_be_made_is_writable_and_not_made() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(writable(&root.path().join("a/b")), Ok(()));
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(writable(&file.join("table")), Err(format!("{} is not a directory", file.display())));
    }

    #[test]
    fn a_place_that_takes_no_files_is_named_with_the_reason() {
        let error = writable(Path::new("/proc/weir/table")).unwrap_err();
        assert!(error.starts_with("cannot write to /proc: "), "{error}");
    }
}
