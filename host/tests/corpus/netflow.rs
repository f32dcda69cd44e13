//! `flow-wire`: flows of exporters' datagrams against what nfdump prints of the same captures.

use super::flow::{COLUMNS, told};
use super::folder::Folder;
use crate::rows::{cells, without};

/// Captures with flows that only nfdump, and that only weir has, and why.
const DIFFERENT: [(&str, usize, usize, &str); 7] = [
    ("softflowd-v10-biflow-ether-ipv6transport.pcap", 0, 136, "nfcapd reads nothing of it, tshark these"),
    ("softflowd-v10-tcp.pcap", 0, 271, "nfcapd reads nothing of it, tshark these"),
    ("tcpdump-sflow-print-v6.pcap", 0, 13, "nfcapd reads nothing of it, tshark these"),
    ("tcpdump-sflow_multiple_counter_30_pdus.pcap", 0, 7, "datagrams of NetFlow v5 to a port beside that of sFlow"),
    ("vendor-v9-data-before-template.pcap", 0, 29, "data before their template, which nfcapd drops"),
    ("softflowd-v9.pcap", 215, 215, "nfcapd does not know the type of ICMP, element 139, in NetFlow v9"),
    ("vendors-v5.pcap", 29, 29, "nfcapd takes the sampling of the first datagram, none, for the second, which says one of 1000"),
];

#[test]
fn every_capture_of_flow_wire_becomes_the_flows_that_nfdump_prints() {
    let Some(folder) = Folder::find("flow-wire") else { return };
    let summary = folder.table("flow-wire.summary.tsv");
    for (name, made) in folder.ingest("netflow", "ports = []") {
        let line = summary.iter().find(|line| line[0] == name && line[1].contains("nfdump")).expect("stored output");
        let told = if line[6].is_empty() { Vec::new() } else { told(&folder.expected(&line[6])) };
        let rows: Vec<_> = made.rows.iter().map(|row| cells(row, &COLUMNS.map(|(ours, _)| ours))).collect();
        let (missing, more) = DIFFERENT.iter().find(|(file, ..)| *file == name).map_or((0, 0), |(_, missing, more, _)| (*missing, *more));
        assert_eq!((without(&told, &rows).len(), without(&rows, &told).len()), (missing, more), "{name}");
    }
}
