//! A module's log lines: limited, cut and harmless.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;
use weir::config::Limits;

use super::guest::{answer, assert_serves_the_next_source, hostile};

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn logged(run: impl FnOnce()) -> Vec<String> {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt().with_writer(kept.clone()).without_time().with_ansi(false).finish();
    tracing::subscriber::with_default(subscriber, run);
    let bytes = kept.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn a_flood_is_cut_at_the_limit_and_counted() {
    let mut worker = hostile(Limits { log_lines: 3, ..Limits::default() });
    let lines = logged(|| {
        answer(&mut worker, "one\n!flood\n").unwrap();
        assert_serves_the_next_source(&mut worker);
    });
    assert_eq!(
        lines,
        [
            " WARN module: line 0 module=\"hostile\"",
            " WARN module: line 1 module=\"hostile\"",
            " WARN module: line 2 module=\"hostile\"",
            " WARN module: 99997 more lines of one `feed` are not shown (limit `log-lines`: 3) module=\"hostile\"",
        ]
    );
}

#[test]
fn a_long_line_is_cut_and_cannot_move_the_cursor() {
    let lines = logged(|| drop(answer(&mut hostile(Limits::default()), "one\n!log-long\n").unwrap()));
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(line.starts_with(" WARN module: \\r\\n\\u{1b}[2J\\r\\n\\u{1b}[2J"), "{line}");
    assert!(line.ends_with("… (1571864 more bytes) module=\"hostile\""), "{line}");
    assert!(line.len() < 3000);
}
