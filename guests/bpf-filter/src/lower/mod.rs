//! From an expression to a program for one link type.
//!
//! Primitives are taken in the order in which they stand, because some move the offsets of all that follow them, whatever joins them: behind `vlan` the
//! rest of the expression looks behind the tag, behind `pppoes` into the session, behind `geneve` into the tunnel.

mod addresses;
mod arithmetic;
mod atm;
mod carried;
mod fields;
mod firewall;
mod frames;
mod link;
mod ports;
mod protocols;
mod signalling;
mod tunnels;
mod wlan;

use crate::program::{Base, Builder, Field, Fragment, Header, Operator, Program, Size, Slot, Step};
use crate::syntax::{Item, Primitive};
use crate::wrong::Wrong;

pub use link::known as known_links;
pub use link::name as link_name;

/// The length of what stands before the link layer's header, and where the link layer's payload begins.
const PREFIX: Slot = Slot(0);
const PAYLOAD: Slot = Slot(1);
const RESERVED: u8 = 2;

/// Where a header begins: a slot, where the packet tells, and a number of bytes behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    slot: Option<Slot>,
    at: u32,
}

impl Place {
    fn fixed(at: u32) -> Self {
        Self { slot: None, at }
    }

    fn field(self, offset: u32, size: Size) -> Field {
        Field { base: self.base(), at: self.at.wrapping_add(offset), size }
    }

    fn base(self) -> Base {
        self.slot.map_or(Base::Packet, Base::Slot)
    }
}

/// What the rest of an expression finds where.
struct Lowering {
    build: Builder,
    /// LINKTYPE_ value of the header that is looked at, and of the outermost one.
    link: u32,
    outermost: u32,
    /// The header itself, the one around it, where it says what comes next, and what comes next.
    header: Place,
    outer_header: Option<(u32, Place)>,
    kind: Place,
    payload: Place,
    network: u32,
    network_without_snap: u32,
    /// Labels that were asked for.
    labels: u32,
    /// Within a Geneve tunnel, which may carry Ethernet or not.
    geneve: bool,
    /// Within LAN emulation on ATM.
    lan_emulation: bool,
    /// Where the primitive stands that is being taken.
    at: usize,
}

/// The program of an expression for a link type. Where a primitive makes no sense there, that is an error at its place.
pub fn lower(items: &[Item], link: u32) -> Result<Program, Wrong> {
    let mut lowering = Lowering::new(link);
    let mut stack: Vec<Fragment> = Vec::new();
    for item in items {
        let fragment = match item {
            Item::Primitive { primitive, at } => {
                lowering.at = *at;
                lowering.primitive(primitive)?
            }
            Item::Not => Builder::not(lowering.popped(&mut stack)),
            Item::And | Item::Or => {
                let right = lowering.popped(&mut stack);
                let left = lowering.popped(&mut stack);
                if *item == Item::And { lowering.build.and(left, right) } else { lowering.build.or(left, right) }
            }
        };
        stack.push(fragment);
    }
    let condition = stack.pop();
    Ok(lowering.finish(condition))
}

impl Lowering {
    fn new(link: u32) -> Self {
        let layout = link::layout_of(link);
        let variable = |slot, is| if is { Some(slot) } else { None };
        let header = Place { slot: variable(PREFIX, link::has_radio_header(link)), at: link::header_of(link) };
        Self {
            build: Builder::new(RESERVED),
            link,
            outermost: link,
            header,
            outer_header: None,
            kind: Place::fixed(layout.kind),
            payload: Place { slot: variable(PAYLOAD, link::is_wlan(link) || link == link::PFLOG), at: layout.payload },
            network: layout.network,
            network_without_snap: layout.network_without_snap,
            labels: 0,
            geneve: false,
            lan_emulation: false,
            at: 0,
        }
    }

    /// The parser leaves as many conditions as are needed.
    fn popped(&mut self, stack: &mut Vec<Fragment>) -> Fragment {
        stack.pop().unwrap_or_else(|| self.build.always(false))
    }

    fn wrong(&self, expected: impl Into<String>) -> Wrong {
        Wrong::new(self.at, expected)
    }

    fn primitive(&mut self, primitive: &Primitive) -> Result<Fragment, Wrong> {
        match *primitive {
            Primitive::Protocol(protocol) => self.protocol(protocol),
            Primitive::Address { address, mask, carrier, direction } => self.address(address, mask, carrier, direction),
            Primitive::Address6 { address, mask, direction } => self.address6(address, mask, direction),
            Primitive::Decnet { address, direction } => self.decnet(address, direction),
            Primitive::Mac { address, direction } => self.mac(&address, direction),
            Primitive::Arcnet { address, direction } => self.arcnet(address, direction),
            Primitive::Ports { low, high, transport, direction } => self.ports((low, high), transport, direction),
            Primitive::Numbered { number, of } => self.numbered(number, of),
            Primitive::Chain { number, of } => self.chain(number, of),
            Primitive::Relation { ref left, comparison, ref right } => self.relation(left, comparison, right),
            Primitive::Broadcast => self.broadcast(),
            Primitive::Multicast(of) => self.multicast(of),
            Primitive::LengthAtMost(most) => Ok(self.length(0, most)),
            Primitive::LengthAtLeast(least) => Ok(self.length(least, u32::MAX)),
            Primitive::Byte { index, comparison, mask, value } => {
                let field = self.header.field(index, Size::One);
                Ok(self.compared(field, mask, comparison, value))
            }
            Primitive::Outbound(outbound) => self.outbound(outbound),
            Primitive::InterfaceIndex(index) => self.interface_index(index),
            Primitive::Vlan(tag) => self.vlan(tag),
            Primitive::Mpls(label) => self.mpls(label),
            Primitive::PppoeDiscovery => self.carries(carried::PPPOE_DISCOVERY),
            Primitive::PppoeSession(session) => self.pppoe_session(session),
            Primitive::Geneve(network) => self.geneve(network),
            Primitive::Llc(frame) => self.llc(frame),
            Primitive::WlanFrame { mask, value } => self.wlan_frame(0, mask, value),
            Primitive::WlanDirection(direction) => self.wlan_frame(1, 0x03, direction),
            Primitive::FirewallNumber { field, value } => self.firewall_number(field, value),
            Primitive::FirewallText { field, ref text } => self.firewall_text(field, text),
            Primitive::AtmCells(cells) => self.atm_cells(cells),
            Primitive::AtmField { field, comparison, value } => self.atm_field(field, comparison, value),
            Primitive::SignalUnit(unit) => self.signal_unit(unit),
            Primitive::SignalField { field, high_speed, comparison, value } => self.signal_field(field, high_speed, comparison, value),
        }
    }

    /// Puts what must be known first before the condition.
    fn finish(mut self, condition: Option<Fragment>) -> Program {
        let mut condition = condition.unwrap_or_else(|| self.build.always(true));
        let slot = |header| vec![Step::Header(header)];
        if self.outermost == link::PFLOG && self.build.uses(PAYLOAD) {
            let set = self.build.set(PAYLOAD, rounded(Place::fixed(0).field(0, Size::One)));
            condition = self.build.and(set, condition);
        }
        if link::is_wlan(self.outermost) && self.build.uses(PAYLOAD) {
            let prefix = link::has_radio_header(self.outermost).then_some(PREFIX);
            let set = self.build.set(PAYLOAD, slot(Header::Wlan { prefix, radiotap: self.link == link::RADIOTAP }));
            condition = self.build.and(set, condition);
        }
        if self.build.uses(PREFIX) {
            let steps = match self.outermost {
                link::PRISM => slot(Header::Prism),
                link::AVS => vec![Step::Field(Place::fixed(4).field(0, Size::Four))],
                _ => little_endian(2),
            };
            let set = self.build.set(PREFIX, steps);
            condition = self.build.and(set, condition);
        }
        if self.link == link::PPI {
            // Of what PPI can hold only 802.11 is understood.
            let inner = self.equal(Place::fixed(4).field(0, Size::Four), link::IEEE802_11.swap_bytes());
            condition = self.build.and(inner, condition);
        }
        self.build.finish(condition)
    }
}

/// A byte, rounded up to a multiple of four.
fn rounded(field: Field) -> Vec<Step> {
    vec![Step::Field(field), Step::Number(3), Step::Operator(Operator::Add), Step::Number(!3), Step::Operator(Operator::And)]
}

/// Two bytes, the lower one first.
fn little_endian(at: u32) -> Vec<Step> {
    let byte = |at| Step::Field(Place::fixed(at).field(0, Size::One));
    let shift = [Step::Number(8), Step::Operator(Operator::ShiftLeft)];
    [&[byte(at + 1)][..], &shift, &[byte(at), Step::Operator(Operator::Or)]].concat()
}
