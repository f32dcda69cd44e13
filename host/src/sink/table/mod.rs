//! A table of Parquet files in Hive layout, written exactly once.
//!
//! ```text
//! TABLE/y=2017/m=9/d=8/h=11/DIGEST-FROM-N.parquet   rows; readers need nothing else
//! TABLE/.weir/commits/AB/DIGEST-FROM.json           one record a commit: the memory of what was ingested
//! TABLE/.weir/table.json                            the columns of all files
//! TABLE/.weir/quarantine/AB/DIGEST-FROM.raw         input that gave no rows, as it was
//! TABLE/.weir/purged/AB/DIGEST-FROM.N.json           which of that nobody wants any more
//! TABLE/.weir/tmp/PIPELINE/.DIGEST-FROM-ATTEMPT-N.tmp
//! TABLE/.weir/turns/PIPELINE/N.json                 whose turn it is, where state is carried from one source to the next
//! TABLE/.weir/locks/PIPELINE
//! TABLE/.weir/hints/PIPELINE                        what a source remembers of files that stay
//! ```
//!
//! A commit goes so: the files are written in `tmp` and closed; the record is created unless there is one of its name, and with that the rows
//! are in the table; the files get their names. A crash before the record leaves files that the next start removes; a crash after it leaves files
//! that the next start moves. Whoever finds the record of another attempt throws its own files away. Any start on a table does so, for pipelines that do
//! not run as well: one that was renamed never starts again.

mod commit;
mod encode;
mod error;
mod file;
mod form;
mod kept;
mod layout;
mod lineage;
mod quarantine;
mod record;
mod recovery;
mod settings;
mod settled;
mod shape;
mod split;
mod stored;
mod tail;
mod turns;
mod waiting;
mod writer;

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

pub use commit::Outcome;
pub use error::TableError;
pub use form::Form;
pub use kept::{copy_quarantined, quarantined};
pub use lineage::{Lineage, LineageError, lineage};
pub use recovery::Recovery;
pub use settled::{clear, purge, replay_digest, waiting};
pub use stored::StoredFile;
pub use tail::Tail;
pub use turns::{Carried, TURN_FAULT_POINTS, Turns};
pub use writer::{Begun, Writer};

use jiff::Timestamp;
use layout::{Part, TempName};
use shape::Shape;

use crate::config::TableSink;
use crate::model::{CommitId, Digest, ModuleRef, SavedState, SourceRef, TableSchema};
use crate::sink::kafka::{Sending, Topic};
use crate::storage::{Claim, Storage, StorageError};

/// Every place where a process may be told to die ([`crate::fault`]), in the order a commit passes them.
pub const FAULT_POINTS: [&str; 12] = [
    "file-created",
    "row-group-written",
    "file-closed",
    "files-written",
    "directories-made",
    "record-created",
    "file-moved",
    "files-moved",
    "loser-removed",
    "recovery-moved",
    "recovery-removed",
    "recovered",
];

/// Whether rows of a schema can be a table: for a check before anything is written.
///
/// # Errors
/// What [`Table::begin`] would say of the schema.
pub fn check(spec: &TableSink, schema: &TableSchema) -> Result<(), TableError> {
    split::check(schema)?;
    settings::properties(spec, Shape::new(schema)?.schema(), Vec::new()).map(drop)
}

/// Waits for its turn to start: whoever starts claims for a moment what pipelines that do not run have left, and must not be taken for one of them.
fn turn(storage: &dyn Storage) -> Result<Box<dyn Claim>, StorageError> {
    const PATIENCE: Duration = Duration::from_secs(90);
    const PAUSE: Duration = Duration::from_millis(20);
    let began = Instant::now();
    loop {
        match storage.claim(layout::STARTING) {
            Err(StorageError::Held { .. }) if began.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            claimed => return claimed,
        }
    }
}

/// Holds a table's quarantine for whoever replays or purges, one at a time.
///
/// # Errors
/// Somebody else does, or the storage fails.
pub fn claim_quarantine(storage: &dyn Storage) -> Result<Box<dyn Claim>, TableError> {
    storage.make_dirs(layout::LOCKS)?;
    Ok(storage.claim(layout::SETTLING)?)
}

/// One pipeline's hold on a table.
pub struct Table {
    shared: Arc<Shared>,
    recovery: Recovery,
}

/// What a table and its writers share.
struct Shared {
    storage: Arc<dyn Storage>,
    spec: TableSink,
    pipeline: String,
    temp: String,
    /// Where rows go, if not to files.
    topic: Option<Arc<Topic>>,
    /// The table's, once it is known that it is this.
    form: OnceLock<Form>,
    _claim: Box<dyn Claim>,
}

/// How much of a source is in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing.
    New,
    /// Everything before `position`.
    At {
        /// Where to go on.
        position: u64,
        /// What the module remembered there.
        state: Option<SavedState>,
        /// That module.
        module: ModuleRef,
    },
    /// All of it.
    Done {
        /// The source's name when its end was committed.
        name: String,
    },
}

impl Table {
    /// Claims the pipeline's place in the table and finishes what a crash left. The storage's root is the table's; it need not exist.
    ///
    /// # Errors
    /// Another process runs this pipeline on this table, or the storage fails.
    pub fn open(storage: Arc<dyn Storage>, spec: &TableSink, pipeline: &str) -> Result<Self, TableError> {
        Self::of(storage, spec, pipeline, None)
    }

    /// As [`open`](Self::open), for a directory that holds the records of what goes to a topic, and no rows.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn of_topic(storage: Arc<dyn Storage>, topic: Arc<Topic>, pipeline: &str) -> Result<Self, TableError> {
        let spec = TableSink::of(Path::new(storage.root()));
        Self::of(storage, &spec, pipeline, Some(topic))
    }

    fn of(storage: Arc<dyn Storage>, spec: &TableSink, pipeline: &str, topic: Option<Arc<Topic>>) -> Result<Self, TableError> {
        let temp = layout::temp_dir(pipeline);
        storage.make_dirs(layout::LOCKS)?;
        storage.make_dirs(&temp)?;
        let turn = turn(storage.as_ref())?;
        let claim = storage.claim(&layout::lock(pipeline))?;
        let recovery = recovery::recover(storage.as_ref(), &temp)?;
        drop(turn);
        if topic.is_some() {
            Sending::prepare(storage.as_ref())?;
        }
        let (spec, pipeline) = (spec.clone(), pipeline.to_owned());
        let shared = Shared { storage, spec, pipeline, temp, topic, form: OnceLock::new(), _claim: claim };
        Ok(Self { shared: Arc::new(shared), recovery })
    }

    /// What was left by a crash, and what became of it.
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// Gives committed files their names where a failing storage left them without: what a start does, while this pipeline's writers go on.
    ///
    /// # Errors
    /// The storage fails still.
    pub fn place_committed(&self) -> Result<(), TableError> {
        recovery::place_committed(self.shared.storage.as_ref(), &self.shared.temp)
    }

    /// How much of a source was committed, by whichever pipeline. Follows the records from position 0 by their names.
    ///
    /// # Errors
    /// A record is damaged or of a later weir, or the storage fails.
    pub fn progress(&self, source: &Digest) -> Result<Progress, TableError> {
        let mut progress = Progress::New;
        let mut id = CommitId { source: *source, from: 0 };
        while let Some(record) = record::read(self.shared.storage.as_ref(), id)? {
            if record.end {
                return Ok(Progress::Done { name: record.source.name });
            }
            id.from = record.to;
            progress = Progress::At { position: record.to, state: record::saved_state(&record)?, module: record.module };
        }
        Ok(progress)
    }

    /// The order in which this pipeline carries state from source to source, as an earlier run left it.
    ///
    /// # Errors
    /// A record is damaged or of a later weir, or the storage fails.
    pub fn turns(&self) -> Result<Turns, TableError> {
        Turns::open(Arc::clone(&self.shared))
    }

    /// What is known of a topic's partition: where to go on, and what messages held that were committed since a time.
    ///
    /// # Errors
    /// A record is damaged or of a later weir, or the storage fails.
    pub fn tail(&self, source: &Digest, since: Timestamp) -> Result<Tail, TableError> {
        tail::tail(self.shared.storage.as_ref(), source, since)
    }

    /// Makes the columns of a schema those of the table, unless it has columns: then they must be the same. For a source whose rows bring their schema
    /// along, before a commit of them from `from` on.
    ///
    /// # Errors
    /// The table has others or cannot have these ([`TableError::is_of_schema`]), or the storage fails.
    pub fn adopt(&self, source: &Digest, from: u64, schema: &TableSchema) -> Result<(), TableError> {
        let Shared { storage, spec, temp, .. } = &*self.shared;
        check(spec, schema)?;
        let stem = CommitId { source: *source, from }.file_stem();
        let name = TempName { stem, attempt: writer::attempt(), part: Part::Record };
        Form::new(spec, schema)?.keep(storage.as_ref(), &format!("{temp}/{}", name.file_name()))
    }

    /// Begins a commit of what a source holds from `from` on.
    ///
    /// # Errors
    /// The schema cannot be a table's, or names no column that the sink is told to give a bloom filter.
    pub fn begin(&self, source: &SourceRef, from: u64, module: &ModuleRef, schema: &TableSchema) -> Result<Writer, TableError> {
        let sending = self.shared.topic.as_ref().map(|topic| self.sending(topic, source, from, module, schema)).transpose()?;
        Writer::new(Arc::clone(&self.shared), source.clone(), from, module.clone(), schema, sending)
    }

    /// Goes on behind what the commit before has sent.
    fn sending(
        &self,
        topic: &Arc<Topic>,
        source: &SourceRef,
        from: u64,
        module: &ModuleRef,
        schema: &TableSchema,
    ) -> Result<Sending, TableError> {
        let storage = &self.shared.storage;
        let (mut id, mut sent) = (CommitId { source: source.digest, from: 0 }, None);
        while id.from < from
            && let Some(record) = record::read(storage.as_ref(), id)?
        {
            (id.from, sent) = (record.to, record.sent);
        }
        Ok(Sending::begin(Arc::clone(topic), Arc::clone(storage), (source.digest, module.clone()), schema, sent)?)
    }
}
