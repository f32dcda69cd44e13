//! NetFlow files of nfdump to rows.

pub mod record;

use weir_sdk::{Description, OpenError, Options, Output, ParseError, SavedState, Schema, SourceFacts, StreamParser};

struct Flow;

impl StreamParser for Flow {
    fn describe() -> Description {
        Description {
            name: "flow",
            version: env!("CARGO_PKG_VERSION"),
            summary: "NetFlow files of nfdump",
            reads: &["nfcapd"],
            options: vec![],
        }
    }
    fn open(_: &Options, _: &SourceFacts, _: Option<&SavedState>) -> Result<Self, OpenError> {
        Ok(Self)
    }
    fn schema(&self) -> Schema {
        Schema { fields: vec![], event_time: None }
    }
    fn feed(&mut self, _: &[u8]) -> Result<Output, ParseError> {
        Ok(Output::default())
    }
    fn finish(&mut self) -> Result<Output, ParseError> {
        Ok(Output::default())
    }
}

weir_sdk::stream_parser!(Flow);
