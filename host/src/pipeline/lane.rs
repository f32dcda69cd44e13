//! One partition of a topic, in a thread of its own: its messages, batch after batch, into commits of a table.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use jiff::Timestamp;
use tracing::debug;

use super::batch::Batch;
use super::consume::Consume;
use super::memory::Memory;
use super::seat::Seat;
use super::told::Told;
use super::trouble::{IngestError, ModuleFailure};
use super::worker::PipelineError;
use crate::model::{RejectReason, SavedState, SourceFacts, SourceRef};
use crate::sandbox::Streams;
use crate::source::kafka::{Message, PacketMessage};

/// What a lane is given.
pub enum Input<'a> {
    /// The next message of the partition.
    Message(Message),
    /// The next messages of the partition, which hold packets.
    Packets(Vec<PacketMessage<'a>>),
    /// Commit, and end.
    Finish,
}

/// What a lane says.
#[derive(Debug)]
pub struct Report {
    /// Which partition.
    pub partition: i32,
    /// Which lane of it.
    pub lane: u64,
    /// What happened.
    pub what: Happened,
}

/// What happened to a lane.
#[derive(Debug)]
pub enum Happened {
    /// Everything before an offset is in the table.
    Committed(u64),
    /// It ended, and not since it was told to.
    Ended(Ending),
}

/// Why a lane ended by itself.
#[derive(Debug)]
pub enum Ending {
    /// Somebody else committed from the same offset: what this lane held was thrown away.
    Overtaken,
    /// The batch was thrown away.
    Failed(IngestError),
    /// The pipeline is to stop.
    Stop(PipelineError),
}

/// See the top of the file.
pub struct Lane<'a> {
    /// What all lanes share.
    pub consume: &'a Consume<'a>,
    /// The partition, as the records name it.
    pub source: SourceRef,
    /// Its number.
    pub partition: i32,
    /// Number of the lane.
    pub lane: u64,
    /// Everything before this offset is in the table. 0 where the table knows nothing, wherever the messages begin.
    pub from: u64,
    /// What the module remembered there.
    pub state: Option<SavedState>,
    /// Messages from `from` on that the broker does not have any more: how many.
    pub gone: u64,
    /// Which rows came.
    pub memory: Memory,
    /// Messages.
    pub input: Receiver<Input<'a>>,
    /// Bytes of them that wait.
    pub queued: Arc<AtomicU64>,
    /// Who listens.
    pub reports: Sender<Report>,
}

/// How a batch came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// It is full, or old enough.
    Full,
    /// The lane is to end.
    Finish,
    /// The module failed: another session goes on.
    Failed,
}

impl Lane<'_> {
    /// Takes messages until it is told to end.
    pub fn run(mut self, mut seat: Seat<'_, Streams>) {
        while let Ok(Input::Message(message)) = self.input.recv() {
            match self.batch(message, &mut seat) {
                Ok(Until::Finish) => return,
                Ok(_) => {}
                Err(ending) => return self.report(Happened::Ended(ending)),
            }
        }
    }

    /// Says what happened.
    pub fn report(&self, what: Happened) {
        // Who does not listen any more has ended, and takes everyone along.
        let _ = self.reports.send(Report { partition: self.partition, lane: self.lane, what });
    }

    /// Everything that comes until it is time to commit.
    fn batch(&mut self, first: Message, seat: &mut Seat<'_, Streams>) -> Result<Until, Ending> {
        let consume = self.consume;
        if seat.is_outdated() {
            seat.renew_with(self.state.as_ref(), consume.settings, &self.facts());
        }
        let deadline = Instant::now() + consume.source.batch.time;
        let writer = consume.table.begin(&self.source, self.from, &seat.deployed.module_ref, consume.schema).map_err(failed)?;
        let told = Told::of(&self.source.name);
        let mut batch = Batch::new(writer, consume.source.format, consume.progress.begin(), told);
        if self.gone > 0 {
            batch.lost(self.from, std::mem::take(&mut self.gone));
        }
        let mut next = Some(first);
        let until = loop {
            match self.session(&mut batch, &mut next, deadline, seat)? {
                Until::Failed => {}
                until => break until,
            }
        };
        self.commit(batch, self.state.clone().as_ref())?;
        Ok(until)
    }

    /// Makes a batch visible, and says so.
    pub fn commit(&mut self, batch: Batch<'_>, state: Option<&SavedState>) -> Result<(), Ending> {
        match batch.commit(state).map_err(Ending::Failed)? {
            Some(to) => self.from = to,
            None => return Err(Ending::Overtaken),
        }
        debug!(source = self.source.name, to = self.from, "committed");
        self.report(Happened::Committed(self.from));
        let remember = jiff::SignedDuration::try_from(self.consume.source.remember).unwrap_or(jiff::SignedDuration::MAX);
        self.memory.forget_before(Timestamp::now().checked_sub(remember).unwrap_or(Timestamp::MIN));
        Ok(())
    }

    /// One session over messages of a batch, `next` before those that wait.
    fn session(
        &mut self,
        batch: &mut Batch<'_>,
        next: &mut Option<Message>,
        deadline: Instant,
        seat: &mut Seat<'_, Streams>,
    ) -> Result<Until, Ending> {
        let facts = self.facts();
        let outdated = seat.outdated();
        let mut session = match seat.worker.open(self.consume.settings, &facts, self.state.take().as_ref()) {
            Ok(session) => session,
            Err(failure) => {
                let failure = ModuleFailure::at_open(failure).map_err(Ending::Failed)?;
                return self.failed(failure);
            }
        };
        loop {
            let message = match next.take() {
                Some(message) => message,
                None => match self.input.recv_deadline(deadline) {
                    Ok(Input::Message(message)) => message,
                    Err(RecvTimeoutError::Timeout) => return self.end(batch, &mut session, Until::Full),
                    Ok(Input::Finish | Input::Packets(_)) | Err(RecvTimeoutError::Disconnected) => {
                        return self.end(batch, &mut session, Until::Finish);
                    }
                },
            };
            self.queued.fetch_sub(message.value.len() as u64, Relaxed);
            match batch.take(message, &mut session, &mut self.memory).map_err(Ending::Failed)? {
                Some(failure) => return self.failed(failure),
                None => self.consume.failures.none(),
            }
            let is_full = batch.rows() >= self.consume.source.batch.rows || batch.is_full(self.consume.batch_size);
            if is_full || Instant::now() >= deadline || outdated.is_so() {
                return self.end(batch, &mut session, Until::Full);
            }
        }
    }

    /// What the module is told of the partition.
    fn facts(&self) -> SourceFacts {
        SourceFacts { name: self.source.name.clone(), size: None, modified: None }
    }

    fn end(&mut self, batch: &mut Batch<'_>, session: &mut crate::sandbox::StreamSession<'_>, until: Until) -> Result<Until, Ending> {
        match batch.end(session).map_err(Ending::Failed)? {
            Ok(state) => self.state = state,
            Err(failure) => _ = self.failed(failure)?,
        }
        Ok(until)
    }

    /// Counts a failure of the module.
    fn failed(&self, failure: ModuleFailure) -> Result<Until, Ending> {
        if failure.reason != RejectReason::ModuleFault {
            return Ok(Until::Failed);
        }
        self.consume.failures.another(&failure.detail).map_err(Ending::Stop)?;
        Ok(Until::Failed)
    }
}

fn failed(error: crate::sink::table::TableError) -> Ending {
    Ending::Failed(error.into())
}
