//! Standard input and FIFOs: what is read only once becomes rows exactly once.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::program::{Ran, Weir, wait_for};
use super::table::lines;
use crate::capture::read::{capture, fixture};

fn config(path: &str) -> Weir {
    Weir::config(&format!(
        "[pipelines.lines]\nsource.stream = {{ path = \"{path}\" }}\nparser = \"lines\"\nsink.table = {{ path = \"out\" }}\n"
    ))
}

/// A weir that reads the FIFO `a.fifo`.
fn fifo() -> Weir {
    let weir = config("a.fifo");
    assert!(Command::new("mkfifo").arg(weir.path("a.fifo")).status().unwrap().success());
    weir
}

/// Runs weir with `input` on its standard input.
fn piped(weir: &Weir, arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = weir.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let ran = Ran::from(child.wait_with_output().unwrap());
    // It may have ended before it read everything.
    let _ = writer.join().unwrap();
    ran
}

fn text(first: i64, count: i64) -> String {
    (first..first + count).map(|number| format!("1504870000 host-{number}.example {number}\n")).collect()
}

/// Numbers of the rows in the table.
fn numbers(weir: &Weir) -> Vec<i64> {
    let mut numbers: Vec<_> = lines(&weir.path("out")).into_iter().map(|line| line.2).collect();
    numbers.sort_unstable();
    numbers
}

/// Files in which streams are kept.
fn kept(weir: &Weir) -> Vec<PathBuf> {
    fs::read_dir(weir.path("out/.weir/streams/lines")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn kept_bytes(weir: &Weir) -> u64 {
    let Ok(entries) = fs::read_dir(weir.path("out/.weir/streams/lines")) else { return 0 };
    entries.filter_map(|entry| entry.ok()?.metadata().ok()).map(|metadata| metadata.len()).sum()
}

/// Opens the FIFO, which waits for its reader.
fn writer(weir: &Weir) -> File {
    OpenOptions::new().write(true).open(weir.path("a.fifo")).unwrap()
}

#[test]
fn standard_input_becomes_rows_and_ends_the_run() {
    for arguments in [["run", "weir.toml"].as_slice(), &["run", "weir.toml", "--once"]] {
        let weir = config("-");
        let ran = piped(&weir, arguments, text(0, 50_000).as_bytes());
        assert_eq!(ran.code(), 0, "{ran:?}");
        assert!(numbers(&weir).into_iter().eq(0..50_000));
        assert_eq!(kept(&weir), Vec::<PathBuf>::new());
        assert!(ran.stdout.contains("input       1 file, "), "{}", ran.stdout);
    }
}

#[test]
fn the_same_stream_twice_is_ingested_once_and_no_stream_is_nothing() {
    let weir = config("-");
    for repeated in ["", ", 1 ingested before"] {
        let ran = piped(&weir, &["run", "weir.toml", "--once"], text(0, 10).as_bytes());
        assert_eq!(ran.code(), 0, "{ran:?}");
        assert!(ran.stdout.contains(&format!("input       1 file, 280 B{repeated}\n")), "{}", ran.stdout);
    }
    let ran = piped(&weir, &["run", "weir.toml"], b"");
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(numbers(&weir).into_iter().eq(0..10));
}

#[test]
fn a_compressed_capture_on_standard_input_is_read_as_from_a_file() {
    let weir = Weir::config(&fs::read_to_string(config("-").path("weir.toml")).unwrap().replace("\"lines\"", "\"packets_probe\""));
    let ran = piped(&weir, &["run", "weir.toml", "--json"], &fs::read(fixture("dns.pcap.gz")).unwrap());
    assert_eq!(ran.code(), 0, "{ran:?}");
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let packets = capture(File::open(fixture("dns.pcap")).unwrap()).packets.len();
    assert_eq!(summary["pipelines"][0]["counts"]["rows"], packets);
}

#[test]
fn what_a_stream_holds_that_is_no_row_is_in_the_quarantine() {
    let weir = config("-");
    let ran = piped(&weir, &["run", "weir.toml", "--once"], b"1504870000 a.example 1\nno row\n");
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert_eq!(numbers(&weir), [1]);
    let listed = weir.run(&["quarantine", "list", "out"]).stdout;
    assert!(listed.contains(" at byte 23 of ") && listed.contains("/out/.weir/streams/lines/stdin."), "{listed}");
}

#[test]
fn a_fifo_gives_an_input_for_each_writer_until_weir_is_asked_to_end() {
    let weir = fifo();
    let running = weir.start();
    for round in 0..5 {
        let mut writer = writer(&weir);
        writer.write_all(text(round * 1000, 500).as_bytes()).unwrap();
        writer.write_all(text(round * 1000 + 500, 500).as_bytes()).unwrap();
        drop(writer);
        wait_for("the rows of a writer", || numbers(&weir).len() as i64 == (round + 1) * 1000);
    }
    assert!(numbers(&weir).into_iter().eq(0..5000));
    assert_eq!(running.terminate().code(), Some(0));
    assert_eq!(kept(&weir), Vec::<PathBuf>::new());
}

#[test]
fn writers_that_follow_at_once_lose_nothing() {
    let weir = fifo();
    let running = weir.start();
    for number in 0..200 {
        writer(&weir).write_all(text(number, 1).as_bytes()).unwrap();
    }
    wait_for("the last row", || numbers(&weir).len() == 200);
    assert!(numbers(&weir).into_iter().eq(0..200));
    assert_eq!(running.terminate().code(), Some(0));
}

#[test]
fn once_takes_one_stream_of_a_fifo() {
    let weir = fifo();
    let child = weir.command(&["run", "weir.toml", "--once"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    writer(&weir).write_all(text(0, 100).as_bytes()).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(numbers(&weir).into_iter().eq(0..100));
}

#[test]
fn asked_to_end_in_the_middle_of_a_stream_what_was_read_becomes_rows() {
    let weir = fifo();
    let running = weir.start();
    let mut writer = writer(&weir);
    let half = text(0, 1000);
    writer.write_all(half.as_bytes()).unwrap();
    wait_for("what was written", || kept_bytes(&weir) == half.len() as u64);
    assert_eq!(running.terminate().code(), Some(0));
    assert!(numbers(&weir).into_iter().eq(0..1000));
    assert!(weir.log().contains("ended before its writer closed it: what was read is one input"), "{}", weir.log());
}

#[test]
fn killed_while_it_reads_the_next_start_takes_what_was_read() {
    let weir = fifo();
    let running = weir.start();
    let mut first = writer(&weir);
    let half = text(0, 1000);
    first.write_all(half.as_bytes()).unwrap();
    wait_for("what was written", || kept_bytes(&weir) == half.len() as u64);
    running.kill();
    drop(first);
    let running = weir.start();
    writer(&weir).write_all(text(1000, 1000).as_bytes()).unwrap();
    wait_for("both halves", || numbers(&weir).len() == 2000);
    assert!(numbers(&weir).into_iter().eq(0..2000));
    assert_eq!(running.terminate().code(), Some(0));
    assert_eq!(kept(&weir), Vec::<PathBuf>::new());
}

#[test]
fn killed_at_a_step_of_the_commit_the_next_start_has_each_row_once() {
    for point in ["files-written", "record-created"] {
        let mut weir = config("-");
        weir.set("WEIR_CRASH_AT", &format!("{point}:1"));
        assert_eq!(piped(&weir, &["run", "weir.toml"], text(0, 1000).as_bytes()).status.signal(), Some(9));
        weir.set("WEIR_CRASH_AT", "");
        let ran = piped(&weir, &["run", "weir.toml"], text(1000, 1000).as_bytes());
        assert_eq!(ran.code(), 0, "{ran:?}");
        assert!(numbers(&weir).into_iter().eq(0..2000), "{point}");
        assert_eq!(kept(&weir), Vec::<PathBuf>::new());
    }
}

#[test]
fn what_is_no_stream_is_found_before_a_run() {
    let check = |weir: &Weir| {
        let ran = weir.run(&["check", "weir.toml"]);
        assert_eq!(ran.code(), 78, "{ran:?}");
        ran.stderr.lines().next().unwrap().to_owned()
    };
    assert_eq!(check(&config("a.fifo")), "weir.toml:2:26: there is no a.fifo: make a FIFO with `mkfifo a.fifo`");
    let weir = config("sub/a.log");
    fs::create_dir(weir.path("sub")).unwrap();
    fs::write(weir.path("sub/a.log"), "x").unwrap();
    let hint = "take a file with source.directory = { path = \"sub\", include = \"a.log\" }";
    assert_eq!(check(&weir), format!("weir.toml:2:26: sub/a.log is no FIFO: {hint}"));
    let weir = fifo();
    let text = fs::read_to_string(weir.path("weir.toml")).unwrap();
    fs::write(weir.path("weir.toml"), text.replace("source.stream", "source.directory")).unwrap();
    assert_eq!(check(&weir), "weir.toml:2:29: a.fifo is not a directory: read a FIFO with source.stream = { path = \"a.fifo\" }");
}

#[test]
fn a_fifo_in_a_directory_is_named_with_what_reads_it() {
    let weir = Weir::pipeline("lines", "");
    assert!(Command::new("mkfifo").arg(weir.path("in/a.log")).status().unwrap().success());
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ran.stderr.contains("a FIFO, which `source.stream` reads: not taken"), "{}", ran.stderr);
}
