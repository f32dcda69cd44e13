//! NetFlow files of nfdump (nfcapd 1.6 and 1.7) to rows.
//!
//! A file is a header and blocks; a block is records, compressed as a whole; a record is a flow, or teaches how to read flows (an extension map),
//! or who sent them (exporters, samplers). [`session`] takes the bytes, [`layout1`] and [`layout2`] decode records into [`record::Flow`],
//! [`spot`] and [`full`] are the two schemas.
//!
//! What cannot be read is rejected with its bytes and the reason: a block that is cut, does not decompress or is of an unknown kind; a record
//! that breaks its rules or is of a kind that may hold flows. Such a record of a compressed block costs the block: only its compressed bytes can be kept,
//! and whoever reads them again must not get flows twice. Records and extensions that are known to hold no flow, and extensions of flows that
//! are not known, are counted and said once in the log. Once a block says a size that cannot be, the rest of the file is rejected: where the next
//! block begins would be a guess.

mod block;
mod clock;
mod compression;
mod damage;
pub mod filter;
pub mod full;
mod full_fields;
mod header;
pub mod known;
pub mod layout1;
pub mod layout2;
mod lz4;
mod order;
mod protocol;
mod reading;
pub mod record;
mod rejects;
mod rows;
pub mod session;
mod settings;
mod skipped;
pub mod spot;
mod state;
mod text;

use weir_sdk::{Description, OpenError, Options, Output, ParseError, SavedState, Schema, SourceFacts, StreamParser};

use crate::rows::Rows;
use crate::session::Session;
use crate::settings::Settings;

/// The module.
#[derive(Debug)]
pub struct Nfcapd {
    settings: Settings,
    session: Session,
}

impl StreamParser for Nfcapd {
    fn describe() -> Description {
        Description {
            name: "flow",
            version: env!("CARGO_PKG_VERSION"),
            summary: "NetFlow files of nfdump",
            reads: &["nfcapd files of nfdump 1.6 (layout 1)", "nfcapd files of nfdump 1.7 (layout 2)"],
            options: settings::specs(),
        }
    }

    fn open(options: &Options, _: &SourceFacts, state: Option<&SavedState>) -> Result<Self, OpenError> {
        let settings = Settings::of(options)?;
        let session = Session::new(&settings, state.map(state::read).transpose()?);
        Ok(Self { settings, session })
    }

    fn schema(&self) -> Schema {
        Rows::schema(&self.settings)
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        self.session.feed(chunk)
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        self.session.finish()
    }

    fn save(&self) -> Option<SavedState> {
        self.session.save()
    }
}

#[cfg(feature = "module")]
weir_sdk::stream_parser!(Nfcapd);
