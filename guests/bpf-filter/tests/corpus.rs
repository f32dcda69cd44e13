//! Every capture of the corpus against what tcpdump selects from it.
//!
//! The corpus lies beside the project (`../shared/corpus`) or where `WEIR_CORPUS` says; without it these tests say that they were skipped.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod corpus {
    pub mod files;
}

use std::collections::HashMap;

use bpf::Bpf;
use corpus::files::Corpus;
use weir_sdk::testing::{Captured, select};

fn count(expression: &str, packets: &[Captured]) -> String {
    match select::<Bpf>(&[], expression, packets, 1000) {
        Ok(selected) => selected.into_iter().filter(|selected| *selected).count().to_string(),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn the_stored_counts_of_tcpdump_are_met() {
    let Some(corpus) = Corpus::find() else { return };
    let table = corpus.text("expected/tcpdump-filters.tsv");
    let mut captures: HashMap<&str, Vec<Captured>> = HashMap::new();
    let (mut compared, mut different) = (0, Vec::new());
    for line in table.lines().skip(1) {
        let cells: Vec<_> = line.split('\t').collect();
        let [file, expression, expected, ..] = cells[..] else { continue };
        if expected.is_empty() {
            continue;
        }
        let packets = captures.entry(file).or_insert_with(|| corpus.packets(file));
        let found = count(if expression == "(none)" { "" } else { expression }, packets);
        compared += 1;
        if found != expected {
            different.push(format!("{file}: {expression}: {found}, and tcpdump {expected}"));
        }
    }
    assert!(different.is_empty(), "{} of {compared}:\n{}", different.len(), different.join("\n"));
}
