//! Memory does not grow with a file.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::process::Stdio;

use super::program::Weir;
use super::table::{batches, files};

const BLOCKS: usize = 300;
const ROWS: usize = 25_000;
/// KiB.
const BOUND: u64 = 256 << 10;

/// Some 1 MiB of rows.
fn block() -> String {
    (0..ROWS).map(|number| format!("{} host-{:05}.somewhere.example {number}\n", 1_504_870_000 + number / 7, number % 999)).collect()
}

/// KiB that a process had in memory when it had most.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[test]
fn a_file_of_300_mib_takes_no_more_memory_than_any_other() {
    let weir = Weir::pipeline("lines", "");
    let mut input = BufWriter::new(File::create(weir.path("in/a.log")).unwrap());
    let block = block();
    (0..BLOCKS).for_each(|_| input.write_all(block.as_bytes()).unwrap());
    drop(input.into_inner().unwrap());
    let mut child = weir.command(&["run", "weir.toml", "--once"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut most = 0;
    let status = loop {
        // Asked before the process is known to have ended, and gone with it.
        most = peak(child.id()).unwrap_or(most);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::yield_now(),
        }
    };
    assert_eq!(status.code(), Some(0));
    let rows: usize = files(&weir.path("out")).iter().flat_map(|file| batches(file)).map(|batch| batch.num_rows()).sum();
    assert_eq!(rows, BLOCKS * ROWS);
    assert!(most > 0 && most < BOUND, "{most} KiB");
}
