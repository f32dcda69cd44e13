//! One session over one file into commits: what the module says is final goes to the table's writer, and now and then, and at the end, to the table.
//!
//! Where a method gives no [`Ingested`], somebody else committed the same stretch of the same content first: ours was thrown away, and the file is to
//! be taken up behind that.

use std::time::SystemTime;

use tracing::warn;

use super::feed::Feed;
use super::ingest::{Ingest, Ingested};
use super::keeper::Keeper;
use super::progress::InWork;
use super::provisional::Final;
use super::reading::{Next, Reading, Step};
use super::trouble::{IngestError, ModuleFailure};
use crate::model::{RejectReason, SavedState, SourceFacts, SourceRef, TableSchema};
use crate::sandbox::Worker;
use crate::sink::table::{Outcome, Writer};
use crate::source::FoundFile;

/// One file on its way.
pub struct Pass<'a, 'b> {
    /// How files are ingested.
    pub ingest: &'a Ingest<'a>,
    /// As the source handed it out.
    pub found: &'a FoundFile,
    /// As the records name it.
    pub source: &'a SourceRef,
    /// For what gives no rows.
    pub keeper: Keeper<'a>,
    /// For the progress that people see.
    pub counted: &'a mut InWork<'b>,
}

/// What became of a commit in the middle of a file.
enum Paused {
    Committed,
    Changed,
    Overtaken,
}

impl Pass<'_, '_> {
    /// Goes on with a file from `base`, where `state` was saved.
    ///
    /// # Errors
    /// When the input cannot be read, the table cannot be written, or the module refuses its options.
    pub fn run<F: Feed>(
        mut self,
        mut feed: F,
        base: u64,
        state: Option<SavedState>,
        worker: &mut Worker<F::Parser>,
    ) -> Result<Option<Ingested>, IngestError> {
        feed.seek(base).map_err(IngestError::input(&self.found.path))?;
        self.counted.reach(feed.file_position());
        let session = match worker.open(self.ingest.settings, &facts(self.found, self.source), state.as_ref()) {
            Ok(session) => session,
            Err(failure) => return self.refused(feed, base, &ModuleFailure::at_open(failure)?),
        };
        let mut reading = Reading::new(self.found, session, feed, base);
        let mut writer = self.begin(base, reading.schema())?;
        loop {
            let next = match reading.step()? {
                Step::Gave(done, next) => {
                    self.write(done, &mut reading, &mut writer)?;
                    next
                }
                Step::Failed(failure) => return self.fail(reading, writer, &failure),
            };
            match next {
                Next::More => continue,
                Next::End => return self.end(reading, writer),
                Next::Input => self.counted.reach(reading.feed().file_position()),
            }
            if self.ingest.stop.is_set() {
                return self.leave(reading, writer);
            }
            if writer.is_full(self.ingest.commit_size) {
                let state = match reading.session().save() {
                    Ok(state) => state,
                    Err(fault) => return self.fail(reading, writer, &fault.into()),
                };
                match self.pause(writer, state.as_ref(), reading.done_to())? {
                    Paused::Committed => writer = self.begin(reading.done_to(), reading.schema())?,
                    Paused::Changed => return Ok(Some(Ingested::Changed)),
                    Paused::Overtaken => return Ok(None),
                }
            }
        }
    }

    /// Writes what is final.
    fn write<F: Feed>(&mut self, done: Final, reading: &mut Reading<'_, '_, F>, writer: &mut Writer) -> Result<(), IngestError> {
        for rows in &done.rows {
            writer.write(rows)?;
            self.counted.rows(rows.num_rows() as u64);
        }
        let done_to = reading.done_to();
        self.keeper.rejects(reading.feed(), done.rejects, writer)?;
        self.keeper.losses(reading.feed(), Some(done_to), writer)
    }

    /// The session took everything: the last commit of the file.
    fn end<F: Feed>(mut self, mut reading: Reading<'_, '_, F>, mut writer: Writer) -> Result<Option<Ingested>, IngestError> {
        let (done, end) = (reading.done_to(), reading.feed().position());
        if done < end {
            self.keeper.unsaid(reading.feed(), done, end - done, &mut writer)?;
        } else {
            let done = reading.release();
            self.write(done, &mut reading, &mut writer)?;
        }
        self.close(reading.into_feed(), writer)
    }

    /// The module failed: the last commit of the file, with its rest in the quarantine.
    fn fail<F: Feed>(self, reading: Reading<'_, '_, F>, writer: Writer, failure: &ModuleFailure) -> Result<Option<Ingested>, IngestError> {
        let at = reading.done_to();
        self.give_up(reading.into_feed(), at, writer, failure)
    }

    /// No session came to be: the whole rest goes to the quarantine.
    fn refused<F: Feed>(self, feed: F, base: u64, failure: &ModuleFailure) -> Result<Option<Ingested>, IngestError> {
        let writer = self.begin(base, &TableSchema::empty())?;
        self.give_up(feed, base, writer, failure)
    }

    fn give_up<F: Feed>(
        mut self,
        mut feed: F,
        at: u64,
        mut writer: Writer,
        failure: &ModuleFailure,
    ) -> Result<Option<Ingested>, IngestError> {
        self.keeper.rest(&mut feed, at, (failure.reason, failure.detail.clone()), &mut writer)?;
        Ok(match self.close(feed, writer)? {
            Some(Ingested::Whole) if failure.reason == RejectReason::ModuleFault => Some(Ingested::ModuleFailed(failure.detail.clone())),
            other => other,
        })
    }

    fn close<F: Feed>(mut self, mut feed: F, mut writer: Writer) -> Result<Option<Ingested>, IngestError> {
        self.keeper.losses(&mut feed, None, &mut writer)?;
        Ok(match self.commit(writer, feed.position(), true, None)? {
            Paused::Committed => Some(Ingested::Whole),
            Paused::Changed => Some(Ingested::Changed),
            Paused::Overtaken => None,
        })
    }

    /// The pipeline stops: what is final is committed, the rest waits for the next run.
    fn leave<F: Feed>(self, mut reading: Reading<'_, '_, F>, writer: Writer) -> Result<Option<Ingested>, IngestError> {
        if reading.done_to() == writer.from() {
            return Ok(Some(Ingested::Stopped));
        }
        let state = match reading.session().save() {
            Ok(state) => state,
            Err(fault) => {
                warn!(file = self.source.name, "left from position {} on for the next run: {fault}", writer.from());
                return Ok(Some(Ingested::Stopped));
            }
        };
        Ok(match self.pause(writer, state.as_ref(), reading.done_to())? {
            Paused::Committed => Some(Ingested::Stopped),
            Paused::Changed => Some(Ingested::Changed),
            Paused::Overtaken => None,
        })
    }

    /// Commits what is final, though the file goes on.
    fn pause(&self, writer: Writer, state: Option<&SavedState>, to: u64) -> Result<Paused, IngestError> {
        self.commit(writer, to, false, state)
    }

    fn commit(&self, writer: Writer, to: u64, end: bool, state: Option<&SavedState>) -> Result<Paused, IngestError> {
        if self.found.changed(self.keeper.original().file()) {
            return Ok(Paused::Changed);
        }
        Ok(match writer.commit(to, end, state)? {
            Outcome::Committed(record) => {
                self.ingest.count(&record);
                Paused::Committed
            }
            Outcome::AlreadyCommitted => Paused::Overtaken,
        })
    }

    fn begin(&self, from: u64, schema: &TableSchema) -> Result<Writer, IngestError> {
        Ok(self.ingest.table.begin(self.source, from, self.ingest.module, schema)?)
    }
}

/// What a module is told of a file.
fn facts(found: &FoundFile, source: &SourceRef) -> SourceFacts {
    let modified = found.modified.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok());
    SourceFacts { name: source.name.clone(), size: Some(source.size), modified }
}
