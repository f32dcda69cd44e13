//! Every file of the corpus: rows against what Spot's own parser made of the same lines, and the fields of the other formats against the lines.
//!
//! The corpus lies beside the project (`../shared/corpus`) or where `WEIR_CORPUS` says; without it these tests say that they were skipped.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

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

fn read(dir: &Path, name: &str) -> Vec<u8> {
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
fn expected(dir: &Path, name: &str) -> Vec<Expected> {
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

/// Files, their rows, and where and why lines are rejected in both schemas.
const FILES: [(&str, usize, &[&str]); 10] = [
    (
        "bluecoat-edge-cases-generated.log",
        7,
        &[
            // Made to be so: a quote that is not closed, too few fields, a duration that is none, a date that is none, no date.
            "1497+271 Malformed 29 fields, expected 27",
            "1768+179 Malformed 18 fields, expected 27",
            "72407+282 Malformed time-taken is neither a number nor -",
            "72689+305 Malformed expected a date like 2016-10-01",
            "73204+27 Unsupported the line has no date, and no #Date came before it",
        ],
    ),
    ("bluecoat-spot27-200-generated.log", 200, &[]),
    ("metron-SquidExampleOutput.txt", 5, &[]),
    ("squid57-combined.log", 79, &[]),
    ("squid57-common.log", 79, &[]),
    // A user name with a blank, and quotes within quotes, that this format does not tell apart; Spot fails on them as well.
    ("squid57-custom-27col.log", 77, &["7129+161 Malformed 28 fields, expected 27", "8383+166 Malformed 29 fields, expected 27"]),
    ("squid57-native.log", 79, &[]),
    ("squid57-referrer.log", 79, &[]),
    ("stroom-sampleBluecoat.log", 29, &[]),
    ("telecomix-sg42-main-2lines.log", 2, &[]),
];

#[test]
fn every_line_of_every_file_is_a_row_or_a_reject_with_a_reason() {
    let Some(dir) = corpus() else { return };
    let mut names: Vec<_> = fs::read_dir(dir.join("proxy-logs")).expect("files").map(|entry| entry.expect("entry").file_name()).collect();
    names.retain(|name| name != "MANIFEST.tsv");
    assert_eq!(names.len(), FILES.len(), "{names:?}");
    for (name, rows, rejects) in FILES {
        let input = read(&dir, name);
        for schema in ["spot", "full"] {
            let got = parsed(&input, &[("schema", schema)], 4096);
            let mut shown: Vec<_> =
                got.rejects.iter().map(|reject| format!("{}+{} {:?} {}", reject.at, reject.length, reject.reason, reject.detail)).collect();
            let mut rows = rows;
            if schema == "full" && name.contains("edge-cases") {
                // Where the schema does not ask for a number the value is kept as it is.
                rows += 1;
                shown.insert(2, rejects[2].to_owned());
            }
            assert_eq!(shown, rejects, "{name} {schema}");
            assert_eq!((got.rows.len(), got.done_to, &got.error), (rows, input.len() as u64, &None), "{name} {schema}");
        }
    }
}

/// Four logs of one run of Squid say the same of each request.
#[test]
fn what_two_formats_say_of_the_same_requests_is_the_same() {
    let Some(dir) = corpus() else { return };
    let full = |name| parsed(&read(&dir, name), &[("schema", "full")], 4096);
    let native = full("squid57-native.log");
    let columns = ["c_ip", "cs_username", "cs_method", "cs_uri", "sc_status", "sc_bytes", "s_action", "s_hierarchy"];
    for name in ["squid57-combined.log", "squid57-common.log"] {
        let other = full(name);
        for column in columns {
            assert_eq!(native.column(column), other.column(column), "{name} {column}");
        }
    }
    let referrer = full("squid57-referrer.log");
    for column in ["time", "c_ip", "cs_uri"] {
        assert_eq!(native.column(column), referrer.column(column), "{column}");
    }
    assert_eq!(full("squid57-combined.log").column("cs_referer"), referrer.column("cs_referer"));
}

/// The fields of a line without quotes and without blanks within values are its words.
#[test]
fn the_columns_of_squid_are_the_words_of_the_line() {
    let Some(dir) = corpus() else { return };
    for name in ["squid57-native.log", "metron-SquidExampleOutput.txt"] {
        let input = read(&dir, name);
        let got = parsed(&input, &[("schema", "full")], 4096);
        let text = String::from_utf8(input).expect("UTF-8");
        let cell = |column: &str, row: usize| got.column(column)[row].unwrap_or("-").to_owned();
        for (row, line) in text.lines().enumerate().filter(|(_, line)| line.split_whitespace().count() == 10) {
            let words: Vec<_> = line.split_whitespace().collect();
            let time: f64 = words[0].parse().expect("time");
            assert_eq!(cell("time", row).parse::<i64>().expect("time") / 1_000_000, (time * 1000.0).round() as i64);
            let status = cell("sc_status", row).parse::<u32>().expect("status");
            assert_eq!(format!("{}/{status:03}", cell("s_action", row)), words[3]);
            assert_eq!(format!("{}/{}", cell("s_hierarchy", row), cell("r_ip", row)), words[8]);
            for (column, at) in [
                ("time_taken", 1),
                ("c_ip", 2),
                ("sc_bytes", 4),
                ("cs_method", 5),
                ("cs_uri", 6),
                ("cs_username", 7),
                ("rs_content_type", 9),
            ] {
                assert_eq!(cell(column, row), words[at], "{name} row {row} {column}");
            }
        }
    }
}

/// Logs with `#Fields` of another order: the value of each name is the token at its place, quotes aside.
#[test]
fn the_columns_of_elff_are_the_tokens_that_fields_names() {
    let Some(dir) = corpus() else { return };
    for name in ["stroom-sampleBluecoat.log", "telecomix-sg42-main-2lines.log"] {
        let input = read(&dir, name);
        let got = parsed(&input, &[("schema", "full")], 4096);
        let text = String::from_utf8(input).expect("UTF-8");
        let fields: Vec<_> = text.lines().find_map(|line| line.strip_prefix("#Fields: ")).expect("fields").split_whitespace().collect();
        for (row, line) in text.lines().filter(|line| !line.starts_with('#')).enumerate() {
            let parts = line.split('"').enumerate();
            let tokens: Vec<&str> =
                parts.flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() }).collect();
            assert_eq!(tokens.len(), fields.len());
            for (field, token) in fields.iter().zip(&tokens).filter(|(field, _)| !["date", "time"].contains(*field)) {
                let column: String = field.replace(['(', '-'], "_").replace(')', "").to_lowercase();
                let value = got.column(&column).get(row).copied().flatten().unwrap_or("-");
                assert_eq!(value, *token, "{name} row {row} {field}");
            }
        }
    }
}
