//! One datagram of any version into rows: what it is, and how far the reading is.

use crate::damage::Damage;
use crate::datagram::Datagram;
use crate::exporters::Identity;
use crate::held::{Header, Set};
use crate::message::{self, Cursor, Tables};
use crate::{fixed, sflow};

/// The version that a payload begins with; sFlow has 32 bits for it, which begin with 0.
pub fn version(payload: &[u8]) -> Option<u16> {
    payload.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}

/// Whether a payload is one of a known version whose lengths fit together.
pub fn is_plausible(datagram: &Datagram<'_>) -> bool {
    let (payload, header) = (datagram.payload, header(datagram));
    match version(payload) {
        Some(version @ (1 | 5 | 7)) => fixed::open(payload, version, header).is_ok_and(|export| export.is_followed_by(payload)),
        Some(9) => message::open_v9(payload, header).is_ok_and(|(_, sets)| message::is_plausible(sets)),
        Some(10) => message::open_ipfix(payload, header)
            .is_ok_and(|(_, sets)| sets.len() + message::IPFIX_HEADER == payload.len() && message::is_plausible(sets)),
        Some(0) => sflow::open(payload, header).is_ok_and(|(_, count, samples)| count > 0 && samples.len() / count > 8),
        _ => false,
    }
}

fn header(datagram: &Datagram<'_>) -> Header {
    let exporter = Identity::new(datagram.exporter, 0, 0);
    Header { position: datagram.position, received: datagram.received, exporter, sent: 0, uptime: 0 }
}

impl Tables {
    /// Reads a datagram on from `from`; where it stopped, when there is enough for one call.
    pub fn read(&mut self, datagram: &Datagram<'_>, from: Cursor) -> Option<Cursor> {
        match self.read_any(datagram, from) {
            Ok(stopped) => stopped,
            Err(damage) => {
                self.rejects.push(datagram.position, damage);
                None
            }
        }
    }

    fn read_any(&mut self, datagram: &Datagram<'_>, from: Cursor) -> Result<Option<Cursor>, Damage> {
        let (payload, header) = (datagram.payload, header(datagram));
        Ok(match version(payload).ok_or(Damage::HeaderCut)? {
            version @ (1 | 5 | 7) => self.read_exports(payload, version, header, from)?,
            9 => {
                let (header, sets) = message::open_v9(payload, header)?;
                self.read_sets(&header, sets, from)
            }
            10 => {
                let (header, sets) = message::open_ipfix(payload, header)?;
                self.read_sets(&header, sets, from)
            }
            0 => {
                let (header, count, samples) = sflow::open(payload, header)?;
                self.read_samples(&header, count, samples, from)
            }
            version => return Err(Damage::Version(version)),
        })
    }

    /// Reads a set that waited on from `from`.
    pub fn read_waiting(&mut self, set: &Set, from: usize) -> Option<usize> {
        self.read_data(&set.header, set.id, &set.bytes, from)
    }
}
