//! The wish that work ends: set once, seen by everyone who waits.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

/// A signal that is set once and never taken back. Copies are cheap and share it.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Nothing is ever sent: the sender's end is the signal, because that wakes every receiver, now and later.
    hold: Arc<Mutex<Option<Sender<Infallible>>>>,
    wake: Receiver<Infallible>,
}

impl Stop {
    /// Not set.
    pub fn new() -> Self {
        let (sender, wake) = bounded(0);
        Self { hold: Arc::new(Mutex::new(Some(sender))), wake }
    }

    /// Sets it, which wakes all who wait. Setting it again changes nothing.
    pub fn set(&self) {
        drop(self.hold.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Whether it was set.
    pub fn is_set(&self) -> bool {
        self.wake.try_recv() == Err(TryRecvError::Disconnected)
    }

    /// A channel that disconnects when the signal is set and carries nothing: for `select!`.
    pub fn signal(&self) -> &Receiver<Infallible> {
        &self.wake
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_set_by_a_copy_wakes_who_waits() {
        let stop = Stop::new();
        assert!(!stop.is_set());
        let copy = stop.clone();
        let setter = std::thread::spawn(move || copy.set());
        assert!(stop.signal().recv().is_err());
        setter.join().unwrap();
        stop.set();
        assert!(stop.is_set());
    }
}
