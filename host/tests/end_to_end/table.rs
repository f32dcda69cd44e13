//! Reading a table back: its rows, its files, and what must not be there.

use std::fs;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A row of the example module `lines`.
pub type Line = (i64, String, i64);

/// Every row of module `lines` in a table, sorted.
pub fn lines(table: &Path) -> Vec<Line> {
    let mut rows: Vec<Line> = files(table).iter().flat_map(|file| batches(file)).flat_map(|batch| rows_of(&batch)).collect();
    rows.sort();
    rows
}

fn rows_of(batch: &RecordBatch) -> Vec<Line> {
    let (time, bytes) = (batch.column(0).as_primitive::<Int64Type>(), batch.column(2).as_primitive::<Int64Type>());
    let host = batch.column(1).as_string::<i32>();
    (0..batch.num_rows()).map(|row| (time.value(row), host.value(row).to_owned(), bytes.value(row))).collect()
}

/// All rows of a file.
pub fn batches(file: &Path) -> Vec<RecordBatch> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(file).unwrap()).unwrap();
    builder.build().unwrap().map(Result::unwrap).collect()
}

/// The Parquet files that a reader of the table finds.
pub fn files(table: &Path) -> Vec<PathBuf> {
    walk(table)
        .into_iter()
        .filter(|path| visible(path, table) && path.extension().is_some_and(|extension| extension == "parquet"))
        .collect()
}

/// What a crash may leave and a recovery must not: files under temporary names.
pub fn temporary(table: &Path) -> Vec<PathBuf> {
    walk(&table.join(".weir/tmp"))
        .into_iter()
        .filter(|path| path.file_name().is_none_or(|name| name != ".lock" && name != "lock"))
        .collect()
}

/// The commit records of a table.
pub fn records(table: &Path) -> Vec<PathBuf> {
    walk(&table.join(".weir/commits"))
}

/// The files that hold quarantined bytes.
pub fn quarantined(table: &Path) -> Vec<PathBuf> {
    walk(&table.join(".weir/quarantine"))
}

fn visible(path: &Path, table: &Path) -> bool {
    let relative = path.strip_prefix(table).unwrap();
    !relative.components().any(|part| part.as_os_str().to_string_lossy().starts_with(['.', '_']))
}

fn walk(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
