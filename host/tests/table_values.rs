//! What rows become in the files, read back by the parquet crate's own reader.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder, TimestampNanosecondBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, UInt64Type};
use arrow_array::*;
use arrow_cast::cast;
use arrow_schema::{DataType, Field, Schema, TimeUnit as ArrowUnit};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::properties::ReaderProperties;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};
use weir::config::{Compression, Hdfs, TableSink};
use weir::model::{Digest, ModuleRef, SourceRef, TableSchema};
use weir::sink::table::{Outcome, Table, TableError};
use weir::storage::LocalStorage;

fn sink(path: &Path) -> TableSink {
    TableSink {
        path: path.to_owned(),
        hdfs: Hdfs::default(),
        file_size: 128 << 20,
        row_group: 32 << 20,
        open_partitions: 8,
        padded: false,
        compression: Compression::Zstd(1),
        bloom_filters: Vec::new(),
    }
}

fn schema(batch: &RecordBatch) -> TableSchema {
    let plain = |field: &Arc<Field>| match field.data_type() {
        DataType::Dictionary(_, values) => field.as_ref().clone().with_data_type(values.as_ref().clone()),
        _ => field.as_ref().clone(),
    };
    TableSchema { fields: Arc::new(Schema::new(batch.schema().fields().iter().map(plain).collect::<Vec<_>>())), event_time: None }
}

/// Writes batches as one unpartitioned file and gives its path below `spec.path`.
fn write(spec: &TableSink, batches: &[RecordBatch]) -> Result<std::path::PathBuf, TableError> {
    let table = Table::open(Arc::new(LocalStorage::new(&spec.path)), spec, "p")?;
    let source = SourceRef { name: "input".to_owned(), digest: Digest::of(b"input"), size: 0 };
    let module = ModuleRef { name: "m".to_owned(), version: "1".to_owned(), digest: Digest::of(b"m") };
    let mut writer = table.begin(&source, 0, &module, &schema(&batches[0]))?;
    for batch in batches {
        writer.write(batch)?;
    }
    let Outcome::Committed(record) = writer.commit(1, true, None)? else { panic!("lost") };
    assert_eq!(record.files.len(), 1);
    assert_eq!(std::fs::metadata(spec.path.join(&record.files[0].path)).unwrap().len(), record.files[0].bytes);
    Ok(spec.path.join(&record.files[0].path))
}

fn read(path: &Path) -> Vec<RecordBatch> {
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(File::open(path).unwrap(), options).unwrap();
    reader.with_batch_size(1000).build().unwrap().map(Result::unwrap).collect()
}

fn metadata(path: &Path) -> ParquetMetaData {
    let options = ReadOptionsBuilder::new().with_page_index().build();
    SerializedFileReader::new_with_options(File::open(path).unwrap(), options).unwrap().metadata().clone()
}

/// Numbers that are the same in every run.
fn random(seed: u64, count: usize) -> impl Iterator<Item = u64> {
    let mut state = seed * 0x9E37_79B9_7F4A_7C15 + 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    })
    .take(count)
}

fn maybe<T>(numbers: impl Iterator<Item = u64>, of: impl Fn(u64) -> T) -> Vec<Option<T>> {
    numbers.map(|number| (number % 7 != 0).then(|| of(number >> 3))).collect()
}

/// Columns of each manner of values: few and many, with nulls and without, in runs, at the ends of their range.
fn varied(seed: u64, rows: usize) -> RecordBatch {
    let numbers = |column: u64| random(seed * 100 + column, rows);
    let text = |number: u64| format!("text {number}");
    let dictionary: DictionaryArray<types::UInt32Type> = {
        let values = StringArray::from_iter_values((0..500).map(|number| text(number * seed)));
        DictionaryArray::new(UInt32Array::from(maybe(numbers(0), |number| (number % 400) as u32)), Arc::new(values))
    };
    let strings: StringArray = maybe(numbers(1), |number| text(number % 1000)).into_iter().collect();
    let distinct: StringArray = maybe(numbers(2), text).into_iter().collect();
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("dictionary", Arc::new(dictionary), true),
        (
            "strings",
            if seed.is_multiple_of(2) {
                Arc::new(strings)
            } else {
                cast(&strings, &DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8))).unwrap()
            },
            true,
        ),
        ("distinct", Arc::new(distinct), true),
        ("constant", Arc::new(Int32Array::from(vec![7; rows])), false),
        ("nothing", Arc::new(Int64Array::new_null(rows)), true),
        ("ports", Arc::new(Int32Array::from_iter_values(numbers(3).map(|number| (number % 65536) as i32))), false),
        (
            "edge",
            Arc::new(Int32Array::from(maybe(numbers(4), |number| [i32::MIN, -1, 0, 65535, 65536, i32::MAX][(number % 6) as usize]))),
            true,
        ),
        ("runs", Arc::new(Int64Array::from_iter_values((0..rows as i64).map(|row| row / 100 * 1_000_000_007))), false),
        ("any", Arc::new(Int64Array::from(maybe(numbers(5), |number| number as i64))), true),
        ("time", Arc::new(TimestampNanosecondArray::from(maybe(numbers(6), |number| number as i64)).with_timezone("UTC")), true),
        ("share", Arc::new(Float32Array::from(maybe(numbers(7), |number| number as f32))), true),
    ];
    let fields: Vec<Field> =
        columns.iter().map(|(name, column, nullable)| Field::new(*name, column.data_type().clone(), *nullable)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|(_, column, _)| column).collect()).unwrap()
}

/// One column of all batches, without dictionaries.
fn column(batches: &[RecordBatch], at: usize) -> ArrayRef {
    let plain = |batch: &RecordBatch| match batch.column(at).data_type() {
        DataType::Dictionary(_, values) => cast(batch.column(at), values).unwrap(),
        _ => batch.column(at).clone(),
    };
    let arrays: Vec<ArrayRef> = batches.iter().map(plain).collect();
    arrow_select::concat::concat(&arrays.iter().map(AsRef::as_ref).collect::<Vec<_>>()).unwrap()
}

#[test]
fn every_value_comes_back_whatever_encoding_it_went_through() {
    for (compression, row_group, sizes) in [
        (Compression::Zstd(1), 32 << 20, vec![8192; 20]),
        (Compression::None, 1 << 20, vec![1, 50_000, 7, 19_999, 20_000, 20_001, 3]),
        (Compression::Zstd(3), 1, vec![5000; 5]),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let batches: Vec<RecordBatch> = sizes.iter().zip(1..).map(|(rows, seed)| varied(seed, *rows)).collect();
        let path = write(&TableSink { compression, row_group, ..sink(dir.path()) }, &batches).unwrap();
        let found = read(&path);
        for at in 0..batches[0].num_columns() {
            let (expected, found) = (column(&batches, at), column(&found, at));
            assert!(expected.as_ref() == found.as_ref(), "column {at} of row groups of {row_group}");
        }
    }
}

#[test]
fn statistics_and_page_index_enclose_their_values_exactly() {
    let dir = tempfile::tempdir().unwrap();
    let batches: Vec<RecordBatch> = (1..=8).map(|seed| varied(seed, 8192)).collect();
    let path = write(&sink(dir.path()), &batches).unwrap();
    let metadata = metadata(&path);
    assert_eq!(metadata.num_row_groups(), 1);
    let ports = column(&batches, 5);
    let ports = ports.as_primitive::<Int32Type>().values();
    let chunk = metadata.row_group(0).column(5);
    let statistics = chunk.statistics().unwrap();
    assert_eq!(statistics.min_bytes_opt().unwrap(), ports.iter().min().unwrap().to_le_bytes());
    assert_eq!(statistics.max_bytes_opt().unwrap(), ports.iter().max().unwrap().to_le_bytes());
    let strings = column(&batches, 1);
    let strings = strings.as_string::<i32>();
    let statistics = metadata.row_group(0).column(1).statistics().unwrap();
    assert_eq!(statistics.min_bytes_opt().unwrap(), strings.iter().flatten().min().unwrap().as_bytes());
    assert_eq!(statistics.max_bytes_opt().unwrap(), strings.iter().flatten().max().unwrap().as_bytes());
    assert_eq!(statistics.null_count_opt(), Some(strings.null_count() as u64));
    assert!(statistics.min_is_exact() && statistics.max_is_exact());
    let group = metadata.page_index_for_row_group(0);
    let (pages, index) = (group.page_locations(1).unwrap(), group.column_index(1).unwrap());
    for (number, page) in pages.iter().enumerate() {
        let end = pages.get(number + 1).map_or(strings.len(), |next| next.first_row_index as usize);
        let rows = strings.slice(page.first_row_index as usize, end - page.first_row_index as usize);
        let parquet::file::page_index::column_index::ColumnIndexMetaData::BYTE_ARRAY(index) = index else { panic!("{index:?}") };
        assert_eq!(index.min_value(number).unwrap(), rows.iter().flatten().min().unwrap().as_bytes());
        assert_eq!(index.max_value(number).unwrap(), rows.iter().flatten().max().unwrap().as_bytes());
    }
    assert_eq!(pages.len(), 4);
}

#[test]
fn types_that_old_readers_lack_become_wider_ones_that_hold_every_value() {
    let dir = tempfile::tempdir().unwrap();
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("a"), None]);
    lists.append_null();
    let mut times = ListBuilder::new(TimestampNanosecondBuilder::new().with_timezone("UTC"));
    times.append_value([Some(1), None]);
    times.append_value([]);
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("u8", Arc::new(UInt8Array::from(vec![0, u8::MAX])) as ArrayRef, false),
        ("u16", Arc::new(UInt16Array::from(vec![0, u16::MAX])), false),
        ("u32", Arc::new(UInt32Array::from(vec![0, u32::MAX])), false),
        ("u64", Arc::new(UInt64Array::from(vec![0, u64::MAX])), false),
        ("i8", Arc::new(Int8Array::from(vec![i8::MIN, i8::MAX])), false),
        ("truth", Arc::new(BooleanArray::from(vec![Some(true), None])), true),
        ("bytes", Arc::new(BinaryArray::from(vec![b"\xff".as_slice(), b""])), false),
        ("double", Arc::new(Float64Array::from(vec![f64::MIN, f64::NAN])), false),
        ("list", Arc::new(lists.finish()), true),
        ("time", Arc::new(TimestampNanosecondArray::from(vec![1, -1])), false),
        ("times", Arc::new(times.finish()), true),
    ])
    .unwrap();
    let path = write(&sink(dir.path()), &[batch]).unwrap();
    let found = &read(&path)[0];
    let types: Vec<DataType> = found.schema().fields().iter().map(|field| field.data_type().clone()).collect();
    assert_eq!(
        types,
        [
            DataType::Int32,
            DataType::Int32,
            DataType::Int64,
            DataType::Decimal128(20, 0),
            DataType::Int8,
            DataType::Boolean,
            DataType::Binary,
            DataType::Float64,
            DataType::List(Arc::new(Field::new("element", DataType::Utf8, true))),
            DataType::Timestamp(ArrowUnit::Nanosecond, Some("UTC".into())),
            DataType::List(Arc::new(Field::new("element", DataType::Timestamp(ArrowUnit::Nanosecond, Some("UTC".into())), true))),
        ]
    );
    let wide = cast(found.column(3), &DataType::UInt64).unwrap();
    assert_eq!(wide.as_primitive::<UInt64Type>().values().to_vec(), [0, u64::MAX]);
    let list = found.column(8).as_list::<i32>();
    assert_eq!(list.value(0).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("a"), None]);
    assert!(list.is_null(1));
}

#[test]
fn a_dictionary_of_huge_texts_is_not_multiplied_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let values = StringArray::from_iter_values((0..4).map(|number| format!("{number}").repeat(1 << 20)));
    let keys = UInt32Array::from_iter_values((0..1000).map(|row| row % 4));
    let huge: ArrayRef = Arc::new(DictionaryArray::new(keys, Arc::new(values)));
    let batch = RecordBatch::try_from_iter([("huge", huge)]).unwrap();
    let path = write(&sink(dir.path()), &[batch.slice(0, 10), batch.slice(10, 20)]).unwrap();
    let found = column(&read(&path), 0);
    assert!(found.as_ref() == column(&[batch.slice(0, 30)], 0).as_ref());
    let metadata = metadata(&path);
    let statistics = metadata.row_group(0).column(0).statistics().unwrap();
    assert_eq!(statistics.min_bytes_opt().unwrap(), "0".repeat(64).as_bytes());
    assert_eq!(statistics.max_bytes_opt().unwrap(), format!("{}4", "3".repeat(63)).as_bytes());
    assert!(!statistics.max_is_exact());
}

#[test]
fn a_bloom_filter_knows_every_value_and_few_others() {
    let dir = tempfile::tempdir().unwrap();
    let batches: Vec<RecordBatch> = (1..=4).map(|seed| varied(seed, 8192)).collect();
    let bloom_filters = ["dictionary", "distinct", "any"].map(str::to_owned).to_vec();
    let path = write(&TableSink { bloom_filters, ..sink(dir.path()) }, &batches).unwrap();
    let properties = ReaderProperties::builder().set_read_bloom_filter(true).build();
    let options = ReadOptionsBuilder::new().with_reader_properties(properties).build();
    let reader = SerializedFileReader::new_with_options(File::open(&path).unwrap(), options).unwrap();
    let group = reader.get_row_group(0).unwrap();
    assert!(group.get_column_bloom_filter(1).is_none());
    for at in [0, 2] {
        let filter = group.get_column_bloom_filter(at).unwrap();
        assert!(column(&batches, at).as_string::<i32>().iter().flatten().all(|text| filter.check(text)));
        assert!((0..1000).filter(|number| filter.check(format!("other {number}").as_str())).count() < 100);
    }
    let filter = group.get_column_bloom_filter(8).unwrap();
    assert!(column(&batches, 8).as_primitive::<types::Int64Type>().iter().flatten().all(|number| filter.check(&number)));
}

#[test]
fn rows_of_another_shape_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let numbers = RecordBatch::try_from_iter([("a", Arc::new(Int32Array::from(vec![1])) as ArrayRef)]).unwrap();
    let texts = RecordBatch::try_from_iter([("a", Arc::new(StringArray::from(vec!["1"])) as ArrayRef)]).unwrap();
    let nulls = RecordBatch::try_from_iter([("a", Arc::new(Int32Array::from(vec![None::<i32>])) as ArrayRef)]).unwrap();
    let error = write(&sink(dir.path()), &[numbers.clone(), texts]).unwrap_err();
    assert_eq!(error.to_string(), "column a has type Utf8, the schema says Int32");
    assert!(matches!(write(&sink(dir.path()), &[numbers, nulls]), Err(TableError::Encode { .. })));
}
