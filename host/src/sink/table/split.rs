//! Rows by the hour of their event time.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampNanosecondType};
use arrow_array::{Array, RecordBatch, UInt32Array};
use arrow_schema::{DataType, TimeUnit as ArrowUnit};
use arrow_select::take::take_record_batch;

use super::TableError;
use crate::model::{EventTime, Partition, TableSchema, TimeUnit};

/// Stretches of consecutive rows of one hour.
type Runs = BTreeMap<Partition, Vec<Range<usize>>>;

/// Whether the schema's event time can be one.
pub(super) fn check(schema: &TableSchema) -> Result<(), TableError> {
    let Some(EventTime { field, .. }) = schema.event_time else { return Ok(()) };
    match schema.fields.fields().get(field).map(|field| field.data_type()) {
        Some(DataType::Int64 | DataType::Timestamp(ArrowUnit::Nanosecond, _)) => Ok(()),
        _ => Err(TableError::NoTime { field }),
    }
}

/// The rows of each hour, in the order they had. Nothing is copied where the rows of each hour lie together.
pub(super) fn by_hour(batch: &RecordBatch, time: EventTime) -> Result<Vec<(Partition, RecordBatch)>, TableError> {
    let column = batch.columns().get(time.field).ok_or(TableError::NoTime { field: time.field })?;
    let (values, unit) = match column.data_type() {
        DataType::Int64 => (column.as_primitive::<Int64Type>().values(), time.unit),
        DataType::Timestamp(ArrowUnit::Nanosecond, _) => (column.as_primitive::<TimestampNanosecondType>().values(), TimeUnit::Nanoseconds),
        _ => return Err(TableError::NoTime { field: time.field }),
    };
    let runs = match column.null_count() {
        0 => runs(values.iter().copied().map(Some), unit),
        _ => runs(values.iter().enumerate().map(|(row, value)| column.is_valid(row).then_some(*value)), unit),
    };
    runs.into_iter().map(|(partition, runs)| Ok((partition, select(batch, &runs)?))).collect()
}

fn runs(times: impl Iterator<Item = Option<i64>>, unit: TimeUnit) -> Runs {
    let mut runs = Runs::new();
    let mut run = Run { partition: Partition::Unknown, hour: None, start: 0 };
    let mut rows = 0;
    for time in times {
        if rows == 0 || !run.holds(time) {
            run.end(rows, &mut runs);
            run = Run::start(time, unit, rows);
        }
        rows += 1;
    }
    run.end(rows, &mut runs);
    runs
}

/// A stretch of rows that is still growing.
struct Run {
    partition: Partition,
    /// First and last time of the hour; none of rows without a time.
    hour: Option<(i64, i64)>,
    start: usize,
}

impl Run {
    fn start(time: Option<i64>, unit: TimeUnit, start: usize) -> Self {
        let Some(time) = time else { return Self { partition: Partition::Unknown, hour: None, start } };
        let per_hour = unit.per_hour();
        let into = time.rem_euclid(per_hour);
        // At the ends of what an i64 holds an hour is cut short.
        let hour = (time.saturating_sub(into), time.saturating_add(per_hour - 1 - into));
        Self { partition: Partition::of(time, per_hour), hour: Some(hour), start }
    }

    fn holds(&self, time: Option<i64>) -> bool {
        match (self.hour, time) {
            (Some((first, last)), Some(time)) => first <= time && time <= last,
            (None, None) => true,
            _ => false,
        }
    }

    fn end(self, end: usize, runs: &mut Runs) {
        if end > self.start {
            runs.entry(self.partition).or_default().push(self.start..end);
        }
    }
}

fn select(batch: &RecordBatch, runs: &[Range<usize>]) -> Result<RecordBatch, TableError> {
    if let [run] = runs {
        return Ok(batch.slice(run.start, run.len()));
    }
    let rows: UInt32Array = runs.iter().cloned().flatten().map(|row| u32::try_from(row).unwrap_or(u32::MAX)).collect();
    Ok(take_record_batch(batch, &rows)?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Int64Array, TimestampNanosecondArray};

    use super::*;

    const SECONDS: EventTime = EventTime { field: 0, unit: TimeUnit::Seconds, hidden: false };

    fn split(times: Vec<Option<i64>>) -> Vec<(Partition, Vec<Option<i64>>)> {
        let batch = RecordBatch::try_from_iter([("time", Arc::new(Int64Array::from(times)) as _)]).unwrap();
        let parts = by_hour(&batch, SECONDS).unwrap();
        parts.into_iter().map(|(hour, rows)| (hour, rows.column(0).as_primitive::<Int64Type>().iter().collect())).collect()
    }

    #[test]
    fn rows_of_one_hour_stay_together() {
        assert_eq!(split(vec![Some(0), Some(3599), Some(5)]), [(Partition::Hour(0), vec![Some(0), Some(3599), Some(5)])]);
    }

    #[test]
    fn rows_of_mixed_hours_keep_their_order_within_each() {
        assert_eq!(
            split(vec![Some(3600), Some(1), None, Some(3601), Some(-1), Some(2)]),
            [
                (Partition::Hour(-1), vec![Some(-1)]),
                (Partition::Hour(0), vec![Some(1), Some(2)]),
                (Partition::Hour(1), vec![Some(3600), Some(3601)]),
                (Partition::Unknown, vec![None]),
            ]
        );
    }

    #[test]
    fn the_ends_of_time_have_a_place() {
        assert_eq!(split(vec![Some(i64::MAX), Some(i64::MIN)]), [(Partition::Unknown, vec![Some(i64::MAX), Some(i64::MIN)])]);
        let times: Arc<dyn Array> = Arc::new(TimestampNanosecondArray::from(vec![i64::MIN, i64::MIN + 3_600_000_000_000]));
        let batch = RecordBatch::try_from_iter([("time", times)]).unwrap();
        let hours: Vec<String> = by_hour(&batch, SECONDS).unwrap().iter().map(|(hour, _)| hour.path(false)).collect();
        assert_eq!(hours, ["y=1677/m=9/d=21/h=0", "y=1677/m=9/d=21/h=1"]);
    }

    #[test]
    fn no_rows_have_no_hour() {
        assert_eq!(split(vec![]), []);
    }
}
