//! Rows of hours for which no file is open: they wait for company, so that rows of many hours in turn do not make a file each.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_schema::ArrowError;
use arrow_select::dictionary::garbage_collect_any_dictionary;
use arrow_select::take::take;

use crate::model::Partition;

/// Rows that wait, by partition.
#[derive(Default)]
pub(super) struct Waiting {
    partitions: BTreeMap<Option<Partition>, Rows>,
    bytes: usize,
}

#[derive(Default)]
struct Rows {
    batches: Vec<RecordBatch>,
    bytes: usize,
}

impl Waiting {
    /// Bytes of memory.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes as u64
    }

    pub(super) fn add(&mut self, partition: Option<Partition>, rows: &RecordBatch) -> Result<(), ArrowError> {
        let rows = detached(rows)?;
        let bytes = rows.get_array_memory_size();
        let waiting = self.partitions.entry(partition).or_default();
        waiting.batches.push(rows);
        waiting.bytes += bytes;
        self.bytes += bytes;
        Ok(())
    }

    /// Takes the rows of the partition that has most of them.
    pub(super) fn take_most(&mut self) -> Option<(Option<Partition>, Vec<RecordBatch>)> {
        let most = self.partitions.iter().max_by_key(|(_, rows)| rows.bytes).map(|(partition, _)| *partition)?;
        let rows = self.partitions.remove(&most)?;
        self.bytes -= rows.bytes;
        Some((most, rows.batches))
    }
}

/// A copy: a slice would keep the memory of all rows it was cut from, and a dictionary that of all its texts.
fn detached(rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let all = UInt32Array::from_iter_values(0..u32::try_from(rows.num_rows()).unwrap_or(u32::MAX));
    let copy = |column: &ArrayRef| {
        let copy = take(column, &all, None)?;
        copy.as_any_dictionary_opt().map_or(Ok(Arc::clone(&copy)), garbage_collect_any_dictionary)
    };
    RecordBatch::try_new(rows.schema(), rows.columns().iter().map(copy).collect::<Result<_, _>>()?)
}
