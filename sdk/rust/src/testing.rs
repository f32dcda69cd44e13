//! Runs a module natively over whole inputs, as the host would: for its unit tests. The rows of a parser are shown as text.

mod capture;
mod cpu;
mod filter;
mod rows;
mod watch;

pub use capture::{Captured, OwnedBatch, packets_of};
pub use cpu::cpu_time;
pub use filter::select;
pub use rows::{Failure, packet_rows, rows};
pub use watch::{Breach, Watch};

use crate::{
    Bytes, Column, DataType, OpenError, OptionValue, Options, Output, PacketBatch, PacketParser, ParseError, Reject, Schema, SourceFacts,
    StreamParser, Values,
};

/// From now on what modules log natively goes nowhere: for tests that feed sessions a million inputs.
#[cfg(not(target_family = "wasm"))]
pub fn without_log() {
    crate::log::be_quiet();
}

/// Everything a session gave for one input.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The session's schema.
    pub schema: Option<Schema>,
    /// Rows; `None` is null. Binary is lower-case hex, a list is its values between brackets.
    pub rows: Vec<Vec<Option<String>>>,
    /// All rejects.
    pub rejects: Vec<Reject>,
    /// The last `done_to`.
    pub done_to: u64,
    /// The error that ended the session early.
    pub error: Option<ParseError>,
}

impl Parsed {
    /// The values of one column, by name; empty when there is none of that name.
    pub fn column(&self, name: &str) -> Vec<Option<&str>> {
        let fields = self.schema.as_ref().map(|schema| schema.fields.as_slice()).unwrap_or_default();
        let Some(index) = fields.iter().position(|field| field.name == name) else { return Vec::new() };
        self.rows.iter().map(|row| row.get(index).and_then(Option::as_deref)).collect()
    }
}

/// Opens a session of `P` and feeds `input` in chunks of `chunk` bytes.
///
/// # Errors
/// What [`StreamParser::open`] refuses.
pub fn parse<P: StreamParser>(settings: &[(&str, OptionValue)], input: &[u8], chunk: usize) -> Result<Parsed, OpenError> {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let options = Options::new(&P::describe().options, settings)?;
    let source = SourceFacts { name: "test".to_owned(), size: Some(input.len() as u64), modified: None };
    let mut session = P::open(&options, &source, None)?;
    let mut parsed = Parsed { schema: Some(session.schema()), ..Parsed::default() };
    for chunk in input.chunks(chunk.max(1)) {
        if !parsed.drain(|more| session.feed(if more { &[] } else { chunk })) {
            return Ok(parsed);
        }
    }
    parsed.drain(|_| session.finish());
    Ok(parsed)
}

/// Opens a session of `P` and feeds `packets` in batches of at most `batch`.
///
/// # Errors
/// What [`PacketParser::open`] refuses.
pub fn parse_packets<P: PacketParser>(settings: &[(&str, OptionValue)], packets: &[Captured], batch: usize) -> Result<Parsed, OpenError> {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let options = Options::new(&P::describe().options, settings)?;
    let mut session = P::open(&options, &SourceFacts { name: "test".to_owned(), ..SourceFacts::default() }, None)?;
    let mut parsed = Parsed { schema: Some(session.schema()), ..Parsed::default() };
    for batch in OwnedBatch::all(packets, batch.max(1)) {
        if !parsed.drain(|more| session.feed(if more { PacketBatch::NONE } else { batch.view() })) {
            return Ok(parsed);
        }
    }
    parsed.drain(|_| session.finish());
    Ok(parsed)
}

impl Parsed {
    fn drain(&mut self, mut call: impl FnMut(bool) -> Result<Output, ParseError>) -> bool {
        let mut more = false;
        loop {
            match call(more) {
                Ok(output) => more = self.take(output),
                Err(error) => self.error = Some(error),
            }
            if self.error.is_some() || !more {
                return self.error.is_none();
            }
        }
    }

    fn take(&mut self, output: Output) -> bool {
        let fields = self.schema.as_ref().map(|schema| schema.fields.clone()).unwrap_or_default();
        for row in 0..output.rows as usize {
            self.rows.push(fields.iter().zip(&output.columns).map(|(field, column)| cell(field.data_type, column, row)).collect());
        }
        self.rejects.extend(output.rejects);
        self.done_to = output.done_to;
        output.more
    }
}

fn cell(of: DataType, column: &Column, row: usize) -> Option<String> {
    if column.valid.as_ref().is_some_and(|valid| !bit(valid, row)) {
        return None;
    }
    match &column.lists {
        None => value(of, &column.values, row),
        Some(lists) => {
            let values: Vec<_> =
                (u32_at(lists, row)..u32_at(lists, row + 1)).filter_map(|index| value(of, &column.values, index)).collect();
            Some(format!("[{}]", values.join(",")))
        }
    }
}

fn value(of: DataType, values: &Values, index: usize) -> Option<String> {
    match values {
        Values::Fixed(data) => fixed(of, data, index),
        Values::Bytes(bytes) => shown(of, bytes, index),
        Values::Dictionary { keys, distinct } => shown(of, distinct, u32_at(keys, index)),
    }
}

fn shown(of: DataType, bytes: &Bytes, index: usize) -> Option<String> {
    let value = bytes.data.get(u32_at(&bytes.offsets, index)..u32_at(&bytes.offsets, index + 1))?;
    match of {
        DataType::Text => String::from_utf8(value.to_vec()).ok(),
        _ => Some(value.iter().map(|byte| format!("{byte:02x}")).collect()),
    }
}

fn fixed(of: DataType, data: &[u8], index: usize) -> Option<String> {
    macro_rules! number {
        ($type:ty) => {
            data.as_chunks().0.get(index).map(|bytes| <$type>::from_le_bytes(*bytes).to_string())
        };
    }
    match of {
        DataType::Boolean => Some(bit(data, index).to_string()),
        DataType::Int8 => number!(i8),
        DataType::Int16 => number!(i16),
        DataType::Int32 => number!(i32),
        DataType::Int64 | DataType::Timestamp => number!(i64),
        DataType::Uint8 => number!(u8),
        DataType::Uint16 => number!(u16),
        DataType::Uint32 => number!(u32),
        DataType::Uint64 => number!(u64),
        DataType::Float32 => number!(f32),
        DataType::Float64 => number!(f64),
        DataType::Text | DataType::Binary => None,
    }
}

fn bit(bitmap: &[u8], index: usize) -> bool {
    bitmap.get(index / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1)
}

fn u32_at(numbers: &[u8], index: usize) -> usize {
    numbers.as_chunks().0.get(index).map_or(usize::MAX, |bytes| u32::from_le_bytes(*bytes) as usize)
}
