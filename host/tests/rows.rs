//! Rows as texts, and comparing them in no order.

use std::collections::BTreeMap;
use std::path::Path;

use arrow_array::{Array, RecordBatch};
use arrow_cast::cast;
use arrow_cast::display::array_value_to_string;
use arrow_schema::DataType;

use crate::end_to_end::table::batches;

/// The values of a row that are not null, by column; times are nanoseconds.
pub type Row = BTreeMap<String, String>;

/// All rows of a Parquet file.
pub fn rows(file: &Path) -> Vec<Row> {
    batches(file).iter().flat_map(of_batch).collect()
}

fn of_batch(batch: &RecordBatch) -> Vec<Row> {
    let mut rows = vec![Row::new(); batch.num_rows()];
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let column = match column.data_type() {
            DataType::Timestamp(..) => cast(column, &DataType::Int64).unwrap(),
            _ => column.clone(),
        };
        for (index, row) in rows.iter_mut().enumerate().filter(|(index, _)| !column.is_null(*index)) {
            row.insert(field.name().clone(), array_value_to_string(&column, index).unwrap());
        }
    }
    rows
}

/// These columns of a row, empty where they are null.
pub fn cells(row: &Row, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|name| row.get(*name).cloned().unwrap_or_default()).collect()
}

/// What is in `some` and not in `others`, each as often as it is there more often.
pub fn without(some: &[Vec<String>], others: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut counts: BTreeMap<&[String], usize> = BTreeMap::new();
    others.iter().for_each(|row| *counts.entry(row).or_default() += 1);
    let mut left = Vec::new();
    for row in some {
        match counts.get_mut(row.as_slice()).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => left.push(row.clone()),
        }
    }
    left
}
