//! DNS messages in captured packets to rows.
//!
//! A packet is taken apart down to UDP or TCP by the SDK's layers; [`session`] picks the packets of the ports that are DNS, `streams` puts messages
//! over TCP together, [`message`] checks a whole message and finds its records. [`spot`], [`full`] and [`pairs`] are the three sets of columns.
//!
//! A message that breaks the rules (a name that points in a circle, counts that announce more than there is, a capture that cut it) is rejected with
//! its packet and the reason: no row shows half of it. Data of a record that does not keep the rules of its type is shown as bytes.
//!
//! Fragments, segments and queries that wait for others are bounded, and are the session's state.

mod address;
mod bits;
mod clock;
pub mod damage;
mod data;
mod dictionary;
mod edns;
mod flags;
mod frame;
pub mod full;
mod half;
mod left;
mod location;
pub mod message;
mod name;
pub mod pairs;
mod question;
mod rejects;
mod rows;
mod sections;
mod service;
pub mod session;
mod settings;
pub mod spot;
mod state;
mod streams;
mod tshark;

use weir_sdk::{Description, OpenError, Options, Output, PacketBatch, PacketParser, ParseError, SavedState, Schema, SourceFacts};

use crate::rows::Rows;
use crate::session::Session;
use crate::settings::Settings;

/// The module.
#[derive(Debug)]
pub struct Dns {
    settings: Settings,
    session: Session,
}

impl PacketParser for Dns {
    fn describe() -> Description {
        Description {
            name: "dns",
            version: env!("CARGO_PKG_VERSION"),
            summary: "DNS messages in captured packets",
            reads: &["DNS over UDP and TCP (RFC 1035, 7766)", "EDNS (RFC 6891)", "multicast DNS, by the option ports"],
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
        Ok(self.session.feed(packets))
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        Ok(self.session.finish())
    }

    fn save(&self) -> Option<SavedState> {
        Some(self.session.save())
    }
}

weir_sdk::packet_parser!(Dns);
