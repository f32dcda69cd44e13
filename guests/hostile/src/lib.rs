//! A parser of lines that breaks every rule of the contract when it is told to: for the host's tests.
//!
//! Each line is a row: its text, its number in the source (kept over save and open), and its time, which is the seconds since 1970 that it begins
//! with. A line that cannot be read as UTF-8 is rejected. The line `!HOW` makes the module misbehave in the way [`How`] that it names; the option
//! `misbehave = "ENTRY:HOW"` makes it do so in another function: open, schema, save, finish or drop.

mod how;
mod rows;

use how::How;
use rows::Rows;
use weir_sdk::{
    DataType, Description, EventTime, Field, OpenError, OptionSpec, OptionValue, Options, Output, ParseError, Reject, RejectReason,
    SavedState, Schema, SourceFacts, StreamBuffer, StreamParser, TimeUnit,
};

/// Of the saved state: the number of the last line, u64, little-endian.
const STATE: u32 = 1;

/// The session of one source.
pub struct Lines {
    buffer: StreamBuffer,
    number: u64,
    done_to: u64,
    misbehave: String,
    /// Whether the source has a name: when a module is checked it has none.
    named: bool,
    leak: usize,
    endless: Option<How>,
    /// Memory that only a drop of the whole session would give back; leaked from there.
    ballast: Vec<u8>,
}

impl StreamParser for Lines {
    fn describe() -> Description {
        let option = |name, default, doc| OptionSpec { name, default, required: false, choices: &[], doc };
        Description {
            name: "hostile",
            version: env!("CARGO_PKG_VERSION"),
            summary: "Lines of text, until one of them says how to misbehave",
            reads: &["text"],
            options: vec![
                option("misbehave", OptionValue::text(""), "ENTRY:HOW, such as open:loop; nothing: behave"),
                option("leak", OptionValue::Integer(0), "bytes that every call of feed leaks"),
                option("ballast", OptionValue::Integer(0), "bytes that a session opened from saved state holds"),
            ],
        }
    }

    fn open(options: &Options, source: &SourceFacts, state: Option<&SavedState>) -> Result<Self, OpenError> {
        let size = |name: &str| usize::try_from(options.integer(name)).map_err(|_| OpenError::bad_option(name, "0 or more"));
        let ballast = if state.is_some() { size("ballast")? } else { 0 };
        let lines = Self {
            buffer: StreamBuffer::default(),
            number: state.map_or(Ok(0), number)?,
            done_to: 0,
            misbehave: options.text("misbehave").to_owned(),
            named: !source.name.is_empty(),
            leak: size("leak")?,
            endless: None,
            ballast: vec![1; ballast],
        };
        match lines.told("open") {
            Some(How::Other) => Err(OpenError::Other("told so\u{1b}[2J".to_owned())),
            Some(how) => {
                how.end();
                Ok(lines)
            }
            None => Ok(lines),
        }
    }

    fn schema(&self) -> Schema {
        let name = match self.told("schema") {
            Some(How::Schema) => "LINE",
            Some(How::Fickle) if self.named => "position",
            Some(how) => {
                how.end();
                "number"
            }
            None => "number",
        };
        let fields = vec![
            Field::new("line", DataType::Text, "The text, without its end."),
            Field::new(name, DataType::Int64, "Which line of the source it is, from 1."),
            Field::new("time", DataType::Timestamp, "The seconds it begins with.").nullable(),
        ];
        Schema { fields, event_time: Some(EventTime { field: 2, unit: TimeUnit::Nanoseconds, hidden: false }) }
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        if let Some(how) = self.endless {
            return how.spoil(Output { done_to: self.done_to, more: true, ..Output::default() });
        }
        std::mem::forget(vec![1_u8; self.leak]);
        self.buffer.push(chunk);
        self.parse(false)
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        let told = self.told("finish");
        let output = self.parse(true)?;
        match told {
            Some(How::Done) => Ok(Output { done_to: output.done_to.saturating_sub(1), ..output }),
            Some(how) => how.spoil(output),
            None => Ok(output),
        }
    }

    fn save(&self) -> Option<SavedState> {
        let data = match self.told("save") {
            Some(How::Output) => vec![0; 40 << 20],
            Some(how) => {
                how.end();
                Vec::new()
            }
            None => self.number.to_le_bytes().to_vec(),
        };
        Some(SavedState { version: STATE, data })
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        std::hint::black_box(&self.ballast);
        if let Some(how) = self.told("drop") {
            how.end();
        }
    }
}

fn number(state: &SavedState) -> Result<u64, OpenError> {
    match <[u8; 8]>::try_from(state.data.as_slice()) {
        Ok(bytes) if state.version == STATE => Ok(u64::from_le_bytes(bytes)),
        _ => Err(OpenError::ForeignState(state.version)),
    }
}

impl Lines {
    /// How to misbehave in this function.
    fn told(&self, entry: &str) -> Option<How> {
        let (told, how) = self.misbehave.split_once(':')?;
        if told == entry { How::named(how) } else { None }
    }

    fn parse(&mut self, finishing: bool) -> Result<Output, ParseError> {
        let mut rows = Rows::default();
        let mut rejects = Vec::new();
        while let Some((line, length)) = next_line(self.buffer.bytes(), finishing) {
            let at = self.buffer.position();
            self.number += 1;
            match std::str::from_utf8(line) {
                Err(_) => {
                    rejects.push(Reject { at, length: length as u64, reason: RejectReason::Malformed, detail: "expected UTF-8".to_owned() })
                }
                Ok(text) => match text.strip_prefix('!').and_then(How::named) {
                    None => rows.push(text, self.number),
                    Some(how) => return self.misbehave(how, rows, rejects, length),
                },
            }
            self.buffer.consume(length);
        }
        self.done_to = self.buffer.position();
        Ok(rows.output(rejects, self.done_to))
    }

    fn misbehave(&mut self, how: How, mut rows: Rows, rejects: Vec<Reject>, length: usize) -> Result<Output, ParseError> {
        rows.push("!", self.number);
        self.endless = how.is_endless().then_some(how);
        let at = self.buffer.position();
        self.buffer.consume(length);
        match how {
            How::WrongFormat => Err(ParseError::WrongFormat("told so".to_owned())),
            How::Broken => Err(ParseError::Broken { at, reason: "told so".to_owned() }),
            How::BrokenBeyond => Err(ParseError::Broken { at: 1 << 40, reason: "told so".to_owned() }),
            How::Other => Err(ParseError::Other("told so".to_owned())),
            // What it claims to have done before makes a fall out of this.
            How::Fall => Ok(rows.output(rejects, self.done_to.saturating_sub(1))),
            how => {
                self.done_to = self.buffer.position();
                how.spoil(rows.output(rejects, self.done_to))
            }
        }
    }
}

/// The next line without its end, and its length with it. The last line of the input may lack an end.
fn next_line(bytes: &[u8], finishing: bool) -> Option<(&[u8], usize)> {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => Some((bytes.get(..end)?, end + 1)),
        None if finishing && !bytes.is_empty() => Some((bytes, bytes.len())),
        None => None,
    }
}

weir_sdk::stream_parser!(Lines);
