//! The options of the module.

use weir_sdk::{OpenError, OptionSpec, OptionValue, Options};

use crate::encoding::Encoding;
use crate::logformat::{self, Format};

/// Fewest and most bytes that `max-line` may be. One line and its columns must fit the memory that a module has by default.
const MAX_LINE: std::ops::RangeInclusive<i64> = 256..=4 << 20;

/// Which format lines are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The first line that is of a known format decides; a later `#Fields` decides anew.
    Auto,
    /// Blue Coat's `main` in the 27 fields of Spot; `#Fields` is not looked at.
    Bluecoat,
    /// What `#Fields` says.
    Elff,
    /// Squid's own.
    Squid,
    /// Apache's and Squid's `combined` and `common`.
    Combined,
    /// The option `logformat`.
    Logformat,
}

/// What the options say.
#[derive(Debug)]
pub struct Settings {
    /// Everything the lines hold, not Spot's columns.
    pub full: bool,
    /// The format of lines.
    pub choice: Choice,
    /// Of format logformat.
    pub logformat: Option<Format>,
    /// How bytes become text.
    pub encoding: Encoding,
    /// Longest line, bytes without its end.
    pub max_line: usize,
}

/// The options the module understands.
pub fn specs() -> Vec<OptionSpec> {
    let text = |name, default, choices, doc| OptionSpec { name, default: OptionValue::text(default), required: false, choices, doc };
    vec![
        text(
            "schema",
            "spot",
            &["spot", "full"],
            "spot: the 28 columns of Apache Spot's table proxy. full: everything a line holds, under the names of ELFF; fields without a column of their \
             own in the lists other_names and other_values.",
        ),
        text(
            "format",
            "auto",
            &["auto", "bluecoat", "elff", "squid", "combined", "logformat"],
            "auto: by the first line of a known format, and by every #Fields. bluecoat: the 27 fields of Spot, whatever #Fields says. elff: as #Fields \
             says. squid: Squid's native, also with log_mime_hdrs. combined: Apache's and Squid's combined and common. logformat: as the option \
             logformat says.",
        ),
        text(
            "logformat",
            "",
            &[],
            "A format in the codes of Squid's logformat or Apache's LogFormat, for format = logformat; times also in forms of \
             strftime, as %{%F %T}tl.",
        ),
        text(
            "encoding",
            "auto",
            &["auto", "utf-8", "latin-1", "escape"],
            "What lines are in. auto: UTF-8, and bytes that are not are Latin-1. utf-8: lines that are not are rejected. latin-1. escape: UTF-8, and bytes \
             that are not become \\xNN. A log that begins with the byte order mark of UTF-16 is in UTF-16.",
        ),
        OptionSpec {
            name: "max-line",
            default: OptionValue::Integer(1 << 20),
            required: false,
            choices: &[],
            doc: "Longest line, bytes, 256 to 4194304. What is longer is rejected.",
        },
    ]
}

impl Settings {
    /// From the options of a session.
    ///
    /// # Errors
    /// An option that is wrong.
    pub fn of(options: &Options) -> Result<Self, OpenError> {
        let choice = choice(options.text("format"));
        let format = options.text("logformat");
        let bad = |expected: &str| OpenError::bad_option("logformat", expected);
        let logformat = match (choice, format) {
            (Choice::Logformat, "") => return Err(bad("a format, since format is logformat")),
            (Choice::Logformat, format) => Some(logformat::compile(format).map_err(|wrong| bad(&wrong))?),
            (_, "") => None,
            _ => return Err(OpenError::bad_option("format", "logformat, since the option logformat is set")),
        };
        let max_line = options.integer("max-line");
        if !MAX_LINE.contains(&max_line) {
            return Err(OpenError::bad_option("max-line", "a number of bytes from 256 to 4194304"));
        }
        let encoding = Encoding::named(options.text("encoding"));
        Ok(Self { full: options.text("schema") == "full", choice, logformat, encoding, max_line: max_line as usize })
    }
}

fn choice(name: &str) -> Choice {
    match name {
        "bluecoat" => Choice::Bluecoat,
        "elff" => Choice::Elff,
        "squid" => Choice::Squid,
        "combined" => Choice::Combined,
        "logformat" => Choice::Logformat,
        _ => Choice::Auto,
    }
}
