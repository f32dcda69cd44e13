//! CPU time for benchmarks: what else the machine does counts in wall time.

use std::time::{Duration, Instant};

/// CPU time of this thread while `work` runs, wall time where the system does not tell. The result of `work` is used, so that no compiler leaves it out.
pub fn cpu_time<T>(work: impl FnOnce() -> T) -> Duration {
    let (wall, begin) = (Instant::now(), on_cpu());
    std::hint::black_box(work());
    begin.zip(on_cpu()).map_or_else(|| wall.elapsed(), |(begin, end)| end.saturating_sub(begin))
}

/// As Linux counts it, in nanoseconds (`man 5 proc`, schedstat).
fn on_cpu() -> Option<Duration> {
    let counts = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    counts.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
