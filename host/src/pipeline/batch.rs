//! Messages of one partition on their way into one commit.

use std::collections::{BTreeMap, VecDeque};
use std::iter;
use std::ops::Range;

use arrow_array::RecordBatch;
use jiff::Timestamp;

use super::content::Rows;
use super::feed::Loss;
use super::memory::{Memory, Stretches};
use super::original::Place;
use super::progress::InWork;
use super::provisional::{Final, Provisional};
use super::told::Told;
use super::trouble::{IngestError, ModuleFailure};
use crate::capture::Headers;
use crate::config::MessageFormat;
use crate::model::{Digest, Parsed, QuarantineEntry, Received, Reject, RejectReason, RowStream, SavedState};
use crate::sandbox::{SessionError, StreamSession};
use crate::sink::table::{Outcome, Writer};
use crate::source::kafka::{Message, SentRows};

/// Bytes a session is fed at once.
const CHUNK: usize = 512 << 10;
/// Where the positions of messages begin that are not of the format: no content is so long.
const APART: u64 = 1 << 62;

/// See the top of the file. Positions count the bytes of all messages' content from the first message on.
pub struct Batch<'a> {
    writer: Writer,
    format: MessageFormat,
    counted: InWork<'a>,
    told: Told,
    /// First offset behind.
    to: u64,
    messages: u64,
    bytes: u64,
    rows: u64,
    /// Bytes of content so far.
    content: u64,
    /// Bytes of messages that have no content.
    unread: u64,
    /// Where in the content the session began.
    base: u64,
    held: Provisional,
    /// What the session may yet speak of.
    window: VecDeque<Piece>,
    received: BTreeMap<Digest, Stretches>,
}

/// The content of a message.
struct Piece {
    /// Where it begins.
    at: u64,
    offset: u64,
    bytes: Vec<u8>,
}

impl Piece {
    fn end(&self) -> u64 {
        self.at + self.bytes.len() as u64
    }
}

impl<'a> Batch<'a> {
    /// Of no messages yet.
    pub fn new(writer: Writer, format: MessageFormat, counted: InWork<'a>, told: Told) -> Self {
        Self {
            to: writer.from(),
            writer,
            format,
            counted,
            told,
            messages: 0,
            bytes: 0,
            rows: 0,
            content: 0,
            unread: 0,
            base: 0,
            held: Provisional::default(),
            window: VecDeque::new(),
            received: BTreeMap::new(),
        }
    }

    /// Takes a message. `Some`: the module failed on it, and what it had not done is in the quarantine; another session is needed.
    ///
    /// # Errors
    /// The table cannot be written.
    pub fn take(
        &mut self,
        message: Message,
        session: &mut StreamSession<'_>,
        memory: &mut Memory,
    ) -> Result<Option<ModuleFailure>, IngestError> {
        self.reach(&message);
        let Message { offset, value, sent, .. } = message;
        // A message without a value says that something is gone: of lines, nothing.
        if value.is_empty() {
            return Ok(None);
        }
        let rows = match Rows::of(self.format, &value) {
            Ok(rows) => rows,
            Err(reason) => {
                let detail = format!("message {offset}: {reason}");
                self.poison(offset, &value, RejectReason::Malformed, detail)?;
                return Ok(None);
            }
        };
        let wanted = self.wanted(sent, rows.count(), memory);
        let bytes = rows.text(&wanted);
        if bytes.is_empty() {
            return Ok(None);
        }
        let at = self.content;
        self.content += bytes.len() as u64;
        self.window.push_back(Piece { at, offset, bytes });
        self.feed(session, at)
    }

    /// Takes a message that holds rows, of the schema of the commit, or says why it holds none.
    ///
    /// # Errors
    /// The table cannot be written.
    pub fn take_rows(
        &mut self,
        message: &Message,
        rows: Result<RowStream, (RejectReason, String)>,
        memory: &mut Memory,
    ) -> Result<(), IngestError> {
        self.reach(message);
        let rows = match rows {
            // A message without a value says that something is gone: of rows, nothing.
            Err(_) if message.value.is_empty() => return Ok(()),
            Err((reason, detail)) => {
                let detail = format!("message {}: {detail}", message.offset);
                return self.poison(message.offset, &message.value, reason, detail);
            }
            Ok(rows) => rows,
        };
        let wanted = self.wanted(message.sent, rows.count(), memory);
        let mut first = 0;
        for batch in &rows.batches {
            let behind = first + batch.num_rows() as u64;
            for range in &wanted {
                let (start, end) = (range.start.max(first), range.end.min(behind));
                if start < end {
                    self.write_rows(&slice(batch, start - first..end - first))?;
                }
            }
            first = behind;
        }
        Ok(())
    }

    fn write_rows(&mut self, rows: &RecordBatch) -> Result<(), IngestError> {
        self.writer.write(rows)?;
        self.rows += rows.num_rows() as u64;
        self.counted.rows(rows.num_rows() as u64);
        Ok(())
    }

    fn reach(&mut self, message: &Message) {
        self.to = message.offset + 1;
        self.messages += 1;
        self.bytes += message.value.len() as u64;
        self.counted.reach(self.bytes);
    }

    /// Which of a message's rows have not come yet; from now on they have.
    fn wanted(&mut self, sent: Option<SentRows>, count: u64, memory: &mut Memory) -> Vec<Range<u64>> {
        let Some(sent) = sent else { return iter::once(0..count).collect() };
        let unknown = memory.unknown(&sent.source, sent.first..sent.first.saturating_add(count));
        unknown.iter().for_each(|rows| self.receive(sent.source, rows.clone(), memory));
        if unknown.is_empty() && count > 0 {
            self.counted.repeated();
        }
        unknown.into_iter().map(|rows| rows.start - sent.first..rows.end - sent.first).collect()
    }

    /// Keeps a message that has no content.
    fn poison(&mut self, offset: u64, value: &[u8], reason: RejectReason, detail: String) -> Result<(), IngestError> {
        let at = APART + self.unread;
        self.unread += value.len() as u64;
        self.quarantine(offset, at, value, reason, detail)
    }

    fn receive(&mut self, source: Digest, rows: Range<u64>, memory: &mut Memory) {
        memory.add(source, rows.clone(), Timestamp::now());
        self.received.entry(source).or_default().add(rows);
    }

    /// Feeds what follows a position, and takes what comes of it.
    fn feed(&mut self, session: &mut StreamSession<'_>, from: u64) -> Result<Option<ModuleFailure>, IngestError> {
        let mut at = from;
        while let Some(chunk) = self.chunk(at) {
            at += chunk.len() as u64;
            if let Some(failure) = self.drain(session, |session, more| session.feed(if more { &[] } else { &chunk }))? {
                return Ok(Some(failure));
            }
        }
        let done_to = self.base + self.held.done_to();
        while self.window.front().is_some_and(|piece| piece.end() <= done_to) {
            self.window.pop_front();
        }
        if session.memory_low() {
            match session.renew() {
                Ok(_) => {
                    self.base += self.held.done_to();
                    self.held = Provisional::default();
                    return self.feed(session, self.base);
                }
                Err(failure) => return self.fail(ModuleFailure::at_open(failure)?).map(Some),
            }
        }
        Ok(None)
    }

    fn chunk(&self, at: u64) -> Option<Vec<u8>> {
        let piece = self.window.iter().find(|piece| (piece.at..piece.end()).contains(&at))?;
        let rest = piece.bytes.get(usize::try_from(at - piece.at).ok()?..)?;
        Some(rest.get(..CHUNK).unwrap_or(rest).to_vec())
    }

    /// Calls the session until it has no more to give of one input.
    fn drain(
        &mut self,
        session: &mut StreamSession<'_>,
        mut call: impl FnMut(&mut StreamSession<'_>, bool) -> Result<Parsed, SessionError>,
    ) -> Result<Option<ModuleFailure>, IngestError> {
        let mut more = false;
        loop {
            let parsed = match call(session, more) {
                Ok(parsed) => parsed,
                Err(error) => return self.fail(error.into()).map(Some),
            };
            more = parsed.more;
            let done = self.held.take(parsed);
            self.write(done)?;
            if !more {
                return Ok(None);
            }
        }
    }

    fn write(&mut self, mut done: Final) -> Result<(), IngestError> {
        for rows in &done.rows {
            self.write_rows(rows)?;
        }
        done.rejects.sort_by_key(|reject| reject.at);
        for Reject { at, length, reason, detail } in done.rejects {
            self.reject(self.base + at..self.base + at + length, reason, &detail)?;
        }
        Ok(())
    }

    /// Keeps a stretch of the content, message by message.
    fn reject(&mut self, range: Range<u64>, reason: RejectReason, detail: &str) -> Result<(), IngestError> {
        let parts: Vec<_> = self.window.iter().filter_map(|piece| part(piece, &range)).collect();
        for (offset, at, bytes) in parts {
            self.quarantine(offset, at, &bytes, reason, format!("message {offset}: {detail}"))?;
        }
        Ok(())
    }

    fn quarantine(&mut self, offset: u64, at: u64, bytes: &[u8], reason: RejectReason, detail: String) -> Result<(), IngestError> {
        let length = bytes.len() as u64;
        let loss = Loss { place: Place::Content { at: offset, length }, reason, detail, headers: Headers::default() };
        self.told.stretch(&loss);
        let Loss { reason, detail, .. } = loss;
        let entry = QuarantineEntry { at, length, reason, detail, compressed: false, message: Some(offset) };
        for missing in self.writer.quarantine(entry) {
            let place = |position: u64| usize::try_from(position - at).unwrap_or(usize::MAX);
            let mut bytes = bytes.get(place(missing.start)..place(missing.end)).unwrap_or_default();
            self.writer.keep(missing.start, false, &mut bytes)?;
        }
        Ok(())
    }

    /// The session is at its end: what it had not done goes to the quarantine.
    fn fail(&mut self, failure: ModuleFailure) -> Result<ModuleFailure, IngestError> {
        let done_to = self.base + self.held.done_to();
        self.reject(done_to..self.content, failure.reason, &failure.detail)?;
        self.begin_anew();
        Ok(failure)
    }

    /// Another session goes on behind everything that was fed.
    fn begin_anew(&mut self) {
        self.window.clear();
        self.base = self.content;
        self.held = Provisional::default();
    }

    /// Ends the session: what the module holds back becomes rows or rejects. Gives what it wants to remember, or how it failed.
    ///
    /// # Errors
    /// The table cannot be written.
    pub fn end(&mut self, session: &mut StreamSession<'_>) -> Result<Result<Option<SavedState>, ModuleFailure>, IngestError> {
        if self.base + self.held.done_to() == self.content {
            return match session.save() {
                Ok(state) => Ok(Ok(state)),
                Err(fault) => Ok(Err(self.fail(fault.into())?)),
            };
        }
        if let Some(failure) = self.drain(session, |session, _| session.finish())? {
            return Ok(Err(failure));
        }
        let done_to = self.base + self.held.done_to();
        if done_to < self.content {
            self.reject(done_to..self.content, RejectReason::Broken, "the module finished without a word on this")?;
        }
        let done = self.held.release();
        self.write(done)?;
        self.begin_anew();
        Ok(Ok(None))
    }

    /// Messages are gone that nobody read.
    pub fn lost(&mut self, from: u64, count: u64) {
        let detail = format!("messages {from} to {} were deleted by the broker before they were read", from + count - 1);
        let entry = QuarantineEntry { at: 0, length: 0, reason: RejectReason::Truncated, detail, compressed: false, message: Some(from) };
        self.writer.quarantine(entry);
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether the files have so many bytes, or the record as many entries as it should hold.
    pub fn is_full(&self, size: u64) -> bool {
        self.writer.is_full(size)
    }

    /// Makes everything visible in one step. Gives the first offset behind it; none: somebody else has the partition.
    ///
    /// # Errors
    /// The table cannot be written.
    pub fn commit(mut self, state: Option<&SavedState>) -> Result<Option<u64>, IngestError> {
        let received = self.received.into_iter().map(|(source, rows)| Received { source, rows: rows.into_pairs() });
        self.writer.receive(received.collect());
        match self.writer.commit(self.to, false, state)? {
            Outcome::Committed(record) => {
                self.counted.committed(&record, self.messages);
                Ok(Some(self.to))
            }
            Outcome::AlreadyCommitted => Ok(None),
        }
    }
}

fn slice(rows: &RecordBatch, range: Range<u64>) -> RecordBatch {
    let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX).min(rows.num_rows());
    rows.slice(place(range.start), place(range.end) - place(range.start))
}

/// What of a piece lies in a range of the content: its message, where it begins, its bytes.
fn part(piece: &Piece, range: &Range<u64>) -> Option<(u64, u64, Vec<u8>)> {
    let (start, end) = (piece.at.max(range.start), piece.end().min(range.end));
    let place = |position: u64| usize::try_from(position - piece.at).ok();
    let bytes = if start < end { piece.bytes.get(place(start)?..place(end)?)? } else { return None };
    Some((piece.offset, start, bytes.to_vec()))
}
