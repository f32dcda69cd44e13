//! What the table relies on in a storage, of HDFS.

use std::io::{Read, Write};

use weir::config::Hdfs;
use weir::storage::{Creation, HdfsStorage, Renaming, Storage, StorageError};

use super::cluster::Cluster;

fn storage() -> HdfsStorage {
    let storage = HdfsStorage::new(&Cluster::shared().directory(), &Hdfs::default()).unwrap();
    storage.make_dirs("").unwrap();
    storage
}

fn write(storage: &dyn Storage, path: &str, bytes: &[u8]) {
    let mut output = storage.create(path).unwrap();
    output.write_all(bytes).unwrap();
    assert_eq!(output.close().unwrap(), bytes.len() as u64);
}

fn names(storage: &dyn Storage) -> Vec<String> {
    let mut names: Vec<_> = storage.list("").unwrap().into_iter().map(|entry| entry.name).collect();
    names.sort();
    names
}

#[test]
fn of_many_that_create_a_file_on_hdfs_one_does_and_its_bytes_are_whole() {
    let storage = storage();
    let mut winners = Vec::new();
    std::thread::scope(|scope| {
        let create = |number: u8| {
            let storage = &storage;
            scope.spawn(move || (number, storage.create_if_absent("record", &[number; 4096], &format!(".by-{number}")).unwrap()))
        };
        let all: Vec<_> = (0..8).map(create).collect();
        winners.extend(all.into_iter().map(|one| one.join().unwrap()).filter(|(_, creation)| *creation == Creation::Created));
    });
    assert_eq!(winners.len(), 1);
    assert_eq!(storage.read("record", 5000).unwrap(), [winners[0].0; 4096]);
    assert_eq!(names(&storage), ["record"]);
}

#[test]
fn a_rename_on_hdfs_never_replaces_and_tells_what_it_found() {
    let storage = storage();
    write(&storage, "a", b"a");
    write(&storage, "b", b"b");
    assert_eq!(storage.rename("a", "b").unwrap(), Renaming::TargetExists);
    assert_eq!(storage.rename("a", "c").unwrap(), Renaming::Moved);
    assert_eq!(storage.rename("a", "d").unwrap(), Renaming::SourceMissing);
    assert_eq!((storage.read("b", 1).unwrap(), storage.read("c", 1).unwrap()), (b"b".to_vec(), b"a".to_vec()));
    assert!(matches!(storage.rename("b", "not/there"), Err(StorageError::Missing { .. })));
    assert_eq!(names(&storage), ["b", "c"]);
    storage.remove("b").unwrap();
    storage.remove("b").unwrap();
    assert_eq!((storage.size("b").unwrap(), storage.size("c").unwrap()), (None, Some(1)));
    assert!(matches!(storage.read("c", 0), Err(StorageError::TooLarge { limit: 0, .. })));
    assert!(matches!(storage.read("b", 1), Err(StorageError::Missing { .. })));
}

#[test]
fn a_file_over_many_blocks_is_read_forward_and_in_part() {
    let options = Hdfs { block_size: Some(1 << 20), ..Hdfs::default() };
    let storage = HdfsStorage::new(&Cluster::shared().directory(), &options).unwrap();
    storage.make_dirs("").unwrap();
    let bytes: Vec<u8> = (0..5_000_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    write(&storage, "large", &bytes);
    write(&storage, "empty", b"");
    let mut read = Vec::new();
    storage.open("large").unwrap().read_to_end(&mut read).unwrap();
    assert!(read == bytes);
    assert!(storage.read_range("large", 1_048_570, 2_000_000).unwrap() == bytes[1_048_570..3_048_570]);
    assert_eq!(storage.read_range("large", 4_999_999, 9).unwrap(), bytes[4_999_999..]);
    assert_eq!((storage.read_range("large", 6_000_000, 9).unwrap(), storage.read("empty", 0).unwrap()), (Vec::new(), Vec::new()));
}

#[test]
fn a_hold_is_one_of_a_kind_and_can_be_taken_again() {
    let storage = storage();
    let other = HdfsStorage::new(storage.root(), &Hdfs::default()).unwrap();
    let claim = storage.claim("lock").unwrap();
    let error = other.claim("lock").err().unwrap().to_string();
    let process = format!("{}/lock is held by process {} on ", storage.root(), std::process::id());
    assert!(error.starts_with(&process), "{error}");
    drop(claim);
    drop(other.claim("lock").unwrap());
}

#[test]
fn a_holder_whose_mark_another_took_away_commits_no_more() {
    let storage = storage();
    let _claim = storage.claim("lock").unwrap();
    assert_eq!(storage.create_if_absent("first", b"1", ".by").unwrap(), Creation::Created);
    let mark = storage.list("lock.by").unwrap().remove(0).name;
    storage.remove(&format!("lock.by/{mark}")).unwrap();
    let error = storage.create_if_absent("second", b"2", ".by").unwrap_err();
    assert!(matches!(&error, StorageError::Lost { path } if path.ends_with("/lock")), "{error}");
    assert_eq!(storage.size("second").unwrap(), None);
}

#[test]
fn a_path_never_leaves_the_storage_nor_has_what_hdfs_refuses() {
    let storage = HdfsStorage::new("hdfs://127.0.0.1:1/a", &Hdfs::default()).unwrap();
    for path in ["../a", "a/../b", "/a", "a//b", "a/", "./a", "a\0b", "a:b"] {
        assert!(matches!(storage.size(path), Err(StorageError::BadPath { .. })), "{path:?}");
    }
}
