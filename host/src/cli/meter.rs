//! Shows how far the pipelines are while they run: a bar each on a terminal, a line in the log every few seconds elsewhere.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressStyle};
use tracing::info;

use super::quantity::{bytes, count};

use crate::pipeline::{Counts, Progress};

const FRAME: Duration = Duration::from_millis(100);
const LINE: Duration = Duration::from_secs(10);
const BAR: &str = "{prefix} [{bar:24}] {bytes}/{total_bytes}, {binary_bytes_per_sec}, {msg}";

/// A thread that shows counters until it is stopped.
pub struct Meter {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Meter {
    /// Shows the counters of the named pipelines: on `bars` if there is a terminal, else in the log.
    pub fn start(bars: Option<MultiProgress>, pipelines: Vec<(String, Arc<Progress>)>) -> Self {
        let (stop, stopped) = bounded(0);
        let thread = thread::spawn(move || match bars {
            Some(bars) => draw(&bars, &pipelines, &stopped),
            None => write_lines(&pipelines, &stopped),
        });
        Self { stop, thread }
    }

    /// Ends the thread; bars are cleared.
    pub fn stop(self) {
        drop(self.stop);
        // A panic of the meter has been printed, and is nobody's concern but its own.
        let _ = self.thread.join();
    }
}

fn draw(bars: &MultiProgress, pipelines: &[(String, Arc<Progress>)], stopped: &Receiver<()>) {
    let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
    let shown: Vec<_> =
        pipelines.iter().map(|(name, _)| bars.add(ProgressBar::new(0).with_style(style.clone()).with_prefix(name.clone()))).collect();
    let mut rates = vec![Rate::default(); pipelines.len()];
    while stopped.recv_timeout(FRAME) == Err(RecvTimeoutError::Timeout) {
        for ((bar, (_, progress)), rate) in shown.iter().zip(pipelines).zip(&mut rates) {
            let counts = progress.counts();
            bar.set_length(counts.bytes_found);
            bar.set_position(counts.bytes_done);
            bar.set_message(message(&counts, rate.of(&counts)) + &left(&counts, bar.eta()));
        }
    }
    for bar in shown {
        bar.finish_and_clear();
    }
}

fn message(counts: &Counts, rate: f64) -> String {
    let Counts { files_done, files_found, rows_parsed, .. } = *counts;
    format!("{}/{} files, {} rows, {} rows/s", count(files_done), count(files_found), count(rows_parsed), count(rate as u64))
}

/// Who waits for files has no time left to show.
fn left(counts: &Counts, left: Duration) -> String {
    if counts.bytes_done < counts.bytes_found { format!(", {:#} left", HumanDuration(left)) } else { String::new() }
}

/// Rows a second of late: what an hour of waiting was before says nothing of now.
#[derive(Debug, Clone, Copy, Default)]
struct Rate {
    rows: u64,
    seconds: f64,
    rate: f64,
}

impl Rate {
    /// Over stretches of a second each, smoothed over a few.
    fn of(&mut self, counts: &Counts) -> f64 {
        let seconds = counts.seconds - self.seconds;
        if seconds >= 1.0 {
            let now = counts.rows_parsed.saturating_sub(self.rows) as f64 / seconds;
            self.rate = if self.seconds == 0.0 { now } else { self.rate * 0.7 + now * 0.3 };
            (self.rows, self.seconds) = (counts.rows_parsed, counts.seconds);
        }
        if self.seconds == 0.0 { counts.rows_parsed as f64 / counts.seconds.max(f64::EPSILON) } else { self.rate }
    }
}

fn write_lines(pipelines: &[(String, Arc<Progress>)], stopped: &Receiver<()>) {
    let mut last = vec![Counts::default(); pipelines.len()];
    while stopped.recv_timeout(LINE) == Err(RecvTimeoutError::Timeout) {
        for ((name, progress), last) in pipelines.iter().zip(&mut last) {
            let counts = progress.counts();
            if counts.files_found > last.files_done || counts.rows_parsed > last.rows_parsed {
                write_line(name, &counts, last);
            }
            *last = counts;
        }
    }
}

fn write_line(pipeline: &str, counts: &Counts, last: &Counts) {
    let seconds = (counts.seconds - last.seconds).max(f64::EPSILON);
    info!(
        pipeline,
        files = counts.files_done,
        found = counts.files_found,
        bytes = bytes(counts.bytes_done),
        rows = counts.rows,
        rows_per_second = (counts.rows_parsed.saturating_sub(last.rows_parsed) as f64 / seconds) as u64,
        quarantined = counts.quarantined,
        "progress"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_forgets_what_was_long_ago() {
        let mut rate = Rate::default();
        let mut at = |seconds: f64, rows_parsed| rate.of(&Counts { seconds, rows_parsed, ..Counts::default() }) as u64;
        assert_eq!(at(0.5, 500), 1000);
        assert_eq!(at(1.0, 1000), 1000);
        for second in 2..40_u32 {
            at(f64::from(second), 1000);
        }
        assert_eq!(at(40.0, 1000), 0);
    }
}
