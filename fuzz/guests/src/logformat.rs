//! Formats of log lines: any text compiles or is refused, and reads any lines.

use fuzz_driver::{Seed, Target, fixture};
use proxy::ProxyLog;
use weir_sdk::{OptionValue, Options, StreamParser};

use crate::session::same_however_cut;
use crate::subject::Stream;

/// The first byte is the schema, the second the cuts; a format up to the end of the line follows, then lines.
pub const TARGET: Target = Target { name: "logformat", run, seeds, mutations: 10_000 };

/// Squid's and Apache's own, with the fixtures in them, and others.
const FORMATS: [(&str, &str); 7] = [
    ("%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %un %Sh/%<a %mt", "proxy/squid-native.log"),
    ("%>a %[ui %[un [%tl] \"%rm %ru HTTP/%rv\" %>Hs %<st \"%{Referer}>h\" \"%{User-Agent}>h\" %Ss:%Sh", "proxy/squid-combined.log"),
    ("%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"", "proxy/squid-combined.log"),
    ("%{%Y-%m-%d}tl %{%H:%M:%S}tl %D %a %u", "proxy/bluecoat-elff.log"),
    ("%ts %>a %{Referer}>h %ru", "proxy/squid-native.log"),
    ("%{%Y-%m-%d %H:%M:%S}tg '%{X-Own:name}>h' %{us}T %%", "proxy/bluecoat-main.log"),
    ("[%{Host}i] \"%u\" %v:%p %tg %#un %\"ru %-5Hs %05>st %note", "proxy/squid-short.log"),
];
/// Bytes of lines in a seed.
const LINES: usize = 1000;

fn run(input: &[u8]) {
    let Some(([how, cuts], rest)) = input.split_first_chunk() else { return };
    let (format, log) = rest.split_at(rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1));
    if let Some(options) = options(*how, &String::from_utf8_lossy(format)) {
        same_however_cut::<Stream<ProxyLog>>(&options, log, *cuts);
    }
}

/// `None`: the format is refused.
fn options(how: u8, format: &str) -> Option<Options> {
    let schema = if how & 1 != 0 { "full" } else { "spot" };
    let set = [("schema", schema), ("format", "logformat"), ("logformat", format.trim_end_matches('\n'))];
    let set = set.map(|(name, value)| (name.to_owned(), OptionValue::text(value)));
    let options = Options::new(&ProxyLog::describe().options, set.into()).expect("options");
    ProxyLog::open(&options, &weir_sdk::SourceFacts::default(), None).is_ok().then_some(options)
}

fn seeds() -> Vec<Seed> {
    let lines = FORMATS.map(|(format, file)| {
        let log = fixture(file);
        (format, log.get(..LINES).unwrap_or(&log).to_vec())
    });
    let both = |(format, log): &(&str, Vec<u8>)| [0, 1].map(|how| [&[how, how][..], format.as_bytes(), b"\n", log].concat());
    lines.iter().flat_map(both).collect()
}
