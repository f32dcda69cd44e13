//! One file through one session into commits of one table: the heart of a pipeline.
//!
//! The input is fed in order. What the module says is final goes to the table's writer; what is provisional waits. A module that fails ends the
//! file, not the pipeline: what was final stands, the rest of the input goes to the quarantine in the same commit.

use std::time::SystemTime;

use tracing::{debug, info, warn};

use super::feed::{Feed, Loss};
use super::original::Original;
use super::progress::{InWork, Progress};
use super::provisional::{Final, Provisional};
use super::told::Told;
use super::trouble::{IngestError, ModuleFailure};
use crate::config::Limits;
use crate::model::{
    CommitRecord, ModuleRef, QuarantineEntry, Reject, RejectReason, SavedState, Setting, SourceFacts, SourceRef, TableSchema,
};
use crate::sandbox::{Parser, Session, Worker};
use crate::sink::table::{Outcome, Progress as Known, Table, Writer};
use crate::source::FoundFile;
use crate::stop::Stop;

/// What one worker needs to ingest files.
pub struct Ingest<'a> {
    /// Where rows go.
    pub table: &'a Table,
    /// Where they come from, for the commit records.
    pub module: &'a ModuleRef,
    /// Options of each session.
    pub settings: &'a [Setting],
    /// Of the module.
    pub limits: &'a Limits,
    /// Encoded bytes after which what is final is committed, though the file goes on.
    pub commit_size: u64,
    /// Shared counters.
    pub progress: &'a Progress,
    /// Commit what is final, and leave the rest for the next run.
    pub stop: &'a Stop,
}

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Ingested {
    /// All of it is committed.
    Whole,
    /// All of it is committed, some of it to the quarantine because the module failed.
    ModuleFailed(String),
    /// Its content had been ingested before.
    Repeated,
    /// It was stopped in between; what was final is committed.
    Stopped,
    /// It changed while it was read; nothing was committed.
    Changed,
}

/// How the parse of a file stands after one step.
enum Step {
    GoOn,
    AtEnd,
    Failed(ModuleFailure),
}

/// What became of a commit in the middle of a file.
enum Paused {
    Committed,
    Changed,
    Overtaken,
}

impl Ingest<'_> {
    /// Ingests a file, from where earlier commits of the same content left off.
    ///
    /// # Errors
    /// When the input cannot be read, the table cannot be written, or the module refuses its options. Nothing of the file is lost or doubled by it.
    pub fn file<F: Feed>(&self, found: &FoundFile, worker: &mut Worker<F::Parser>) -> Result<Ingested, IngestError> {
        let mut original = Original::new(found.open()?);
        let (digest, size) = original.digest().map_err(IngestError::input(&found.path))?;
        let source = SourceRef { name: found.path.display().to_string(), digest, size };
        let mut counted = self.progress.begin();
        let ingested = match size {
            0 => self.empty(&source),
            _ => self.content::<F>(found, &mut original, &source, &mut counted, worker)?,
        };
        match ingested {
            Ingested::Changed => {}
            Ingested::Stopped => counted.left(),
            Ingested::Whole | Ingested::ModuleFailed(_) | Ingested::Repeated => counted.done(size),
        }
        Ok(ingested)
    }

    /// No module needs to be asked what no bytes mean, and nothing is to be remembered of them.
    fn empty(&self, source: &SourceRef) -> Ingested {
        warn!(file = source.name, "empty file: nothing to ingest");
        Ingested::Whole
    }

    fn content<F: Feed>(
        &self,
        found: &FoundFile,
        original: &mut Original,
        source: &SourceRef,
        counted: &mut InWork<'_>,
        worker: &mut Worker<F::Parser>,
    ) -> Result<Ingested, IngestError> {
        let mut told = Told::of(&source.name);
        loop {
            let (base, state) = match self.table.progress(&source.digest)? {
                Known::New => (0, None),
                Known::At { position, state } => (position, state),
                Known::Done { name } => return Ok(self.repeated(source, &name)),
            };
            if base > 0 {
                info!(file = source.name, from = base, "goes on behind the last commit");
            }
            let feed = F::new(original.file().clone()).map_err(IngestError::input(&found.path))?;
            let pass = Pass { ingest: self, found, source, original, feed, base, counted, told: &mut told };
            if let Some(ingested) = pass.run(worker, state)? {
                return Ok(ingested);
            }
            info!(file = source.name, "somebody else committed the same content, going on behind that");
        }
    }

    fn count(&self, record: &CommitRecord) {
        let rows = record.files.iter().map(|file| file.rows).sum();
        self.progress.committed(record.files.len() as u64, rows, record.quarantine.len() as u64);
    }

    /// Under its own name a file is met again at every start, which is nothing to tell; under another one it is.
    fn repeated(&self, source: &SourceRef, name: &str) -> Ingested {
        if source.name == name {
            debug!(file = source.name, "was ingested before");
        } else {
            info!(file = source.name, digest = %source.digest, before = name, "same content was ingested before, left as it is");
        }
        self.progress.repeated();
        Ingested::Repeated
    }
}

/// One file on its way. Where a method gives no [`Ingested`], somebody else committed the same stretch of the same content first: ours was thrown away,
/// and the file is to be taken up behind that.
struct Pass<'a, 'b, F> {
    ingest: &'a Ingest<'a>,
    found: &'a FoundFile,
    source: &'a SourceRef,
    original: &'a mut Original,
    feed: F,
    /// Where in the input the session began: its positions count from here.
    base: u64,
    counted: &'a mut InWork<'b>,
    told: &'a mut Told,
}

impl<F: Feed> Pass<'_, '_, F> {
    fn run(mut self, worker: &mut Worker<F::Parser>, state: Option<SavedState>) -> Result<Option<Ingested>, IngestError> {
        let modified =
            self.found.modified.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok());
        let facts = SourceFacts { name: self.source.name.clone(), size: Some(self.source.size), modified };
        self.seek(self.base)?;
        self.counted.reach(self.feed.file_position());
        let mut session = match worker.open(self.ingest.settings, &facts, state.as_ref()) {
            Ok(session) => session,
            Err(failure) => return self.refused(ModuleFailure::at_open(failure)?),
        };
        let mut writer = self.begin(self.base, session.schema())?;
        let mut held = Provisional::default();
        loop {
            match self.step(&mut session, &mut held, &mut writer)? {
                Step::Failed(failure) => return self.fail(writer, &held, &failure),
                Step::AtEnd => return self.end(writer, &mut held),
                Step::GoOn if self.ingest.stop.is_set() => return self.leave(writer, &mut session, &held),
                Step::GoOn if writer.is_full(self.ingest.commit_size) => {
                    let state = match session.save() {
                        Ok(state) => state,
                        Err(fault) => return self.fail(writer, &held, &fault.into()),
                    };
                    match self.pause(writer, state.as_ref(), &held)? {
                        Paused::Committed => writer = self.begin(self.base + held.done_to(), session.schema())?,
                        Paused::Changed => return Ok(Some(Ingested::Changed)),
                        Paused::Overtaken => return Ok(None),
                    }
                }
                Step::GoOn => {}
            }
            if session.memory_low() {
                match session.renew() {
                    Ok(_) => self.feed_again(&mut held)?,
                    Err(failure) => return self.fail(writer, &held, &ModuleFailure::at_open(failure)?),
                }
            }
        }
    }

    /// The session was opened anew from what it had saved: what it had handed out behind `done_to` comes again.
    fn feed_again(&mut self, held: &mut Provisional) -> Result<(), IngestError> {
        self.base += held.done_to();
        *held = Provisional::default();
        self.seek(self.base)
    }

    /// Feeds the next input, and takes what comes of it until the module has no more.
    fn step(&mut self, session: &mut Session<'_, F::Parser>, held: &mut Provisional, writer: &mut Writer) -> Result<Step, IngestError> {
        let fed = self.feed.next().map_err(IngestError::input(&self.found.path))?.map(|input| session.feed(input));
        let at_end = fed.is_none();
        if at_end && self.feed.is_cut() {
            return Ok(Step::Failed(ModuleFailure::cut()));
        }
        let mut answer = fed.unwrap_or_else(|| session.finish());
        loop {
            let parsed = match answer {
                Ok(parsed) => parsed,
                Err(error) => return Ok(Step::Failed(error.into())),
            };
            let more = parsed.more;
            self.write(held.take(parsed), held.done_to(), writer)?;
            if !more {
                self.counted.reach(self.feed.file_position());
                return Ok(if at_end { Step::AtEnd } else { Step::GoOn });
            }
            answer = if at_end { session.finish() } else { session.feed(F::Parser::nothing()) };
        }
    }

    /// Writes what is final up to `done_to`.
    fn write(&mut self, mut done: Final, done_to: u64, writer: &mut Writer) -> Result<(), IngestError> {
        for rows in &done.rows {
            writer.write(rows)?;
            self.counted.rows(rows.num_rows() as u64);
        }
        // Packets, and the bytes of compressed content, are found by going forward: going back costs the way from the beginning.
        done.rejects.sort_by_key(|reject| reject.at);
        for reject in done.rejects {
            self.reject(Reject { at: self.base + reject.at, ..reject }, writer)?;
        }
        self.lose(Some(self.base + done_to), writer)
    }

    /// Keeps what no module saw, before a position or, at the end of the file, wherever it is.
    fn lose(&mut self, before: Option<u64>, writer: &mut Writer) -> Result<(), IngestError> {
        for loss in self.feed.losses(before) {
            self.told.stretch(&loss);
            self.quarantine(loss, writer)?;
        }
        Ok(())
    }

    /// Keeps the bytes of a reject, whose position counts from the beginning of the input.
    fn reject(&mut self, reject: Reject, writer: &mut Writer) -> Result<(), IngestError> {
        let Reject { at, length, reason, detail } = reject;
        let loss = self.loss(at, length, reason, detail)?;
        self.told.stretch(&loss);
        self.quarantine(loss, writer)
    }

    /// Some of what was fed, by where it lies in the file.
    fn loss(&mut self, at: u64, length: u64, reason: RejectReason, detail: String) -> Result<Loss, IngestError> {
        let place = self.feed.place(at, length).map_err(IngestError::input(&self.found.path))?;
        Ok(Loss { place, reason, detail: F::detail(at, length, detail) })
    }

    fn quarantine(&mut self, loss: Loss, writer: &mut Writer) -> Result<(), IngestError> {
        let Loss { place, reason, detail } = loss;
        let path = &self.found.path;
        let entry = QuarantineEntry { at: place.at(), length: place.length(), compressed: place.is_compressed(), reason, detail };
        for missing in writer.quarantine(entry) {
            let mut bytes = self.original.read(place.part(&missing)).map_err(IngestError::input(path))?;
            writer.keep(missing.start, place.is_compressed(), &mut bytes).map_err(IngestError::copying(path))?;
        }
        Ok(())
    }

    /// The session took everything: the last commit of the file.
    fn end(mut self, mut writer: Writer, held: &mut Provisional) -> Result<Option<Ingested>, IngestError> {
        let (done, end) = (self.base + held.done_to(), self.feed.position());
        if done < end {
            let detail = "the module finished without a word on these".to_owned();
            let loss = self.loss(done, end - done, RejectReason::Broken, detail)?;
            self.told.rest(&loss);
            self.quarantine(loss, &mut writer)?;
        } else {
            self.write(held.release(), held.done_to(), &mut writer)?;
        }
        self.lose(None, &mut writer)?;
        self.close(writer)
    }

    /// The module failed: the last commit of the file, with its rest in the quarantine.
    fn fail(mut self, mut writer: Writer, held: &Provisional, failure: &ModuleFailure) -> Result<Option<Ingested>, IngestError> {
        let place = self.feed.rest(self.base + held.done_to()).map_err(IngestError::input(&self.found.path))?;
        if !place.is_empty() {
            let loss = Loss { place, reason: failure.reason, detail: failure.detail.clone() };
            self.told.rest(&loss);
            self.quarantine(loss, &mut writer)?;
        }
        self.lose(None, &mut writer)?;
        let ingested = self.close(writer)?;
        Ok(match ingested {
            Some(Ingested::Whole) if failure.reason == RejectReason::ModuleFault => Some(Ingested::ModuleFailed(failure.detail.clone())),
            other => other,
        })
    }

    /// No session came to be: the whole rest goes to the quarantine.
    fn refused(self, failure: ModuleFailure) -> Result<Option<Ingested>, IngestError> {
        let writer = self.begin(self.base, &TableSchema::empty())?;
        self.fail(writer, &Provisional::default(), &failure)
    }

    fn close(self, writer: Writer) -> Result<Option<Ingested>, IngestError> {
        if self.found.changed(self.original.file()) {
            return Ok(Some(Ingested::Changed));
        }
        match writer.commit(self.feed.position(), true, None)? {
            Outcome::Committed(record) => {
                self.ingest.count(&record);
                Ok(Some(Ingested::Whole))
            }
            Outcome::AlreadyCommitted => Ok(None),
        }
    }

    /// The pipeline stops: what is final is committed, the rest waits for the next run.
    fn leave(self, writer: Writer, session: &mut Session<'_, F::Parser>, held: &Provisional) -> Result<Option<Ingested>, IngestError> {
        if self.base + held.done_to() == writer.from() {
            return Ok(Some(Ingested::Stopped));
        }
        let state = match session.save() {
            Ok(state) => state,
            Err(fault) => {
                warn!(file = self.source.name, "left from position {} on for the next run: {fault}", writer.from());
                return Ok(Some(Ingested::Stopped));
            }
        };
        Ok(match self.pause(writer, state.as_ref(), held)? {
            Paused::Committed => Some(Ingested::Stopped),
            Paused::Changed => Some(Ingested::Changed),
            Paused::Overtaken => None,
        })
    }

    /// Commits what is final, though the file goes on.
    fn pause(&self, writer: Writer, state: Option<&SavedState>, held: &Provisional) -> Result<Paused, IngestError> {
        if self.found.changed(self.original.file()) {
            return Ok(Paused::Changed);
        }
        match writer.commit(self.base + held.done_to(), false, state)? {
            Outcome::Committed(record) => {
                self.ingest.count(&record);
                Ok(Paused::Committed)
            }
            Outcome::AlreadyCommitted => Ok(Paused::Overtaken),
        }
    }

    fn begin(&self, from: u64, schema: &TableSchema) -> Result<Writer, IngestError> {
        Ok(self.ingest.table.begin(self.source, from, self.ingest.module, schema)?)
    }

    fn seek(&mut self, position: u64) -> Result<(), IngestError> {
        self.feed.seek(position).map_err(IngestError::input(&self.found.path))
    }
}
