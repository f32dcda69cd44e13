//! Messages of SS7 (MTP2 and MTP3).

use super::{Lowering, Place, link};
use crate::program::{Builder, Fragment, Size};
use crate::syntax::{Comparison, SignalField, SignalKind, SignalUnit};
use crate::wrong::Wrong;

/// Point codes have 14 bits.
const POINT_CODE: u32 = 0x3fff;
/// Links of high speed have three bytes more in their header.
const HIGH_SPEED: u32 = 3;

impl Lowering {
    /// Where the header of MTP2 begins.
    fn mtp2(&self, what: &str) -> Result<Place, Wrong> {
        match self.link {
            link::MTP2 => Ok(Place::fixed(0)),
            link::MTP2_WITH_HEADER => Ok(Place::fixed(4)),
            link::ERF => Ok(Place::fixed(20)),
            other => Err(self.wrong(format!("no `{what}`: these packets are of {} and not of SS7", link::name(other)))),
        }
    }

    /// Told apart by their length.
    pub(super) fn signal_unit(&mut self, unit: SignalUnit) -> Result<Fragment, Wrong> {
        let start = self.mtp2("msu")?;
        let (field, mask, unit_of_length) = match unit.high_speed {
            false => (start.field(2, Size::One), 0x3f, 1),
            true => (start.field(4, Size::Two), 0xff80, 0x80),
        };
        Ok(match unit.kind {
            SignalKind::FillIn => self.masked(field, mask, 0),
            SignalKind::Message => self.within(field, mask, 2 * unit_of_length + 1, u32::MAX),
            SignalKind::LinkStatus => {
                let some = Builder::not(self.masked(field, mask, 0));
                let few = self.within(field, mask, 0, 2 * unit_of_length);
                self.all(some, few)
            }
        })
    }

    pub(super) fn signal_field(
        &mut self,
        field: SignalField,
        high_speed: bool,
        comparison: Comparison,
        value: u32,
    ) -> Result<Fragment, Wrong> {
        let start = self.mtp2("sio")?;
        let more = if high_speed { HIGH_SPEED } else { 0 };
        let (most, what) = match field {
            SignalField::Service => (0xff, "a service up to 255"),
            SignalField::Origin | SignalField::Destination => (POINT_CODE, "a point code up to 16383"),
            SignalField::LinkSelection => (0xf, "a link selection up to 15"),
        };
        if value > most {
            return Err(self.wrong(what));
        }
        // As the bits of point codes lie in a message.
        let (field, mask, value) = match field {
            SignalField::Service => (start.field(3 + more, Size::One), u32::MAX, value),
            SignalField::Destination => (start.field(4 + more, Size::Four), 0xff3f_0000, (value & 0xff) << 24 | (value & 0x3f00) << 8),
            SignalField::Origin => {
                let value = (value & 0x3c00) >> 10 | (value & 0x03fc) << 6 | (value & 0x3) << 22;
                (start.field(4 + more, Size::Four), 0x00c0_ff0f, value)
            }
            SignalField::LinkSelection => (start.field(7 + more, Size::One), 0xf0, value << 4),
        };
        Ok(self.compared(field, mask, comparison, value))
    }
}
