//! Comparisons of numbers that are computed from a packet. They hold only of packets that have all the protocols whose bytes they look at.

use super::{Lowering, carried, link};
use crate::program::{BadStep, Base, Builder, Fragment, Operand, Operator, Size, Step, apply, load};
use crate::syntax::{Arithmetic, Comparison, Protocol};
use crate::wrong::Wrong;

impl Lowering {
    pub(super) fn relation(&mut self, left: &[Arithmetic], comparison: Comparison, right: &[Arithmetic]) -> Result<Fragment, Wrong> {
        let mut conditions = Vec::new();
        let left = self.computed(left, &mut conditions)?;
        let right = self.computed(right, &mut conditions)?;
        let found = self.compare(left, comparison, right)?;
        let condition = conditions.into_iter().reduce(|first, then| self.build.and(first, then));
        Ok(match condition {
            Some(condition) => self.all(condition, found),
            None => found,
        })
    }

    fn compare(&mut self, mut left: Vec<Step>, comparison: Comparison, right: Vec<Step>) -> Result<Fragment, Wrong> {
        if let [Step::Number(value)] = right.as_slice() {
            let (operand, mask) = self.build.operand(left);
            return Ok(self.compared_operand(operand, mask, comparison, *value));
        }
        if let [Step::Number(value)] = left.as_slice() {
            let (operand, mask) = self.build.operand(right);
            return Ok(self.compared_turned(*value, comparison, operand, mask));
        }
        apply(&mut left, right, comparison.operator).map_err(|bad| self.bad(bad, self.at))?;
        let (operand, mask) = self.build.operand(left);
        let found = Builder::not(self.build.test(operand, mask, 0, 0));
        Ok(if comparison.negated { Builder::not(found) } else { found })
    }

    /// A number against an operand: greater than it means that it is less.
    fn compared_turned(&mut self, value: u32, comparison: Comparison, operand: Operand, mask: u32) -> Fragment {
        let found = match comparison.operator {
            Operator::Greater => match value.checked_sub(1) {
                Some(most) => self.build.test(operand, mask, 0, most),
                None => Builder::not(self.build.test(operand, mask, 0, u32::MAX)),
            },
            Operator::AtLeast => self.build.test(operand, mask, 0, value),
            _ => self.build.test(operand, mask, value, 0),
        };
        if comparison.negated { Builder::not(found) } else { found }
    }

    fn bad(&self, bad: BadStep, at: usize) -> Wrong {
        let expected = match bad {
            BadStep::DivisionByZero => "a divisor that is not 0",
            BadStep::LongShift => "a shift by at most 31 bits",
            BadStep::TooDeep => "fewer numbers that are kept until an operator takes them",
        };
        Wrong::new(at, expected)
    }

    fn computed(&mut self, steps: &[Arithmetic], conditions: &mut Vec<Fragment>) -> Result<Vec<Step>, Wrong> {
        let mut stack: Vec<Vec<Step>> = Vec::new();
        for step in steps {
            let value = match *step {
                Arithmetic::Number(number) => vec![Step::Number(number)],
                Arithmetic::Length => vec![Step::Length],
                Arithmetic::Negate => negated(stack.pop().unwrap_or_default()),
                Arithmetic::Operator { operator, at } => {
                    let right = stack.pop().unwrap_or_default();
                    let mut left = stack.pop().unwrap_or_default();
                    apply(&mut left, right, operator).map_err(|bad| self.bad(bad, at))?;
                    left
                }
                Arithmetic::Load { protocol, size, at } => {
                    let index = stack.pop().unwrap_or_default();
                    self.load(protocol, size, at, index, conditions)?
                }
            };
            stack.push(value);
        }
        Ok(stack.pop().unwrap_or_default())
    }

    /// Bytes of a protocol, and what must be true of a packet that has them.
    fn load(
        &mut self,
        protocol: Protocol,
        size: Size,
        at: usize,
        index: Vec<Step>,
        conditions: &mut Vec<Fragment>,
    ) -> Result<Vec<Step>, Wrong> {
        let network = self.payload.at.wrapping_add(self.network);
        let (base, start) = match protocol {
            Protocol::Radio => {
                if !matches!(self.link, link::AVS | link::RADIOTAP | link::PRISM) {
                    return Err(Wrong::new(at, "no `radio[…]`: these packets have no radio header"));
                }
                (Base::Packet, 0)
            }
            Protocol::Link => (self.header.base(), self.header.at),
            Protocol::Ip
            | Protocol::Ip6
            | Protocol::Arp
            | Protocol::Rarp
            | Protocol::AppleTalk
            | Protocol::Decnet
            | Protocol::Sca
            | Protocol::Lat
            | Protocol::MopRemoteConsole
            | Protocol::MopDump => {
                conditions.push(self.protocol(protocol)?);
                (self.payload.base(), network)
            }
            Protocol::Sctp
            | Protocol::Tcp
            | Protocol::Udp
            | Protocol::Icmp
            | Protocol::Igmp
            | Protocol::Igrp
            | Protocol::Pim
            | Protocol::Vrrp
            | Protocol::Carp => {
                conditions.push(self.first_fragment_of(protocol)?);
                (Base::Ipv4 { slot: self.payload.slot, at: network }, network)
            }
            Protocol::Icmp6 => {
                let ip = self.carries(carried::IP6)?;
                let next = self.equal(self.network(6, Size::One), 58);
                conditions.push(self.all(ip, next));
                (self.payload.base(), network.wrapping_add(40))
            }
            other => return Err(Wrong::new(at, format!("no bytes of {}: they are not looked at by number", other.name()))),
        };
        Ok(load(base, start, size, index))
    }

    /// Over IPv4, and in the fragment that has the protocol's header.
    fn first_fragment_of(&mut self, protocol: Protocol) -> Result<Fragment, Wrong> {
        let ip = self.carries(carried::IP)?;
        let of_protocol = self.protocol(protocol)?;
        let first = self.first_fragment();
        let first = self.all(of_protocol, first);
        Ok(self.all(ip, first))
    }
}

fn negated(mut steps: Vec<Step>) -> Vec<Step> {
    if let [Step::Number(number)] = steps.as_mut_slice() {
        *number = number.wrapping_neg();
    } else {
        steps.push(Step::Negate);
    }
    steps
}
