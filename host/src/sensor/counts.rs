//! What a sensor has done so far, counted while it runs.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counters that grow.
#[derive(Debug, Default)]
pub struct Counts {
    packets: AtomicU64,
    bytes: AtomicU64,
    confirmed: AtomicU64,
    refused: AtomicU64,
    kernel_drops: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Packets that came in.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Packets that the brokers have.
    pub confirmed: u64,
    /// Packets that they refuse for good.
    pub refused: u64,
    /// Packets that the kernel had no room for before they could be read.
    pub kernel_drops: u64,
}

impl Counts {
    /// A packet came in.
    pub fn packet(&self, bytes: usize) {
        self.packets.fetch_add(1, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// What the brokers have, and what they refuse.
    pub fn delivered(&self, confirmed: u64, refused: u64) {
        self.confirmed.store(confirmed, Relaxed);
        self.refused.store(refused, Relaxed);
    }

    /// All that the kernel has dropped.
    pub fn kernel_drops(&self, all: u64) {
        self.kernel_drops.store(all, Relaxed);
    }

    /// The counters now.
    pub fn tally(&self) -> Tally {
        Tally {
            packets: self.packets.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            confirmed: self.confirmed.load(Relaxed),
            refused: self.refused.load(Relaxed),
            kernel_drops: self.kernel_drops.load(Relaxed),
        }
    }
}
