//! The table sink from outside: exact rows, whatever happens between any two steps.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, BinaryArray, DictionaryArray, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use weir::config::{Compression, Hdfs, TableSink};
use weir::model::{Digest, EventTime, ModuleRef, QuarantineEntry, RejectReason, SavedState, SourceRef, TableSchema, TimeUnit};
use weir::sink::table::{FAULT_POINTS, Outcome, Progress, Table, TableError, Writer, lineage};
use weir::storage::{LocalStorage, StorageError};

/// Rows of one commit of the source that the tests ingest; it has three such commits.
const STEP: u64 = 100;
const END: u64 = 300;

fn sink(path: &Path) -> TableSink {
    TableSink {
        path: path.to_owned(),
        hdfs: Hdfs::default(),
        file_size: 128 << 20,
        row_group: 1,
        open_partitions: 8,
        padded: false,
        compression: Compression::Zstd(1),
        bloom_filters: vec!["name".to_owned()],
    }
}

fn open(path: &Path, pipeline: &str) -> Result<Table, TableError> {
    Table::open(Arc::new(LocalStorage::new(path)), &sink(path), pipeline)
}

fn source() -> SourceRef {
    SourceRef { name: "nfcapd.201709081130".to_owned(), digest: Digest::of(b"input"), size: END }
}

fn module() -> ModuleRef {
    ModuleRef { name: "flow".to_owned(), version: "1.2.3".to_owned(), digest: Digest::of(b"module") }
}

fn schema() -> TableSchema {
    let fields = vec![Field::new("time", DataType::Int64, true), Field::new("name", DataType::Utf8, true)];
    TableSchema { fields: Arc::new(Schema::new(fields)), event_time: Some(EventTime { field: 0, unit: TimeUnit::Seconds, hidden: false }) }
}

/// One row for each position, each a minute after the one before.
fn rows(from: u64, to: u64) -> RecordBatch {
    let times: ArrayRef = Arc::new(Int64Array::from_iter_values((from..to).map(|at| at as i64 * 60)));
    let names: ArrayRef = Arc::new(StringArray::from_iter_values((from..to).map(|at| format!("row {at}"))));
    RecordBatch::try_from_iter([("time", times), ("name", names)]).unwrap()
}

fn begin(table: &Table, from: u64) -> Writer {
    table.begin(&source(), from, &module(), &schema()).unwrap()
}

fn reject(at: u64) -> QuarantineEntry {
    QuarantineEntry { at, length: 3, reason: RejectReason::Malformed, detail: "no such block".to_owned(), compressed: false, message: None }
}

/// Rejects three bytes at a position.
fn quarantine(writer: &mut Writer, at: u64, bytes: &[u8; 3]) -> Result<(), TableError> {
    assert_eq!(writer.quarantine(reject(at)), std::slice::from_ref(&(at..at + 3)));
    writer.keep(at, false, &mut bytes.as_slice())
}

/// Goes on where the table says, a step a commit, until the source is in it.
fn ingest(table: &Table) -> Result<(), TableError> {
    loop {
        let from = match table.progress(&source().digest)? {
            Progress::New => 0,
            Progress::At { position, state, .. } => {
                assert_eq!(state, Some(SavedState { version: 7, data: position.to_le_bytes().to_vec() }));
                position
            }
            Progress::Done { .. } => return Ok(()),
        };
        let to = from + STEP;
        let mut writer = begin(table, from);
        writer.write(&rows(from, from + STEP / 2))?;
        writer.write(&rows(from + STEP / 2, to))?;
        quarantine(&mut writer, from, b"bad")?;
        let state = SavedState { version: 7, data: to.to_le_bytes().to_vec() };
        writer.commit(to, to == END, Some(&state))?;
    }
}

/// Every file below a directory, as paths below it.
fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo = vec![dir.to_owned()];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => todo.push(entry.path()),
                false => found.push(entry.path().strip_prefix(dir).unwrap().to_str().unwrap().to_owned()),
            }
        }
    }
    found.sort();
    found
}

fn parquet_files(dir: &Path) -> Vec<String> {
    files(dir).into_iter().filter(|path| path.ends_with(".parquet")).collect()
}

fn temporary_files(dir: &Path) -> Vec<String> {
    files(dir).into_iter().filter(|path| path.starts_with(".weir/tmp/")).collect()
}

/// How often each row is in the table, after checking that it lies in its own hour.
fn table_rows(dir: &Path) -> BTreeMap<(Option<i64>, Option<String>), usize> {
    let mut rows = BTreeMap::new();
    for path in parquet_files(dir) {
        for batch in ParquetRecordBatchReaderBuilder::try_new(File::open(dir.join(&path)).unwrap()).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            assert_eq!(batch.schema().field(1).data_type(), &DataType::Utf8);
            let names = batch.column(1).as_string::<i32>();
            for (time, name) in batch.column(0).as_primitive::<Int64Type>().iter().zip(names) {
                let hour = time.map_or("__HIVE_DEFAULT_PARTITION__".to_owned(), |time| (time / 3600 % 24).to_string());
                assert!(path.contains(&format!("/h={hour}/")), "{time:?} in {path}");
                *rows.entry((time, name.map(str::to_owned))).or_default() += 1;
            }
        }
    }
    rows
}

fn each_once(to: u64) -> BTreeMap<(Option<i64>, Option<String>), usize> {
    (0..to).map(|at| ((Some(at as i64 * 60), Some(format!("row {at}"))), 1)).collect()
}

fn assert_whole(dir: &Path) {
    assert_eq!(table_rows(dir), each_once(END));
    assert_eq!(temporary_files(dir), Vec::<String>::new());
    let quarantined: Vec<String> = files(dir).into_iter().filter(|path| path.ends_with(".raw")).collect();
    assert_eq!(quarantined.len(), 3);
    quarantined.iter().for_each(|path| assert_eq!(fs::read(dir.join(path)).unwrap(), b"bad"));
}

/// Not a test by itself: what [`ingest_in_child`] runs in a process that may be killed.
#[test]
fn child() {
    let Some(dir) = std::env::var_os("WEIR_TEST_TABLE").map(PathBuf::from) else { return };
    if std::env::var_os("WEIR_TEST_LOSE").is_some() {
        let table = open(&dir, "loser").unwrap();
        let mut loser = begin(&table, 0);
        loser.write(&rows(0, END)).unwrap();
        ingest(&open(&dir, "winner").unwrap()).unwrap();
        assert_eq!(loser.commit(END, true, None).unwrap(), Outcome::AlreadyCommitted);
        return;
    }
    let table = open(&dir, "p").unwrap();
    if std::env::var_os("WEIR_TEST_FULL").is_some() {
        assert_full(begin(&table, 0), |writer| writer.write(&rows(0, END)));
        assert_full(begin(&table, 0), |writer| (0..100).try_for_each(|at| quarantine(writer, at * 3, b"xxx")));
        return;
    }
    ingest(&table).unwrap();
}

/// In the first case the rows do not fit, in the second they do and the record does not.
fn assert_full(mut writer: Writer, fill: impl Fn(&mut Writer) -> Result<(), TableError>) {
    let error = fill(&mut writer).and_then(|()| writer.commit(END, true, None).map(drop)).unwrap_err();
    assert!(matches!(error, TableError::Storage(StorageError::Full { .. })), "{error:?}");
}

fn ingest_in_child(dir: &Path, crash_at: &str, lose: bool) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "table::child"]).env("WEIR_TEST_TABLE", dir).env("WEIR_CRASH_AT", crash_at);
    if lose {
        command.env("WEIR_TEST_LOSE", "1");
    }
    command.output().unwrap().status
}

fn killed(status: ExitStatus) -> bool {
    status.signal() == Some(9)
}

#[test]
fn every_row_is_there_once_wherever_the_process_is_killed() {
    for point in FAULT_POINTS.iter().filter(|point| !point.starts_with("recover") && **point != "loser-removed") {
        for time in 1..=3 {
            let dir = tempfile::tempdir().unwrap();
            assert!(killed(ingest_in_child(dir.path(), &format!("{point}:{time}"), false)), "{point}:{time}");
            assert!(ingest_in_child(dir.path(), "", false).success(), "after {point}:{time}");
            assert_whole(dir.path());
        }
    }
}

#[test]
fn every_row_is_there_once_when_the_recovery_is_killed_too() {
    for (first, second) in [
        ("record-created:2", "recovery-moved"),
        ("record-created", "recovery-moved:2"),
        ("file-moved", "recovery-moved"),
        ("directories-made", "recovery-removed"),
        ("files-written:2", "recovery-removed:2"),
        ("file-moved:2", "recovered"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        assert!(killed(ingest_in_child(dir.path(), first, false)), "{first}");
        assert!(killed(ingest_in_child(dir.path(), second, false)), "{second} after {first}");
        assert!(ingest_in_child(dir.path(), "", false).success());
        assert_whole(dir.path());
    }
}

#[test]
fn a_loser_that_is_killed_leaves_nothing_either() {
    for point in ["files-written:4", "directories-made:4", "loser-removed"] {
        let dir = tempfile::tempdir().unwrap();
        assert!(killed(ingest_in_child(dir.path(), point, true)), "{point}");
        drop(open(dir.path(), "loser").unwrap());
        assert_whole(dir.path());
    }
}

#[test]
fn another_pipeline_finishes_what_a_crash_left_committed() {
    let dir = tempfile::tempdir().unwrap();
    assert!(killed(ingest_in_child(dir.path(), "record-created:3", false)));
    let table = open(dir.path(), "another").unwrap();
    assert_eq!(table.recovery().moved.len(), 3);
    assert_whole(dir.path());
}

#[test]
fn another_pipeline_removes_what_a_crash_left_of_one_that_does_not_run() {
    let dir = tempfile::tempdir().unwrap();
    assert!(killed(ingest_in_child(dir.path(), "files-written", false)));
    let left = temporary_files(dir.path()).len() as u64;
    let table = open(dir.path(), "another").unwrap();
    assert_eq!((left > 0, table.recovery().removed), (true, left));
    assert_eq!(temporary_files(dir.path()), Vec::<String>::new());
    ingest(&table).unwrap();
    assert_whole(dir.path());
}

#[test]
fn another_pipeline_leaves_alone_what_one_that_runs_is_writing() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "p").unwrap();
    let mut writer = begin(&table, 0);
    writer.write(&rows(0, END)).unwrap();
    let before = temporary_files(dir.path());
    let another = open(dir.path(), "another").unwrap();
    assert_eq!((another.recovery().removed, temporary_files(dir.path())), (0, before));
    writer.commit(END, true, None).unwrap();
    assert_eq!(table_rows(dir.path()), each_once(END));
}

#[test]
fn pipelines_that_start_at_the_same_time_do_not_take_each_other_for_running() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for name in ["a", "b", "c", "d"] {
            let path = dir.path();
            scope.spawn(move || (0..50).for_each(|_| drop(open(path, name).unwrap())));
        }
    });
}

#[test]
fn of_two_racing_writers_one_wins_and_the_other_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "p").unwrap();
    let won = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut writer = begin(&table, 0);
                writer.write(&rows(0, END)).unwrap();
                if let Outcome::Committed(record) = writer.commit(END, true, None).unwrap() {
                    assert_eq!(record.files.iter().map(|file| file.rows).sum::<u64>(), END);
                    won.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(won.into_inner(), 1);
    assert_eq!(table_rows(dir.path()), each_once(END));
    assert_eq!(temporary_files(dir.path()), Vec::<String>::new());
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "p").unwrap();
    let mut writer = begin(&table, 0);
    writer.write(&rows(0, END)).unwrap();
    quarantine(&mut writer, 0, b"bad").unwrap();
    assert_eq!(temporary_files(dir.path()).len(), 6);
    drop(writer);
    assert_eq!(files(dir.path()), [".weir/locks/.start", ".weir/locks/p"]);
    assert_eq!(table.progress(&source().digest).unwrap(), Progress::New);
}

#[test]
fn a_commit_of_nothing_remembers_that_the_input_was_seen() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "p").unwrap();
    let Outcome::Committed(record) = begin(&table, 0).commit(0, true, None).unwrap() else { panic!("lost") };
    assert_eq!((record.files, record.quarantine_file), (vec![], None));
    assert_eq!(table.progress(&source().digest).unwrap(), Progress::Done { name: source().name });
    assert_eq!(table.progress(&Digest::of(b"other")).unwrap(), Progress::New);
}

#[test]
fn a_pipeline_runs_once_on_a_table() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path(), "p").unwrap();
    let Err(TableError::Storage(StorageError::Held { path, holder })) = open(dir.path(), "p") else { panic!("not held") };
    assert!(path.ends_with("/.weir/locks/p"), "{path}");
    assert!(holder.starts_with(&format!("process {} since 2", std::process::id())), "{holder}");
    drop(first);
    drop(open(dir.path(), "p").unwrap());
}

#[test]
fn a_dictionary_and_plain_text_share_a_file_and_read_back_as_text() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "p").unwrap();
    let mut writer = begin(&table, 0);
    let times: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), Some(2), None]));
    let keys = UInt32Array::from(vec![Some(1), None, Some(0)]);
    let names: ArrayRef = Arc::new(DictionaryArray::new(keys, Arc::new(StringArray::from(vec!["b", "a"]))));
    writer.write(&RecordBatch::try_from_iter([("time", times), ("name", names)]).unwrap()).unwrap();
    writer.write(&rows(3, 4)).unwrap();
    writer.commit(END, true, None).unwrap();
    let text = |text: &str| Some(text.to_owned());
    let expected = [(None, text("b")), (Some(1), text("a")), (Some(2), None), (Some(180), text("row 3"))];
    assert_eq!(table_rows(dir.path()), expected.into_iter().map(|row| (row, 1)).collect());
    assert_eq!(parquet_files(dir.path()).len(), 2);
}

#[test]
fn a_file_says_where_its_rows_come_from_even_when_it_was_moved() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "p").unwrap();
    let mut writer = begin(&table, 200);
    writer.write(&rows(200, 210)).unwrap();
    writer.commit(END, true, None).unwrap();
    let copy = dir.path().join("copy");
    fs::rename(dir.path().join(&parquet_files(dir.path())[0]), &copy).unwrap();
    let lineage = lineage(&copy).unwrap();
    assert_eq!((lineage.source, lineage.from, lineage.to, lineage.rows), (source(), 200, Some(END), 10));
    assert_eq!((lineage.module, lineage.pipeline.as_str(), lineage.host.as_str()), (module(), "p", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_file_that_is_not_of_weir_has_no_lineage() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text");
    assert!(lineage(&path).unwrap_err().to_string().starts_with("cannot read "));
    fs::write(&path, "no Parquet").unwrap();
    assert!(lineage(&path).unwrap_err().to_string().ends_with(" is no Parquet file, or a damaged one"));
    let mut writer = parquet::arrow::ArrowWriter::try_new(File::create(&path).unwrap(), rows(0, 1).schema(), None).unwrap();
    writer.write(&rows(0, 1)).unwrap();
    writer.close().unwrap();
    assert!(lineage(&path).unwrap_err().to_string().ends_with(" in its metadata that makes sense: weir did not write it"));
}

#[test]
fn a_column_that_is_not_there_cannot_have_a_bloom_filter() {
    let dir = tempfile::tempdir().unwrap();
    let spec = TableSink { bloom_filters: vec!["sip".to_owned()], ..sink(dir.path()) };
    let table = Table::open(Arc::new(LocalStorage::new(dir.path())), &spec, "p").unwrap();
    let error = table.begin(&source(), 0, &module(), &schema()).err().unwrap();
    assert_eq!(error.to_string(), "no column `sip` for a bloom filter; there are time, name");
}

#[test]
fn a_file_without_a_record_is_never_doubled_nor_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "p").unwrap();
    ingest(&table).unwrap();
    drop(table);
    fs::remove_dir_all(dir.path().join(".weir")).unwrap();
    let before = files(dir.path());
    let error = ingest(&open(dir.path(), "p").unwrap()).unwrap_err();
    assert!(matches!(&error, TableError::Occupied { path } if before.contains(path)), "{error}");
    assert_eq!(table_rows(dir.path()), each_once(END));
    assert_eq!(parquet_files(dir.path()), before);
    assert_eq!(temporary_files(dir.path()), Vec::<String>::new());
}

#[test]
fn a_table_keeps_the_columns_of_its_first_rows() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (open(dir.path(), "one").unwrap(), open(dir.path(), "other").unwrap());
    let [mut first, mut nothing] = [begin(&one, 0), begin(&one, 200)];
    let fields = vec![Field::new("time", DataType::Int64, true), Field::new("name", DataType::Binary, true)];
    let schema = TableSchema { fields: Arc::new(Schema::new(fields)), ..schema() };
    let mut second = other.begin(&source(), STEP, &module(), &schema).unwrap();
    let names: ArrayRef = Arc::new(BinaryArray::from_iter_values([b"x"]));
    second.write(&RecordBatch::try_from_iter([("time", Arc::new(Int64Array::from(vec![1])) as _), ("name", names)]).unwrap()).unwrap();
    quarantine(&mut nothing, 200, b"bad").unwrap();
    nothing.commit(END, true, None).unwrap();
    first.write(&rows(0, STEP)).unwrap();
    first.commit(STEP, false, None).unwrap();
    let before = files(dir.path());
    let error = second.commit(END, true, None).unwrap_err();
    let said =
        "the table that lies there has name as string, not binary, unlike what this pipeline writes: give the pipeline another `path`";
    assert_eq!(error.to_string(), said);
    let temporary = |path: &String| path.starts_with(".weir/tmp/");
    assert_eq!(files(dir.path()), before.into_iter().filter(|path| !temporary(path)).collect::<Vec<_>>());
    assert_eq!(table_rows(dir.path()), each_once(STEP));
}

#[test]
fn a_file_that_vanishes_before_the_commit_stops_it() {
    let dir = tempfile::tempdir().unwrap();
    let spec = TableSink { file_size: 1, ..sink(dir.path()) };
    let table = Table::open(Arc::new(LocalStorage::new(dir.path())), &spec, "p").unwrap();
    let mut writer = begin(&table, 0);
    writer.write(&rows(0, 10)).unwrap();
    fs::remove_file(dir.path().join(&temporary_files(dir.path())[0])).unwrap();
    let error = writer.commit(END, true, None).unwrap_err();
    assert!(matches!(error, TableError::Vanished { .. }), "{error}");
    assert_eq!(files(dir.path()), [".weir/locks/.start", ".weir/locks/p"]);
    ingest(&table).unwrap();
    assert_whole(dir.path());
}

#[test]
fn a_full_disk_stops_a_commit_and_leaves_the_table_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    // A limit on the size of files stands for the disk: the system refuses the same calls.
    command.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" --exact table::child"]).arg(std::env::current_exe().unwrap());
    let output = command.env("WEIR_TEST_TABLE", dir.path()).env("WEIR_TEST_FULL", "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(files(dir.path()), [".weir/locks/.start", ".weir/locks/p"]);
    ingest(&open(dir.path(), "p").unwrap()).unwrap();
    assert_whole(dir.path());
}

#[test]
fn a_place_that_cannot_be_made_is_found_before_the_commit_point() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "p").unwrap();
    fs::write(dir.path().join("y=1970"), "in the way").unwrap();
    let error = ingest(&table).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot make the directory {}/y=1970/m=1/d=1/h=0", dir.path().display()));
    assert_eq!(files(dir.path()), [".weir/locks/.start", ".weir/locks/p", "y=1970"]);
    fs::remove_file(dir.path().join("y=1970")).unwrap();
    ingest(&table).unwrap();
    assert_whole(dir.path());
}

#[test]
fn a_place_taken_after_the_commit_point_is_an_error_and_keeps_the_rows() {
    let dir = tempfile::tempdir().unwrap();
    assert!(killed(ingest_in_child(dir.path(), "record-created", false)));
    let digest = source().digest.hex();
    let place = dir.path().join(format!("y=1970/m=1/d=1/h=0/{:.32}-0-0.parquet", digest));
    fs::write(&place, "in the way").unwrap();
    let table = open(dir.path(), "p").unwrap();
    assert_eq!(table.recovery().undecided.len(), 1);
    assert_eq!(temporary_files(dir.path()).len(), 1);
    drop(table);
    fs::remove_file(&place).unwrap();
    ingest(&open(dir.path(), "p").unwrap()).unwrap();
    assert_whole(dir.path());
}

#[test]
fn a_foreign_file_among_the_temporary_ones_is_reported_and_left() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), "p").unwrap());
    fs::write(dir.path().join(".weir/tmp/p/notes.txt"), "mine").unwrap();
    let table = open(dir.path(), "p").unwrap();
    assert_eq!(table.recovery().foreign, [".weir/tmp/p/notes.txt"]);
    assert_eq!(fs::read(dir.path().join(".weir/tmp/p/notes.txt")).unwrap(), b"mine");
}

#[test]
fn a_record_of_a_later_version_or_a_damaged_one_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "p").unwrap();
    ingest(&table).unwrap();
    let digest = source().digest.hex();
    let record = dir.path().join(format!(".weir/commits/{:.2}/{digest}-0.json", digest));
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replacen("\"version\":1", "\"version\":2", 1)).unwrap();
    assert!(matches!(table.progress(&source().digest), Err(TableError::RecordVersion { found: 2, .. })));
    fs::write(&record, "").unwrap();
    assert!(matches!(table.progress(&source().digest), Err(TableError::RecordDamaged { .. })));
    fs::write(&record, text.replacen("\"to\":100", "\"to\":0", 1)).unwrap();
    assert!(matches!(table.progress(&source().digest), Err(TableError::RecordDamaged { .. })));
}

#[test]
fn rows_of_many_hours_in_turn_share_the_files_of_their_hours() {
    let dir = tempfile::tempdir().unwrap();
    let spec = TableSink { open_partitions: 2, row_group: 32 << 20, ..sink(dir.path()) };
    let table = Table::open(Arc::new(LocalStorage::new(dir.path())), &spec, "p").unwrap();
    let mut writer = begin(&table, 0);
    for first in 0..10 {
        (0..30).map(|hour| hour * 60 + first).for_each(|at| writer.write(&rows(at, at + 1)).unwrap());
    }
    writer.commit(END, true, None).unwrap();
    assert_eq!(parquet_files(dir.path()).len(), 30);
    let count = |rows: BTreeMap<_, usize>| rows.into_values().sum::<usize>();
    assert_eq!(count(table_rows(dir.path())), 300);
}

#[test]
fn full_files_and_idle_hours_are_closed() {
    let dir = tempfile::tempdir().unwrap();
    let spec = TableSink { open_partitions: 2, ..sink(dir.path()) };
    let table = Table::open(Arc::new(LocalStorage::new(dir.path())), &spec, "p").unwrap();
    let mut writer = begin(&table, 0);
    for _ in 0..2 {
        writer.write(&rows(0, 180)).unwrap();
    }
    writer.commit(END, true, None).unwrap();
    assert_eq!(parquet_files(dir.path()).len(), 6);
    assert!(table_rows(dir.path()).values().all(|count| *count == 2));
}

#[test]
fn a_hidden_event_time_decides_the_partition_and_is_no_column() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(dir.path(), "flow").unwrap();
    let event_time = Some(EventTime { field: 0, unit: TimeUnit::Seconds, hidden: true });
    let mut writer = table.begin(&source(), 0, &module(), &TableSchema { event_time, ..schema() }).unwrap();
    writer.write(&rows(59, 61)).unwrap();
    writer.commit(END, true, None).unwrap();
    let paths = parquet_files(dir.path());
    assert_eq!(paths.iter().map(|path| path.split_at(19).0).collect::<Vec<_>>(), ["y=1970/m=1/d=1/h=0/", "y=1970/m=1/d=1/h=1/"]);
    for (path, name) in paths.iter().zip(["row 59", "row 60"]) {
        let mut reader = ParquetRecordBatchReaderBuilder::try_new(File::open(dir.path().join(path)).unwrap()).unwrap().build().unwrap();
        let batch = reader.next().unwrap().unwrap();
        assert_eq!(batch.schema().fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(), ["name"]);
        assert_eq!(batch.column(0).as_string::<i32>().value(0), name);
    }
}
