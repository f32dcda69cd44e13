//! Shows how far the pipelines are while they run: a bar each on a terminal, a line in the log every few seconds elsewhere.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use indicatif::{BinaryBytes, HumanCount, MultiProgress, ProgressBar, ProgressStyle};
use tracing::info;

use crate::pipeline::{Counts, Progress};

const FRAME: Duration = Duration::from_millis(100);
const LINE: Duration = Duration::from_secs(10);
const BAR: &str = "{prefix} [{bar:24}] {bytes}/{total_bytes} {binary_bytes_per_sec} {msg}, {eta} left";

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
    while stopped.recv_timeout(FRAME) == Err(RecvTimeoutError::Timeout) {
        for (bar, (_, progress)) in shown.iter().zip(pipelines) {
            let counts = progress.counts();
            bar.set_length(counts.bytes_found);
            bar.set_position(counts.bytes_done);
            bar.set_message(message(&counts));
        }
    }
    for bar in shown {
        bar.finish_and_clear();
    }
}

fn message(counts: &Counts) -> String {
    let rate = counts.rows as f64 / counts.seconds.max(f64::EPSILON);
    format!("{}/{} files, {} rows, {} rows/s", counts.files_done, counts.files_found, HumanCount(counts.rows), HumanCount(rate as u64))
}

fn write_lines(pipelines: &[(String, Arc<Progress>)], stopped: &Receiver<()>) {
    let mut last = vec![Counts::default(); pipelines.len()];
    while stopped.recv_timeout(LINE) == Err(RecvTimeoutError::Timeout) {
        for ((name, progress), last) in pipelines.iter().zip(&mut last) {
            let counts = progress.counts();
            if counts.files_found > last.files_done || counts.rows > last.rows {
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
        bytes = %BinaryBytes(counts.bytes_done),
        rows = counts.rows,
        rows_per_second = ((counts.rows - last.rows) as f64 / seconds) as u64,
        quarantined = counts.quarantined,
        "progress"
    );
}
