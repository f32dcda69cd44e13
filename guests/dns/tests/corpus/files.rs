//! Where the corpus lies and what is in it.

use std::io::Read;
use std::path::{Path, PathBuf};

use weir_sdk::testing::{Captured, packets_of};

/// The corpus.
pub struct Corpus(PathBuf);

/// One capture.
pub struct File {
    pub name: String,
    pub packets: Vec<Captured>,
}

impl Corpus {
    /// `None`, and it is said: there is no corpus on this machine.
    pub fn find() -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
        let root = std::env::var_os("WEIR_CORPUS").map_or(beside, PathBuf::from);
        if !root.join("expected/dns-pcap.summary.tsv").exists() {
            eprintln!("SKIPPED: no corpus at {} (set WEIR_CORPUS)", root.display());
            return None;
        }
        Some(Self(root))
    }

    /// Every capture.
    pub fn files(&self) -> Vec<File> {
        let manifest = std::fs::read_to_string(self.0.join("dns-pcap/MANIFEST.tsv")).expect("manifest");
        let names = manifest.lines().skip(1).filter_map(|line| line.split('\t').next());
        let files: Vec<_> = names.map(|name| self.file(name)).collect();
        assert!(files.len() >= 40, "the corpus has {} captures", files.len());
        files
    }

    /// One capture.
    pub fn file(&self, name: &str) -> File {
        let bytes = plain(&std::fs::read(self.0.join("dns-pcap").join(name)).expect(name));
        let packets = packets_of(&bytes);
        assert!(!packets.is_empty(), "{name} has no packets");
        File { name: name.to_owned(), packets }
    }

    /// What tshark printed of a capture: rows of cells, the line of names left out. `what` is `spot` or `all-dns`.
    pub fn output(&self, name: &str, what: &str) -> Vec<Vec<String>> {
        let summary = std::fs::read_to_string(self.0.join("expected/dns-pcap.summary.tsv")).expect("summary");
        let lines = summary.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let line = lines.into_iter().find(|line| line[0] == name && line[1] == what).expect(name);
        let text = String::from_utf8_lossy(&plain(&std::fs::read(self.0.join("expected").join(line[5])).expect(name))).into_owned();
        let sign = if what == "spot" { ',' } else { '\t' };
        text.lines().skip(1).map(|line| line.split(sign).map(str::to_owned).collect()).collect()
    }
}

fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match bytes {
        [0x1f, 0x8b, ..] => flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).expect("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ruzstd::decoding::StreamingDecoder::new(bytes).expect("zstd").read_to_end(&mut out).expect("zstd"),
        _ => return bytes.to_vec(),
    };
    out
}

impl File {
    /// Number of the packet, from 1, that was captured at a time as Spot's table spells it.
    pub fn number_at(&self, time: &str) -> usize {
        let fraction =
            |packet: &Captured| format!("{:02}.{:09} UTC", packet.timestamp / 1_000_000_000 % 60, packet.timestamp % 1_000_000_000);
        1 + self.packets.iter().position(|packet| time.ends_with(&fraction(packet))).expect(time)
    }
}
