//! What a start does with the files that a crash left: those of commits get their names, those of nothing are removed.

use super::{TableError, layout, record};
use crate::fault;
use crate::model::{CommitRecord, CommittedFile};
use crate::storage::{Renaming, Storage, StorageError};
use layout::{Part, TempName};

/// What was left by a crash, and what became of it. Paths are below the table.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Files of commits that now have their names.
    pub moved: Vec<String>,
    /// Files of no commit that were removed.
    pub removed: u64,
    /// Names in the pipeline's temporary directory that weir never gave. Left alone.
    pub foreign: Vec<String>,
    /// Files whose record cannot be read, or whose place is taken, each with the reason. Left alone.
    pub undecided: Vec<(String, String)>,
}

/// Finishes every commit of the table, and empties the directory `own`, which the caller has claimed, and those of pipelines that nobody runs.
pub(super) fn recover(storage: &dyn Storage, own: &str) -> Result<Recovery, TableError> {
    let mut recovery = Recovery::default();
    sweep(storage, own, true, &mut recovery)?;
    for entry in storage.list(layout::TEMP)? {
        let dir = format!("{}/{}", layout::TEMP, entry.name);
        if entry.directory && dir != own {
            // Held while the directory is emptied. What is held by another, or may not be claimed, is left alone.
            let claim = storage.claim(&format!("{}/{}", layout::LOCKS, entry.name)).ok();
            sweep(storage, &dir, claim.is_some(), &mut recovery)?;
        }
    }
    fault::point("recovered");
    Ok(recovery)
}

/// Moves what the records know of a directory in which files are being written.
pub(super) fn place_committed(storage: &dyn Storage, own: &str) -> Result<(), TableError> {
    sweep(storage, own, false, &mut Recovery::default())
}

/// Files of a directory that is not `claimed` may belong to a commit that is being written: only what has its record is touched.
fn sweep(storage: &dyn Storage, dir: &str, claimed: bool, recovery: &mut Recovery) -> Result<(), TableError> {
    for entry in storage.list(dir)? {
        let path = format!("{dir}/{}", entry.name);
        let name = TempName::read(&entry.name).filter(|_| !entry.directory);
        match name.map(|name| place(storage, &name)) {
            None if claimed => recovery.foreign.push(path),
            None => {}
            Some(Ok(Some(place))) => {
                let placed = put(storage, &path, &place)?;
                fault::point("recovery-moved");
                match placed {
                    Placing::Blocked => recovery.undecided.push((path, format!("something else has its name, {place}"))),
                    Placing::Placed | Placing::Lost => recovery.moved.push(place),
                }
            }
            Some(Ok(None)) if claimed => {
                storage.remove(&path)?;
                fault::point("recovery-removed");
                recovery.removed += 1;
            }
            Some(Ok(None)) => {}
            Some(Err(TableError::Storage(error))) => return Err(error.into()),
            Some(Err(error)) => recovery.undecided.push((path, error.to_string())),
        }
    }
    Ok(())
}

/// Where a temporary file belongs: into the table if its own attempt was committed.
fn place(storage: &dyn Storage, name: &TempName) -> Result<Option<String>, TableError> {
    let Some(id) = name.id() else { return Ok(None) };
    let record = record::read(storage, id)?.filter(|record| record.attempt == name.attempt);
    Ok(record.and_then(|record| match name.part {
        Part::Data(number) => listed(&record, number),
        Part::Quarantine => record.quarantine_file,
        Part::Record => None,
    }))
}

fn listed(record: &CommitRecord, number: u32) -> Option<String> {
    let end = format!("-{number}.parquet");
    let is_it = |file: &&CommittedFile| file.number.map_or_else(|| file.path.ends_with(&end), |known| known == number);
    record.files.iter().find(is_it).map(|file| file.path.clone())
}

/// Gives a committed file its name; that it has been done before, or is being done by another, is as good.
pub(super) fn put(storage: &dyn Storage, from: &str, to: &str) -> Result<Placing, StorageError> {
    storage.make_dirs(layout::parent(to))?;
    if storage.rename(from, to)? == Renaming::Moved {
        return Ok(Placing::Placed);
    }
    match (storage.size(from)?, storage.size(to)?) {
        (None, Some(_)) => Ok(Placing::Placed),
        // The name is this commit's alone, so this is the same file: a crash came between its new name and the end of its old one.
        (Some(here), Some(there)) if here == there => storage.remove(from).map(|()| Placing::Placed),
        (None, None) => Ok(Placing::Lost),
        (Some(_), _) => Ok(Placing::Blocked),
    }
}

/// What became of a committed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placing {
    /// It is in its place.
    Placed,
    /// It is neither here nor there.
    Lost,
    /// Something else has its name.
    Blocked,
}
