//! Packet filters in the sandbox: what they are passed, what they may answer, and what they cannot do.

use weir::config::Limits;
use weir::model::{FilterNeeds, ModuleKind, OptionValue, PacketBatch, Setting};
use weir::sandbox::{Fault, FilterError, PacketFilter, WrongKind};

use super::guest::{SHORT, load, short};

/// Packets of these lengths, all bytes of a packet its number, as a batch of Ethernet.
struct Packets {
    times: Vec<u8>,
    offsets: Vec<u8>,
    captured: Vec<u8>,
    data: Vec<u8>,
}

impl Packets {
    fn of(lengths: &[u32]) -> Self {
        let (mut offsets, mut data) = (Vec::new(), Vec::new());
        for (number, length) in (0..).zip(lengths) {
            data.extend([0xee; 16]);
            offsets.extend((data.len() as u32).to_le_bytes());
            data.extend(vec![number; *length as usize]);
        }
        let captured = lengths.iter().flat_map(|length| length.to_le_bytes()).collect();
        Self { times: vec![0; 8 * lengths.len()], offsets, captured, data }
    }

    fn batch(&self) -> PacketBatch<'_> {
        let Self { times, offsets, captured, data } = self;
        PacketBatch { link_type: 1, timestamps: times, offsets, captured, lengths: captured, data, ..PacketBatch::default() }
    }
}

fn leading(most: i64) -> Vec<Setting> {
    vec![Setting { name: "leading".to_owned(), value: OptionValue::Integer(most) }]
}

fn hostile(how: &str, settings: &[Setting]) -> Result<PacketFilter, FilterError> {
    PacketFilter::open(load("hostile-filter"), short(), how, settings)
}

fn selected(how: &str, lengths: &[u32]) -> Result<Vec<u8>, FilterError> {
    hostile(how, &[])?.select(Packets::of(lengths).batch())
}

fn bad(what: &str) -> FilterError {
    Fault::BadAnswer { call: "select", what: what.to_owned() }.into()
}

#[test]
fn the_example_selects_frames_of_its_type_and_asks_for_no_more_than_their_headers() {
    let mut filter = PacketFilter::open(load("ether-type"), Limits::default(), "0x0303", &[]).unwrap();
    assert_eq!(*filter.needs(), FilterNeeds { leading_bytes: Some(14), keys: vec![] });
    // The fourth is of the type, and the ninth is too short to be of any.
    let packets = Packets::of(&[60, 60, 60, 60, 1500, 60, 60, 60, 13, 60]);
    assert_eq!(filter.select(packets.batch()).unwrap(), [0b0000_1000, 0]);
    assert_eq!(filter.another().unwrap().select(packets.batch()).unwrap(), [0b0000_1000, 0]);
    assert_eq!(filter.select(PacketBatch::default()).unwrap(), Vec::<u8>::new());
}

#[test]
fn a_filter_that_needs_the_first_bytes_gets_no_others_when_that_saves_work() {
    let packets = Packets::of(&[100, 10, 1000, 32]);
    let mut cut = hostile("whole", &leading(32)).unwrap();
    assert_eq!(cut.select(packets.batch()).unwrap(), [0b1010]);
    let mut most = hostile("whole", &leading(900)).unwrap();
    assert_eq!(most.select(packets.batch()).unwrap(), [0b1111]);
    let mut none = hostile("whole", &leading(0)).unwrap();
    assert_eq!(none.select(packets.batch()).unwrap(), [0b0000]);
}

#[test]
fn a_wrong_expression_is_told_with_its_place() {
    let error = PacketFilter::open(load("ether-type"), Limits::default(), " arp", &[]).err();
    let expected = "a number from 0 to 65535, or 0x0 to 0xffff".to_owned();
    assert_eq!(error, Some(FilterError::BadExpression { at: 1, expected }));
}

#[test]
fn what_a_filter_says_of_its_expression_is_held_within_it_and_shows_no_escapes() {
    let refused = |how: &str| hostile(how, &[]).err().unwrap().to_string();
    assert_eq!(refused("far"), r"at byte 3 of the expression: told so\u{1b}[2J");
    assert_eq!(refused("other"), "the module does not take the expression: told so");
    assert_eq!(refused("option"), "option `leading`: expected told so");
    assert_eq!(refused("state"), "the answer of `open` breaks the contract: a filter has no saved state");
    assert_eq!(refused("trap-in-open"), "the module trapped in `open`: wasm `unreachable` instruction executed");
    let warnings = hostile("warn", &[]).unwrap().warnings().unwrap();
    assert_eq!((warnings.len(), warnings[0].as_str()), (100, r"told so\u{1b}[2J"));
}

#[test]
fn bits_that_are_not_those_of_the_packets_are_refused_and_those_behind_the_last_are_dropped() {
    assert_eq!(selected("short", &[60; 9]), Err(bad("1 bytes of bits for 9 packets")));
    assert_eq!(selected("long", &[60; 9]), Err(bad("3 bytes of bits for 9 packets")));
    assert_eq!(selected("padding", &[60; 9]), Ok(vec![0xff, 0b1]));
    assert_eq!(selected("padding", &[60; 8]), Ok(vec![0xff]));
}

#[test]
fn a_filter_that_fails_gives_nothing_more() {
    let packets = Packets::of(&[60; 3]);
    let trapped = Fault::Trap { call: "select", what: "wasm `unreachable` instruction executed".to_owned() };
    for (how, fault) in [("trap", trapped), ("loop", Fault::TimeLimit { call: "select", limit: SHORT })] {
        let mut filter = hostile(how, &[]).unwrap();
        assert_eq!(filter.select(packets.batch()), Err(fault.into()));
        assert_eq!(filter.select(packets.batch()), Err(Fault::Ended.into()));
        assert!(hostile("all", &[]).unwrap().select(packets.batch()).is_ok());
    }
}

#[test]
fn a_filter_that_leaks_goes_on_in_a_fresh_instance() {
    let (mut filter, packets) = (hostile("leak", &[]).unwrap(), Packets::of(&[60; 3]));
    for _ in 0..40 {
        assert_eq!(filter.select(packets.batch()).unwrap(), [0b111]);
    }
}

#[test]
fn a_parser_is_no_filter() {
    let error = PacketFilter::open(load("lines"), Limits::default(), "", &[]).err();
    let wrong = WrongKind { is: ModuleKind::StreamParser, needed: ModuleKind::PacketFilter };
    assert_eq!(error, Some(FilterError::WrongKind(wrong)));
}
