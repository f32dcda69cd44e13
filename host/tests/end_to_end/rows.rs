//! Rows of any columns as text, to be compared.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_cast::cast;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;

use super::table::{batches, files};

/// Every row of a table, sorted, without some columns.
pub fn shown(table: &Path, without: &[&str]) -> Vec<String> {
    let batches = files(table).into_iter().flat_map(|file| batches(&file));
    let mut rows: Vec<_> = batches.flat_map(|batch| (0..batch.num_rows()).map(|at| row(&batch, at, without)).collect::<Vec<_>>()).collect();
    rows.sort();
    rows
}

fn row(batch: &RecordBatch, row: usize, without: &[&str]) -> String {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).filter(|(field, _)| !without.contains(&field.name().as_str()));
    columns.map(|(field, column)| format!("{}={} ", field.name(), text(column, row))).collect()
}

fn text(column: &ArrayRef, row: usize) -> String {
    let numbers = if column.data_type().is_temporal() { cast(column, &DataType::Int64).unwrap() } else { Arc::clone(column) };
    ArrayFormatter::try_new(&numbers.slice(row, 1), &FormatOptions::default()).unwrap().value(0).to_string()
}
