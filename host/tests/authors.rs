//! The loop of a module's author through the real program: new, build, test, run, check, bench.
//!
//! A project whose build copies the example module needs no toolchain. Templates are built where the language's tool is on the PATH (`make sdk` brings
//! it), and are SKIPPED, with a word, where it is not.

use std::fs;
use std::process::Command;

use crate::end_to_end::program::Weir;

/// A project of the example module `lines`, whose name is `lines` too.
fn project() -> Weir {
    let weir = Weir::config("");
    let from = weir.module("lines");
    let manifest = format!(
        "name = \"lines\"\nkind = \"stream-parser\"\nbuild = [[\"cp\", {from:?}, \"made.wasm\"]]\nfile = \"made.wasm\"\ninstall = \"get cp\"\n"
    );
    fs::write(weir.path("module.toml"), manifest).unwrap();
    fs::create_dir(weir.path("tests")).unwrap();
    fs::write(weir.path("tests/a.log"), "1504870624 a.example 512\nnonsense\n1504870625 \"b\",c 7\n").unwrap();
    fs::write(weir.path("tests/a.toml"), "input = \"a.log\"\nexpected = \"a.csv\"\nrejects = 1\n").unwrap();
    fs::write(weir.path("tests/a.csv"), "time,host,bytes\n1504870624,a.example,512\n1504870625,\"\"\"b\"\",c\",7\n").unwrap();
    weir
}

fn built() -> Weir {
    let weir = project();
    let ran = weir.run(&["module", "build"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    weir
}

#[test]
fn a_build_runs_the_projects_commands_and_says_what_came_of_it() {
    let weir = project();
    assert!(weir.run(&["module", "test"]).stderr.contains("lines.wasm is not there: `weir module build` makes it"));
    let ran = weir.run(&["module", "build"]);
    assert!(ran.stdout.starts_with("./lines.wasm: lines 0.1.0, stream-parser of weir:ingest@0.1.0, "), "{ran:?}");
    let manifest = fs::read_to_string(weir.path("module.toml")).unwrap();
    fs::write(weir.path("module.toml"), manifest.replace("[\"cp\"", "[\"no-such-tool\"")).unwrap();
    let ran = weir.run(&["module", "build"]);
    assert_eq!((ran.code(), ran.stderr.as_str()), (1, "weir: no-such-tool is not installed: get cp\n"));
}

#[test]
fn a_case_that_comes_out_is_ok_and_one_that_does_not_is_told_row_by_row() {
    let weir = built();
    let ran = weir.run(&["module", "test", "--junit", "report.xml"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ran.stdout.starts_with("ok    a  2 rows, ") && ran.stdout.ends_with("1 case, 0 wrong\n"), "{}", ran.stdout);
    assert!(fs::read_to_string(weir.path("report.xml")).unwrap().contains("<testsuite name=\"lines\" tests=\"1\" failures=\"0\">"));
    fs::write(weir.path("tests/a.csv"), "time,host,bytes\n1504870624,a.example,513\n").unwrap();
    let ran = weir.run(&["module", "test"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    let differences = "line 2\n  expected 1504870624,a.example,513\n  found    1504870624,a.example,512\nline 3\n  expected no such line\n";
    assert!(ran.stdout.contains(differences), "{}", ran.stdout);
    assert_eq!(weir.run(&["module", "test", "--bless"]).code(), 0);
    assert_eq!(weir.run(&["module", "test"]).code(), 0);
}

#[test]
fn rows_of_an_input_are_shown_as_csv_or_json() {
    let weir = built();
    let ran = weir.run(&["module", "run", ".", "tests/a.log"]);
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert_eq!(ran.stdout, fs::read_to_string(weir.path("tests/a.csv")).unwrap());
    assert!(ran.stderr.contains("rejected: malformed at 25, 9 long: expected `seconds host bytes`"), "{}", ran.stderr);
    let ran = weir.run(&["module", "run", "lines.wasm", "tests/a.log", "-n", "1", "--json"]);
    assert_eq!(ran.stdout, "{\"bytes\":512,\"host\":\"a.example\",\"time\":1504870624}\n");
    let ran = weir.run(&["module", "run", ".", "tests/a.log", "-o", "tine=1"]);
    assert!(ran.stderr.contains("module `lines` has no option `tine`"), "{}", ran.stderr);
}

#[test]
fn a_filter_says_which_packets_it_selects() {
    let weir = Weir::config("");
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/../sdk/python/packet-filter/tests/first.pcap");
    let ran = weir.run(&["module", "run", weir.module("ether_type").to_str().unwrap(), capture, "--expression", "0"]);
    assert_eq!((ran.code(), ran.stdout.as_str()), (0, "0\n1\n"), "{ran:?}");
}

#[test]
fn a_module_that_keeps_the_contract_passes_the_check_and_one_that_fails_does_not() {
    let weir = built();
    let ran = weir.run(&["module", "check", ".", "tests/a.log"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(
        ran.stdout.contains("ok    a line without end: 0 rows\n") && ran.stdout.contains("ok    tests/a.log: 2 rows\n"),
        "{}",
        ran.stdout
    );
    fs::write(weir.path("trap.log"), "!trap\n").unwrap();
    let ran = weir.run(&["module", "check", weir.module("hostile").to_str().unwrap(), "trap.log"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stdout.contains("WRONG trap.log: the module fails: "), "{}", ran.stdout);
}

#[test]
fn a_module_is_measured() {
    let weir = built();
    fs::write(weir.path("large.log"), "1504870624 a.example 512\n".repeat(20_000)).unwrap();
    let ran = weir.run(&["module", "bench", ".", "large.log"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    for word in ["compile   ", "start     ", "input     488.3 KiB, ", "rows      20,000, ", "memory    "] {
        assert!(ran.stdout.contains(word), "{word}: {}", ran.stdout);
    }
}

/// Makes, builds, tests and checks a template; says so where its tool is missing.
fn template(language: &str, kind: &str, tool: &[&str]) {
    let weir = Weir::config("");
    let ran = weir.run(&["module", "new", "--language", language, "--kind", kind, "access-log"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(weir.run(&["module", "new", "--language", language, "--kind", kind, "access-log"]).code(), 1);
    let there = Command::new(tool[0]).args(&tool[1..]).output().is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("SKIPPED: the {kind} template of {language} is not built, {} is not there: see `make sdk`", tool.join(" "));
        return;
    }
    for command in ["build", "test", "check"] {
        let ran = weir.run(&["module", command, "access-log"]);
        assert_eq!(ran.code(), 0, "{command}: {ran:?}");
    }
}

#[test]
fn a_new_stream_parser_in_python_builds_and_passes_its_test() {
    template("python", "stream-parser", &["componentize-py", "--version"]);
}

#[test]
fn a_new_packet_parser_in_python_builds_and_passes_its_test() {
    template("python", "packet-parser", &["componentize-py", "--version"]);
}

#[test]
fn a_new_packet_filter_in_python_builds_and_passes_its_test() {
    template("python", "packet-filter", &["componentize-py", "--version"]);
}

#[test]
fn a_new_stream_parser_in_javascript_builds_and_passes_its_test() {
    template("javascript", "stream-parser", &["componentize-qjs", "--help"]);
}

#[test]
fn a_new_packet_filter_in_javascript_builds_and_passes_its_test() {
    template("javascript", "packet-filter", &["componentize-qjs", "--help"]);
}

#[test]
fn what_has_no_template_and_what_is_no_name_is_said() {
    let weir = Weir::config("");
    let new = |kind: &str, name: &str| weir.run(&["module", "new", "--language", "javascript", "--kind", kind, name]);
    assert_eq!((new("packet-parser", "x").code(), new("packet-filter", "../x").code(), new("packet-filter", "X").code()), (64, 64, 64));
    assert!(!weir.path("x").exists());
}
