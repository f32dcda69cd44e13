//! `weir quarantine replay` and `purge`: what a module could not read becomes rows once another one can, exactly once.

use std::fs;
use std::os::unix::process::ExitStatusExt;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use serde_json::Value;
use weir::model::Digest;
use weir::sink::table::FAULT_POINTS;

use super::program::{Ran, Weir};
use super::table::{batches, files, quarantined, temporary};

const ROWS: i64 = 6_000;

fn text(file: &str) -> String {
    (0..ROWS)
        .map(|number| format!("{} {file} {}\n", 1_504_870_624 + number % 3 * 3600, number.wrapping_mul(0x1e37_79b9_7f4a_7c15)))
        .collect()
}

/// Two files, all of which is in the quarantine since the module failed; it does not any more.
fn with_quarantine() -> Weir {
    let weir = Weir::pipeline("hostile", "[modules.hostile]\nlimits = { output = \"4KiB\" }");
    weir.input("a.log", text("a").as_bytes());
    weir.input("b.log", text("b").as_bytes());
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert_eq!(list(&weir).len(), 2);
    let config = fs::read_to_string(weir.path("weir.toml")).unwrap();
    fs::write(weir.path("weir.toml"), config.replace("4KiB", "8MiB")).unwrap();
    weir
}

fn list(weir: &Weir) -> Vec<Value> {
    let ran = weir.run(&["quarantine", "list", "out", "--json"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

fn entry(value: &Value) -> &str {
    value["entry"].as_str().unwrap()
}

fn replay(weir: &Weir, more: &[&str]) -> Ran {
    weir.run(&[&["quarantine", "replay", "weir.toml", "lines"], more].concat())
}

/// Line and number of each row, sorted.
fn rows(weir: &Weir) -> Vec<(String, i64)> {
    let of = |batch: arrow_array::RecordBatch| {
        let (lines, numbers) = (batch.column(0).as_string::<i32>().clone(), batch.column(1).as_primitive::<Int64Type>().clone());
        (0..batch.num_rows()).map(move |row| (lines.value(row).to_owned(), numbers.value(row))).collect::<Vec<_>>()
    };
    let mut rows: Vec<_> = files(&weir.path("out")).iter().flat_map(|file| batches(file)).flat_map(of).collect();
    rows.sort();
    rows
}

fn expected(files: &[&str]) -> Vec<(String, i64)> {
    let lines = |file: &&str| text(file).lines().map(str::to_owned).zip(1..).collect::<Vec<_>>();
    let mut rows: Vec<_> = files.iter().flat_map(lines).collect();
    rows.sort();
    rows
}

#[test]
fn what_a_failed_module_left_becomes_rows_and_leaves_the_quarantine() {
    let weir = with_quarantine();
    let ran = replay(&weir, &[]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ran.stdout.ends_with("12,000 rows of 2 entries written, 0 left\n"), "{}", ran.stdout);
    assert!(rows(&weir) == expected(&["a", "b"]));
    assert_eq!(list(&weir), Vec::<Value>::new());
    assert_eq!(quarantined(&weir.path("out")), Vec::<std::path::PathBuf>::new());
    let again = replay(&weir, &[]);
    assert_eq!((again.code(), again.stdout.as_str()), (0, "0 rows of 0 entries written, 0 left\n"));
}

#[test]
fn one_entry_is_replayed_through_a_new_module_and_its_rows_name_both() {
    let weir = with_quarantine();
    let mut new = fs::read(weir.module("hostile")).unwrap();
    // A custom section of one letter: the same module, and another file.
    new.extend([0, 2, 1, b'x']);
    fs::write(weir.path("new.wasm"), &new).unwrap();
    let listed = list(&weir);
    let b = listed.iter().find(|value| value["source"]["name"].as_str().unwrap().ends_with("b.log")).unwrap();
    let ran = replay(&weir, &[entry(b), "--module", "./new.wasm", "--json"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(serde_json::from_str::<Value>(&ran.stdout).unwrap(), serde_json::json!({ "entry": entry(b), "rows": ROWS, "entries": 0 }));
    assert!(rows(&weir) == expected(&["b"]));
    assert_eq!(
        list(&weir).iter().map(entry).collect::<Vec<_>>(),
        listed.iter().map(entry).filter(|name| *name != entry(b)).collect::<Vec<_>>()
    );
    let lineage = weir.run(&["lineage", files(&weir.path("out"))[0].to_str().unwrap()]).stdout;
    assert!(lineage.contains(&format!("b.log (quarantine {})", entry(b))) && lineage.contains(&Digest::of(&new).to_string()), "{lineage}");
}

#[test]
fn what_is_rejected_again_is_an_entry_of_its_own_and_what_gives_no_rows_stays() {
    let weir = Weir::pipeline("hostile", "[modules.hostile]\nlimits = { output = \"4KiB\" }");
    let good = format!("1504870624 {}", "good".repeat(2_000));
    weir.input("a.log", &[good.as_bytes(), b"\n\xff\xff\n"].concat());
    weir.input("b.log", b"\xff\n");
    assert_eq!(weir.once().code(), 2);
    let config = fs::read_to_string(weir.path("weir.toml")).unwrap();
    fs::write(weir.path("weir.toml"), config.replace("4KiB", "8MiB")).unwrap();
    let ran = replay(&weir, &[]);
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert!(ran.stdout.contains("  1 row, 1 entry of the rest\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("  left: nothing of it became rows\n"), "{}", ran.stdout);
    assert_eq!(rows(&weir), [(good, 1)]);
    let mut left: Vec<_> =
        list(&weir).iter().map(|value| (value["reason"].as_str().unwrap().to_owned(), value["length"].as_u64())).collect();
    left.sort();
    assert_eq!(left, [("malformed".to_owned(), Some(2)), ("malformed".to_owned(), Some(3))]);
    let again = replay(&weir, &[]);
    assert!(again.stdout.ends_with("0 rows of 0 entries written, 2 left\n"), "{}", again.stdout);
    assert_eq!(rows(&weir).len(), 1);
}

#[test]
fn killed_at_any_step_of_a_replay_every_row_is_there_once() {
    std::thread::scope(|scope| {
        for time in [1, 3] {
            scope.spawn(move || {
                for point in FAULT_POINTS.into_iter().chain(["entry-replayed"]) {
                    let mut weir = with_quarantine();
                    weir.set("WEIR_CRASH_AT", &format!("{point}:{time}"));
                    let ran = replay(&weir, &[]);
                    assert!(ran.status.signal() == Some(9) || ran.code() == 0, "{point}: {ran:?}");
                    weir.set("WEIR_CRASH_AT", "");
                    let ran = replay(&weir, &[]);
                    assert_eq!(ran.code(), 0, "after {point}:{time}: {ran:?}");
                    assert!(rows(&weir) == expected(&["a", "b"]), "after {point}:{time}: rows are lost or doubled");
                    assert_eq!(list(&weir), Vec::<Value>::new(), "after {point}:{time}");
                    assert_eq!(temporary(&weir.path("out")), Vec::<std::path::PathBuf>::new(), "after {point}:{time}");
                }
            });
        }
    });
}

#[test]
fn a_quarantine_is_replayed_while_its_pipeline_runs() {
    let weir = with_quarantine();
    let running = weir.start();
    super::program::wait_for("the start", || weir.log().contains("ready"));
    assert_eq!(replay(&weir, &[]).code(), 0);
    assert!(rows(&weir) == expected(&["a", "b"]));
    assert!(running.terminate().success());
}

#[test]
fn purged_entries_are_gone_and_their_bytes_with_the_last_of_them() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", b"1504870624 a.example 1\nx\n1504870624 a.example 2\ny\n");
    assert_eq!(weir.once().code(), 2);
    let listed = list(&weir);
    assert_eq!(weir.run(&["quarantine", "purge", "out", entry(&listed[0])]).stdout, "1 entry purged\n");
    assert_eq!(list(&weir), listed[1..]);
    assert_eq!(weir.run(&["quarantine", "show", "out", entry(&listed[1])]).stdout, "y\n");
    assert_eq!(weir.run(&["quarantine", "show", "out", entry(&listed[0])]).code(), 1);
    assert_eq!(weir.run(&["quarantine", "purge", "out"]).code(), 64);
    assert_eq!(weir.run(&["quarantine", "purge", "out", "--reason", "truncated"]).stdout, "0 entries purged\n");
    assert_eq!(weir.run(&["quarantine", "purge", "out", "--all"]).stdout, "1 entry purged\n");
    assert_eq!(quarantined(&weir.path("out")), Vec::<std::path::PathBuf>::new());
    assert_eq!(weir.run(&["quarantine", "list", "out"]).stdout, "nothing in the quarantine of out\n");
}

#[test]
fn a_quarantine_is_listed_and_counted_by_reason_module_and_source() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", b"x\ny\n");
    weir.input("b.log", b"zz\n");
    assert_eq!(weir.once().code(), 2);
    let say = |more: &[&str]| weir.run(&[&["quarantine", "list", "out"], more].concat()).stdout;
    assert_eq!(say(&["--count-by", "reason"]), "malformed  3 entries, 7 B\n");
    assert!(say(&["--count-by", "module"]).starts_with("lines 0.1.0 sha256:"));
    let by_source = say(&["--count-by", "source"]);
    assert!(by_source.lines().next().unwrap().ends_with("a.log  2 entries, 4 B"), "{by_source}");
    assert_eq!(say(&["--source", "b.log", "--by", "lines", "--count-by", "reason", "--json"]).matches("\"entries\": 1").count(), 1);
    assert_eq!(say(&["--reason", "broken"]), "nothing such in the quarantine of out\n");
}
