//! What a row costs to write: batches of flows with the 28 columns of Spot go into a table in a temporary directory.
//!
//! `cargo run --release --example table_write [ROWS [HOURS]]` prints CPU time a row, the size on disk and the peak of memory. With more than one hour
//! the rows of each batch are spread over as many partitions.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement that fails is to be seen")]

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;

use arrow_array::{ArrayRef, DictionaryArray, Float32Array, Int32Array, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{Field, Schema};
use weir::config::TableSink;
use weir::model::{Digest, EventTime, ModuleRef, SourceRef, TableSchema, TimeUnit};
use weir::sink::table::{Outcome, Table};
use weir::storage::LocalStorage;

const BATCH: u64 = 8192;
/// 2017-09-08 11:00:00 UTC.
const START: u64 = 1_504_868_400;

fn main() {
    let rows: u64 = std::env::args().nth(1).map_or(4_000_000, |text| text.parse().unwrap());
    let hours: u64 = std::env::args().nth(2).map_or(1, |text| text.parse().unwrap());
    let batches: Vec<RecordBatch> = (0..32).map(|seed| flows(seed, hours)).collect();
    let schema = schema(&batches);
    let dir = tempfile::tempdir().unwrap();
    let spec = TableSink::of(dir.path());
    let before = (cpu_seconds(), resident("VmRSS"));
    let table = Table::open(Arc::new(LocalStorage::new(dir.path())), &spec, "bench").unwrap();
    let source = SourceRef { name: "generated".to_owned(), digest: Digest::of(b"generated"), size: rows };
    let module = ModuleRef { name: "none".to_owned(), version: "0".to_owned(), digest: Digest::of(b"none") };
    let mut writer = table.begin(&source, 0, &module, &schema).unwrap();
    let count = rows.div_ceil(BATCH);
    batches.iter().cycle().take(count as usize).for_each(|batch| writer.write(batch).unwrap());
    let Outcome::Committed(record) = writer.commit(rows, true, None).unwrap() else { return };
    let seconds = cpu_seconds() - before.0;
    let (rows, bytes) = record.files.iter().fold((0, 0), |sum, file| (sum.0 + file.rows, sum.1 + file.bytes));
    println!(
        "{rows} rows: {:.0} ns of CPU a row, {:.2} M rows a CPU second, {:.1} bytes a row in {} files, memory {} MiB (before {} MiB)",
        seconds * 1e9 / rows as f64,
        rows as f64 / seconds / 1e6,
        bytes as f64 / rows as f64,
        record.files.len(),
        resident("VmHWM") / 1024,
        before.1 / 1024,
    );
}

fn schema(batches: &[RecordBatch]) -> TableSchema {
    let fields: Vec<Field> =
        batches.iter().take(1).flat_map(|batch| batch.schema().fields().to_vec()).map(|field| field.as_ref().clone()).collect();
    TableSchema { fields: Arc::new(Schema::new(fields)), event_time: Some(EventTime { field: 1, unit: TimeUnit::Seconds, hidden: false }) }
}

/// A batch as a parser gives it: five minutes of a network of some thousand hosts, a few of them busy.
fn flows(seed: u64, hours: u64) -> RecordBatch {
    let mut random = Random(seed + 1);
    let seconds: Vec<u64> = (0..BATCH).map(|row| START + seed * 9 + row * 9 / BATCH + row % hours * 3600).collect();
    let ints = |of: &dyn Fn(u64) -> u64| Arc::new(Int32Array::from_iter_values(seconds.iter().map(|at| of(*at) as i32))) as ArrayRef;
    let received: Vec<String> = seconds.iter().map(|at| format!("2017-09-08 11:{:02}:{:02}", at / 60 % 60, at % 60)).collect();
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("treceived", dictionary(received)),
        ("unix_tstamp", Arc::new(Int64Array::from_iter_values(seconds.iter().map(|at| *at as i64)))),
        ("tryear", ints(&|_| 2017)),
        ("trmonth", ints(&|_| 9)),
        ("trday", ints(&|_| 8)),
        ("trhour", ints(&|_| 11)),
        ("trminute", ints(&|at| at / 60 % 60)),
        ("trsec", ints(&|at| at % 60)),
        ("tdur", Arc::new(Float32Array::from_iter_values((0..BATCH).map(|_| random.skewed(300_000) as f32 / 1000.0)))),
        ("sip", dictionary((0..BATCH).map(|_| address(random.skewed(20_000))).collect())),
        ("dip", dictionary((0..BATCH).map(|_| address(30_000 + random.skewed(20_000))).collect())),
        ("sport", random.int32(|random| 1024 + random.below(64_000))),
        ("dport", random.int32(|random| random.skewed(40_000))),
        ("proto", dictionary((0..BATCH).map(|_| ["TCP", "UDP", "ICMP"][random.skewed(3) as usize].to_owned()).collect())),
        ("flag", dictionary((0..BATCH).map(|_| flags(random.skewed(16))).collect())),
        ("fwd", ints(&|_| 0)),
        ("stos", random.int32(|random| random.skewed(4) * 8)),
    ];
    for (name, limit) in [("ipkt", 20_000), ("ibyt", 20_000_000), ("opkt", 1), ("obyt", 1)] {
        columns.push((name, Arc::new(Int64Array::from_iter_values((0..BATCH).map(|_| random.skewed(limit) as i64)))));
    }
    for (name, limit) in [("input", 20), ("output", 20), ("sas", 4000), ("das", 4000), ("dtos", 1), ("dir", 2)] {
        columns.push((name, random.int32(|random| random.skewed(limit))));
    }
    columns.push(("rip", dictionary((0..BATCH).map(|row| format!("10.0.0.{}", row % 4)).collect())));
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

fn address(number: u64) -> String {
    format!("{}.{}.{}.{}", 10 + number % 190, number / 256 % 256, number * 7 % 256, number % 256)
}

fn flags(number: u64) -> String {
    (0..6).map(|bit| if number >> bit & 1 == 1 { "UAPRSF".chars().nth(bit).unwrap() } else { '.' }).collect()
}

/// Keys and distinct values, as a module sends them.
fn dictionary(values: Vec<String>) -> ArrayRef {
    let mut seen = HashMap::new();
    let mut distinct = Vec::new();
    let keys: Vec<u32> = values
        .into_iter()
        .map(|value| {
            *seen.entry(value.clone()).or_insert_with(|| {
                distinct.push(value);
                distinct.len() as u32 - 1
            })
        })
        .collect();
    Arc::new(DictionaryArray::new(UInt32Array::from(keys), Arc::new(StringArray::from(distinct))))
}

/// Xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// Small numbers often, large ones seldom.
    fn skewed(&mut self, limit: u64) -> u64 {
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        (share.powi(4) * limit as f64) as u64
    }

    fn int32(&mut self, of: impl Fn(&mut Self) -> u64) -> ArrayRef {
        Arc::new(Int32Array::from_iter_values((0..BATCH).map(|_| of(self) as i32)))
    }
}

/// CPU time of this thread, in user and system.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// A line of the process' status, KiB.
fn resident(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    text.lines().find_map(|line| line.strip_prefix(name)?.trim_matches([':', ' ', '\t', 'k', 'B']).parse().ok()).unwrap()
}
