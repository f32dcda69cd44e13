//! `flow-nfcapd`: rows of Spot's table against what nfdump prints of the same files.

use super::folder::Folder;
use crate::rows::{cells, without};

/// Columns of Spot's table that are one of nfdump's as it is.
pub const COLUMNS: [(&str, &str); 9] = [
    ("sip", "sa"),
    ("dip", "da"),
    ("sport", "sp"),
    ("dport", "dp"),
    ("proto", "pr"),
    ("ipkt", "ipkt"),
    ("ibyt", "ibyt"),
    ("opkt", "opkt"),
    ("rip", "ra"),
];

/// Files that nfdump 1.7.1 cannot read, and those with the same flows: it knows no Zstandard, and no flows of before nfdump 1.6.6.
const SAME_FLOWS: [(&str, &str); 4] = [
    ("v2/nfdump178-mikrotik-zstd9.nfcapd", "v2/mikrotik-ipfix-none.nfcapd"),
    ("v2/nfdump178-softflowd-v9-zstd.nfcapd", "v2/softflowd-v9-none.nfcapd"),
    ("v1/real-nfdump-2015-common-v0.nfcapd", "v1/real-nfdump-2015-flows-bz2.nfcapd"),
    ("v2/nfpcapd178-payload-zstd.nfcapd", "v2/nfpcapd178-payload-none.nfcapd"),
];

/// The rows of `nfdump -o csv`, cut to [`COLUMNS`].
pub fn told(csv: &str) -> Vec<Vec<String>> {
    let mut lines = csv.lines().map(|line| line.split(',').map(str::trim).collect::<Vec<_>>());
    let names = lines.next().unwrap_or_default();
    let places = COLUMNS.map(|(_, theirs)| names.iter().position(|name| *name == theirs));
    let flows = lines.take_while(|line| line[0] != "Summary").filter(|line| line.len() == names.len());
    flows.map(|line| places.iter().map(|place| line[place.unwrap()].to_owned()).collect()).collect()
}

#[test]
fn every_file_of_flow_nfcapd_becomes_the_flows_that_nfdump_prints() {
    let Some(folder) = Folder::find("flow-nfcapd") else { return };
    let summary = folder.table("flow-nfcapd.summary.tsv");
    for (name, made) in folder.ingest("flow", "") {
        let same = SAME_FLOWS.iter().find(|(file, _)| *file == name).map_or(name.as_str(), |(_, same)| same);
        let line = summary.iter().find(|line| line[0] == same && line[1..3] == ["nfdump-1.7.1", "csv"]).expect("stored output");
        let told = if line[7].is_empty() { Vec::new() } else { told(&folder.expected(&line[7])) };
        let rows: Vec<_> = made.rows.iter().map(|row| cells(row, &COLUMNS.map(|(ours, _)| ours))).collect();
        assert_eq!((without(&told, &rows), without(&rows, &told)), (vec![], vec![]), "{name}");
    }
}
