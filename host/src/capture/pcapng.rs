//! pcapng (draft-ietf-opsawg-pcapng): blocks that say twice how long they are, in sections of one byte order each.

use super::classic::too_large;
use super::damage::Cause;
use super::interface::Interface;
use super::order::Order;
use super::record::{LARGEST_PACKET, Packet, Record};

pub(super) const SECTION: u32 = 0x0a0d_0d0a;
const SECTION_BYTES: [u8; 4] = SECTION.to_le_bytes();
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// Type and length before the body of a block.
const HEAD: usize = 8;
/// Type, length, and length again.
const SMALLEST: u32 = 12;
/// A block with one packet, with room for options; larger blocks are never held.
const LARGEST: u32 = LARGEST_PACKET + (1 << 20);
/// Interfaces of a section: 24 MiB of memory.
const INTERFACES: usize = 1 << 20;

/// A section that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    order: Order,
    /// `None`: its description cannot be used, and neither can packets from there.
    interfaces: Vec<Option<Interface>>,
}

/// What a section's header says.
#[derive(Debug)]
pub(super) enum Start {
    Needs { size: usize },
    Section { section: Section, size: usize, length: Option<u64> },
    Bad(Cause),
}

impl Section {
    /// Whether these bytes begin with the type of a section's header.
    #[inline]
    pub fn begins(bytes: &[u8]) -> bool {
        bytes.starts_with(&SECTION_BYTES)
    }

    /// Reads a section's header block: byte order, version, bytes of the section behind the header (-1: unknown).
    pub fn start(bytes: &[u8]) -> Start {
        let order = match bytes.get(HEAD..).and_then(<[u8]>::first_chunk) {
            None => return Start::Needs { size: HEAD + 4 },
            Some([0x4d, 0x3c, 0x2b, 0x1a]) => Order::Little,
            Some([0x1a, 0x2b, 0x3c, 0x4d]) => Order::Big,
            Some(other) => return Start::Bad(Cause::malformed(format!("a byte order of {other:02x?}, expected 1a2b3c4d or 4d3c2b1a"))),
        };
        let block = match Block::read(bytes, order) {
            Ok(block) => block,
            Err(Record::Needs { size }) => return Start::Needs { size },
            Err(Record::Lost(cause) | Record::Bad { cause, .. }) => return Start::Bad(cause),
            Err(_) => return Start::Bad(Cause::too_large("a section header that is too large")),
        };
        match (order.u16(block.body, 4), order.i64(block.body, 8)) {
            (Some(1), Some(length)) => {
                Start::Section { section: Self { order, interfaces: Vec::new() }, size: block.size, length: u64::try_from(length).ok() }
            }
            (Some(major), Some(_)) => Start::Bad(Cause::unsupported(format!("version {major} of pcapng, expected 1"))),
            _ => Start::Bad(Cause::malformed("a section header of less than 28 bytes")),
        }
    }

    /// The one that was described first, unless that cannot be used.
    pub fn first_interface(&self) -> Option<&Interface> {
        self.interfaces.first()?.as_ref()
    }

    /// Interfaces that were described so far, wrongly or not.
    #[inline]
    pub fn interfaces(&self) -> usize {
        self.interfaces.len()
    }

    /// The block at the head of `bytes`, which begins no section.
    #[inline]
    pub fn record(&mut self, bytes: &[u8]) -> Record {
        let block = match Block::read(bytes, self.order) {
            Ok(block) => block,
            Err(record) => return record,
        };
        let size = block.size;
        match self.content(&block) {
            Ok(Some(packet)) => Record::Packet(packet),
            Ok(None) => Record::Other { size },
            Err(cause) => Record::Bad { size, cause },
        }
    }

    #[inline]
    fn content(&mut self, block: &Block<'_>) -> Result<Option<Packet>, Cause> {
        match block.of {
            ENHANCED_PACKET => self.enhanced(block).map(Some),
            SIMPLE_PACKET => self.simple(block).map(Some),
            OLD_PACKET => self.old(block).map(Some),
            INTERFACE => self.describe(block).map(|()| None),
            _ => Ok(None),
        }
    }

    /// Interface, time (high, low), captured length, length, packet.
    #[inline]
    fn enhanced(&self, block: &Block<'_>) -> Result<Packet, Cause> {
        let fields = (block.body.first_chunk(), self.order.u32(block.body, 16));
        let (Some(head), Some(length)) = fields else { return Err(short(block)) };
        let [interface, high, low, captured] = self.order.four(head);
        let interface = self.interface(interface)?;
        let time = interface.time(u64::from(high) << 32 | u64::from(low));
        block.packet(Claim { link_type: interface.link_type, time, offset: 20, captured, length })
    }

    /// Interface and drop count of two bytes each, then as an enhanced packet.
    fn old(&self, block: &Block<'_>) -> Result<Packet, Cause> {
        let fields = (block.body.first_chunk(), self.order.u16(block.body, 0), self.order.u32(block.body, 16));
        let (Some(head), Some(interface), Some(length)) = fields else { return Err(short(block)) };
        let [_, high, low, captured] = self.order.four(head);
        let interface = self.interface(interface.into())?;
        let time = interface.time(u64::from(high) << 32 | u64::from(low));
        block.packet(Claim { link_type: interface.link_type, time, offset: 20, captured, length })
    }

    /// Length and packet, of the first interface, without a time; as much of it as the snapshot length allows.
    fn simple(&self, block: &Block<'_>) -> Result<Packet, Cause> {
        let length = self.order.u32(block.body, 0).ok_or_else(|| short(block))?;
        let interface = self.interface(0)?;
        let captured = if interface.snapshot == 0 { length } else { length.min(interface.snapshot) };
        block.packet(Claim { link_type: interface.link_type, time: 0, offset: 4, captured, length })
    }

    fn describe(&mut self, block: &Block<'_>) -> Result<(), Cause> {
        if self.interfaces.len() >= INTERFACES {
            return Err(Cause::too_large(format!("more than {INTERFACES} interfaces in a section")));
        }
        let interface = Interface::read(block.body, self.order);
        self.interfaces.push(interface.as_ref().ok().copied());
        interface.map(|_| ())
    }

    #[inline]
    fn interface(&self, number: u32) -> Result<&Interface, Cause> {
        let interface = usize::try_from(number).ok().and_then(|number| self.interfaces.get(number));
        interface.and_then(Option::as_ref).ok_or_else(|| self.no_interface(number))
    }

    #[cold]
    fn no_interface(&self, number: u32) -> Cause {
        let known = self.interfaces.len();
        Cause::malformed(format!("a packet of interface {number}, and {known} are described before it, or that one wrongly"))
    }
}

#[cold]
fn short(block: &Block<'_>) -> Cause {
    Cause::malformed(format!("a packet block of {} bytes, too short for its own fields", block.size))
}

/// A whole block whose two lengths agree.
struct Block<'a> {
    of: u32,
    body: &'a [u8],
    size: usize,
}

/// What a packet block says of its packet.
struct Claim {
    link_type: u32,
    time: i64,
    /// In the body.
    offset: usize,
    captured: u32,
    length: u32,
}

impl<'a> Block<'a> {
    #[inline]
    fn read(bytes: &'a [u8], order: Order) -> Result<Self, Record> {
        let (Some(of), Some(length)) = (order.u32(bytes, 0), order.u32(bytes, 4)) else { return Err(Record::Needs { size: HEAD }) };
        if length < SMALLEST || !length.is_multiple_of(4) {
            return Err(Record::Lost(bad_length(length)));
        }
        let size = length as usize;
        if length > LARGEST {
            return Err(oversized(of, size));
        }
        let Some(body) = bytes.get(HEAD..size - 4) else { return Err(Record::Needs { size }) };
        match order.u32(bytes, size - 4) {
            None => Err(Record::Needs { size }),
            Some(again) if again == length => Ok(Self { of, body, size }),
            Some(again) => Err(Record::Lost(disagreeing(length, again))),
        }
    }

    #[inline]
    fn packet(&self, claim: Claim) -> Result<Packet, Cause> {
        let Claim { link_type, time, offset, captured, length } = claim;
        let room = self.body.len() - offset.min(self.body.len());
        if captured as usize > room {
            return Err(Cause::malformed(format!("a packet of {captured} bytes in a block that has room for {room}")));
        }
        if captured > LARGEST_PACKET {
            return Err(too_large(captured));
        }
        Ok(Packet { link_type, time, offset: HEAD + offset, captured, length, size: self.size })
    }
}

#[cold]
fn bad_length(length: u32) -> Cause {
    Cause::malformed(format!("a block length of {length}, expected a multiple of 4 from {SMALLEST}"))
}

#[cold]
fn disagreeing(length: u32, again: u32) -> Cause {
    Cause::malformed(format!("a block that says {length} bytes at its beginning and {again} at its end"))
}

#[cold]
fn oversized(of: u32, size: usize) -> Record {
    match of {
        ENHANCED_PACKET | SIMPLE_PACKET | OLD_PACKET | INTERFACE => {
            Record::Bad { size, cause: Cause::too_large(format!("a block of {size} bytes, and at most {LARGEST} are taken")) }
        }
        _ => Record::Other { size },
    }
}
