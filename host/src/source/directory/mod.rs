//! TEMPORARY
#![allow(missing_docs, clippy::allow_attributes, clippy::allow_attributes_without_reason)]
use std::collections::{HashSet, VecDeque};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::config::{AfterIngest, DirectorySource};
use crate::stop::Stop;

#[derive(Clone, Copy)]
pub enum Mode { Once, ForEver }
#[derive(Debug, Clone)]
pub struct FoundFile { pub path: PathBuf, pub relative: PathBuf, pub size: u64, pub modified: SystemTime }
#[derive(Debug, thiserror::Error)]
#[error("cannot read {0}")]
pub struct DirectoryError(PathBuf, #[source] io::Error);
pub struct Directory { spec: DirectorySource, seen: HashSet<(PathBuf, u64, SystemTime)>, ready: VecDeque<FoundFile>, scanned: bool }
impl Directory {
    pub fn open(spec: &DirectorySource) -> Result<Self, DirectoryError> {
        fs::read_dir(&spec.path).map_err(|e| DirectoryError(spec.path.clone(), e))?;
        Ok(Self { spec: spec.clone(), seen: HashSet::new(), ready: VecDeque::new(), scanned: false })
    }
    fn scan(&mut self, dir: &Path) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() { if self.spec.recursive { self.scan(&path) }; continue }
            let Ok(meta) = entry.metadata() else { continue };
            let relative = path.strip_prefix(&self.spec.path).unwrap_or(&path).to_owned();
            let name = entry.file_name().to_string_lossy().into_owned();
            if !self.spec.include.matches(&name, &relative) || self.spec.exclude.matches(&name, &relative) { continue }
            let Ok(modified) = meta.modified() else { continue };
            if self.seen.insert((path.clone(), meta.len(), modified)) { self.ready.push_back(FoundFile { path, relative, size: meta.len(), modified }) }
        }
    }
    pub fn next(&mut self, mode: Mode, stop: &Stop) -> Option<FoundFile> {
        loop {
            if stop.is_set() { return None }
            if let Some(found) = self.ready.pop_front() { return Some(found) }
            if self.scanned && matches!(mode, Mode::Once) { return None }
            if self.scanned { stop.wait(Duration::from_millis(100)); }
            let path = self.spec.path.clone();
            self.scan(&path);
            self.scanned = true;
        }
    }
    pub fn retry(&mut self, found: &FoundFile, _: Duration) { self.seen.remove(&(found.path.clone(), found.size, found.modified)); }
}
impl FoundFile {
    pub fn open(&self) -> io::Result<File> { File::open(&self.path) }
    pub fn changed(&self) -> bool { fs::metadata(&self.path).is_ok_and(|m| m.len() != self.size) }
    pub fn modified_seconds(&self) -> Option<i64> { self.modified.duration_since(SystemTime::UNIX_EPOCH).ok().map(|d| d.as_secs() as i64) }
}
pub fn after(found: &FoundFile, after: &AfterIngest) -> io::Result<()> {
    match after {
        AfterIngest::Keep => Ok(()),
        AfterIngest::Delete => fs::remove_file(&found.path),
        AfterIngest::Move(to) => { let to = to.join(&found.relative); fs::create_dir_all(to.parent().unwrap_or(&to))?; fs::rename(&found.path, to) }
    }
}
