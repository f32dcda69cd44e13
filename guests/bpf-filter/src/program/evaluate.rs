//! Runs a program over a batch: node after node, each for all packets that are there. A test then decides in a tight loop, and nothing is guessed by
//! the processor's branch prediction that depends on the packets.

use weir_sdk::{PacketBatch, Selection};

use super::node::{Node, Operand, Program, Target, Test};
use super::packet::{Packet, SLOTS};
use super::value::{Base, Field, Size, compute};

/// Packets that are run at a time: what is looked at of them stays in the first cache.
const TOGETHER: usize = 256;

/// Places of packets that wait at a node, and room for all of them.
#[derive(Debug, Clone)]
struct List {
    places: [u16; TOGETHER],
    length: usize,
}

/// Memory that is used again for every batch.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Of each node the list that waits there.
    waiting: Vec<Option<Box<List>>>,
    free: Vec<Box<List>>,
    slots: Vec<[u32; SLOTS]>,
}

/// Packets that are run together.
struct Group<'a> {
    bytes: [&'a [u8]; TOGETHER],
    lengths: [u32; TOGETHER],
}

impl Program {
    /// The packets that the program accepts.
    pub fn run(&self, batch: &PacketBatch<'_>, scratch: &mut Scratch) -> Selection {
        let mut selection = Selection::none(batch.len());
        scratch.waiting.resize(self.nodes.len(), None);
        let mut group = Group { bytes: [&[]; TOGETHER], lengths: [0; TOGETHER] };
        for first in (0..batch.len()).step_by(TOGETHER) {
            let count = group.fill(batch, first);
            let mut all = scratch.list();
            all.fill(count);
            scratch.slots.clear();
            scratch.slots.resize(if self.uses_slots() { TOGETHER } else { 0 }, [0; SLOTS]);
            scratch.send(self.root, all, first, &mut selection);
            self.run_group(&group, first, scratch, &mut selection);
        }
        selection
    }

    fn uses_slots(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node, Node::Set { .. }))
    }

    fn run_group(&self, group: &Group<'_>, first: usize, scratch: &mut Scratch, selection: &mut Selection) {
        for (number, node) in self.nodes.iter().enumerate() {
            let Some(list) = scratch.waiting.get_mut(number).and_then(Option::take) else { continue };
            let (mut yes, mut no) = (scratch.list(), scratch.list());
            match *node {
                Node::Test { test, .. } => {
                    if let Some(test) = self.tests.get(test as usize) {
                        self.decide(test, group, &scratch.slots, &list, [&mut yes, &mut no]);
                    }
                }
                Node::Set { slot, computation, .. } => {
                    let steps = self.computations.get(computation as usize).map(Vec::as_slice).unwrap_or_default();
                    list.part([&mut yes, &mut no], |place| {
                        let value = compute(steps, &group.packet(place, &scratch.slots))?;
                        *scratch.slots.get_mut(place)?.get_mut(usize::from(slot.0))? = value;
                        Some(true)
                    });
                }
            }
            let [on_no, on_yes] = node.ways();
            scratch.send(on_yes, yes, first, selection);
            scratch.send(on_no, no, first, selection);
            scratch.free.push(list);
        }
    }

    fn decide(&self, test: &Test, group: &Group<'_>, slots: &[[u32; SLOTS]], list: &List, to: [&mut List; 2]) {
        match test.operand {
            Operand::Field(Field { base: Base::Packet, at, size }) => match size {
                Size::One => fixed::<1>(test, group, at, list, to),
                Size::Two => fixed::<2>(test, group, at, list, to),
                Size::Four => fixed::<4>(test, group, at, list, to),
            },
            Operand::Field(Field { base: Base::Ipv4 { slot: None, at: header }, at, size }) => match size {
                Size::One => behind::<1>(test, group, (header, at), list, to),
                Size::Two => behind::<2>(test, group, (header, at), list, to),
                Size::Four => behind::<4>(test, group, (header, at), list, to),
            },
            Operand::Field(field) => list.part(to, |place| group.packet(place, slots).field(field).map(|value| test.holds(value))),
            Operand::Length => list.part(to, |place| group.lengths.get(place).map(|length| test.holds(*length))),
            Operand::Constant(value) => list.part(to, |_| Some(test.holds(value))),
            Operand::Computation(number) => {
                let steps = self.computations.get(number as usize).map(Vec::as_slice).unwrap_or_default();
                list.part(to, |place| compute(steps, &group.packet(place, slots)).map(|value| test.holds(value)));
            }
        }
    }
}

/// A field of a fixed place.
fn fixed<const SIZE: usize>(test: &Test, group: &Group<'_>, at: u32, list: &List, to: [&mut List; 2]) {
    let at = at as usize;
    let field = |place: usize| group.bytes.get(place)?.get(at..)?.first_chunk::<SIZE>();
    if test.span == 0 {
        let equal = Equal::<SIZE>::new(test);
        list.part(to, |place| field(place).map(|bytes| equal.holds(bytes)));
    } else {
        list.part(to, |place| field(place).map(|bytes| test.holds(big_endian(bytes))));
    }
}

/// A field behind an IPv4 header.
fn behind<const SIZE: usize>(test: &Test, group: &Group<'_>, (header, at): (u32, u32), list: &List, to: [&mut List; 2]) {
    let (header, at) = (header as usize, at as usize);
    let field = |place: usize| {
        let bytes = group.bytes.get(place)?;
        let length = usize::from(bytes.get(header)? & 0xf) * 4;
        bytes.get(at.checked_add(length)?..)?.first_chunk::<SIZE>()
    };
    if test.span == 0 {
        let equal = Equal::<SIZE>::new(test);
        list.part(to, |place| field(place).map(|bytes| equal.holds(bytes)));
    } else {
        list.part(to, |place| field(place).map(|bytes| test.holds(big_endian(bytes))));
    }
}

/// A test for one value, turned to the byte order of the machine once and not for each packet.
struct Equal<const SIZE: usize> {
    mask: u32,
    value: u32,
    possible: bool,
}

impl<const SIZE: usize> Equal<SIZE> {
    fn new(test: &Test) -> Self {
        let unused = 32 - 8 * SIZE as u32;
        let turned = |value: u32| (value << unused).swap_bytes();
        let fits = test.low <= u32::MAX >> unused;
        Self { mask: turned(test.mask), value: turned(test.low), possible: fits }
    }

    #[inline]
    fn holds(&self, bytes: &[u8; SIZE]) -> bool {
        let value = bytes.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
        value & self.mask == self.value && self.possible
    }
}

#[inline]
fn big_endian<const SIZE: usize>(bytes: &[u8; SIZE]) -> u32 {
    bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte))
}

impl List {
    fn fill(&mut self, count: usize) {
        self.length = count.min(TOGETHER);
        self.places.iter_mut().zip(0..).for_each(|(place, number)| *place = number);
    }

    /// Sends each packet to one of two lists, or to none.
    #[inline]
    fn part(&self, [yes, no]: [&mut Self; 2], mut decide: impl FnMut(usize) -> Option<bool>) {
        let (mut of_yes, mut of_no) = (0, 0);
        for &place in self.places.iter().take(self.length) {
            let outcome = decide(usize::from(place));
            // Written to both and kept in one: no branch depends on the packet.
            if let (Some(at_yes), Some(at_no)) = (yes.places.get_mut(of_yes), no.places.get_mut(of_no)) {
                (*at_yes, *at_no) = (place, place);
            }
            of_yes += usize::from(outcome == Some(true));
            of_no += usize::from(outcome == Some(false));
        }
        (yes.length, no.length) = (of_yes, of_no);
    }
}

impl Scratch {
    fn list(&mut self) -> Box<List> {
        self.free.pop().unwrap_or_else(|| Box::new(List { places: [0; TOGETHER], length: 0 }))
    }

    /// Brings packets to where they go on, to those that wait there.
    fn send(&mut self, target: Target, list: Box<List>, first: usize, selection: &mut Selection) {
        if target == Target::ACCEPT {
            list.places.iter().take(list.length).for_each(|place| selection.set(first + usize::from(*place)));
        }
        let waiting = target.node().filter(|_| list.length > 0).and_then(|node| self.waiting.get_mut(node));
        match waiting {
            Some(place @ None) => *place = Some(list),
            Some(Some(there)) => {
                there.append(&list);
                self.free.push(list);
            }
            None => self.free.push(list),
        }
    }
}

impl List {
    fn append(&mut self, other: &Self) {
        let room = self.places.iter_mut().skip(self.length);
        room.zip(other.places.iter().take(other.length)).for_each(|(place, other)| *place = *other);
        self.length = (self.length + other.length).min(TOGETHER);
    }
}

impl<'a> Group<'a> {
    /// Takes the packets from `first` on; says how many there are.
    fn fill(&mut self, batch: &PacketBatch<'a>, first: usize) -> usize {
        let mut count = 0;
        for (place, (bytes, length)) in self.bytes.iter_mut().zip(&mut self.lengths).enumerate() {
            let Some(packet) = batch.packet(first + place) else { break };
            (*bytes, *length) = (packet.bytes, packet.length);
            count += 1;
        }
        count
    }

    fn packet<'g>(&'g self, place: usize, slots: &'g [[u32; SLOTS]]) -> Packet<'g> {
        const UNSET: &[u32; SLOTS] = &[0; SLOTS];
        Packet {
            bytes: self.bytes.get(place).copied().unwrap_or_default(),
            length: self.lengths.get(place).copied().unwrap_or(0),
            slots: slots.get(place).unwrap_or(UNSET),
        }
    }
}
