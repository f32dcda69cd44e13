//! Tests of fields, and where fields lie.

use super::{Lowering, Place};
use crate::program::Operand;
use crate::program::{Base, Builder, Field, Fragment, Operator, Size};
use crate::syntax::Comparison;

impl Lowering {
    /// A field of the network layer.
    pub(super) fn network(&self, offset: u32, size: Size) -> Field {
        self.payload.field(self.network.wrapping_add(offset), size)
    }

    /// The same where an LLC header without SNAP stands before it.
    pub(super) fn network_without_snap(&self, offset: u32, size: Size) -> Field {
        self.payload.field(self.network_without_snap.wrapping_add(offset), size)
    }

    /// A field behind an IPv4 header.
    pub(super) fn behind_ipv4(&self, offset: u32, size: Size) -> Field {
        let at = self.payload.at.wrapping_add(self.network);
        Field { base: Base::Ipv4 { slot: self.payload.slot, at }, at: at.wrapping_add(offset), size }
    }

    /// A field behind an IPv6 header.
    pub(super) fn behind_ipv6(&self, offset: u32, size: Size) -> Field {
        self.network(offset.wrapping_add(40), size)
    }

    pub(super) fn equal(&mut self, field: Field, value: u32) -> Fragment {
        self.masked(field, u32::MAX, value)
    }

    pub(super) fn masked(&mut self, field: Field, mask: u32, value: u32) -> Fragment {
        self.within(field, mask, value, value)
    }

    /// Whether a field has any of these bits.
    pub(super) fn any_bit(&mut self, field: Field, bits: u32) -> Fragment {
        Builder::not(self.masked(field, bits, 0))
    }

    /// From `low` to `high`, both included.
    pub(super) fn within(&mut self, field: Field, mask: u32, low: u32, high: u32) -> Fragment {
        let mask = if mask & field.size.most() == field.size.most() { u32::MAX } else { mask };
        self.build.test(Operand::Field(field), mask, low, high - low)
    }

    /// A length on the wire.
    pub(super) fn length(&mut self, least: u32, most: u32) -> Fragment {
        self.build.test(Operand::Length, u32::MAX, least, most - least)
    }

    pub(super) fn compared(&mut self, field: Field, mask: u32, comparison: Comparison, value: u32) -> Fragment {
        self.compared_operand(Operand::Field(field), mask, comparison, value)
    }

    /// `operand & mask` against a number.
    pub(super) fn compared_operand(&mut self, operand: Operand, mask: u32, comparison: Comparison, value: u32) -> Fragment {
        let above = match comparison.operator {
            Operator::Greater => value.checked_add(1),
            _ => Some(value),
        };
        let found = match (comparison.operator, above) {
            (Operator::Greater | Operator::AtLeast, Some(low)) => self.build.test(operand, mask, low, u32::MAX - low),
            // Nothing is above the highest number; a packet that ends before the operand is rejected all the same.
            (Operator::Greater | Operator::AtLeast, None) => Builder::not(self.build.test(operand, mask, 0, u32::MAX)),
            _ => self.build.test(operand, mask, value, 0),
        };
        if comparison.negated { Builder::not(found) } else { found }
    }

    /// Bytes at a place, looked at from behind as libpcap does it: what is short is then rejected at once.
    pub(super) fn bytes(&mut self, place: Place, offset: u32, bytes: &[u8]) -> Fragment {
        let mut found: Option<Fragment> = None;
        let mut rest = bytes;
        while !rest.is_empty() {
            let size = match rest.len() {
                4.. => Size::Four,
                2.. => Size::Two,
                _ => Size::One,
            };
            let (before, last) = rest.split_at(rest.len() - size.bytes() as usize);
            let value = last.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            let test = self.equal(place.field(offset.wrapping_add(before.len() as u32), size), value);
            found = Some(match found {
                Some(found) => self.build.and(found, test),
                None => test,
            });
            rest = before;
        }
        found.unwrap_or_else(|| self.build.always(true))
    }

    pub(super) fn all(&mut self, first: Fragment, then: Fragment) -> Fragment {
        self.build.and(first, then)
    }

    pub(super) fn any(&mut self, first: Fragment, otherwise: Fragment) -> Fragment {
        self.build.or(first, otherwise)
    }

    /// One of several, in this order; none of none.
    pub(super) fn one_of(&mut self, fragments: impl IntoIterator<Item = Fragment>) -> Fragment {
        let found = fragments.into_iter().reduce(|left, right| self.build.or(left, right));
        found.unwrap_or_else(|| self.build.always(false))
    }

    pub(super) fn always(&mut self, value: bool) -> Fragment {
        self.build.always(value)
    }
}
