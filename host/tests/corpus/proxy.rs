//! `proxy-logs`: rows against what Spot's own parser made of the lines it can read, and the count of lines of all others.

use super::folder::Folder;
use crate::rows::{Row, cells, without};

/// Files, their rows, and their lines in the quarantine.
const FILES: [(&str, usize, usize); 10] = [
    ("bluecoat-edge-cases-generated.log", 7, 5),
    ("bluecoat-spot27-200-generated.log", 200, 0),
    ("metron-SquidExampleOutput.txt", 5, 0),
    ("squid57-combined.log", 79, 0),
    ("squid57-common.log", 79, 0),
    ("squid57-custom-27col.log", 77, 2),
    ("squid57-native.log", 79, 0),
    ("squid57-referrer.log", 79, 0),
    ("stroom-sampleBluecoat.log", 29, 0),
    ("telecomix-sg42-main-2lines.log", 2, 0),
];

/// Files that Spot's parser reads, and the rows that differ from its, and why.
const OF_SPOT: [(&str, usize, &str); 3] = [
    ("bluecoat-spot27-200-generated.log", 0, ""),
    ("squid57-custom-27col.log", 0, ""),
    (
        "bluecoat-edge-cases-generated.log",
        2,
        "a byte that Spot's parser lost is here the character of Latin-1; of a group of 70,001 bytes the expected output says its size",
    ),
];

#[test]
fn every_log_of_proxy_logs_becomes_a_row_a_line_and_those_that_spot_reads_the_rows_of_spot() {
    let Some(folder) = Folder::find("proxy-logs") else { return };
    let made = folder.ingest("proxy", "");
    let found: Vec<_> = made.iter().map(|(name, made)| (name.as_str(), made.rows.len(), made.quarantined)).collect();
    assert_eq!(found, FILES);
    for (name, different, _) in OF_SPOT {
        let told = folder.expected(&format!("proxy-logs/{name}.spot-parser.tsv"));
        let columns: Vec<_> = told.lines().next().unwrap().split('\t').skip(1).take(28).collect();
        let told: Vec<_> = told.lines().skip(1).filter_map(of_spot).collect();
        let rows: Vec<_> = made[name].rows.iter().map(|row: &Row| cells(row, &columns)).collect();
        assert_eq!(without(&told, &rows).len(), different, "{name}");
    }
}

/// The 28 columns of a line; none of one on which Spot's parser failed.
fn of_spot(line: &str) -> Option<Vec<String>> {
    let cells: Vec<_> = line.split('\t').skip(1).map(str::to_owned).collect();
    cells.get(..28).map(<[_]>::to_vec)
}
