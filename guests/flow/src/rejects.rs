//! Stretches of the input that could not become flows; neighbours with the same reason become one.

use weir_sdk::Reject;

use crate::damage::Damage;

/// Rejects after which a call gives what it has.
const MAX_REJECTS: usize = 64;

/// Rejects of one call.
#[derive(Debug, Default)]
pub struct Rejects {
    all: Vec<Reject>,
    last: Option<Damage>,
}

impl Rejects {
    /// Adds `length` bytes from `at`.
    pub fn push(&mut self, at: u64, length: u64, damage: Damage) {
        match self.all.last_mut() {
            Some(last) if self.last == Some(damage) && last.at + last.length == at => last.length += length,
            _ => self.all.push(Reject { at, length, reason: damage.reason(), detail: damage.to_string() }),
        }
        self.last = Some(damage);
    }

    /// Adds a whole block of which not all can be read.
    pub fn push_block(&mut self, at: u64, length: u64, wounds: Wounds) {
        let Wounds { damage, records, first } = wounds;
        let detail = format!(
            "{damage} ({records} records of a compressed block, the first at byte {first} when decompressed; none of its flows became rows)"
        );
        self.all.push(Reject { at, length, reason: damage.reason(), detail });
        self.last = None;
    }

    /// There are enough for one call.
    pub fn is_full(&self) -> bool {
        self.all.len() >= MAX_REJECTS
    }

    /// Hands them out.
    pub fn take(&mut self) -> Vec<Reject> {
        self.last = None;
        std::mem::take(&mut self.all)
    }
}

/// Damage within a compressed block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wounds {
    /// The first.
    pub damage: Damage,
    /// Records that were not read.
    pub records: u64,
    /// Where the first of them begins in the decompressed block.
    pub first: usize,
}
