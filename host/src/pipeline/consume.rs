//! A topic to a sink: partitions come and go with the group's members, and each that is here has a lane.

use std::thread;
use std::time::Duration;

use tracing::{error, info};

use super::crew::Crew;
use super::failures::Failures;
use super::forwarding::Forwarding;
use super::listening::Listening;
use super::progress::Progress;
use super::seat::Seat;
use super::slot::Slot;
use super::worker::PipelineError;
use crate::config::{KafkaSource, Limits, PacketRecords, PacketStoreSink};
use crate::model::{ModuleRef, Setting, TableSchema};
use crate::sandbox::{Module, Streams, WrongKind};
use crate::sink::kafka;
use crate::sink::table::Table;
use crate::source::kafka::Subscription;
use crate::stop::Stop;

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What the lanes of a pipeline share.
pub struct Consume<'a> {
    /// Where messages come from.
    pub source: &'a KafkaSource,
    /// Where rows go.
    pub table: &'a Table,
    /// What becomes of messages.
    pub work: Work<'a>,
    /// Of the rows that a module makes.
    pub schema: &'a TableSchema,
    /// Options of each session.
    pub settings: &'a [Setting],
    /// Of the module.
    pub limits: &'a Limits,
    /// Encoded bytes after which a batch is committed.
    pub batch_size: u64,
    /// Shared counters.
    pub progress: &'a Progress,
    /// Commit what was read, and end.
    pub stop: &'a Stop,
    /// Take what is there and end: a failure ends the run instead of being tried again.
    pub once: bool,
    /// Times that the module failed.
    pub failures: Failures,
}

/// What becomes of messages.
pub enum Work<'a> {
    /// A module makes rows of them.
    Parsed(&'a Slot),
    /// They hold rows.
    Rows,
    /// They are packets, and are stored.
    Packets(Packets<'a>),
}

/// How packets are stored.
pub struct Packets<'a> {
    /// Where, and in what files.
    pub sink: &'a PacketStoreSink,
    /// How messages tell their times.
    pub records: PacketRecords,
    /// The pipeline's name.
    pub pipeline: &'a str,
    /// Which are kept; none: all.
    pub filter: Option<(&'a Module, &'a str)>,
    /// The filter's module, or weir itself, for the records.
    pub module: ModuleRef,
}

/// Why listening ended before its time.
#[derive(Debug)]
pub enum Interrupted {
    /// Another try may do better.
    ForNow(PipelineError),
    /// None will.
    ForGood(PipelineError),
}

impl Consume<'_> {
    /// Listens until the pipeline stops, or with `once` until everything that is there is in the table.
    ///
    /// # Errors
    /// What ends the pipeline.
    pub fn run(&self) -> Result<(), PipelineError> {
        let mut pause = Duration::from_secs(1);
        loop {
            let cause = match self.listen() {
                Ok(()) => return Ok(()),
                Err(Interrupted::ForNow(cause)) if !self.once && !self.stop.is_set() => cause,
                Err(Interrupted::ForNow(_)) if self.stop.is_set() => return Ok(()),
                Err(Interrupted::ForNow(cause) | Interrupted::ForGood(cause)) => return Err(cause),
            };
            error!(topic = self.source.kafka.topic, pause = ?pause, error = super::worker::chain(&cause), "trying again");
            // It disconnects when the stop is set, and nothing else ever comes.
            let _ = self.stop.signal().recv_timeout(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn listen(&self) -> Result<(), Interrupted> {
        if let Err(error) = kafka::create(&self.source.kafka) {
            return Err(match error.may_pass() {
                true => Interrupted::ForNow(error.into()),
                false => Interrupted::ForGood(error.into()),
            });
        }
        let subscription = Subscription::open(self.source).map_err(interrupted)?;
        info!(topic = self.source.kafka.topic, group = self.source.group, "listening");
        thread::scope(|scope| Listening::new(self, &subscription, scope).run())
    }

    /// What stands in the records for whatever makes rows or selects packets.
    pub fn module_ref(&self) -> ModuleRef {
        match &self.work {
            Work::Parsed(slot) => slot.current().module_ref.clone(),
            Work::Rows => Forwarding::module(),
            Work::Packets(packets) => packets.module.clone(),
        }
    }

    /// A worker for one lane whose messages name files.
    ///
    /// # Errors
    /// The module is no parser.
    pub fn crew<'s>(&self, slot: &'s Slot) -> Result<Crew<'s>, WrongKind> {
        Crew::new(slot, self.limits, self.schema, 1)
    }

    /// A worker for one lane.
    ///
    /// # Errors
    /// The module takes no bytes.
    pub fn seat<'s>(&self, slot: &'s Slot) -> Result<Seat<'s, Streams>, WrongKind> {
        Seat::new(slot, self.limits, self.schema)
    }
}

/// By whether another try may do better.
pub fn interrupted(error: crate::source::kafka::SubscriptionError) -> Interrupted {
    match error.may_pass() {
        true => Interrupted::ForNow(error.into()),
        false => Interrupted::ForGood(error.into()),
    }
}
