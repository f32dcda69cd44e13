//! Ports. Of IPv4 only first fragments have them; of IPv6 they are looked for right behind the header.

use super::{Lowering, carried};
use crate::program::{Field, Fragment, Size};
use crate::syntax::{Direction, Transport};
use crate::wrong::Wrong;

const TCP: u32 = 6;
const UDP: u32 = 17;
const SCTP: u32 = 132;

impl Lowering {
    pub(super) fn ports(&mut self, ports: (u32, u32), transport: Option<Transport>, direction: Direction) -> Result<Fragment, Wrong> {
        let protocols: &[u32] = match transport {
            Some(Transport::Tcp) => &[TCP],
            Some(Transport::Udp) => &[UDP],
            Some(Transport::Sctp) => &[SCTP],
            None => &[SCTP, TCP, UDP],
        };
        let six = self.ports6(ports, protocols, direction)?;
        let four = self.ports4(ports, protocols, direction)?;
        Ok(self.any(six, four))
    }

    pub(super) fn ports4(&mut self, ports: (u32, u32), protocols: &[u32], direction: Direction) -> Result<Fragment, Wrong> {
        let ip = self.carries(carried::IP)?;
        let mut found = Vec::new();
        for protocol in protocols {
            let of_protocol = self.equal(self.network(9, Size::One), *protocol);
            let first = self.first_fragment();
            let first = self.all(of_protocol, first);
            let equal = self.directed(direction, |lowering, of_source| {
                let field = lowering.behind_ipv4(if of_source { 0 } else { 2 }, Size::Two);
                Ok(lowering.port(field, ports))
            })?;
            found.push(self.all(first, equal));
        }
        let found = self.one_of(found);
        Ok(self.all(ip, found))
    }

    pub(super) fn ports6(&mut self, ports: (u32, u32), protocols: &[u32], direction: Direction) -> Result<Fragment, Wrong> {
        let ip = self.carries(carried::IP6)?;
        let mut found = Vec::new();
        for protocol in protocols {
            let of_protocol = self.equal(self.network(6, Size::One), *protocol);
            let equal = self.directed(direction, |lowering, of_source| {
                let field = lowering.behind_ipv6(if of_source { 0 } else { 2 }, Size::Two);
                Ok(lowering.port(field, ports))
            })?;
            found.push(self.all(of_protocol, equal));
        }
        let found = self.one_of(found);
        Ok(self.all(ip, found))
    }

    fn port(&mut self, field: Field, (low, high): (u32, u32)) -> Fragment {
        self.within(field, u32::MAX, low, high)
    }

    /// No fragment of IPv4, or the first of them.
    pub(super) fn first_fragment(&mut self) -> Fragment {
        self.masked(self.network(6, Size::Two), 0x1fff, 0)
    }
}
