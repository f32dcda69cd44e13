//! Packets that could not become rows; neighbours with the same reason become one.

use weir_sdk::Reject;

use crate::damage::Damage;

/// Rejects after which a call gives what it has.
const MAX_REJECTS: usize = 1000;

/// Rejects of one call.
#[derive(Debug, Default)]
pub struct Rejects {
    all: Vec<Reject>,
    last: Option<Damage>,
    /// Packets that an earlier session was fed: their places mean nothing in this one.
    unplaced: u64,
}

impl Rejects {
    /// Adds the packet at a position. A packet with several bad messages is rejected once, for the first.
    pub fn push(&mut self, at: Option<u64>, damage: Damage) {
        let Some(at) = at else {
            self.unplaced += 1;
            return;
        };
        match self.all.last_mut() {
            Some(last) if last.at + last.length == at + 1 => return,
            Some(last) if self.last == Some(damage) && last.at + last.length == at => last.length += 1,
            _ => self.all.push(Reject { at, length: 1, reason: damage.reason(), detail: damage.to_string() }),
        }
        self.last = Some(damage);
    }

    /// There are enough for one call.
    pub fn is_full(&self) -> bool {
        self.all.len() >= MAX_REJECTS
    }

    /// Packets of an earlier session that could not be read after all.
    pub fn unplaced(&self) -> u64 {
        self.unplaced
    }

    /// Hands them out.
    pub fn take(&mut self) -> Vec<Reject> {
        self.last = None;
        std::mem::take(&mut self.all)
    }
}
