//! State over captures: each begins with what the one before it left, whatever comes between.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_cast::cast;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use weir::capture::Reader;
use weir::sink::table::{FAULT_POINTS, TURN_FAULT_POINTS};

use super::packets::{Row, large, rows};
use super::program::{Weir, wait_for};
use super::table::{batches, files, records, temporary};
use crate::capture::read::fixture;

fn configuration(module: &str, order: &str, options: &str) -> String {
    format!(
        "[pipelines.lines]\nsource.directory = {{ path = \"in\", settle = \"0s\", order = \"{order}\" }}\nparser = \"{module}\"\nsink.table = {{ path = \"out\", file-size = \"64KiB\", row-group = \"16KiB\" }}\ncarry-state = true\noptions = {{ {options} }}\n"
    )
}

fn weir(options: &str) -> Weir {
    let weir = Weir::config(&configuration("packets_probe", "name", options));
    fs::create_dir(weir.path("in")).unwrap();
    weir
}

/// What each packet's session and its forerunners had seen before it, sorted: 0, 1, 2 … when state was carried on without a gap or a double.
fn seen(weir: &Weir) -> Vec<u64> {
    let mut seen: Vec<_> = rows(weir).into_iter().map(|row: Row| row.1).collect();
    seen.sort_unstable();
    seen
}

fn assert_once(weir: &Weir, count: u64, after: &str) {
    let seen = seen(weir);
    assert!(seen.iter().copied().eq(0..count), "after {after}: {} packets, the last {:?}", seen.len(), seen.last());
}

fn killed(weir: &mut Weir, point: &str, time: u32) -> bool {
    weir.set("WEIR_CRASH_AT", &format!("{point}:{time}"));
    let ran = weir.once();
    weir.set("WEIR_CRASH_AT", "");
    ran.status.signal() == Some(9)
}

/// Captures a, b and c: no two have the same content.
fn three(weir: &Weir) {
    for (name, count) in [("a", 9000), ("b", 5000), ("c", 4000)] {
        weir.input(&format!("{name}.pcap"), &large(count));
    }
}

#[test]
fn a_capture_begins_with_what_the_one_before_it_left() {
    let weir = weir("");
    three(&weir);
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_once(&weir, 18_000, "one run");
    let last = rows(&weir).into_iter().max_by_key(|row| row.1).unwrap();
    assert_eq!((last.0, last.1), (3999, 17_999), "c was not the last");
}

#[test]
fn a_later_run_goes_on_where_the_one_before_it_ended() {
    let weir = weir("");
    for (name, count, total) in [("a", 9000, 9000), ("b", 5000, 14_000), ("c", 4000, 18_000)] {
        weir.input(&format!("{name}.pcap"), &large(count));
        assert_eq!(weir.once().code(), 0);
        assert_once(&weir, total, name);
    }
}

#[test]
fn killed_at_any_step_no_state_is_lost_or_used_twice() {
    let points = || FAULT_POINTS.into_iter().chain(TURN_FAULT_POINTS);
    std::thread::scope(|scope| {
        for time in [1, 2, 3, 5] {
            scope.spawn(move || {
                for point in points().filter(|point| !point.starts_with("recover") && *point != "loser-removed") {
                    let mut weir = weir("");
                    three(&weir);
                    let has_died = killed(&mut weir, point, time);
                    assert!(has_died || time > 3, "{point}:{time} was never reached");
                    assert_eq!(weir.once().code(), 0, "{point}:{time}");
                    assert_once(&weir, 18_000, &format!("{point}:{time}"));
                    assert_eq!(temporary(&weir.path("out")), Vec::<std::path::PathBuf>::new(), "{point}:{time}");
                }
            });
        }
    });
}

#[test]
fn killed_at_step_after_step_no_state_is_lost_or_used_twice() {
    let mut weir = weir("");
    three(&weir);
    for _ in 0..2 {
        for point in FAULT_POINTS.into_iter().chain(TURN_FAULT_POINTS) {
            killed(&mut weir, point, 1);
        }
    }
    assert_eq!(weir.once().code(), 0);
    assert_once(&weir, 18_000, "a crash at every point in turn");
}

#[test]
fn stopped_in_the_middle_the_next_run_goes_on_with_what_was_left() {
    let weir = weir("");
    weir.input("a.pcap", &large(60_000));
    weir.input("b.pcap", &large(5000));
    let running = weir.start();
    wait_for("a commit", || !records(&weir.path("out")).is_empty());
    assert_eq!(running.terminate().code(), Some(0));
    assert_eq!(weir.once().code(), 0);
    assert_once(&weir, 65_000, "a stop");
}

#[test]
fn a_capture_that_comes_between_two_halves_of_another_has_its_turn_there() {
    let mut weir = weir("");
    weir.input("b.pcap", &large(20_000));
    assert!(killed(&mut weir, "record-created", 2));
    weir.input("a.pcap", &large(5000));
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ran.stderr.contains("comes late"), "{}", ran.stderr);
    weir.input("c.pcap", &large(3000));
    assert_eq!(weir.once().code(), 0);
    assert_once(&weir, 28_000, "a capture in between");
}

#[test]
fn a_late_capture_is_told_and_begins_with_what_was_left_by_then() {
    let weir = weir("");
    weir.input("b.pcap", &large(5000));
    assert_eq!(weir.once().code(), 0);
    weir.input("a.pcap", &large(4000));
    let ran = weir.once();
    assert!(ran.stderr.contains("comes late"), "{}", ran.stderr);
    weir.input("c.pcap", &large(3000));
    let ran = weir.once();
    assert!(!ran.stderr.contains("comes late"), "{}", ran.stderr);
    assert_once(&weir, 12_000, "a late capture");
}

#[test]
fn captures_have_their_turn_by_age_unless_by_name() {
    let weir = Weir::config(&configuration("packets_probe", "modified", ""));
    fs::create_dir(weir.path("in")).unwrap();
    for (name, count, age) in [("a", 9000, 10), ("b", 5000, 30), ("c", 4000, 20)] {
        weir.input(&format!("{name}.pcap"), &large(count));
        let file = fs::File::options().write(true).open(weir.path(&format!("in/{name}.pcap"))).unwrap();
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(age)).unwrap();
    }
    assert_eq!(weir.once().code(), 0);
    let ends: Vec<_> = rows(&weir).into_iter().filter(|row| [3999, 4999, 8999].contains(&row.0)).map(|row| (row.0, row.1)).collect();
    assert!([(4999, 4999), (3999, 8999), (8999, 17_999)].iter().all(|end| ends.contains(end)), "{ends:?}");
}

#[test]
fn whose_turn_it_was_is_found_again_by_the_records() {
    let weir = weir("");
    three(&weir);
    assert_eq!(weir.once().code(), 0);
    fs::remove_dir_all(weir.path("out/.weir/turns")).unwrap();
    weir.input("d.pcap", &large(3000));
    let ran = weir.once();
    assert!(ran.stderr.contains("was found by reading all records"), "{}", ran.stderr);
    assert_once(&weir, 21_000, "a loss of the turns");
}

#[test]
fn only_the_last_turn_has_a_file() {
    let weir = weir("");
    three(&weir);
    assert_eq!(weir.once().code(), 0);
    let turns: Vec<_> = fs::read_dir(weir.path("out/.weir/turns/lines")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(turns, ["2.json"]);
}

#[test]
fn a_turn_that_cannot_be_read_is_an_error_that_says_what_to_do() {
    let weir = weir("");
    three(&weir);
    assert_eq!(weir.once().code(), 0);
    fs::write(weir.path("out/.weir/turns/lines/2.json"), "{}").unwrap();
    weir.input("d.pcap", &large(3000));
    let ran = weir.once();
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stderr.contains(".weir/turns/lines/2.json is damaged") && ran.stderr.contains("remove it"), "{}", ran.stderr);
    fs::remove_file(weir.path("out/.weir/turns/lines/2.json")).unwrap();
    assert_eq!(weir.once().code(), 0);
    assert_once(&weir, 21_000, "a damaged turn");
}

#[test]
fn a_module_that_cannot_read_the_state_of_an_earlier_capture_begins_without_it_and_says_so() {
    let weir = weir("");
    weir.input("a.pcap", &large(5000));
    assert_eq!(weir.once().code(), 0);
    fs::write(weir.path("weir.toml"), configuration("packets_probe", "name", "state-version = 2")).unwrap();
    weir.input("b.pcap", &large(4000));
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ran.stderr.contains("begins without the state that earlier files left"), "{}", ran.stderr);
    weir.input("c.pcap", &large(3000));
    assert_eq!(weir.once().code(), 0);
    let expected: Vec<_> = (0..5000).chain(0..7000).collect();
    let mut found = seen(&weir);
    found.sort_unstable();
    assert!(found.len() == expected.len() && found.last() == Some(&6999), "{} {:?}", found.len(), found.last());
}

#[test]
fn a_module_that_cannot_read_its_forerunners_state_in_the_middle_of_a_capture_is_not_let_near_the_rest() {
    let mut weir = weir("");
    weir.input("a.pcap", &large(20_000));
    assert!(killed(&mut weir, "record-created", 2));
    for carry in [true, false] {
        let text = configuration("packets_probe", "name", "state-version = 2");
        fs::write(weir.path("weir.toml"), if carry { text } else { text.replace("carry-state = true\n", "") }).unwrap();
        let ran = weir.once();
        assert_eq!(ran.code(), 1, "{ran:?}");
        assert!(
            ran.stderr.contains("the module cannot read the state (version 1) in which packets-probe 0.1.0 left this file"),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains("run that module until the file is done"), "{}", ran.stderr);
    }
    fs::write(weir.path("weir.toml"), configuration("packets_probe", "name", "")).unwrap();
    assert_eq!(weir.once().code(), 0);
    assert_once(&weir, 20_000, "the old module");
}

#[test]
fn a_capture_that_a_module_fails_on_hands_on_what_was_known_before_the_failure() {
    let weir = weir("trap-at = 9000");
    weir.input("a.pcap", &large(3000));
    weir.input("b.pcap", &large(20_000));
    weir.input("c.pcap", &large(4000));
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    let found = seen(&weir);
    assert!(found.len() > 3000 + 4000 + 8000, "{}", found.len());
    assert_once(&weir, found.len() as u64, "a trap");
    let listed: serde_json::Value = serde_json::from_str(&weir.run(&["quarantine", "list", "out", "--json"]).stdout).unwrap();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(listed[0]["reason"], "module-fault");
}

#[test]
fn a_module_that_leaks_hands_its_state_on_all_the_same() {
    let weir = weir("leak = 3000000, hold = 5000");
    weir.input("a.pcap", &large(30_000));
    weir.input("b.pcap", &large(20_000));
    assert_eq!(weir.once().code(), 0);
    assert_once(&weir, 50_000, "leaks");
}

#[test]
fn what_does_not_go_with_carried_state_is_a_mistake_in_the_configuration() {
    let weir = weir("");
    let text = configuration("packets_probe", "name", "");
    fs::write(weir.path("weir.toml"), format!("{text}workers = 4\n")).unwrap();
    let ran = weir.run(&["check", "weir.toml"]);
    assert_eq!(ran.code(), 78);
    assert!(ran.stderr.contains("with `carry-state` one capture comes after the other"), "{}", ran.stderr);
    fs::write(weir.path("weir.toml"), configuration("lines", "name", "")).unwrap();
    let ran = weir.run(&["check", "weir.toml"]);
    assert_eq!(ran.code(), 78);
    assert!(ran.stderr.contains("`carry-state` is for modules that read packets"), "{}", ran.stderr);
    fs::write(weir.path("weir.toml"), configuration("packets_probe", "nmae", "")).unwrap();
    let ran = weir.run(&["check", "weir.toml"]);
    assert!(ran.stderr.contains("`order` must be \"modified\" or \"name\", found `nmae`; did you mean `name`?"), "{}", ran.stderr);
}

/// The capture in pieces of so many packets, each a capture.
fn pieces(capture: &[u8], packets: u64) -> Vec<Vec<u8>> {
    let mut reader = Reader::new(capture);
    let mut pieces = Vec::new();
    while reader.skip(1).unwrap() > 0 {
        let start = reader.extent().0 as usize;
        reader.skip(packets - 1).unwrap();
        pieces.push([&capture[..24], &capture[start..reader.extent().1 as usize]].concat());
    }
    pieces
}

fn text(column: &ArrayRef, row: usize) -> String {
    let numbers = if column.data_type().is_temporal() { cast(column, &DataType::Int64).unwrap() } else { Arc::clone(column) };
    ArrayFormatter::try_new(&numbers, &FormatOptions::default()).unwrap().value(row).to_string()
}

/// Rows as text, sorted, without columns whose values depend on how the capture was cut.
fn shown(table: &Path) -> Vec<String> {
    let row = |batch: &RecordBatch, row: usize| -> String {
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns()).filter(|(field, _)| !field.name().contains("frame_number"));
        columns.map(|(field, column)| format!("{}={} ", field.name(), text(column, row))).collect()
    };
    let batches = files(table).into_iter().flat_map(|file| batches(&file));
    let mut rows: Vec<_> = batches.flat_map(|batch| (0..batch.num_rows()).map(|at| row(&batch, at)).collect::<Vec<_>>()).collect();
    rows.sort();
    rows
}

/// What a module makes of captures, each in a run of its own; and the exit code of the last run.
fn made(module: &str, options: &str, carry: bool, captures: &[Vec<u8>]) -> (Vec<String>, i32) {
    let text = configuration(module, "name", options);
    let weir = Weir::config(&if carry { text } else { text.replace("carry-state = true\n", "") });
    fs::create_dir(weir.path("in")).unwrap();
    let mut code = 0;
    for (number, capture) in captures.iter().enumerate() {
        weir.input(&format!("{number:04}.pcap"), capture);
        code = weir.once().code();
    }
    (shown(&weir.path("out")), code)
}

#[test]
fn exchanges_of_dns_are_whole_wherever_the_capture_is_cut() {
    let options = "schema = \"full\", pair = true, across-captures = true";
    for name in ["dns/dnscap-edns.pcap", "dns/zeek-ipv6-fragmented-dns.pcap", "dns/dnscap-dnso1tcp-midmiss.pcap"] {
        let capture = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)).unwrap();
        let (whole, _) = made("dns", options, true, std::slice::from_ref(&capture));
        assert!(!whole.is_empty(), "{name}");
        for packets in [1, 2, 3] {
            assert_eq!(made("dns", options, true, &pieces(&capture, packets)).0, whole, "{name} in pieces of {packets}");
        }
    }
}

#[test]
fn data_of_netflow_find_the_templates_of_an_earlier_capture() {
    let capture = fs::read(fixture("../netflow/vendor-v9-cisco-asa.pcap")).unwrap();
    let (whole, code) = made("netflow", "schema = \"full\"", true, std::slice::from_ref(&capture));
    assert_eq!(code, 0);
    let cut = pieces(&capture, 1);
    assert!(cut.len() > 2);
    let (carried, code) = made("netflow", "schema = \"full\"", true, &cut);
    assert_eq!((carried, code), (whole.clone(), 0));
    let (alone, _) = made("netflow", "schema = \"full\"", false, &cut);
    assert!(alone.len() < whole.len(), "this capture does not need its templates");
}
