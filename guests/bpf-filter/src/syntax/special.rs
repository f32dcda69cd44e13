//! Primitives with a grammar of their own.

use super::keyword::Keyword;
use super::parser::Parser;
use super::primitive::{Comparison, FirewallField, FirewallName, Item, Primitive, Protocol};
use super::token::{Sign, Token};
use crate::names::{FrameType, firewall_action, firewall_reason, llc_frame, wlan_direction, wlan_subtype, wlan_subtype_of, wlan_type};
use crate::program::Operator;
use crate::wrong::Wrong;

/// Bits of a frame's first byte.
const TYPE_BITS: u32 = 0x0c;
const SUBTYPE_BITS: u32 = 0xf0;

/// Bytes of names in the log of pf, with a zero byte.
const FIREWALL_NAME: usize = 16;

const EQUAL: Comparison = Comparison { operator: Operator::Equal, negated: false };

impl Parser<'_> {
    /// Takes what comes next, if it is one of these; `protocol` stands before it, and both begin at `at`.
    pub(super) fn special(&mut self, protocol: Option<Protocol>, at: usize) -> Result<bool, Wrong> {
        let Token::Keyword(keyword) = self.peek() else { return Ok(false) };
        let of_protocol = matches!(keyword, Keyword::Broadcast | Keyword::Multicast | Keyword::Type | Keyword::Subtype | Keyword::Dir);
        if protocol.is_some() && !of_protocol {
            return Ok(false);
        }
        self.advance();
        match keyword {
            Keyword::AtmField(field) => self.compared(at, |comparison, value| Primitive::AtmField { field, comparison, value })?,
            Keyword::SignalField { field, high_speed } => {
                self.compared(at, |comparison, value| Primitive::SignalField { field, high_speed, comparison, value })?;
            }
            _ => {
                let primitive = self.worded(keyword, protocol, at)?;
                self.push(primitive, at);
            }
        }
        Ok(true)
    }

    fn worded(&mut self, keyword: Keyword, protocol: Option<Protocol>, at: usize) -> Result<Primitive, Wrong> {
        match keyword {
            Keyword::Broadcast => Self::broadcast(protocol, at),
            Keyword::Multicast => Self::multicast(protocol, at),
            Keyword::Less => Ok(Primitive::LengthAtMost(self.number("a length in bytes")?)),
            Keyword::Greater => Ok(Primitive::LengthAtLeast(self.number("a length in bytes")?)),
            Keyword::Byte => self.byte(),
            Keyword::Inbound => Ok(Primitive::Outbound(false)),
            Keyword::Outbound => Ok(Primitive::Outbound(true)),
            Keyword::InterfaceIndex => Ok(Primitive::InterfaceIndex(self.number("the number of an interface")?)),
            Keyword::Vlan => Ok(Primitive::Vlan(self.limited(0xfff, "a VLAN tag")?)),
            Keyword::Mpls => Ok(Primitive::Mpls(self.limited(0xf_ffff, "an MPLS label")?)),
            Keyword::PppoeDiscovery => Ok(Primitive::PppoeDiscovery),
            Keyword::PppoeSession => Ok(Primitive::PppoeSession(self.limited(0xffff, "a PPPoE session")?)),
            Keyword::Geneve => Ok(Primitive::Geneve(self.limited(0xff_ffff, "a Geneve network")?)),
            Keyword::Llc => self.llc(),
            Keyword::Type => self.frame_type(),
            Keyword::Subtype => self.frame_subtype(),
            Keyword::Dir => self.frame_direction(),
            Keyword::Interface => self.firewall_text(FirewallName::Interface),
            Keyword::RuleSet => self.firewall_text(FirewallName::RuleSet),
            Keyword::Rule => self.firewall_number(FirewallField::Rule),
            Keyword::Subrule => self.firewall_number(FirewallField::Subrule),
            Keyword::Reason => self.firewall_reason(),
            Keyword::Action => self.firewall_action(),
            Keyword::AtmCells(cells) => Ok(Primitive::AtmCells(cells)),
            Keyword::SignalUnit(unit) => Ok(Primitive::SignalUnit(unit)),
            _ => Err(Wrong::new(at, "a condition, like `tcp`, `host 10.0.0.1`, `port 53` or `len > 100`")),
        }
    }

    fn broadcast(protocol: Option<Protocol>, at: usize) -> Result<Primitive, Wrong> {
        match protocol {
            None | Some(Protocol::Link) => Ok(Primitive::Broadcast),
            Some(Protocol::Ip) => {
                Err(Wrong::new(at, "no `ip broadcast`: a capture does not say what the network's mask is; `ether broadcast` works"))
            }
            Some(_) => Err(Wrong::new(at, "`broadcast` alone or of ether")),
        }
    }

    fn multicast(protocol: Option<Protocol>, at: usize) -> Result<Primitive, Wrong> {
        match protocol {
            None | Some(Protocol::Link) => Ok(Primitive::Multicast(None)),
            Some(Protocol::Ip | Protocol::Ip6) => Ok(Primitive::Multicast(protocol)),
            Some(_) => Err(Wrong::new(at, "`multicast` alone or of ether, ip or ip6")),
        }
    }

    /// A number, perhaps in parentheses, if one follows.
    fn limited(&mut self, most: u32, what: &str) -> Result<Option<u32>, Wrong> {
        let mut open = 0;
        while self.ahead(open) == Token::Sign(Sign::Open) {
            open += 1;
        }
        let Token::Number(number) = self.ahead(open) else { return Ok(None) };
        if number > most {
            return Err(self.wrong(format!("{what} up to {most}")));
        }
        (0..=open).for_each(|_| self.advance());
        (0..open).try_for_each(|_| self.expect(Sign::Close, "`)`"))?;
        Ok(Some(number))
    }

    /// `byte 12 = 8`, `byte 0 & 1`
    fn byte(&mut self) -> Result<Primitive, Wrong> {
        let index = self.number("the place of a byte")?;
        let (operator, negated, masked) = match self.peek() {
            Token::Sign(Sign::Equal) => (Operator::Equal, false, false),
            Token::Sign(Sign::Less) => (Operator::AtLeast, true, false),
            Token::Sign(Sign::Greater) => (Operator::Greater, false, false),
            Token::Sign(Sign::Ampersand) => (Operator::Equal, true, true),
            _ => return Err(self.wrong("`=`, `<`, `>` or `&`")),
        };
        self.advance();
        let number = self.number("the value of a byte")?;
        let (mask, value) = if masked { (number, 0) } else { (u32::MAX, number) };
        Ok(Primitive::Byte { index, comparison: Comparison { operator, negated }, mask, value })
    }

    fn llc(&mut self) -> Result<Primitive, Wrong> {
        let name = match self.peek() {
            Token::Keyword(Keyword::Rule) => "rnr",
            Token::Name(name) => name,
            _ => return Ok(Primitive::Llc(None)),
        };
        let frame = llc_frame(name)
            .ok_or_else(|| self.wrong("a kind of LLC frame: i, s, u, rr, rnr, rej, ui, ua, disc, dm, sabme, test, xid, frmr"))?;
        self.advance();
        Ok(Primitive::Llc(Some(frame)))
    }

    fn frame_type(&mut self) -> Result<Primitive, Wrong> {
        let of = match self.peek() {
            Token::Number(number) if number & !TYPE_BITS == 0 => Some(FrameType(number)),
            Token::Name(name) => wlan_type(name),
            _ => None,
        };
        let of = of.ok_or_else(|| self.wrong("a type of 802.11 frames: mgt, ctl, data, or the bits 0x0c of one"))?;
        self.advance();
        if !self.take_keyword(Keyword::Subtype) {
            return Ok(Primitive::WlanFrame { mask: TYPE_BITS, value: of.0 });
        }
        let subtype = match self.peek() {
            Token::Number(number) if number & !SUBTYPE_BITS == 0 => Some(number),
            Token::Name(name) => wlan_subtype_of(of, name),
            _ => None,
        };
        let subtype = subtype.ok_or_else(|| self.wrong("a subtype of that type of 802.11 frames, or the bits 0xf0 of one"))?;
        self.advance();
        Ok(Primitive::WlanFrame { mask: TYPE_BITS | SUBTYPE_BITS, value: of.0 | subtype })
    }

    fn frame_subtype(&mut self) -> Result<Primitive, Wrong> {
        let value = if let Token::Name(name) = self.peek() { wlan_subtype(name) } else { None };
        let value = value.ok_or_else(|| self.wrong("the name of a subtype of 802.11 frames, like beacon or qos-data"))?;
        self.advance();
        Ok(Primitive::WlanFrame { mask: TYPE_BITS | SUBTYPE_BITS, value })
    }

    fn frame_direction(&mut self) -> Result<Primitive, Wrong> {
        let direction = match self.peek() {
            Token::Number(number) => Some(number),
            Token::Name(name) => wlan_direction(name),
            _ => None,
        };
        let direction = direction.ok_or_else(|| self.wrong("nods, tods, fromds, dstods, or a number"))?;
        self.advance();
        Ok(Primitive::WlanDirection(direction))
    }

    fn firewall_text(&mut self, field: FirewallName) -> Result<Primitive, Wrong> {
        let Token::Name(name) = self.peek() else { return Err(self.wrong("a name")) };
        if name.len() >= FIREWALL_NAME {
            return Err(self.wrong(format!("a name of at most {} bytes", FIREWALL_NAME - 1)));
        }
        self.advance();
        Ok(Primitive::FirewallText { field, text: name.to_owned() })
    }

    fn firewall_number(&mut self, field: FirewallField) -> Result<Primitive, Wrong> {
        Ok(Primitive::FirewallNumber { field, value: self.number("the number of a rule")? })
    }

    fn firewall_reason(&mut self) -> Result<Primitive, Wrong> {
        let value = match self.peek() {
            Token::Number(number) => Some(number),
            Token::Name(name) => firewall_reason(name),
            _ => None,
        };
        let value = value.ok_or_else(|| self.wrong("why pf logged the packet: match, bad-offset, fragment, short, normalize, memory …"))?;
        self.advance();
        Ok(Primitive::FirewallNumber { field: FirewallField::Reason, value })
    }

    fn firewall_action(&mut self) -> Result<Primitive, Wrong> {
        let value = if let Token::Name(name) = self.peek() { firewall_action(name) } else { None };
        let value = value.ok_or_else(|| self.wrong("what pf did: pass, block, nat, rdr, binat, scrub …"))?;
        self.advance();
        Ok(Primitive::FirewallNumber { field: FirewallField::Action, value })
    }

    /// A number, a comparison with one, or several numbers in parentheses.
    fn compared(&mut self, at: usize, primitive: impl Fn(Comparison, u32) -> Primitive) -> Result<(), Wrong> {
        const VALUE: &str = "a number, a comparison like `> 5`, or numbers like `(5 or 6)`";
        let comparison = self.comparison();
        let listed = comparison.is_none() && self.take_sign(Sign::Open);
        let first = self.number(VALUE)?;
        self.push(primitive(comparison.unwrap_or(EQUAL), first), at);
        if !listed {
            return Ok(());
        }
        while self.take_keyword(Keyword::Or) {
            let next = self.number("a number")?;
            self.push(primitive(EQUAL, next), at);
            self.items.push(Item::Or);
        }
        self.expect(Sign::Close, "`or` or `)`")
    }
}
