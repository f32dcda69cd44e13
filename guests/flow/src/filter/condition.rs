//! One condition: what is asked of a flow, and the answer.

use super::address::Network;
use super::field::{Endpoint, Field};
use super::ranges::Ranges;
use crate::record::Flow;

/// Bytes of a flow's label that count.
const LABEL: usize = 16;

/// What is asked of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Nothing: it always holds.
    Any,
    /// A number compares.
    Number(Field, Comparison, u64),
    /// A number is in a list.
    Listed(Field, Ranges<u64>),
    /// All of these TCP flags are set.
    AllFlags(u8),
    /// At least one of these TCP flags is set.
    SomeFlags(u8),
    /// An address is in a network.
    Within(Endpoint, Network),
    /// An address is in a list.
    AddressListed(Endpoint, Ranges<u128>),
    /// A port is in the block of ports that a NAT handed out.
    InPortBlock(Field),
    /// The label, as far as 16 bytes go, in either case.
    Label(Box<[u8]>),
    /// The payload from source to destination holds these bytes.
    Payload(Box<[u8]>),
}

/// How a number compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// The flow's is less.
    Less,
    /// The flow's is greater.
    Greater,
    /// The flow's is not greater.
    AtMost,
    /// The flow's is not less.
    AtLeast,
}

impl Condition {
    /// The condition `number = value`.
    pub fn equal(field: Field, value: u64) -> Self {
        Self::Number(field, Comparison::Equal, value)
    }

    /// The condition as it reads below an odd number of `not`: there nfdump asks of flags whether any is set, so that `not flags AF` is a flow
    /// with neither.
    pub fn below_not(self) -> Self {
        match self {
            Self::AllFlags(flags) => Self::SomeFlags(flags),
            other => other,
        }
    }

    /// Whether it holds.
    #[inline]
    pub fn holds(&self, flow: &Flow<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Number(field, comparison, value) => comparison.holds(field.of(flow), *value),
            Self::Listed(field, list) => list.contains(field.of(flow)),
            Self::AllFlags(flags) => flow.tcp_flags & flags == *flags,
            Self::SomeFlags(flags) => flow.tcp_flags & flags != 0,
            Self::Within(endpoint, network) => network.contains(endpoint.of(flow)),
            Self::AddressListed(endpoint, list) => list.contains(endpoint.of(flow)),
            Self::InPortBlock(port) => (Field::BlockStart.of(flow)..=Field::BlockEnd.of(flow)).contains(&port.of(flow)),
            Self::Label(label) => flow.label.is_some_and(|held| held.get(..LABEL).unwrap_or(held).eq_ignore_ascii_case(label)),
            Self::Payload(bytes) => flow.in_payload.is_some_and(|payload| payload.windows(bytes.len().max(1)).any(|part| part == &**bytes)),
        }
    }
}

impl Comparison {
    /// Whether the flow's number compares so with the filter's.
    #[inline]
    pub fn holds(self, of_flow: u64, value: u64) -> bool {
        match self {
            Self::Equal => of_flow == value,
            Self::Less => of_flow < value,
            Self::Greater => of_flow > value,
            Self::AtMost => of_flow <= value,
            Self::AtLeast => of_flow >= value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::PortBlock;

    #[test]
    fn comparators_stand_between_the_flow_and_the_number() {
        let holding = |comparison: Comparison| [4, 5, 6].map(|number| comparison.holds(number, 5));
        assert_eq!(holding(Comparison::Equal), [false, true, false]);
        assert_eq!(holding(Comparison::Less), [true, false, false]);
        assert_eq!(holding(Comparison::Greater), [false, false, true]);
        assert_eq!(holding(Comparison::AtMost), [true, true, false]);
        assert_eq!(holding(Comparison::AtLeast), [false, true, true]);
    }

    #[test]
    fn a_block_of_ports_holds_both_its_ends() {
        let block = PortBlock { start: 1024, end: 2047, ..PortBlock::default() };
        let holding =
            |port| Condition::InPortBlock(Field::SrcPort).holds(&Flow { src_port: port, port_block: Some(block), ..Flow::default() });
        assert_eq!([1023, 1024, 2047, 2048].map(holding), [false, true, true, false]);
    }

    #[test]
    fn a_payload_is_searched_whole_and_beyond_zero_bytes() {
        let flow = Flow { in_payload: Some(b"\0aaab"), ..Flow::default() };
        assert!(Condition::Payload(b"aab".as_slice().into()).holds(&flow));
        assert!(!Condition::Payload(b"aac".as_slice().into()).holds(&flow));
        assert!(!Condition::Payload(b"a".as_slice().into()).holds(&Flow::default()));
    }

    #[test]
    fn sixteen_bytes_of_a_label_count() {
        let flow = Flow { label: Some(b"Web-and-mail-and-more"), ..Flow::default() };
        assert!(Condition::Label(b"WEB-AND-MAIL-AND".as_slice().into()).holds(&flow));
        assert!(!Condition::Label(b"web".as_slice().into()).holds(&flow));
    }
}
