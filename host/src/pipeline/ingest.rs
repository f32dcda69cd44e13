//! One file through one session into commits of one table: the heart of a pipeline.
//!
//! The input is fed in order. What the module says is final goes to the table's writer; what is provisional waits. A module that fails ends the
//! file, not the pipeline: what was final stands, the rest of the input goes to the quarantine in the same commit.

use std::time::SystemTime;

use tracing::{info, warn};

use super::feed::{Feed, Loss};
use super::original::{Original, Place};
use super::progress::Progress;
use super::provisional::{Final, Provisional};
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
        loop {
            let (base, state) = match self.table.progress(&digest)? {
                Known::New => (0, None),
                Known::At { position, state } => (position, state),
                Known::Done => return Ok(self.repeated(&source)),
            };
            if base > 0 {
                info!(file = source.name, from = base, "goes on behind the last commit");
            }
            let feed = F::new(original.file().clone()).map_err(IngestError::input(&found.path))?;
            let pass = Pass { ingest: self, found, source: &source, original: &mut original, feed, base };
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

    fn repeated(&self, source: &SourceRef) -> Ingested {
        info!(file = source.name, digest = %source.digest, "same content was ingested before, left as it is");
        self.progress.repeated(source.size);
        Ingested::Repeated
    }
}

/// One file on its way. Where a method gives no [`Ingested`], somebody else committed the same stretch of the same content first: ours was thrown away,
/// and the file is to be taken up behind that.
struct Pass<'a, F> {
    ingest: &'a Ingest<'a>,
    found: &'a FoundFile,
    source: &'a SourceRef,
    original: &'a mut Original,
    feed: F,
    /// Where in the input the session began: its positions count from here.
    base: u64,
}

impl<F: Feed> Pass<'_, F> {
    fn run(mut self, worker: &mut Worker<F::Parser>, state: Option<SavedState>) -> Result<Option<Ingested>, IngestError> {
        let modified =
            self.found.modified.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok());
        let facts = SourceFacts { name: self.source.name.clone(), size: Some(self.source.size), modified };
        self.seek(self.base)?;
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
                Step::GoOn if writer.encoded_bytes() >= self.ingest.commit_size => match self.pause(writer, &mut session, &held)? {
                    Paused::Committed => writer = self.begin(self.base + held.done_to(), session.schema())?,
                    Paused::Changed => return Ok(Some(Ingested::Changed)),
                    Paused::Overtaken => return Ok(None),
                },
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
        let before = self.feed.file_position();
        let input = self.feed.next().map_err(IngestError::input(&self.found.path))?;
        let at_end = input.is_none();
        let mut answer = match input {
            Some(input) => session.feed(input),
            None => session.finish(),
        };
        loop {
            let parsed = match answer {
                Ok(parsed) => parsed,
                Err(error) => return Ok(Step::Failed(error.into())),
            };
            let more = parsed.more;
            self.write(held.take(parsed), held.done_to(), writer)?;
            if !more {
                self.ingest.progress.parsed(self.feed.file_position().saturating_sub(before));
                return Ok(if at_end { Step::AtEnd } else { Step::GoOn });
            }
            answer = if at_end { session.finish() } else { session.feed(F::Parser::nothing()) };
        }
    }

    /// Writes what is final up to `done_to`.
    fn write(&mut self, done: Final, done_to: u64, writer: &mut Writer) -> Result<(), IngestError> {
        for rows in &done.rows {
            writer.write(rows)?;
        }
        for reject in done.rejects {
            self.reject(Reject { at: self.base + reject.at, ..reject }, writer)?;
        }
        self.lose(Some(self.base + done_to), writer)
    }

    /// Keeps what no module saw, before a position or, at the end of the file, wherever it is.
    fn lose(&mut self, before: Option<u64>, writer: &mut Writer) -> Result<(), IngestError> {
        self.feed.losses(before).into_iter().try_for_each(|loss| self.quarantine(loss, writer))
    }

    /// Keeps the bytes of a reject, whose position counts from the beginning of the input.
    fn reject(&mut self, reject: Reject, writer: &mut Writer) -> Result<(), IngestError> {
        let Reject { at, length, reason, detail } = reject;
        let place = self.feed.place(at, length).map_err(IngestError::input(&self.found.path))?;
        self.quarantine(Loss { place, reason, detail: F::detail(at, length, detail) }, writer)
    }

    fn quarantine(&mut self, loss: Loss, writer: &mut Writer) -> Result<(), IngestError> {
        let Loss { place, reason, detail } = loss;
        let (Place::Content { at, length } | Place::File { at, length }) = place;
        warn!(file = self.source.name, at, length, %reason, detail, "to quarantine");
        let entry = QuarantineEntry { at, length, reason, detail, offset: 0 };
        let mut bytes = self.original.read(place).map_err(IngestError::input(&self.found.path))?;
        Ok(writer.quarantine(entry, &mut bytes)?)
    }

    /// The session took everything: the last commit of the file.
    fn end(mut self, mut writer: Writer, held: &mut Provisional) -> Result<Option<Ingested>, IngestError> {
        let (done, end) = (self.base + held.done_to(), self.feed.position());
        if done < end {
            let detail = "the module finished without a word on these".to_owned();
            self.reject(Reject { at: done, length: end - done, reason: RejectReason::Broken, detail }, &mut writer)?;
        } else {
            self.write(held.release(), held.done_to(), &mut writer)?;
        }
        self.lose(None, &mut writer)?;
        self.close(writer)
    }

    /// The module failed: the last commit of the file, with its rest in the quarantine.
    fn fail(mut self, mut writer: Writer, held: &Provisional, failure: &ModuleFailure) -> Result<Option<Ingested>, IngestError> {
        let place = self.feed.rest(self.base + held.done_to()).map_err(IngestError::input(&self.found.path))?;
        self.quarantine(Loss { place, reason: failure.reason, detail: failure.detail.clone() }, &mut writer)?;
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
                self.ingest.progress.done();
                Ok(Some(Ingested::Whole))
            }
            Outcome::AlreadyCommitted => Ok(None),
        }
    }

    /// The pipeline stops: what is final is committed, the rest waits for the next run.
    fn leave(self, writer: Writer, session: &mut Session<'_, F::Parser>, held: &Provisional) -> Result<Option<Ingested>, IngestError> {
        if held.done_to() == 0 {
            return Ok(Some(Ingested::Stopped));
        }
        Ok(match self.pause(writer, session, held)? {
            Paused::Committed => Some(Ingested::Stopped),
            Paused::Changed => Some(Ingested::Changed),
            Paused::Overtaken => None,
        })
    }

    /// Commits what is final, though the file goes on.
    fn pause(&self, writer: Writer, session: &mut Session<'_, F::Parser>, held: &Provisional) -> Result<Paused, IngestError> {
        if self.found.changed(self.original.file()) {
            return Ok(Paused::Changed);
        }
        let state = session.save()?;
        match writer.commit(self.base + held.done_to(), false, state.as_ref())? {
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
