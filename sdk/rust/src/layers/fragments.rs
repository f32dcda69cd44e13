//! Datagrams that come in fragments (RFC 791, RFC 8200), put together again.
//!
//! Of bytes that come twice the first ones count. A fragment that the capture cut cannot be completed and is counted; so is a datagram that was given
//! up because the memory is bounded or because its last fragment did not come in time.

use crate::{OutOfBounds, Reader};

use super::Aging;
use super::datagram::Addresses;
use super::ip::Piece;
use super::walk::Path;

/// Bytes of fragments that are held.
const MAX_BYTES: usize = 2 << 20;
/// Datagrams of which fragments are held.
const MAX_DATAGRAMS: usize = 8192;
/// How long a datagram's fragments are waited for, in nanoseconds of the packets' own time; Linux waits as long.
const PATIENCE: i64 = 30_000_000_000;
/// What a fragment costs beside its bytes.
const OVERHEAD: usize = 48;
/// A datagram is no longer than this.
const MAX_DATAGRAM: usize = 65_535;

/// One fragment.
#[derive(Debug, Clone, Copy)]
pub struct Fragment<'a> {
    pub path: Path,
    pub protocol: u8,
    pub piece: Piece,
    pub bytes: &'a [u8],
}

/// What became of fragments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FragmentCounts {
    /// Datagrams that were put together.
    pub completed: u64,
    /// Datagrams of which fragments are held.
    pub waiting: u64,
    /// Datagrams that were given up: their fragments did not come within 30 s, or there were more than 2 MiB or 8192 of them.
    pub given_up: u64,
    /// Fragments that were cut by the capture, or that reach beyond what a datagram can be.
    pub refused: u64,
}

/// What all fragments of a datagram have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    addresses: Addresses,
    id: u32,
    protocol: u8,
}

/// A datagram of which some fragments are there.
#[derive(Debug, Default)]
struct Waiting {
    /// Of its first fragment, nanoseconds.
    since: i64,
    /// In order of their offsets.
    pieces: Vec<(u16, Vec<u8>)>,
    /// Of the datagram, once the last fragment is there.
    length: Option<usize>,
    /// Bytes in pieces.
    bytes: usize,
}

/// Fragments whose others are still to come.
#[derive(Debug)]
pub struct Fragments {
    waiting: Aging<Key, Waiting>,
    counts: FragmentCounts,
}

impl Default for Fragments {
    fn default() -> Self {
        Self { waiting: Aging::new(MAX_DATAGRAMS, MAX_BYTES), counts: FragmentCounts::default() }
    }
}

impl Fragments {
    /// Takes a fragment; true: its datagram is complete, and `whole` now holds it.
    pub fn join(&mut self, fragment: &Fragment<'_>, time: i64, whole: &mut Vec<u8>) -> bool {
        self.give_up(time);
        let Fragment { path, protocol, piece, bytes } = fragment;
        let end = usize::from(piece.offset) + bytes.len();
        if path.missing > 0 || end > MAX_DATAGRAM || bytes.is_empty() {
            self.counts.refused += 1;
            return false;
        }
        let key = Key { addresses: path.addresses, id: piece.id, protocol: *protocol };
        if self.waiting.get_mut(&key).is_none() {
            self.waiting.insert(key, Waiting { since: time, ..Waiting::default() }, 0);
        }
        let Some(waiting) = self.waiting.get_mut(&key) else { return false };
        let complete = waiting.put(*piece, bytes, whole);
        let size = waiting.size();
        if complete {
            self.counts.completed += 1;
            self.waiting.remove(&key);
        } else {
            self.waiting.resize(&key, size);
        }
        complete
    }

    fn give_up(&mut self, time: i64) {
        let late = |waiting: &Waiting| time.saturating_sub(waiting.since) > PATIENCE;
        while self.waiting.pop_if(late).is_some() || self.waiting.pop_excess().is_some() {
            self.counts.given_up += 1;
        }
    }

    /// What became of fragments so far.
    pub fn counts(&self) -> FragmentCounts {
        FragmentCounts { waiting: self.waiting.len() as u64, ..self.counts }
    }

    /// Layout, little-endian: count u32; each source and destination (family u8, address u128), id u32, protocol u8, since i64, length u32 (all
    /// ones: not known), pieces u32; each offset u16, length u32, bytes.
    pub fn save(&self, out: &mut Vec<u8>) {
        out.extend((self.waiting.len() as u32).to_le_bytes());
        for (key, waiting) in self.waiting.iter() {
            key.addresses.save(out);
            out.extend(key.id.to_le_bytes());
            out.push(key.protocol);
            out.extend(waiting.since.to_le_bytes());
            out.extend(waiting.length.map_or(u32::MAX, |length| length as u32).to_le_bytes());
            out.extend((waiting.pieces.len() as u32).to_le_bytes());
            for (offset, bytes) in &waiting.pieces {
                out.extend(offset.to_le_bytes());
                out.extend((bytes.len() as u32).to_le_bytes());
                out.extend(bytes);
            }
        }
    }

    /// Takes over what was saved.
    ///
    /// # Errors
    /// When the bytes end too early.
    pub fn restore(&mut self, saved: &mut Reader<'_>) -> Result<(), OutOfBounds> {
        for _ in 0..saved.u32_le()? {
            let key = Key { addresses: Addresses::restore(saved)?, id: saved.u32_le()?, protocol: saved.u8()? };
            let (since, length) = (saved.i64_le()?, saved.u32_le()?);
            let mut waiting = Waiting { since, length: (length != u32::MAX).then_some(length as usize), ..Waiting::default() };
            for _ in 0..saved.u32_le()? {
                let (offset, length) = (saved.u16_le()?, saved.u32_le()?);
                waiting.keep(offset, saved.take(length as usize)?);
            }
            let size = waiting.size();
            self.waiting.insert(key, waiting, size);
        }
        Ok(())
    }
}

impl Waiting {
    fn size(&self) -> usize {
        self.bytes + self.pieces.len() * OVERHEAD
    }

    fn keep(&mut self, offset: u16, bytes: &[u8]) {
        let place = self.pieces.partition_point(|(other, _)| *other <= offset);
        self.pieces.insert(place, (offset, bytes.to_vec()));
        self.bytes += bytes.len();
    }

    fn put(&mut self, piece: Piece, bytes: &[u8], whole: &mut Vec<u8>) -> bool {
        let twice = self.pieces.iter().any(|(offset, other)| *offset == piece.offset && other.len() >= bytes.len());
        if !twice {
            self.keep(piece.offset, bytes);
        }
        if !piece.more && self.length.is_none() {
            self.length = Some(usize::from(piece.offset) + bytes.len());
        }
        // Only when there may be enough: going through the pieces at every one would cost the square of their number.
        self.length.is_some_and(|length| self.bytes >= length && self.assemble(length, whole))
    }

    fn assemble(&self, length: usize, whole: &mut Vec<u8>) -> bool {
        whole.clear();
        for (offset, bytes) in &self.pieces {
            let Some(known) = whole.len().checked_sub(usize::from(*offset)) else { return false };
            whole.extend_from_slice(bytes.get(known..).unwrap_or_default());
        }
        whole.truncate(length);
        whole.len() == length
    }
}
