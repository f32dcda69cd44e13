//! What a message holds, read back: to send its halves, or to keep what the broker refuses.

use arrow_schema::ArrowError;

use super::block::Block;
use super::columns::stream;
use crate::config::MessageFormat;
use crate::model::RowStream;

/// What a refused message holds.
pub(super) struct Content {
    /// Rows.
    pub rows: u64,
    /// As a file holds it.
    pub bytes: Vec<u8>,
}

/// The values of two messages in the place of one, and the rows of the first.
type Halves = (u64, [Vec<u8>; 2]);

/// The halves of a message's value; none: it holds a single row.
pub(super) fn halves(format: MessageFormat, value: &[u8]) -> Result<Option<Halves>, ArrowError> {
    if format == MessageFormat::Arrow {
        return halves_of_rows(value);
    }
    let block = Block::of_value(format, value);
    let lines: Vec<_> = block.lines().collect();
    let (first, second) = lines.split_at(lines.len() / 2);
    let halves = || (first.len() as u64, [first, second].map(|half| Block::of(half).value(format)));
    Ok((!first.is_empty()).then(halves))
}

fn halves_of_rows(value: &[u8]) -> Result<Option<Halves>, ArrowError> {
    // It was written a moment ago, as one batch.
    let Some(RowStream { schema, batches }) = RowStream::read(value).ok() else { return Ok(None) };
    let Some(rows) = batches.first().filter(|rows| rows.num_rows() > 1) else { return Ok(None) };
    let middle = rows.num_rows() / 2;
    let halves = [rows.slice(0, middle), rows.slice(middle, rows.num_rows() - middle)].map(|half| stream(&schema, &[half]));
    let [first, second] = halves;
    Ok(Some((middle as u64, [first?, second?])))
}

/// What a message's value holds: lines, each with its end, or the stream itself.
pub(super) fn content(format: MessageFormat, value: &[u8]) -> Content {
    if format == MessageFormat::Arrow {
        return Content { rows: RowStream::read(value).map_or(0, |rows| rows.count()), bytes: value.to_vec() };
    }
    let block = Block::of_value(format, value);
    Content { rows: block.count(), bytes: block.into_text() }
}
