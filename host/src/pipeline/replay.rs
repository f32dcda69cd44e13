//! What is in a table's quarantine once more through a module, exactly once.
//!
//! Each entry is ingested as a source of its own ([`replay_digest`]), by the same passes and commits as any file: whenever the process is killed, the
//! entry is still in the quarantine, or its rows are in the table. What the module rejects of it becomes entries of the new commit. An entry of which
//! nothing becomes rows stays as it is.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::feed::Feed;
use super::ingest::{Ingest, Ingested};
use super::packet_feed::PacketFeed;
use super::progress::Progress;
use super::run::{StartError, parsing};
use super::seat::Seat;
use super::slot::Slot;
use super::stream_feed::StreamFeed;
use super::trouble::IngestError;
use crate::check::Checked;
use crate::config::{Config, Limits, Pipeline, Sink};
use crate::fault;
use crate::model::{CommitRecord, ModuleKind, QuarantineEntry, RejectReason, SourceRef, TableSchema};
use crate::sandbox::WrongKind;
use crate::sink::table::{self, Table, TableError, clear, copy_quarantined, replay_digest, waiting};
use crate::source::{FoundFile, Hints, OpenError};
use crate::stop::Stop;
use crate::storage::{self, Claim, Storage};

/// Begins what is added to a source's name.
const ADDED: &str = " (quarantine ";

/// Why a replay ended early. What it had done stands.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The pipeline's rows do not go to a table.
    #[error("pipeline {0} writes to no table: what a topic refused lies in files of lines, which a pipeline of `raw-lines` can send")]
    NoTable(String),
    /// It could not begin.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The table or its quarantine.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The module is no parser.
    #[error(transparent)]
    Kind(#[from] WrongKind),
    /// An entry's bytes on their way to the module.
    #[error("cannot copy an entry to {path}")]
    Copy {
        /// Where the entry is put for the module.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The copy cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The work on an entry.
    #[error(transparent)]
    Ingest(#[from] IngestError),
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// It is out of the quarantine; so many rows of it are in the table, and so many new entries are there for the rest of it.
    Rows {
        /// Rows.
        rows: u64,
        /// Entries.
        entries: u64,
    },
    /// It is in the quarantine as before, for this reason.
    Left(&'static str),
}

/// A pipeline made ready for its table's quarantine.
pub struct Replay<'a> {
    pipeline: &'a Pipeline,
    table: Table,
    storage: Arc<dyn Storage>,
    slot: Arc<Slot>,
    schema: TableSchema,
    limits: &'a Limits,
    file_size: u64,
    /// Where an entry is put for the module.
    copy: PathBuf,
    hints: Hints,
    stop: &'a Stop,
    _claim: Box<dyn Claim>,
}

impl<'a> Replay<'a> {
    /// Opens the table beside the pipeline, which may be running; the table finishes what an earlier crash left.
    ///
    /// # Errors
    /// What cannot be opened, or that somebody else replays or purges.
    pub fn open(
        config: &'a Config,
        pipeline: &'a Pipeline,
        checked: &BTreeMap<String, Checked>,
        stop: &'a Stop,
    ) -> Result<Self, ReplayError> {
        let Sink::Table(sink) = &pipeline.sink else { return Err(ReplayError::NoTable(pipeline.name.clone())) };
        let name = pipeline.module().ok_or(StartError::NoParser)?;
        let parsing = parsing(config, name, checked.get(&pipeline.name))?;
        let storage = storage::open(&sink.path, &sink.hdfs).map_err(TableError::from)?;
        let claim = table::claim_quarantine(storage.as_ref())?;
        let table = Table::open(Arc::clone(&storage), sink, &format!("{} replay", pipeline.name))?;
        let copy = pipeline.sink.state().unwrap_or_else(std::env::temp_dir).join("replay");
        if let Some(parent) = copy.parent() {
            fs::create_dir_all(parent).map_err(|source| ReplayError::Copy { path: copy.clone(), source })?;
        }
        let (slot, schema, limits) = (parsing.slot, parsing.schema, &parsing.module_config.limits);
        let hints = Hints::default();
        Ok(Self { pipeline, table, storage, slot, schema, limits, file_size: sink.file_size, copy, hints, stop, _claim: claim })
    }

    /// Replays the entries that are `wanted`, and tells of each what became of it. Entries that the replay itself makes are left for another time.
    ///
    /// # Errors
    /// What ended it early.
    pub fn run<E: From<ReplayError>>(
        &self,
        wanted: impl Fn(&CommitRecord, usize, &QuarantineEntry) -> bool,
        mut tell: impl FnMut(&CommitRecord, usize, &QuarantineEntry, Replayed) -> Result<(), E>,
    ) -> Result<(), E> {
        let began = format!("{:.3}", jiff::Timestamp::now());
        let mut worker = Worker::new(self).map_err(ReplayError::from)?;
        let told = waiting(self.storage.as_ref(), |record, number, entry| {
            if record.at >= began || self.stop.is_set() || !wanted(record, number, entry) {
                return Ok(());
            }
            let replayed = self.entry(record, number, entry, &mut worker).map_err(Told::Replay)?;
            tell(record, number, entry, replayed).map_err(Told::Other)
        });
        _ = fs::remove_file(&self.copy);
        told.map_err(|told| match told {
            Told::Replay(error) => error.into(),
            Told::Other(error) => error,
        })
    }

    fn entry(
        &self,
        record: &CommitRecord,
        number: usize,
        entry: &QuarantineEntry,
        worker: &mut Worker<'_>,
    ) -> Result<Replayed, ReplayError> {
        if entry.reason == RejectReason::Refused {
            return Ok(Replayed::Left("a topic refused it, and its lines lie in a file"));
        }
        if entry.length == 0 || record.quarantine_file.is_none() {
            return Ok(Replayed::Left("it holds no bytes"));
        }
        let size = self.put(record, entry)?;
        let parent = self.copy.parent().unwrap_or(Path::new(""));
        let found = FoundFile::named(parent, Path::new(self.copy.file_name().unwrap_or_default()))?;
        let source = SourceRef { name: source_name(record, number), digest: replay_digest(record, number), size };
        let progress = Progress::default();
        let ingest = self.ingest(&progress);
        let ingested = match worker {
            Worker::Streams(seat) => ingest.as_source::<StreamFeed>(&found, &source, seat)?,
            Worker::Packets(seat) => ingest.as_source::<PacketFeed>(&found, &source, seat)?,
        };
        fault::point("entry-replayed");
        Ok(match ingested {
            Ingested::Fruitless => Replayed::Left("nothing of it became rows"),
            Ingested::Stopped => Replayed::Left("stopped"),
            Ingested::Changed => Replayed::Left("its copy was changed by somebody"),
            Ingested::Whole | Ingested::ModuleFailed(_) | Ingested::Repeated => {
                clear(self.storage.as_ref(), record)?;
                let counts = progress.counts();
                Replayed::Rows { rows: counts.rows, entries: counts.quarantined }
            }
        })
    }

    /// Copies an entry to where a module can be fed from it, as old as the commit that kept it. Gives its bytes.
    fn put(&self, record: &CommitRecord, entry: &QuarantineEntry) -> Result<u64, ReplayError> {
        let failed = |source| ReplayError::Copy { path: self.copy.clone(), source };
        let mut file = File::create(&self.copy).map_err(failed)?;
        let copied = copy_quarantined::<Copying>(self.storage.as_ref(), record, entry, &mut file);
        copied.map_err(|error| match error {
            Copying::Table(error) => error.into(),
            Copying::Io(source) => failed(source),
        })?;
        file.flush().map_err(failed)?;
        if let Ok(at) = record.at.parse::<jiff::Timestamp>() {
            file.set_modified(SystemTime::from(at)).map_err(failed)?;
        }
        Ok(file.metadata().map_err(failed)?.len())
    }

    fn ingest<'c>(&'c self, progress: &'c Progress) -> Ingest<'c> {
        Ingest {
            table: &self.table,
            hints: &self.hints,
            settings: self.pipeline.settings(),
            commit_size: self.file_size,
            splitting: None,
            replays: true,
            progress,
            stop: self.stop,
        }
    }
}

/// The name under which the entry was found, and the entry's own.
fn source_name(record: &CommitRecord, number: usize) -> String {
    let name = record.source.name.split(ADDED).next().unwrap_or_default();
    format!("{name}{ADDED}{})", record.entry_name(number))
}

/// The one worker of a replay.
enum Worker<'a> {
    Streams(Seat<'a, <StreamFeed as Feed>::Parser>),
    Packets(Seat<'a, <PacketFeed as Feed>::Parser>),
}

impl<'a> Worker<'a> {
    fn new(replay: &'a Replay<'_>) -> Result<Self, WrongKind> {
        let Replay { slot, limits, schema, .. } = replay;
        Ok(match slot.current().module.kind() {
            ModuleKind::PacketParser => Self::Packets(Seat::new(slot, limits, schema)?),
            ModuleKind::StreamParser | ModuleKind::PacketFilter => Self::Streams(Seat::new(slot, limits, schema)?),
        })
    }
}

/// Whose error it is.
enum Told<E> {
    Replay(ReplayError),
    Other(E),
}

impl<E> From<TableError> for Told<E> {
    fn from(error: TableError) -> Self {
        Self::Replay(error.into())
    }
}

/// Either end of a copy.
enum Copying {
    Table(TableError),
    Io(io::Error),
}

impl From<TableError> for Copying {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl From<io::Error> for Copying {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
