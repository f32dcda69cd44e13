//! Captures of the corpus against the stored counts of tcpdump. The corpus is looked for beside the repository, or in `WEIR_CORPUS`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::filter;
use crate::end_to_end::program::Weir;

/// Captures that tcpdump does not read to their end: it refuses interfaces that are not alike.
const NOT_READ: [&str; 5] = [
    "many_interfaces-1.pcapng",
    "too_many_interfaces.pcapng",
    "zeek-gap-data-missing.pcapng",
    "dns_over_tcp.pcapng",
    "pcapng-example.pcapng.zst",
];

/// Expressions that are asked of each capture: more would only start more processes, since the module itself is held against all of them.
const OF_EACH: usize = 2;

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let folder = std::env::var_os("WEIR_CORPUS").map_or(beside, PathBuf::from);
    let found = folder.join("expected/tcpdump-filters.tsv").exists();
    if !found {
        eprintln!("SKIPPED: no corpus in {}", folder.display());
    }
    found.then_some(folder)
}

#[test]
fn counts_are_those_of_tcpdump() {
    let Some(corpus) = corpus() else { return };
    let table = fs::read_to_string(corpus.join("expected/tcpdump-filters.tsv")).unwrap();
    let mut rows: BTreeMap<&str, Vec<(&str, u64)>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let cells: Vec<_> = line.split('\t').collect();
        let read = !NOT_READ.iter().any(|name| cells[0].ends_with(name));
        if let (true, Ok(count)) = (read, cells[2].parse()) {
            rows.entry(cells[0]).or_default().push((cells[1], count));
        }
    }
    let weir = Weir::config("");
    let mut compared = 0;
    for (number, (file, rows)) in rows.iter().enumerate() {
        for step in 0..OF_EACH {
            let (expression, expected) = rows[(number + step * 5) % rows.len()];
            let expression = if expression == "(none)" { "" } else { expression };
            let ran = filter(&weir, &[expression, corpus.join(file).to_str().unwrap(), "--count"]);
            assert_eq!(ran.count(), expected, "{file}: `{expression}`");
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}
