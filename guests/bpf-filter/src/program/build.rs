//! Builds programs out of fragments: tests whose ways on are still open.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::node::{Node, Operand, Program, Target, Test};
use super::packet::SLOTS;
use super::value::{Base, DEPTH, Field, Operator, Size, Slot, Step};

/// A hash without a seed: a module has no randomness.
type Seedless = BuildHasherDefault<std::hash::DefaultHasher>;

/// A condition that is being built.
#[derive(Debug)]
pub struct Fragment {
    head: Target,
    yes: Vec<Exit>,
    no: Vec<Exit>,
}

/// A way on that leads nowhere yet.
#[derive(Debug, Clone, Copy)]
struct Exit {
    node: usize,
    of_yes: bool,
}

/// A program that is being built.
#[derive(Debug, Default)]
pub struct Builder {
    program: Program,
    tests: HashMap<Test, u32, Seedless>,
    computations: HashMap<Vec<Step>, u32, Seedless>,
    used: [bool; SLOTS],
    slots: u8,
}

impl Builder {
    /// The first `reserved` slots are the caller's to assign.
    pub fn new(reserved: u8) -> Self {
        Self { slots: reserved, ..Self::default() }
    }

    /// A slot that nothing else uses; `None`: there are no more.
    pub fn slot(&mut self) -> Option<Slot> {
        let slot = Slot(self.slots);
        self.slots += 1;
        (usize::from(slot.0) < SLOTS).then_some(slot)
    }

    /// Whether anything looks at a slot.
    pub fn uses(&self, slot: Slot) -> bool {
        self.used.get(usize::from(slot.0)).copied().unwrap_or(false)
    }

    /// Whether a masked operand lies in a range: `(operand & mask) - low <= span`.
    pub fn test(&mut self, operand: Operand, mask: u32, low: u32, span: u32) -> Fragment {
        let test = Test { operand, mask, low, span };
        match operand {
            Operand::Constant(value) => return self.always(test.holds(value)),
            // Nothing of the field is looked at.
            _ if mask == 0 => return self.always(test.holds(0)),
            Operand::Field(field) => self.mark(field.base),
            Operand::Length | Operand::Computation(_) => {}
        }
        let next = self.tests.len() as u32;
        let number = *self.tests.entry(test).or_insert(next);
        if number == next {
            self.program.tests.push(test);
        }
        self.node(number)
    }

    /// True or false of every packet.
    pub fn always(&mut self, value: bool) -> Fragment {
        let operand = Operand::Constant(u32::from(value));
        let test = Test { operand, mask: 1, low: 1, span: 0 };
        let next = self.tests.len() as u32;
        let number = *self.tests.entry(test).or_insert(next);
        if number == next {
            self.program.tests.push(test);
        }
        self.node(number)
    }

    fn node(&mut self, test: u32) -> Fragment {
        let node = self.push(Node::Test { test, yes: Target::REJECT, no: Target::REJECT });
        Fragment { head: Target(node as u32), yes: vec![Exit { node, of_yes: true }], no: vec![Exit { node, of_yes: false }] }
    }

    /// Sets a slot; then yes.
    pub fn set(&mut self, slot: Slot, steps: Vec<Step>) -> Fragment {
        let computation = self.computation(steps);
        let node = self.push(Node::Set { slot, computation, next: Target::REJECT });
        Fragment { head: Target(node as u32), yes: vec![Exit { node, of_yes: true }], no: Vec::new() }
    }

    fn push(&mut self, node: Node) -> usize {
        self.program.nodes.push(node);
        self.program.nodes.len() - 1
    }

    /// The simplest operand, and mask, that a computation comes down to.
    pub fn operand(&mut self, mut steps: Vec<Step>) -> (Operand, u32) {
        let mask = match steps.as_slice() {
            [_, Step::Number(mask), Step::Operator(Operator::And)] => *mask,
            _ => u32::MAX,
        };
        if mask != u32::MAX {
            steps.truncate(1);
        }
        let operand = match steps.as_slice() {
            [Step::Number(number)] => Operand::Constant(*number),
            [Step::Length] => Operand::Length,
            [Step::Field(field)] => Operand::Field(*field),
            _ => Operand::Computation(self.computation(steps)),
        };
        (operand, mask)
    }

    fn computation(&mut self, steps: Vec<Step>) -> u32 {
        for step in &steps {
            match *step {
                Step::Slot(slot) | Step::HeaderLength { slot: Some(slot), .. } => self.mark(Base::Slot(slot)),
                Step::Field(Field { base, .. }) => self.mark(base),
                Step::Header(super::value::Header::Wlan { prefix: Some(slot), .. }) => self.mark(Base::Slot(slot)),
                _ => {}
            }
        }
        let next = self.computations.len() as u32;
        if let Some(number) = self.computations.get(&steps) {
            return *number;
        }
        self.program.computations.push(steps.clone());
        self.computations.insert(steps, next);
        next
    }

    fn mark(&mut self, base: Base) {
        let (Base::Slot(slot) | Base::Ipv4 { slot: Some(slot), .. }) = base else { return };
        if let Some(used) = self.used.get_mut(usize::from(slot.0)) {
            *used = true;
        }
    }

    /// `left`, then `right` where `left` says yes.
    pub fn and(&mut self, mut left: Fragment, mut right: Fragment) -> Fragment {
        self.lead(&left.yes, right.head);
        left.no.append(&mut right.no);
        Fragment { head: left.head, yes: right.yes, no: left.no }
    }

    /// `left`, then `right` where `left` says no.
    pub fn or(&mut self, mut left: Fragment, mut right: Fragment) -> Fragment {
        self.lead(&left.no, right.head);
        left.yes.append(&mut right.yes);
        Fragment { head: left.head, yes: left.yes, no: right.no }
    }

    pub fn not(fragment: Fragment) -> Fragment {
        Fragment { head: fragment.head, yes: fragment.no, no: fragment.yes }
    }

    fn lead(&mut self, exits: &[Exit], target: Target) {
        for exit in exits {
            match self.program.nodes.get_mut(exit.node) {
                Some(Node::Test { yes, .. }) if exit.of_yes => *yes = target,
                Some(Node::Test { no, .. }) => *no = target,
                Some(Node::Set { next, .. }) => *next = target,
                None => {}
            }
        }
    }

    /// The program that selects what a condition says yes to.
    pub fn finish(mut self, condition: Fragment) -> Program {
        self.lead(&condition.yes, Target::ACCEPT);
        self.lead(&condition.no, Target::REJECT);
        self.program.root = condition.head;
        self.program.simplified()
    }
}

/// Why a computation is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadStep {
    DivisionByZero,
    LongShift,
    TooDeep,
}

/// Adds an operator to a computation, and computes at once what is known at once.
pub fn apply(left: &mut Vec<Step>, mut right: Vec<Step>, operator: Operator) -> Result<(), BadStep> {
    let constant = |steps: &[Step]| match steps {
        [Step::Number(number)] => Some(*number),
        _ => None,
    };
    let (of_left, of_right) = (constant(left), constant(&right));
    match (operator, of_right) {
        (Operator::Divide | Operator::Remainder, Some(0)) => return Err(BadStep::DivisionByZero),
        (Operator::ShiftLeft | Operator::ShiftRight, Some(32..)) => return Err(BadStep::LongShift),
        _ => {}
    }
    let nothing = match operator {
        Operator::Multiply | Operator::And => of_left == Some(0) || of_right == Some(0),
        Operator::Divide | Operator::Remainder | Operator::ShiftLeft | Operator::ShiftRight => of_left == Some(0),
        _ => false,
    };
    let known = if nothing { Some(0) } else { of_left.zip(of_right).and_then(|(left, right)| operator.apply(left, right)) };
    match (known, operator, of_right) {
        (Some(known), _, _) => *left = vec![Step::Number(known)],
        (None, Operator::Add | Operator::Subtract | Operator::Or | Operator::ExclusiveOr, Some(0)) => {}
        (None, Operator::ShiftLeft | Operator::ShiftRight, Some(0)) => {}
        _ => {
            left.append(&mut right);
            left.push(Step::Operator(operator));
        }
    }
    if depth(left) > DEPTH { Err(BadStep::TooDeep) } else { Ok(()) }
}

/// Values that a computation holds at a time.
fn depth(steps: &[Step]) -> usize {
    let (mut height, mut most) = (0_usize, 0);
    for step in steps {
        let taken = match step {
            Step::Load { .. } | Step::Negate => 1,
            Step::Operator(_) => 2,
            Step::Choose => 3,
            _ => 0,
        };
        height = height.saturating_sub(taken) + 1;
        most = most.max(height);
    }
    most
}

/// A field `at` bytes behind a place that is computed.
pub fn load(base: Base, at: u32, size: Size, mut index: Vec<Step>) -> Vec<Step> {
    if let [Step::Number(index)] = index.as_slice() {
        // Beyond every packet, as the sum would be.
        return vec![Step::Field(Field { base, at: at.saturating_add(*index), size })];
    }
    match base {
        Base::Packet => {}
        Base::Slot(slot) => index.extend([Step::Slot(slot), Step::Operator(Operator::Add)]),
        Base::Ipv4 { slot, at } => {
            index.extend([Step::HeaderLength { slot, at }, Step::Operator(Operator::Add)]);
            index.extend(slot.into_iter().flat_map(|slot| [Step::Slot(slot), Step::Operator(Operator::Add)]));
        }
    }
    index.push(Step::Load { at, size });
    index
}
