//! The whole way of packets: a capture, a topic, a store on HDFS, and what filters select of it.

use std::fs;
use std::path::{Path, PathBuf};

use super::cluster::Cluster;
use super::copy::copy;
use crate::end_to_end::program::Weir;
use crate::kafka::broker::Broker;
use crate::kafka::topic::Topic;

/// Times and frames of a little-endian pcap in their order by time.
fn packets(pcap: &Path) -> Vec<(u64, Vec<u8>)> {
    let bytes = fs::read(pcap).unwrap();
    let per_second = match bytes[..4] {
        [0xd4, 0xc3, 0xb2, 0xa1] => 1_000_000,
        [0x4d, 0x3c, 0xb2, 0xa1] => 1_000_000_000,
        _ => panic!("{} is no pcap of this byte order", pcap.display()),
    };
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let (mut at, mut packets) = (24, Vec::new());
    while at < bytes.len() {
        let time = u64::from(number(at)) * 1_000_000_000 + u64::from(number(at + 4)) * (1_000_000_000 / per_second);
        let end = at + 16 + number(at + 8) as usize;
        packets.push((time, bytes[at + 16..end].to_vec()));
        at = end;
    }
    packets.sort();
    packets
}

#[test]
fn a_store_on_hdfs_holds_the_packets_of_the_captures_that_were_sent_and_filters_select_the_same_of_both() {
    let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/capture/dns.pcap");
    let (topic, url) = (Topic::new(Broker::shared(), 3, &[]), Cluster::shared().directory());
    let weir = Weir::config(&format!(
        "[pipelines.spout]\nsource.kafka = {{ {}, start = \"earliest\", format = \"packets\" }}\nsink.packet-store = {{ path = {url:?}, roll = {{ packets = 10 }} }}\n",
        topic.toml()
    ));
    let sent = weir.run(&[&["pcap", "send", capture.to_str().unwrap()][..], &topic.options()].concat());
    assert_eq!(sent.code(), 0, "{sent:?}");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    // What is committed is not stored again.
    assert!(weir.once().stdout.contains("written     0 "));

    let copied = copy(&url);
    let files = fs::read_dir(copied.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    assert!(files.len() > 3, "{files:?}");
    let stored: Vec<_> = files.iter().map(|file| file.to_str().unwrap()).collect();
    for filter in ["", "udp", "udp src port 53", "less 100", "ip6"] {
        let (all, here) = (weir.path("all.pcap"), weir.path("here.pcap"));
        let select = |files: &[&str], to: &Path| {
            let ran = weir.run(&[&["pcap", "filter", filter, "-w", to.to_str().unwrap()], files].concat());
            assert_eq!(ran.code(), 0, "{filter}: {ran:?}");
        };
        select(&[capture.to_str().unwrap()], &all);
        select(&stored, &here);
        assert!(packets(&here) == packets(&all), "{filter}");
        let found = weir.path("found.pcap");
        let ran = weir.run(&["pcap", "query", copied.path().to_str().unwrap(), filter, "-w", found.to_str().unwrap()]);
        assert_eq!(ran.code(), 0, "{filter}: {ran:?}");
        assert!(packets(&found) == packets(&all), "{filter}");
    }
}
