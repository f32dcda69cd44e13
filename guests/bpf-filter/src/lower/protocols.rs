//! Protocols, by name and by number.

use super::{Lowering, carried, link};
use crate::program::{Fragment, Size, Step, Version};
use crate::syntax::{Numbered, Protocol};
use crate::wrong::Wrong;

/// In IPv6, what stands between the header and a fragment of what it carries.
const FRAGMENT: u32 = 44;

/// Kinds of IS-IS packets.
mod isis {
    pub const HELLO_LAN_1: u32 = 15;
    pub const HELLO_LAN_2: u32 = 16;
    pub const HELLO_POINT_TO_POINT: u32 = 17;
    pub const LINK_STATE_1: u32 = 18;
    pub const LINK_STATE_2: u32 = 20;
    pub const COMPLETE_1: u32 = 24;
    pub const COMPLETE_2: u32 = 25;
    pub const PARTIAL_1: u32 = 26;
    pub const PARTIAL_2: u32 = 27;
}

impl Lowering {
    pub(super) fn protocol(&mut self, protocol: Protocol) -> Result<Fragment, Wrong> {
        use isis::{
            COMPLETE_1, COMPLETE_2, HELLO_LAN_1, HELLO_LAN_2, HELLO_POINT_TO_POINT, LINK_STATE_1, LINK_STATE_2, PARTIAL_1, PARTIAL_2,
        };
        match protocol {
            Protocol::Sctp => self.numbered(132, Numbered::AnyIp),
            Protocol::Tcp => self.numbered(6, Numbered::AnyIp),
            Protocol::Udp => self.numbered(17, Numbered::AnyIp),
            Protocol::Pim => self.numbered(103, Numbered::AnyIp),
            Protocol::Ah => self.numbered(51, Numbered::AnyIp),
            Protocol::Esp => self.numbered(50, Numbered::AnyIp),
            Protocol::Icmp => self.numbered(1, Numbered::Ip),
            Protocol::Igmp => self.numbered(2, Numbered::Ip),
            Protocol::Igrp => self.numbered(9, Numbered::Ip),
            Protocol::Vrrp | Protocol::Carp => self.numbered(112, Numbered::Ip),
            Protocol::Icmp6 => self.numbered(58, Numbered::Ip6),
            Protocol::Ip => self.carries(carried::IP),
            Protocol::Ip6 => self.carries(carried::IP6),
            Protocol::Arp => self.carries(carried::ARP),
            Protocol::Rarp => self.carries(carried::RARP),
            Protocol::AppleTalk => self.carries(carried::APPLE_TALK),
            Protocol::AppleArp => self.carries(carried::APPLE_ARP),
            Protocol::Decnet => self.carries(carried::DECNET),
            Protocol::Sca => self.carries(carried::SCA),
            Protocol::Lat => self.carries(carried::LAT),
            Protocol::MopDump => self.carries(carried::MOP_DUMP),
            Protocol::MopRemoteConsole => self.carries(carried::MOP_CONSOLE),
            Protocol::SpanningTree => self.carries(carried::SPANNING_TREE),
            Protocol::Ipx => self.carries(carried::IPX),
            Protocol::NetBeui => self.carries(carried::NETBEUI),
            Protocol::Iso => self.carries(carried::ISO),
            Protocol::Esis => self.numbered(carried::ESIS, Numbered::Iso),
            Protocol::Isis => self.numbered(carried::ISIS, Numbered::Iso),
            Protocol::Clnp => self.numbered(carried::CLNP, Numbered::Iso),
            Protocol::IsisLevel1 => self.isis(&[PARTIAL_1, COMPLETE_1, LINK_STATE_1, HELLO_LAN_1, HELLO_POINT_TO_POINT]),
            Protocol::IsisLevel2 => self.isis(&[PARTIAL_2, COMPLETE_2, LINK_STATE_2, HELLO_LAN_2, HELLO_POINT_TO_POINT]),
            Protocol::IsisHello => self.isis(&[HELLO_POINT_TO_POINT, HELLO_LAN_1, HELLO_LAN_2]),
            Protocol::IsisLinkState => self.isis(&[LINK_STATE_1, LINK_STATE_2]),
            Protocol::IsisSequence => self.isis(&[PARTIAL_2, PARTIAL_1, COMPLETE_1, COMPLETE_2]),
            Protocol::IsisCompleteSequence => self.isis(&[COMPLETE_1, COMPLETE_2]),
            Protocol::IsisPartialSequence => self.isis(&[PARTIAL_1, PARTIAL_2]),
            Protocol::Link | Protocol::Radio => Err(self.wrong("a protocol that packets can be of")),
        }
    }

    fn isis(&mut self, kinds: &[u32]) -> Result<Fragment, Wrong> {
        let tests = kinds.iter().map(|kind| self.numbered(*kind, Numbered::Isis)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.one_of(tests))
    }

    /// What a header says that it carries.
    pub(super) fn numbered(&mut self, number: u32, of: Numbered) -> Result<Fragment, Wrong> {
        match of {
            Numbered::Link => self.carries(number),
            Numbered::AnyIp => {
                let (four, six) = (self.numbered(number, Numbered::Ip)?, self.numbered(number, Numbered::Ip6)?);
                Ok(self.any(four, six))
            }
            Numbered::Ip => {
                let ip = self.carries(carried::IP)?;
                let found = self.equal(self.network(9, Size::One), number);
                Ok(self.all(ip, found))
            }
            Numbered::Ip6 => {
                let ip = self.carries(carried::IP6)?;
                let next = self.network(6, Size::One);
                let fragment = self.equal(next, FRAGMENT);
                let behind = self.equal(self.network(40, Size::One), number);
                let behind = self.all(fragment, behind);
                let found = self.equal(next, number);
                let found = self.any(found, behind);
                Ok(self.all(ip, found))
            }
            Numbered::Iso => self.iso(number),
            Numbered::Isis => {
                let isis = self.numbered(carried::ISIS, Numbered::Iso)?;
                let kind = self.equal(self.network_without_snap(4, Size::One), number);
                Ok(self.all(isis, kind))
            }
        }
    }

    fn iso(&mut self, number: u32) -> Result<Fragment, Wrong> {
        match self.link {
            link::FRAME_RELAY => Ok(self.frame_relay(number)),
            link::CISCO_HDLC | link::NETBSD_HDLC => {
                let iso = self.carries(carried::ISO << 8 | carried::ISO)?;
                // One byte stands before the network layer.
                let found = self.equal(self.network_without_snap(1, Size::One), number);
                Ok(self.all(iso, found))
            }
            _ => {
                let iso = self.carries(carried::ISO)?;
                let found = self.equal(self.network_without_snap(0, Size::One), number);
                Ok(self.all(iso, found))
            }
        }
    }

    /// What a chain of headers leads to.
    pub(super) fn chain(&mut self, number: u32, of: Numbered) -> Result<Fragment, Wrong> {
        if self.payload.slot.is_some() {
            return Err(self.wrong(format!("no `protochain`: the headers of {} have no fixed length", link::name(self.link))));
        }
        let (version, carried) = match of {
            Numbered::Ip => (Version::Four, carried::IP),
            Numbered::Ip6 => (Version::Six, carried::IP6),
            _ => {
                let (four, six) = (self.chain(number, Numbered::Ip)?, self.chain(number, Numbered::Ip6)?);
                return Ok(self.any(four, six));
            }
        };
        let ip = self.carries(carried)?;
        let at = self.payload.at.wrapping_add(self.network);
        let (operand, mask) = self.build.operand(vec![Step::ProtocolChain { version, at, wanted: number }]);
        let found = self.build.test(operand, mask, number, 0);
        Ok(self.all(ip, found))
    }
}
