//! How far into a packet a program looks at most.

use super::node::{Node, Operand, Program};
use super::value::{Base, Field, Operator, Step};

/// The longest IPv4 header.
const HEADER: u64 = 60;

impl Program {
    /// Leading bytes of a packet that decide. `None`: it depends on the packet.
    pub fn reach(&self) -> Option<u64> {
        self.nodes.iter().map(|node| self.reach_of(node)).try_fold(0, |most, one| Some(most.max(one?)))
    }

    fn reach_of(&self, node: &Node) -> Option<u64> {
        let computation = match *node {
            Node::Set { computation, .. } => computation,
            Node::Test { test, .. } => match self.tests.get(test as usize)?.operand {
                Operand::Field(field) => return end(field),
                Operand::Computation(number) => number,
                Operand::Length | Operand::Constant(_) => return Some(0),
            },
        };
        extent(self.computations.get(computation as usize)?)
    }
}

/// First byte behind a field, wherever it may lie.
fn end(field: Field) -> Option<u64> {
    let base = match field.base {
        Base::Packet => 0,
        Base::Ipv4 { slot: None, .. } => HEADER,
        Base::Slot(_) | Base::Ipv4 { slot: Some(_), .. } => return None,
    };
    Some(base + u64::from(field.at) + u64::from(field.size.bytes()))
}

/// The least and the largest value that a step can give.
type Bounds = (u64, u64);

const ANY: Bounds = (0, u32::MAX as u64);

/// Follows the bounds of each step's value.
fn extent(steps: &[Step]) -> Option<u64> {
    let (mut values, mut extent): (Vec<Bounds>, u64) = (Vec::new(), 0);
    for step in steps {
        let bounds = match *step {
            Step::Number(number) => (number.into(), number.into()),
            Step::Length => ANY,
            Step::Field(field) => {
                extent = extent.max(end(field)?);
                (0, field.size.most().into())
            }
            Step::Load { at, size } => {
                extent = extent.max(values.pop()?.1 + u64::from(at) + u64::from(size.bytes()));
                (0, size.most().into())
            }
            Step::HeaderLength { slot: None, at } => {
                extent = extent.max(u64::from(at) + 1);
                (0, HEADER)
            }
            Step::Negate => values.pop().map(|_| ANY)?,
            Step::Operator(operator) => {
                let right = values.pop()?;
                (0, largest(operator, values.pop()?.1, right).min(ANY.1))
            }
            Step::Slot(_) | Step::HeaderLength { .. } | Step::Choose | Step::Header(_) | Step::ProtocolChain { .. } => return None,
        };
        values.push(bounds);
    }
    Some(extent)
}

fn largest(operator: Operator, left: u64, (least, right): Bounds) -> u64 {
    let bits = |value: u64| u64::MAX.checked_shr(value.leading_zeros()).unwrap_or(0);
    let by = |bits: u64| u32::try_from(bits).unwrap_or(u32::MAX);
    match operator {
        Operator::Add => left + right,
        Operator::Subtract => ANY.1,
        Operator::Multiply => left.saturating_mul(right),
        Operator::Divide => left / least.max(1),
        Operator::Remainder | Operator::And => left.min(right),
        Operator::Or | Operator::ExclusiveOr => bits(left | right),
        Operator::ShiftLeft => {
            if right < 32 {
                left << right
            } else {
                ANY.1
            }
        }
        Operator::ShiftRight => left.checked_shr(by(least)).unwrap_or(0),
        Operator::Equal | Operator::Greater | Operator::AtLeast => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::Size;
    use super::*;

    #[test]
    fn an_index_that_is_masked_reaches_only_so_far() {
        let byte = Step::Field(Field { base: Base::Packet, at: 46, size: Size::One });
        let index = [byte, Step::Number(0xf0), Step::Operator(Operator::And), Step::Number(2), Step::Operator(Operator::ShiftRight)];
        assert_eq!(extent(&[&index[..], &[Step::Load { at: 14, size: Size::Four }]].concat()), Some(60 + 18));
        let negated = [byte, Step::Negate, Step::Load { at: 0, size: Size::One }];
        assert_eq!(extent(&negated), Some(u64::from(u32::MAX) + 1));
    }
}
