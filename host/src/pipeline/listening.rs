//! One membership of a group: hands messages to the lanes of their partitions, and looks after the lanes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};
use jiff::{SignedDuration, Timestamp};
use tracing::{error, info, warn};

use super::consume::{Consume, Interrupted, Work, interrupted};
use super::fetching::Fetching;
use super::lane::{Ending, Happened, Input, Lane, Report};
use super::memory::Memory;
use super::row_lane::RowLane;
use super::storing::{Storing, held};
use super::trouble::IngestError;
use super::worker::{PipelineError, chain};
use crate::model::{Digest, SourceRef, TableSchema};
use crate::sink::table::{Outcome, TableError, Tail};
use crate::source::kafka::{Event, Message, PacketMessage, Subscription};
use crate::stop::Stop;

/// How long to wait for something to happen.
const PATIENCE: Duration = Duration::from_millis(50);
/// Bytes that may wait for one lane.
const ROOM: u64 = 16 << 20;
/// How long a full lane is waited for before its partition is paused: what the client has fetched of it then comes again.
const FULL: Duration = Duration::from_millis(200);
/// Packets that are handed over together.
const TOGETHER: usize = 1024;
/// Packets between two looks at everything else.
const OFTEN: usize = 64;
/// Pause before a lane that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// The longest such pause.
const LONGEST_RETRY: Duration = Duration::from_secs(60);
/// With `once`, how long a member without partitions waits for some.
const ALONE: Duration = Duration::from_secs(10);

/// See the top of the file.
pub struct Listening<'scope, 'a> {
    consume: &'a Consume<'a>,
    subscription: &'a Subscription,
    scope: &'scope Scope<'scope, 'a>,
    partitions: BTreeMap<i32, Partition<'scope, 'a>>,
    /// Messages that wait to be handed over together.
    waiting: usize,
    reports: (Sender<Report>, Receiver<Report>),
    lanes: u64,
    began: Instant,
    /// Everything was read: lanes end when they are through with it.
    drains: bool,
    /// What then went wrong.
    trouble: Option<PipelineError>,
}

/// A partition that is ours.
struct Partition<'scope, 'a> {
    lane: Option<LaneHandle<'scope, 'a>>,
    /// Its lane failed, and is tried again then.
    retry: Option<Instant>,
    pause: Duration,
    /// First offset that was not committed to the group.
    committed: u64,
    /// Everything that the broker has was read.
    at_end: bool,
}

struct LaneHandle<'scope, 'a> {
    number: u64,
    thread: ScopedJoinHandle<'scope, ()>,
    input: Sender<Input<'a>>,
    /// Messages that are handed over together.
    together: Vec<PacketMessage<'a>>,
    queued: Arc<AtomicU64>,
    /// Leave a file half-way.
    cut: Stop,
    /// Next offset to hand over.
    next: u64,
    paused: bool,
}

impl<'scope, 'a> Listening<'scope, 'a> {
    /// Of a subscription; lanes are threads of `scope`.
    pub fn new(consume: &'a Consume<'a>, subscription: &'a Subscription, scope: &'scope Scope<'scope, 'a>) -> Self {
        let reports = unbounded();
        Self {
            consume,
            subscription,
            scope,
            partitions: BTreeMap::new(),
            waiting: 0,
            reports,
            lanes: 0,
            began: Instant::now(),
            drains: false,
            trouble: None,
        }
    }

    /// Until the pipeline stops, or with `once` until everything is read.
    ///
    /// # Errors
    /// What ends it early; lanes have ended then, and what they had not committed is read again.
    pub fn run(mut self) -> Result<(), Interrupted> {
        let ended = self.listen();
        let all: Vec<_> = self.partitions.keys().copied().collect();
        self.finish(&all, true);
        ended.and_then(|()| self.take_reports())?;
        self.trouble.map_or(Ok(()), |trouble| Err(Interrupted::ForGood(trouble)))
    }

    fn listen(&mut self) -> Result<(), Interrupted> {
        while !self.consume.stop.is_set() {
            let patience = if self.waiting > 0 { Duration::ZERO } else { PATIENCE };
            match self.subscription.next(patience).map_err(interrupted)? {
                Event::Packet(packet) => {
                    self.gather(packet);
                    // The rest is looked after often enough.
                    if !self.waiting.is_multiple_of(OFTEN) {
                        continue;
                    }
                }
                Event::Assigned(partitions) => self.assigned(&partitions)?,
                Event::Revoked { partitions, lost } => self.revoked(&partitions, lost),
                Event::Message(message) => self.hand_over(message),
                Event::End(partition) => _ = self.partitions.get_mut(&partition).map(|partition| partition.at_end = true),
                Event::OutOfRange => self.begin_anew()?,
                Event::Nothing => self.hand_over_gathered(),
            }
            self.take_reports()?;
            self.look_after()?;
            if self.consume.once && self.is_done() {
                self.drains = true;
                break;
            }
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        match self.partitions.is_empty() {
            true => self.began.elapsed() > ALONE,
            false => self.partitions.values().all(|partition| partition.at_end && partition.retry.is_none()),
        }
    }

    fn assigned(&mut self, partitions: &[i32]) -> Result<(), Interrupted> {
        if partitions.is_empty() {
            return self.subscription.begin(&[]).map_err(interrupted);
        }
        info!(topic = self.consume.source.kafka.topic, ?partitions, "partitions assigned");
        let mut offsets = Vec::with_capacity(partitions.len());
        for &partition in partitions {
            offsets.push((partition, self.start_lane(partition)?));
        }
        self.subscription.begin(&offsets).map_err(interrupted)
    }

    fn revoked(&mut self, partitions: &[i32], lost: bool) {
        if !partitions.is_empty() {
            info!(topic = self.consume.source.kafka.topic, ?partitions, lost, "partitions revoked");
        }
        self.finish(partitions, !lost);
        self.subscription.let_go(partitions);
    }

    /// Has lanes commit and end, and tells the group how far they came.
    fn finish(&mut self, partitions: &[i32], tell: bool) {
        partitions.iter().for_each(|number| self.hand_over_to(*number));
        let ending: Vec<_> = partitions.iter().filter_map(|partition| Some((*partition, self.partitions.remove(partition)?))).collect();
        for (_, partition) in &ending {
            let Some(lane) = &partition.lane else { continue };
            if !self.drains {
                lane.cut.set();
            }
            // A lane that has ended by itself hears nothing, and needs not.
            let _ = lane.input.send(Input::Finish);
        }
        let mut offsets: BTreeMap<i32, u64> = BTreeMap::new();
        for (number, partition) in ending {
            offsets.insert(number, partition.committed);
            if let Some(lane) = partition.lane {
                lane.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            }
        }
        for report in self.reports.1.try_iter() {
            match report.what {
                Happened::Committed(to) => _ = offsets.get_mut(&report.partition).map(|offset| *offset = to),
                Happened::Ended(Ending::Failed(cause)) if self.drains => {
                    let file = self.subscription.name(report.partition);
                    self.trouble.get_or_insert(PipelineError::File { file, cause: Box::new(cause) });
                }
                Happened::Ended(Ending::Failed(cause)) => {
                    warn!(partition = report.partition, error = chain(&cause), "what was not committed is read again");
                }
                Happened::Ended(Ending::Stop(cause)) => _ = self.trouble.get_or_insert(cause),
                Happened::Ended(Ending::Overtaken) => {}
            }
        }
        if tell {
            let offsets: Vec<_> = offsets.into_iter().filter(|(_, offset)| *offset > 0).collect();
            self.subscription.commit(&offsets, true);
        }
    }

    /// Gives the offset from which the partition is to be read.
    fn start_lane(&mut self, partition: i32) -> Result<u64, Interrupted> {
        let name = self.subscription.name(partition);
        let source = SourceRef { digest: Digest::of(name.as_bytes()), name, size: 0 };
        let remember = SignedDuration::try_from(self.consume.source.remember).unwrap_or(SignedDuration::MAX);
        let since = Timestamp::now().checked_sub(remember).unwrap_or(Timestamp::MIN);
        let tail = self.consume.table.tail(&source.digest, since).map_err(|error| stopped(&source, error))?;
        let Tail { position, state, received } = tail;
        let (from, begin, gone) = match position {
            Some(position) => {
                let (begin, gone) = self.subscription.resume(partition, position).map_err(interrupted)?;
                (position, begin, gone)
            }
            None => {
                let (begin, remember) = self.subscription.start(partition).map_err(interrupted)?;
                // A record of nothing keeps the start from being another one next time.
                let from = if remember && begin > 0 { self.remember_start(&source, begin)? } else { 0 };
                (from, begin, 0)
            }
        };
        if gone > 0 {
            error!(source = source.name, from, gone, "messages were deleted by the broker before they were read");
        }
        info!(source = source.name, from = begin, "begins");
        let (input, inputs) = unbounded();
        let queued = Arc::new(AtomicU64::new(0));
        self.lanes += 1;
        let lane = Lane {
            consume: self.consume,
            source,
            partition,
            lane: self.lanes,
            from,
            state,
            gone,
            memory: Memory::new(received),
            input: inputs,
            queued: Arc::clone(&queued),
            reports: self.reports.0.clone(),
        };
        let cut = Stop::new();
        let thread = self.spawn(lane, cut.clone())?;
        let handle = LaneHandle { number: self.lanes, thread, input, together: Vec::new(), queued, cut, next: begin, paused: false };
        let pause = self.partitions.get(&partition).map_or(RETRY, |partition| partition.pause);
        self.partitions.insert(partition, Partition { lane: Some(handle), retry: None, pause, committed: begin, at_end: false });
        Ok(begin)
    }

    fn spawn(&self, lane: Lane<'a>, cut: Stop) -> Result<ScopedJoinHandle<'scope, ()>, Interrupted> {
        let of_kind = |error: crate::sandbox::WrongKind| Interrupted::ForGood(error.into());
        let consume = self.consume;
        let slot = match &consume.work {
            Work::Parsed(slot) => slot,
            Work::Rows => return Ok(self.scope.spawn(move || RowLane::new(lane).run())),
            Work::Packets(packets) => {
                let storing = Storing::new(lane, packets).map_err(|error| Interrupted::ForGood(error.into()))?;
                return Ok(self.scope.spawn(move || storing.run()));
            }
        };
        let Some(root) = &consume.source.root else {
            let seat = consume.seat(slot).map_err(of_kind)?;
            return Ok(self.scope.spawn(move || lane.run(seat)));
        };
        let crew = consume.crew(slot).map_err(of_kind)?;
        Ok(self.scope.spawn(move || Fetching::new(lane, root, cut).run(crew)))
    }

    fn remember_start(&self, source: &SourceRef, begin: u64) -> Result<u64, Interrupted> {
        let Consume { table, .. } = self.consume;
        let module = self.consume.module_ref();
        let writer = table.begin(source, 0, &module, &TableSchema::empty()).map_err(|error| stopped(source, error))?;
        match writer.commit(begin, false, None).map_err(|error| stopped(source, error))? {
            Outcome::Committed(_) | Outcome::AlreadyCommitted => Ok(begin),
        }
    }

    /// Takes a packet that will be handed over with others: a lane is woken once for many.
    fn gather(&mut self, packet: PacketMessage<'a>) {
        let (number, offset) = (packet.partition(), packet.offset());
        let Some(partition) = self.partitions.get_mut(&number) else { return };
        partition.at_end = false;
        let Some(lane) = partition.lane.as_mut().filter(|lane| offset >= lane.next) else { return };
        lane.next = offset + 1;
        lane.together.push(packet);
        self.waiting += 1;
        if lane.together.len() >= TOGETHER {
            self.hand_over_to(number);
        }
    }

    /// Hands over what was gathered.
    fn hand_over_gathered(&mut self) {
        let all: Vec<_> = self.partitions.keys().copied().collect();
        all.into_iter().for_each(|number| self.hand_over_to(number));
        self.waiting = 0;
    }

    fn hand_over_to(&mut self, number: i32) {
        let Some(lane) = self.partitions.get_mut(&number).and_then(|partition| partition.lane.as_mut()) else { return };
        if lane.together.is_empty() {
            return;
        }
        let packets = std::mem::replace(&mut lane.together, Vec::with_capacity(TOGETHER));
        self.waiting = self.waiting.saturating_sub(packets.len());
        let bytes = packets.iter().map(held).sum::<u64>();
        self.consume.progress.found_many(packets.len() as u64, packets.iter().map(PacketMessage::size).sum());
        let queued = lane.queued.fetch_add(bytes, Relaxed) + bytes;
        // A lane that has ended by itself has said so, and its partition is begun anew.
        let _ = lane.input.send(Input::Packets(packets));
        if queued > ROOM && !lane.paused && !has_room(self.consume, lane) {
            lane.paused = true;
            self.subscription.pause(number);
        }
    }

    fn hand_over(&mut self, message: Message) {
        let number = message.partition;
        let Some(partition) = self.partitions.get_mut(&number) else { return };
        partition.at_end = false;
        let Some(lane) = partition.lane.as_mut().filter(|lane| message.offset >= lane.next) else { return };
        lane.next = message.offset + 1;
        let bytes = message.value.len() as u64;
        let queued = lane.queued.fetch_add(bytes, Relaxed) + bytes;
        // Of files that messages name, the files count.
        if self.consume.source.root.is_none() {
            self.consume.progress.found(bytes);
        }
        // A lane that has ended by itself has said so, and its partition is begun anew.
        let _ = lane.input.send(Input::Message(message));
        if queued > ROOM && !lane.paused && !has_room(self.consume, lane) {
            lane.paused = true;
            self.subscription.pause(number);
        }
    }

    /// Some position is not there any more: each partition is looked at again.
    fn begin_anew(&mut self) -> Result<(), Interrupted> {
        let all: Vec<_> = self.partitions.keys().copied().collect();
        self.finish(&all, true);
        for partition in all {
            self.restart(partition)?;
        }
        Ok(())
    }

    fn restart(&mut self, partition: i32) -> Result<(), Interrupted> {
        let offset = self.start_lane(partition)?;
        self.subscription.go_to(partition, offset).map_err(interrupted)?;
        self.subscription.resume_messages(partition);
        Ok(())
    }

    fn take_reports(&mut self) -> Result<(), Interrupted> {
        while let Ok(Report { partition: number, lane, what }) = self.reports.1.try_recv() {
            let Some(partition) = self.partitions.get_mut(&number) else { continue };
            if partition.lane.as_ref().is_none_or(|handle| handle.number != lane) {
                continue;
            }
            match what {
                Happened::Committed(to) => {
                    (partition.committed, partition.pause) = (to, RETRY);
                    self.subscription.commit(&[(number, to)], false);
                }
                Happened::Ended(Ending::Overtaken) => {
                    info!(partition = number, "somebody else committed from here: going on behind that");
                    partition.lane = None;
                    self.restart(number)?;
                }
                Happened::Ended(Ending::Failed(cause)) => {
                    let source = self.subscription.name(number);
                    if !cause.may_pass() || self.consume.once {
                        return Err(Interrupted::ForGood(PipelineError::File { file: source, cause: Box::new(cause) }));
                    }
                    error!(source, pause = ?partition.pause, error = chain(&cause), "the sink takes nothing, trying again");
                    partition.lane = None;
                    partition.retry = Some(Instant::now() + partition.pause);
                    partition.pause = (partition.pause * 2).min(LONGEST_RETRY);
                    self.subscription.pause(number);
                }
                Happened::Ended(Ending::Stop(cause)) => return Err(Interrupted::ForGood(cause)),
            }
        }
        Ok(())
    }

    /// Lanes that have room again, and partitions whose lane is to be tried again.
    fn look_after(&mut self) -> Result<(), Interrupted> {
        for (number, partition) in &mut self.partitions {
            if let Some(lane) = partition.lane.as_mut().filter(|lane| lane.paused && lane.queued.load(Relaxed) < ROOM / 2) {
                lane.paused = false;
                self.subscription.resume_messages(*number);
            }
        }
        let due = |partition: &Partition<'_, '_>| partition.retry.is_some_and(|retry| retry <= Instant::now());
        let due: Vec<_> = self.partitions.iter().filter(|(_, partition)| due(partition)).map(|(number, _)| *number).collect();
        due.into_iter().try_for_each(|partition| self.restart(partition))
    }
}

fn has_room(consume: &Consume<'_>, lane: &LaneHandle<'_, '_>) -> bool {
    let began = Instant::now();
    while began.elapsed() < FULL {
        if lane.queued.load(Relaxed) <= ROOM || lane.thread.is_finished() || consume.stop.is_set() {
            return true;
        }
        let _ = consume.stop.signal().recv_timeout(Duration::from_millis(5));
    }
    false
}

/// The table does not say what it knows, or does not take what it should.
fn stopped(source: &SourceRef, error: TableError) -> Interrupted {
    let may_pass = error.may_pass();
    let cause = PipelineError::File { file: source.name.clone(), cause: Box::new(IngestError::Table(error)) };
    if may_pass { Interrupted::ForNow(cause) } else { Interrupted::ForGood(cause) }
}
