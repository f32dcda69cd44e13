//! The lines that Apache Spot's distributed collector sends to its streaming listener, to rows of Spot's tables.
//!
//! [`session`] finds the lines; [`flow`] (nfdump's csv), [`dns`] (tshark's fields) and [`proxy`] (Blue Coat's log) take one apart; [`table`] makes columns.
//! With `schema = "lines"` a line stays as it is, beside its time: so lines of Spot's tools go on to a topic of Kafka unchanged.

mod clock;
pub mod dns;
pub mod flow;
mod line;
pub mod proxy;
pub mod session;
pub mod table;

use weir_sdk::{
    Description, OpenError, OptionSpec, OptionValue, Options, Output, ParseError, SavedState, Schema, SourceFacts, StreamParser,
};

use crate::session::Session;
use crate::table::Kind;

/// The module.
#[derive(Debug)]
pub struct SpotLines(Session);

impl StreamParser for SpotLines {
    fn describe() -> Description {
        let text = |name, default, required, choices, doc| OptionSpec { name, default: OptionValue::text(default), required, choices, doc };
        Description {
            name: "spot-lines",
            version: env!("CARGO_PKG_VERSION"),
            summary: "Lines of Apache Spot's collectors",
            reads: &["spot-nfdump -o csv", "tshark -T fields as Spot asks for it", "Blue Coat main"],
            options: vec![
                text(
                    "type",
                    "flow",
                    true,
                    &["flow", "dns", "proxy"],
                    "Of which of Spot's pipelines the lines are: flow, csv of spot-nfdump; dns, ten fields of tshark; proxy, 27 fields of Blue Coat.",
                ),
                text(
                    "schema",
                    "spot",
                    false,
                    &["spot", "lines"],
                    "spot: the columns of Spot's table of that type. lines: the column line, each line as it is but for blanks around it.",
                ),
            ],
        }
    }

    fn open(options: &Options, _: &SourceFacts, _: Option<&SavedState>) -> Result<Self, OpenError> {
        let kind = Kind::named(options.text("type"));
        Ok(Self(Session::new(kind, options.text("schema") == "lines")))
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        Ok(self.0.feed(chunk))
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        Ok(self.0.finish())
    }
}

weir_sdk::stream_parser!(SpotLines);
