//! Exchanges, and what of them a session saves.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(dead_code, reason = "the tests share the packets they make")]

mod made;

use dns::Dns;
use made::{TIME, answer, framed, message, tcp, udp};
use weir_sdk::testing::{Captured, OwnedBatch, Parsed, parse_packets};
use weir_sdk::{OpenError, OptionValue, Options, PacketParser, SavedState, SourceFacts};

fn settings(more: &[(&'static str, OptionValue)]) -> Vec<(&'static str, OptionValue)> {
    [&[("schema", OptionValue::text("full")), ("pair", OptionValue::Boolean(true))][..], more].concat()
}

fn parsed(packets: &[Captured]) -> Parsed {
    parse_packets::<Dns>(&settings(&[]), packets, 100).expect("options")
}

fn query(id: u16) -> Vec<u8> {
    message(id, 0x0100, [0, 0, 0], &[])
}

/// Id, response time, numbers of the query's and the response's packet.
fn exchanges(parsed: &Parsed) -> Vec<[&str; 4]> {
    let columns = ["id", "response_time", "query_frame_number", "response_frame_number"].map(|name| parsed.column(name));
    (0..parsed.rows.len()).map(|row| [0, 1, 2, 3].map(|column| columns[column][row].unwrap_or("-"))).collect()
}

const SECOND: i64 = 1_000_000_000;

#[test]
fn a_query_and_its_response_are_one_row_with_the_time_between() {
    let parsed = parsed(&[
        udp(TIME, false, &query(1)),
        udp(TIME + 5, false, &query(2)),
        udp(TIME + 12, true, &answer(2)),
        udp(TIME + 20, true, &answer(1)),
    ]);
    assert_eq!(exchanges(&parsed), [["2", "7", "2", "3"], ["1", "20", "1", "4"]]);
    let cells = ["client_ip", "client_port", "server_ip", "server_port", "transport", "query_name", "rcode", "answer_data"];
    let row = cells.map(|name| parsed.column(name)[0].unwrap_or("-"));
    assert_eq!(row, ["10.0.0.5", "4096", "8.8.8.8", "53", "udp", "www.example.com", "0", "[93.184.216.34]"]);
}

#[test]
fn a_query_without_a_response_is_a_row_after_its_time_and_at_the_end() {
    let parsed =
        parsed(&[udp(TIME, false, &query(1)), udp(TIME + 31 * SECOND, false, &query(2)), udp(TIME + 31 * SECOND, true, &answer(1))]);
    assert_eq!(exchanges(&parsed), [["1", "-", "1", "-"], ["1", "-", "-", "3"], ["2", "-", "2", "-"]]);
    assert_eq!(parsed.column("query_name"), [Some("www.example.com"); 3]);
    assert_eq!(parsed.column("rcode"), [None, Some("0"), None]);
    assert_eq!(parsed.column("answer_name"), [None, Some("[www.example.com]"), None]);
}

#[test]
fn a_query_that_comes_again_leaves_the_first_without_a_response() {
    let parsed = parsed(&[udp(TIME, false, &query(1)), udp(TIME + 5, false, &query(1)), udp(TIME + 9, true, &answer(1))]);
    assert_eq!(exchanges(&parsed), [["1", "-", "1", "-"], ["1", "4", "2", "3"]]);
}

#[test]
fn a_flood_of_queries_is_rows_and_no_more_memory() {
    let packets: Vec<_> = (0..200_000u32)
        .map(|number| {
            let mut packet = udp(TIME, false, &query(number as u16));
            packet.bytes[15] = (number >> 16) as u8;
            packet
        })
        .collect();
    let parsed = parsed(&packets);
    assert_eq!((parsed.rows.len(), parsed.done_to), (200_000, 200_000));
}

fn open(settings: &[(&str, OptionValue)], state: Option<&SavedState>) -> Result<Dns, OpenError> {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Dns::open(&Options::new(&Dns::describe().options, settings)?, &SourceFacts::default(), state)
}

/// Rows of packets, each fed to a session of its own that took over the state of the one before.
fn handed_on(settings: &[(&str, OptionValue)], packets: &[Captured]) -> (u32, u32) {
    let (mut session, mut rows, mut rejected) = (open(settings, None).expect("open"), 0, 0);
    for packet in packets {
        let batches = OwnedBatch::all(std::slice::from_ref(packet), 1);
        let output = session.feed(batches[0].view()).expect("feed");
        assert_eq!((output.done_to, output.more), (1, false));
        rows += output.rows;
        rejected += output.rejects.len() as u32;
        session = open(settings, session.save().as_ref()).expect("state");
    }
    let output = session.finish().expect("finish");
    (rows + output.rows, rejected + output.rejects.len() as u32)
}

#[test]
fn a_session_that_took_the_state_over_goes_on_as_if_nothing_had_happened() {
    let stream = [framed(&answer(3)), framed(&answer(4))].concat();
    let mut packets = vec![udp(TIME, false, &query(1)), udp(TIME, true, &answer(1)), udp(TIME, false, &query(2)), tcp(TIME, 0, 2, b"")];
    // The second piece comes last: the third waits behind a gap.
    for at in [0, 40, 20] {
        packets.push(tcp(TIME, 1 + at, 16, &stream[at as usize..stream.len().min(at as usize + if at == 40 { 1000 } else { 20 })]));
    }
    for settings in [vec![], vec![("schema", OptionValue::text("full"))], settings(&[])] {
        let whole = parse_packets::<Dns>(&settings, &packets, 100).expect("options");
        assert!(whole.rows.len() >= 3);
        assert_eq!(handed_on(&settings, &packets), (whole.rows.len() as u32, whole.rejects.len() as u32));
    }
}

#[test]
fn what_is_open_at_the_end_of_a_capture_waits_for_the_next_one_when_asked_to() {
    let settings = settings(&[("across-captures", OptionValue::Boolean(true))]);
    let mut session = open(&settings, None).expect("open");
    let batch = |packet| OwnedBatch::all(&[packet], 1).remove(0);
    assert_eq!(session.feed(batch(udp(TIME, false, &query(1))).view()).map(|output| output.rows), Ok(0));
    let end = session.finish().expect("finish");
    assert_eq!((end.rows, end.done_to, end.more), (0, 1, false));
    let mut next = open(&settings, session.save().as_ref()).expect("state");
    assert_eq!(next.feed(batch(udp(TIME + 9, true, &answer(1))).view()).map(|output| output.rows), Ok(1));
    assert_eq!(next.finish().map(|output| output.rows), Ok(0));
}

#[test]
fn state_that_no_session_gave_is_refused() {
    let mut session = open(&settings(&[]), None).expect("open");
    session.feed(OwnedBatch::all(&[udp(TIME, false, &query(1)), tcp(TIME, 5, 16, &framed(&answer(1))[..9])], 9)[0].view()).expect("feed");
    let saved = session.save().expect("state");
    for cut in 0..saved.data.len() {
        let cut = SavedState { data: saved.data[..cut].to_vec(), ..saved.clone() };
        let error = open(&settings(&[]), Some(&cut)).expect_err("cut");
        assert_eq!(error, OpenError::Other("the saved state is damaged: open without it".to_owned()));
    }
    let foreign = SavedState { version: 99, ..saved };
    assert_eq!(open(&settings(&[]), Some(&foreign)).expect_err("foreign"), OpenError::ForeignState(99));
}
