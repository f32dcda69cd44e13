//! 802.11 frames: which of their four addresses is which depends on their type and on who sends to whom.

use super::{Lowering, link};
use crate::program::{Builder, Fragment, Size};
use crate::syntax::Direction;
use crate::wrong::Wrong;

/// In the first byte: a data frame, or a control frame; neither: a management frame.
const DATA: u32 = 0x08;
const CONTROL: u32 = 0x04;
const TYPE: u32 = 0x0c;
const SUBTYPE: u32 = 0xf0;
const CLEAR_TO_SEND: u32 = 0xc0;
const ACKNOWLEDGEMENT: u32 = 0xd0;
/// In the second.
const TO_SYSTEM: u32 = 0x01;
const FROM_SYSTEM: u32 = 0x02;

impl Lowering {
    fn has(&mut self, byte: u32, bits: u32) -> Fragment {
        self.any_bit(self.header.field(byte, Size::One), bits)
    }

    fn lacks(&mut self, byte: u32, bits: u32) -> Fragment {
        Builder::not(self.has(byte, bits))
    }

    pub(super) fn wlan_data(&mut self) -> Fragment {
        let (no_control, data) = (self.lacks(0, CONTROL), self.has(0, DATA));
        self.all(no_control, data)
    }

    /// The address at one of the four places.
    fn at(&mut self, place: u32, address: &[u8; 6]) -> Fragment {
        self.bytes(self.header, place, address)
    }

    /// `then` if the bits are set, else `otherwise`.
    fn choose(&mut self, byte: u32, bits: u32, then: Fragment, otherwise: Fragment) -> Fragment {
        let (has, lacks) = (self.has(byte, bits), self.lacks(byte, bits));
        let (then, otherwise) = (self.all(has, then), self.all(lacks, otherwise));
        self.any(otherwise, then)
    }

    pub(super) fn wlan_address(&mut self, address: &[u8; 6], direction: Direction) -> Fragment {
        match direction {
            Direction::Source => self.wlan_source(address),
            Direction::Destination => self.wlan_destination(|lowering, place| lowering.at(place, address)),
            Direction::Both => {
                let (source, destination) = (self.wlan_source(address), self.wlan_address(address, Direction::Destination));
                self.all(source, destination)
            }
            Direction::Either => {
                let (source, destination) = (self.wlan_source(address), self.wlan_address(address, Direction::Destination));
                self.any(source, destination)
            }
            Direction::Address1 => self.at(4, address),
            Direction::Address2 => {
                let (present, found) = (self.has_second(), self.at(10, address));
                self.all(present, found)
            }
            Direction::Address3 => {
                let control = self.masked(self.header.field(0, Size::One), TYPE, CONTROL);
                let found = self.at(16, address);
                self.all(Builder::not(control), found)
            }
            Direction::Address4 => {
                let both = self.masked(self.header.field(1, Size::One), TO_SYSTEM | FROM_SYSTEM, TO_SYSTEM | FROM_SYSTEM);
                let found = self.at(24, address);
                self.all(both, found)
            }
            Direction::Receiver => {
                let (data, found) = (self.has(0, DATA), self.at(4, address));
                self.all(data, found)
            }
            Direction::Transmitter => {
                let (data, present) = (self.has(0, DATA), self.has_second());
                let present = self.all(data, present);
                let found = self.at(10, address);
                self.all(present, found)
            }
        }
    }

    /// Two kinds of control frames have no second address.
    fn has_second(&mut self) -> Fragment {
        let byte = self.header.field(0, Size::One);
        let control = self.masked(byte, TYPE, CONTROL);
        let clear = Builder::not(self.masked(byte, SUBTYPE, CLEAR_TO_SEND));
        let acknowledgement = Builder::not(self.masked(byte, SUBTYPE, ACKNOWLEDGEMENT));
        let other = self.all(clear, acknowledgement);
        self.any(Builder::not(control), other)
    }

    fn wlan_source(&mut self, address: &[u8; 6]) -> Fragment {
        let (fourth, third) = (self.at(24, address), self.at(16, address));
        let from_system = self.choose(1, TO_SYSTEM, fourth, third);
        let second = self.at(10, address);
        let data = self.choose(1, FROM_SYSTEM, from_system, second);
        let management = self.at(10, address);
        self.no_control(data, management)
    }

    fn wlan_destination(&mut self, found: impl Fn(&mut Self, u32) -> Fragment) -> Fragment {
        let (third, first) = (found(self, 16), found(self, 4));
        let data = self.choose(1, TO_SYSTEM, third, first);
        let management = found(self, 4);
        self.no_control(data, management)
    }

    /// Control frames have neither a source nor a destination.
    fn no_control(&mut self, data: Fragment, management: Fragment) -> Fragment {
        let found = self.choose(0, DATA, data, management);
        let no_control = self.lacks(0, CONTROL);
        self.all(no_control, found)
    }

    pub(super) fn wlan_multicast(&mut self) -> Fragment {
        self.wlan_destination(|lowering, place| lowering.has(place, 1))
    }

    /// Bits of one of the first two bytes.
    pub(super) fn wlan_frame(&mut self, byte: u32, mask: u32, value: u32) -> Result<Fragment, Wrong> {
        if !link::is_wlan(self.link) || self.link == link::PPI {
            return Err(self.wrong(format!("no 802.11 frames: these packets are of {}", link::name(self.link))));
        }
        Ok(self.masked(self.header.field(byte, Size::One), mask, value))
    }
}
