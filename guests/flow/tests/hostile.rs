//! Damaged input: nothing panics, positions stay honest, and the flows before the damage are the flows of the whole file.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::Read;

use flow::Nfcapd;
use weir_sdk::testing::{Parsed, parse};
use weir_sdk::{OptionValue, Options, Output, ParseError, RejectReason, SavedState, SourceFacts, StreamParser};

const FIXTURES: [&str; 7] = ["layout1-lzo", "layout1-none", "layout1-bz2", "layout1-lz4", "layout2-none", "layout2-zstd", "layout2-lz4"];

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/flow");
    std::fs::read(format!("{folder}/{name}.nfcapd")).expect(name)
}

fn parsed(input: &[u8], chunk: usize) -> Parsed {
    parse::<Nfcapd>(&[], input, chunk).expect("options")
}

fn open(state: Option<&SavedState>) -> Nfcapd {
    let options = Options::new(&Nfcapd::describe().options, vec![]).expect("options");
    Nfcapd::open(&options, &SourceFacts::default(), state).expect("state")
}

/// Positions of one session that was fed `fed` bytes so far.
#[derive(Default)]
struct Watch {
    done: u64,
    rows: u64,
    rejected: u64,
}

impl Watch {
    fn take(&mut self, output: &Output, fed: u64) {
        assert!(output.done_to >= self.done && output.done_to <= fed, "done_to {} after {}, fed {fed}", output.done_to, self.done);
        for reject in &output.rejects {
            assert!(reject.length > 0 && reject.at + reject.length <= fed, "{reject:?} of {fed}");
        }
        self.done = output.done_to;
        self.rows += u64::from(output.rows);
        self.rejected += output.rejects.iter().map(|reject| reject.length).sum::<u64>();
        assert!(output.rows <= 2048 && self.rejected <= fed);
    }
}

/// Feeds all, checks every output, and gives the rows and the bytes that were rejected; `Err`: it is no nfcapd file.
fn watched(input: &[u8], chunk: usize) -> Result<Watch, String> {
    let (mut session, mut watch, mut fed) = (open(None), Watch::default(), 0);
    let refused = |error| match error {
        ParseError::WrongFormat(reason) => reason,
        other => panic!("{other:?}"),
    };
    for chunk in input.chunks(chunk) {
        fed += chunk.len() as u64;
        let mut output = session.feed(chunk).map_err(refused)?;
        watch.take(&output, fed);
        while output.more {
            output = session.feed(&[]).map_err(refused)?;
            watch.take(&output, fed);
        }
    }
    loop {
        let output = session.finish().map_err(refused)?;
        watch.take(&output, fed);
        if !output.more {
            assert_eq!(watch.done, fed);
            return Ok(watch);
        }
    }
}

/// Steps through a file so that a large one takes no longer than a small one.
fn places(input: &[u8]) -> impl Iterator<Item = usize> {
    let step = (input.len() / 4000).max(1);
    (0..input.len()).step_by(step)
}

#[test]
fn a_file_cut_anywhere_gives_the_flows_of_its_whole_blocks_and_rejects_the_rest() {
    for name in FIXTURES {
        let input = fixture(name);
        let whole = parsed(&input, input.len());
        for cut in places(&input) {
            let part = parsed(&input[..cut], 1 << 20);
            assert!(part.error.is_none() && whole.rows.starts_with(&part.rows), "{name} cut at {cut}");
            assert_eq!(part.done_to, cut as u64, "{name} cut at {cut}");
            let lost = part.rows.len() < whole.rows.len();
            let said = part.rejects.iter().any(|reject| reject.reason == RejectReason::Truncated);
            let at_block = cut == 0 || [40, 276].contains(&cut);
            assert!(!lost || said || at_block, "{name} cut at {cut}");
            watched(&input[..cut], 997).expect(name);
        }
    }
}

#[test]
fn a_file_with_any_byte_changed_never_panics_and_keeps_its_positions() {
    for name in FIXTURES {
        let input = fixture(name);
        for at in places(&input) {
            for change in [0x01, 0x80, 0xff] {
                let mut damaged = input.clone();
                damaged[at] ^= change;
                if let Err(reason) = watched(&damaged, 1 << 20) {
                    assert!(at < 40 && reason.contains("nfcapd file"), "{name} byte {at}: {reason}");
                }
            }
        }
    }
}

#[test]
fn a_session_opened_at_any_block_goes_on_as_if_nothing_had_happened() {
    for name in FIXTURES {
        let input = fixture(name);
        let whole = watched(&input, 1).expect(name);
        let (mut session, mut rows, mut fed) = (open(None), 0, 0);
        let mut opened = 0;
        for byte in input.chunks(1) {
            let output = session.feed(byte).expect(name);
            (rows, fed) = (rows + u64::from(output.rows), fed + 1);
            if output.done_to == fed {
                session = open(session.save().as_ref());
                (opened, fed) = (opened + 1, 0);
            }
        }
        rows += u64::from(session.finish().expect(name).rows);
        assert_eq!(rows, whole.rows, "{name}");
        assert!(opened >= 2, "{name}: {opened} boundaries");
    }
}

#[test]
fn nothing_is_no_file_and_no_error() {
    let watch = watched(&[], 1).map_err(|_| ()).expect("empty");
    assert_eq!((watch.done, watch.rows, watch.rejected), (0, 0, 0));
}

#[test]
fn what_is_no_nfcapd_file_is_refused_with_what_was_found() {
    for (input, found) in [
        (&b"PK\x03\x04"[..], "not an nfcapd file: it begins with 50 4b, not with 0c a5 or a5 0c"),
        (&[0x0c, 0xa5, 9, 0], "nfcapd file of layout 9: layouts 1 (nfdump 1.6) and 2 (nfdump 1.7) are read"),
    ] {
        assert_eq!(watched(input, 1 << 20).err().as_deref(), Some(found));
    }
}

/// A header of layout 2 with that compression, and one block of that frame and those bytes.
fn block(compression: u8, size: u32, kind: u16, body: &[u8]) -> Vec<u8> {
    let mut file = vec![0x0c, 0xa5, 2, 0];
    file.resize(40, 0);
    file[16] = compression;
    file.extend(1u32.to_le_bytes());
    file.extend(size.to_le_bytes());
    file.extend(kind.to_le_bytes());
    file.extend([0, 0]);
    file.extend(body);
    file
}

fn only_reject(file: &[u8]) -> (u64, u64, RejectReason, String) {
    let parsed = parsed(file, 1 << 20);
    assert_eq!((parsed.rows.len(), parsed.done_to, parsed.rejects.len()), (0, file.len() as u64, 1), "{:?}", parsed.rejects);
    let reject = parsed.rejects[0].clone();
    (reject.at, reject.length, reject.reason, reject.detail)
}

#[test]
fn a_block_of_a_size_that_cannot_be_rejects_the_rest_of_the_file() {
    let mut file = block(0, u32::MAX, 3, &[]);
    file.extend(vec![7; 3 << 20]);
    let detail = "a block of 4294967295 bytes, expected 1 to 5242880: where the next block begins is not known";
    assert_eq!(only_reject(&file), (40, file.len() as u64 - 40, RejectReason::Malformed, detail.to_owned()));
}

#[test]
fn a_block_that_decompresses_without_end_is_refused() {
    // Zstandard: a frame that asks for a window of 2 TiB.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0x01, 0x00, 0x00];
    let detail = "a block that decompresses to more than 5242880 bytes";
    let expected = (40, 21, RejectReason::TooLarge, detail.to_owned());
    assert_eq!(only_reject(&block(4, frame.len() as u32, 3, &frame)), expected);
    // LZ4: one literal, then a match of 16 MiB.
    let mut bomb = vec![0x1f, b'x', 1, 0];
    bomb.extend(vec![0xff; 1 << 16]);
    bomb.push(0);
    let expected = (40, 12 + bomb.len() as u64, RejectReason::TooLarge, detail.to_owned());
    assert_eq!(only_reject(&block(3, bomb.len() as u32, 3, &bomb)), expected);
}

#[test]
fn blocks_that_decompress_to_much_and_hold_nothing_are_read_over_several_calls() {
    // Records of four bytes of a kind that is passed over.
    let plain = [3, 0, 4, 0].repeat(1_310_000);
    let mut small = Vec::new();
    bzip2::read::BzEncoder::new(&plain[..], bzip2::Compression::best()).read_to_end(&mut small).expect("memory");
    let one = block(2, small.len() as u32, 3, &small);
    let frame = [&1_310_000u32.to_le_bytes()[..], &one[44..]].concat();
    let file = [&one[..40], &frame.repeat(15)].concat();
    let mut session = open(None);
    let mut output = session.feed(&file).expect("feed");
    let mut done = vec![output.done_to];
    while output.more {
        output = session.feed(&[]).expect("feed");
        done.push(output.done_to);
    }
    let blocks: Vec<_> = done.iter().map(|done| (done - 40) / frame.len() as u64).collect();
    assert_eq!((blocks, output.rejects.len(), *done.last().expect("calls")), (vec![7, 14, 15], 0, file.len() as u64));
}

#[test]
fn a_block_of_an_unknown_kind_is_kept_for_a_module_that_knows_it() {
    let expected = (40, 16, RejectReason::Unsupported, "a block of unknown kind 77".to_owned());
    assert_eq!(only_reject(&block(0, 4, 77, &[1, 2, 3, 4])), expected);
}

#[test]
fn a_record_of_an_unknown_kind_is_rejected_and_those_of_the_collector_are_not() {
    let body = [16, 0, 8, 0, 0, 0, 0, 0];
    assert_eq!(only_reject(&block(0, 8, 3, &body)), (52, 8, RejectReason::Unsupported, "records of unknown kind 16".to_owned()));
    let names = parsed(&block(0, 8, 3, &[13, 0, 8, 0, 0, 0, 0, 0]), 1 << 20);
    assert_eq!((names.rows.len(), names.rejects.len(), names.done_to), (0, 0, 60));
}

/// One LZ4 block of literals alone.
fn literals(bytes: &[u8]) -> Vec<u8> {
    let more = bytes.len() - 15;
    [vec![0xf0], vec![0xff; more / 255], vec![(more % 255) as u8], bytes.to_vec()].concat()
}

#[test]
fn a_damaged_record_of_a_compressed_block_costs_the_block_and_one_of_another_only_itself() {
    let record = flow_file(false).split_off(52);
    let body = [record.as_slice(), &[16, 0, 8, 0, 0, 0, 0, 0], &record].concat();
    let of_three = |compression, body: &[u8]| {
        let mut file = block(compression, body.len() as u32, 3, body);
        file[40] = 3;
        file
    };
    let plain = parsed(&of_three(0, &body), 1 << 20);
    assert_eq!((plain.rows.len(), plain.rejects.len()), (2, 1));
    assert_eq!((plain.rejects[0].at, plain.rejects[0].length), (52 + record.len() as u64, 8));
    let packed = literals(&body);
    let detail = "records of unknown kind 16 (1 records of a compressed block, the first at byte 76 when decompressed; none of its flows became rows)";
    let expected = (40, 12 + packed.len() as u64, RejectReason::Unsupported, detail.to_owned());
    assert_eq!(only_reject(&of_three(3, &packed)), expected);
}

#[test]
fn what_is_rejected_of_a_compressed_file_gives_no_flow_when_it_is_read_again() {
    for (name, header) in [("layout1-lzo", 276), ("layout1-bz2", 276), ("layout1-lz4", 276), ("layout2-zstd", 40), ("layout2-lz4", 40)] {
        let input = fixture(name);
        let mut again = 0;
        for at in places(&input).filter(|at| *at >= header).step_by(5) {
            let mut damaged = input.clone();
            damaged[at] ^= 0x01;
            for reject in parsed(&damaged, 1 << 20).rejects.iter().filter(|reject| reject.at >= header as u64) {
                let bytes = &damaged[reject.at as usize..(reject.at + reject.length) as usize];
                let rows = parsed(&[&damaged[..header], bytes].concat(), 1 << 20).rows;
                assert!(rows.is_empty(), "{name} byte {at}: {reject:?} gives {} rows", rows.len());
                again += 1;
            }
        }
        assert!(again > 50, "{name}: {again}");
    }
}

/// One flow of layout 2 with the three extensions every flow has, in the byte order that `put` writes.
fn flow_file(big: bool) -> Vec<u8> {
    let number = |value: u64, width: usize| -> Vec<u8> {
        let bytes = value.to_be_bytes();
        let mut bytes = bytes[8 - width..].to_vec();
        if !big {
            bytes.reverse();
        }
        bytes
    };
    let mut record = [number(11, 2), number(76, 2), number(2, 2), vec![0, 0], number(1, 2), vec![0, 9]].concat();
    record.extend([number(1, 2), number(52, 2)].concat());
    for value in [1_509_717_605_000, 1_509_717_606_500, 1_509_717_607_000, 3, 180] {
        record.extend(number(value, 8));
    }
    record.extend([number(40_000, 2), number(443, 2), vec![6, 0x1b, 64, 8]].concat());
    record.extend([number(2, 2), number(12, 2), number(0x0a00_0001, 4), number(0xc0a8_0102, 4)].concat());
    let mut file = number(0xa50c, 2);
    file.extend(number(2, 2));
    file.resize(36, 0);
    file.extend([number(1, 4), number(1, 4), number(record.len() as u64, 4), number(3, 2), number(0, 2)].concat());
    file.extend(record);
    file
}

#[test]
fn a_file_of_a_big_endian_machine_gives_the_same_rows() {
    let [little, big] = [false, true].map(|big| parsed(&flow_file(big), 1 << 20));
    let expected = [
        "2017-11-03 14:00:07",
        "1509717607",
        "2017",
        "11",
        "3",
        "14",
        "0",
        "7",
        "1.5",
        "10.0.0.1",
        "192.168.1.2",
        "40000",
        "443",
        "TCP",
        ".AP.SF",
        "64",
        "8",
        "3",
        "180",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0.0.0.0",
    ];
    let row: Vec<_> = little.rows[0].iter().map(|cell| cell.as_deref().unwrap_or("null")).collect();
    assert_eq!(row, expected);
    assert!(little.rejects.is_empty() && big.rejects.is_empty());
    assert_eq!(little.rows, big.rows);
}

#[test]
fn a_file_of_a_32_bit_machine_gives_the_same_rows() {
    let wide = flow_file(false);
    // Of x86 with large files: time at 8, creator at 16, offset of the appendix at 20, blocks at 32.
    let mut narrow = wide[..36].to_vec();
    for (at, number) in [(8, 1_700_000_000_u32), (12, 0x0001_0000), (16, 1), (20, wide.len() as u32 - 4), (32, 1)] {
        narrow[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    narrow.extend(&wide[40..]);
    let [wide, narrow] = [wide, narrow].map(|file| parsed(&file, 7));
    assert_eq!((wide.rows.len(), narrow.rejects.len()), (1, 0));
    assert_eq!(wide.rows, narrow.rows);
}

#[test]
fn a_flow_without_a_received_time_takes_1970_or_its_last_packet() {
    let input = fixture("layout1-none");
    let of = |option: &str| {
        let settings = [("without-received", OptionValue::text(option))];
        let parsed = parse::<Nfcapd>(&settings, &input, 1 << 20).expect("options");
        parsed.rows[0][0].clone().expect("never null")
    };
    assert_eq!(of("epoch"), "1970-01-01 00:00:00");
    assert!(of("last-seen").as_str() > "2000");
}
