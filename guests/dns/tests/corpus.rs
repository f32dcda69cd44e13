//! Every capture of the corpus, field by field against the stored outputs of tshark 4.0.17.
//!
//! The corpus lies beside the project (`../shared/corpus`) or where `WEIR_CORPUS` says; without it these tests say that they were skipped.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod corpus {
    pub mod every;
    pub mod files;
}

use corpus::every::{Told, row_of};
use corpus::files::{Corpus, File};
use dns::Dns;
use weir_sdk::OptionValue;
use weir_sdk::testing::{Parsed, parse_packets};

fn parsed(file: &File, settings: &[(&str, OptionValue)], batch: usize) -> Parsed {
    parse_packets::<Dns>(settings, &file.packets, batch).expect("options")
}

fn full() -> (&'static str, OptionValue) {
    ("schema", OptionValue::text("full"))
}

/// What tshark prints, and we do not: capture, number of the packet, why.
const EXPLAINED: [(&str, usize, &str); 10] = [
    ("compactor-knot-live-4000.pcap", 946, QUOTED),
    ("compactor-knot-live-4000.pcap", 1180, QUOTED),
    ("compactor-knot-live-4000.pcap", 2430, QUOTED),
    ("compactor-knot-live-4000.pcap", 2431, QUOTED),
    ("compactor-knot-live-4000.pcap", 2432, QUOTED),
    ("compactor-knot-live-4000.pcap", 2865, QUOTED),
    ("compactor-knot-live-4000.pcap", 3460, QUOTED),
    ("compactor-knot-live-4000.pcap", 3461, QUOTED),
    ("tcpdump-dns_fwdptr.pcap", 1, "names that go in circles: rejected"),
    ("zeek-geneve-vxlan-dns-truncated.pcap", 2, "the capture cut it in its second record: rejected"),
];
const QUOTED: &str = "no response, but an ICMP error that quotes one, and its addresses are those of the error";

/// A row of tshark's in the order and spelling of the table.
fn expected(cells: &[String]) -> Vec<Option<String>> {
    let [day, time, epoch, length, src, dst, name, kind, class, rcode, a] = cells else { panic!("{cells:?}") };
    let (day, second) = (format!("{day}{time}"), epoch.split('.').next().unwrap_or_default());
    [&day, second, length, dst, src, name, class, kind, rcode, a].map(|text| Some(text.to_owned()).filter(|text| !text.is_empty())).to_vec()
}

/// Takes out of `from` each row that is in `rows`, once.
fn without(mut from: Vec<Vec<Option<String>>>, rows: &[Vec<Option<String>>]) -> Vec<Vec<Option<String>>> {
    for row in rows {
        if let Some(place) = from.iter().position(|other| other == row) {
            from.swap_remove(place);
        }
    }
    from
}

#[test]
fn spot_rows_equal_the_fields_of_tshark_in_every_capture() {
    let Some(corpus) = Corpus::find() else { return };
    // tshark takes multicast DNS for DNS unasked.
    let ports = OptionValue::Texts(vec!["53".to_owned(), "5353".to_owned()]);
    let (mut compared, mut explained) = (0, Vec::new());
    for file in corpus.files() {
        let mut rows = parsed(&file, &[("ports", ports.clone())], 1000).rows;
        for row in &mut rows {
            assert!(row[3].is_some() && row[4].is_some());
            // tshark leaves addresses of IPv6 out.
            for place in [3, 4] {
                row[place] = row[place].take().filter(|address| !address.contains(':'));
            }
        }
        let told: Vec<_> = corpus.output(&file.name, "spot").iter().map(|cells| expected(cells)).collect();
        compared += told.len();
        assert_eq!(without(rows.clone(), &told), Vec::<Vec<Option<String>>>::new(), "{}: rows that tshark does not have", file.name);
        for missing in without(told, &rows) {
            explained.push((file.name.clone(), file.number_at(missing[0].as_deref().expect("time"))));
        }
    }
    explained.sort();
    assert_eq!(explained, EXPLAINED.map(|(name, number, _)| (name.to_owned(), number)));
    assert_eq!(compared, 2629);
}

#[test]
fn every_message_equals_what_tshark_says_of_it_in_every_capture() {
    let Some(corpus) = Corpus::find() else { return };
    let (mut compared, mut missing, mut differences) = (0, Vec::new(), Vec::new());
    for file in corpus.files() {
        let ours = parsed(&file, &[full()], 1000);
        for told in corpus.output(&file.name, "all-dns").iter().map(|cells| Told::of(cells)) {
            let rows: Vec<_> = ours.rows.iter().filter(|row| row[1].as_deref() == Some(&told.number)).collect();
            if rows.is_empty() {
                missing.push((file.name.clone(), told.number.parse().expect("number")));
                continue;
            }
            compared += 1;
            differences.extend(told.differences(&row_of(&ours, &rows)).into_iter().map(|difference| format!("{} {difference}", file.name)));
        }
    }
    missing.sort();
    assert!(differences.is_empty(), "{} of {compared}:\n{}", differences.len(), differences[..differences.len().min(40)].join("\n"));
    let queries = NO_MESSAGES.map(|(name, number, _)| (name.to_owned(), number));
    let mut expected: Vec<_> = EXPLAINED.map(|(name, number, _)| (name.to_owned(), number)).into_iter().chain(queries).collect();
    expected.sort();
    assert_eq!(missing, expected);
    assert_eq!(compared, 5153);
}

/// Queries that tshark prints, and we reject.
const NO_MESSAGES: [(&str, usize, &str); 4] = [
    ("PcapPlusPlus-DnsTooManyResources.pcap", 1, "tshark says malformed too"),
    ("compactor-malformed.pcap", 21, "tshark says malformed too"),
    ("compactor-malformed.pcap", 24, "tshark says malformed too"),
    ("zeek-geneve-vxlan-dns-truncated.pcap", 1, "the capture cut it in its OPT record"),
];

#[test]
fn what_is_not_read_is_rejected_with_its_packet_and_the_reason() {
    let Some(corpus) = Corpus::find() else { return };
    let mut shown = Vec::new();
    for file in corpus.files() {
        let parsed = parsed(&file, &[full()], 1000);
        assert_eq!(parsed.done_to, file.packets.len() as u64);
        let of = |reject: weir_sdk::Reject| format!("{} {}+{} {:?}: {}", file.name, reject.at, reject.length, reject.reason, reject.detail);
        shown.extend(parsed.rejects.into_iter().map(of));
    }
    assert_eq!(shown, REJECTS);
}

const REJECTS: [&str; 7] = [
    "compactor-malformed.pcap 20+1 Truncated: a DNS message of 6 bytes, a header alone has 12",
    "compactor-malformed.pcap 23+1 Malformed: the DNS message ends within record 1 of 31073 of its question section",
    "zeek-geneve-vxlan-dns-truncated.pcap 0+1 Truncated: the capture holds 48 of 54 bytes of what the packet has of DNS",
    "zeek-geneve-vxlan-dns-truncated.pcap 1+1 Truncated: the capture holds 48 of 74 bytes of what the packet has of DNS",
    "tcpdump-dns_fwdptr.pcap 0+1 Malformed: a name in the DNS message has more than 255 bytes, or is compressed in a circle",
    "tcpdump-dns-zlip-3.pcap 0+1 Truncated: a DNS message of 0 bytes, a header alone has 12",
    "PcapPlusPlus-DnsTooManyResources.pcap 0+1 Malformed: a name in the DNS message has a label of unknown kind 0xb9",
];

#[test]
fn rows_and_rejects_do_not_depend_on_the_size_of_batches() {
    let Some(corpus) = Corpus::find() else { return };
    let pair = ("pair", OptionValue::Boolean(true));
    for settings in [vec![], vec![full()], vec![full(), pair]] {
        for file in corpus.files() {
            let [whole, one, seven] = [100_000, 1, 7].map(|batch| parsed(&file, &settings, batch));
            for other in [one, seven] {
                assert!(whole.rows == other.rows, "{}", file.name);
                assert_eq!((&whole.rejects, whole.done_to), (&other.rejects, other.done_to), "{}", file.name);
            }
        }
    }
}
