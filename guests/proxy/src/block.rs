//! Lines that were taken apart and wait to become rows. Rows are made column by column: what a column needs stays in the first-level cache, and while
//! one text is looked up the next one's search begins.

use crate::clock::{Clock, Stamp};
use crate::damage::Damage;
use crate::dialect::Dialect;
use crate::field::Field;
use crate::number::{duration, integer};
use crate::record::{LINES, Record, Span};
use crate::text::Text;

/// Bytes of lines after which a block is full.
const BYTES: usize = 64 << 10;
/// Bytes behind the last line, so that it can be read in pieces.
const ROOM: usize = 64;

/// Holds the lines.
#[derive(Debug, Default)]
pub struct Block {
    record: Record,
    lines: Vec<Line>,
    /// One line behind the other, and room.
    text: Vec<u8>,
    end: usize,
}

/// What is known of a line, apart from its fields.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    start: usize,
    end: usize,
    /// When it was written.
    pub stamp: Stamp,
    /// Duration, bytes to the client, bytes from the client, if the columns need them.
    pub figures: [Option<i64>; 3],
}

impl Block {
    /// Takes a line apart and keeps it.
    ///
    /// # Errors
    /// It can be no row, and is not kept.
    #[inline]
    pub fn add(&mut self, line: &[u8], dialect: &Dialect, clock: &mut Clock, figures: bool) -> Result<(), Damage> {
        let record = &mut self.record;
        record.begin(self.lines.len());
        dialect.read(line, record)?;
        let stamp = clock.at(line, record)?;
        let figures = match figures {
            true => [duration(line, record)?, integer(line, record, Field::ScBytes)?, integer(line, record, Field::CsBytes)?],
            false => [None; 3],
        };
        let (start, end) = (self.end, self.end + line.len());
        if self.text.len() < end + ROOM {
            self.text.resize((end + ROOM) * 2, 0);
        }
        if let Some(room) = self.text.get_mut(start..end) {
            room.copy_from_slice(line);
        }
        self.end = end;
        self.lines.push(Line { start, end, stamp, figures });
        Ok(())
    }

    /// Bytes of the lines.
    pub fn bytes(&self) -> usize {
        self.end
    }

    /// It takes no further line.
    pub fn is_full(&self) -> bool {
        self.lines.len() >= LINES || self.end >= BYTES
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// A field of the line of a number.
    #[inline]
    pub fn text(&self, number: usize, field: Field) -> Option<Text<'_>> {
        let (line, span) = (self.lines.get(number)?, self.record.in_line(number, field)?);
        self.within(line, span)
    }

    /// The fields of a line that the module does not know: index of the name, and value.
    pub fn others(&self, number: usize) -> impl Iterator<Item = (u32, &[u8])> {
        let value = move |span| Some(self.within(self.lines.get(number)?, span)?.bytes());
        self.record.others(number).iter().map(move |(name, span)| (*name, value(*span).unwrap_or_default()))
    }

    #[inline]
    fn within(&self, line: &Line, Span { start, end }: Span) -> Option<Text<'_>> {
        let span = Span { start: line.start.saturating_add(start), end: line.start.saturating_add(end) };
        Text::within(&self.text, span).filter(|_| span.end <= line.end)
    }

    /// Forgets the lines.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.end = 0;
    }
}
