//! A12: the zone of the machine changes neither a row nor its partition.

use std::path::Path;

use super::outcome::{Outcome, outcome};
use super::{a5_dns_row, a6_proxy_row};

/// Behind UTC with summer time, ahead of it by half an hour more than five, and a zone that only POSIX spells out.
const ZONES: [&str; 3] = ["America/New_York", "Asia/Kolkata", "XYZ-13:45"];

fn same_in_every_zone(module: &str, more: &str, input: (&str, &[u8])) -> Outcome {
    let expected = outcome(module, more, input, "UTC");
    for zone in ZONES {
        assert_eq!(outcome(module, more, input, zone), expected, "{module} in {zone}");
    }
    expected
}

#[test]
fn scenario_a12_flows_are_the_same_in_every_zone() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/flow/layout2-zstd.nfcapd");
    let found = same_in_every_zone("flow", "options = { without-received = \"last-seen\" }", ("a", &std::fs::read(fixture).unwrap()));
    for (partition, rows) in found {
        for row in rows {
            let of_row = ["tryear", "trmonth", "trday", "trhour"].map(|name| row[name].as_str());
            let [year, month, day, hour] = of_row;
            assert_eq!(partition, format!("y={year}/m={month}/d={day}/h={hour}"));
            let time: jiff::Timestamp = (row["treceived"].replacen(' ', "T", 1) + "Z").parse().unwrap();
            assert_eq!(time.as_second().to_string(), row["unix_tstamp"]);
        }
    }
}

#[test]
fn scenario_a12_responses_of_dns_are_the_same_in_every_zone() {
    assert_eq!(same_in_every_zone("dns", "", ("a.pcap", &a5_dns_row::capture())), a5_dns_row::expected());
}

#[test]
fn scenario_a12_lines_of_proxies_are_the_same_in_every_zone() {
    assert_eq!(same_in_every_zone("proxy", "", ("a.log", a6_proxy_row::log().as_bytes())), a6_proxy_row::expected());
    // A line in seconds since 1970 has no zone to be read in.
    let squid = b"1475313301.250     12 10.1.2.3 TCP_MISS/200 5120 GET http://www.example.com/ jdoe HIER_DIRECT/10.9.9.9 text/html\n";
    let found = same_in_every_zone("proxy", "", ("squid.log", squid));
    assert_eq!(found.keys().collect::<Vec<_>>(), ["y=2016/m=10/d=1/h=9"]);
}
