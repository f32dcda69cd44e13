//! Data sets whose template has not come: they wait for it, within limits.
//!
//! While one waits, nothing that was fed after it counts as done, so that a restart feeds it again; and the host keeps all rows since then to itself.
//! So none waits for ever: when there are too many bytes, or too much came after the first, all of them are given up.

use std::collections::VecDeque;

use crate::exporters::Identity;

/// Most rows that may be handed out while sets wait: the host holds them back.
pub const MAX_ROWS: u64 = 65_536;

/// What the header of a message says about all of its sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Packet of the session it came in, from 0.
    pub position: u64,
    /// When that packet was captured, ms since 1970; 0: not known.
    pub received: u64,
    /// Who sent it.
    pub exporter: Identity,
    /// When it was sent, ms since 1970.
    pub sent: u64,
    /// Milliseconds since the exporter's system began, when it was sent; NetFlow alone.
    pub uptime: u32,
}

/// A data set that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// Of its message.
    pub header: Header,
    /// Its number, that of the template.
    pub id: u16,
    /// Its records.
    pub bytes: Vec<u8>,
}

/// All sets that wait, the oldest first.
#[derive(Debug)]
pub struct Held {
    sets: VecDeque<Set>,
    bytes: usize,
    /// Rows handed out since the first of them came.
    rows: u64,
    max_bytes: usize,
    max_packets: u64,
}

impl Held {
    /// Holds at most so many bytes, and none while more than so many packets come.
    pub fn new(max_bytes: usize, max_packets: u64) -> Self {
        Self { sets: VecDeque::new(), bytes: 0, rows: 0, max_bytes, max_packets }
    }

    /// None waits.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Takes a set; it comes back where nothing may be held.
    pub fn push(&mut self, set: Set) -> Result<(), Set> {
        let weight = size_of::<Set>() + set.bytes.len();
        if weight > self.max_bytes || self.max_packets == 0 {
            return Err(set);
        }
        self.bytes += weight;
        self.sets.push_back(set);
        Ok(())
    }

    /// Rows were handed out.
    pub fn count_rows(&mut self, rows: u64) {
        self.rows = if self.sets.is_empty() { 0 } else { self.rows + rows };
    }

    /// Waiting any longer would pass a limit: `fed` packets came so far.
    pub fn is_over(&self, fed: u64) -> bool {
        let since = self.sets.front().map_or(0, |first| fed.saturating_sub(first.header.position));
        self.bytes > self.max_bytes || since > self.max_packets || self.rows > MAX_ROWS
    }

    /// Those whose template has come.
    pub fn release(&mut self, exporter: Identity, id: u16) -> Vec<Set> {
        let waits = |set: &Set| set.header.exporter == exporter && set.id == id;
        // One packet may bring thousands of templates that nothing waits for.
        if !self.sets.iter().any(waits) {
            return Vec::new();
        }
        let (released, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.sets).into_iter().partition(waits);
        self.sets = kept.into();
        self.bytes = self.sets.iter().map(|set| size_of::<Set>() + set.bytes.len()).sum();
        released
    }

    /// All of them: nothing waits any longer.
    pub fn give_up(&mut self) -> impl Iterator<Item = Set> + use<> {
        self.bytes = 0;
        self.rows = 0;
        std::mem::take(&mut self.sets).into_iter()
    }
}
