//! One session over one file into commits: what the module says is final goes to the table's writer, and now and then, and at the end, to the table.

use std::sync::Arc;
use std::time::SystemTime;

use tracing::warn;

use super::feed::Feed;
use super::ingest::{Ingest, Ingested};
use super::keeper::Keeper;
use super::opening::Opening;
use super::progress::InWork;
use super::provisional::Final;
use super::reading::{Next, Reading, Step};
use super::seat::Seat;
use super::slot::Deployed;
use super::trouble::{IngestError, ModuleFailure};
use crate::model::{RejectReason, SourceFacts, SourceRef, TableSchema};
use crate::sandbox::{Parser, Session};
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
    /// Where it begins and with what; after each commit, what was saved there.
    pub opening: Opening,
    /// A position to commit at: what follows it is known to fail.
    pub until: Option<u64>,
    /// What makes the rows.
    pub module: Arc<Deployed>,
}

/// What became of a pass.
pub enum Passed {
    /// There is nothing more to do with the file.
    Ingested(Ingested),
    /// Somebody else committed the same stretch of the same content first: ours was thrown away, and the file is to be taken up behind that.
    Overtaken,
    /// Another module is to go on from the last commit.
    Handed,
    /// The file cannot be taken in stretches: to be done again from the last commit, in one session.
    Alone,
    /// The module failed, and with it went what it knew at `until`, which the next file needs: to be done again from the last commit, with one there.
    Again {
        /// What was final before the failure.
        until: u64,
    },
}

/// What became of a commit.
pub(super) enum Paused {
    Committed,
    Changed,
    Fruitless,
    Overtaken,
}

impl Pass<'_, '_> {
    /// Goes on with a file where its opening says.
    ///
    /// # Errors
    /// When the input cannot be read, the table cannot be written, or the module refuses its options or the state.
    pub fn run<F: Feed>(mut self, mut feed: F, seat: &mut Seat<'_, F::Parser>) -> Result<Passed, IngestError> {
        let Seat { worker, slot, .. } = seat;
        let mut newest = self.module.number;
        let base = self.opening.base;
        feed.seek(base).map_err(IngestError::input(&self.found.path))?;
        feed.stop_at(self.until);
        self.counted.reach(feed.file_position());
        let session = match self.opening.open(worker, self.ingest.settings, &facts(self.found, self.source))? {
            Ok(session) => session,
            Err(failure) => return self.refused(feed, &failure),
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
            let is_full = writer.is_full(self.ingest.commit_size) || self.until == Some(reading.done_to());
            let is_outdated = slot.number() != newest;
            if is_full || is_outdated {
                self.opening.state = match reading.session().save() {
                    Ok(state) => state,
                    Err(fault) => return self.fail(reading, writer, &fault.into()),
                };
                newest = slot.number();
                let hands_over = is_outdated && self.is_understood(&slot.current(), reading.session());
                if hands_over && reading.done_to() == writer.from() {
                    return Ok(Passed::Handed);
                }
                match self.commit(writer, reading.done_to(), false)? {
                    Paused::Committed if hands_over => return Ok(Passed::Handed),
                    Paused::Committed => writer = self.begin(reading.done_to(), reading.schema())?,
                    Paused::Changed => return Ok(Passed::Ingested(Ingested::Changed)),
                    Paused::Fruitless => return Ok(Passed::Ingested(Ingested::Fruitless)),
                    Paused::Overtaken => return Ok(Passed::Overtaken),
                }
            }
            if self.until.is_some_and(|until| until <= reading.feed().position()) {
                reading.feed().stop_at(None);
            }
        }
    }

    /// Whether another module can go on with what was just saved; if not, this one goes on.
    fn is_understood<P: Parser>(&self, next: &Deployed, session: &Session<'_, P>) -> bool {
        let refusal = self.opening.state.as_ref().and_then(|state| session.would_open(&next.module, state).err());
        if let Some(reason) = &refusal {
            warn!(file = self.source.name, module = %next.module_ref.digest, %reason, "the new module takes over with the next file");
        }
        refusal.is_none()
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
    fn end<F: Feed>(mut self, mut reading: Reading<'_, '_, F>, mut writer: Writer) -> Result<Passed, IngestError> {
        let (done, end) = (reading.done_to(), reading.feed().position());
        if done < end {
            self.keeper.unsaid(reading.feed(), done, end - done, &mut writer)?;
        } else {
            let done = reading.release();
            self.write(done, &mut reading, &mut writer)?;
        }
        self.opening.state = match self.opening.turn.as_ref().map(|_| reading.session().save()) {
            Some(Err(fault)) => return self.fail(reading, writer, &fault.into()),
            Some(Ok(state)) => state,
            None => None,
        };
        self.close(reading.into_feed(), writer)
    }

    /// The module failed: the last commit of the file, with its rest in the quarantine.
    fn fail<F: Feed>(mut self, reading: Reading<'_, '_, F>, writer: Writer, failure: &ModuleFailure) -> Result<Passed, IngestError> {
        let at = reading.done_to();
        match self.opening.turn {
            Some(_) if at == writer.from() => {}
            Some(_) if self.until.is_none() => return Ok(Passed::Again { until: at }),
            Some(_) => {
                warn!(
                    file = self.source.name,
                    "the module failed: what this and earlier files left open is dropped, what they taught is forgotten"
                );
                self.opening.state = None;
            }
            None => self.opening.state = None,
        }
        self.give_up(reading.into_feed(), at, writer, failure)
    }

    /// No session came to be: the whole rest goes to the quarantine.
    pub(super) fn refused<F: Feed>(mut self, feed: F, failure: &ModuleFailure) -> Result<Passed, IngestError> {
        if self.opening.turn.is_none() {
            self.opening.state = None;
        }
        let at = self.opening.base;
        let writer = self.begin(at, &TableSchema::empty())?;
        self.give_up(feed, at, writer, failure)
    }

    pub(super) fn give_up<F: Feed>(
        mut self,
        mut feed: F,
        at: u64,
        mut writer: Writer,
        failure: &ModuleFailure,
    ) -> Result<Passed, IngestError> {
        feed.stop_at(None);
        self.keeper.rest(&mut feed, at, (failure.reason, failure.detail.clone()), &mut writer)?;
        Ok(match self.close(feed, writer)? {
            Passed::Ingested(Ingested::Whole) if failure.reason == RejectReason::ModuleFault => {
                Passed::Ingested(Ingested::ModuleFailed(failure.detail.clone()))
            }
            other => other,
        })
    }

    pub(super) fn close<F: Feed>(mut self, mut feed: F, mut writer: Writer) -> Result<Passed, IngestError> {
        self.keeper.losses(&mut feed, None, &mut writer)?;
        let committed = self.commit(writer, feed.position(), true)?;
        Ok(passed(committed, Ingested::Whole))
    }

    /// The pipeline stops: what is final is committed, the rest waits for the next run.
    fn leave<F: Feed>(mut self, mut reading: Reading<'_, '_, F>, writer: Writer) -> Result<Passed, IngestError> {
        if reading.done_to() == writer.from() {
            return Ok(Passed::Ingested(Ingested::Stopped));
        }
        self.opening.state = match reading.session().save() {
            Ok(state) => state,
            Err(fault) => {
                warn!(file = self.source.name, "left from position {} on for the next run: {fault}", writer.from());
                return Ok(Passed::Ingested(Ingested::Stopped));
            }
        };
        let committed = self.commit(writer, reading.done_to(), false)?;
        Ok(passed(committed, Ingested::Stopped))
    }

    /// Commits what is final up to `to`, with what the module knows there.
    pub(super) fn commit(&self, writer: Writer, to: u64, end: bool) -> Result<Paused, IngestError> {
        if self.found.changed(self.keeper.original().file()) {
            return Ok(Paused::Changed);
        }
        if self.ingest.replays && end && writer.from() == 0 && writer.is_fruitless() {
            return Ok(Paused::Fruitless);
        }
        Ok(match writer.commit(to, end, self.opening.state.as_ref())? {
            Outcome::Committed(record) => {
                self.ingest.count(&record);
                Paused::Committed
            }
            Outcome::AlreadyCommitted => Paused::Overtaken,
        })
    }

    pub(super) fn begin(&self, from: u64, schema: &TableSchema) -> Result<Writer, IngestError> {
        let turn = self.opening.turn.as_ref().map(|(turn, _)| *turn);
        Ok(self.ingest.table.begin(self.source, from, &self.module.module_ref, schema)?.in_turn(turn))
    }
}

pub(super) fn passed(committed: Paused, as_wished: Ingested) -> Passed {
    match committed {
        Paused::Committed => Passed::Ingested(as_wished),
        Paused::Changed => Passed::Ingested(Ingested::Changed),
        Paused::Fruitless => Passed::Ingested(Ingested::Fruitless),
        Paused::Overtaken => Passed::Overtaken,
    }
}

/// What a module is told of a file.
pub(super) fn facts(found: &FoundFile, source: &SourceRef) -> SourceFacts {
    let modified = found.modified.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok());
    SourceFacts { name: source.name.clone(), size: Some(source.size), modified }
}
