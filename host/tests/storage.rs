//! What the table relies on in a storage.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use weir::storage::{Creation, Entry, LocalStorage, Renaming, Storage, StorageError};

fn write(storage: &dyn Storage, path: &str, bytes: &[u8]) {
    let mut output = storage.create(path).unwrap();
    output.write_all(bytes).unwrap();
    assert_eq!(output.close().unwrap(), bytes.len() as u64);
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn of_many_that_create_a_file_one_does_and_its_bytes_are_whole() {
    let dir = tempfile::tempdir().unwrap();
    let storage = LocalStorage::new(dir.path());
    let mut winners = Vec::new();
    std::thread::scope(|scope| {
        let create = |number: u8| {
            let storage = &storage;
            scope.spawn(move || (number, storage.create_if_absent("record", &[number; 4096], &format!(".by-{number}")).unwrap()))
        };
        let all: Vec<_> = (0..16).map(create).collect();
        winners.extend(all.into_iter().map(|one| one.join().unwrap()).filter(|(_, creation)| *creation == Creation::Created));
    });
    assert_eq!(winners.len(), 1);
    assert_eq!(storage.read("record", 5000).unwrap(), [winners[0].0; 4096]);
    assert_eq!(names(dir.path()), ["record"]);
}

#[test]
fn a_rename_never_replaces_and_tells_what_it_found() {
    let dir = tempfile::tempdir().unwrap();
    let storage = LocalStorage::new(dir.path());
    write(&storage, "a", b"a");
    write(&storage, "b", b"b");
    assert_eq!(storage.rename("a", "b").unwrap(), Renaming::TargetExists);
    assert_eq!(storage.rename("a", "c").unwrap(), Renaming::Moved);
    assert_eq!(storage.rename("a", "d").unwrap(), Renaming::SourceMissing);
    assert_eq!((storage.read("b", 1).unwrap(), storage.read("c", 1).unwrap()), (b"b".to_vec(), b"a".to_vec()));
    assert!(matches!(storage.rename("b", "not/there"), Err(StorageError::Missing { .. })));
    assert_eq!(names(dir.path()), ["b", "c"]);
}

#[test]
fn directories_are_made_as_deep_as_needed_and_listed_without_depth() {
    let dir = tempfile::tempdir().unwrap();
    let storage = LocalStorage::new(dir.path().join("not/yet"));
    assert_eq!(storage.list("").unwrap(), []);
    storage.make_dirs("x/y").unwrap();
    storage.make_dirs("x/y").unwrap();
    write(&storage, "x/f", b"12345");
    let mut entries = storage.list("x").unwrap();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let entry = |name: &str, directory| Entry { name: name.to_owned(), directory };
    assert_eq!(entries, [entry("f", false), entry("y", true)]);
    assert_eq!((storage.size("x/f").unwrap(), storage.size("x/g").unwrap(), storage.size("x/y").unwrap()), (Some(5), None, None));
}

#[test]
fn what_is_removed_twice_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let storage = LocalStorage::new(dir.path());
    write(&storage, "a", b"");
    storage.remove("a").unwrap();
    storage.remove("a").unwrap();
    assert_eq!(storage.size("a").unwrap(), None);
}

#[test]
fn a_path_never_leaves_the_storage() {
    let storage = LocalStorage::new("/nowhere");
    for path in ["../a", "a/../b", "/a", "a//b", "a/", "./a", "a\0b"] {
        assert!(matches!(storage.size(path), Err(StorageError::BadPath { .. })), "{path:?}");
    }
}

#[test]
fn a_file_is_read_in_part_or_whole_and_never_beyond_a_limit() {
    let dir = tempfile::tempdir().unwrap();
    let storage = LocalStorage::new(dir.path());
    write(&storage, "a", b"12345");
    let mut two = [0; 2];
    storage.open("a").unwrap().read_exact(&mut two).unwrap();
    assert_eq!(&two, b"12");
    assert_eq!(storage.read("a", 5).unwrap(), b"12345");
    assert!(matches!(storage.read("a", 4), Err(StorageError::TooLarge { limit: 4, .. })));
    assert!(matches!(storage.read("b", 4), Err(StorageError::Missing { .. })));
}

#[test]
fn errors_say_what_was_tried_where_and_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let root = dir.path().display();
    let error = LocalStorage::new(dir.path()).create("no/file").err().unwrap();
    assert_eq!(error.to_string(), format!("cannot create {root}/no/file: it is not there"));
    let error = LocalStorage::new(dir.path()).make_dirs("file/x").unwrap_err();
    assert_eq!(error.to_string(), format!("cannot make the directory {root}/file/x"));
    let full = LocalStorage::new("/dev").create("full").unwrap().write_all(b"x").unwrap_err();
    let error = StorageError::from_io(weir::storage::Operation::Write, "f", full);
    assert_eq!(error.to_string(), "cannot write f: the storage is full; make room and start again");
}
