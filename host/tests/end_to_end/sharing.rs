//! Several weirs, several pipelines, one table.

use super::program::{Ran, Weir, wait_for};
use super::table::{Line, lines, temporary};

const FILES: i64 = 6;
const ROWS: i64 = 20_000;

fn row(file: i64, number: i64) -> Line {
    (1_504_870_000 + file * 3600, format!("host-{number}.example"), number)
}

fn text(file: i64) -> String {
    (0..ROWS).map(|number| row(file, number)).map(|(time, host, bytes)| format!("{time} {host} {bytes}\n")).collect()
}

fn expected() -> Vec<Line> {
    let mut rows: Vec<_> = (0..FILES).flat_map(|file| (0..ROWS).map(move |number| row(file, number))).collect();
    rows.sort();
    rows
}

/// Two pipelines over the same files, into one table, in commits of 16 KiB.
fn two_pipelines() -> Weir {
    let pipeline = |name| {
        format!(
            "[pipelines.{name}]\nsource.directory = {{ path = \"in\", settle = \"0s\" }}\nparser = \"lines\"\nsink.table = {{ path = \"out\", file-size = \"16KiB\" }}\n"
        )
    };
    let weir = Weir::config(&format!("{}{}", pipeline("one"), pipeline("two")));
    std::fs::create_dir(weir.path("in")).unwrap();
    for file in 0..FILES {
        weir.input(&format!("{file}.log"), text(file).as_bytes());
    }
    weir
}

#[test]
fn a_second_weir_on_the_same_pipeline_is_told_who_runs_it() {
    let weir = Weir::pipeline("lines", "");
    let running = weir.start();
    wait_for("the start", || weir.log().contains("ready"));
    let ran = weir.once();
    assert_eq!(ran.code(), 1, "{ran:?}");
    let said = format!("weir: pipeline lines: out/.weir/locks/lines is held by process {} since ", running.id());
    assert!(ran.stderr.starts_with(&said), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("; end it, or give this pipeline another name\n"), "{}", ran.stderr);
    assert_eq!(running.terminate().code(), Some(0));
}

#[test]
fn two_pipelines_of_one_weir_fill_a_table_with_each_row_once() {
    let weir = two_pipelines();
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(lines(&weir.path("out")) == expected(), "rows are lost or doubled");
    assert_eq!(temporary(&weir.path("out")), Vec::<std::path::PathBuf>::new());
}

#[test]
fn two_weirs_fill_a_table_with_each_row_once() {
    let weir = two_pipelines();
    let start = |name| weir.command(&["run", "weir.toml", name, "--once"]).output();
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| start("one"));
        (start("two"), one.join().unwrap())
    });
    for ran in [Ran::from(one.unwrap()), Ran::from(two.unwrap())] {
        assert_eq!(ran.code(), 0, "{ran:?}");
    }
    assert!(lines(&weir.path("out")) == expected(), "rows are lost or doubled");
    assert_eq!(temporary(&weir.path("out")), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_pipeline_that_fails_does_not_stop_the_others() {
    let weir = Weir::config(
        r#"[modules.hostile]
limits = { failures = 1 }
[pipelines.bad]
source.directory = { path = "bad", settle = "0s" }
parser = "hostile"
sink.table = { path = "out-bad" }
[pipelines.good]
source.directory = { path = "in", settle = "0s" }
parser = "lines"
sink.table = { path = "out" }
"#,
    );
    for name in ["in", "bad"] {
        std::fs::create_dir(weir.path(name)).unwrap();
    }
    std::fs::write(weir.path("bad/a.log"), "!trap\n").unwrap();
    let running = weir.start();
    wait_for("the bad pipeline's end", || weir.log().contains("pipeline stopped: the module failed"));
    weir.input("a.log", b"1504870624 a.example 1\n");
    wait_for("the good pipeline's row", || lines(&weir.path("out")).len() == 1);
    assert_eq!(running.terminate().code(), Some(1));
}
