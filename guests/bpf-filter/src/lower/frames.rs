//! Link-layer addresses, and what else only the link layer says.

use super::{Lowering, link};
use crate::names::LlcFrame;
use crate::program::{Builder, Fragment, Operator, Size, Step};
use crate::syntax::{Direction, Protocol};
use crate::wrong::Wrong;

const BROADCAST: [u8; 6] = [0xff; 6];

/// Where the addresses of a link layer lie: source, then destination.
fn places(of: u32) -> Option<[u32; 2]> {
    match of {
        _ if link::is_ethernet(of) => Some([6, 0]),
        link::FDDI => Some([7, 1]),
        link::TOKEN_RING => Some([8, 2]),
        link::FIBRE_CHANNEL => Some([10, 2]),
        _ => None,
    }
}

impl Lowering {
    pub(super) fn mac(&mut self, address: &[u8; 6], direction: Direction) -> Result<Fragment, Wrong> {
        if link::is_wlan(self.link) {
            return Ok(self.wlan_address(address, direction));
        }
        let places = places(self.link).ok_or_else(|| self.wrong(format!("no link-layer addresses: {} has none", link::name(self.link))))?;
        if direction.is_wireless() {
            return Err(self.wrong("an address of an 802.11 frame, and these are none"));
        }
        let found = self.directed(direction, |lowering, of_source| {
            let [source, destination] = places;
            Ok(lowering.bytes(lowering.header, if of_source { source } else { destination }, address))
        })?;
        Ok(self.with_header(found))
    }

    /// In a tunnel there may be no link-layer header at all.
    fn with_header(&mut self, found: Fragment) -> Fragment {
        if self.geneve {
            let steps = |place: super::Place| place.slot.map_or(Step::Number(place.at), Step::Slot);
            let equal = vec![steps(self.header), steps(self.payload), Step::Operator(Operator::Equal)];
            let (operand, mask) = self.build.operand(equal);
            let header = self.build.test(operand, mask, 0, 0);
            return self.all(header, found);
        }
        if self.lan_emulation { self.in_lan_emulation(found) } else { found }
    }

    pub(super) fn arcnet(&mut self, address: u8, direction: Direction) -> Result<Fragment, Wrong> {
        if !link::is_arcnet(self.link) {
            return Err(self.wrong(format!("no addresses of ARCnet: these packets are of {}", link::name(self.link))));
        }
        self.directed(direction, |lowering, of_source| {
            let field = lowering.header.field(u32::from(!of_source), Size::One);
            Ok(lowering.equal(field, address.into()))
        })
    }

    pub(super) fn broadcast(&mut self) -> Result<Fragment, Wrong> {
        if link::is_arcnet(self.link) {
            return self.arcnet(0, Direction::Destination);
        }
        self.mac(&BROADCAST, Direction::Destination)
    }

    pub(super) fn multicast(&mut self, of: Option<Protocol>) -> Result<Fragment, Wrong> {
        match of {
            Some(Protocol::Ip) => {
                let ip = self.carries(super::carried::IP)?;
                let field = self.network(16, Size::One);
                let found = self.within(field, u32::MAX, 224, u32::MAX);
                Ok(self.all(ip, found))
            }
            Some(Protocol::Ip6) => {
                let ip = self.carries(super::carried::IP6)?;
                let found = self.equal(self.network(24, Size::One), 0xff);
                Ok(self.all(ip, found))
            }
            _ if link::is_arcnet(self.link) => self.arcnet(0, Direction::Destination),
            _ if link::is_wlan(self.link) => Ok(self.wlan_multicast()),
            _ => {
                let places = places(self.link);
                let [_, destination] = places
                    .ok_or_else(|| self.wrong(format!("no link-layer multicast: {} has no such addresses", link::name(self.link))))?;
                let found = self.any_bit(self.header.field(destination, Size::One), 1);
                Ok(self.with_header(found))
            }
        }
    }

    /// LLC frames, or one kind of them.
    pub(super) fn llc(&mut self, frame: Option<LlcFrame>) -> Result<Fragment, Wrong> {
        let llc = match self.link {
            link::ETHERNET => {
                let length = self.is_length();
                // NetWare's own frames begin with this and have no LLC header.
                let header = Builder::not(self.equal(self.payload.field(0, Size::Two), 0xffff));
                self.all(length, header)
            }
            link::SUNATM => self.atm_llc(),
            link::TOKEN_RING | link::FDDI | link::ATM_RFC1483 => self.always(true),
            wlan if link::is_wlan(wlan) => self.wlan_data(),
            other => return Err(self.wrong(format!("no `llc`: frames of {} have no LLC header", link::name(other)))),
        };
        let Some(LlcFrame { mask, value }) = frame else { return Ok(llc) };
        let kind = self.masked(self.payload.field(2, Size::One), mask, value);
        Ok(self.all(llc, kind))
    }

    /// Whether a packet was sent, or else received, by who captured it.
    pub(super) fn outbound(&mut self, outbound: bool) -> Result<Fragment, Wrong> {
        const OUTGOING: u32 = 4;
        let byte = |at| self.header.field(at, Size::One);
        let (field, mask, sent, received) = match self.link {
            link::SLIP => {
                // The first byte is 0 for packets that came in.
                let inbound = self.equal(byte(0), 0);
                return Ok(if outbound { Builder::not(inbound) } else { inbound });
            }
            link::LINUX_SLL | link::LINUX_SLL2 => {
                let field = if self.link == link::LINUX_SLL { self.header.field(0, Size::Two) } else { byte(10) };
                let sent = self.equal(field, OUTGOING);
                return Ok(if outbound { sent } else { Builder::not(sent) });
            }
            link::IPNET => (self.header.field(2, Size::Two), u32::MAX, 1, 2),
            link::PFLOG => (byte(60), u32::MAX, 2, 1),
            link::PPP_PPPD => (byte(0), u32::MAX, 1, 0),
            juniper if link::is_juniper(juniper) => (byte(3), 1, 0, 1),
            other => return Err(self.wrong(format!("no direction: captures of {} do not hold it", link::name(other)))),
        };
        Ok(self.masked(field, mask, if outbound { sent } else { received }))
    }

    pub(super) fn interface_index(&mut self, index: u32) -> Result<Fragment, Wrong> {
        if self.link != link::LINUX_SLL2 {
            return Err(
                self.wrong(format!("no `ifindex`: only captures of Linux cooked v2 hold it, and not those of {}", link::name(self.link)))
            );
        }
        Ok(self.equal(self.header.field(4, Size::Four), index))
    }
}
