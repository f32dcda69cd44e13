//! Every file of the corpus, column by column against the stored outputs of nfdump.
//!
//! The corpus lies beside the project (`../shared/corpus`) or where `WEIR_CORPUS` says; without it these tests say that they were skipped.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod corpus {
    pub mod compare;
    pub mod files;
    pub mod nfdump;
    pub mod outputs;
}

use corpus::compare::Differences;
use corpus::files::{Corpus, File, OTHER_ORDER};
use flow::Nfcapd;
use weir_sdk::OptionValue;
use weir_sdk::testing::{Parsed, parse};

fn parsed(file: &File, schema: &str, chunk: usize) -> Parsed {
    parse::<Nfcapd>(&[("schema", OptionValue::text(schema))], &file.bytes, chunk).expect("options")
}

fn assert_none(differences: &Differences) {
    let shown: Vec<_> = differences.0.iter().take(60).cloned().collect();
    assert!(shown.is_empty(), "{} differences:\n{}", differences.0.len(), shown.join("\n"));
}

#[test]
fn spot_rows_equal_the_csv_of_nfdump_in_every_file() {
    let Some(corpus) = Corpus::find() else { return };
    let mut differences = Differences::default();
    for file in corpus.told() {
        differences.spot(&file.name, &parsed(&file, "spot", 1 << 20), &corpus.csv(&file.name));
    }
    assert_none(&differences);
}

#[test]
fn full_rows_equal_the_csv_of_nfdump_in_every_file() {
    let Some(corpus) = Corpus::find() else { return };
    let mut differences = Differences::default();
    for file in corpus.told() {
        differences.full(&file.name, &parsed(&file, "full", 1 << 20), &corpus.csv(&file.name));
    }
    assert_none(&differences);
}

#[test]
fn full_rows_equal_the_raw_listing_of_nfdump_in_every_file() {
    let Some(corpus) = Corpus::find() else { return };
    let mut differences = Differences::default();
    let mut files = 0;
    for file in corpus.files() {
        let Some(raw) = corpus.raw(&file.name).filter(|raw| !raw.0.is_empty()) else { continue };
        files += 1;
        differences.raw(&file.name, &parsed(&file, "full", 1 << 20), &raw);
    }
    assert!(files > 30, "{files} files have a raw listing");
    assert_none(&differences);
}

#[test]
fn the_same_flows_in_another_order_and_compression_are_the_same_rows() {
    let Some(corpus) = Corpus::find() else { return };
    let [mut one, mut other] =
        [OTHER_ORDER, "v2/nfpcapd178-payload-none.nfcapd"].map(|name| parsed(&corpus.file(name), "full", 1 << 20).rows);
    // Two runs of the collector: the received times differ.
    one.iter_mut().chain(&mut other).for_each(|row| row[2] = None);
    one.sort();
    other.sort();
    assert_eq!(one.len(), 289);
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
}

#[test]
fn rows_and_rejects_do_not_depend_on_where_the_input_is_cut() {
    let Some(corpus) = Corpus::find() else { return };
    for file in corpus.files() {
        let whole = parsed(&file, "full", 1 << 20);
        for chunk in [4097, 61] {
            let cut = parsed(&file, "full", chunk);
            assert!(whole.rows == cut.rows, "{} in chunks of {chunk}", file.name);
            assert_eq!((&whole.rejects, whole.done_to), (&cut.rejects, cut.done_to), "{}", file.name);
        }
    }
}

#[test]
fn what_is_not_read_is_rejected_with_its_bytes_and_the_reason() {
    let Some(corpus) = Corpus::find() else { return };
    let mut shown = Vec::new();
    for file in corpus.files() {
        let parsed = parsed(&file, "spot", 4097);
        assert_eq!(parsed.done_to, file.bytes.len() as u64, "{}", file.name);
        shown.extend(parsed.rejects.iter().map(|reject| format!("{} {}+{} {:?}", file.name, reject.at, reject.length, reject.reason)));
    }
    assert_eq!(shown, REJECTS);
}

/// A collector's own mistake, cut files, a first block that decompresses to nothing and others that need its extension map, and a snapshot
/// of 2020 whose flows name a map that is not there. Nothing of them is read by nfdump either.
const REJECTS: [&str; 12] = [
    "v1/collector-sflow-tcpdump.nfcapd 516+48 Unsupported",
    "v1/collector-sflow-tcpdump.nfcapd 564+1876 Malformed",
    "v1/cut-truncated-midblock.nfcapd 276+8724 Truncated",
    "v1/real-chrispassas-corrupt-lzo.nfcapd 276+552113 Malformed",
    "v1/real-chrispassas-corrupt-lzo.nfcapd 552389+188413 Malformed",
    "v1/real-chrispassas-corrupt-lzo.nfcapd 740802+202193 Malformed",
    "v1/real-chrispassas-corrupt-lzo.nfcapd 942995+107930 Malformed",
    "v2/cut-truncated-midblock.nfcapd 40+11960 Truncated",
    "v2/real-nfdump-2020-devlayout-extmap.nfcapd 92+4108 Malformed",
    "v2/real-nfdump-2020-devlayout-extmap.nfcapd 4240+184 Malformed",
    "v2/real-nfdump-2020-devlayout-extmap.nfcapd 4464+184 Malformed",
    "v2/real-nfdump-2020-devlayout-extmap.nfcapd 4688+188 Malformed",
];
