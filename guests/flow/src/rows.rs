//! Rows that wait to be handed out, in the columns of the schema that was asked for.

use weir_sdk::{Column, Schema, log};

use crate::filter::Filter;
use crate::full::Full;
use crate::known::Known;
use crate::record::Flow;
use crate::settings::Settings;
use crate::spot::{MAX_ROWS, Spot};

/// Rows that wait.
#[derive(Debug)]
pub struct Rows {
    columns: Columns,
    filter: Filter,
    count: u32,
    /// Flows without a received time become rows of 1970, and nobody was told so far.
    warn: bool,
}

#[derive(Debug)]
enum Columns {
    Spot(Box<Spot>),
    Full(Box<Full>),
}

impl Rows {
    /// None so far.
    pub fn new(settings: &Settings) -> Self {
        let columns = match settings.full {
            true => Columns::Full(Box::default()),
            false => Columns::Spot(Spot::new(settings.last_seen)),
        };
        Self { columns, filter: settings.filter.clone(), count: 0, warn: !settings.full && !settings.last_seen }
    }

    /// The schema that was asked for.
    pub fn schema(settings: &Settings) -> Schema {
        if settings.full { Full::schema() } else { Spot::schema() }
    }

    /// There are enough for one call.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.count as usize >= MAX_ROWS
    }

    /// Adds a row, if the filter takes the flow.
    #[inline(always)]
    pub fn push(&mut self, flow: &Flow<'_>, anonymized: bool, known: &Known) {
        if !self.filter.matches(flow) {
            return;
        }
        if flow.received == 0 && self.warn {
            self.warn();
        }
        match &mut self.columns {
            Columns::Spot(spot) => spot.push(flow),
            Columns::Full(full) => full.push(flow, anonymized, known),
        }
        self.count += 1;
    }

    #[cold]
    fn warn(&mut self) {
        self.warn = false;
        log::warn(
            "the file does not hold when flows were received: treceived is 1970 (option without-received = last-seen takes another time)",
        );
    }

    /// Hands them out.
    pub fn take(&mut self) -> (u32, Vec<Column>) {
        let count = std::mem::take(&mut self.count);
        let columns = match (&mut self.columns, count) {
            (_, 0) => Vec::new(),
            (Columns::Spot(spot), _) => spot.finish(),
            (Columns::Full(full), _) => full.finish(),
        };
        (count, columns)
    }
}
