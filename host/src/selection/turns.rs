//! Work that is done one after the other in the order of numbers, by whichever thread has the number.

use std::sync::{Condvar, Mutex, PoisonError};

/// A value that goes from turn to turn.
#[derive(Debug)]
pub(super) struct Turns<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    next: u64,
    value: Option<T>,
    stopped: bool,
}

impl<T> Turns<T> {
    /// Number 0 is the first.
    pub fn new(value: T) -> Self {
        Self { state: Mutex::new(State { next: 0, value: Some(value), stopped: false }), changed: Condvar::new() }
    }

    /// Waits for a number's turn, and takes the value. `None`: there are no more turns.
    pub fn take(&self, number: u64) -> Option<T> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |state: &mut State<T>| !state.stopped && (state.next != number || state.value.is_none());
        let mut state = self.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        if state.stopped { None } else { state.value.take() }
    }

    /// Ends the turn that took the value.
    pub fn pass(&self, value: T) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.value = Some(value);
        state.next += 1;
        drop(state);
        self.changed.notify_all();
    }

    /// Ends all turns.
    pub fn stop(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
        self.changed.notify_all();
    }

    /// The value, unless a turn that took it never ended.
    pub fn into_value(self) -> Option<T> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_in_the_order_of_their_numbers() {
        let turns = Turns::new(Vec::new());
        std::thread::scope(|scope| {
            for number in (0..20).rev() {
                let turns = &turns;
                scope.spawn(move || {
                    let mut numbers = turns.take(number).unwrap();
                    numbers.push(number);
                    turns.pass(numbers);
                });
            }
        });
        assert_eq!(turns.into_value(), Some((0..20).collect()));
    }

    #[test]
    fn who_waits_for_a_turn_that_never_comes_is_told() {
        let turns = Turns::new(());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| turns.take(1));
            turns.stop();
            assert_eq!(waiting.join().unwrap(), None);
        });
    }
}
