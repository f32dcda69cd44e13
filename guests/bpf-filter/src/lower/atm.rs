//! Cells and circuits of ATM, in captures that keep its header (SUNATM): flags, path, channel of two bytes, payload.

use super::{Lowering, Place, link};
use crate::program::{Fragment, Size};
use crate::syntax::{AtmCells, AtmField, Comparison};
use crate::wrong::Wrong;

const PATH: u32 = 1;
const CHANNEL: u32 = 2;
const PAYLOAD: u32 = 4;
/// Of the first byte: what the payload is.
const TRAFFIC: u32 = 0x0f;
const LAN_EMULATION: u32 = 1;
const LLC: u32 = 2;
/// A message of Q.2931 says here what it is.
const MESSAGE: u32 = PAYLOAD + 5;
const MESSAGES: [u32; 6] = [0x5a, 0x4d, 0x0f, 0x07, 0x05, 0x02];
const ACKNOWLEDGEMENT: u32 = 0x0f;

impl Lowering {
    fn atm_only(&self) -> Result<(), Wrong> {
        // LAN emulation, once it was asked for, is looked at as the Ethernet that it is; the cells stay.
        if self.outermost == link::SUNATM {
            Ok(())
        } else {
            Err(self.wrong(format!("no cells of ATM: these packets are of {}", link::name(self.link))))
        }
    }

    fn atm_traffic(&mut self, traffic: u32) -> Fragment {
        self.masked(self.header.field(0, Size::One), TRAFFIC, traffic)
    }

    /// Frames with an LLC header.
    pub(super) fn atm_llc(&mut self) -> Fragment {
        self.atm_traffic(LLC)
    }

    fn circuit(&mut self, channels: &[u32]) -> Fragment {
        let path = self.equal(self.header.field(PATH, Size::One), 0);
        let channels: Vec<_> = channels.iter().map(|channel| self.equal(self.header.field(CHANNEL, Size::Two), *channel)).collect();
        let channel = self.one_of(channels);
        self.all(path, channel)
    }

    pub(super) fn atm_cells(&mut self, cells: AtmCells) -> Result<Fragment, Wrong> {
        self.atm_only()?;
        Ok(match cells {
            AtmCells::MetaSignalling => self.circuit(&[1]),
            AtmCells::Broadcast => self.circuit(&[2]),
            AtmCells::MaintenanceSegment => self.circuit(&[3]),
            AtmCells::MaintenanceEndToEnd => self.circuit(&[4]),
            AtmCells::Maintenance => self.circuit(&[3, 4]),
            AtmCells::Signalling => self.circuit(&[5]),
            AtmCells::LocalManagement => self.circuit(&[16]),
            AtmCells::Connection => self.messages(&[5], &MESSAGES),
            AtmCells::MetaConnection => {
                let messages: Vec<_> = MESSAGES.into_iter().filter(|message| *message != ACKNOWLEDGEMENT).collect();
                self.messages(&[1], &messages)
            }
            AtmCells::LanEmulation => {
                let found = self.atm_traffic(LAN_EMULATION);
                // Two bytes stand before the Ethernet frame.
                let header = Place::fixed(PAYLOAD + 2);
                self.enter(link::ETHERNET, header);
                self.lan_emulation = true;
                let layout = link::layout_of(link::ETHERNET);
                (self.kind, self.payload) = (Place::fixed(header.at + layout.kind), Place::fixed(header.at + layout.payload));
                (self.network, self.network_without_snap) = (layout.network, layout.network_without_snap);
                found
            }
        })
    }

    fn messages(&mut self, channels: &[u32], messages: &[u32]) -> Fragment {
        let circuit = self.circuit(channels);
        let messages: Vec<_> = messages.iter().map(|message| self.equal(self.header.field(MESSAGE, Size::One), *message)).collect();
        let message = self.one_of(messages);
        self.all(circuit, message)
    }

    pub(super) fn atm_field(&mut self, field: AtmField, comparison: Comparison, value: u32) -> Result<Fragment, Wrong> {
        self.atm_only()?;
        let field = match field {
            AtmField::Path => self.header.field(PATH, Size::One),
            AtmField::Channel => self.header.field(CHANNEL, Size::Two),
        };
        Ok(self.compared(field, u32::MAX, comparison, value))
    }
}
