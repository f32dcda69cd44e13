//! What packets are wrapped in. Each of these moves the offsets of everything that follows in the expression.

use super::{Lowering, Place, carried, link};
use crate::program::{Base, Field, Fragment, Operator, Size, Slot, Step};
use crate::syntax::Direction;
use crate::wrong::Wrong;

/// Bytes of a tag, and of a label.
const TAG: u32 = 4;
const PPPOE_HEADER: u32 = 6;
const PPP_KIND: u32 = 2;
/// MPLS in PPP.
const PPP_MPLS: u32 = 0x0281;

const GENEVE_PORT: u32 = 6081;
const UDP: u32 = 17;
const UDP_HEADER: u32 = 8;
/// Geneve carries a whole Ethernet frame.
const BRIDGED: u32 = 0x6558;

impl Lowering {
    pub(super) fn vlan(&mut self, tag: Option<u32>) -> Result<Fragment, Wrong> {
        if self.labels > 0 {
            return Err(self.wrong("`vlan` before `mpls`: no tags are looked for behind labels"));
        }
        if !link::is_ethernet(self.link) && (!link::is_wlan(self.link) || self.link == link::PPI) {
            return Err(self.wrong(format!("no VLAN tags: frames of {} have none", link::name(self.link))));
        }
        let kinds = carried::VLANS.map(|kind| self.carries(kind));
        let kinds = kinds.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut found = self.one_of(kinds);
        if let Some(tag) = tag {
            let equal = self.masked(self.network(0, Size::Two), 0x0fff, tag);
            found = self.all(found, equal);
        }
        self.payload.at = self.payload.at.wrapping_add(TAG);
        self.kind.at = self.kind.at.wrapping_add(TAG);
        Ok(found)
    }

    pub(super) fn mpls(&mut self, label: Option<u32>) -> Result<Fragment, Wrong> {
        let mut found = match self.link {
            // Under another label: that was not the last.
            _ if self.labels > 0 => self.masked(self.network(2_u32.wrapping_sub(TAG), Size::One), 1, 0),
            link::CISCO_HDLC | link::NETBSD_HDLC => self.carries(carried::MPLS)?,
            of if link::is_ethernet(of) => self.carries(carried::MPLS)?,
            link::PPP => self.carries(PPP_MPLS)?,
            other => return Err(self.wrong(format!("no MPLS labels: they are not looked for in frames of {}", link::name(other)))),
        };
        if let Some(label) = label {
            let equal = self.masked(self.network(0, Size::Four), 0xffff_f000, label << 12);
            found = self.all(found, equal);
        }
        self.network = self.network.wrapping_add(TAG);
        self.network_without_snap = self.network_without_snap.wrapping_add(TAG);
        self.labels += 1;
        Ok(found)
    }

    pub(super) fn pppoe_session(&mut self, session: Option<u32>) -> Result<Fragment, Wrong> {
        let mut found = self.carries(carried::PPPOE_SESSION)?;
        if let Some(session) = session {
            let equal = self.masked(self.network(0, Size::Four), 0xffff, session);
            found = self.all(found, equal);
        }
        let header = Place { slot: self.payload.slot, at: self.payload.at.wrapping_add(self.network).wrapping_add(PPPOE_HEADER) };
        self.enter(link::PPP, header);
        self.kind = header;
        self.payload.at = header.at.wrapping_add(PPP_KIND);
        (self.network, self.network_without_snap) = (0, 0);
        Ok(found)
    }

    /// What follows is about another header.
    pub(super) fn enter(&mut self, link: u32, header: Place) {
        self.outer_header = Some((self.link, self.header));
        (self.link, self.header) = (link, header);
        (self.geneve, self.lan_emulation) = (false, false);
    }

    pub(super) fn geneve(&mut self, network: Option<u32>) -> Result<Fragment, Wrong> {
        let length = self.slot()?;
        let four = self.geneve_over(network, length, false)?;
        let six = self.geneve_over(network, length, true)?;
        let found = self.any(four, six);
        let inside = self.geneve_offsets(length)?;
        Ok(self.all(found, inside))
    }

    fn slot(&mut self) -> Result<Slot, Wrong> {
        self.build.slot().ok_or_else(|| self.wrong("fewer `geneve` in one expression"))
    }

    /// The tunnel's datagram over one version of IP; then sets how long the header of IP is, what stands before it included.
    fn geneve_over(&mut self, network: Option<u32>, length: Slot, six: bool) -> Result<Fragment, Wrong> {
        let ports = (GENEVE_PORT, GENEVE_PORT);
        let datagram = match six {
            true => self.ports6(ports, &[UDP], Direction::Destination)?,
            false => self.ports4(ports, &[UDP], Direction::Destination)?,
        };
        let behind = |lowering: &Self, offset, size| match six {
            true => lowering.behind_ipv6(offset, size),
            false => lowering.behind_ipv4(offset, size),
        };
        let version = self.masked(behind(self, UDP_HEADER, Size::One), 0xc0, 0);
        let mut found = self.all(datagram, version);
        if let Some(network) = network {
            let equal = self.masked(behind(self, UDP_HEADER + 4, Size::Four), 0xffff_ff00, network << 8);
            found = self.all(found, equal);
        }
        let slot = self.payload.slot;
        let at = self.payload.at.wrapping_add(self.network);
        let mut steps = vec![if six { Step::Number(40) } else { Step::HeaderLength { slot, at } }];
        steps.extend(slot.into_iter().flat_map(|slot| [Step::Slot(slot), Step::Operator(Operator::Add)]));
        let set = self.build.set(length, steps);
        Ok(self.all(found, set))
    }

    /// Sets where the frame in the tunnel says what it is, where it begins, and where its payload does.
    fn geneve_offsets(&mut self, length: Slot) -> Result<Fragment, Wrong> {
        let (start, kind, header, payload) = (self.slot()?, self.slot()?, self.slot()?, self.slot()?);
        let add = |slot, number| vec![Step::Slot(slot), Step::Number(number), Step::Operator(Operator::Add)];
        let at = |slot, at, size| Step::Field(Field { base: Base::Slot(slot), at, size });
        let before = self.payload.at.wrapping_add(self.network).wrapping_add(UDP_HEADER);
        let set_start = self.build.set(start, add(length, before));
        // The length of the options is counted in words.
        let options = [
            at(start, 0, Size::One),
            Step::Number(0x3f),
            Step::Operator(Operator::And),
            Step::Number(4),
            Step::Operator(Operator::Multiply),
        ];
        let end = [Step::Number(8), Step::Operator(Operator::Add), Step::Slot(start), Step::Operator(Operator::Add)];
        let set_header = self.build.set(header, [&options[..], &end].concat());
        let bridged = [at(start, 2, Size::Two), Step::Number(BRIDGED), Step::Operator(Operator::Equal)];
        let choose = |then: Vec<Step>, otherwise: Vec<Step>| [&bridged[..], &then, &otherwise, &[Step::Choose]].concat();
        let set_kind = self.build.set(kind, choose(add(header, 12), add(start, 2)));
        let set_payload = self.build.set(payload, choose(add(header, 14), vec![Step::Slot(header)]));
        self.enter(link::ETHERNET, Place { slot: Some(header), at: 0 });
        self.kind = Place { slot: Some(kind), at: 0 };
        self.payload = Place { slot: Some(payload), at: 0 };
        self.network = 0;
        self.geneve = true;
        let first = self.all(set_start, set_header);
        let then = self.all(set_kind, set_payload);
        Ok(self.all(first, then))
    }
}
