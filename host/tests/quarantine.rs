//! The quarantine of a table, read back.

use std::io::Read;
use std::sync::Arc;

use tempfile::TempDir;
use weir::config::{Compression, TableSink};
use weir::model::{Digest, ModuleRef, QuarantineEntry, RejectReason, SourceRef, TableSchema};
use weir::quarantine::{QuarantineError, Quarantined, bytes, find, list};
use weir::sink::table::Table;
use weir::storage::LocalStorage;

/// A table in which one input of two stretches, `bad` at 10 and `worse` at 70, is quarantined.
fn table() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    let spec = TableSink {
        path: path.clone(),
        file_size: 1 << 20,
        row_group: 1 << 20,
        open_partitions: 1,
        padded: false,
        compression: Compression::None,
        bloom_filters: Vec::new(),
    };
    let table = Table::open(Arc::new(LocalStorage::new(path)), &spec, "flow").unwrap();
    let module = ModuleRef { name: "flow".to_owned(), version: "1.2.3".to_owned(), digest: Digest::of(b"module") };
    let schema = TableSchema { fields: Arc::new(arrow_schema::Schema::empty()), event_time: None };
    let mut writer = table.begin(&source(), 0, &module, &schema).unwrap();
    writer.quarantine(entry(10, 3, RejectReason::Malformed), &mut b"bad".as_slice()).unwrap();
    writer.quarantine(entry(70, 5, RejectReason::Truncated), &mut b"worse".as_slice()).unwrap();
    writer.commit(100, true, None).unwrap();
    directory
}

fn source() -> SourceRef {
    SourceRef { name: "in/nfcapd.1".to_owned(), digest: Digest::of(b"abc"), size: 100 }
}

fn entry(at: u64, length: u64, reason: RejectReason) -> QuarantineEntry {
    QuarantineEntry { at, length, reason, detail: "expected better".to_owned(), offset: 0 }
}

fn listed(directory: &TempDir) -> Result<Vec<Quarantined>, QuarantineError> {
    let mut found = Vec::new();
    list(&LocalStorage::new(directory.path()), |stretch| {
        found.push(stretch);
        Ok::<_, QuarantineError>(())
    })?;
    Ok(found)
}

#[test]
fn every_stretch_is_listed_with_its_input_and_reason() {
    let found = listed(&table()).unwrap();
    let ids: Vec<_> = found.iter().map(|stretch| (stretch.id.as_str(), stretch.entry.reason)).collect();
    assert_eq!(ids, [("ba7816bf8f01-10", RejectReason::Malformed), ("ba7816bf8f01-70", RejectReason::Truncated)]);
    assert!(found.iter().all(|stretch| stretch.source == source() && stretch.module.version == "1.2.3"));
}

#[test]
fn the_bytes_of_a_stretch_are_those_of_the_input() {
    let directory = table();
    let storage = LocalStorage::new(directory.path());
    let read = |id: &str| {
        let mut text = String::new();
        bytes(&storage, &find(&storage, id).unwrap()).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    assert_eq!(read("ba7816bf8f01-10"), "bad");
    assert_eq!(read("ba7816bf8f01-70"), "worse");
}

#[test]
fn an_id_that_nothing_has_is_named() {
    let directory = table();
    let error = find(&LocalStorage::new(directory.path()), "ba7816bf8f01-11").unwrap_err();
    assert_eq!(error.to_string(), "no `ba7816bf8f01-11` in the quarantine: `weir quarantine list` shows what there is");
}

#[test]
fn a_directory_that_is_no_table_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let error = listed(&directory).unwrap_err().to_string();
    assert_eq!(error, format!("{} is no table of weir: it has no commit records in .weir/commits", directory.path().display()));
}

#[test]
fn a_damaged_record_is_named() {
    let directory = table();
    let shard = directory.path().join(".weir/commits/ba");
    std::fs::write(shard.join("0.json"), "{").unwrap();
    let error = listed(&directory).unwrap_err().to_string();
    assert!(error.starts_with("the commit record .weir/commits/ba/0.json is damaged: "), "{error}");
}
