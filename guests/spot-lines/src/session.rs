//! Lines out of bytes cut anywhere.

use weir_sdk::{Column, DataType, EventTime, Field, Numbers, Output, Reject, RejectReason, Schema, StreamBuffer, Texts, TimeUnit};

use crate::line::Line;
use crate::table::{Columns, Kind};

/// Rows after which a call gives what it has.
const MAX_ROWS: u32 = 4096;
/// Bytes of lines after which it does.
const MAX_BYTES: usize = 4 << 20;
/// Rejects after which it does.
const MAX_REJECTS: usize = 1000;
/// Longest line, bytes: Spot sends a line of any length, as a message of its own.
const MAX_LINE: usize = 4 << 20;

/// The parse of one source.
#[derive(Debug)]
pub struct Session {
    kind: Kind,
    input: StreamBuffer,
    /// Where the line begins that is too long, until its end comes.
    long: Option<u64>,
    /// Bytes at the front of the input that hold no line end.
    searched: usize,
    rows: Rows,
    count: u32,
    bytes: usize,
    rejects: Vec<Reject>,
}

#[derive(Debug)]
enum Rows {
    Table(Columns),
    Lines { time: Numbers<i64>, lines: Texts },
}

impl Session {
    /// Of lines of a kind, which with `whole` stay whole.
    pub fn new(kind: Kind, whole: bool) -> Self {
        let rows = match whole {
            true => Rows::Lines { time: Numbers::default(), lines: Texts::default() },
            false => Rows::Table(Columns::new(kind)),
        };
        Self { kind, input: StreamBuffer::default(), long: None, searched: 0, rows, count: 0, bytes: 0, rejects: Vec::new() }
    }

    /// The columns.
    pub fn schema(&self) -> Schema {
        match self.rows {
            Rows::Table(_) => self.kind.schema(),
            Rows::Lines { .. } => {
                let time = Field::new("event_time", DataType::Int64, "When it happened, seconds since 1970-01-01 UTC.");
                let line = Field::new("line", DataType::Text, "The line, without blanks around it.");
                Schema { fields: vec![time, line], event_time: Some(EventTime { field: 0, unit: TimeUnit::Seconds, hidden: true }) }
            }
        }
    }

    /// Takes the next bytes.
    pub fn feed(&mut self, chunk: &[u8]) -> Output {
        self.input.push(chunk);
        while !self.is_full() && self.line(false) {}
        self.output()
    }

    /// The input is at its end.
    pub fn finish(&mut self) -> Output {
        while !self.is_full() && self.line(true) {}
        self.output()
    }

    fn is_full(&self) -> bool {
        self.count >= MAX_ROWS || self.bytes >= MAX_BYTES || self.rejects.len() >= MAX_REJECTS
    }

    fn output(&mut self) -> Output {
        let more = self.is_full();
        self.bytes = 0;
        let rows = std::mem::take(&mut self.count);
        let columns: Vec<Column> = match &mut self.rows {
            _ if rows == 0 => Vec::new(),
            Rows::Table(columns) => columns.finish(),
            Rows::Lines { time, lines } => vec![time.finish(), lines.finish()],
        };
        let done_to = self.long.unwrap_or(self.input.position());
        Output { rows, columns, rejects: std::mem::take(&mut self.rejects), done_to, more }
    }

    /// Takes one line; false: more input is needed.
    fn line(&mut self, at_end: bool) -> bool {
        let bytes = self.input.bytes();
        let end = memchr::memchr(b'\n', bytes.get(self.searched..).unwrap_or_default()).map(|end| self.searched + end + 1);
        let length = match end {
            Some(end) => end,
            None if at_end && (!bytes.is_empty() || self.long.is_some()) => bytes.len(),
            None => {
                self.wait();
                return false;
            }
        };
        let at = self.input.position();
        let bad = match self.long.take() {
            Some(begins) => Some((begins, RejectReason::TooLarge, format!("a line of more than {MAX_LINE} bytes"))),
            None if length > MAX_LINE + 1 => Some((at, RejectReason::TooLarge, format!("a line of more than {MAX_LINE} bytes"))),
            None => self.take(length).err().map(|detail| (at, RejectReason::Malformed, detail)),
        };
        if let Some((begins, reason, detail)) = bad {
            self.rejects.push(Reject { at: begins, length: at + length as u64 - begins, reason, detail });
        }
        self.bytes += length;
        self.input.consume(length);
        self.searched = 0;
        true
    }

    /// No line end has come. Of a line that is too long nothing is kept.
    fn wait(&mut self) {
        self.searched = self.input.bytes().len();
        if self.long.is_some() || self.searched > MAX_LINE {
            self.long.get_or_insert(self.input.position());
            self.input.consume(self.searched);
            self.searched = 0;
        }
    }

    /// Takes the line in the first bytes of the input; gives what is wrong with it.
    fn take(&mut self, length: usize) -> Result<(), String> {
        let line = self.input.bytes().get(..length).unwrap_or_default();
        let text = str::from_utf8(line).map_err(|error| format!("not UTF-8 from byte {} of the line on", error.valid_up_to()))?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        match (&mut self.rows, Line::of(self.kind, text)) {
            (_, Line::Nothing) => return Ok(()),
            (Rows::Table(columns), Line::Row(row, _)) => columns.push(&row),
            (Rows::Table(_), Line::Bad(detail)) => return Err(detail),
            (Rows::Lines { time, lines }, line) => {
                let second = match line {
                    Line::Row(_, second) => second,
                    // Whether it makes a row is for its reader to say.
                    Line::Bad(detail) => Line::time(self.kind, text).ok_or(detail)?,
                    Line::Nothing => return Ok(()),
                };
                time.push(second);
                lines.push(text);
            }
        }
        self.count += 1;
        Ok(())
    }
}
