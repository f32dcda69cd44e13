//! What may go wrong around weir: a clear error, nothing lost, nothing doubled.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::program::{Weir, wait_for};
use super::table::{Line, lines, records, temporary};

const ROWS: i64 = 20_000;

fn row(number: i64) -> Line {
    (1_504_870_000, format!("host-{:x}.example", number.wrapping_mul(0x1e37_79b9_7f4a_7c15)), number)
}

fn text() -> String {
    (0..ROWS).map(row).map(|(time, host, bytes)| format!("{time} {host} {bytes}\n")).collect()
}

fn assert_every_row_once(weir: &Weir) {
    let mut expected: Vec<_> = (0..ROWS).map(row).collect();
    expected.sort();
    assert!(lines(&weir.path("out")) == expected, "rows are lost or doubled");
    assert_eq!(temporary(&weir.path("out")), Vec::<PathBuf>::new());
}

/// A table on a file system of 1 MiB of its own; none where that may not be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn at(path: PathBuf) -> Option<Self> {
        fs::create_dir(&path).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&path).output();
        if mounted.is_ok_and(|ran| ran.status.success()) {
            return Some(Self(path));
        }
        eprintln!("SKIPPED: a file system cannot be mounted here");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_is_full_is_said_and_waited_for() {
    let weir = Weir::pipeline("lines", "");
    let Some(_disk) = SmallDisk::at(weir.path("out")) else { return };
    weir.input("a.log", text().as_bytes());
    // From room for nothing to room for some commits.
    for filler in [1000, 940, 900, 800] {
        fs::write(weir.path("out/.filler"), vec![1; filler << 10]).unwrap();
        let ran = weir.once();
        assert_eq!(ran.code(), 1, "{filler}: {ran:?}");
        assert!(ran.stderr.contains("the storage is full; make room and start again"), "{filler}: {}", ran.stderr);
        assert_eq!(temporary(&weir.path("out")), Vec::<PathBuf>::new(), "{filler}");
    }
    let running = weir.start();
    wait_for("the first try", || weir.log().contains("the sink takes nothing, trying again"));
    fs::remove_file(weir.path("out/.filler")).unwrap();
    wait_for("the rows", || lines(&weir.path("out")).len() as i64 == ROWS);
    assert_eq!(running.terminate().code(), Some(0));
    assert_every_row_once(&weir);
}

#[test]
fn a_file_in_the_way_of_a_partition_is_named_and_loses_nothing() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", text().as_bytes());
    fs::create_dir(weir.path("out")).unwrap();
    fs::write(weir.path("out/y=2017"), "").unwrap();
    let ran = weir.once();
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stderr.contains("cannot make the directory out/y=2017/m=9/d=8/h=11"), "{}", ran.stderr);
    assert_eq!(records(&weir.path("out")), Vec::<PathBuf>::new());
    fs::remove_file(weir.path("out/y=2017")).unwrap();
    assert_eq!(weir.once().code(), 0);
    assert_every_row_once(&weir);
}

#[test]
fn a_module_whose_file_goes_away_goes_on_as_long_as_weir_runs() {
    let weir = Weir::pipeline("lines", "[modules.lines]\nfile = \"./copy.wasm\"");
    fs::copy(weir.module("lines"), weir.path("copy.wasm")).unwrap();
    let running = weir.start();
    wait_for("the start", || weir.log().contains("ready"));
    fs::remove_file(weir.path("copy.wasm")).unwrap();
    weir.input("a.log", text().as_bytes());
    wait_for("the rows", || lines(&weir.path("out")).len() as i64 == ROWS);
    assert_eq!(running.terminate().code(), Some(0));
    assert_every_row_once(&weir);
    let ran = weir.once();
    assert_eq!(ran.code(), 78, "{ran:?}");
    assert!(ran.stderr.contains("cannot read the module copy.wasm"), "{}", ran.stderr);
}

#[test]
fn an_input_that_goes_away_before_its_turn_is_no_trouble() {
    let weir = Weir::pipeline("lines", "");
    for file in 0..200 {
        weir.input(&format!("gone-{file}.log"), format!("1504870000 gone-{file}.example {file}\n").as_bytes());
    }
    weir.input("a.log", text().as_bytes());
    let running = weir.start();
    wait_for("a first row", || !records(&weir.path("out")).is_empty());
    for file in 0..200 {
        let _ = fs::remove_file(weir.path(&format!("in/gone-{file}.log")));
    }
    wait_for("all rows that stay", || {
        lines(&weir.path("out")).iter().filter(|(_, host, _)| host.starts_with("host")).count() as i64 == ROWS
    });
    assert_eq!(running.terminate().code(), Some(0));
    assert!(!weir.log().contains("ERROR"), "{}", weir.log());
}

#[test]
fn an_empty_file_is_told_and_nothing_is_remembered_of_it() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", b"");
    weir.input("b.log", b"");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(ran.stderr.matches("empty file: nothing to ingest").count(), 2, "{}", ran.stderr);
    assert!(ran.stdout.contains("input       2 files, 0 B\n"), "{}", ran.stdout);
    assert_eq!(records(&weir.path("out")), Vec::<PathBuf>::new());
}
