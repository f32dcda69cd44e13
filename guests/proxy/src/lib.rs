//! Access logs of web proxies to rows.
//!
//! [`session`] takes the bytes and finds the lines; [`dialect`] says what a line is of: separated fields in an order that is known ([`layout`], Blue
//! Coat's `main` and ELFF) or a pattern ([`template`], Squid's native format, the common and combined ones, and any `logformat`). Either way a line
//! becomes a [`record::Record`], the places of its fields, and [`spot`] and [`full`] make columns of it.
//!
//! A line that is not of the format is rejected and the next one is read. Lines of the header and blank lines say nothing.

mod block;
mod bytes;
pub mod clock;
mod codes;
mod damage;
pub mod dialect;
mod directive;
mod encoding;
mod field;
pub mod full;
pub mod layout;
mod lexer;
mod lines;
mod log;
mod logformat;
mod mime;
mod moment;
mod number;
mod plain;
pub mod record;
mod repeated;
mod rows;
pub mod session;
mod settings;
mod sixteen;
pub mod spot;
mod state;
pub mod template;
mod text;
mod tidy;
mod url;
mod wide;

use weir_sdk::{Description, OpenError, Options, Output, ParseError, SavedState, Schema, SourceFacts, StreamParser};

use crate::log::Log;
use crate::rows::Rows;
use crate::settings::Settings;

/// The module.
#[derive(Debug)]
pub struct ProxyLog {
    settings: Settings,
    log: Log,
}

impl StreamParser for ProxyLog {
    fn describe() -> Description {
        Description {
            name: "proxy",
            version: env!("CARGO_PKG_VERSION"),
            summary: "Access logs of web proxies",
            reads: &[
                "Blue Coat main",
                "W3C extended log format (ELFF)",
                "Squid native, referrer and logformat",
                "Apache common, combined and LogFormat",
            ],
            options: settings::specs(),
        }
    }

    fn open(options: &Options, _: &SourceFacts, state: Option<&SavedState>) -> Result<Self, OpenError> {
        let mut settings = Settings::of(options)?;
        let log = Log::new(&mut settings, state.map(state::read).transpose()?);
        Ok(Self { settings, log })
    }

    fn schema(&self) -> Schema {
        Rows::schema(&self.settings)
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<Output, ParseError> {
        self.log.feed(chunk)
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        self.log.finish()
    }

    fn save(&self) -> Option<SavedState> {
        self.log.save()
    }
}

weir_sdk::stream_parser!(ProxyLog);
