//! Exactly once: weir is killed at every step of the commit protocol, and at any other moment, and each row is found once.

use std::os::unix::process::ExitStatusExt;

use weir::sink::table::FAULT_POINTS;

use super::program::{Weir, wait_for};
use super::table::{Line, lines, temporary};

const SIGKILL: i32 = 9;
pub const FILES: u64 = 2;
/// Some 700 KiB of text, which become three commits: one for each piece that a module is fed, and one at the end.
pub const ROWS: u64 = 12_000;

/// Rows over three hours, no two alike, in an order that compresses badly.
pub fn row(file: u64, number: u64) -> Line {
    let mixed = (file * ROWS + number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((1_504_870_000 + number % 3 * 3600) as i64, format!("host-{mixed:x}.example"), (mixed >> 1) as i64)
}

pub fn text(file: u64) -> Vec<u8> {
    (0..ROWS).map(|number| row(file, number)).map(|(time, host, bytes)| format!("{time} {host} {bytes}\n")).collect::<String>().into_bytes()
}

pub fn expected() -> Vec<Line> {
    let mut rows: Vec<_> = (0..FILES).flat_map(|file| (0..ROWS).map(move |number| row(file, number))).collect();
    rows.sort();
    rows
}

fn weir_with_input() -> Weir {
    let weir = Weir::pipeline("lines", "");
    for file in 0..FILES {
        weir.input(&format!("{file}.log"), &text(file));
    }
    weir
}

/// Runs to the end without a crash, and finds every row once and nothing left over.
fn assert_recovers(weir: &mut Weir, after: &str) {
    weir.set("WEIR_CRASH_AT", "");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "after {after}: {ran:?}");
    assert!(lines(&weir.path("out")) == expected(), "after {after}: rows are lost or doubled");
    assert_eq!(temporary(&weir.path("out")), Vec::<std::path::PathBuf>::new(), "after {after}");
}

/// Runs until the process kills itself at a point, for the `time`th time; false when the run ends before that.
fn dies_at(weir: &mut Weir, point: &str, time: u32) -> bool {
    weir.set("WEIR_CRASH_AT", &format!("{point}:{time}"));
    let ran = weir.once();
    match ran.status.signal() {
        Some(signal) => assert_eq!(signal, SIGKILL, "{ran:?}"),
        None => assert_eq!(ran.code(), 0, "{ran:?}"),
    }
    ran.status.signal().is_some()
}

/// A weir that died at a point. Recovery has something to do, and so points of its own to die at, only behind a crash between two steps of a commit.
fn died_at(point: &str, time: u32) -> Option<Weir> {
    let mut fresh = weir_with_input();
    if dies_at(&mut fresh, point, time) {
        return Some(fresh);
    }
    ["record-created", "files-written"].into_iter().find_map(|before| {
        let mut crashed = weir_with_input();
        (dies_at(&mut crashed, before, 2) && dies_at(&mut crashed, point, 1)).then_some(crashed)
    })
}

fn dies_and_recovers(point: &str, time: u32) {
    match died_at(point, time) {
        Some(mut weir) => assert_recovers(&mut weir, &format!("{point}:{time}")),
        None => assert_eq!(point, "loser-removed", "{point}:{time} was never reached"),
    }
}

#[test]
fn killed_at_any_step_of_the_protocol_every_row_is_there_once() {
    // Most of a run is waiting for the disk.
    std::thread::scope(|scope| {
        for time in [1, 2, 5] {
            scope.spawn(move || FAULT_POINTS.into_iter().for_each(|point| dies_and_recovers(point, time)));
        }
    });
}

#[test]
fn killed_at_step_after_step_every_row_is_there_once() {
    let mut weir = weir_with_input();
    for point in FAULT_POINTS {
        weir.set("WEIR_CRASH_AT", point);
        weir.once();
    }
    assert_recovers(&mut weir, "a crash at every point in turn");
}

#[test]
fn killed_at_any_moment_while_watching_every_row_is_there_once() {
    let mut weir = weir_with_input();
    for kill in 0..12 {
        let running = weir.start();
        let committed = || lines(&weir.path("out")).len();
        let before = committed();
        wait_for("a commit, or the end of the input", || committed() > before || before as u64 == FILES * ROWS || kill % 3 == 0);
        running.kill();
    }
    assert_recovers(&mut weir, "kills at any moment");
}
