//! Rows as columns into segments, each a message of weir's own format ([`RowStream`]).
//!
//! A segment ends before the row that would make it larger than the limit, or has as many rows as one may have; its first row may have any size. What counts
//! is what values take when they are written out, whether they come in a dictionary or not: the cut depends on the rows alone.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch};
use arrow_buffer::OffsetBuffer;
use arrow_cast::cast;
use arrow_schema::{ArrowError, Field, Schema};
use arrow_select::concat::concat;
use arrow_select::dictionary::garbage_collect_any_dictionary;

use super::segment::Segment;
use crate::model::{RowStream, TableSchema};

/// Rows that a segment may have.
const ROWS: u64 = 65_536;
/// Bytes that the parts of a column are aligned with, at most.
const PADDING: u64 = 32;
/// Bytes of a null flag and, of what has no fixed width, of where it ends.
const FLAG: u64 = 1;
const OFFSET: u64 = 4;

/// Cuts the rows of one source, which come in their order.
#[derive(Debug)]
pub(super) struct Columns {
    schema: TableSchema,
    limit: u64,
    number: u64,
    /// First row of the segment that is being filled.
    row: u64,
    rows: u64,
    size: u64,
    time: Option<i64>,
    parts: Vec<RecordBatch>,
}

impl Columns {
    /// Goes on with segment `number`, whose first row is `row`; `limit` bytes end a segment, what says its schema included.
    pub fn new(schema: &TableSchema, limit: u64, number: u64, row: u64) -> Result<Self, ArrowError> {
        let empty = RowStream::write(schema, &RecordBatch::new_empty(Arc::clone(&schema.fields)))?.len() as u64;
        let limit = limit.saturating_sub(empty + PADDING * schema.fields.fields().len() as u64);
        Ok(Self { schema: schema.clone(), limit, number, row, rows: 0, size: 0, time: None, parts: Vec::new() })
    }

    /// Takes rows with their times (milliseconds since 1970). Gives the segments that they end by beginning others.
    pub fn push(&mut self, rows: &RecordBatch, time: impl Fn(usize) -> Option<i64>) -> Result<Vec<Segment>, ArrowError> {
        let (mut segments, mut begins) = (Vec::new(), 0);
        if rows.num_rows() == 0 {
            return Ok(segments);
        }
        for (row, size) in sizes(rows).into_iter().enumerate() {
            if self.rows > 0 && (self.size + size > self.limit || self.rows >= ROWS) {
                self.parts.push(rows.slice(begins, row - begins));
                begins = row;
                segments.extend(self.cut()?);
            }
            if self.rows == 0 {
                self.time = time(row);
            }
            (self.rows, self.size) = (self.rows + 1, self.size + size);
        }
        self.parts.push(rows.slice(begins, rows.num_rows() - begins));
        Ok(segments)
    }

    /// Ends the segment that is being filled; none: it is empty.
    pub fn cut(&mut self) -> Result<Option<Segment>, ArrowError> {
        if self.rows == 0 {
            return Ok(None);
        }
        let segment = Segment { number: self.number, row: self.row, rows: self.rows, time: self.time, value: self.open()? };
        (self.number, self.row) = (self.number + 1, self.row + self.rows);
        (self.rows, self.size) = (0, 0);
        self.parts.clear();
        Ok(Some(segment))
    }

    /// Number of the segment that is being filled, and of its first row.
    pub fn position(&self) -> (u64, u64) {
        (self.number, self.row)
    }

    /// Rows of the segment that is being filled.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Milliseconds since 1970 of its first row.
    pub fn time(&self) -> Option<i64> {
        self.time
    }

    /// The segment that is being filled, as a message would hold it.
    pub fn open(&self) -> Result<Vec<u8>, ArrowError> {
        stream(&self.schema, &self.parts)
    }
}

/// The message of some rows, in order.
pub(super) fn stream(schema: &TableSchema, parts: &[RecordBatch]) -> Result<Vec<u8>, ArrowError> {
    let columns = schema.fields.fields().iter().enumerate().map(|(index, field)| {
        let parts: Vec<_> = parts.iter().filter(|part| part.num_rows() > 0).filter_map(|part| part.columns().get(index)).collect();
        column(field, &parts)
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let fields = schema.fields.fields().iter().zip(&columns);
    let fields: Vec<Field> = fields.map(|(field, column)| Field::new(field.name(), column.data_type().clone(), true)).collect();
    RowStream::write(schema, &RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// One column of some parts, with no more in its dictionary than its rows name.
fn column(field: &Field, parts: &[&ArrayRef]) -> Result<ArrayRef, ArrowError> {
    let alike = parts.windows(2).all(|pair| matches!(pair, [one, other] if one.data_type() == other.data_type()));
    let parts = match alike {
        true => parts.iter().map(|part| compact(part)).collect::<Result<Vec<_>, _>>()?,
        // One batch gave a dictionary, and another did not.
        false => parts.iter().map(|part| cast(part, field.data_type())).collect::<Result<Vec<_>, _>>()?,
    };
    match parts.as_slice() {
        [one] => Ok(Arc::clone(one)),
        parts => compact(&concat(&parts.iter().map(|part| part.as_ref() as &dyn Array).collect::<Vec<_>>())?),
    }
}

fn compact(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if let Some(dictionary) = column.as_any_dictionary_opt() {
        return garbage_collect_any_dictionary(dictionary);
    }
    match column.as_list_opt::<i32>() {
        Some(list) if list.values().as_any_dictionary_opt().is_some() => compact_list(list),
        _ => Ok(Arc::clone(column)),
    }
}

fn compact_list(list: &ListArray) -> Result<ArrayRef, ArrowError> {
    let place = |at: i32| usize::try_from(at).unwrap_or(0);
    let (first, last) = (place(list.offsets().first()), place(list.offsets().last()));
    let values = compact(&list.values().slice(first, last - first))?;
    let offsets = OffsetBuffer::from_lengths(list.offsets().lengths());
    let arrow_schema::DataType::List(element) = list.data_type() else { return Ok(Arc::new(list.clone())) };
    Ok(Arc::new(ListArray::try_new(Arc::clone(element), offsets, values, list.nulls().cloned())?))
}

/// Bytes of each row, written out.
fn sizes(rows: &RecordBatch) -> Vec<u64> {
    let mut sizes = vec![0; rows.num_rows()];
    for column in rows.columns() {
        match column.as_list_opt::<i32>() {
            Some(list) => add_lists(list, &mut sizes),
            None => add(column, &mut sizes),
        }
    }
    sizes
}

fn add_lists(list: &ListArray, sizes: &mut [u64]) {
    let mut elements = vec![0; list.values().len()];
    add(list.values(), &mut elements);
    let ranges = list.offsets().windows(2).zip(sizes);
    for (range, size) in ranges {
        let [start, end] = range else { continue };
        let elements = elements.get(usize::try_from(*start).unwrap_or(0)..usize::try_from(*end).unwrap_or(0)).unwrap_or_default();
        *size += FLAG + OFFSET + elements.iter().sum::<u64>();
    }
}

fn add(column: &ArrayRef, sizes: &mut [u64]) {
    if let Some(dictionary) = column.as_dictionary_opt::<UInt32Type>() {
        let mut values = vec![0; dictionary.values().len()];
        add(dictionary.values(), &mut values);
        let keys = dictionary.keys().iter();
        let length = |key: Option<u32>| key.and_then(|key| values.get(key as usize).copied()).unwrap_or(FLAG + OFFSET);
        sizes.iter_mut().zip(keys).for_each(|(size, key)| *size += length(key));
    } else if let Some(offsets) =
        column.as_string_opt::<i32>().map(|text| text.offsets()).or_else(|| column.as_binary_opt::<i32>().map(|bytes| bytes.offsets()))
    {
        sizes.iter_mut().zip(offsets.lengths()).for_each(|(size, length)| *size += FLAG + OFFSET + length as u64);
    } else {
        let width = column.data_type().primitive_width().unwrap_or(1) as u64;
        sizes.iter_mut().for_each(|size| *size += FLAG + width);
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{DictionaryArray, Int64Array, StringArray};
    use arrow_schema::DataType;

    use super::*;

    fn schema() -> TableSchema {
        let element = Arc::new(Field::new("item", DataType::Utf8, true));
        let fields = vec![
            Field::new("n", DataType::Int64, false),
            Field::new("name", DataType::Utf8, true),
            Field::new("names", DataType::List(element), true),
        ];
        TableSchema { fields: Arc::new(Schema::new(fields)), event_time: None }
    }

    /// Rows of some numbers; their text in dictionaries or not.
    fn rows(numbers: std::ops::Range<i64>, dictionaries: bool) -> RecordBatch {
        let text: Vec<_> = numbers.clone().map(|number| format!("name {}", number % 7)).collect();
        let text: ArrayRef = match dictionaries {
            true => Arc::new(text.iter().map(String::as_str).collect::<DictionaryArray<UInt32Type>>()),
            false => Arc::new(StringArray::from(text)),
        };
        let lengths = numbers.clone().map(|number| usize::from(number % 2 == 0));
        let count = lengths.clone().sum();
        let element = Arc::new(Field::new("item", text.data_type().clone(), true));
        let list = ListArray::new(element, OffsetBuffer::from_lengths(lengths), text.slice(0, count), None);
        let columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from_iter_values(numbers)), text, Arc::new(list)];
        let fields = schema()
            .fields
            .fields()
            .iter()
            .zip(&columns)
            .map(|(field, column)| Field::new(field.name(), column.data_type().clone(), true))
            .collect::<Vec<_>>();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
    }

    fn cut(limit: u64, parts: &[RecordBatch]) -> Vec<Segment> {
        let mut columns = Columns::new(&schema(), limit, 0, 0).unwrap();
        let mut segments: Vec<_> = parts.iter().flat_map(|part| columns.push(part, |_| Some(7)).unwrap()).collect();
        segments.extend(columns.cut().unwrap());
        segments
    }

    fn places(segments: &[Segment]) -> Vec<(u64, u64, u64)> {
        segments.iter().map(|segment| (segment.number, segment.row, segment.rows)).collect()
    }

    fn numbers(segments: &[Segment]) -> Vec<i64> {
        let read = segments.iter().flat_map(|segment| RowStream::read(&segment.value).unwrap().batches);
        read.flat_map(|batch| batch.column(0).as_primitive::<arrow_array::types::Int64Type>().values().to_vec()).collect()
    }

    #[test]
    fn the_cut_is_the_same_however_rows_come_and_whether_their_text_is_in_dictionaries() {
        let whole = cut(5000, &[rows(0..1000, true)]);
        let parts = cut(5000, &[rows(0..1, false), rows(1..700, true), rows(700..1000, false)]);
        assert!(whole.len() > 5 && whole.iter().all(|segment| segment.value.len() <= 5000), "{:?}", places(&whole));
        assert_eq!(places(&whole), places(&parts));
        assert_eq!((numbers(&whole), numbers(&parts)), ((0..1000).collect(), (0..1000).collect()));
    }

    #[test]
    fn a_source_that_goes_on_with_a_later_row_gives_the_same_segments() {
        let whole = cut(5000, &[rows(0..1000, true)]);
        let mut columns = Columns::new(&schema(), 5000, 2, whole[2].row).unwrap();
        let from = i64::try_from(whole[2].row).unwrap();
        let mut again = columns.push(&rows(from..1000, true), |_| Some(7)).unwrap();
        again.extend(columns.cut().unwrap());
        assert_eq!(places(&again), places(&whole[2..]));
        assert_eq!(numbers(&again), numbers(&whole[2..]));
    }

    #[test]
    fn a_message_holds_no_more_of_a_dictionary_than_its_rows_name() {
        let large: DictionaryArray<UInt32Type> =
            (0..1000).map(|number| format!("a name as long as {number:>200}")).collect::<Vec<_>>().iter().map(String::as_str).collect();
        let schema = TableSchema { fields: Arc::new(Schema::new(vec![Field::new("name", DataType::Utf8, true)])), event_time: None };
        let column: ArrayRef = Arc::new(large.slice(10, 2));
        let fields = Schema::new(vec![Field::new("name", column.data_type().clone(), true)]);
        let value = stream(&schema, &[RecordBatch::try_new(Arc::new(fields), vec![column]).unwrap()]).unwrap();
        assert!(value.len() < 2000, "{}", value.len());
    }

    #[test]
    fn a_first_row_may_be_larger_than_a_segment_and_no_rows_are_none() {
        assert_eq!(places(&cut(100, &[rows(0..3, true)])), [(0, 0, 1), (1, 1, 1), (2, 2, 1)]);
        assert_eq!(places(&cut(100, &[rows(0..0, true)])), []);
    }
}
