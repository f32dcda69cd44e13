//! One log, from bytes cut anywhere to rows: lines, directives, rejects.

use weir_sdk::{Output, ParseError, Reject, SavedState, StreamBuffer};

use crate::bytes::line_feed;
use crate::clock::Clock;
use crate::damage::Damage;
use crate::dialect::Dialect;
use crate::encoding::Encoding;
use crate::lexer::is_blank;
use crate::record::Record;
use crate::rows::Rows;
use crate::settings::{Choice, Settings};
use crate::state::{self, State};

/// Rejects after which a call gives what it has.
const MAX_REJECTS: usize = 1000;
/// Bytes of a log that may go by before a line shows the format; at least one line of full length.
const UNKNOWN: usize = 64 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

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
    max_line: usize,
}

/// What becomes of lines.
#[derive(Debug)]
struct Lines {
    choice: Choice,
    dialect: Option<Dialect>,
    clock: Clock,
    encoding: Encoding,
    record: Record,
    rows: Rows,
    scratch: String,
}

impl Session {
    /// Starts at the beginning of a log, or behind what `state` was learned from.
    pub fn new(settings: &mut Settings, state: Option<State>) -> Self {
        let State { dialect, clock, .. } = state.unwrap_or_default();
        let lines = Lines {
            choice: settings.choice,
            dialect: dialect.or_else(|| Dialect::chosen(settings.choice, settings.logformat.take())),
            clock,
            encoding: settings.encoding,
            record: Record::default(),
            rows: Rows::new(settings),
            scratch: String::new(),
        };
        Self { buffer: StreamBuffer::default(), searched: 0, long: None, lines, rejects: Vec::new(), max_line: settings.max_line }
    }

    /// What is fed from now on is UTF-8, whatever the options say of the log.
    pub fn set_utf8(&mut self) {
        self.lines.encoding = Encoding::Utf8;
    }

    /// Takes the next bytes of the log.
    ///
    /// # Errors
    /// No line is of a format that the module knows.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        self.buffer.push(chunk);
        if self.find_format(false)? {
            while !self.is_full() && self.line(false) {}
        }
        Ok(self.output())
    }

    /// The log has ended.
    ///
    /// # Errors
    /// No line is of a format that the module knows.
    pub fn finish(&mut self) -> Result<Output, ParseError> {
        self.find_format(true)?;
        while !self.is_full() && self.line(true) {}
        if !self.is_full() {
            self.lines.rows.report();
        }
        Ok(self.output())
    }

    /// What was learned before the input that is done. Where the options say all, there is nothing to learn.
    pub fn save(&self) -> Option<SavedState> {
        let learns = matches!(self.lines.choice, Choice::Auto | Choice::Elff);
        self.lines.dialect.as_ref().filter(|_| learns).map(|dialect| state::write(dialect, &self.lines.clock))
    }

    fn is_full(&self) -> bool {
        self.lines.rows.is_full() || self.rejects.len() >= MAX_REJECTS
    }

    fn output(&mut self) -> Output {
        let more = self.is_full();
        let (rows, columns) = self.lines.rows.take();
        let done_to = self.long.unwrap_or(self.buffer.position());
        Output { rows, columns, rejects: std::mem::take(&mut self.rejects), done_to, more }
    }

    /// Looks for the first line that shows the format; false: it has not come yet. Nothing is consumed before.
    fn find_format(&mut self, at_end: bool) -> Result<bool, ParseError> {
        if self.lines.dialect.is_some() || self.lines.choice != Choice::Auto {
            return Ok(true);
        }
        let (bytes, limit) = (self.buffer.bytes(), UNKNOWN.max(self.max_line));
        let window = bytes.get(..limit).unwrap_or(bytes);
        let whole = if at_end { window.len() } else { memchr::memrchr(b'\n', window).map_or(0, |end| end + 1) };
        let mut at = self.searched.min(whole);
        for line in window.get(at..whole).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            if let Some(dialect) = self.lines.shown(ended(line), self.max_line) {
                dialect.announce(self.buffer.position() + at as u64);
                // What #Fields says begins where it stands.
                self.lines.dialect = Some(dialect).filter(|dialect| dialect.name() != "elff");
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
            None if line.len() <= self.max_line => self.lines.take(unmarked(line)),
            _ => Err(Damage::TooLong(self.max_line)),
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
        if self.long.is_some() || self.searched > self.max_line + 1 {
            self.long.get_or_insert(self.buffer.position());
            self.buffer.consume(self.searched);
            self.searched = 0;
        }
    }
}

impl Lines {
    /// The dialect that a line shows. A line that will be rejected shows none.
    fn shown(&self, line: &[u8], max_line: usize) -> Option<Dialect> {
        let mut scratch = String::new();
        let text = self.encoding.decode(unmarked(line), &mut scratch).ok().filter(|_| line.len() <= max_line)?;
        match text.first() {
            Some(b'#') => match Directive::of(text) {
                Directive::Fields(fields) => Some(Dialect::elff(&fields)),
                _ => None,
            },
            _ => Dialect::of_line(text),
        }
    }

    #[inline]
    fn take(&mut self, line: &[u8]) -> Result<(), Damage> {
        if line.iter().all(|byte| is_blank(*byte)) {
            return Ok(());
        }
        let text = self.encoding.decode(line, &mut self.scratch)?;
        if text.first() == Some(&b'#') && matches!(self.choice, Choice::Auto | Choice::Bluecoat | Choice::Elff) {
            let directive = Directive::of(text);
            self.follow(directive);
            return Ok(());
        }
        let dialect = self.dialect.as_ref().ok_or(Damage::NoFields)?;
        dialect.read(text, &mut self.record)?;
        let stamp = self.clock.at(text, &self.record)?;
        self.rows.push(text, &self.record, stamp, dialect)
    }

    fn follow(&mut self, directive: Directive) {
        match directive {
            Directive::Fields(fields) if self.choice != Choice::Bluecoat => {
                self.dialect = Some(Dialect::elff(&fields));
                self.record.clear();
            }
            Directive::Date(date, start) => self.clock.set_day(date.as_bytes(), start),
            Directive::Fields(_) | Directive::Other => {}
        }
    }
}

/// What a line of the header says.
enum Directive {
    Fields(String),
    /// Day and time; whether the log starts then.
    Date(String, bool),
    Other,
}

impl Directive {
    fn of(line: &[u8]) -> Self {
        let text = String::from_utf8_lossy(line);
        let Some((name, value)) = text.split_once(':') else { return Self::Other };
        match name.trim_end().to_ascii_lowercase().as_str() {
            "#fields" => Self::Fields(value.to_owned()),
            "#date" => Self::Date(value.trim().to_owned(), false),
            "#start-date" => Self::Date(value.trim().to_owned(), true),
            _ => Self::Other,
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

/// Without the mark that programs set before UTF-8; it also stands where logs were joined.
fn unmarked(line: &[u8]) -> &[u8] {
    line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
}
