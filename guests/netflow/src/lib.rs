//! NetFlow, IPFIX and sFlow to rows, from captures of what exporters send.
//!
//! NetFlow v1, v5 and v7 (`fixed`) have records of one shape. NetFlow v9 and IPFIX (`message`), over UDP or TCP (`streams`), describe theirs in
//! templates, which are kept for each exporter (`exporters`) and saved with the session; data that come before their template wait for it (`held`).
//! sFlow v5 (`sflow`) samples packets. All become [`flow::record::Flow`], and rows in the two schemas of the module `flow`; elements that have no part
//! in a flow are kept as bytes under their number, or get a column of their own by the option `elements` (`others`).
//!
//! A packet that could not be read, or not all of it, is rejected with the first reason; the flows before and behind the damage are rows.
//!
//! As in nfdump: counters of sampled flows are multiplied, of events of firewalls and NATs begin and end are the event's time, and flows of an
//! exporter that says no time begin in 1970.

mod completion;
mod damage;
mod datagram;
mod elements;
mod exporters;
mod fixed;
mod frame;
mod held;
mod iana;
mod key;
mod message;
mod number;
mod others;
mod output;
mod packets;
mod ports;
mod reading;
mod record;
mod rejects;
mod sample;
mod session;
mod settings;
mod sflow;
mod skipped;
mod state;
mod streams;
mod structured;
mod target;
mod template;
mod times;

use weir_sdk::{Description, OpenError, Options, Output, PacketBatch, PacketParser, ParseError, SavedState, Schema, SourceFacts};

use crate::output::Rows;
use crate::session::Session;
use crate::settings::Settings;

/// The module.
#[derive(Debug)]
pub struct Netflow {
    settings: Settings,
    session: Session,
}

impl PacketParser for Netflow {
    fn describe() -> Description {
        Description {
            name: "netflow",
            version: env!("CARGO_PKG_VERSION"),
            summary: "NetFlow, IPFIX and sFlow as exporters send them",
            reads: &["NetFlow v1, v5, v7, v9", "IPFIX", "sFlow v5"],
            options: settings::specs(),
        }
    }

    fn open(options: &Options, _: &SourceFacts, state: Option<&SavedState>) -> Result<Self, OpenError> {
        let settings = Settings::of(options)?;
        let session = Session::new(&settings, state)?;
        Ok(Self { settings, session })
    }

    fn schema(&self) -> Schema {
        Rows::schema(&self.settings)
    }

    fn feed(&mut self, packets: PacketBatch<'_>) -> Result<Output, ParseError> {
        Ok(self.session.feed(&packets))
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        Ok(self.session.finish())
    }

    fn save(&self) -> Option<SavedState> {
        Some(self.session.save())
    }
}

weir_sdk::packet_parser!(Netflow);
