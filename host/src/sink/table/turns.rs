//! The order in which a pipeline carries state from source to source: each opens with what the one before it left at its last commit.
//!
//! What a source left is in its last record, with the number of its turn. Which source that is, a small file says, so that no start has to read all
//! records: it is created before the source is fed, and names the turn before it, for as long as the source itself has committed nothing. Files
//! of earlier turns are removed. Without any file the records are read through, once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tracing::info;

use super::layout::{self, Part, TempName};
use super::writer::attempt;
use super::{Shared, TableError, record};
use crate::fault;
use crate::model::{CommitId, CommitRecord, Digest, ModuleRef, SavedState, SourceRef};
use crate::storage::Creation;

/// Places where a process may be told to die ([`crate::fault`]) that only a pipeline passes which carries state, in their order.
pub const TURN_FAULT_POINTS: [&str; 2] = ["turn-taken", "turn-forgotten"];

/// Bytes of a turn's file at most.
const LIMIT: u64 = 1 << 20;

/// The order, as one pipeline goes on with it.
pub struct Turns {
    shared: Arc<Shared>,
    last: Option<Turn>,
}

/// One source's turn. A source that is interrupted by another has one more when it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Turn {
    number: u64,
    source: SourceRef,
    /// When the source's content last changed, nanoseconds since 1970-01-01 UTC.
    modified: i64,
    /// Whose state it begins with.
    after: Option<Earlier>,
}

/// A turn that committed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Earlier {
    number: u64,
    source: Digest,
}

/// What the commit before left for a source that has its turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried {
    /// For the source's own records.
    pub turn: u64,
    /// What the module remembered.
    pub state: Option<SavedState>,
    /// Who left it: the module, and the source it had read.
    pub by: Option<(ModuleRef, SourceRef)>,
}

impl Turns {
    pub(super) fn open(shared: Arc<Shared>) -> Result<Self, TableError> {
        let dir = layout::turns_dir(&shared.pipeline);
        shared.storage.make_dirs(&dir)?;
        let numbers = shared.storage.list(&dir)?.into_iter().filter_map(|entry| layout::turn_number(&entry.name));
        let last = match numbers.max() {
            Some(number) => Some(read(&shared, number)?),
            None => found_again(&shared)?,
        };
        Ok(Self { shared, last })
    }

    /// Name and time (nanoseconds since 1970) of the source that had the last turn.
    pub fn last(&self) -> Option<(&SourceRef, i64)> {
        self.last.as_ref().map(|last| (&last.source, last.modified))
    }

    /// Gives a source its turn, or lets it go on with the one it has.
    ///
    /// # Errors
    /// A record is damaged, or the storage fails.
    pub fn take(&mut self, source: &SourceRef, modified: i64) -> Result<Carried, TableError> {
        let left = self.last.as_ref().map(|last| left(&self.shared, last)).transpose()?.flatten();
        let number = match &self.last {
            Some(last) if last.source.digest == source.digest => last.number,
            last => {
                let number = last.as_ref().map_or(0, |last| last.number.saturating_add(1));
                let after = left.as_ref().and_then(|left| Some(Earlier { number: left.turn?, source: left.source.digest }));
                self.begin(Turn { number, source: source.clone(), modified, after })?;
                number
            }
        };
        let state = left.as_ref().map(record::saved_state).transpose()?.flatten();
        Ok(Carried { turn: number, state, by: left.map(|left| (left.module, left.source)) })
    }

    fn begin(&mut self, turn: Turn) -> Result<(), TableError> {
        let (storage, dir) = (self.shared.storage.as_ref(), layout::turns_dir(&self.shared.pipeline));
        let path = format!("{dir}/{}", layout::turn_file(turn.number));
        let bytes = serde_json::to_vec(&turn).map_err(|error| damaged(&path, &error))?;
        let stem = CommitId { source: turn.source.digest, from: 0 }.file_stem();
        let passage = TempName { stem, attempt: attempt(), part: Part::Record }.file_name();
        let created = storage.create_if_absent(&path, &bytes, &format!("{}/{passage}", self.shared.temp))?;
        // A network file system may repeat a call whose answer was lost, and then finds the file that it made itself.
        if created == Creation::Exists && read(&self.shared, turn.number)? != turn {
            return Err(TableError::Occupied { path });
        }
        fault::point("turn-taken");
        for entry in storage.list(&dir)? {
            if layout::turn_number(&entry.name).is_some_and(|number| number < turn.number) {
                storage.remove(&format!("{dir}/{}", entry.name))?;
            }
        }
        fault::point("turn-forgotten");
        self.last = Some(turn);
        Ok(())
    }
}

/// The last record before the next turn: of the turn itself, or of the one that it follows.
fn left(shared: &Shared, turn: &Turn) -> Result<Option<CommitRecord>, TableError> {
    let of = |source, number| {
        let last = record::last(shared.storage.as_ref(), source)?;
        Ok::<_, TableError>(last.filter(|last| last.turn == Some(number) && last.pipeline == shared.pipeline))
    };
    match (of(turn.source.digest, turn.number)?, turn.after) {
        (None, Some(Earlier { number, source })) => of(source, number),
        (own, _) => Ok(own),
    }
}

fn read(shared: &Shared, number: u64) -> Result<Turn, TableError> {
    let path = format!("{}/{}", layout::turns_dir(&shared.pipeline), layout::turn_file(number));
    let bytes = shared.storage.read(&path, LIMIT)?;
    let turn: Turn = serde_json::from_slice(&bytes).map_err(|error| damaged(&path, &error))?;
    if turn.number == number { Ok(turn) } else { Err(damaged(&path, &"it is of another turn")) }
}

fn damaged(path: &str, reason: &dyn std::fmt::Display) -> TableError {
    TableError::TurnDamaged { path: path.to_owned(), reason: reason.to_string() }
}

/// The last turn that has a record, by all records.
fn found_again(shared: &Shared) -> Result<Option<Turn>, TableError> {
    let mut found: Option<(u64, Turn)> = None;
    record::each(shared.storage.as_ref(), |record| -> Result<(), TableError> {
        let CommitRecord { pipeline, turn, from, source, .. } = record;
        let Some(number) = turn.filter(|_| pipeline == shared.pipeline) else { return Ok(()) };
        if found.as_ref().is_none_or(|(before, turn)| (turn.number, *before) < (number, from)) {
            found = Some((from, Turn { number, source, modified: i64::MIN, after: None }));
        }
        Ok(())
    })?;
    let found = found.map(|(_, turn)| turn);
    if let Some(turn) = &found {
        info!(pipeline = shared.pipeline, source = turn.source.name, "whose state is carried on was found by reading all records");
    }
    Ok(found)
}
