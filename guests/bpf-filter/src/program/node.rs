//! The parts of a program.

use super::value::{Field, Slot, Step};

/// A whole program. Every way on leads to a later node, so that nodes can be run in their order, each for all packets at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Program {
    pub nodes: Vec<Node>,
    pub tests: Vec<Test>,
    pub computations: Vec<Vec<Step>>,
    pub root: Target,
}

impl Program {
    /// No packet is selected, whatever it holds.
    pub fn is_never(&self) -> bool {
        self.root == Target::REJECT
    }
}

/// Where a packet goes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target(pub u32);

impl Target {
    pub const ACCEPT: Self = Self(u32::MAX);
    pub const REJECT: Self = Self(u32::MAX - 1);

    /// The number of a node, unless the packet's fate is known.
    pub fn node(self) -> Option<usize> {
        if self == Self::ACCEPT || self == Self::REJECT { None } else { Some(self.0 as usize) }
    }
}

impl Default for Target {
    fn default() -> Self {
        Self::REJECT
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    Test {
        /// In [`Program::tests`].
        test: u32,
        yes: Target,
        no: Target,
    },
    /// Sets a slot.
    Set {
        slot: Slot,
        /// In [`Program::computations`].
        computation: u32,
        next: Target,
    },
}

/// Whether `(operand & mask) - low`, which wraps, is at most `span`: equality and every range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Test {
    pub operand: Operand,
    pub mask: u32,
    pub low: u32,
    pub span: u32,
}

impl Test {
    #[inline]
    pub fn holds(&self, value: u32) -> bool {
        (value & self.mask).wrapping_sub(self.low) <= self.span
    }
}

/// What a test looks at. Where it lies beyond the end of what was captured, the packet is rejected whatever the expression says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operand {
    Field(Field),
    /// Bytes on the wire.
    Length,
    /// In [`Program::computations`].
    Computation(u32),
    /// No packet needs to be looked at.
    Constant(u32),
}
