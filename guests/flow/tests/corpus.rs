//! Every file of the corpus, column by column against the stored outputs of nfdump.
//!
//! The corpus lies beside the project (`../shared/corpus`) or where `WEIR_CORPUS` says; without it these tests say that they were skipped.

mod corpus {
    pub mod files;
    pub mod outputs;
}

use corpus::files::{Corpus, File};
use flow::Nfcapd;
use weir_sdk::OptionValue;
use weir_sdk::testing::{Parsed, parse};

/// Chunk sizes: whole blocks at once, never aligned, tiny.
const CHUNKS: [usize; 3] = [1 << 20, 4097, 61];

fn parsed(file: &File, schema: &str, chunk: usize) -> Parsed {
    parse::<Nfcapd>(&[("schema", OptionValue::text(schema))], &file.bytes, chunk).expect("options")
}

#[test]
fn spot_rows_equal_the_csv_of_nfdump_in_every_file() {
    let Some(corpus) = Corpus::find() else { return };
    let mut bad = Vec::new();
    let mut rows = 0;
    for file in corpus.files() {
        let got = parsed(&file, "spot", CHUNKS[0]);
        rows += got.rows.len();
        eprintln!("{}: {} rows, error {:?}, rejects {:?}", file.name, got.rows.len(), got.error, got.rejects);
        match corpus.csv(&file.name) {
            Some(expected) => bad.extend(expected.differences(&file.name, &got)),
            None => bad.push(format!("{}: no expected output", file.name)),
        }
    }
    eprintln!("{rows} rows");
    assert!(bad.is_empty(), "{} differences:\n{}", bad.len(), bad.iter().take(40).cloned().collect::<Vec<_>>().join("\n"));
}
