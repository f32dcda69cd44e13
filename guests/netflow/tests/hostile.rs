//! Damaged and lying input: nothing panics, positions stay honest, memory stays bounded, and a session that is saved and opened anywhere gives the
//! same rows.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use netflow::Netflow;
use weir_sdk::testing::{Captured, OwnedBatch, packets_of, parse_packets};
use weir_sdk::{OptionValue, Options, Output, PacketBatch, PacketParser, RejectReason, SavedState, SourceFacts};

const FIXTURES: [&str; 8] = [
    "vendor-v9-data-before-template",
    "vendor-ipfix-yaf",
    "vendor-v9-odd",
    "softflowd-v9-sampled",
    "tcpdump-sflow_expanded",
    "vendors-v5",
    "softflowd-v10-tcp",
    "vendor-v9-cisco-asa",
];

fn fixture(name: &str) -> Vec<Captured> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/netflow");
    packets_of(&std::fs::read(format!("{folder}/{name}.pcap")).expect(name))
}

fn settings() -> Vec<(&'static str, OptionValue)> {
    vec![("schema", OptionValue::text("full")), ("ports", OptionValue::Texts(vec!["0-65535".into()]))]
}

fn open(state: Option<&SavedState>) -> Netflow {
    let settings = settings().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let options = Options::new(&Netflow::describe().options, settings).expect("options");
    Netflow::open(&options, &SourceFacts::default(), state).expect("state")
}

/// What a session gave, with its positions checked against what it was fed.
#[derive(Default)]
struct Watch {
    fed: u64,
    done: u64,
    rows: u64,
    rejects: u64,
}

impl Watch {
    fn take(&mut self, output: &Output) -> bool {
        assert!((self.done..=self.fed).contains(&output.done_to), "done_to {} after {}, fed {}", output.done_to, self.done, self.fed);
        for reject in &output.rejects {
            assert!(reject.length > 0 && reject.at + reject.length <= self.fed, "{reject:?} of {}", self.fed);
        }
        assert!(output.rows <= 2048 && output.rejects.len() <= 64, "{} rows, {} rejects", output.rows, output.rejects.len());
        self.done = output.done_to;
        self.rows += u64::from(output.rows);
        self.rejects += output.rejects.len() as u64;
        output.more
    }
}

/// Feeds all, checks every output.
fn watched(packets: &[Captured]) -> Watch {
    let (mut session, mut watch) = (open(None), Watch::default());
    for batch in OwnedBatch::all(packets, 64) {
        watch.fed += batch.view().len() as u64;
        let mut more = watch.take(&session.feed(batch.view()).expect("feed"));
        while more {
            more = watch.take(&session.feed(PacketBatch::NONE).expect("feed"));
        }
    }
    while watch.take(&session.finish().expect("finish")) {}
    assert_eq!(watch.done, watch.fed);
    watch
}

/// UDP over IPv4 to port 2055, as a raw IP packet.
fn datagram(payload: &[u8]) -> Captured {
    let mut bytes = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0x80, 0, 8, 7];
    bytes.extend(((payload.len() + 8) as u16).to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(payload);
    let length = (bytes.len() as u16).to_be_bytes();
    bytes[2..4].copy_from_slice(&length);
    Captured { link_type: 101, timestamp: 1_500_000_000_000_000_000, length: bytes.len() as u32, bytes }
}

/// A message of NetFlow v9 with these sets.
fn v9(sets: &[(u16, Vec<u8>)]) -> Captured {
    let mut payload = vec![0, 9, 0, 1, 0, 0, 0, 100, 0x59, 0x68, 0x2f, 0, 0, 0, 0, 1, 0, 0, 0, 7];
    for (id, data) in sets {
        payload.extend(id.to_be_bytes());
        payload.extend((data.len() as u16 + 4).to_be_bytes());
        payload.extend(data);
    }
    datagram(&payload)
}

/// A template of these elements and lengths.
fn template(id: u16, fields: &[(u16, u16)]) -> Vec<u8> {
    let numbers = [id, fields.len() as u16].into_iter().chain(fields.iter().flat_map(|(id, length)| [*id, *length]));
    numbers.flat_map(u16::to_be_bytes).collect()
}

/// Every place of a small packet; of a large one so many that it takes no longer.
fn places(packet: &Captured) -> impl Iterator<Item = usize> + use<> {
    (0..packet.bytes.len()).step_by((packet.bytes.len() / 400).max(1))
}

#[test]
fn a_packet_cut_anywhere_never_panics_and_gives_no_flow_that_the_whole_does_not() {
    for name in FIXTURES {
        let packets = fixture(name);
        let whole = watched(&packets);
        for (at, packet) in packets.iter().enumerate() {
            for cut in places(packet) {
                let mut cut_packets = packets.clone();
                cut_packets[at].bytes.truncate(cut);
                let part = watched(&cut_packets[..(at + 2).min(packets.len())]);
                assert!(part.rows <= whole.rows, "{name} packet {at} cut at {cut}");
            }
        }
    }
}

#[test]
fn a_byte_changed_anywhere_never_panics() {
    for name in FIXTURES {
        let packets = fixture(name);
        for at in 0..packets.len().min(3) {
            for place in places(&packets[at]) {
                for flip in [0x01, 0xff] {
                    let mut changed = packets[..(at + 2).min(packets.len())].to_vec();
                    changed[at].bytes[place] ^= flip;
                    watched(&changed);
                }
            }
        }
    }
}

#[test]
fn a_session_saved_and_opened_between_any_two_packets_gives_the_same_rows() {
    for name in FIXTURES {
        let packets = fixture(name);
        let whole = parse_packets::<Netflow>(&settings(), &packets, 1000).expect("options");
        for stop in 1..packets.len() {
            let mut rows = 0;
            let mut session = open(None);
            let mut done = 0;
            let mut provisional = 0;
            for batch in OwnedBatch::all(&packets[..stop], 1) {
                let output = session.feed(batch.view()).expect("feed");
                assert!(!output.more, "{name}");
                provisional += output.rows;
                if output.done_to > done {
                    (rows, provisional, done) = (rows + provisional, 0, output.done_to);
                }
            }
            let mut session = open(session.save().as_ref());
            for batch in OwnedBatch::all(&packets[done as usize..], 1) {
                rows += session.feed(batch.view()).expect("feed").rows;
            }
            rows += session.finish().expect("finish").rows;
            assert_eq!(rows as usize, whole.rows.len(), "{name} saved behind {stop} packets, done {done}");
        }
    }
}

#[test]
fn rows_do_not_depend_on_batches() {
    for name in FIXTURES {
        let packets = fixture(name);
        let [one, all] = [1, 1000].map(|size| parse_packets::<Netflow>(&settings(), &packets, size).expect("options"));
        assert_eq!((one.rows, one.rejects), (all.rows, all.rejects), "{name}");
    }
}

#[test]
fn damaged_saved_state_is_refused_or_works() {
    let mut session = open(None);
    for batch in OwnedBatch::all(&fixture("softflowd-v9-sampled"), 100) {
        session.feed(batch.view()).expect("feed");
    }
    let state = session.save().expect("state");
    let options = Options::new(&Netflow::describe().options, vec![]).expect("options");
    for place in 0..state.data.len() {
        let mut damaged = state.clone();
        damaged.data[place] ^= 0xff;
        let _ = Netflow::open(&options, &SourceFacts::default(), Some(&damaged));
        damaged.data.truncate(place);
        assert!(Netflow::open(&options, &SourceFacts::default(), Some(&damaged)).is_err(), "cut at {place}");
    }
}

#[test]
fn records_of_one_byte_come_in_calls_of_bounded_size() {
    let packets = vec![v9(&[(0, template(256, &[(4, 1)]))]), v9(&[(256, vec![6; 65_000])]), v9(&[(256, vec![17; 65_000])])];
    assert_eq!(watched(&packets).rows, 130_000);
}

#[test]
fn a_template_without_bytes_is_rejected_and_its_data_end_nothing() {
    let packets =
        vec![v9(&[(0, template(256, &[(4, 0), (5, 0)])), (256, vec![1; 40])]), v9(&[(0, template(257, &[(4, 4)])), (257, vec![6; 8])])];
    let parsed = parse_packets::<Netflow>(&settings(), &packets, 9).expect("options");
    assert_eq!(parsed.rows.len(), 2);
    assert_eq!(parsed.rejects.iter().map(|it| (it.at, it.reason)).collect::<Vec<_>>(), [(0, RejectReason::Malformed)]);
}

#[test]
fn data_that_wait_are_given_up_after_so_many_packets_and_nothing_is_done_before() {
    let mut session = open(None);
    let waits = OwnedBatch::all(&[v9(&[(300, vec![0; 40])])], 1).remove(0);
    let other = OwnedBatch::all(&vec![v9(&[(0, template(256, &[(4, 1)])), (256, vec![6; 2])]); 1000], 1000).remove(0);
    assert_eq!(session.feed(waits.view()).expect("feed").done_to, 0);
    let mut rejected = Vec::new();
    for round in 1..=12u64 {
        let output = session.feed(other.view()).expect("feed");
        rejected.extend(output.rejects.iter().map(|it| (it.at, it.reason, round)));
        assert_eq!(output.done_to, if round < 10 { 0 } else { 1 + round * 1000 }, "round {round}");
    }
    assert_eq!(rejected, [(0, RejectReason::Unsupported, 10)]);
}

#[test]
fn data_that_wait_are_bounded_in_bytes() {
    let packets = vec![v9(&[(300, vec![0; 60_000])]); 100];
    let watch = watched(&packets);
    assert_eq!((watch.rows, watch.done), (0, 100));
    assert!(watch.rejects >= 1);
}

#[test]
fn templates_of_a_hundred_thousand_exporters_do_not_grow_the_state() {
    let mut session = open(None);
    let set = template(256, &[(4, 1); 300]);
    for first in (0..100_000u32).step_by(1000) {
        let mut packets = vec![v9(&[(0, set.clone())]); 1000];
        for (packet, exporter) in packets.iter_mut().zip(first..) {
            packet.bytes[12..16].copy_from_slice(&exporter.to_be_bytes());
        }
        assert!(!session.feed(OwnedBatch::all(&packets, 1000)[0].view()).expect("feed").more);
    }
    let state = session.save().expect("state").data.len();
    assert!((1 << 20..8 << 20).contains(&state), "{state}");
}

#[test]
fn a_template_that_is_withdrawn_is_gone_and_one_that_is_replaced_is_the_new_one() {
    let ipfix = |sets: &[(u16, Vec<u8>)]| {
        let mut payload = vec![0, 10, 0, 0, 0x59, 0x68, 0x2f, 0, 0, 0, 0, 0, 0, 0, 0, 3];
        for (id, data) in sets {
            payload.extend(id.to_be_bytes());
            payload.extend((data.len() as u16 + 4).to_be_bytes());
            payload.extend(data);
        }
        let length = (payload.len() as u16).to_be_bytes();
        payload[2..4].copy_from_slice(&length);
        datagram(&payload)
    };
    let packets = vec![
        ipfix(&[(2, template(400, &[(7, 2)])), (400, vec![0, 80])]),
        ipfix(&[(2, template(400, &[(11, 2)])), (400, vec![0, 81])]),
        ipfix(&[(2, vec![1, 0x90, 0, 0])]),
        ipfix(&[(400, vec![0, 82])]),
    ];
    let parsed = parse_packets::<Netflow>(&settings(), &packets, 9).expect("options");
    assert_eq!(parsed.column("sourceTransportPort"), [Some("80"), Some("0")]);
    assert_eq!(parsed.column("destinationTransportPort"), [Some("0"), Some("81")]);
    assert_eq!(parsed.rejects.iter().map(|it| it.at).collect::<Vec<_>>(), [3]);
}

#[test]
fn templates_belong_to_their_exporter() {
    let mut other = v9(&[(256, vec![6; 4])]);
    other.bytes[15] = 9;
    let packets = vec![v9(&[(0, template(256, &[(4, 1)]))]), other, v9(&[(256, vec![6; 4])])];
    let parsed = parse_packets::<Netflow>(&settings(), &packets, 9).expect("options");
    assert_eq!(parsed.column("exporterIPAddress"), [Some("192.0.2.1"); 4]);
    assert_eq!(parsed.rejects.iter().map(|it| it.at).collect::<Vec<_>>(), [1]);
}
