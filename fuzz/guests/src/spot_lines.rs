//! Lines of Spot's collectors.

use fuzz_driver::{Seed, Target, fixture};
use spot_lines::SpotLines;
use weir_sdk::{OptionValue, Options, StreamParser};

use crate::session::same_however_cut;
use crate::subject::Stream;

/// The first byte is the options, the second the cuts, the rest are lines.
pub const TARGET: Target = Target { name: "spot-lines", run, seeds, mutations: 10_000 };

const FLOW: &str =
    "2017-11-03 14:00:05,2017,11,3,14,0,5,18.044,10.0.0.1,10.0.0.2,51515,443,TCP,.AP.SF,0,0,12,3400,10,9000,3,4,0,0,0,0,192.168.1.1
2016-02-29 23:59:59,2016,2,29,23,59,59,0.000,2001:db8::1,2001:db8::2,0,128,ICMP6,......,0,0,1,64,0,0,0,0,65000,3320,0,0,0.0.0.0
Summary
";
const DNS: &str = "frame.time,frame.time_epoch,frame.len,ip.src,ip.dst,dns.resp.name,dns.resp.type,dns.resp.class,dns.flags.rcode,dns.a
Sep  8, 2017 11:37:04.123456789 UTC,1504870624.123456789,180,8.8.8.8,10.0.0.5,www.example.com,1,0x00000001,0,93.184.216.34
\"Mar 17, 2024 02:30:00.000000000 CET\",1710639000.000000000,80,8.8.8.8,10.0.0.5,,,,3,
2024-03-17T01:30:00.000000000Z,1710639000.0,99,8.8.4.4,10.0.0.5,\"a.example,b.example\",\"1,28\",\"0x0001,0x0001\",0,\"192.0.2.1,192.0.2.2\"
";
/// Bytes of a log in a seed.
const LOG: usize = 2500;

fn run(input: &[u8]) {
    let Some(([how, cuts], lines)) = input.split_first_chunk() else { return };
    same_however_cut::<Stream<SpotLines>>(&options(*how), lines, *cuts);
}

fn options(how: u8) -> Options {
    let set = [("type", ["flow", "dns", "proxy"][usize::from(how >> 1) % 3]), ("schema", if how & 1 == 0 { "spot" } else { "lines" })];
    let set = set.map(|(name, value)| (name.to_owned(), OptionValue::text(value)));
    Options::new(&SpotLines::describe().options, set.into()).expect("options")
}

fn seeds() -> Vec<Seed> {
    let log = fixture("proxy/bluecoat-main.log");
    let texts = [FLOW.as_bytes(), DNS.as_bytes(), log.get(..LOG).unwrap_or(&log)];
    let of = |(kind, text): (u8, &[u8])| [0, 1].map(|schema| [&[kind << 1 | schema, kind][..], text].concat());
    (0..).zip(texts).flat_map(of).collect()
}
