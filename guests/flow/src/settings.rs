//! The options of the module.

use weir_sdk::{OpenError, OptionSpec, OptionValue, Options};

use crate::filter::Filter;

/// What the options say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Everything the file holds, not Spot's columns.
    pub full: bool,
    /// Flows without a received time take that of their last packet, not 1970.
    pub last_seen: bool,
    /// Which flows become rows.
    pub filter: Filter,
}

/// The options the module understands.
pub fn specs() -> Vec<OptionSpec> {
    let text = |name, default, choices, doc| OptionSpec { name, default: OptionValue::text(default), required: false, choices, doc };
    vec![
        text(
            "schema",
            "spot",
            &["spot", "full"],
            "spot: the 28 columns of Apache Spot's table flow. full: everything the file holds, by the names of IPFIX, null where it holds nothing.",
        ),
        text(
            "without-received",
            "epoch",
            &["epoch", "last-seen"],
            "What treceived and unix_tstamp are (schema spot) where a flow does not hold when it was received: epoch, 1970, as nfdump prints it; last-seen, \
             the time of its last packet.",
        ),
        text("filter", "", &[], "Which flows become rows, in the filter syntax of nfdump 1.7: `proto tcp and src net 10/8`. Empty: all."),
    ]
}

impl Settings {
    /// From the options of a session.
    ///
    /// # Errors
    /// An option that is wrong.
    pub fn of(options: &Options) -> Result<Self, OpenError> {
        let filter = Filter::compile(options.text("filter")).map_err(|error| OpenError::bad_option("filter", &error.to_string()))?;
        Ok(Self { full: options.text("schema") == "full", last_seen: options.text("without-received") == "last-seen", filter })
    }
}
