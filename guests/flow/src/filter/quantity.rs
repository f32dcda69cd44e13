//! Keywords that compare a number: `port > 1023`, `src as in [1 2]`, `ingress vrf 7`.

use super::SyntaxError;
use super::condition::{Comparison, Condition};
use super::cursor::Cursor;
use super::direction::{Direction, Sides};
use super::field::{AccessPart, Field};
use super::ranges::Ranges;
use super::tree::Tree;

const BYTE: u64 = u8::MAX as u64;
const SHORT: u64 = u16::MAX as u64;
const WORD: u64 = u32::MAX as u64;
const LONG: u64 = u64::MAX;

/// A keyword of one or more words, and what may stand around it.
#[derive(Debug)]
pub struct Quantity {
    words: &'static str,
    meaning: Meaning,
    /// The greatest number it takes.
    most: u64,
}

/// Which field a direction means.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    /// No direction.
    Alone(Field),
    /// Source and destination, either where nothing is said.
    Sides(Field, Field),
    /// Source and destination, source where nothing is said.
    Source(Field, Field),
    /// In and out, either where nothing is said.
    InOut(Field, Field),
    /// In and out, in where nothing is said.
    In(Field, Field),
    /// Source and destination, either where nothing is said, and the systems of the neighbours.
    Systems,
}

static QUANTITIES: [Quantity; 37] = [
    of("flows", Meaning::Alone(Field::Flows), LONG),
    of("pps", Meaning::Alone(Field::PacketsPerSecond), LONG),
    of("bps", Meaning::Alone(Field::BitsPerSecond), LONG),
    of("bpp", Meaning::Alone(Field::BytesPerPacket), LONG),
    of("duration", Meaning::Alone(Field::Duration), LONG),
    of("packets", Meaning::In(Field::Packets, Field::OutPackets), LONG),
    of("bytes", Meaning::In(Field::Bytes, Field::OutBytes), LONG),
    of("port", Meaning::Sides(Field::SrcPort, Field::DstPort), SHORT),
    of("xport", Meaning::Sides(Field::TranslatedSrcPort, Field::TranslatedDstPort), SHORT),
    of("nport", Meaning::Sides(Field::TranslatedSrcPort, Field::TranslatedDstPort), SHORT),
    of("as", Meaning::Systems, WORD),
    of("if", Meaning::InOut(Field::Input, Field::Output), WORD),
    of("tos", Meaning::Source(Field::SrcTos, Field::DstTos), BYTE),
    of("mask", Meaning::Sides(Field::SrcMask, Field::DstMask), BYTE),
    of("vlan", Meaning::Sides(Field::SrcVlan, Field::DstVlan), SHORT),
    of("engine-type", Meaning::Alone(Field::EngineType), BYTE),
    of("engine-id", Meaning::Alone(Field::EngineId), BYTE),
    of("sysid", Meaning::Alone(Field::Exporter), SHORT),
    of("nfversion", Meaning::Alone(Field::NetflowVersion), BYTE),
    of("client latency", Meaning::Alone(Field::ClientLatency), LONG),
    of("server latency", Meaning::Alone(Field::ServerLatency), LONG),
    of("app latency", Meaning::Alone(Field::ApplicationLatency), LONG),
    of("observation domain id", Meaning::Alone(Field::ObservationDomain), WORD),
    of("observation point id", Meaning::Alone(Field::ObservationPoint), LONG),
    of("ingress vrf", Meaning::Alone(Field::IngressVrf), WORD),
    of("egress vrf", Meaning::Alone(Field::EgressVrf), WORD),
    of("ingress acl", Meaning::Alone(Field::IngressAccess(AccessPart::List)), WORD),
    of("ingress ace", Meaning::Alone(Field::IngressAccess(AccessPart::Entry)), WORD),
    of("ingress xace", Meaning::Alone(Field::IngressAccess(AccessPart::Extended)), WORD),
    of("egress acl", Meaning::Alone(Field::EgressAccess(AccessPart::List)), WORD),
    of("egress ace", Meaning::Alone(Field::EgressAccess(AccessPart::Entry)), WORD),
    of("egress xace", Meaning::Alone(Field::EgressAccess(AccessPart::Extended)), WORD),
    of("asa xevent", Meaning::Alone(Field::ExtendedEvent), SHORT),
    of("pblock start", Meaning::Alone(Field::BlockStart), SHORT),
    of("pblock end", Meaning::Alone(Field::BlockEnd), SHORT),
    of("pblock step", Meaning::Alone(Field::BlockStep), SHORT),
    of("pblock size", Meaning::Alone(Field::BlockSize), SHORT),
];

const fn of(words: &'static str, meaning: Meaning, most: u64) -> Quantity {
    Quantity { words, meaning, most }
}

impl Quantity {
    /// Takes the words of a quantity, if the next ones are.
    ///
    /// # Errors
    /// When a token behind them is none.
    pub fn take(cursor: &mut Cursor<'_>) -> Result<Option<&'static Self>, SyntaxError> {
        for quantity in &QUANTITIES {
            let mut ahead = *cursor;
            if quantity.take_words(&mut ahead)? {
                *cursor = ahead;
                return Ok(Some(quantity));
            }
        }
        Ok(None)
    }

    fn take_words(&self, cursor: &mut Cursor<'_>) -> Result<bool, SyntaxError> {
        for word in self.words.split(' ') {
            if cursor.take(&[word])?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The quantities that begin with the next word, as a text.
    pub fn alike(cursor: &Cursor<'_>) -> Option<String> {
        let alike =
            QUANTITIES.iter().map(|quantity| quantity.words).filter(|words| words.split(' ').next().is_some_and(|word| cursor.is(word)));
        Some(alike.map(|words| format!("`{words}`")).collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    }

    /// Takes what stands behind the words. `at`: where the direction began.
    ///
    /// # Errors
    /// When the direction is no such, and when no number within bounds follows.
    pub fn parse(&self, direction: Direction, at: usize, cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
        let wrong = || SyntaxError::new(at, format!("{} before `{}`", self.meaning.directions(), self.words));
        let sides = self.meaning.sides(direction).ok_or_else(wrong)?;
        if cursor.take(&["in"])?.is_some() {
            return self.listed(sides, cursor);
        }
        let comparison = cursor.comparison()?;
        if comparison == Comparison::Equal && cursor.peek_range().is_some() {
            let range = Ranges::new(vec![cursor.range(self.most)?]);
            return Ok(sides.ask(|field| Condition::Listed(field, range.clone())));
        }
        let number = cursor.number(self.most)?;
        Ok(sides.ask(|field| Condition::Number(field, comparison, number)))
    }

    fn listed(&self, sides: Sides<Field>, cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
        if self.words == "port" && cursor.take(&["pblock"])?.is_some() {
            return Ok(sides.ask(Condition::InPortBlock));
        }
        let ranges = Ranges::new(cursor.list(|cursor| cursor.range(self.most))?);
        Ok(sides.ask(|field| Condition::Listed(field, ranges.clone())))
    }
}

impl Meaning {
    /// The fields of a direction; `None`: it is none that goes with them.
    fn sides(self, direction: Direction) -> Option<Sides<Field>> {
        match (self, direction) {
            (Self::Alone(field) | Self::Source(field, _) | Self::In(field, _), Direction::Unsaid) => Some(Sides::one(field)),
            (Self::InOut(field, _) | Self::In(field, _), Direction::In) => Some(Sides::one(field)),
            (Self::InOut(_, field) | Self::In(_, field), Direction::Out) => Some(Sides::one(field)),
            (Self::InOut(input, output), Direction::Unsaid) => Some(Sides::Any(vec![input, output])),
            (Self::Sides(src, dst) | Self::Source(src, dst), _) => Sides::of(direction, src, dst),
            (Self::Systems, Direction::Previous) => Some(Sides::one(Field::PreviousAs)),
            (Self::Systems, Direction::Next) => Some(Sides::one(Field::NextAs)),
            (Self::Systems, _) => Sides::of(direction, Field::SrcAs, Field::DstAs),
            _ => None,
        }
    }

    /// The directions that go with it.
    fn directions(self) -> &'static str {
        match self {
            Self::Alone(_) => "no direction",
            Self::Sides(..) | Self::Source(..) => "src, dst, or both with `or` or `and`, or no direction",
            Self::InOut(..) | Self::In(..) => "in, out or no direction",
            Self::Systems => "src, dst, or both with `or` or `and`, prev, next or no direction",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Tree, SyntaxError> {
        let mut cursor = Cursor::new(text)?;
        let direction = Direction::parse(&mut cursor)?;
        let quantity = Quantity::take(&mut cursor)?.expect("a quantity");
        quantity.parse(direction, 0, &mut cursor)
    }

    fn number(field: Field, comparison: Comparison, value: u64) -> Tree {
        Condition::Number(field, comparison, value).into()
    }

    #[test]
    fn a_direction_says_which_field() {
        let more = Comparison::Greater;
        assert_eq!(parsed("src port > 1k"), Ok(number(Field::SrcPort, more, 1000)));
        let both = vec![number(Field::SrcPort, more, 1), number(Field::DstPort, more, 1)];
        assert_eq!(parsed("port > 1"), Ok(Tree::Any(both.clone())));
        assert_eq!(parsed("dst or src port > 1"), Ok(Tree::Any(both.clone())));
        assert_eq!(parsed("src and dst port gt 1"), Ok(Tree::All(both)));
        assert_eq!(parsed("tos 8"), Ok(number(Field::SrcTos, Comparison::Equal, 8)));
        assert_eq!(parsed("out bytes <= 8"), Ok(number(Field::OutBytes, Comparison::AtMost, 8)));
        assert_eq!(parsed("prev as 8"), Ok(number(Field::PreviousAs, Comparison::Equal, 8)));
        let both = [Field::Input, Field::Output].map(|field| number(field, Comparison::Equal, 8));
        assert_eq!(parsed("if 8"), Ok(Tree::Any(both.into())));
    }

    #[test]
    fn a_direction_that_does_not_go_with_the_keyword_is_named() {
        assert_eq!(parsed("src packets > 5").unwrap_err().expected, "in, out or no direction before `packets`");
        assert_eq!(parsed("in duration > 5").unwrap_err().expected, "no direction before `duration`");
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(parsed("port 65536"), Err(SyntaxError::new(5, "a number from 0 to 65535")));
        assert_eq!(parsed("tos 256"), Err(SyntaxError::new(4, "a number from 0 to 255")));
        assert_eq!(parsed("as 4294967296"), Err(SyntaxError::new(3, "a number from 0 to 4294967295")));
    }

    #[test]
    fn ranges_stand_alone_and_in_lists() {
        let listed = |ranges| Ok(Condition::Listed(Field::DstPort, Ranges::new(ranges)).into());
        assert_eq!(parsed("dst port 80-90"), listed(vec![(80, 90)]));
        assert_eq!(parsed("dst port in [80-90, 443]"), listed(vec![(80, 90), (443, 443)]));
        assert_eq!(parsed("dst port > 80-90"), Err(SyntaxError::new(11, "a number from 0 to 65535")));
    }

    #[test]
    fn a_keyword_of_more_words_takes_them_all() {
        assert_eq!(parsed("Observation Point ID 7"), Ok(number(Field::ObservationPoint, Comparison::Equal, 7)));
        assert_eq!(parsed("egress acl 7"), Ok(number(Field::EgressAccess(AccessPart::List), Comparison::Equal, 7)));
    }
}
