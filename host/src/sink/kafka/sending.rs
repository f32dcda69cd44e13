//! The rows of one source on their way to a topic: cut into segments, many of which are in flight at a time, until each is confirmed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampNanosecondType};
use crossbeam_channel::{Receiver, Sender, unbounded};
use rdkafka::error::RDKafkaErrorCode;
use tracing::warn;

use super::client::{Failure, Outcome, Ticket, Travel};
use super::content::{Content, content, halves};
use super::error::KafkaError;
use super::mark::Mark;
use super::segment::Segment;
use super::segments::{Segments, reopened};
use super::topic::{Message, Taken, Topic};
use crate::config::{KafkaSink, MessageFormat};
use crate::model::{Digest, EventTime, ModuleRef, OpenSegment, Sent, TableSchema, TimeUnit};
use crate::storage::{Storage, StorageError};

/// How often a wait looks whether the pipeline stops.
const LOOK: Duration = Duration::from_millis(50);
/// Least time between two marks.
const MARK: Duration = Duration::from_millis(10);
/// How long messages on their way may take once the pipeline stops.
const LAST: Duration = Duration::from_secs(10);

/// See the top of the file.
pub struct Sending {
    topic: Arc<Topic>,
    storage: Arc<dyn Storage>,
    source: Digest,
    module: ModuleRef,
    /// Of rows that are no lines: see [`SCHEMA`](super::SCHEMA).
    schema: Option<Digest>,
    event_time: Option<EventTime>,
    partitions: i32,
    segments: Segments,
    /// Rows before this one are confirmed, though the module gives them again.
    skip_to: u64,
    /// Rows that the module gave, from the first of the source.
    seen: u64,
    flight: BTreeMap<u64, InFlight>,
    outcomes: (Sender<Outcome>, Receiver<Outcome>),
    refused: Vec<Refused>,
    marked: (u64, Instant),
    bytes: u64,
    messages: u64,
    rows: u64,
}

/// A message that is not confirmed, by its first row.
struct InFlight {
    segment: u64,
    /// First row of the segment, of which the message may be a part.
    segment_row: u64,
    time: Option<i64>,
    travel: Travel,
}

/// Rows that the topic does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Number of their segment.
    pub segment: u64,
    /// How many there are.
    pub rows: u64,
    /// They themselves, as a file is to hold them: lines, or an Arrow IPC stream.
    pub content: Vec<u8>,
    /// Of that file.
    pub extension: &'static str,
    /// Why, for people.
    pub reason: String,
}

impl Sending {
    /// Begins a source, or goes on behind what an earlier commit has `sent`.
    pub fn begin(
        topic: Arc<Topic>,
        storage: Arc<dyn Storage>,
        (source, module): (Digest, ModuleRef),
        schema: &TableSchema,
        sent: Option<Sent>,
    ) -> Result<Self, KafkaError> {
        topic.renew_if_dead()?;
        let mark = Mark::read(storage.as_ref(), &source);
        let partitions = match (&sent, &mark) {
            (Some(sent), _) => sent.partitions,
            (None, Some(mark)) => mark.partitions,
            (None, None) => topic.partitions()?,
        };
        let sent = sent.unwrap_or_default();
        let ahead = mark.filter(|mark| mark.rows > sent.rows);
        let (segment, row) = ahead.map_or((sent.segments, sent.rows), |mark| (mark.segments, mark.rows));
        let segments = Segments::new(topic.spec(), schema, segment, row)?;
        let mut sending = Self {
            source,
            module,
            schema: matches!(segments, Segments::Columns(_)).then(|| schema.id()),
            event_time: schema.event_time,
            partitions,
            segments,
            skip_to: row,
            seen: sent.rows,
            flight: BTreeMap::new(),
            outcomes: unbounded(),
            refused: Vec::new(),
            marked: (row, Instant::now()),
            bytes: 0,
            messages: 0,
            rows: 0,
            topic,
            storage,
        };
        if mark.is_none() {
            sending.mark();
        }
        if let Some(open) = sent.open {
            sending.reopen(&open)?;
        }
        Ok(sending)
    }

    /// Makes room for what is remembered of sources on their way.
    pub fn prepare(storage: &dyn Storage) -> Result<(), StorageError> {
        Mark::prepare(storage)
    }

    /// Takes rows.
    pub fn write(&mut self, rows: &RecordBatch) -> Result<(), KafkaError> {
        match self.segments {
            Segments::Lines(..) => self.write_lines(rows)?,
            Segments::Columns(_) => self.write_columns(rows)?,
            Segments::None(..) => {}
        }
        self.settle()
    }

    fn write_lines(&mut self, rows: &RecordBatch) -> Result<(), KafkaError> {
        let Segments::Lines(layout, _) = &self.segments else { return Ok(()) };
        let layout = *layout;
        let cells = layout.cells(rows).ok_or(KafkaError::NoLines)?;
        let times = Times::of(rows, self.event_time);
        let mut line = Vec::new();
        for row in 0..rows.num_rows() {
            line.clear();
            let nanoseconds = layout.write(&cells, row, &mut line);
            let (hour, time) = times.at(row, nanoseconds);
            self.line(&line, hour, time)?;
        }
        Ok(())
    }

    fn write_columns(&mut self, rows: &RecordBatch) -> Result<(), KafkaError> {
        let Segments::Columns(columns) = &mut self.segments else { return Ok(()) };
        let known = self.skip_to.saturating_sub(self.seen);
        self.seen += rows.num_rows() as u64;
        let known = usize::try_from(known).unwrap_or(usize::MAX).min(rows.num_rows());
        let rows = rows.slice(known, rows.num_rows() - known);
        let times = Times::of(&rows, self.event_time);
        let segments = columns.push(&rows, |row| times.at(row, 0).1)?;
        segments.into_iter().try_for_each(|segment| self.send(segment))
    }

    /// Goes on with the segment that the commit before left open.
    fn reopen(&mut self, open: &OpenSegment) -> Result<(), KafkaError> {
        match self.segments {
            Segments::Lines(..) if open.stream.is_some() => Err(KafkaError::OtherFormat),
            Segments::Lines(..) => open.lines.iter().try_for_each(|line| self.line(line.as_bytes(), open.hour, open.time)),
            Segments::Columns(_) => reopened(open)?.iter().try_for_each(|rows| self.write_columns(rows)),
            Segments::None(..) => Ok(()),
        }
    }

    /// Bytes that were sent.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Waits until everything that was sent is confirmed or refused; at the `end` of the source, what is open is sent first.
    pub fn finish(&mut self, end: bool) -> Result<(Sent, Vec<Refused>), KafkaError> {
        if end && let Some(segment) = self.segments.cut()? {
            self.send(segment)?;
        }
        let mut stopped = None;
        while !self.flight.is_empty() {
            self.wait()?;
            if self.topic.is_stopped() && stopped.get_or_insert_with(Instant::now).elapsed() > LAST {
                self.mark();
                return Err(KafkaError::Stopped);
            }
        }
        self.mark();
        let (segments, rows) = self.segments.position();
        let topic = self.topic.spec().kafka.topic.clone();
        let open = self.segments.open()?;
        let (messages, message_rows) = (self.messages, self.rows);
        let sent = Sent { topic, partitions: self.partitions, segments, rows, messages, message_rows, open };
        Ok((sent, std::mem::take(&mut self.refused)))
    }

    /// The source is committed to its end.
    pub fn forget(&self) {
        if let Err(error) = Mark::remove(self.storage.as_ref(), &self.source) {
            warn!("a mark of what was sent stays behind: {error}");
        }
    }

    fn line(&mut self, line: &[u8], hour: Option<i64>, time: Option<i64>) -> Result<(), KafkaError> {
        let number = self.seen;
        self.seen += 1;
        if number < self.skip_to {
            return Ok(());
        }
        let Segments::Lines(_, segmenter) = &mut self.segments else { return Ok(()) };
        match segmenter.push(line, hour, time) {
            Some(segment) => self.send(segment),
            None => Ok(()),
        }
    }

    fn send(&mut self, segment: Segment) -> Result<(), KafkaError> {
        let Segment { number, row, rows, time, value } = segment;
        self.rows += rows;
        self.send_part((number, row), row, time, &value, Travel::Together)
    }

    /// Sends a segment or a part of one, which begins at `row`, as soon as there is room for it.
    fn send_part(&mut self, segment: (u64, u64), row: u64, time: Option<i64>, payload: &[u8], travel: Travel) -> Result<(), KafkaError> {
        let (number, segment_row) = segment;
        let partition = partition(&self.source, number, self.partitions);
        loop {
            let ticket = Ticket { row, outcomes: self.outcomes.0.clone() };
            let (source, module, schema) = (&self.source, &self.module, self.schema.as_ref());
            let message = Message { partition, source, module, schema, segment: number, row, time, payload, travel };
            match self.topic.send(&message, ticket)? {
                Taken::Yes => break,
                Taken::Full if self.topic.is_stopped() => {
                    self.mark();
                    return Err(KafkaError::Stopped);
                }
                Taken::Full => self.wait()?,
            }
        }
        self.flight.insert(row, InFlight { segment: number, segment_row, time, travel });
        self.bytes += payload.len() as u64;
        self.messages += 1;
        Ok(())
    }

    /// Until something was delivered, or a moment has passed.
    fn wait(&mut self) -> Result<(), KafkaError> {
        if let Ok(outcome) = self.outcomes.1.recv_timeout(LOOK) {
            self.take(outcome)?;
        }
        self.settle()
    }

    /// Takes what was delivered, without waiting.
    fn settle(&mut self) -> Result<(), KafkaError> {
        while let Ok(outcome) = self.outcomes.1.try_recv() {
            self.take(outcome)?;
        }
        if self.marked.1.elapsed() >= MARK && self.confirmed().1 > self.marked.0 {
            self.mark();
        }
        Ok(())
    }

    fn take(&mut self, Outcome { row, outcome }: Outcome) -> Result<(), KafkaError> {
        let Some(InFlight { segment, segment_row, time, travel }) = self.flight.remove(&row) else { return Ok(()) };
        let Err(Failure { code, payload }) = outcome else { return Ok(()) };
        match code {
            // Its batch was refused, which says nothing of the message.
            RDKafkaErrorCode::MessageSizeTooLarge if travel == Travel::Together => {
                self.messages -= 1;
                self.send_part((segment, segment_row), row, time, &payload, Travel::Alone)
            }
            RDKafkaErrorCode::MessageSizeTooLarge => {
                self.messages -= 1;
                self.too_large((segment, segment_row), row, time, &payload)
            }
            RDKafkaErrorCode::InvalidTimestamp | RDKafkaErrorCode::InvalidRecord | RDKafkaErrorCode::PolicyViolation => {
                self.refuse(segment, &payload, code.to_string());
                Ok(())
            }
            code => Err(KafkaError::Delivery { topic: self.topic.spec().kafka.topic.clone(), code }),
        }
    }

    /// Halves a message, or gives up on one of a single row.
    fn too_large(&mut self, segment: (u64, u64), row: u64, time: Option<i64>, payload: &[u8]) -> Result<(), KafkaError> {
        let format = self.topic.spec().format;
        let Some((rows, [first, second])) = halves(format, payload)? else {
            let limit = self.topic.largest().map_or_else(String::new, |limit| format!(": {limit}"));
            let reason =
                format!("a message of {} bytes is larger than the broker takes (max.message.bytes of the topic{limit})", payload.len());
            self.refuse(segment.0, payload, reason);
            return Ok(());
        };
        self.send_part(segment, row, time, &first, Travel::Alone)?;
        self.send_part(segment, row + rows, time, &second, Travel::Alone)
    }

    fn refuse(&mut self, segment: u64, payload: &[u8], reason: String) {
        let KafkaSink { kafka, format, .. } = self.topic.spec();
        let Content { rows, bytes: content } = content(*format, payload);
        warn!(topic = kafka.topic, source = %self.source, segment, rows, reason, "segment not published");
        self.rows = self.rows.saturating_sub(rows);
        let extension = if *format == MessageFormat::Arrow { "arrow" } else { "csv" };
        self.refused.push(Refused { segment, rows, content, extension, reason });
    }

    /// Segments and rows before the first that is not confirmed.
    fn confirmed(&self) -> (u64, u64) {
        match self.flight.first_key_value() {
            Some((_, first)) => (first.segment, first.segment_row),
            None => self.segments.position(),
        }
    }

    fn mark(&mut self) {
        // What was refused is only remembered by a commit.
        if !self.refused.is_empty() {
            return;
        }
        let (segments, rows) = self.confirmed();
        self.marked = (rows, Instant::now());
        if let Err(error) = (Mark { segments, rows, partitions: self.partitions }).write(self.storage.as_ref(), &self.source) {
            warn!("no mark of what was sent: {error}");
        }
    }
}

/// The same for the same segment, whenever it is sent: so its reader meets it again if it comes twice.
fn partition(source: &Digest, segment: u64, partitions: i32) -> i32 {
    let first = source.leading().wrapping_add(segment);
    i32::try_from(first % u64::from(partitions.max(1).unsigned_abs())).unwrap_or(0)
}

/// When rows happened.
struct Times<'a> {
    rows: &'a RecordBatch,
    event_time: Option<EventTime>,
}

impl<'a> Times<'a> {
    fn of(rows: &'a RecordBatch, event_time: Option<EventTime>) -> Self {
        Self { rows, event_time }
    }

    /// Hours and milliseconds since 1970, with `nanoseconds` that the event time lacks.
    fn at(&self, row: usize, nanoseconds: u32) -> (Option<i64>, Option<i64>) {
        let Some((time, unit)) = self.value(row) else { return (None, None) };
        let per_hour = unit.per_hour();
        let milliseconds = match unit {
            TimeUnit::Seconds => time.saturating_mul(1000).saturating_add(i64::from(nanoseconds / 1_000_000)),
            _ => time.div_euclid(per_hour / 3_600_000),
        };
        // Before 1970 there is no timestamp of a message.
        (Some(time.div_euclid(per_hour)), Some(milliseconds).filter(|time| *time >= 0))
    }

    fn value(&self, row: usize) -> Option<(i64, TimeUnit)> {
        let EventTime { field, unit, .. } = self.event_time?;
        let column = self.rows.columns().get(field)?;
        if column.is_null(row) {
            return None;
        }
        let seconds = column.as_primitive_opt::<Int64Type>().map(|values| (values.value(row), unit));
        seconds.or_else(|| Some((column.as_primitive_opt::<TimestampNanosecondType>()?.value(row), TimeUnit::Nanoseconds)))
    }
}
