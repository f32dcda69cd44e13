//! Real directories, and real writers in threads and other processes. What is waited for is the event; a watchdog ends a test that waits in vain.

use std::ffi::OsStr;
use std::fs::{File, create_dir, create_dir_all, remove_dir_all, remove_file, rename, write};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

use globset::{Glob, GlobSet};
use tempfile::TempDir;

use super::*;
use crate::config::{AfterIngest, FileOrder, Selection};

const NEVER: Duration = Duration::from_secs(86_400);
const SETTLE: Duration = Duration::from_millis(20);

fn globs(patterns: &[&str]) -> Selection {
    let names = GlobSet::new(patterns.iter().map(|pattern| Glob::new(pattern).unwrap())).unwrap();
    Selection { names, ..Selection::default() }
}

/// Takes every file but hidden and unfinished ones, relies on notices and settles quickly.
fn spec(path: &Path) -> DirectorySource {
    DirectorySource {
        path: path.to_owned(),
        include: globs(&["*"]),
        exclude: globs(&[".*", "*.current*"]),
        recursive: true,
        settle: SETTLE,
        rescan: NEVER,
        after: AfterIngest::Keep,
        order: FileOrder::Modified,
    }
}

/// Stops what waits in vain, so that the test fails and does not hang.
fn watchdog() -> Stop {
    let (stop, copy) = (Stop::new(), Stop::new());
    let set = stop.clone();
    std::thread::spawn(move || {
        let _ = copy.signal().recv_timeout(Duration::from_secs(60));
        set.set();
    });
    stop
}

fn directory(spec: &DirectorySource) -> (Directory, Stop) {
    (Directory::open(spec).unwrap(), watchdog())
}

fn next(directory: &mut Directory, stop: &Stop) -> PathBuf {
    directory.next(Mode::ForEver, stop).expect("no file came").relative
}

fn rest(directory: &mut Directory, stop: &Stop) -> Vec<PathBuf> {
    std::iter::from_fn(|| directory.next(Mode::Once, stop)).map(|file| file.relative).collect()
}

fn paths(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(PathBuf::from).collect()
}

/// A file whose content is an hour older than `seconds` ago.
fn old(path: PathBuf, seconds: u64) -> File {
    let mut file = File::create(path).unwrap();
    file.write_all(b"content").unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(3600 + seconds)).unwrap();
    file
}

#[test]
fn what_is_there_at_the_start_comes_oldest_first() {
    let root = tempfile::tempdir().unwrap();
    create_dir(root.path().join("sub")).unwrap();
    for (name, age) in [("new", 1), ("sub/oldest", 9), ("old", 5)] {
        old(root.path().join(name), age);
    }
    let (mut directory, stop) = directory(&spec(root.path()));
    assert_eq!(rest(&mut directory, &stop), paths(&["sub/oldest", "old", "new"]));
    assert_eq!(rest(&mut directory, &stop), paths(&[]));
    assert_eq!(directory.left(), 0);
}

#[test]
fn a_file_that_is_written_later_comes_when_it_is_closed() {
    let root = tempfile::tempdir().unwrap();
    let (mut directory, stop) = directory(&DirectorySource { settle: NEVER, ..spec(root.path()) });
    let path = root.path().join("a");
    let writer = std::thread::spawn(move || write(path, "content").unwrap());
    let file = directory.next(Mode::ForEver, &stop).unwrap();
    writer.join().unwrap();
    assert_eq!((file.relative, file.size), (PathBuf::from("a"), 7));
}

#[test]
fn a_file_or_directory_that_is_moved_in_comes_at_once() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut directory, stop) = directory(&DirectorySource { settle: NEVER, ..spec(root.path()) });
    write(outside.path().join("a"), "content").unwrap();
    rename(outside.path().join("a"), root.path().join("b")).unwrap();
    assert_eq!(next(&mut directory, &stop), Path::new("b"));
    create_dir(outside.path().join("sub")).unwrap();
    old(outside.path().join("sub/c"), 0).set_modified(SystemTime::UNIX_EPOCH).unwrap();
    rename(outside.path().join("sub"), root.path().join("sub")).unwrap();
    assert_eq!(next(&mut directory, &stop), Path::new("sub/c"));
}

#[test]
fn files_in_directories_that_are_made_on_the_way_are_all_found() {
    let root = tempfile::tempdir().unwrap();
    let (mut directory, stop) = directory(&spec(root.path()));
    let base = root.path().to_owned();
    let writer = std::thread::spawn(move || {
        for number in 0..200 {
            let deep = base.join(format!("{number}/y/z"));
            create_dir_all(&deep).unwrap();
            write(deep.join("file"), "content").unwrap();
        }
    });
    let mut found: Vec<_> = (0..200).map(|_| next(&mut directory, &stop)).collect();
    writer.join().unwrap();
    let mut expected: Vec<_> = (0..200).map(|number| PathBuf::from(format!("{number}/y/z/file"))).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_file_that_is_open_for_writing_is_left_however_old_it_is() {
    let root = tempfile::tempdir().unwrap();
    let writer = old(root.path().join("a"), 0);
    let (mut directory, stop) = directory(&spec(root.path()));
    assert_eq!(rest(&mut directory, &stop), paths(&[]));
    assert_eq!(directory.left(), 1);
    drop(writer);
    assert_eq!(next(&mut directory, &stop), Path::new("a"));
    assert_eq!(directory.left(), 0);
}

/// A process that holds `path` open for writing until its input ends.
fn holder(path: &Path) -> Child {
    let script = "exec 3>>\"$1\"; echo ready; read line";
    let mut command = Command::new("sh");
    let mut child = command.args(["-c", script, "sh"]).arg(path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    child
}

#[test]
fn a_file_that_another_process_holds_open_is_left_also_without_notices() {
    let root = tempfile::tempdir().unwrap();
    old(root.path().join("a"), 0);
    old(root.path().join("b"), 0);
    let mut child = holder(&root.path().join("a"));
    let (mut directory, stop) = directory(&spec(root.path()));
    directory.watch.deafen();
    assert_eq!(rest(&mut directory, &stop), paths(&["b"]));
    drop(child.stdin.take());
    child.wait().unwrap();
    assert_eq!(next(&mut directory, &stop), Path::new("a"));
}

#[test]
fn a_closed_file_that_is_opened_again_waits_for_that_writer_too() {
    let root = tempfile::tempdir().unwrap();
    let (mut directory, stop) = directory(&spec(root.path()));
    let path = root.path().join("a");
    write(&path, "one").unwrap();
    let mut writer = File::options().append(true).open(&path).unwrap();
    write(root.path().join("b"), "other").unwrap();
    assert_eq!(next(&mut directory, &stop), Path::new("b"));
    writer.write_all(b"two").unwrap();
    drop(writer);
    assert_eq!(directory.next(Mode::ForEver, &stop).map(|file| file.size), Some(6));
}

#[test]
fn a_file_that_grows_after_it_was_handed_out_is_handed_out_again() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a");
    old(path.clone(), 0);
    let (mut directory, stop) = directory(&spec(root.path()));
    let first = directory.next(Mode::ForEver, &stop).unwrap();
    let opened = first.open().unwrap();
    File::options().append(true).open(&path).unwrap().write_all(b" and more").unwrap();
    assert!(first.changed(&opened));
    let second = directory.next(Mode::ForEver, &stop).unwrap();
    assert_eq!((first.size, second.size), (7, 16));
}

#[test]
fn a_file_that_takes_the_place_of_another_is_handed_out() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut directory, stop) = directory(&spec(root.path()));
    for content in ["one", "two"] {
        write(outside.path().join("a"), content).unwrap();
        rename(outside.path().join("a"), root.path().join("a")).unwrap();
        let file = directory.next(Mode::ForEver, &stop).unwrap();
        assert_eq!(fs::read_to_string(file.path).unwrap(), content);
    }
}

#[test]
fn what_is_not_selected_is_not_taken() {
    let root = tempfile::tempdir().unwrap();
    for name in ["nfcapd.current.17", ".hidden", "readme.txt", "nfcapd.2", "nfcapd.1"] {
        old(root.path().join(name), 0);
    }
    for name in [".snapshot", "sub"] {
        create_dir(root.path().join(name)).unwrap();
        old(root.path().join(name).join("nfcapd.3"), 0);
    }
    let include = globs(&["nfcapd.*"]);
    let (mut whole, stop) = directory(&DirectorySource { include: include.clone(), ..spec(root.path()) });
    let mut found = rest(&mut whole, &stop);
    found.sort();
    assert_eq!(found, paths(&["nfcapd.1", "nfcapd.2", "sub/nfcapd.3"]));
    let (mut flat, stop) = directory(&DirectorySource { include, recursive: false, ..spec(root.path()) });
    assert_eq!(rest(&mut flat, &stop).len(), 2);
}

#[test]
fn where_ingested_files_go_is_not_looked_into() {
    let root = tempfile::tempdir().unwrap();
    create_dir(root.path().join("done")).unwrap();
    old(root.path().join("done/a"), 0);
    let after = AfterIngest::Move(root.path().join("done"));
    let (mut directory, stop) = directory(&DirectorySource { after, ..spec(root.path()) });
    assert_eq!(rest(&mut directory, &stop), paths(&[]));
}

#[test]
fn a_listing_finds_what_notices_missed() {
    let root = tempfile::tempdir().unwrap();
    let (mut directory, stop) = directory(&DirectorySource { rescan: Duration::from_millis(5), ..spec(root.path()) });
    directory.watch.deafen();
    assert_eq!(rest(&mut directory, &stop), paths(&[]));
    old(root.path().join("a"), 0);
    assert_eq!(next(&mut directory, &stop), Path::new("a"));
}

#[test]
fn lost_notices_cause_a_listing() {
    let root = tempfile::tempdir().unwrap();
    let (mut directory, stop) = directory(&spec(root.path()));
    directory.watch.deafen();
    assert_eq!(rest(&mut directory, &stop), paths(&[]));
    old(root.path().join("a"), 0);
    directory.watch.lose_notices();
    assert_eq!(next(&mut directory, &stop), Path::new("a"));
}

#[test]
fn stopping_wakes_who_waits() {
    let root = tempfile::tempdir().unwrap();
    let mut directory = Directory::open(&spec(root.path())).unwrap();
    let stop = Stop::new();
    let copy = stop.clone();
    let waiting = std::thread::spawn(move || directory.next(Mode::ForEver, &copy));
    stop.set();
    assert_eq!(waiting.join().unwrap(), None);
}

#[test]
fn a_returned_file_comes_again_also_to_who_waits_already() {
    let root = tempfile::tempdir().unwrap();
    old(root.path().join("a"), 0);
    let (mut directory, stop) = directory(&spec(root.path()));
    let file = directory.next(Mode::Once, &stop).unwrap();
    assert_eq!(rest(&mut directory, &stop), paths(&[]));
    directory.retry(&file, Duration::ZERO);
    assert_eq!(rest(&mut directory, &stop), paths(&["a"]));
    let feedback = directory.feedback();
    let worker = std::thread::spawn(move || feedback.retry(&file, Duration::from_millis(1)));
    assert_eq!(next(&mut directory, &stop), Path::new("a"));
    worker.join().unwrap();
}

#[test]
fn a_forgotten_file_is_found_by_the_next_listing() {
    let root = tempfile::tempdir().unwrap();
    old(root.path().join("a"), 0);
    let (mut directory, stop) = directory(&DirectorySource { rescan: Duration::from_millis(5), ..spec(root.path()) });
    let file = directory.next(Mode::ForEver, &stop).unwrap();
    directory.forget(&file);
    assert_eq!(next(&mut directory, &stop), Path::new("a"));
}

#[test]
fn a_directory_that_vanishes_is_trouble_until_it_is_back() {
    let parent = tempfile::tempdir().unwrap();
    let (root, away) = (parent.path().join("in"), parent.path().join("away"));
    create_dir(&root).unwrap();
    let (mut directory, stop) = directory(&spec(&root));
    assert_eq!(rest(&mut directory, &stop), paths(&[]));
    rename(&root, &away).unwrap();
    while !directory.rounds.is_retrying() {
        directory.follow(Mode::Once, &stop);
    }
    assert_eq!(rest(&mut directory, &stop), paths(&[]));
    let expected = format!("cannot list the directory {root:?}: it must exist, be mounted, and be readable by the user that runs weir");
    assert_eq!(directory.trouble().map(ToString::to_string), Some(expected));
    create_dir(&root).unwrap();
    write(root.join("a"), "content").unwrap();
    assert_eq!(next(&mut directory, &stop), Path::new("a"));
    assert!(directory.trouble().is_none());
    write(root.join("b"), "noticed").unwrap();
    assert_eq!(next(&mut directory, &stop), Path::new("b"));
}

#[test]
fn a_directory_that_is_not_there_is_an_error_that_names_it() {
    let parent: TempDir = tempfile::tempdir().unwrap();
    write(parent.path().join("file"), "content").unwrap();
    for name in ["missing", "file"] {
        let error = Directory::open(&spec(&parent.path().join(name))).unwrap_err();
        assert!(error.to_string().starts_with(&format!("cannot list the directory {:?}: ", parent.path().join(name))), "{error}");
    }
}

#[test]
fn names_of_any_bytes_are_taken() {
    let root = tempfile::tempdir().unwrap();
    let names = [&b"with blank"[..], b"with\nnewline", b"\xff\xfe", "\u{1f40d}".as_bytes()];
    for name in names {
        old(root.path().join(OsStr::from_bytes(name)), 0);
    }
    let (mut directory, stop) = directory(&spec(root.path()));
    let mut found = rest(&mut directory, &stop);
    found.sort();
    let mut expected: Vec<_> = names.iter().map(|name| PathBuf::from(OsStr::from_bytes(name))).collect();
    expected.sort();
    assert_eq!(found, expected);
    write(root.path().join(OsStr::from_bytes(b"\xff\n later")), "content").unwrap();
    assert_eq!(next(&mut directory, &stop), Path::new(OsStr::from_bytes(b"\xff\n later")));
}

#[test]
fn links_to_files_are_taken_and_what_is_no_file_is_not() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    old(outside.path().join("target"), 0);
    symlink(outside.path().join("target"), root.path().join("link")).unwrap();
    symlink(".", root.path().join("loop")).unwrap();
    symlink("itself", root.path().join("itself")).unwrap();
    symlink("nowhere", root.path().join("dangling")).unwrap();
    assert!(Command::new("mkfifo").arg(root.path().join("fifo")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("socket")).unwrap();
    let (mut directory, stop) = directory(&spec(root.path()));
    assert_eq!(rest(&mut directory, &stop), paths(&["link"]));
    assert_eq!(directory.left(), 0);
}

#[test]
fn what_may_not_be_read_is_left_and_taken_once_it_may() {
    let root = tempfile::tempdir().unwrap();
    create_dir(root.path().join("sub")).unwrap();
    old(root.path().join("sub/a"), 0);
    old(root.path().join("b"), 1);
    old(root.path().join("c"), 0);
    let allow = |name: &str, mode| fs::set_permissions(root.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    allow("sub", 0);
    allow("b", 0);
    if File::open(root.path().join("b")).is_ok() {
        return; // Nothing is closed to the superuser.
    }
    let (mut directory, stop) = directory(&DirectorySource { rescan: Duration::from_millis(5), ..spec(root.path()) });
    assert_eq!(rest(&mut directory, &stop), paths(&["c"]));
    assert_eq!(directory.left(), 2);
    allow("sub", 0o755);
    allow("b", 0o644);
    let mut found = [next(&mut directory, &stop), next(&mut directory, &stop)];
    found.sort();
    assert_eq!(found, *paths(&["b", "sub/a"]));
    assert_eq!(directory.left(), 0);
}

#[test]
fn a_file_that_vanishes_before_its_turn_is_left_out() {
    let root = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        old(root.path().join(name), 0).set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
    let (mut directory, stop) = directory(&spec(root.path()));
    assert_eq!(next(&mut directory, &stop), Path::new("a"));
    remove_file(root.path().join("b")).unwrap();
    assert_eq!(next(&mut directory, &stop), Path::new("c"));
    remove_dir_all(root.path()).unwrap();
    assert_eq!(directory.next(Mode::Once, &stop), None);
}

#[test]
fn a_hundred_thousand_files_are_handed_out_once_each_and_in_order() {
    const FILES: u64 = 100_000;
    let root = tempfile::tempdir().unwrap();
    let start = SystemTime::now() - NEVER;
    for number in 0..FILES {
        // Written in one order, dated in another.
        let age = number * 7919 % FILES;
        File::create(root.path().join(format!("{age:06}"))).unwrap().set_modified(start + Duration::from_millis(age)).unwrap();
    }
    let (mut directory, stop) = directory(&spec(root.path()));
    let began = Instant::now();
    let found = rest(&mut directory, &stop);
    println!("{FILES} files listed and handed out in {:?}", began.elapsed());
    assert!(found.iter().map(|path| path.display().to_string()).eq((0..FILES).map(|age| format!("{age:06}"))));
    let began = Instant::now();
    directory.scan(Mode::ForEver, &stop);
    println!("{FILES} known files listed again in {:?}", began.elapsed());
    assert_eq!(rest(&mut directory, &stop), paths(&[]));
}
