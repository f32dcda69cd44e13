//! Packets that could not become flows, or not all of their flows: one reject a packet, neighbours with the same reason become one.

use std::collections::VecDeque;

use weir_sdk::Reject;

use crate::damage::Damage;

/// Most rejects that one call gives.
const MAX_REJECTS: usize = 64;

/// Rejects that wait.
#[derive(Debug, Default)]
pub struct Rejects {
    all: VecDeque<Reject>,
    last: Option<Damage>,
    /// The packet that was rejected last.
    position: Option<u64>,
}

impl Rejects {
    /// Adds the packet at `position`; of what is wrong in one packet the first is said.
    pub fn push(&mut self, position: u64, damage: Damage) {
        if self.is_last(position) {
            return;
        }
        self.position = Some(position);
        match self.all.back_mut() {
            Some(last) if self.last == Some(damage) && last.at + last.length == position => last.length += 1,
            _ => self.all.push_back(Reject { at: position, length: 1, reason: damage.reason(), detail: damage.to_string() }),
        }
        self.last = Some(damage);
    }

    /// That packet was rejected last.
    pub fn is_last(&self, position: u64) -> bool {
        self.position == Some(position)
    }

    /// There are enough for one call.
    pub fn is_full(&self) -> bool {
        self.all.len() >= MAX_REJECTS
    }

    /// None wait.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Hands out as many as one call gives.
    pub fn take(&mut self) -> Vec<Reject> {
        self.last = None;
        self.all.drain(..self.all.len().min(MAX_REJECTS)).collect()
    }
}
