//! How often the module of a pipeline failed, and what follows from it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::error;

use super::slot::Slot;
use super::worker::PipelineError;
use crate::config::{FailurePolicy, Limits};

/// Counts inputs on which the module failed: in a row, or within a time.
pub struct Failures {
    limit: u32,
    within: Option<Duration>,
    policy: FailurePolicy,
    slot: Option<Arc<Slot>>,
    times: Mutex<VecDeque<Instant>>,
    /// Whether there are any: asked for each input.
    any: AtomicBool,
}

impl Failures {
    /// None yet, of the module in a slot.
    pub fn new(limits: &Limits, policy: FailurePolicy, slot: Option<Arc<Slot>>) -> Self {
        let (limit, within) = (limits.failures, limits.failures_within);
        Self { limit, within, policy, slot, times: Mutex::default(), any: AtomicBool::new(false) }
    }

    /// The module did not fail on an input.
    pub fn none(&self) {
        if self.within.is_none() && self.any.swap(false, Relaxed) {
            self.times.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    /// The module failed on an input, which is in the quarantine.
    ///
    /// # Errors
    /// That was once too often, and the pipeline is to stop.
    pub fn another(&self, last: &str) -> Result<(), PipelineError> {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        times.push_back(now);
        self.any.store(true, Relaxed);
        if let Some(within) = self.within {
            times.retain(|time| now.duration_since(*time) <= within);
        }
        let count = u32::try_from(times.len()).unwrap_or(u32::MAX);
        if count < self.limit {
            return Ok(());
        }
        times.clear();
        let previous = match self.policy {
            FailurePolicy::Quarantine => {
                error!(
                    count,
                    last, "the module fails again and again: its inputs go to the quarantine, the pipeline goes on (on-failures)"
                );
                return Ok(());
            }
            FailurePolicy::Previous => self.slot.as_ref().and_then(|slot| slot.fall_back()),
            FailurePolicy::Stop => None,
        };
        match previous {
            Some(module) => {
                let digest = module.module_ref.digest;
                error!(count, last, module = %digest, "the module fails again and again: the one before it goes on (on-failures)");
                Ok(())
            }
            None => Err(PipelineError::ModuleFails { count, within: Within(self.within), last: last.to_owned() }),
        }
    }
}

/// How close failures were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within(Option<Duration>);

impl std::fmt::Display for Within {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(within) => write!(f, "within {}", humantime::format_duration(within)),
            None => f.write_str("in a row"),
        }
    }
}
