//! A8, what the rows hold: a capture that a collector splits is the same rows as the whole.

use super::exchange::{TIME, answer, header, no_such_name, query};
use super::outcome::{Outcome, ingest, outcome, weir};

/// Five packets, two of them queries.
fn packets() -> [Vec<u8>; 5] {
    [query(TIME), answer(TIME + 1), query(TIME + 2), answer(TIME + 3), no_such_name(TIME + 1800)]
}

/// Rows of all partitions by their times: files of a split are ingested in any order.
fn sorted(mut outcome: Outcome) -> Outcome {
    outcome.values_mut().for_each(|rows| rows.sort());
    outcome
}

#[test]
fn scenario_a8_a_split_capture_gives_the_rows_of_the_whole_without_its_queries() {
    let packets = packets();
    let whole = sorted(outcome("dns", "", ("dns1.pcap", &[header(), packets.concat()].concat()), "UTC"));
    let weir = weir("dns", "", "UTC");
    for (number, (part, time)) in packets.chunks(2).zip(["113704", "113706", "120704"]).enumerate() {
        weir.input(&format!("dns1_spot_0000{number}_20170908{time}.pcap"), &[header(), part.concat()].concat());
    }
    assert_eq!(sorted(ingest(&weir)), whole);
    let times: Vec<_> =
        whole.iter().flat_map(|(hour, rows)| rows.iter().map(move |row| (hour.as_str(), row["frame_time"].as_str()))).collect();
    let expected = [
        ("y=2017/m=9/d=8/h=11", "Sep  8 2017 11:37:05.123456789 UTC"),
        ("y=2017/m=9/d=8/h=11", "Sep  8 2017 11:37:07.123456789 UTC"),
        ("y=2017/m=9/d=8/h=12", "Sep  8 2017 12:07:04.123456789 UTC"),
    ];
    assert_eq!(times, expected);
    for (hour, time) in expected {
        let words: Vec<_> = time.split_whitespace().collect();
        assert_eq!((words.len(), hour.rsplit('=').next()), (5, words[3].split(':').next()));
    }
}
