//! Runs a program over a batch: node after node, each for all of 64 packets that wait there. Where most of them wait, a test looks at all and decides in
//! a loop without a branch that depends on a packet; where few do, at those.

use weir_sdk::{PacketBatch, Selection};

use super::node::{Node, Operand, Program, Target, Test};
use super::packet::{Packet, SLOTS};
use super::value::{Base, Field, Size, compute};

/// Packets that are run at a time: one bit each.
const TOGETHER: usize = u64::BITS as usize;
/// From so many on it is less work to look at all.
const MOST: u32 = 20;

/// Memory that is used again for every batch.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Of each node the packets that wait there.
    waiting: Vec<u64>,
    slots: Vec<[u32; SLOTS]>,
}

/// Packets that are run together.
struct Group<'a> {
    batch: PacketBatch<'a>,
    /// The place of the first in the batch.
    first: usize,
    bytes: [&'a [u8]; TOGETHER],
    /// Bytes of the shortest.
    shortest: usize,
}

/// What a test says of the packets of a group.
#[derive(Debug, Clone, Copy, Default)]
struct Outcome {
    yes: u64,
    /// Neither yes nor no of packets that are too short for the question.
    no: u64,
}

impl Program {
    /// The packets that the program accepts.
    pub fn run(&self, batch: &PacketBatch<'_>, scratch: &mut Scratch) -> Selection {
        let mut selection = Selection::none(batch.len());
        scratch.waiting.clear();
        scratch.waiting.resize(self.nodes.len(), 0);
        let has_slots = self.nodes.iter().any(|node| matches!(node, Node::Set { .. }));
        scratch.slots.clear();
        scratch.slots.resize(if has_slots { TOGETHER } else { 0 }, [0; SLOTS]);
        let mut packets = batch.bytes();
        let mut group = Group { batch: *batch, first: 0, bytes: [&[]; TOGETHER], shortest: 0 };
        for first in (0..batch.len()).step_by(TOGETHER) {
            if self.root.node().is_some() {
                group.fill(first, &mut packets);
            }
            let count = (batch.len() - first).min(TOGETHER);
            let all = u64::MAX >> (TOGETHER - count);
            selection.set_64(first / TOGETHER, self.accepted(&group, all, scratch));
        }
        selection
    }

    /// Those of the packets `all` that are accepted.
    fn accepted(&self, group: &Group<'_>, all: u64, scratch: &mut Scratch) -> u64 {
        let mut accepted = 0;
        scratch.slots.fill([0; SLOTS]);
        scratch.send(self.root, all, &mut accepted);
        for (number, node) in self.nodes.iter().enumerate() {
            let waiting = scratch.waiting.get_mut(number).map(std::mem::take).unwrap_or(0);
            if waiting == 0 {
                continue;
            }
            let outcome = self.outcome(node, group, waiting, scratch);
            let [on_no, on_yes] = node.ways();
            scratch.send(on_yes, outcome.yes, &mut accepted);
            scratch.send(on_no, outcome.no, &mut accepted);
        }
        accepted
    }

    fn outcome(&self, node: &Node, group: &Group<'_>, waiting: u64, scratch: &mut Scratch) -> Outcome {
        match *node {
            Node::Test { test, .. } => {
                self.tests.get(test as usize).map(|test| self.decide(test, group, waiting, &scratch.slots)).unwrap_or_default()
            }
            Node::Set { slot, computation, .. } => {
                let steps = self.computations.get(computation as usize).map(Vec::as_slice).unwrap_or_default();
                each(waiting, |place| {
                    let value = compute(steps, &group.packet(place, &scratch.slots))?;
                    *scratch.slots.get_mut(place)?.get_mut(usize::from(slot.0))? = value;
                    Some(true)
                })
            }
        }
    }

    fn decide(&self, test: &Test, group: &Group<'_>, waiting: u64, slots: &[[u32; SLOTS]]) -> Outcome {
        match test.operand {
            Operand::Field(Field { base: Base::Packet, at, size }) => match size {
                Size::One => fixed::<1>(test, group, at, waiting),
                Size::Two => fixed::<2>(test, group, at, waiting),
                Size::Four => fixed::<4>(test, group, at, waiting),
            },
            Operand::Field(Field { base: Base::Ipv4 { slot: None, at: header }, at, size }) => match size {
                Size::One => behind::<1>(test, group, (header, at), waiting),
                Size::Two => behind::<2>(test, group, (header, at), waiting),
                Size::Four => behind::<4>(test, group, (header, at), waiting),
            },
            Operand::Field(field) => each(waiting, |place| group.packet(place, slots).field(field).map(|value| test.holds(value))),
            Operand::Length => each(waiting, |place| Some(test.holds(group.length(place)))),
            Operand::Constant(value) if test.holds(value) => Outcome { yes: waiting, no: 0 },
            Operand::Constant(_) => Outcome { yes: 0, no: waiting },
            Operand::Computation(number) => {
                let steps = self.computations.get(number as usize).map(Vec::as_slice).unwrap_or_default();
                each(waiting, |place| compute(steps, &group.packet(place, slots)).map(|value| test.holds(value)))
            }
        }
    }
}

/// Asks of each packet that waits.
#[inline]
fn each(mut waiting: u64, mut decide: impl FnMut(usize) -> Option<bool>) -> Outcome {
    let mut outcome = Outcome::default();
    while waiting != 0 {
        let bit = waiting & waiting.wrapping_neg();
        match decide(waiting.trailing_zeros() as usize) {
            Some(true) => outcome.yes |= bit,
            Some(false) => outcome.no |= bit,
            None => {}
        }
        waiting ^= bit;
    }
    outcome
}

/// Asks of all packets of a group, and keeps what it is of those that wait. Packets of less than `end` bytes are too short for the question.
#[inline]
fn all(group: &Group<'_>, end: usize, waiting: u64, mut holds: impl FnMut(&[u8]) -> bool) -> Outcome {
    const STEP: usize = 8;
    let (mut yes, mut long) = (0, u64::MAX);
    for (step, packets) in group.bytes.as_chunks::<STEP>().0.iter().enumerate() {
        let mut bits = 0;
        for (place, bytes) in packets.iter().enumerate() {
            bits |= u64::from(holds(bytes)) << place;
        }
        yes |= bits << (step * STEP);
    }
    if group.shortest < end {
        long = each(waiting, |place| group.bytes.get(place).map(|bytes| bytes.len() >= end)).yes;
    }
    Outcome { yes: yes & long & waiting, no: !yes & long & waiting }
}

/// A field of a fixed place.
fn fixed<const SIZE: usize>(test: &Test, group: &Group<'_>, at: u32, waiting: u64) -> Outcome {
    let end = at as usize + SIZE;
    let field = |bytes: &[u8]| bytes.get(..end).and_then(<[u8]>::last_chunk::<SIZE>).copied();
    let equal = Equal::<SIZE>::new(test);
    match (waiting.count_ones() >= MOST, test.span) {
        (true, 0) => all(group, end, waiting, |bytes| field(bytes).is_some_and(|bytes| equal.holds(&bytes))),
        (true, _) => all(group, end, waiting, |bytes| field(bytes).is_some_and(|bytes| test.holds(big_endian(&bytes)))),
        (false, 0) => each(waiting, |place| group.bytes.get(place).and_then(|bytes| field(bytes)).map(|bytes| equal.holds(&bytes))),
        (false, _) => {
            each(waiting, |place| group.bytes.get(place).and_then(|bytes| field(bytes)).map(|bytes| test.holds(big_endian(&bytes))))
        }
    }
}

/// A field behind an IPv4 header.
fn behind<const SIZE: usize>(test: &Test, group: &Group<'_>, (header, at): (u32, u32), waiting: u64) -> Outcome {
    let (header, end) = (header as usize, at as usize + SIZE);
    let field = |place: usize| {
        let bytes = group.bytes.get(place)?;
        let length = usize::from(bytes.get(header)? & 0xf) * 4;
        bytes.get(..end.checked_add(length)?)?.last_chunk::<SIZE>()
    };
    if test.span == 0 {
        let equal = Equal::<SIZE>::new(test);
        each(waiting, |place| field(place).map(|bytes| equal.holds(bytes)))
    } else {
        each(waiting, |place| field(place).map(|bytes| test.holds(big_endian(bytes))))
    }
}

/// A test for one value, turned to the byte order of the machine once and not for each packet.
struct Equal<const SIZE: usize> {
    mask: u32,
    value: u32,
}

impl<const SIZE: usize> Equal<SIZE> {
    fn new(test: &Test) -> Self {
        let unused = 32 - 8 * SIZE as u32;
        let turned = |value: u32| (value << unused).swap_bytes();
        if test.low > u32::MAX >> unused {
            // No field of this size has such a value.
            return Self { mask: 0, value: 1 };
        }
        Self { mask: turned(test.mask), value: turned(test.low) }
    }

    #[inline]
    fn holds(&self, bytes: &[u8; SIZE]) -> bool {
        let value = bytes.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
        value & self.mask == self.value
    }
}

#[inline]
fn big_endian<const SIZE: usize>(bytes: &[u8; SIZE]) -> u32 {
    bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte))
}

impl Scratch {
    /// Brings packets to where they go on, to those that wait there.
    #[inline]
    fn send(&mut self, target: Target, packets: u64, accepted: &mut u64) {
        if target == Target::ACCEPT {
            *accepted |= packets;
        } else if let Some(waiting) = target.node().and_then(|node| self.waiting.get_mut(node)) {
            *waiting |= packets;
        }
    }
}

impl<'a> Group<'a> {
    /// Takes the next packets. A function of its own, so that its loop has all registers to itself.
    #[inline(never)]
    fn fill(&mut self, first: usize, packets: &mut impl Iterator<Item = &'a [u8]>) {
        let mut shortest = usize::MAX;
        for (bytes, packet) in self.bytes.iter_mut().zip(packets) {
            shortest = shortest.min(packet.len());
            *bytes = packet;
        }
        (self.first, self.shortest) = (first, shortest);
    }

    fn length(&self, place: usize) -> u32 {
        self.batch.length(self.first + place).unwrap_or(0)
    }

    fn packet<'g>(&'g self, place: usize, slots: &'g [[u32; SLOTS]]) -> Packet<'g> {
        const UNSET: &[u32; SLOTS] = &[0; SLOTS];
        let bytes = self.bytes.get(place).copied().unwrap_or_default();
        Packet { bytes, length: self.length(place), slots: slots.get(place).unwrap_or(UNSET) }
    }
}
