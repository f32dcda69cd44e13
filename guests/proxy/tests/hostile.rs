//! Logs that are cut, damaged, or fed in small pieces, and sessions that go on from saved state.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

use proxy::ProxyLog;
use weir_sdk::testing::parse;
use weir_sdk::{OptionValue, Options, Output, ParseError, Reject, SavedState, SourceFacts, StreamParser};

const FILES: [&str; 5] = ["bluecoat-main.log", "bluecoat-elff.log", "squid-short.log", "squid-native.log", "squid-combined.log"];

/// A fixture, or as many of its lines as fit some bytes.
fn fixture(name: &str, bytes: usize) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/proxy").join(name);
    let mut input = fs::read(path).expect(name);
    input.truncate(bytes);
    input.truncate(input.iter().rposition(|byte| *byte == b'\n').expect("a line") + 1);
    input
}

fn settings(schema: &str) -> Vec<(String, OptionValue)> {
    vec![("schema".to_owned(), OptionValue::text(schema)), ("max-line".to_owned(), OptionValue::Integer(600))]
}

fn open(schema: &str, state: Option<&SavedState>) -> ProxyLog {
    let options = Options::new(&ProxyLog::describe().options, settings(schema)).expect("options");
    ProxyLog::open(&options, &SourceFacts::default(), state).expect("a session")
}

/// Everything that a session gave, as one text: rows and rejects as they are, whatever calls they came in.
#[derive(Debug, Default, PartialEq, Eq)]
struct Given {
    rows: u64,
    rejects: Vec<Reject>,
    done_to: u64,
    error: Option<ParseError>,
}

impl Given {
    /// Takes what a call gave and holds it against the contract.
    fn take(&mut self, output: Result<Output, ParseError>, fed: usize) -> bool {
        let output = match output {
            Ok(output) => output,
            Err(error) => {
                self.error = Some(error);
                return false;
            }
        };
        assert!(self.done_to <= output.done_to && output.done_to <= fed as u64);
        self.rows += u64::from(output.rows);
        for reject in &output.rejects {
            assert!(reject.length > 0 && reject.at + reject.length <= fed as u64);
        }
        self.rejects.extend(output.rejects);
        if output.done_to > self.done_to {
            assert!(self.rejects.iter().all(|reject| reject.at + reject.length <= output.done_to));
        }
        self.done_to = output.done_to;
        output.more
    }

    fn of(input: &[u8], schema: &str, chunk: usize) -> Self {
        let (mut session, mut given, mut fed) = (open(schema, None), Self::default(), 0);
        for chunk in input.chunks(chunk) {
            fed += chunk.len();
            let mut more = given.take(session.feed(chunk), fed);
            while more {
                more = given.take(session.feed(&[]), fed);
            }
            if given.error.is_some() {
                return given;
            }
        }
        while given.take(session.finish(), fed) {}
        assert!(given.error.is_some() || given.done_to == input.len() as u64);
        given
    }
}

#[test]
fn a_log_cut_at_any_point_gives_the_same_whatever_the_chunks() {
    for name in FILES {
        let input = fixture(name, 1500);
        for end in 0..=input.len() {
            let whole = Given::of(&input[..end], "spot", 4096);
            assert_eq!(whole, Given::of(&input[..end], "spot", 7), "{name} cut at {end}");
            if end % 13 == 0 {
                assert_eq!(whole, Given::of(&input[..end], "spot", 1), "{name} cut at {end}");
            }
        }
    }
}

#[test]
fn a_log_with_any_byte_changed_gives_the_same_whatever_the_chunks() {
    for name in FILES {
        let input = fixture(name, 1100);
        for at in 0..input.len() {
            for value in [0, b'\n', b'"', b' ', b'#', 0xff, input[at] ^ 1] {
                let mut damaged = input.clone();
                damaged[at] = value;
                let schema = if at % 2 == 0 { "spot" } else { "full" };
                let whole = Given::of(&damaged, schema, 4096);
                assert_eq!(whole, Given::of(&damaged, schema, 7), "{name}: byte {at} is {value}");
            }
        }
    }
}

#[test]
fn the_rows_themselves_do_not_depend_on_the_chunks() {
    for (name, schema) in FILES.iter().flat_map(|name| [(name, "spot"), (name, "full")]) {
        let input = fixture(name, usize::MAX);
        let settings = [("schema", OptionValue::text(schema))];
        let [one, seven, all] = [1, 7, 4096].map(|chunk| parse::<ProxyLog>(&settings, &input, chunk).expect("options"));
        assert!(one.rows == all.rows && seven.rows == all.rows && !all.rows.is_empty(), "{name}");
        assert_eq!(all.rejects, []);
    }
}

#[test]
fn a_session_goes_on_from_the_state_of_any_point() {
    let head =
        b"#Fields: time cs-host x-own\n#Start-Date: 2024-05-07 00:00:00\n23:00:00 a.example 1\n01:00:00 b.example 2\nbad\n02:00:00 c 3\n";
    let mut inputs = vec![head.to_vec(), [fixture("bluecoat-elff.log", 2000), fixture("bluecoat-main.log", 2500)].concat()];
    inputs.extend(["squid-native.log", "squid-combined.log"].map(|name| fixture(name, 1500)));
    let wide = |text: &[u8]| -> Vec<u8> {
        let text = format!("\u{feff}{}", String::from_utf8(text.to_vec()).expect("UTF-8"));
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    inputs.extend([wide(head), wide(&fixture("squid-native.log", 500))]);
    let settings = [("schema", OptionValue::text("spot"))];
    for input in inputs {
        let all = parse::<ProxyLog>(&settings, &input, 4096).expect("options");
        for at in 0..input.len() {
            let (mut first, mut given) = (open("spot", None), Given::default());
            while given.take(first.feed(&input[..at]), at) {}
            let (done, state) = (given.done_to as usize, first.save());
            let mut second = open("spot", state.as_ref());
            let (mut rest, left) = (Given::default(), &input[done..]);
            while rest.take(second.feed(left), left.len()) {}
            while rest.take(second.finish(), left.len()) {}
            assert_eq!(given.rows + rest.rows, all.rows.len() as u64, "cut at {at}");
            let rejects = given.rejects.iter().cloned();
            let moved = rest.rejects.into_iter().map(|reject| Reject { at: reject.at + done as u64, ..reject });
            assert_eq!(rejects.chain(moved).collect::<Vec<_>>(), all.rejects, "cut at {at}");
        }
    }
}

#[test]
fn state_that_is_foreign_or_damaged_is_refused() {
    let options = Options::new(&ProxyLog::describe().options, vec![]).expect("options");
    let of = |version, data: &[u8]| {
        let state = SavedState { version, data: data.to_vec() };
        ProxyLog::open(&options, &SourceFacts::default(), Some(&state)).is_err()
    };
    assert!(of(2, b"") && of(1, b"") && of(1, b"\xff") && of(1, b"elff\nx") && of(1, b"none\n1 2 0\n") && of(1, b"squid\n1 99999999 0\n"));
    assert!(of(2, b"utf-16le") && of(2, b"utf-8\n") && of(2, b"utf-16be\nx") && of(3, b""));
    assert!(!of(2, b"utf-16le\n") && !of(2, b"utf-16be\nsquid\n 0 0\n") && !of(1, b"squid\n 0 0\n") && !of(1, b"elff\n5 0 1\ndate time"));
}

#[test]
fn many_long_lines_and_many_bad_ones_come_in_outputs_of_bounded_size() {
    let line = format!("2016-10-01 09:15:01 - a b c d e f g h i j k l m n o {} q r s t - - u v w\n", "p".repeat(500));
    let input = [line.repeat(20_000), "bad\n".repeat(5000)].concat();
    let (mut session, mut fed) = (open("spot", None), 0);
    for chunk in input.as_bytes().chunks(512 << 10) {
        fed += chunk.len();
        let mut output = session.feed(chunk).expect("rows");
        loop {
            assert!(output.rows <= 8192 && output.rejects.len() <= 1000);
            if !output.more {
                break;
            }
            output = session.feed(&[]).expect("rows");
        }
    }
    assert_eq!(fed, input.len());
}
