//! A module that never gets past its own start: for the host's tests.

use weir_sdk::{Description, OpenError, Options, Output, ParseError, SavedState, Schema, SourceFacts, StreamParser};

/// Runs when the module is instantiated.
#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "the name of a start function is given by an unsafe attribute")]
#[unsafe(export_name = "_initialize")]
extern "C" fn start() {
    loop {
        std::hint::black_box(());
    }
}

/// Its session, which nobody ever sees.
pub struct Stuck;

impl StreamParser for Stuck {
    fn describe() -> Description {
        Description { name: "hostile-start", version: "0", summary: "Never starts", reads: &[], options: vec![] }
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

weir_sdk::stream_parser!(Stuck);
