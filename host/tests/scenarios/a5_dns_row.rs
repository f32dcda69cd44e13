//! A5: a response of DNS as a row of Spot's table.

use super::exchange::{TIME, answer, header, no_such_name, query};
use super::outcome::{Outcome, outcome, row};

/// The capture of the scenario: a question, its answer, and an answer without a record.
pub fn capture() -> Vec<u8> {
    [header(), query(TIME), answer(TIME), no_such_name(TIME)].concat()
}

/// Its rows. The spelling of `frame_time` is that of Spot's workers, without the comma of its streaming.
pub fn expected() -> Outcome {
    let common = [
        ("frame_time", "Sep  8 2017 11:37:04.123456789 UTC"),
        ("unix_tstamp", "1504870624"),
        ("frame_len", "180"),
        ("ip_dst", "10.0.0.5"),
        ("ip_src", "8.8.8.8"),
    ];
    let answer = [
        ("dns_qry_name", "www.example.com"),
        ("dns_qry_class", "0x0001"),
        ("dns_qry_type", "1"),
        ("dns_qry_rcode", "0"),
        ("dns_a", "93.184.216.34"),
    ];
    // What the row does not have is null in the table.
    let none = [("dns_qry_rcode", "3")];
    let rows = vec![row(&[&common[..], &answer].concat()), row(&[&common[..], &none].concat())];
    Outcome::from([("y=2017/m=9/d=8/h=11".to_owned(), rows)])
}

#[test]
fn scenario_a5_a_response_is_a_row_and_one_without_records_has_nulls() {
    assert_eq!(outcome("dns", "", ("a.pcap", &capture()), "UTC"), expected());
}
