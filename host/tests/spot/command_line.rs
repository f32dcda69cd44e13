//! Spot's command lines from outside: A10.

use super::site::Site;
use crate::end_to_end::program::{Running, Weir, wait_for};

#[test]
fn a10_a_wrong_command_line_is_2_and_anything_else_that_is_wrong_is_1() {
    let site = Site::new("flow", "broker.example:9092");
    let code = |arguments: &[&str]| site.weir.run(&[&["spot"], arguments].concat()).code();
    assert_eq!(code(&["collector", "-t", "flow"]), 2);
    assert_eq!(code(&["collector", "-t", "flow", "--topic", "T", "--bogus"]), 2);
    assert_eq!(code(&["worker", "-t", "flow", "-top", "T"]), 2);
    assert_eq!(code(&["standalone", "flow"]), 2);
    assert_eq!(code(&["collector", "-t", "flow", "--topic", "T", "-c", "missing.json"]), 1);
    assert_eq!(code(&["standalone", "flwo", "1"]), 1);
    assert_eq!(code(&["listener", "-t", "flow", "--topic", "no topic", "-p", "1"]), 1);
}

#[test]
fn a10_help_lists_the_options_of_spots_collector() {
    let ran = Weir::config("").run(&["spot", "collector", "--help"]);
    assert_eq!((ran.code(), ran.stderr.as_str()), (0, ""));
    for option in ["-c, --config-file", "-l, --log-level", "--skip-conversion", "--topic", "-t, --type"] {
        assert!(ran.stdout.contains(option), "{option} is not in\n{}", ran.stdout);
    }
}

#[test]
fn long_options_may_be_cut_short_as_python_allows() {
    let site = Site::new("flow", "broker.example:9092");
    let ran = site.weir.run(&["spot", "master", "--typ", "flow", "--work", "2", "-id", "T", "--print"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(ran.stdout.contains("\ntopic = \"T\"\n"), "{ran:?}");
    assert!(ran.stdout.contains("\ncreate = { partitions = 2, replication = 1 }\n"), "{ran:?}");
}

fn standalone(site: &Site) -> Running {
    site.weir.begin(&["spot", "standalone", "flow", "1", "--storage", "out"])
}

#[test]
fn a10_signals_end_it_with_what_is_in_work_done() {
    for signal in ["INT", "USR1", "TERM"] {
        let site = Site::new("flow", "broker.example:9092");
        let running = standalone(&site);
        wait_for("both files", || site.weir.path("out/flow/binary").read_dir().map_or(0, Iterator::count) == 2);
        running.signal(signal);
        assert_eq!(running.wait().code(), Some(0), "{signal}: {}", site.weir.log());
        assert!(!site.rows().is_empty());
    }
}

#[test]
fn the_log_goes_to_the_file_that_spark_wrote_to() {
    let site = Site::new("flow", "broker.example:9092");
    let ran = site.weir.run(&["spot", "listener", "-t", "flow", "--topic", "T", "-p", "1", "-r", "engine.log", "--print"]);
    assert_eq!((ran.code(), ran.stderr.as_str()), (0, ""), "{ran:?}");
    let log = std::fs::read_to_string(site.weir.path("engine.log")).unwrap();
    assert!(log.contains("--partitions is not needed: "), "{log}");
    assert!(!log.contains('\u{1b}'), "{log}");
    let loud = site.weir.run(&["spot", "listener", "-t", "flow", "--topic", "T", "-p", "1", "-l", "ERROR", "--print"]);
    assert_eq!(loud.stderr, "");
}
