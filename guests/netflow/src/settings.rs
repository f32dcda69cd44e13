//! The options of the module.

use flow::filter::Filter;
use weir_sdk::{OpenError, OptionSpec, OptionValue, Options};

use crate::elements::{self, Element, MAX_ELEMENTS};
use crate::others::Others;
use crate::ports::Ports;

/// What the options say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Everything that was sent, not Spot's columns.
    pub full: bool,
    /// Flows of packets without a time take that of their last packet, not 1970.
    pub last_seen: bool,
    /// Which flows become rows; `None`: all.
    pub filter: Option<Filter>,
    /// Where exporters send to.
    pub ports: Ports,
    /// Elements with columns of their own, schema full.
    pub elements: Vec<Element>,
    /// Bytes of data that wait for their template.
    pub hold_bytes: usize,
    /// Packets after the first of them.
    pub hold_packets: u64,
}

/// The options the module understands.
pub fn specs() -> Vec<OptionSpec> {
    let option = |name, default, choices, doc| OptionSpec { name, default, required: false, choices, doc };
    let ports = ["2055", "4739", "6343", "9555", "9995", "9996"].map(str::to_owned).to_vec();
    vec![
        option("schema", OptionValue::text("spot"), &["spot", "full"], SCHEMA),
        option("filter", OptionValue::text(""), &[], "Which flows become rows, in the syntax of nfdump; empty: all."),
        option("ports", OptionValue::Texts(ports), &[], PORTS),
        option("without-received", OptionValue::text("epoch"), &["epoch", "last-seen"], RECEIVED),
        option("elements", OptionValue::Texts(Vec::new()), &[], ELEMENTS),
        option(
            "hold-bytes",
            OptionValue::Integer(1 << 20),
            &[],
            "Bytes of data sets that wait for their template, 0 to 16777216; 0: none waits.",
        ),
        option("hold-packets", OptionValue::Integer(10_000), &[], HOLD_PACKETS),
    ]
}

const SCHEMA: &str =
    "spot: the 28 columns of Apache Spot's table flow. full: everything that was sent, by the names of IPFIX, null where nothing was.";
const PORTS: &str =
    "Ports that exporters send to, numbers and ranges as 9990-9999; empty: every UDP datagram that looks like NetFlow, IPFIX or sFlow.";
const RECEIVED: &str = "What treceived and unix_tstamp are (schema spot) where the capture does not say when a packet came: epoch, 1970; last-seen, the \
    time of the flow's last packet.";
const ELEMENTS: &str = "Columns of schema full for elements this module does not know, ENTERPRISE/ELEMENT=name:type, as 9/12235=clientPort:unsigned16 \
    (types of RFC 7012); enterprise 0 is IANA's, and NetFlow v9.";
const HOLD_PACKETS: &str =
    "Packets that may come after data whose template is missing before they are given up, 0 to 1000000; 0: none waits.";

impl Settings {
    /// From the options of a session.
    ///
    /// # Errors
    /// An option that is wrong.
    pub fn of(options: &Options) -> Result<Self, OpenError> {
        let full = options.text("schema") == "full";
        Ok(Self {
            full,
            last_seen: options.text("without-received") == "last-seen",
            filter: filter(options.text("filter"))?,
            ports: Ports::of(options.texts("ports"))
                .ok_or_else(|| OpenError::bad_option("ports", "numbers and ranges, as 2055, 9990-9999"))?,
            elements: named(options.texts("elements"), full)?,
            hold_bytes: within(options, "hold-bytes", 16 << 20)? as usize,
            hold_packets: within(options, "hold-packets", 1_000_000)?,
        })
    }
}

fn filter(text: &str) -> Result<Option<Filter>, OpenError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Filter::compile(text).map(Some).map_err(|error| OpenError::bad_option("filter", &error.to_string()))
}

fn within(options: &Options, name: &str, most: u64) -> Result<u64, OpenError> {
    let value = u64::try_from(options.integer(name)).ok().filter(|value| *value <= most);
    value.ok_or_else(|| OpenError::bad_option(name, &format!("0 to {most}")))
}

fn named(entries: &[String], full: bool) -> Result<Vec<Element>, OpenError> {
    let bad = |expected: &str| OpenError::bad_option("elements", expected);
    if !entries.is_empty() && !full {
        return Err(bad("schema = full, which has columns for them"));
    }
    if entries.len() > MAX_ELEMENTS {
        return Err(bad(&format!("at most {MAX_ELEMENTS} entries")));
    }
    let elements: Vec<_> =
        entries.iter().map(|entry| elements::parse(entry)).collect::<Option<_>>().ok_or_else(|| bad(elements::EXPECTED))?;
    let fields = flow::full::Full::schema().fields.into_iter().chain(Others::fields(&elements));
    let mut names: Vec<_> = fields.map(|field| field.name.to_ascii_lowercase()).collect();
    let mut keys: Vec<_> = elements.iter().map(|element| element.key).collect();
    names.sort_unstable();
    keys.sort_unstable();
    let doubled = names.array_windows().any(|[a, b]| a == b) || keys.array_windows().any(|[a, b]| a == b);
    if doubled { Err(bad("each element once, under a name that no other column has")) } else { Ok(elements) }
}
