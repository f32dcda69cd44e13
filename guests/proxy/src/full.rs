//! Everything that a line holds: a column for each field that the module knows, two lists for the others.

use weir_sdk::{Binary, Column, DataType, EventTime, Field as Column_, Lists, Numbers, Schema, TimeUnit};

use crate::block::Block;
use crate::clock::{Stamp, unquoted};
use crate::dialect::Dialect;
use crate::field::{Field, Kind};
use crate::number::parse;
use crate::repeated::Repeated;
use crate::text::Text;

/// Builds the columns.
#[derive(Debug)]
pub struct Full {
    time: Numbers<i64>,
    columns: Vec<(Field, Builder)>,
    names: Lists<Binary>,
    values: Lists<Binary>,
    scratch: Vec<u8>,
}

#[derive(Debug)]
enum Builder {
    Integer(Numbers<i64>),
    Repeated(Box<Repeated>),
    Varied(Binary),
}

impl Default for Full {
    fn default() -> Self {
        let columns = columns().map(|field| (field, Builder::of(field))).collect();
        Self { time: Numbers::default(), columns, names: Lists::default(), values: Lists::default(), scratch: Vec::new() }
    }
}

/// The fields with a column of their own.
fn columns() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|field| field.known().kind != Kind::Part)
}

impl Builder {
    fn of(field: Field) -> Self {
        match (field.known().kind, field) {
            (Kind::Integer, _) => Self::Integer(Numbers::default()),
            (_, Field::Uri | Field::UriPath | Field::UriStem | Field::UriQuery | Field::Cookie) => Self::Varied(Binary::default()),
            _ => Self::Repeated(Box::default()),
        }
    }
}

/// A line of which a row is made.
struct Entry<'a> {
    block: &'a Block,
    number: usize,
    stamp: Stamp,
}

impl Full {
    /// Adds a row for each line, the first of this number; returns how many bytes the names of unknown fields take.
    pub fn push(&mut self, first: usize, block: &Block, dialect: &Dialect) -> usize {
        let lines = block.lines().iter().enumerate();
        lines.map(|(number, line)| self.push_line(first + number, Entry { block, number, stamp: line.stamp }, dialect)).sum()
    }

    fn push_line(&mut self, row: usize, entry: Entry<'_>, dialect: &Dialect) -> usize {
        let (Entry { block, number: line, stamp }, quotes) = (entry, dialect.keeps_quotes());
        self.time.push_option(stamp.nanoseconds());
        let (mut others, mut size) = (0, 0);
        for (field, column) in &mut self.columns {
            let value = block.text(line, *field).map(Text::bytes).filter(|value| *value != b"-");
            let value = value.map(|value| plain(value, quotes, &mut self.scratch));
            match column {
                Builder::Repeated(column) => column.push_option(row, value.map(Text::alone)),
                Builder::Varied(column) => column.push_option(value),
                Builder::Integer(column) => {
                    let number = value.and_then(parse);
                    column.push_option(number);
                    // A value that is no number is kept as it is.
                    if let Some(value) = value.filter(|_| number.is_none()) {
                        self.names.values.push(field.known().name.as_bytes());
                        self.values.values.push(value);
                        others += 1;
                    }
                }
            }
        }
        for (name, value) in block.others(line) {
            let name = dialect.names().get(name as usize).map(String::as_bytes).unwrap_or_default();
            if value != b"-" {
                self.names.values.push(name);
                self.values.values.push(plain(value, quotes, &mut self.scratch));
                others += 1;
                size += name.len();
            }
        }
        self.names.end_row(others);
        self.values.end_row(others);
        size
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self, rows: usize) -> Vec<Column> {
        let mut columns = vec![self.time.finish()];
        columns.extend(self.columns.iter_mut().map(|(_, column)| match column {
            Builder::Integer(column) => column.finish(),
            Builder::Repeated(column) => column.finish(rows),
            Builder::Varied(column) => column.finish(),
        }));
        columns.extend([self.names.finish(Binary::finish), self.values.finish(Binary::finish)]);
        columns
    }

    /// The fields.
    pub fn schema() -> Schema {
        let mut fields = vec![Column_::new("time", DataType::Timestamp, "When the line was written.").nullable()];
        fields.extend(columns().map(|field| {
            let known = field.known();
            let data_type = if known.kind == Kind::Integer { DataType::Int64 } else { DataType::Text };
            Column_::new(&field.column(), data_type, &format!("{}: {}", known.name, known.doc)).nullable()
        }));
        fields.extend([
            Column_::new(
                "other_names",
                DataType::Text,
                "Names of the line's fields that have no column of their own, or no value of its type.",
            )
            .list(),
            Column_::new("other_values", DataType::Text, "Their values.").list(),
        ]);
        Schema { fields, event_time: Some(EventTime { field: 0, unit: TimeUnit::Nanoseconds, hidden: false }) }
    }
}

/// The value without its quotes; doubled ones within are one.
fn plain<'a>(value: &'a [u8], quotes: bool, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let inner = if quotes { unquoted(value) } else { value };
    if inner.len() == value.len() || memchr::memmem::find(inner, b"\"\"").is_none() {
        return inner;
    }
    scratch.clear();
    let mut doubled = false;
    for byte in inner {
        doubled = *byte == b'"' && !doubled;
        if *byte != b'"' || doubled {
            scratch.push(*byte);
        }
    }
    scratch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_columns_have_one_name() {
        let names: std::collections::HashSet<_> = Full::schema().fields.into_iter().map(|field| field.name.to_lowercase()).collect();
        assert_eq!(names.len(), Full::schema().fields.len());
    }

    #[test]
    fn a_value_is_plain_without_its_quotes() {
        let mut scratch = Vec::new();
        let mut of = |value: &str, quotes| String::from_utf8(plain(value.as_bytes(), quotes, &mut scratch).to_vec()).unwrap();
        assert_eq!(of("\"a \"\"b\"\" c\"", true), "a \"b\" c");
        assert_eq!(of("\"\"", true), "");
        assert_eq!(of("\"a\"", false), "\"a\"");
        assert_eq!(of("a\"\"b", true), "a\"\"b");
    }
}
