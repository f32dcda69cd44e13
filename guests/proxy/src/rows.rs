//! The rows of one output, in the schema that was asked for.

use weir_sdk::{Column, Schema};

use crate::block::Block;
use crate::dialect::Dialect;
use crate::full::Full;
use crate::settings::Settings;
use crate::spot::Spot;

/// Rows after which a call gives what it has.
pub const ROWS: usize = 4080;
/// Bytes of lines after which it does.
const MAX_BYTES: usize = 4 << 20;

/// Builds the columns of an output.
#[derive(Debug)]
pub struct Rows {
    columns: Columns,
    count: usize,
    bytes: usize,
}

#[derive(Debug)]
enum Columns {
    Spot(Box<Spot>),
    Full(Box<Full>),
}

impl Rows {
    /// Of the schema that the options ask for.
    pub fn new(settings: &Settings) -> Self {
        let columns = if settings.full { Columns::Full(Box::default()) } else { Columns::Spot(Box::default()) };
        Self { columns, count: 0, bytes: 0 }
    }

    /// Whether the columns need the lines' numbers.
    pub fn needs_numbers(&self) -> bool {
        matches!(self.columns, Columns::Spot(_))
    }

    /// Adds a row for each line, which there is room for.
    pub fn push(&mut self, block: &Block, dialect: &Dialect) {
        self.bytes += block.bytes();
        match &mut self.columns {
            Columns::Spot(columns) => columns.push(self.count, block, dialect.keeps_quotes()),
            Columns::Full(columns) => self.bytes += columns.push(self.count, block, dialect),
        }
        self.count += block.lines().len();
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// With those of the block there are enough for one call.
    pub fn is_full(&self, block: &Block) -> bool {
        self.count + block.lines().len() >= ROWS || self.bytes + block.bytes() >= MAX_BYTES
    }

    /// Hands out the rows.
    pub fn take(&mut self) -> (u32, Vec<Column>) {
        self.bytes = 0;
        match std::mem::take(&mut self.count) {
            0 => (0, Vec::new()),
            count => (count as u32, self.finish(count)),
        }
    }

    fn finish(&mut self, rows: usize) -> Vec<Column> {
        match &mut self.columns {
            Columns::Spot(columns) => columns.finish(rows),
            Columns::Full(columns) => columns.finish(rows),
        }
    }

    /// Says once what was left out.
    pub fn report(&mut self) {
        if let Columns::Spot(columns) = &mut self.columns {
            columns.report();
        }
    }

    /// The schema that the options ask for.
    pub fn schema(settings: &Settings) -> Schema {
        if settings.full { Full::schema() } else { Spot::schema() }
    }
}
