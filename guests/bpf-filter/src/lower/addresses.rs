//! Addresses of network layers.

use super::{Lowering, carried};
use crate::program::{Fragment, Size};
use crate::syntax::{Carrier, Direction};
use crate::wrong::Wrong;

impl Lowering {
    /// What a direction means, once it is known what source and destination mean. Other directions than these were refused before.
    pub(super) fn directed(
        &mut self,
        direction: Direction,
        mut of: impl FnMut(&mut Self, bool) -> Result<Fragment, Wrong>,
    ) -> Result<Fragment, Wrong> {
        match direction {
            Direction::Source => of(self, true),
            Direction::Destination => of(self, false),
            Direction::Both => {
                let (source, destination) = (of(self, true)?, of(self, false)?);
                Ok(self.all(source, destination))
            }
            _ => {
                let (source, destination) = (of(self, true)?, of(self, false)?);
                Ok(self.any(source, destination))
            }
        }
    }

    pub(super) fn address(&mut self, address: u32, mask: u32, carrier: Carrier, direction: Direction) -> Result<Fragment, Wrong> {
        match carrier {
            Carrier::Ip => self.address_in(carried::IP, [12, 16], (address, mask), direction),
            Carrier::Arp => self.address_in(carried::ARP, [14, 24], (address, mask), direction),
            Carrier::Rarp => self.address_in(carried::RARP, [14, 24], (address, mask), direction),
            Carrier::Any => {
                let ip = self.address(address, mask, Carrier::Ip, direction)?;
                if self.labels > 0 {
                    // Behind MPLS labels there is only IP.
                    return Ok(ip);
                }
                let arp = self.address(address, mask, Carrier::Arp, direction)?;
                let rarp = self.address(address, mask, Carrier::Rarp, direction)?;
                Ok(self.one_of([ip, arp, rarp]))
            }
        }
    }

    fn address_in(
        &mut self,
        carried: u32,
        [source, destination]: [u32; 2],
        (address, mask): (u32, u32),
        direction: Direction,
    ) -> Result<Fragment, Wrong> {
        self.directed(direction, |lowering, of_source| {
            let found = lowering.carries(carried)?;
            let field = lowering.network(if of_source { source } else { destination }, Size::Four);
            let equal = lowering.masked(field, mask, address);
            Ok(lowering.all(found, equal))
        })
    }

    pub(super) fn address6(&mut self, address: u128, mask: u128, direction: Direction) -> Result<Fragment, Wrong> {
        self.directed(direction, |lowering, of_source| {
            let start = if of_source { 8 } else { 24 };
            let mut found = lowering.carries(carried::IP6)?;
            for word in 0..4 {
                let part = |number: u128| (number >> (96 - 32 * word)) as u32;
                let field = lowering.network(start + 4 * word, Size::Four);
                let equal = lowering.masked(field, part(mask), part(address));
                found = lowering.all(found, equal);
            }
            Ok(found)
        })
    }

    /// Data packets of DECnet, with a long or a short header and with or without a byte of padding.
    pub(super) fn decnet(&mut self, address: u32, direction: Direction) -> Result<Fragment, Wrong> {
        // Numbers are little-endian.
        let address = u32::from((address as u16).swap_bytes());
        self.directed(direction, |lowering, of_source| {
            let (long, short) = if of_source { (15, 3) } else { (7, 1) };
            let found = lowering.carries(carried::DECNET)?;
            let padded = |flags: u32| (Size::Two, 0xff07, 0x8100 | flags);
            let plain = |flags: u32| (Size::One, 0x07, flags);
            let forms = [(plain(0x02), 2 + short), (padded(0x02), 3 + short), (plain(0x06), 2 + long), (padded(0x06), 3 + long)];
            let forms = forms.map(|((size, mask, flags), at)| {
                let form = lowering.masked(lowering.network(2, size), mask, flags);
                let equal = lowering.equal(lowering.network(at, Size::Two), address);
                lowering.all(form, equal)
            });
            let form = lowering.one_of(forms);
            Ok(lowering.all(found, form))
        })
    }
}
