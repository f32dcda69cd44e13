//! A module that misbehaves costs its own instance: the host lives, the input is in the quarantine with the reason, the next file is served.

use std::fs;

use arrow_array::cast::AsArray;

use super::program::{Ran, Weir};
use super::table::{batches, files};

const GOOD: &[u8] = b"1504870624 one\n1504870625 two\n";

/// Every way to misbehave of the hostile module that is its own fault, and what the quarantine says of it.
const WAYS: [(&str, &str); 27] = [
    ("trap", "trapped"),
    ("loop", "took longer than"),
    ("recursion", "trapped"),
    ("bomb", "needed more memory than"),
    ("bad-utf8", "UTF-8"),
    ("cut-char", "UTF-8"),
    ("offsets", "offset"),
    ("offsets-begin", "offset"),
    ("offsets-end", "offset"),
    ("offsets-short", "offset"),
    ("length", "breaks the contract"),
    ("bitmap", "breaks the contract"),
    ("nulls", "breaks the contract"),
    ("schema", "breaks the contract"),
    ("kind", "breaks the contract"),
    ("lists", "breaks the contract"),
    ("key", "breaks the contract"),
    ("amplify", ""),
    ("rows", ""),
    ("output", "gave back more than"),
    ("rejects", "rejects"),
    ("reject-outside", "breaks the contract"),
    ("reject-empty", "breaks the contract"),
    ("reject-huge", "breaks the contract"),
    ("done", "breaks the contract"),
    ("broken-beyond", "breaks the contract"),
    ("rejects", "more than 10000"),
];

fn weir(limits: &str) -> Weir {
    Weir::pipeline("hostile", &format!("[modules.hostile]\nlimits = {{ {limits} }}"))
}

/// The texts of all rows, sorted.
fn texts(weir: &Weir) -> Vec<String> {
    let batches = files(&weir.path("out")).into_iter().flat_map(|file| batches(&file));
    let mut texts: Vec<_> = batches
        .flat_map(|batch| batch.column(0).as_string::<i32>().iter().map(|text| text.unwrap().to_owned()).collect::<Vec<_>>())
        .collect();
    texts.sort();
    texts
}

/// What the quarantine holds, as JSON.
fn quarantine(weir: &Weir) -> serde_json::Value {
    let listed = weir.run(&["quarantine", "list", "out", "--json"]);
    assert_eq!(listed.code(), 0, "{listed:?}");
    serde_json::from_str(&listed.stdout).unwrap()
}

#[test]
fn whatever_a_module_does_the_input_is_kept_and_the_next_file_is_served() {
    for (how, reason) in WAYS {
        // Short only where its end is waited for: a busy machine stretches all other calls.
        let call_time = if how == "loop" { "500ms" } else { "10m" };
        let weir = weir(&format!("call-time = \"{call_time}\", memory = \"128MiB\""));
        weir.input("a.log", format!("1504870624 before\n!{how}\n1504870700 after\n").as_bytes());
        let ran = weir.once();
        assert_eq!(ran.code(), 2, "{how}: {ran:?}");
        weir.input("b.log", GOOD);
        assert_eq!(weir.once().code(), 0, "{how}");
        let kept = quarantine(&weir);
        assert_eq!(kept.as_array().map(Vec::len), Some(1), "{how}: {kept}");
        assert_eq!(kept[0]["reason"], "module-fault", "{how}: {kept}");
        assert!(kept[0]["detail"].as_str().unwrap().contains(reason), "{how}: {kept}");
        let (at, length) = (kept[0]["at"].as_u64().unwrap(), kept[0]["length"].as_u64().unwrap());
        assert_eq!(at + length, fs::metadata(weir.path("in/a.log")).unwrap().len(), "{how}: {kept}");
        // What a module had called done before it failed stands.
        let done =
            if at == 0 { &["1504870624 one", "1504870625 two"][..] } else { &["1504870624 before", "1504870624 one", "1504870625 two"] };
        assert_eq!(texts(&weir), done, "{how}");
    }
}

#[test]
fn a_module_that_says_more_for_ever_is_cut_off() {
    for (how, reason) in [("more", "breaks the contract"), ("more-rows", "while `done-to` stood still")] {
        let weir = weir("");
        weir.input("a.log", format!("1504870624 before\n!{how}\n1504870700 after\n").as_bytes());
        assert_eq!(weir.once().code(), 2, "{how}");
        assert!(quarantine(&weir)[0]["detail"].as_str().unwrap().contains(reason), "{how}: {}", quarantine(&weir));
    }
}

#[test]
fn a_done_to_that_falls_leaves_what_was_final_before() {
    let weir = weir("");
    let lines: Vec<String> = (0..40_000).map(|number| format!("1504870624 line {number:06}")).collect();
    weir.input("a.log", (lines.join("\n") + "\n!fall\n").as_bytes());
    assert_eq!(weir.once().code(), 2);
    let kept = quarantine(&weir);
    assert!(kept[0]["detail"].as_str().unwrap().contains("breaks the contract"), "{kept}");
    let (at, length) = (kept[0]["at"].as_u64().unwrap(), kept[0]["length"].as_u64().unwrap());
    assert_eq!(at + length, fs::metadata(weir.path("in/a.log")).unwrap().len());
    assert_eq!(texts(&weir), lines.iter().take(usize::try_from(at / 23).unwrap()).cloned().collect::<Vec<_>>());
}

#[test]
fn an_input_of_another_format_is_in_the_quarantine_as_a_whole() {
    let weir = weir("");
    weir.input("a.log", b"!wrong-format\n");
    assert_eq!(weir.once().code(), 2);
    assert_eq!(quarantine(&weir)[0]["reason"], "wrong-format");
}

#[test]
fn a_module_that_traps_when_it_is_opened_is_found_before_anything_is_read() {
    let weir = Weir::pipeline("hostile", "options = { misbehave = \"open:trap\" }");
    weir.input("a.log", GOOD);
    let ran = weir.once();
    assert_eq!(ran.code(), 78, "{ran:?}");
    assert!(ran.stderr.contains("trapped in `open`"), "{}", ran.stderr);
}

#[test]
fn a_module_that_traps_at_the_end_of_a_file_keeps_what_was_final() {
    let weir = Weir::pipeline("hostile", "options = { misbehave = \"finish:trap\" }");
    weir.input("a.log", b"1504870624 one\n1504870625 tail");
    assert_eq!(weir.once().code(), 2);
    assert_eq!(texts(&weir), ["1504870624 one"]);
    assert_eq!((&quarantine(&weir)[0]["at"], &quarantine(&weir)[0]["length"]), (&15.into(), &15.into()));
}

#[test]
fn a_pipeline_whose_module_fails_again_and_again_stops_and_says_why() {
    let weir = weir("failures = 3");
    for file in 0..9 {
        weir.input(&format!("{file}.log"), format!("!trap\n{file}").as_bytes());
    }
    let ran: Ran = weir.once();
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stderr.contains("3 inputs in a row (limits.failures), the last time: the module trapped"), "{}", ran.stderr);
}

#[test]
fn failures_within_a_time_count_whatever_succeeds_in_between() {
    for (within, code) in [("", 2), ("\nfailures-within = \"1h\"", 1)] {
        let weir = Weir::config(&format!(
            "[modules.hostile.limits]\nfailures = 2{within}\n[pipelines.lines]\nsource.directory = {{ path = \"in\", order = \"name\", settle = \"0s\" }}\nparser = \"hostile\"\nsink.table = {{ path = \"out\" }}\nworkers = 1"
        ));
        fs::create_dir(weir.path("in")).unwrap();
        for file in 0..4 {
            let text = if file % 2 == 0 { "!trap\n" } else { "1504870624 good\n" };
            weir.input(&format!("{file}.log"), format!("{text}1504870624 {file}\n").as_bytes());
        }
        let ran = weir.once();
        assert_eq!(ran.code(), code, "{ran:?}");
        assert!(
            code == 2 || ran.stderr.contains("2 inputs within 1h (limits.failures), the last time: the module trapped"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_pipeline_can_go_on_though_its_module_fails_again_and_again() {
    let weir = Weir::pipeline("hostile", "on-failures = \"quarantine\"\n[modules.hostile.limits]\nfailures = 3");
    for file in 0..9 {
        weir.input(&format!("{file}.log"), format!("!trap\n{file}").as_bytes());
    }
    weir.input("good.log", GOOD);
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert_eq!(quarantine(&weir).as_array().unwrap().len(), 9);
    assert_eq!(texts(&weir).len(), 2);
}

#[test]
fn a_module_that_leaks_is_replaced_and_every_row_is_there_once() {
    let weir = Weir::pipeline("hostile", "options = { leak = 8000000 }");
    let lines: Vec<String> = (0..200_000).map(|number| format!("{} line {number:06}", 1_504_870_624 + number / 1000)).collect();
    weir.input("a.log", (lines.join("\n") + "\n").as_bytes());
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(texts(&weir) == lines, "rows are lost or doubled");
}

#[test]
fn a_flood_of_log_lines_is_cut_and_counted() {
    let weir = weir("");
    weir.input("a.log", b"!flood\n1504870624 one\n");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ran.stderr.lines().count() < 200, "{} lines", ran.stderr.lines().count());
}

#[test]
fn a_module_whose_columns_differ_from_those_at_the_start_writes_no_row() {
    let weir = Weir::pipeline("hostile", "options = { misbehave = \"schema:fickle\" }");
    weir.input("a.log", GOOD);
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert_eq!(texts(&weir), [""; 0]);
    let entry = &quarantine(&weir)[0];
    assert_eq!((&entry["reason"], &entry["length"]), (&"module-fault".into(), &GOOD.len().into()));
    let detail = entry["detail"].as_str().unwrap();
    assert!(detail.contains("it is another one than at the start: it lacks number; has position besides"), "{detail}");
}
