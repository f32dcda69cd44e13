//! Every capture of the corpus, column by column against the stored outputs of nfdump, and of tshark where nfdump reads nothing.
//!
//! The corpus lies beside the project (`../shared/corpus`) or where `WEIR_CORPUS` says; without it these tests say that they were skipped.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod corpus {
    pub mod compare;
    pub mod explained;
    pub mod files;
    #[path = "../../../flow/tests/corpus/nfdump.rs"]
    pub mod nfdump;
    pub mod outputs;
}

use corpus::compare::{Difference, full, spot};
use corpus::explained::REASONS;
use corpus::files::{Corpus, File};
use corpus::outputs::Tshark;
use netflow::Netflow;
use weir_sdk::OptionValue;
use weir_sdk::testing::{Parsed, parse_packets};

/// Captures of which nfcapd 1.7.8 reads no flows, and those that this module finds in them.
const UNREAD: [(&str, usize); 6] = [
    ("softflowd-v10-biflow-ether-ipv6transport.pcap", 136),
    ("softflowd-v10-tcp.pcap", 271),
    ("tcpdump-sflow-print-v6.pcap", 13),
    // Datagrams of NetFlow v5 to a port beside that of sFlow, which holds counters alone.
    ("tcpdump-sflow_multiple_counter_30_pdus.pcap", 7),
    ("tcpdump-sflow_print-segv.pcap", 0),
    ("vendors-v5-invalid.pcap", 0),
];
/// nfcapd drops data that come before their template: 29 flows.
const BEFORE_TEMPLATE: (&str, usize) = ("vendor-v9-data-before-template.pcap", 29);

fn parsed(file: &File, schema: &str) -> Parsed {
    let settings = [("schema", OptionValue::text(schema)), ("ports", OptionValue::Texts(vec![]))];
    parse_packets::<Netflow>(&settings, &file.packets, 7).expect("options")
}

/// Which of our rows is each of nfdump's.
fn rows(file: &File, got: &Parsed, expected: usize) -> Vec<usize> {
    let skipped = if file.name == BEFORE_TEMPLATE.0 { BEFORE_TEMPLATE.1 } else { 0 };
    assert_eq!((got.rows.len(), got.error.clone()), (expected + skipped, None), "rows of {}", file.name);
    (skipped..got.rows.len()).collect()
}

fn differences(schema: &str, compare: impl Fn(&str, &Parsed, &corpus::nfdump::Csv, &[usize]) -> Vec<Difference>) -> Vec<Difference> {
    let Some(corpus) = Corpus::find() else { return Vec::new() };
    let read = corpus.files().into_iter().filter(|file| !UNREAD.iter().any(|(name, _)| *name == file.name));
    let of = |file: File| {
        let (got, csv) = (parsed(&file, schema), corpus.csv(&file.name));
        assert!(!csv.rows.is_empty(), "{}", file.name);
        compare(&file.name, &got, &csv, &rows(&file, &got, csv.rows.len()))
    };
    read.flat_map(of).collect()
}

fn assert_explained(differences: &[Difference]) {
    let explained = |it: &Difference| REASONS.iter().any(|(_, is)| is(it));
    let left: Vec<_> = differences.iter().filter(|it| !explained(it)).collect();
    assert!(left.is_empty(), "{} differences without a reason, the first: {:#?}", left.len(), &left[..left.len().min(20)]);
}

#[test]
fn full_rows_equal_the_csv_of_nfdump_in_every_file() {
    let all = differences("full", full);
    assert_explained(&all);
    if !all.is_empty() {
        let unused: Vec<_> = REASONS.iter().filter(|(_, is)| !all.iter().any(is)).map(|(why, _)| why).collect();
        assert!(unused.is_empty(), "reasons without a difference: {unused:#?}");
    }
}

#[test]
fn spot_rows_equal_the_csv_of_nfdump_in_every_file() {
    assert_explained(&differences("spot", spot));
}

#[test]
fn the_other_captures_have_the_flows_that_tshark_shows() {
    let Some(corpus) = Corpus::find() else { return };
    for (name, count) in UNREAD {
        assert_eq!(parsed(&corpus.file(name), "full").rows.len(), count, "{name}");
    }
    for name in ["softflowd-v10-biflow-ether-ipv6transport.pcap", "softflowd-v10-tcp.pcap"] {
        let (got, shown) = (parsed(&corpus.file(name), "full"), Tshark::of(&corpus.tshark(name)));
        assert_eq!(got.rows.len(), shown.flows.len(), "{name}");
        for (ours, theirs) in corpus::outputs::TSHARK {
            let expected: Vec<_> = shown.flows.iter().map(|flow| flow.get(*theirs).map(String::as_str)).collect();
            assert_eq!(got.column(ours), expected, "{name} {ours}");
        }
    }
}

#[test]
fn samples_of_sflow_over_ipv6_are_those_that_tshark_shows() {
    let Some(corpus) = Corpus::find() else { return };
    let got = parsed(&corpus.file("tcpdump-sflow-print-v6.pcap"), "full");
    let expected = |value: &'static str| vec![Some(value); 13];
    for (name, value) in [
        ("sourceIPAddress", "10.10.10.2"),
        ("destinationIPAddress", "50.1.1.2"),
        ("protocolIdentifier", "63"),
        ("ingressInterface", "7001"),
        ("egressInterface", "0"),
        ("vlanId", "10"),
        ("postVlanId", "10"),
        ("samplingInterval", "1"),
        ("sourceMacAddress", "00:11:11:11:11:03"),
        ("postDestinationMacAddress", "98:5d:82:83:a6:43"),
        ("exporterIPAddress", "30::1:1:1"),
        ("maximumTTL", "64"),
    ] {
        assert_eq!(got.column(name), expected(value), "{name}");
    }
    let mut sizes = expected("64");
    (sizes[1], sizes[2]) = (Some("250"), Some("500"));
    assert_eq!([got.column("dataLinkFrameSize"), got.column("octetDeltaCount")], [sizes.clone(), sizes]);
}

#[test]
fn data_before_their_template_become_flows_with_the_time_at_which_they_came() {
    let Some(corpus) = Corpus::find() else { return };
    let got = parsed(&corpus.file(BEFORE_TEMPLATE.0), "full");
    let received = got.column("collectionTimeMilliseconds");
    assert!(received[..29].iter().all(|time| *time == Some("1500007000000000000")), "{received:?}");
    assert!(received[29..].iter().all(|time| *time == Some("1500007001000000000")), "{received:?}");
    assert_eq!(got.column("sourceIPAddress")[..3], ["172.16.32.1", "172.16.32.201", "172.16.32.100"].map(Some));
    assert_eq!((got.rejects.len(), got.done_to), (0, 3));
}

#[test]
fn what_is_not_read_is_rejected_with_the_reason() {
    let Some(corpus) = Corpus::find() else { return };
    let mut shown = Vec::new();
    for file in corpus.files() {
        // Every port is one of an exporter: what is no datagram of theirs is rejected.
        let got = parse_packets::<Netflow>(&[("ports", OptionValue::Texts(vec!["0-65535".into()]))], &file.packets, 100).expect("options");
        assert_eq!(got.done_to, file.packets.len() as u64, "{}", file.name);
        shown.extend(got.rejects.iter().map(|it| format!("{} {}+{} {:?}: {}", file.name, it.at, it.length, it.reason, it.detail)));
    }
    assert_eq!(shown, REJECTS);
}

/// A cut header, data whose templates are not in the captures, and headers that lie. Nothing of them is read by nfdump or tshark either.
const REJECTS: [&str; 5] = [
    "tcpdump-sflow_print-segv.pcap 0+1 Truncated: a datagram that is shorter than its header",
    "vendor-ipfix-netscaler-varlen.pcap 1+1 Unsupported: data of template 280, which did not come while they were held (options hold-packets, \
     hold-bytes)",
    "vendor-v9-odd.pcap 3+1 Unsupported: data of template 259, which did not come while they were held (options hold-packets, hold-bytes)",
    "vendors-v5-invalid.pcap 0+1 Malformed: a header that says 55582 records in a datagram that holds 30",
    "vendors-v5-invalid.pcap 1+1 Malformed: a header that says 163 records in a datagram that holds 30",
];
