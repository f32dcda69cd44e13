//! `pcap-misc` and the other captures: a row for each packet, against what capinfos and tcpdump count.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::folder::{Folder, Made};

/// Captures that capinfos (Wireshark 4.0) or weir does not read to the end: packets, stretches in the quarantine, and why.
const UNREAD: [(&str, usize, usize, &str); 4] = [
    ("PcapPlusPlus-solaris.snoop", 0, 1, "snoop: neither pcap nor pcapng"),
    ("suricata-verify-fuzz.pcap", 1, 1, "the second record lies about its length"),
    ("suricata-verify-tls_DER-incomplete-header.pcap", 6, 1, "cut in a record"),
    ("tcpdump-dsa.pcap", 8, 0, "a link type that capinfos does not know"),
];

/// The last packet has more than a second of nanoseconds, of which capinfos makes a negative number.
const ODD_TIMES: &str = "tcpdump-timestamp_invalid_nano.pcap";

#[test]
fn every_capture_of_pcap_misc_becomes_a_row_a_packet() {
    compare("pcap-misc", 65);
}

#[test]
fn every_capture_of_dns_pcap_becomes_a_row_a_packet() {
    compare("dns-pcap", 40);
}

#[test]
fn every_capture_of_flow_wire_becomes_a_row_a_packet() {
    compare("flow-wire", 30);
}

fn compare(name: &'static str, files: usize) {
    let Some(folder) = Folder::find(name) else { return };
    let capinfos = folder.table("capinfos.tsv");
    let facts: BTreeMap<_, _> = capinfos.iter().map(|line| (line[0].as_str(), &line[2])).collect();
    let made = folder.ingest("packets_probe", "");
    assert_eq!(made.len(), files);
    for (file, made) in made {
        match UNREAD.iter().find(|(unread, ..)| *unread == file) {
            Some((_, packets, damage, _)) => assert_eq!((made.rows.len(), made.quarantined), (*packets, *damage), "{file}"),
            None => as_capinfos(&file, &made, facts[format!("{name}/{file}").as_str()]),
        }
    }
}

fn as_capinfos(file: &str, made: &Made, facts: &str) {
    let facts: Vec<_> = facts.trim_end().split(',').collect();
    let number = |index: usize| facts[index].parse::<u64>().unwrap();
    let sum = |column: &str| made.rows.iter().map(|row| row[column].parse::<u64>().unwrap()).sum::<u64>();
    assert_eq!((made.rows.len() as u64, sum("length")), (number(6), number(8)), "{file}");
    let mut times: Vec<i64> = made.rows.iter().map(|row| row["time"].parse().unwrap()).collect();
    times.sort_unstable();
    let first = time(facts[10]);
    if first.is_some() && file != ODD_TIMES {
        assert_eq!((times.first().copied(), times.last().copied()), (first, time(facts[11])), "{file}");
    }
}

/// `2015-04-30 07:22:03.814664` in nanoseconds; `None` where capinfos has none.
fn time(text: &str) -> Option<i64> {
    let text = text.replacen(' ', "T", 1) + "Z";
    text.parse::<Timestamp>().ok().and_then(|time| i64::try_from(time.as_nanosecond()).ok())
}
