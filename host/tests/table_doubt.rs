//! A storage whose answers get lost: what it did and what it says are two things.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch};
use weir::config::{Compression, Hdfs, TableSink};
use weir::model::{Digest, ModuleRef, SourceRef, TableSchema};
use weir::sink::table::{Outcome, Progress, Table, TableError};
use weir::storage::{Claim, Creation, Entry, LocalStorage, Operation, Output, Renaming, Storage, StorageError};

/// What becomes of the answer to [`Storage::create_if_absent`] for a record, which was carried out.
#[derive(Clone, Copy)]
enum Answer {
    Lost,
    Repeated,
}

struct Forgetful {
    local: LocalStorage,
    answer: Answer,
}

impl Storage for Forgetful {
    fn root(&self) -> &str {
        self.local.root()
    }

    fn create(&self, path: &str) -> Result<Box<dyn Output>, StorageError> {
        self.local.create(path)
    }

    fn create_if_absent(&self, path: &str, bytes: &[u8], by: &str) -> Result<Creation, StorageError> {
        let creation = self.local.create_if_absent(path, bytes, by)?;
        match self.answer {
            _ if !path.starts_with(".weir/commits/") => Ok(creation),
            Answer::Lost => Err(StorageError::from_io(Operation::Create, path, std::io::Error::other("connection lost"))),
            Answer::Repeated => Ok(Creation::Exists),
        }
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        self.local.open(path)
    }

    fn rename(&self, from: &str, to: &str) -> Result<Renaming, StorageError> {
        self.local.rename(from, to)
    }

    fn remove(&self, path: &str) -> Result<(), StorageError> {
        self.local.remove(path)
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, StorageError> {
        self.local.list(dir)
    }

    fn make_dirs(&self, dir: &str) -> Result<(), StorageError> {
        self.local.make_dirs(dir)
    }

    fn size(&self, path: &str) -> Result<Option<u64>, StorageError> {
        self.local.size(path)
    }

    fn claim(&self, path: &str) -> Result<Box<dyn Claim>, StorageError> {
        self.local.claim(path)
    }
}

fn open(storage: Arc<dyn Storage>) -> Table {
    let spec = TableSink {
        path: storage.root().into(),
        hdfs: Hdfs::default(),
        file_size: 128 << 20,
        row_group: 32 << 20,
        open_partitions: 8,
        padded: false,
        compression: Compression::None,
        bloom_filters: Vec::new(),
    };
    Table::open(storage, &spec, "p").unwrap()
}

fn commit(table: &Table) -> Result<Outcome, TableError> {
    let source = SourceRef { name: "input".to_owned(), digest: Digest::of(b"input"), size: 1 };
    let module = ModuleRef { name: "m".to_owned(), version: "1".to_owned(), digest: Digest::of(b"m") };
    let rows = RecordBatch::try_from_iter([("a", Arc::new(Int32Array::from(vec![1])) as ArrayRef)]).unwrap();
    let mut writer = table.begin(&source, 0, &module, &TableSchema { fields: rows.schema(), event_time: None })?;
    writer.write(&rows)?;
    writer.commit(1, true, None)
}

fn forgetful(dir: &Path, answer: Answer) -> Arc<dyn Storage> {
    Arc::new(Forgetful { local: LocalStorage::new(dir), answer })
}

#[test]
fn a_commit_whose_answer_is_lost_is_found_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(forgetful(dir.path(), Answer::Lost));
    let error = commit(&table).unwrap_err();
    assert!(matches!(error, TableError::InDoubt { .. }), "{error}");
    drop(table);
    let table = open(Arc::new(LocalStorage::new(dir.path())));
    assert_eq!(table.recovery().moved, [format!("{:.32}-0-0.parquet", Digest::of(b"input").hex())]);
    assert_eq!(table.progress(&Digest::of(b"input")).unwrap(), Progress::Done { name: "input".to_owned() });
}

#[test]
fn a_commit_whose_answer_is_lost_can_be_finished_without_a_start() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(forgetful(dir.path(), Answer::Lost));
    assert!(matches!(commit(&table), Err(TableError::InDoubt { .. })));
    let place = dir.path().join(format!("{:.32}-0-0.parquet", Digest::of(b"input").hex()));
    assert!(!place.exists());
    table.place_committed().unwrap();
    assert!(place.exists());
}

#[test]
fn a_commit_that_meets_its_own_record_has_won() {
    let dir = tempfile::tempdir().unwrap();
    let table = open(forgetful(dir.path(), Answer::Repeated));
    let Outcome::Committed(record) = commit(&table).unwrap() else { panic!("lost") };
    assert_eq!(std::fs::metadata(dir.path().join(&record.files[0].path)).unwrap().len(), record.files[0].bytes);
    assert_eq!(commit(&table).unwrap(), Outcome::AlreadyCommitted);
}
