//! Rows that wait to be handed out, in the columns of the schema that was asked for.

use flow::filter::Filter;
use flow::full::Full;
use flow::known::Known;
use flow::record::Flow;
use flow::spot::{MAX_ROWS, Spot};
use weir_sdk::{Column, Schema};

use crate::key::Key;
use crate::others::Others;
use crate::settings::Settings;

/// Rows that wait.
#[derive(Debug)]
pub struct Rows {
    columns: Columns,
    filter: Option<Filter>,
    count: u32,
    /// Flows that the filter left out.
    pub filtered: u64,
}

#[derive(Debug)]
enum Columns {
    Spot(Box<Spot>),
    Full(Box<Full>, Box<Others>),
}

impl Rows {
    /// None so far.
    pub fn new(settings: &Settings) -> Self {
        let columns = match settings.full {
            true => Columns::Full(Box::default(), Box::new(Others::new(&settings.elements))),
            false => Columns::Spot(Spot::new(settings.last_seen)),
        };
        Self { columns, filter: settings.filter.clone(), count: 0, filtered: 0 }
    }

    /// The schema that was asked for: that of the module flow, and behind `full` what it has no column for.
    pub fn schema(settings: &Settings) -> Schema {
        if !settings.full {
            return Spot::schema();
        }
        let mut schema = Full::schema();
        schema.fields.extend(Others::fields(&settings.elements));
        schema
    }

    /// Elements without a part in a flow have a column.
    pub fn keeps_others(&self) -> bool {
        matches!(self.columns, Columns::Full(..))
    }

    /// There are enough for one call.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.count as usize >= MAX_ROWS
    }

    /// Adds a row, if the filter takes the flow.
    #[inline]
    pub fn push(&mut self, flow: &Flow<'_>, others: &[(Key, &[u8])], known: &Known) {
        if self.filter.as_ref().is_some_and(|filter| !filter.matches(flow)) {
            self.filtered += 1;
            return;
        }
        match &mut self.columns {
            Columns::Spot(spot) => spot.push(flow),
            Columns::Full(full, columns) => {
                full.push(flow, false, known);
                columns.push(others);
            }
        }
        self.count += 1;
    }

    /// Hands them out.
    pub fn take(&mut self) -> (u32, Vec<Column>) {
        let count = std::mem::take(&mut self.count);
        let columns = match (&mut self.columns, count) {
            (_, 0) => Vec::new(),
            (Columns::Spot(spot), _) => spot.finish(),
            (Columns::Full(full, others), _) => full.finish().into_iter().chain(others.finish()).collect(),
        };
        (count, columns)
    }
}
