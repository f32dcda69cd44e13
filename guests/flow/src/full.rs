//! Everything that a file holds.
use crate::{known::Known, record::Flow};
use weir_sdk::{Column, Schema};
/// Builds the columns.
#[derive(Debug, Default)]
pub struct Full;
impl Full {
    /// Adds a row.
    pub fn push(&mut self, _: &Flow<'_>, _: bool, _: &Known) {}
    /// Columns.
    pub fn finish(&mut self) -> Vec<Column> {
        Vec::new()
    }
    /// Schema.
    pub fn schema() -> Schema {
        Schema { fields: vec![], event_time: None }
    }
}
