//! SIGTERM commits what is final, and the next run goes on behind it.

use std::fs;

use super::program::{Weir, wait_for};
use super::table::{Line, lines, records, temporary};

/// Some 4 MiB, which become a commit for each 512 KiB that a module is fed.
const ROWS: i64 = 120_000;

fn row(number: i64) -> Line {
    let mixed = number.wrapping_mul(0x1e37_79b9_7f4a_7c15);
    (1_504_870_000, format!("host-{mixed:x}.example"), number)
}

fn text() -> String {
    (0..ROWS).map(row).map(|(time, host, bytes)| format!("{time} {host} {bytes}\n")).collect()
}

fn expected() -> Vec<Line> {
    let mut rows: Vec<_> = (0..ROWS).map(row).collect();
    rows.sort();
    rows
}

#[test]
fn stopped_again_and_again_every_row_is_there_once() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", text().as_bytes());
    for _ in 0..5 {
        let before = records(&weir.path("out")).len();
        if lines(&weir.path("out")).len() as i64 == ROWS {
            break;
        }
        let running = weir.start();
        wait_for("a commit", || records(&weir.path("out")).len() > before);
        assert_eq!(running.terminate().code(), Some(0));
        assert_eq!(temporary(&weir.path("out")), Vec::<std::path::PathBuf>::new());
    }
    assert_eq!(weir.once().code(), 0);
    assert!(lines(&weir.path("out")) == expected(), "rows are lost or doubled");
}

#[test]
fn stopped_in_the_middle_of_a_long_record_nothing_is_remembered_of_it() {
    let weir = Weir::pipeline("lines", "[modules.lines]\nlimits = { memory = \"1GiB\" }");
    let long = " ".repeat(24 << 20);
    weir.input("a.log", format!("{}1504870001 long.example 1{long}\n1504870002 last.example 2\n", text()).as_bytes());
    for _ in 0..2 {
        let running = weir.start();
        // From here on the module is fed a record that it cannot hand out before its end.
        wait_for("the rows before the long one", || lines(&weir.path("out")).len() as i64 >= ROWS);
        assert_eq!(running.terminate().code(), Some(0));
    }
    assert_eq!(weir.once().code(), 0);
    let mut rows = expected();
    rows.extend([(1_504_870_001, "long.example".to_owned(), 1), (1_504_870_002, "last.example".to_owned(), 2)]);
    rows.sort();
    assert!(lines(&weir.path("out")) == rows, "rows are lost or doubled");
}

#[test]
fn a_second_signal_ends_at_once_and_the_next_run_has_everything() {
    let configuration = |call_time: &str| {
        format!(
            "[modules.hostile]\nlimits = {{ call-time = \"{call_time}\" }}\n[pipelines.lines]\nsource.directory = {{ path = \"in\", settle = \"0s\" }}\nparser = \"hostile\"\nsink.table = {{ path = \"out\" }}\n"
        )
    };
    let weir = Weir::config(&configuration("1h"));
    fs::create_dir(weir.path("in")).unwrap();
    weir.input("a.log", b"!flood\n!loop\n");
    let running = weir.start();
    wait_for("the module to be at work", || weir.log().contains("more lines of one `feed`"));
    running.ask_to_end();
    wait_for("the first signal to be heard", || weir.log().contains("a second signal ends at once"));
    assert_eq!(running.terminate().code(), Some(143));

    fs::write(weir.path("weir.toml"), configuration("100ms")).unwrap();
    assert_eq!(weir.once().code(), 2);
    let shown = weir.run(&["quarantine", "list", "out"]).stdout;
    assert!(shown.contains("took longer than 100ms (the module's limit `call-time`)"), "{shown}");
    assert_eq!(temporary(&weir.path("out")), Vec::<std::path::PathBuf>::new());
}

/// Bytes that a process has asked the system for.
fn bytes_read(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/io")).unwrap();
    text.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

#[test]
fn a_signal_is_answered_while_a_huge_file_is_looked_at() {
    let weir = Weir::pipeline("lines", "");
    // A hole: it takes no disk, and reading a tebibyte takes longer than any test.
    fs::File::create(weir.path("in/huge.log")).unwrap().set_len(1 << 40).unwrap();
    let running = weir.start();
    wait_for("the file to be read", || bytes_read(running.id()) > 256 << 20);
    assert_eq!(running.terminate().code(), Some(0));
    assert_eq!(records(&weir.path("out")), Vec::<std::path::PathBuf>::new());
}
