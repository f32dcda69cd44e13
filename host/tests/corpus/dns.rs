//! `dns-pcap`: rows of Spot's table against the fields that tshark prints with Spot's command.

use super::folder::Folder;
use crate::rows::{cells, without};

/// The columns of Spot's table, in its order.
const COLUMNS: [&str; 10] = [
    "frame_time",
    "unix_tstamp",
    "frame_len",
    "ip_dst",
    "ip_src",
    "dns_qry_name",
    "dns_qry_class",
    "dns_qry_type",
    "dns_qry_rcode",
    "dns_a",
];

/// Rows of tshark that are none here, and why.
const MISSING: [(&str, usize, &str); 3] = [
    ("compactor-knot-live-4000.pcap", 8, "no responses, but ICMP errors that quote one, with the addresses of the errors"),
    ("tcpdump-dns_fwdptr.pcap", 1, "names that go in circles: quarantined"),
    ("zeek-geneve-vxlan-dns-truncated.pcap", 1, "the capture cut it in its second record: quarantined"),
];

#[test]
fn every_capture_of_dns_pcap_becomes_the_rows_that_tshark_prints() {
    let Some(folder) = Folder::find("dns-pcap") else { return };
    let summary = folder.table("dns-pcap.summary.tsv");
    // tshark takes multicast DNS for DNS unasked.
    for (name, made) in folder.ingest("dns", "ports = [53, 5353]") {
        let stored = &summary.iter().find(|line| line[0] == name && line[1] == "spot").expect("stored output")[5];
        let told: Vec<_> = folder.expected(stored).lines().skip(1).map(of_tshark).collect();
        let rows: Vec<_> = made.rows.iter().map(|row| without_ipv6(cells(row, &COLUMNS))).collect();
        assert_eq!(without(&rows, &told), Vec::<Vec<String>>::new(), "{name}: rows that tshark does not have");
        let missing = MISSING.iter().find(|(file, ..)| *file == name).map_or(0, |(_, rows, _)| *rows);
        assert_eq!(without(&told, &rows).len(), missing, "{name}: rows that only tshark has");
    }
}

/// A line of tshark in the order and spelling of the table.
fn of_tshark(line: &str) -> Vec<String> {
    let told: Vec<_> = line.split(',').collect();
    let [day, time, epoch, length, source, destination, name, kind, class, rcode, address] = told[..] else { panic!("{line}") };
    let (day, second) = (format!("{day}{time}"), epoch.split('.').next().unwrap());
    [&day, second, length, destination, source, name, class, kind, rcode, address].map(str::to_owned).to_vec()
}

/// tshark leaves addresses of IPv6 out.
fn without_ipv6(mut row: Vec<String>) -> Vec<String> {
    row[3..5].iter_mut().filter(|address| address.contains(':')).for_each(String::clear);
    row
}
