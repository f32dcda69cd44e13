//! A line of statistics every few seconds while packets travel.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use tracing::info;

use super::super::quantity::{bytes, count};
use crate::sensor::{Counts, Tally};

/// A thread that writes to the log until it is stopped.
pub(super) struct Statistics {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Statistics {
    /// A line every `period`; a period of 0: none.
    pub fn start(counts: Arc<Counts>, period: Duration, live: bool) -> Self {
        let (stop, stopped) = bounded(0);
        let period = if period.is_zero() { Duration::MAX } else { period };
        let thread = thread::spawn(move || {
            let (mut before, mut since) = (Tally::default(), Instant::now());
            while stopped.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
                let now = counts.tally();
                info!("{}", line(&now, rate(&before, &now, since.elapsed()), live));
                (before, since) = (now, Instant::now());
            }
        });
        Self { stop, thread }
    }

    /// Ends the thread.
    pub fn stop(self) {
        drop(self.stop);
        // A panic of it has been printed, and is nobody's concern.
        let _ = self.thread.join();
    }
}

fn rate(before: &Tally, now: &Tally, elapsed: Duration) -> u64 {
    ((now.packets - before.packets) as f64 / elapsed.as_secs_f64().max(f64::EPSILON)) as u64
}

/// What was done, in one line.
pub(super) fn line(tally: &Tally, rate: u64, live: bool) -> String {
    let Tally { packets, bytes: size, confirmed, refused, kernel_drops } = tally;
    let dropped = if live { format!(", {} dropped by the kernel", count(*kernel_drops)) } else { String::new() };
    let refused = if *refused > 0 { format!(", {} refused", count(*refused)) } else { String::new() };
    format!("{} packets in ({}), {} out{refused}{dropped}, {} packets/s", count(*packets), bytes(*size), count(*confirmed), count(rate))
}
