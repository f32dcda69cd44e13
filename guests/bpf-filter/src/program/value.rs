//! Values that are computed from a packet: the fields that tests look at, and arithmetic over them.

use super::packet::Packet;

/// A number that is known for each packet once it is set: where a header of no fixed place lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot(pub u8);

/// Bytes of a field, big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    One,
    Two,
    Four,
}

impl Size {
    pub fn bytes(self) -> u32 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
        }
    }

    /// The largest value of such a field.
    pub fn most(self) -> u32 {
        u32::MAX >> (32 - 8 * self.bytes())
    }
}

/// What a field's place is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    /// The first byte.
    Packet,
    Slot(Slot),
    /// What follows the IPv4 header, less the header's own place: four times the low half of the byte at `at`, and the slot where there is one.
    Ipv4 {
        slot: Option<Slot>,
        at: u32,
    },
}

/// A field of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Field {
    pub base: Base,
    pub at: u32,
    pub size: Size,
}

/// An arithmetic operator. Numbers are of 32 bits and wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    ExclusiveOr,
    ShiftLeft,
    ShiftRight,
    /// These three give 1 or 0.
    Equal,
    Greater,
    AtLeast,
}

impl Operator {
    /// `None`: a division by zero, which no packet survives.
    pub fn apply(self, left: u32, right: u32) -> Option<u32> {
        Some(match self {
            Self::Add => left.wrapping_add(right),
            Self::Subtract => left.wrapping_sub(right),
            Self::Multiply => left.wrapping_mul(right),
            Self::Divide => left.checked_div(right)?,
            Self::Remainder => left.checked_rem(right)?,
            Self::And => left & right,
            Self::Or => left | right,
            Self::ExclusiveOr => left ^ right,
            Self::ShiftLeft => left.checked_shl(right).unwrap_or(0),
            Self::ShiftRight => left.checked_shr(right).unwrap_or(0),
            Self::Equal => u32::from(left == right),
            Self::Greater => u32::from(left > right),
            Self::AtLeast => u32::from(left >= right),
        })
    }
}

/// A step of a computation on a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    Number(u32),
    /// Bytes that the packet had on the wire.
    Length,
    Slot(Slot),
    Field(Field),
    /// Takes a place, and gives the field that begins `at` bytes behind it.
    Load {
        at: u32,
        size: Size,
    },
    /// The length of the IPv4 header that begins `at` bytes behind the slot.
    HeaderLength {
        slot: Option<Slot>,
        at: u32,
    },
    Negate,
    Operator(Operator),
    /// Takes a condition and two numbers: the first if the condition is not 0, else the second.
    Choose,
    /// How long a header is that no arithmetic describes.
    Header(Header),
    /// The protocol at which a chain of IP headers stops, at `wanted` at the latest.
    ProtocolChain {
        version: super::chain::Version,
        at: u32,
        wanted: u32,
    },
}

/// A header whose length the packet itself tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Header {
    /// The radio header of Prism cards: 144 bytes, or what an AVS header says if there is one instead.
    Prism,
    /// Where the body of an 802.11 frame begins.
    Wlan { prefix: Option<Slot>, radiotap: bool },
}

/// Values that a computation may hold at a time.
pub const DEPTH: usize = 64;

/// Runs a computation. `None`: it looks beyond the packet's end or divides by zero, and the packet is not selected.
pub fn compute(steps: &[Step], packet: &Packet<'_>) -> Option<u32> {
    let mut stack = Stack { values: [0; DEPTH], height: 0 };
    for step in steps {
        let value = match *step {
            Step::Number(number) => number,
            Step::Length => packet.length,
            Step::Slot(slot) => packet.slot(slot),
            Step::Field(field) => packet.field(field)?,
            Step::Load { at, size } => packet.load(stack.pop(), at, size)?,
            Step::HeaderLength { slot, at } => packet.header_length(slot, at)?,
            Step::Negate => stack.pop().wrapping_neg(),
            Step::Operator(operator) => {
                let right = stack.pop();
                operator.apply(stack.pop(), right)?
            }
            Step::Choose => {
                let (otherwise, then) = (stack.pop(), stack.pop());
                if stack.pop() == 0 { otherwise } else { then }
            }
            Step::Header(header) => super::header::length(header, packet)?,
            Step::ProtocolChain { version, at, wanted } => super::chain::follow(version, at, wanted, packet)?,
        };
        stack.push(value);
    }
    Some(stack.pop())
}

/// Its height was checked when the computation was built.
struct Stack {
    values: [u32; DEPTH],
    height: usize,
}

impl Stack {
    fn push(&mut self, value: u32) {
        if let Some(place) = self.values.get_mut(self.height) {
            *place = value;
            self.height += 1;
        }
    }

    fn pop(&mut self) -> u32 {
        self.height = self.height.saturating_sub(1);
        self.values.get(self.height).copied().unwrap_or(0)
    }
}
