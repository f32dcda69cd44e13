//! Captures that are cut and damaged: never a panic, positions that hold, and what is whole is read.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use dns::Dns;
use weir_sdk::testing::{Captured, OwnedBatch, packets_of};
use weir_sdk::{OptionValue, Options, Output, PacketBatch, PacketParser, SourceFacts};

fn fixtures() -> Vec<(String, Vec<Captured>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/dns");
    let files = std::fs::read_dir(folder).expect(folder).map(|entry| entry.expect("entry").path());
    let captures = files.filter(|path| path.extension().is_some_and(|extension| extension != "md"));
    let mut all: Vec<_> = captures
        .map(|path| (path.file_name().expect("name").to_string_lossy().into_owned(), packets_of(&std::fs::read(&path).expect("capture"))))
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(all.len(), 11);
    all
}

const SCHEMAS: [(&str, bool); 3] = [("spot", false), ("full", false), ("full", true)];

/// Rows and rejects of packets; every output is checked.
fn watched(packets: &[Captured], (schema, pair): (&str, bool)) -> (u64, u64) {
    let settings = vec![("schema".to_owned(), OptionValue::text(schema)), ("pair".to_owned(), OptionValue::Boolean(pair))];
    let options = Options::new(&Dns::describe().options, settings).expect("options");
    let mut session = Dns::open(&options, &SourceFacts::default(), None).expect("open");
    let columns = session.schema().fields.len();
    let (mut fed, mut done, mut rows, mut rejected) = (0, 0, 0, 0);
    let mut take = |output: Output, fed: u64| {
        assert!(output.done_to >= done && output.done_to <= fed);
        assert!(output.columns.len() == if output.rows == 0 { 0 } else { columns });
        for reject in &output.rejects {
            assert!(reject.length > 0 && reject.at + reject.length <= fed, "{reject:?} of {fed}");
        }
        done = output.done_to;
        rows += u64::from(output.rows);
        rejected += output.rejects.iter().map(|reject| reject.length).sum::<u64>();
        output.more
    };
    for batch in OwnedBatch::all(packets, 50) {
        fed += batch.view().len() as u64;
        let mut more = take(session.feed(batch.view()).expect("feed"), fed);
        while more {
            more = take(session.feed(PacketBatch::NONE).expect("feed"), fed);
        }
    }
    while take(session.finish().expect("finish"), fed) {}
    assert_eq!(done, fed);
    (rows, rejected)
}

#[test]
fn whole_captures_have_no_damage() {
    for (name, packets) in fixtures() {
        for schema in SCHEMAS {
            let (rows, rejected) = watched(&packets, schema);
            // One has a segment within a message that is not there.
            assert!(rows > 0 && rejected == 0, "{name}: {rows} rows, {rejected} rejected");
        }
    }
}

#[test]
fn a_packet_that_the_capture_cut_anywhere_costs_no_more_than_its_own_message() {
    for (name, packets) in fixtures() {
        let (whole, _) = watched(&packets, ("full", false));
        for place in 0..packets.len() {
            let length = packets[place].bytes.len();
            // Long packets have long stretches of the same: there every third place.
            for cut in (0..length).step_by(1 + 2 * usize::from(length > 300)) {
                let mut packets = packets.clone();
                packets[place].bytes.truncate(cut);
                let (rows, rejected) = watched(&packets, ("full", false));
                assert!(rows <= whole && rejected <= 1, "{name} packet {place} cut at {cut}: {rows} of {whole}, {rejected}");
            }
        }
    }
}

#[test]
fn a_packet_with_any_byte_changed_never_panics_and_keeps_its_positions() {
    for (_, packets) in fixtures() {
        // One packet alone and with the others, so that each change meets the state that others left.
        for place in 0..packets.len() {
            for at in 0..packets[place].bytes.len() {
                for change in [0x01, 0x80, 0xff] {
                    let mut damaged = packets[place].clone();
                    damaged.bytes[at] ^= change;
                    for schema in SCHEMAS {
                        watched(std::slice::from_ref(&damaged), schema);
                    }
                    if change == 0xff && at % 5 == 0 {
                        let mut all = packets.clone();
                        all[place] = damaged;
                        watched(&all, ("full", true));
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_is_no_error() {
    for schema in SCHEMAS {
        assert_eq!(watched(&[], schema), (0, 0));
        let empty = Captured { link_type: 1, timestamp: i64::MAX, length: u32::MAX, bytes: Vec::new() };
        assert_eq!(watched(&[empty], schema), (0, 1));
    }
}
