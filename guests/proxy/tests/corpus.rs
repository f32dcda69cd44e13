//! Every file of the corpus: rows against what Spot's own parser made of the same lines, and the fields of the other formats against the lines.
//!
//! The corpus lies beside the project (`../shared/corpus`) or where `WEIR_CORPUS` says; without it these tests say that they were skipped.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

use proxy::ProxyLog;
use weir_sdk::OptionValue;
use weir_sdk::testing::{Parsed, parse};

/// The corpus, where there is one.
fn corpus() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let dir = std::env::var_os("WEIR_CORPUS").map_or_else(beside, PathBuf::from);
    if dir.join("proxy-logs").is_dir() {
        return Some(dir);
    }
    eprintln!("skipped: no corpus at {} (set WEIR_CORPUS)", dir.display());
    None
}

fn read(dir: &PathBuf, name: &str) -> Vec<u8> {
    fs::read(dir.join("proxy-logs").join(name)).expect(name)
}

fn parsed(input: &[u8], settings: &[(&str, &str)], chunk: usize) -> Parsed {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, OptionValue::text(value))).collect();
    parse::<ProxyLog>(&settings, input, chunk).expect("options")
}

/// The line of a row or reject is found by counting: rows come in the order of lines.
struct Expected {
    line: usize,
    cells: Vec<String>,
}

/// What Spot's parser gave: `line` and 28 columns, `y m d h` left out; a line on which it failed has none.
fn expected(dir: &PathBuf, name: &str) -> Vec<Expected> {
    let text = fs::read_to_string(dir.join("expected/proxy-logs").join(format!("{name}.spot-parser.tsv"))).expect(name);
    let row = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        let line = cells.next().expect("line").parse().expect("number");
        let cells: Vec<_> = cells.collect();
        Expected { line, cells: cells.get(..28).map(<[_]>::to_vec).unwrap_or_default() }
    };
    text.lines().skip(1).map(row).collect()
}

/// Numbers, from 1, of the lines that became rows: neither blank nor header nor rejected.
fn lines_of_rows(input: &[u8], parsed: &Parsed) -> Vec<usize> {
    let (mut at, mut found) = (0, Vec::new());
    for (index, line) in input.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
        if !text.is_empty() && text[0] != b'#' && !parsed.rejects.iter().any(|reject| reject.at == at) {
            found.push(index + 1);
        }
        at += line.len() as u64;
    }
    found
}

/// Cells that differ from Spot's, and why: file, line, column, what Spot has.
const EXPLAINED: [(&str, usize, &str, &str); 2] = [
    // Spot's parser lost the byte; the module keeps it as the character of Latin-1.
    (
        "bluecoat-edge-cases-generated.log",
        8,
        "useragent",
        "\"Mozi\u{fffd}lla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/104.0.0.0 Safari/537.36\"",
    ),
    // The expected output says so much of it.
    ("bluecoat-edge-cases-generated.log", 12, "authgroup", "sha:70001 bytes"),
];

/// Lines on which Spot's parser failed or which it left out, and that are rows here.
const MORE: [(&str, usize, &str); 1] = [(
    "bluecoat-edge-cases-generated.log",
    17,
    "the fields are those of the #Fields line before it, doubled quotes within quotes are ELFF's",
)];

#[test]
fn rows_are_those_of_spot_in_every_file_that_spot_reads() {
    let Some(dir) = corpus() else { return };
    let files = ["bluecoat-spot27-200-generated.log", "bluecoat-edge-cases-generated.log", "squid57-custom-27col.log"];
    for (name, format) in files.iter().flat_map(|name| [(name, "auto"), (name, "bluecoat")]) {
        let input = read(&dir, name);
        let got = parsed(&input, &[("format", format)], 4096);
        let lines = lines_of_rows(&input, &got);
        assert_eq!(lines.len(), got.rows.len(), "{name}");
        let expected: Vec<_> = expected(&dir, name).into_iter().filter(|row| !row.cells.is_empty()).collect();
        let more = |line: &usize| format == "auto" && MORE.iter().any(|(file, other, _)| file == name && other == line);
        let ours: Vec<_> = lines.iter().zip(&got.rows).filter(|(line, _)| !more(line)).collect();
        assert_eq!(
            ours.iter().map(|(line, _)| **line).collect::<Vec<_>>(),
            expected.iter().map(|row| row.line).collect::<Vec<_>>(),
            "{name} {format}"
        );
        let fields = &got.schema.as_ref().expect("schema").fields;
        for ((line, row), expected) in ours.iter().zip(&expected) {
            for ((field, cell), value) in fields.iter().zip(row.iter()).zip(&expected.cells) {
                let explained =
                    EXPLAINED.iter().any(|(file, at, column, spot)| (file, *at, *column, *spot) == (name, **line, &field.name, value));
                assert!(explained || cell.as_deref() == Some(value), "{name} line {line} {}: {cell:?}, expected {value:?}", field.name);
            }
        }
    }
}

/// File, rows, rejects as `at+length reason`.
const FILES: [(&str, usize, &[&str]); 10] = [
    ("bluecoat-edge-cases-generated.log", 7, &[]),
    ("bluecoat-spot27-200-generated.log", 200, &[]),
    ("metron-SquidExampleOutput.txt", 5, &[]),
    ("squid57-combined.log", 79, &[]),
    ("squid57-common.log", 79, &[]),
    ("squid57-custom-27col.log", 77, &[]),
    ("squid57-native.log", 79, &[]),
    ("squid57-referrer.log", 79, &[]),
    ("stroom-sampleBluecoat.log", 0, &[]),
    ("telecomix-sg42-main-2lines.log", 2, &[]),
];

#[test]
fn every_line_is_a_row_or_a_reject() {
    let Some(dir) = corpus() else { return };
    for (name, rows, rejects) in FILES {
        let input = read(&dir, name);
        for schema in ["spot", "full"] {
            let got = parsed(&input, &[("schema", schema)], 1 << 20);
            let shown: Vec<_> =
                got.rejects.iter().map(|reject| format!("{}+{} {:?} {}", reject.at, reject.length, reject.reason, reject.detail)).collect();
            println!("{name} {schema} {} {shown:#?} {:?}", got.rows.len(), got.error);
            assert_eq!(got.done_to, input.len() as u64, "{name}");
        }
    }
}
