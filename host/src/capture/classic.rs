//! Classic pcap, by libpcap's sf-pcap.c: a header of 24 bytes, then records of 16 (24 in Kuznetzov's variant) and the packet.

use super::batch::Batch;
use super::damage::Cause;
use super::order::Order;
use super::pcapng::SECTION as SECTION_MAGIC;
use super::preamble::{Preamble, limit};
use super::record::{LARGEST_PACKET, Packet, Record, believable};

/// Bytes of a file header.
pub(super) const HEADER: usize = 24;

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
/// Alexey Kuznetzov's patch of libpcap, in Red Hat Linux 6: microseconds, and eight more bytes in each record header.
const KUZNETZOV: u32 = 0xa1b2_cd34;

/// Bytes of the usual record header.
const USUAL: usize = 16;

/// Whether a little-endian number can be the first of a file header, in either order: a quick question that errs on the safe side.
#[inline]
fn may_be_magic(number: u32) -> bool {
    number >> 16 == MICROSECONDS >> 16 || number & 0xffff == MICROSECONDS.swap_bytes() & 0xffff || number == SECTION_MAGIC
}

/// What a capture's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Classic {
    order: Order,
    /// Nanoseconds in the unit of a record's fraction.
    fraction: i64,
    record_header: usize,
    lengths: Lengths,
    link_type: u32,
    believable: u32,
}

/// Which of the two lengths in a record comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lengths {
    CapturedFirst,
    /// Before version 2.3, and in DG/UX.
    OriginalFirst,
    /// Version 2.3 writers disagree: the smaller one is the captured length.
    SmallerIsCaptured,
}

impl Classic {
    /// Whether these bytes begin with one of the magic numbers.
    #[inline]
    pub fn begins(bytes: &[u8]) -> bool {
        Self::magic(bytes).is_some()
    }

    #[inline]
    fn magic(bytes: &[u8]) -> Option<(Order, u32)> {
        let magic = u32::from_le_bytes(*bytes.first_chunk()?);
        let order = |order, magic| matches!(magic, MICROSECONDS | NANOSECONDS | KUZNETZOV).then_some((order, magic));
        order(Order::Little, magic).or_else(|| order(Order::Big, magic.swap_bytes()))
    }

    /// Reads a header. `None`: it is not one.
    pub fn header(bytes: &[u8]) -> Option<Result<Self, Cause>> {
        let (order, magic) = Self::magic(bytes)?;
        let (major, minor) = (order.u16(bytes, 4)?, order.u16(bytes, 6)?);
        let link = order.u32(bytes, 20)?;
        let lengths = match (major, minor) {
            (2, 4) => Lengths::CapturedFirst,
            (2, 3) => Lengths::SmallerIsCaptured,
            (2, 0..3) | (543, 0) => Lengths::OriginalFirst,
            _ => return Some(Err(Cause::unsupported(format!("version {major}.{minor} of pcap, expected 2.0 to 2.4")))),
        };
        let link_type = link & 0xffff;
        Some(Ok(Self {
            order,
            fraction: if magic == NANOSECONDS { 1 } else { 1000 },
            record_header: if magic == KUZNETZOV { 24 } else { USUAL },
            lengths,
            link_type,
            believable: believable(link_type),
        }))
    }

    /// What the header of this capture says of all of it.
    pub fn preamble(&self, header: &[u8]) -> Preamble {
        let snapshot = limit(self.order.u32(header, 16).unwrap_or_default());
        Preamble { link_type: self.link_type, snapshot, nanoseconds: self.fraction == 1 }
    }

    /// The record at the head of `bytes`.
    #[inline]
    pub fn record(&self, bytes: &[u8]) -> Record {
        let Some(header) = bytes.first_chunk() else { return Record::Needs { size: self.record_header } };
        let [seconds, fraction, first, second] = self.order.four(header);
        let (captured, length) = match self.lengths {
            Lengths::CapturedFirst => (first, second),
            Lengths::OriginalFirst => (second, first),
            Lengths::SmallerIsCaptured => (first.min(second), first.max(second)),
        };
        if captured > self.believable {
            return Record::Lost(self.unbelievable(captured));
        }
        let size = self.record_header.saturating_add(captured as usize);
        if captured > LARGEST_PACKET {
            return Record::Bad { size, cause: too_large(captured) };
        }
        if bytes.len() < size {
            return Record::Needs { size };
        }
        let time = i64::from(seconds) * 1_000_000_000 + i64::from(fraction) * self.fraction;
        Record::Packet(Packet { link_type: self.link_type, time, offset: self.record_header, captured, length, size })
    }

    /// What the header of a record says, whose packet need not be there. `None`: it is not of the usual 16 bytes.
    pub fn stored(&self, record: &[u8]) -> Option<Packet> {
        let [seconds, fraction, captured, length] = self.order.four(record.first_chunk()?);
        if self.record_header != USUAL {
            return None;
        }
        let time = i64::from(seconds) * 1_000_000_000 + i64::from(fraction) * self.fraction;
        Some(Packet { link_type: self.link_type, time, offset: USUAL, captured, length, size: USUAL })
    }

    /// Adds the usual records from `at` on to a batch, as far as nothing is odd; says where they end. What is odd is [`record`](Self::record)'s.
    pub fn usual_records(&self, bytes: &[u8], mut at: usize, batch: &mut Batch) -> usize {
        if self.order != Order::Little || self.record_header != USUAL || self.lengths != Lengths::CapturedFirst {
            return at;
        }
        let most = self.believable.min(LARGEST_PACKET);
        while let Some(header) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            let [seconds, fraction, captured, length] = Order::Little.four(header);
            let size = USUAL + captured as usize;
            if captured > most || size > bytes.len() - at || may_be_magic(seconds) {
                break;
            }
            let time = i64::from(seconds) * 1_000_000_000 + i64::from(fraction) * self.fraction;
            if !batch.push(at, &Packet { link_type: self.link_type, time, offset: USUAL, captured, length, size }) {
                break;
            }
            at += size;
        }
        at
    }

    #[cold]
    fn unbelievable(&self, captured: u32) -> Cause {
        let (limit, link) = (self.believable, self.link_type);
        Cause::malformed(format!("a captured length of {captured} bytes, expected at most {limit} for link type {link}"))
    }
}

#[cold]
pub(super) fn too_large(captured: u32) -> Cause {
    Cause::too_large(format!("a packet of {captured} bytes, and at most {LARGEST_PACKET} are taken"))
}
