//! Listing a tree: what lies there, and what of it is to be taken.

use std::fs::{self, FileType, Metadata};
use std::io;
use std::ops::ControlFlow;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use crate::config::{AfterIngest, DirectorySource, Selection};

/// A tree and what is selected of it. Paths are below its root.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: PathBuf,
    recursive: bool,
    include: Selection,
    exclude: Selection,
    /// Where ingested files go: they are not to be found again.
    done: Option<PathBuf>,
}

/// What a listing met, at a path below the root.
#[derive(Debug)]
pub(super) enum Met {
    /// A directory, before its entries are listed.
    Directory,
    /// A regular file, or a link to one, that is selected.
    File(Metadata),
    /// Not selected.
    Refused,
    /// Neither a file nor a directory that is listed: what it is.
    Odd(&'static str),
    /// A file or directory that nothing can be said of.
    Unreadable(io::Error),
}

impl Tree {
    /// Of the directory `root`, which is `spec.path` made absolute.
    pub(super) fn new(root: PathBuf, spec: &DirectorySource) -> Self {
        let done = match &spec.after {
            AfterIngest::Move(directory) => Some(std::path::absolute(directory).unwrap_or_else(|_| directory.clone())),
            AfterIngest::Keep | AfterIngest::Delete => None,
        };
        Self { root, recursive: spec.recursive, include: spec.include.clone(), exclude: spec.exclude.clone(), done }
    }

    /// Tells `meet` of `from` and everything below it, each directory before its entries. Links to directories are not followed, so a tree ends.
    /// An entry that vanishes meanwhile is left out.
    pub(super) fn walk(&self, from: &Path, meet: &mut dyn FnMut(&Path, Met) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut directories = vec![from.to_owned()];
        while let Some(directory) = directories.pop() {
            meet(&directory, Met::Directory)?;
            let entries = match fs::read_dir(self.root.join(&directory)) {
                Ok(entries) => entries,
                Err(error) => {
                    self.report(&directory, error, meet)?;
                    continue;
                }
            };
            for entry in entries {
                let named = entry.and_then(|entry| Ok((directory.join(entry.file_name()), entry.file_type()?)));
                match named {
                    Ok((path, kind)) => self.enter(path, kind, &mut directories, meet)?,
                    Err(error) => self.report(&directory, error, meet)?,
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// What lies at a path; None when nothing does.
    pub(super) fn look(&self, path: &Path) -> Option<Met> {
        match fs::symlink_metadata(self.root.join(path)) {
            Ok(metadata) => self.classify(path, metadata.file_type()),
            Err(error) => unless_gone(error),
        }
    }

    fn enter(
        &self,
        path: PathBuf,
        kind: FileType,
        directories: &mut Vec<PathBuf>,
        meet: &mut dyn FnMut(&Path, Met) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match self.classify(&path, kind) {
            Some(Met::Directory) => directories.push(path),
            Some(met) => meet(&path, met)?,
            None => {}
        }
        ControlFlow::Continue(())
    }

    /// The root must be there, everything else may vanish.
    fn report(&self, path: &Path, error: io::Error, meet: &mut dyn FnMut(&Path, Met) -> ControlFlow<()>) -> ControlFlow<()> {
        let is_root = path.as_os_str().is_empty();
        if is_root || error.kind() != io::ErrorKind::NotFound { meet(path, Met::Unreadable(error)) } else { ControlFlow::Continue(()) }
    }

    fn classify(&self, path: &Path, kind: FileType) -> Option<Met> {
        if kind.is_dir() {
            return Some(if self.enters(path) { Met::Directory } else { Met::Refused });
        }
        if !self.selects(path) {
            return Some(Met::Refused);
        }
        if !kind.is_file() && !kind.is_symlink() {
            return Some(Met::Odd(name_of(kind)));
        }
        match fs::metadata(self.root.join(path)) {
            Ok(metadata) if metadata.is_file() => Some(Met::File(metadata)),
            Ok(metadata) if metadata.is_dir() => Some(Met::Odd("a link to a directory")),
            Ok(metadata) => Some(Met::Odd(name_of(metadata.file_type()))),
            Err(error) if kind.is_symlink() && error.kind() != io::ErrorKind::PermissionDenied => Some(Met::Odd("a link to nothing")),
            Err(error) => unless_gone(error),
        }
    }

    fn enters(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        let excluded = self.exclude.names.is_match(name) || self.exclude.paths.is_match(path);
        self.recursive && !excluded && !self.is_done(path)
    }

    /// However the two are spelt; that is looked into only for directories of the name.
    fn is_done(&self, path: &Path) -> bool {
        let Some(done) = self.done.as_ref().filter(|done| done.file_name() == path.file_name()) else { return false };
        let path = self.root.join(path);
        *done == path || fs::canonicalize(done).is_ok_and(|done| fs::canonicalize(&path).is_ok_and(|path| done == path))
    }

    fn selects(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.include.matches(&name, path) && !self.exclude.matches(&name, path)
    }
}

fn unless_gone(error: io::Error) -> Option<Met> {
    (error.kind() != io::ErrorKind::NotFound).then_some(Met::Unreadable(error))
}

fn name_of(kind: FileType) -> &'static str {
    match kind {
        kind if kind.is_fifo() => "a FIFO, which `source.stream` reads",
        kind if kind.is_socket() => "a socket",
        kind if kind.is_char_device() || kind.is_block_device() => "a device",
        _ => "not a file",
    }
}
