//! One partition of packets, in a thread of its own: message after message into the files of a packet store.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;
use std::vec::IntoIter;

use crossbeam_channel::RecvTimeoutError;
use tracing::{debug, warn};

use super::consume::Packets;
use super::lane::{Ending, Happened, Input, Lane};
use super::progress::InWork;
use super::record::Record;
use super::selecting::{Selecting, Verdict};
use crate::model::{QuarantineEntry, RejectReason, TableSchema};
use crate::sandbox::FilterError;
use crate::sink::packet_store::{Partition, StoreWriter};
use crate::sink::table::{Outcome, TableError};
use crate::source::kafka::PacketMessage;

/// What a message costs beside its bytes.
const MESSAGE: u64 = 256;
/// Messages that are told one by one when they go to the quarantine.
const FEW: u64 = 5;

/// Bytes that a waiting message holds.
pub fn held(message: &PacketMessage<'_>) -> u64 {
    message.size() + MESSAGE
}

/// See the top of the file.
pub struct Storing<'a> {
    lane: Lane<'a>,
    packets: &'a Packets<'a>,
    partition: Partition,
    filter: Option<Selecting>,
    /// Messages that came and are not taken yet.
    here: IntoIter<(PacketMessage<'a>, Verdict)>,
    /// Messages in the quarantine so far.
    quarantined: u64,
}

/// Why a batch came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// It is time to commit.
    Full,
    /// The lane is to end.
    Finish,
}

/// What one commit will hold.
struct Batch<'a> {
    writer: StoreWriter<'a>,
    counted: InWork<'a>,
    /// First offset behind.
    to: u64,
    messages: u64,
    bytes: u64,
}

impl<'a> Storing<'a> {
    /// The lane of a partition.
    ///
    /// # Errors
    /// The filter does not open.
    pub fn new(lane: Lane<'a>, packets: &'a Packets<'a>) -> Result<Self, FilterError> {
        let topic = lane.consume.source.kafka.topic.clone();
        let partition = Partition { topic, number: lane.partition, pipeline: packets.pipeline.to_owned() };
        let open = |(module, expression)| Selecting::open(module, lane.consume.limits, expression);
        let filter = packets.filter.map(open).transpose()?;
        Ok(Self { lane, packets, partition, filter, here: Vec::new().into_iter(), quarantined: 0 })
    }

    /// Takes messages until it is told to end.
    pub fn run(mut self) {
        loop {
            if self.here.len() == 0 {
                let Ok(Input::Packets(messages)) = self.lane.input.recv() else { return };
                if let Err(ending) = self.receive(messages) {
                    return self.lane.report(Happened::Ended(ending));
                }
            }
            match self.batch() {
                Ok(Until::Full) => {}
                Ok(Until::Finish) => return,
                Err(ending) => return self.lane.report(Happened::Ended(ending)),
            }
        }
    }

    /// Everything that comes until it is time to commit.
    fn batch(&mut self) -> Result<Until, Ending> {
        let consume = self.lane.consume;
        let schema = TableSchema::empty();
        let mut table = consume.table.begin(&self.lane.source, self.lane.from, &self.packets.module, &schema).map_err(failed)?;
        if self.lane.gone > 0 {
            table.quarantine(lost(self.lane.from, std::mem::take(&mut self.lane.gone)));
        }
        let writer = StoreWriter::new(table, self.packets.sink, self.partition.clone());
        let mut batch = Batch { writer, counted: consume.progress.begin(), to: self.lane.from, messages: 0, bytes: 0 };
        let until = loop {
            if self.take(&mut batch)? || Instant::now() >= batch.writer.deadline() {
                break Until::Full;
            }
            match self.lane.input.recv_deadline(batch.writer.deadline()) {
                Ok(Input::Packets(messages)) => self.receive(messages)?,
                Err(RecvTimeoutError::Timeout) => break Until::Full,
                Ok(Input::Finish | Input::Message(_)) | Err(RecvTimeoutError::Disconnected) => break Until::Finish,
            }
        };
        self.commit(batch)?;
        Ok(until)
    }

    /// Has the filter look at messages that came.
    fn receive(&mut self, messages: Vec<PacketMessage<'a>>) -> Result<(), Ending> {
        let verdicts = match &mut self.filter {
            None => Vec::new(),
            Some(filter) => {
                let records: Vec<_> = messages.iter().map(|message| self.packets.record(message)).collect();
                match filter.select(&records) {
                    Ok(verdicts) => {
                        self.lane.consume.failures.none();
                        verdicts
                    }
                    Err(error) => self.fault(&error, messages.len())?,
                }
            }
        };
        let verdicts = verdicts.into_iter().chain(std::iter::repeat_with(|| Verdict::Keep));
        self.here = messages.into_iter().zip(verdicts).collect::<Vec<_>>().into_iter();
        Ok(())
    }

    /// The filter failed: what it was asked about goes to the quarantine, and another instance goes on.
    fn fault(&mut self, error: &FilterError, messages: usize) -> Result<Vec<Verdict>, Ending> {
        let last = error.to_string();
        self.lane.consume.failures.another(&last).map_err(Ending::Stop)?;
        if let Some(filter) = &mut self.filter {
            filter.renew().map_err(|error| Ending::Stop(error.into()))?;
        }
        Ok(vec![Verdict::Fault(last); messages])
    }

    /// Takes messages that are here. Says whether it is time to commit before the next of them.
    fn take(&mut self, batch: &mut Batch<'_>) -> Result<bool, Ending> {
        while let Some((message, verdict)) = self.here.as_slice().first() {
            match (self.packets.record(message), verdict) {
                (Err(reason), _) => self.quarantined += batch.quarantine(message, (RejectReason::Malformed, reason), self.quarantined)?,
                (Ok(_), Verdict::Fault(reason)) => {
                    self.quarantined += batch.quarantine(message, (RejectReason::ModuleFault, reason.clone()), self.quarantined)?;
                }
                (Ok(_), Verdict::Drop) => {}
                (Ok(record), Verdict::Keep) => {
                    if batch.writer.make_room(record.time).map_err(failed)? {
                        return Ok(true);
                    }
                    batch.append(message.offset(), &record)?;
                }
            }
            batch.took(message);
            self.lane.queued.fetch_sub(held(message), Relaxed);
            self.here.next();
            if batch.writer.is_full() {
                return Ok(true);
            }
        }
        batch.counted.reach(batch.bytes);
        Ok(false)
    }

    fn commit(&mut self, batch: Batch<'_>) -> Result<(), Ending> {
        let Batch { writer, counted, to, messages, .. } = batch;
        if to == self.lane.from {
            return Ok(());
        }
        match writer.commit(to).map_err(failed)? {
            Outcome::Committed(record) => counted.committed(&record, messages),
            Outcome::AlreadyCommitted => return Err(Ending::Overtaken),
        }
        self.lane.from = to;
        debug!(source = self.lane.source.name, to, "committed");
        self.lane.report(Happened::Committed(to));
        Ok(())
    }
}

impl Batch<'_> {
    fn append(&mut self, offset: u64, record: &Record<'_>) -> Result<(), Ending> {
        let head = record.head();
        let head = head.as_ref().map_or(&[][..], |head| head);
        self.counted.rows(1);
        self.writer.append(offset, record.time, head, record.value).map_err(failed)
    }

    /// Gives how many messages that are.
    fn quarantine(&mut self, message: &PacketMessage<'_>, (reason, detail): (RejectReason, String), before: u64) -> Result<u64, Ending> {
        let (offset, partition) = (message.offset(), message.partition());
        match before {
            0..FEW => warn!(partition, offset, detail, "to quarantine"),
            FEW => warn!(partition, "more messages go to the quarantine: `weir quarantine list` shows each"),
            _ => {}
        }
        let detail = format!("message {offset}: {detail}");
        self.writer.quarantine(offset, message.value().unwrap_or_default(), reason, detail).map_err(failed)?;
        Ok(1)
    }

    fn took(&mut self, message: &PacketMessage<'_>) {
        self.to = message.offset() + 1;
        self.messages += 1;
        self.bytes += message.size();
    }
}

/// Messages are gone that nobody read.
fn lost(from: u64, count: u64) -> QuarantineEntry {
    let detail = format!("messages {from} to {} were deleted by the broker before they were read", from + count - 1);
    QuarantineEntry { at: 0, length: 0, reason: RejectReason::Truncated, detail, compressed: false, message: Some(from) }
}

fn failed(error: TableError) -> Ending {
    Ending::Failed(error.into())
}
