//! Pipelines whose module takes packets: captures of every kind become rows, whatever happens on the way.

use std::fs;
use std::os::unix::process::ExitStatusExt;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_cast::cast;
use arrow_schema::DataType;

use super::program::Weir;
use super::table::{batches, files};
use crate::capture::make::{enhanced, header, interface, packet, record, section};
use crate::capture::read::{capture, fixture};

/// A row of the module: number, packets seen before, length, first bytes.
pub type Row = (u64, u64, u64, Vec<u8>);

/// Every row of module `packets-probe`, sorted.
pub fn rows(weir: &Weir) -> Vec<Row> {
    let of_batch = |batch: &arrow_array::RecordBatch| -> Vec<Row> {
        let number = |column: usize| cast(batch.column(column), &DataType::UInt64).unwrap().as_primitive::<UInt64Type>().clone();
        let (number, seen, length, head) = (number(0), number(1), number(5), batch.column(6).as_binary::<i32>());
        let row = |row: usize| (number.value(row), seen.value(row), length.value(row), head.value(row).to_vec());
        (0..batch.num_rows()).map(row).collect()
    };
    let mut rows: Vec<_> = files(&weir.path("out")).iter().flat_map(|file| batches(file)).flat_map(|batch| of_batch(&batch)).collect();
    rows.sort();
    rows
}

fn weir(options: &str) -> Weir {
    Weir::pipeline("packets_probe", &format!("options = {{ {options} }}"))
}

/// Reason, first byte and bytes of every entry of the quarantine, and its detail.
fn quarantine(weir: &Weir) -> Vec<(String, u64, u64, String)> {
    let listed = weir.run(&["quarantine", "list", "out", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let number = |value: &serde_json::Value| value.as_u64().unwrap();
    let entry =
        |entry: &serde_json::Value| (text(&entry["reason"]), number(&entry["at"]), number(&entry["length"]), text(&entry["detail"]));
    listed.as_array().unwrap().iter().map(entry).collect()
}

/// Packets over three hours, no two alike, in an order that compresses badly: enough for several commits of 64 KiB.
pub fn large(count: u64) -> Vec<u8> {
    let one = |number: u64| {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        packet(1_504_870_000 + (number % 3 * 3600) as u32, &[mixed.to_le_bytes(), (!mixed).to_be_bytes()].concat())
    };
    [header(4, 1), (0..count).flat_map(one).collect()].concat()
}

fn numbers(weir: &Weir) -> Vec<u64> {
    rows(weir).into_iter().map(|row| row.0).collect()
}

#[test]
fn a_capture_becomes_a_row_a_packet_compressed_or_not() {
    let expected = capture(fs::File::open(fixture("dns.pcap")).unwrap());
    for name in ["dns.pcap", "dns.pcap.gz", "dns.pcap.xz"] {
        let weir = weir("");
        weir.input("capture", &fs::read(fixture(name)).unwrap());
        let ran = weir.once();
        assert_eq!(ran.code(), 0, "{ran:?}");
        let wanted: Vec<Row> = expected
            .packets
            .iter()
            .map(|packet| (packet.number, packet.number, packet.length.into(), packet.bytes[..16].to_vec()))
            .collect();
        assert!(rows(&weir) == wanted, "{name}");
    }
}

#[test]
fn what_lies_between_packets_and_cannot_be_read_is_in_the_quarantine() {
    let bad = enhanced(9, 1, 3, b"bad");
    let (start, good) = ([section(-1), interface(1, 0)].concat(), enhanced(0, 1, 4, b"good"));
    let weir = weir("");
    weir.input("a.pcapng", &[&start[..], &good, &bad, &good, &good[..20]].concat());
    assert_eq!(weir.once().code(), 2);
    assert_eq!(numbers(&weir), [0, 1]);
    let found: Vec<_> = quarantine(&weir).into_iter().map(|(reason, at, length, _)| (reason, at, length)).collect();
    assert_eq!(found, [("malformed".to_owned(), 84, 36), ("truncated".to_owned(), 156, 20)]);
}

#[test]
fn an_input_that_is_no_capture_is_in_the_quarantine_as_a_whole() {
    let weir = weir("");
    weir.input("a.pcap", b"this is text\n");
    assert_eq!(weir.once().code(), 2);
    let found = quarantine(&weir);
    assert_eq!((found.len(), found[0].0.as_str(), found[0].1, found[0].2), (1, "wrong-format", 0, 13));
}

#[test]
fn packets_that_a_module_rejects_are_kept_with_their_record_headers() {
    let weir = weir("reject-length = 3");
    let all = [header(4, 1), packet(1, b"one"), packet(2, b"four"), packet(3, b"two")].concat();
    weir.input("a.pcap", &all);
    assert_eq!(weir.once().code(), 2);
    assert_eq!(numbers(&weir), [1]);
    let entry = |at, detail: &str| ("malformed".to_owned(), at, 19, detail.to_owned());
    assert_eq!(quarantine(&weir), [entry(24, "packet 0: told so: 3 bytes"), entry(63, "packet 2: told so: 3 bytes")]);
}

#[test]
fn a_module_that_fails_keeps_what_was_final_and_the_rest_of_the_capture() {
    let all = large(10_000);
    let weir = weir("trap-at = 9000");
    weir.input("a.pcap", &all);
    assert_eq!(weir.once().code(), 2);
    let last = numbers(&weir).len() as u64;
    assert_eq!(numbers(&weir), (0..last).collect::<Vec<_>>());
    assert!(last > 4000, "{last}");
    let found = quarantine(&weir);
    let at = 24 + 32 * last;
    assert_eq!((found.len(), found[0].0.as_str(), found[0].1, found[0].2), (1, "module-fault", at, all.len() as u64 - at));
}

#[test]
fn a_module_that_leaks_is_replaced_and_every_packet_is_a_row_once() {
    for hold in [0, 5000] {
        let weir = weir(&format!("leak = 8000000, hold = {hold}"));
        weir.input("a.pcap", &large(60_000));
        let ran = weir.once();
        assert_eq!(ran.code(), 0, "{ran:?}");
        let found = rows(&weir);
        assert!(found.iter().map(|row| row.0).eq(0..60_000), "packets are lost or doubled");
        assert!(found.iter().all(|row| row.0 == row.1), "the saved state is of another packet");
    }
}

#[test]
fn killed_between_commits_a_capture_goes_on_behind_the_last_packet_that_was_committed() {
    for hold in [0, 7000] {
        for (point, time) in [("record-created", 1), ("record-created", 2), ("files-written", 2)] {
            let mut weir = weir(&format!("hold = {hold}"));
            let bad = record(1, 50, 50, b"cut");
            weir.input("a.pcap", &[large(20_000), bad].concat());
            weir.set("WEIR_CRASH_AT", &format!("{point}:{time}"));
            assert_eq!(weir.once().status.signal(), Some(9));
            weir.set("WEIR_CRASH_AT", "");
            assert_eq!(weir.once().code(), 2);
            let found = rows(&weir);
            assert!(found.iter().map(|row| row.0).eq(0..20_000), "{point}:{time}: packets are lost or doubled");
            assert!(found.iter().all(|row| row.0 == row.1), "{point}:{time}: the saved state is of another packet");
            assert_eq!(quarantine(&weir).len(), 1, "{point}:{time}");
        }
    }
}

#[test]
fn damage_in_the_middle_is_kept_once_however_often_the_run_is_killed() {
    let start = [section(-1), interface(1, 0)].concat();
    let one = |number: u32| {
        let mixed = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let bytes = [mixed.to_le_bytes(), (!mixed).to_be_bytes()].concat();
        let damage = if number.is_multiple_of(1000) { enhanced(7, number, 3, b"bad") } else { Vec::new() };
        [damage, enhanced(0, number, 16, &bytes)].concat()
    };
    let mut weir = weir("");
    weir.input("a.pcapng", &[start, (0..20_000).flat_map(one).collect()].concat());
    for time in [1, 2, 1] {
        weir.set("WEIR_CRASH_AT", &format!("record-created:{time}"));
        assert_eq!(weir.once().status.signal(), Some(9));
    }
    weir.set("WEIR_CRASH_AT", "");
    assert_eq!(weir.once().code(), 2);
    assert!(numbers(&weir).into_iter().eq(0..20_000), "packets are lost or doubled");
    let mut found: Vec<_> = quarantine(&weir).into_iter().map(|(_, at, length, _)| (at, length)).collect();
    found.sort_unstable();
    let expected: Vec<_> = (0..20).map(|thousand| (48 + thousand * (36 + 1000 * 48), 36)).collect();
    assert_eq!(found, expected);
}
