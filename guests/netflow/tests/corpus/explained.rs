//! Differences from nfdump that have a reason.

use super::compare::Difference;

/// Where nfdump differs, why, and whether a difference is this one.
type Reason = (&'static str, fn(&Difference) -> bool);

/// Every reason is used by the corpus.
pub const REASONS: [Reason; 11] = [
    ("sfcapd writes the wall clock into begin and end of a sample; these are the time of the packet", |it| {
        ["pmacct-sfprobe-v5.pcap", "tcpdump-sflow_expanded.pcap"].contains(&it.file.as_str()) && ["ts", "te"].contains(&it.column.as_str())
    }),
    ("nfcapd writes postVlanId of NetFlow v9 over vlanId", |it| {
        it.file == "nfreplay171-v9.pcap" && it.column == "svln" && ["0", "93"].contains(&it.expected.as_str())
    }),
    ("nfcapd leaves postVlanId of NetFlow v9 out", |it| it.file == "nfreplay171-v9.pcap" && it.column == "dvln" && it.expected == "0"),
    ("the record says engine id 0, and nfcapd then takes the source id for it", |it| {
        it.file == "nfreplay171-v9.pcap" && it.column == "eng" && it.got.strip_suffix("/0") == it.expected.strip_suffix("/1")
    }),
    ("nfcapd takes an uptime of 0 for no time", |it| {
        it.file == "softflowd-v10.pcap"
            && (it.column == "td" || ["ts", "te"].contains(&it.column.as_str()) && it.expected.starts_with("1970"))
    }),
    ("nfcapd does not know elements 154 and 155", |it| {
        let known = ["softflowd-v9-sampled.pcap", "vendor-ipfix-netscaler-varlen.pcap"].contains(&it.file.as_str());
        known && (it.column == "td" || ["ts", "te"].contains(&it.column.as_str()) && it.expected.starts_with("1970"))
    }),
    ("nfcapd does not know element 139 in NetFlow v9", |it| it.file == "softflowd-v9.pcap" && it.column == "dp" && it.expected == "0"),
    ("nfcapd writes the reverse type of service over the forward one", |it| {
        it.file == "vendor-ipfix-yaf.pcap" && it.column == "stos" && (it.got.as_str(), it.expected.as_str()) == ("2", "0")
    }),
    ("a flow ends after the message was sent, and nfcapd takes it for one of 49 days ago, before 1970", |it| {
        it.file == "vendor-v9-nprobe-ubnt.pcap" && it.row == 1 && it.expected.starts_with("584556019")
    }),
    ("the prefix lengths of NetFlow v5 are left out by nfcapd", |it| {
        it.file == "vendors-v5.pcap" && ["smk", "dmk"].contains(&it.column.as_str()) && it.expected == "0"
    }),
    ("nfcapd takes the sampling of an exporter's first datagram, none, for the second, which says one of 1000", |it| {
        let scaled = || it.got.strip_suffix("000") == Some(&it.expected);
        it.file == "vendors-v5.pcap" && ["ipkt", "ibyt"].contains(&it.column.as_str()) && scaled()
    }),
];
