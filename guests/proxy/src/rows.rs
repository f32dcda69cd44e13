//! The rows of one output, in the schema that was asked for.

use weir_sdk::{Column, Schema};

use crate::clock::Stamp;
use crate::damage::Damage;
use crate::dialect::Dialect;
use crate::full::Full;
use crate::record::Record;
use crate::settings::Settings;
use crate::spot::Spot;

/// Rows after which a call gives what it has.
const MAX_ROWS: u32 = 8192;
/// Bytes of lines after which it does.
const MAX_BYTES: usize = 4 << 20;

/// Builds the columns of an output.
#[derive(Debug)]
pub struct Rows {
    columns: Columns,
    count: u32,
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

    /// Adds a row.
    ///
    /// # Errors
    /// The line has a value that no row may have; nothing was added.
    #[inline]
    pub fn push(&mut self, line: &[u8], record: &Record, stamp: Stamp, dialect: &Dialect) -> Result<(), Damage> {
        self.bytes += line.len();
        match &mut self.columns {
            Columns::Spot(columns) => columns.push(line, record, stamp, dialect.keeps_quotes())?,
            Columns::Full(columns) => self.bytes += columns.push(line, record, stamp, dialect.names(), dialect.keeps_quotes()),
        }
        self.count += 1;
        Ok(())
    }

    /// There are enough for one call.
    pub fn is_full(&self) -> bool {
        self.count >= MAX_ROWS || self.bytes >= MAX_BYTES
    }

    /// Hands out the rows.
    pub fn take(&mut self) -> (u32, Vec<Column>) {
        self.bytes = 0;
        match std::mem::take(&mut self.count) {
            0 => (0, Vec::new()),
            count => (count, self.finish()),
        }
    }

    fn finish(&mut self) -> Vec<Column> {
        match &mut self.columns {
            Columns::Spot(columns) => columns.finish(),
            Columns::Full(columns) => columns.finish(),
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
