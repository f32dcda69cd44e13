//! The time, on both clocks.

use std::time::{Duration, Instant, SystemTime};

/// Now: the steady clock measures waiting, the wall clock the age of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) steady: Instant,
    pub(super) wall: SystemTime,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    /// How long ago `then` was on the wall clock; 0 for the future, as a clock that was set or that of another machine gives it.
    pub(super) fn since(&self, then: SystemTime) -> Duration {
        self.wall.duration_since(then).unwrap_or_default()
    }
}
