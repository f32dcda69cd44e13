//! Every capture of the corpus against what capinfos and tcpdump found in it. The corpus is looked for beside the repository, or in `WEIR_CORPUS`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use weir::content::{Coding, Content};

use super::read::{Capture, capture};

/// Files for which capinfos (Wireshark 4.0) and this reader differ, and why.
const DIFFERENT: [(&str, Different); 2] = [
    // Not a format that libpcap reads.
    ("pcap-misc/PcapPlusPlus-solaris.snoop", Different::NotRead),
    // The last fraction has more than a second of nanoseconds: capinfos prints a negative number.
    ("pcap-misc/tcpdump-timestamp_invalid_nano.pcap", Different::Times),
];

/// Files that capinfos refuses: packets that tcpdump finds, and stretches of damage.
const REFUSED: [(&str, usize, usize); 3] = [
    ("pcap-misc/suricata-verify-fuzz.pcap", 1, 1),
    ("pcap-misc/suricata-verify-tls_DER-incomplete-header.pcap", 6, 1),
    ("pcap-misc/tcpdump-dsa.pcap", 8, 0),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Different {
    NotRead,
    Times,
}

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let folder = std::env::var_os("WEIR_CORPUS").map_or(beside, PathBuf::from);
    let found = folder.join("expected/capinfos.tsv").exists();
    if !found {
        eprintln!("skipped: no corpus in {}", folder.display());
    }
    found.then_some(folder)
}

fn read(path: &Path) -> (Capture, Coding) {
    let mut content = Content::of_file(Arc::new(File::open(path).unwrap())).unwrap();
    let found = capture(&mut content);
    assert_eq!(content.damage(), None, "{}", path.display());
    (found, content.coding())
}

/// `2015-04-30 07:22:03.814664` in nanoseconds; `None` where capinfos has none.
fn time(text: &str) -> Option<i64> {
    let text = text.replacen(' ', "T", 1) + "Z";
    text.parse::<Timestamp>().ok().and_then(|time| i64::try_from(time.as_nanosecond()).ok())
}

#[test]
fn every_capture_of_the_corpus_has_the_packets_lengths_and_times_that_capinfos_finds() {
    let Some(corpus) = corpus() else { return };
    let table = fs::read_to_string(corpus.join("expected/capinfos.tsv")).unwrap();
    let mut compared = 0;
    for line in table.lines().skip(1) {
        let (file, rest) = line.split_once('\t').unwrap();
        let Some(facts) = rest.strip_prefix("0\t") else { continue };
        compare(&corpus, file, facts);
        compared += 1;
    }
    assert_eq!(compared, 132);
}

fn compare(corpus: &Path, file: &str, facts: &str) {
    let facts: Vec<_> = facts.trim_end().split(',').collect();
    let number = |index: usize| facts[index].parse::<u64>().unwrap();
    let different = DIFFERENT.iter().find(|(name, _)| *name == file).map(|(_, how)| *how);
    let (found, coding) = read(&corpus.join(file));
    if different == Some(Different::NotRead) {
        assert_eq!((found.packets.len(), found.damage.len()), (0, 1), "{file}");
        return;
    }
    let sum = |of: fn(&super::read::Packet) -> u64| found.packets.iter().map(of).sum::<u64>();
    assert_eq!((found.packets.len() as u64, sum(|packet| packet.length.into())), (number(6), number(8)), "{file}");
    if file.ends_with(".pcap") && facts[1] != "modpcap" && coding == Coding::Plain && found.damage.is_empty() {
        assert_eq!(sum(|packet| packet.bytes.len() as u64), number(7) - 24 - 16 * number(6), "{file}");
    }
    let times = (found.packets.iter().map(|packet| packet.time).min(), found.packets.iter().map(|packet| packet.time).max());
    let (first, last) = (time(facts[10]), time(facts[11]));
    if first.is_some() && different.is_none() {
        assert_eq!(times, (first, last), "{file}");
    }
}

#[test]
fn captures_that_capinfos_refuses_give_the_packets_before_the_damage() {
    let Some(corpus) = corpus() else { return };
    for (file, packets, damage) in REFUSED {
        let (found, _) = read(&corpus.join(file));
        assert_eq!((found.packets.len(), found.damage.len()), (packets, damage), "{file}");
    }
}
