//! Every capture of the corpus, column by column against the stored outputs of nfdump, and of tshark where nfdump reads nothing.
//!
//! The corpus lies beside the project (`../shared/corpus`) or where `WEIR_CORPUS` says; without it these tests say that they were skipped.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod corpus {
    pub mod compare;
    pub mod files;
    pub mod outputs;
}

use corpus::compare::differences;
use corpus::files::{Corpus, File};
use netflow::Netflow;
use weir_sdk::OptionValue;
use weir_sdk::testing::{Parsed, parse_packets};

fn parsed(file: &File, schema: &str) -> Parsed {
    let settings = [("schema", OptionValue::text(schema)), ("ports", OptionValue::Texts(vec![]))];
    parse_packets::<Netflow>(&settings, &file.packets, 7).expect("options")
}

#[test]
fn full_rows_equal_the_csv_of_nfdump_in_every_file() {
    let Some(corpus) = Corpus::find() else { return };
    for file in corpus.files() {
        let (got, csv) = (parsed(&file, "full"), corpus.csv(&file.name));
        println!("== {} rows {} nfdump {} rejects {:?} {:?}", file.name, got.rows.len(), csv.rows.len(), got.rejects, got.error);
        let rows: Vec<_> = (0..got.rows.len().min(csv.rows.len())).collect();
        let mut by = std::collections::BTreeMap::<String, Vec<_>>::new();
        for d in differences(&file.name, &got, &csv, &rows) { by.entry(d.column.clone()).or_default().push(d); }
        for (c, d) in by { println!("   {c}: {} e.g. row {} got {} expected {}", d.len(), d[0].row, d[0].got, d[0].expected); }
    }
}
