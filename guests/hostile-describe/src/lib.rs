//! A module that never says what it is: for the host's tests.

use std::hint::black_box;

use weir_sdk::{Description, OpenError, Options, Output, ParseError, SavedState, Schema, SourceFacts, StreamParser};

/// Its session, which nobody ever sees.
pub struct Silent;

impl StreamParser for Silent {
    fn describe() -> Description {
        loop {
            black_box(());
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

weir_sdk::stream_parser!(Silent);
