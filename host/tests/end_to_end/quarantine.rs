//! What could not be parsed: told, kept once, shown again.

use std::fs;

use super::program::Weir;
use super::table::{lines, quarantined, records};

#[test]
fn bytes_that_are_rejected_many_times_are_kept_once() {
    let weir = Weir::pipeline("hostile", "[modules.hostile]\nlimits = { rejects = 20000 }");
    weir.input("a.log", b"!rejects\n1504870624 one\n");
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    let kept: Vec<_> = quarantined(&weir.path("out")).iter().map(|file| fs::metadata(file).unwrap().len()).collect();
    assert_eq!(kept, [1]);
    let list: serde_json::Value = serde_json::from_str(&weir.run(&["quarantine", "list", "out", "--json"]).stdout).unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(20_000));
    let last = list[19_999]["entry"].as_str().unwrap();
    assert_eq!(weir.run(&["quarantine", "show", "out", last]).stdout, "!");
    assert!(
        ran.stderr.contains("to quarantine in all: `weir quarantine list` shows each") && ran.stderr.contains("stretches=20000"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_file_of_many_bad_lines_is_told_in_a_few_and_kept_in_one_piece() {
    let weir = Weir::pipeline("lines", "");
    let bad: String = (0..5000).map(|number| format!("nonsense {number}\n")).collect();
    weir.input("a.log", format!("1504870624 a.example 1\n{bad}1504870625 b.example 2\n").as_bytes());
    let ran = weir.once();
    assert_eq!(ran.code(), 2);
    assert_eq!(lines(&weir.path("out")).len(), 2);
    assert_eq!(ran.stderr.matches("to quarantine").count(), 6, "{}", ran.stderr);
    assert!(ran.stderr.contains("stretches=5000"), "{}", ran.stderr);
    assert!(ran.stdout.contains("quarantined 5,000 stretches of input\n"), "{}", ran.stdout);
    let kept: Vec<_> = quarantined(&weir.path("out")).iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    assert_eq!(kept, [bad]);
    let list: serde_json::Value = serde_json::from_str(&weir.run(&["quarantine", "list", "out", "--json"]).stdout).unwrap();
    let entry = list[4711]["entry"].as_str().unwrap();
    assert_eq!(weir.run(&["quarantine", "show", "out", entry]).stdout, "nonsense 4711\n");
}

#[test]
fn a_module_that_traps_when_its_state_is_asked_for_costs_the_rest_of_the_file() {
    let weir = Weir::pipeline("hostile", "options = { misbehave = \"save:trap\" }");
    let text: String = (0..200_000).map(|number| format!("1504870624 line {number:06}\n")).collect();
    weir.input("a.log", text.as_bytes());
    assert_eq!(weir.once().code(), 2);
    let list: serde_json::Value = serde_json::from_str(&weir.run(&["quarantine", "list", "out", "--json"]).stdout).unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list[0]["reason"], "module-fault");
    assert!(list[0]["detail"].as_str().unwrap().starts_with("the module trapped in `save`"), "{list}");
    assert_eq!(list[0]["at"].as_u64().unwrap() + list[0]["length"].as_u64().unwrap(), text.len() as u64);
    weir.input("b.log", b"1504870624 one\n");
    assert_eq!(weir.once().code(), 0);
}

#[test]
fn entries_are_listed_as_they_are_read() {
    let weir = Weir::pipeline("lines", "");
    for name in ["a.log", "b.log"] {
        weir.input(name, format!("nonsense of {name}\n").as_bytes());
    }
    assert_eq!(weir.once().code(), 2);
    fs::write(records(&weir.path("out")).last().unwrap(), "{").unwrap();
    let ran = weir.run(&["quarantine", "list", "out", "--json"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stdout.starts_with("[\n  {\n") && ran.stdout.matches("\"entry\"").count() == 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("is damaged"), "{}", ran.stderr);
}
