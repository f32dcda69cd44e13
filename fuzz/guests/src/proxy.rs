//! Access logs of web proxies.

use fuzz_driver::{Seed, Target, corpus, fixtures};
use proxy::ProxyLog;
use weir_sdk::{OptionValue, Options, StreamParser};

use crate::session::same_however_cut;
use crate::subject::Stream;

/// The first byte is the options, the second the cuts, the rest is a log.
pub const TARGET: Target = Target { name: "proxy", run, seeds, mutations: 10_000 };

/// Bytes of a file that become a seed.
const LINES: usize = 3000;

fn run(input: &[u8]) {
    let Some(([how, cuts], log)) = input.split_first_chunk() else { return };
    same_however_cut::<Stream<ProxyLog>>(&options(*how), log, *cuts);
}

fn options(how: u8) -> Options {
    let format = ["auto", "bluecoat", "elff", "squid", "combined", "auto", "auto", "auto"][usize::from(how >> 1 & 7)];
    let encoding = ["auto", "utf-8", "latin-1", "escape"][usize::from(how >> 4 & 3)];
    let texts = [("schema", if how & 1 != 0 { "full" } else { "spot" }), ("format", format), ("encoding", encoding)];
    let mut set: Vec<_> = texts.map(|(name, value)| (name.to_owned(), OptionValue::text(value))).into();
    if how & 64 != 0 {
        set.push(("max-line".to_owned(), OptionValue::Integer(256)));
    }
    Options::new(&ProxyLog::describe().options, set).expect("options")
}

fn seeds() -> Vec<Seed> {
    let files: Vec<_> = fixtures("proxy").into_iter().chain(corpus("proxy-logs")).collect();
    let logs = files.iter().map(|file| file.get(..LINES).unwrap_or(file)).enumerate();
    logs.flat_map(|(number, log)| [0, 1, 32 + 64].map(|how| [&[how, number as u8][..], log].concat())).collect()
}
