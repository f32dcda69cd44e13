//! One log, from bytes cut anywhere to outputs: finds the lines, and says where each that is rejected lies.

use weir_sdk::{Output, ParseError, Reject, SavedState, StreamBuffer};

use crate::bytes::line_feed;
use crate::damage::Damage;
use crate::lexer::is_blank;
use crate::lines::{Lines, unmarked};
use crate::settings::Settings;
use crate::state::State;

/// Rejects after which a call gives what it has.
const MAX_REJECTS: usize = 1000;
/// Bytes of a log that may go by before a line shows the format; at least one line of full length.
const UNKNOWN: usize = 64 << 10;

/// The parse of one log.
#[derive(Debug)]
pub struct Session {
    buffer: StreamBuffer,
    /// Bytes at the front of the buffer that hold no line end.
    searched: usize,
    /// Where the line begins that is too long, until its end comes.
    long: Option<u64>,
    lines: Lines,
    rejects: Vec<Reject>,
    /// Up to where all was handed out, and what was learned up to there.
    given_to: u64,
    learned: Option<SavedState>,
}

impl Session {
    /// Starts at the beginning of a log, or behind what `state` was learned from.
    pub fn new(settings: &mut Settings, state: Option<State>) -> Self {
        let lines = Lines::new(settings, state);
        Self { buffer: StreamBuffer::default(), searched: 0, long: None, learned: lines.learned(), lines, rejects: Vec::new(), given_to: 0 }
    }

    /// What is fed from now on is UTF-8, whatever the options say of the log.
    pub fn set_utf8(&mut self) {
        self.lines.set_utf8();
    }

    /// Takes the next bytes of the log. Rows are handed out many at a time, or when they are asked for without more input: the texts of many rows take
    /// hardly more than those of few.
    ///
    /// # Errors
    /// No line is of a format that the module knows.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        if !chunk.is_empty() {
            self.buffer.push(chunk);
        }
        if self.find_format(false)? {
            while !self.is_full() && self.line(false) {}
        }
        Ok(if chunk.is_empty() || self.is_full() || self.has_nothing() { self.output() } else { self.hold() })
    }

    /// The log has ended.
    ///
    /// # Errors
    /// No line is of a format that the module knows.
    pub fn finish(&mut self) -> Result<Output, ParseError> {
        self.find_format(true)?;
        while !self.is_full() && self.line(true) {}
        if !self.is_full() {
            self.lines.report();
        }
        Ok(self.output())
    }

    /// What was learned before the input that is done.
    pub fn save(&self) -> Option<SavedState> {
        self.learned.clone()
    }

    fn is_full(&self) -> bool {
        self.lines.is_full() || self.rejects.len() >= MAX_REJECTS
    }

    fn has_nothing(&self) -> bool {
        self.lines.is_empty() && self.rejects.is_empty()
    }

    fn output(&mut self) -> Output {
        let more = self.is_full();
        let (rows, columns) = self.lines.take();
        self.given_to = self.long.unwrap_or(self.buffer.position());
        self.learned = self.lines.learned();
        Output { rows, columns, rejects: std::mem::take(&mut self.rejects), done_to: self.given_to, more }
    }

    fn hold(&self) -> Output {
        Output { rows: 0, columns: Vec::new(), rejects: Vec::new(), done_to: self.given_to, more: false }
    }

    /// Looks for the first line that shows the format; false: it has not come yet. Nothing is consumed before.
    fn find_format(&mut self, at_end: bool) -> Result<bool, ParseError> {
        if self.lines.has_format() {
            return Ok(true);
        }
        let (bytes, limit) = (self.buffer.bytes(), UNKNOWN.max(self.lines.max_line()));
        let window = bytes.get(..limit).unwrap_or(bytes);
        let whole = if at_end { window.len() } else { memchr::memrchr(b'\n', window).map_or(0, |end| end + 1) };
        let mut at = self.searched.min(whole);
        for line in window.get(at..whole).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            if self.lines.find_format(ended(line), self.buffer.position() + at as u64) {
                self.searched = 0;
                return Ok(true);
            }
            at += line.len();
        }
        if bytes.len() >= limit || at_end && !says_nothing(window) {
            return Err(ParseError::WrongFormat(format!(
                "no line of the first {limit} bytes is of a format that proxy knows: see the option format"
            )));
        }
        self.searched = if at_end { 0 } else { whole };
        Ok(at_end)
    }

    /// Takes one line; false: more input is needed.
    fn line(&mut self, at_end: bool) -> bool {
        let bytes = self.buffer.bytes();
        let end = line_feed(bytes.get(self.searched..).unwrap_or_default()).map(|end| self.searched + end);
        let (length, whole) = match end {
            Some(end) => (end, end + 1),
            None if at_end && (!bytes.is_empty() || self.long.is_some()) => (bytes.len(), bytes.len()),
            None => {
                self.wait();
                return false;
            }
        };
        let line = bytes.get(..length).unwrap_or_default();
        let line = ended(line);
        let taken = match self.long {
            None => self.lines.add(line),
            Some(_) => Err(Damage::TooLong(self.lines.max_line())),
        };
        let behind = self.buffer.position() + whole as u64;
        let at = self.long.take().unwrap_or(self.buffer.position());
        if let Err(damage) = taken {
            self.rejects.push(Reject { at, length: behind - at, reason: damage.reason(), detail: damage.to_string() });
        }
        self.buffer.consume(whole);
        self.searched = 0;
        true
    }

    /// No line end has come. Of a line that is too long nothing is kept.
    fn wait(&mut self) {
        self.searched = self.buffer.bytes().len();
        if self.long.is_some() || self.searched > self.lines.max_line() + 1 {
            self.long.get_or_insert(self.buffer.position());
            self.buffer.consume(self.searched);
            self.searched = 0;
        }
    }
}

/// Without its end.
fn ended(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Whether there are but blank lines and headers.
fn says_nothing(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(unmarked);
    lines.all(|line| line.first() == Some(&b'#') || line.iter().all(|byte| is_blank(*byte)))
}
