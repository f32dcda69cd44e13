//! The terminal that the log and the progress bars share: a log line is written above the bars, not through them.

use std::io::{self, IsTerminal, Write};
use std::sync::LazyLock;

use indicatif::MultiProgress;

static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// The bars, if standard error is a terminal.
pub(super) fn bars() -> Option<MultiProgress> {
    io::stderr().is_terminal().then(|| BARS.clone())
}

/// Standard error for the log.
pub(super) struct LogLines;

impl Write for LogLines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        BARS.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
