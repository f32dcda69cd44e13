//! Exactly once on HDFS: weir is killed at every step of the commit protocol, and each row is found once.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;

use weir::sink::table::FAULT_POINTS;

use super::cluster::Cluster;
use super::copy::copy;
use crate::end_to_end::crash::{FILES, expected, text};
use crate::end_to_end::program::Weir;
use crate::end_to_end::table::{lines, temporary};

/// A weir with the input of the local test, whose table lies at a URL.
pub fn weir_with_input(url: &str, hdfs: &str) -> Weir {
    let weir = Weir::config(&format!(
        "[pipelines.lines]\nsource.directory = {{ path = \"in\", settle = \"0s\" }}\nparser = \"lines\"\nworkers = 2\n\
         sink.table = {{ path = {url:?}, file-size = \"64KiB\", row-group = \"16KiB\", hdfs = {{ {hdfs} }} }}\n"
    ));
    std::fs::create_dir(weir.path("in")).unwrap();
    for file in 0..FILES {
        weir.input(&format!("{file}.log"), &text(file));
    }
    weir
}

/// Every row once, and nothing left over.
pub fn assert_whole(url: &str, after: &str) {
    let table = copy(url);
    assert!(lines(table.path()) == expected(), "after {after}: rows are lost or doubled");
    assert_eq!(temporary(table.path()), Vec::<PathBuf>::new(), "after {after}");
}

/// Runs until the process kills itself at a point; false when the run ends before that.
fn dies_at(weir: &mut Weir, point: &str) -> bool {
    weir.set("WEIR_CRASH_AT", point);
    let ran = weir.once();
    match ran.status.signal() {
        Some(signal) => assert_eq!(signal, 9, "{ran:?}"),
        None => assert_eq!(ran.code(), 0, "{ran:?}"),
    }
    ran.status.signal().is_some()
}

fn dies_and_recovers(point: &str) {
    let url = Cluster::shared().directory();
    let mut weir = weir_with_input(&url, "");
    // Recovery has something to do only behind a crash between two steps of a commit.
    let died = dies_at(&mut weir, point);
    assert!(died || point == "loser-removed" || point.starts_with("recovery-"), "{point} was never reached");
    weir.set("WEIR_CRASH_AT", "");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "after {point}: {ran:?}");
    assert_whole(&url, point);
}

fn recovery_dies_and_recovers(before: &str, point: &str) {
    let url = Cluster::shared().directory();
    let mut weir = weir_with_input(&url, "");
    assert!(dies_at(&mut weir, before), "{before}");
    assert!(dies_at(&mut weir, point), "{point}");
    weir.set("WEIR_CRASH_AT", "");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "after {before} and {point}: {ran:?}");
    assert_whole(&url, point);
}

#[test]
fn killed_at_any_step_on_hdfs_every_row_is_there_once() {
    // Most of a run is waiting for DataNodes.
    std::thread::scope(|scope| {
        for points in FAULT_POINTS.chunks(4) {
            scope.spawn(move || points.iter().for_each(|point| dies_and_recovers(point)));
        }
        scope.spawn(|| recovery_dies_and_recovers("record-created:2", "recovery-moved"));
        scope.spawn(|| recovery_dies_and_recovers("files-written:2", "recovery-removed"));
    });
}
