//! Where the corpus lies and what is in it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::nfdump::Csv;
use super::outputs::Raw;

/// No nfdump with a csv of 48 columns reads it; it has the flows of `v2/nfpcapd178-payload-none.nfcapd` in another order.
pub const OTHER_ORDER: &str = "v2/nfpcapd178-payload-zstd.nfcapd";

/// The corpus.
pub struct Corpus {
    root: PathBuf,
    /// Stored outputs: by file, tool and mode.
    stored: BTreeMap<(String, String, String), String>,
}

/// One nfcapd file.
pub struct File {
    /// Path within the corpus.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Corpus {
    /// `None`, and it is said: there is no corpus on this machine.
    pub fn find() -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
        let root = std::env::var_os("WEIR_CORPUS").map_or(beside, PathBuf::from);
        let Ok(summary) = std::fs::read_to_string(root.join("expected/flow-nfcapd.summary.tsv")) else {
            eprintln!("SKIPPED: no corpus at {} (set WEIR_CORPUS)", root.display());
            return None;
        };
        let stored = summary.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()).filter(|line| !line[7].is_empty());
        let stored = stored.map(|line| ((line[0].into(), line[1].into(), line[2].into()), line[7].to_owned())).collect();
        Some(Self { root, stored })
    }

    /// Every nfcapd file that nfdump 1.7.1, or a file with the same flows in the same order, tells of.
    pub fn told(&self) -> Vec<File> {
        self.files().into_iter().filter(|file| file.name != OTHER_ORDER).collect()
    }

    /// Every nfcapd file.
    pub fn files(&self) -> Vec<File> {
        let manifest = std::fs::read_to_string(self.root.join("flow-nfcapd/MANIFEST.tsv")).expect("manifest");
        let names = manifest.lines().skip(1).filter_map(|line| line.split('\t').next());
        let files: Vec<_> = names
            .map(|name| File { name: name.to_owned(), bytes: std::fs::read(self.root.join("flow-nfcapd").join(name)).expect(name) })
            .collect();
        assert!(files.len() >= 57, "the corpus has {} files", files.len());
        files
    }

    /// One file.
    pub fn file(&self, name: &str) -> File {
        self.files().into_iter().find(|file| file.name == name).expect(name)
    }

    /// The 48 columns of nfdump, of the file itself or of one with the same flows.
    pub fn csv(&self, name: &str) -> Csv {
        Csv::of(&self.output(same_flows(name), "nfdump-1.7.1", "csv").unwrap_or_default())
    }

    /// The raw listing of nfdump; `None`: none is stored.
    pub fn raw(&self, name: &str) -> Option<Raw> {
        self.output(name, "nfdump-1.7.1", "raw").map(|text| Raw::of(&text))
    }

    /// What a tool printed.
    pub fn output(&self, name: &str, tool: &str, mode: &str) -> Option<String> {
        let path = self.stored.get(&(name.into(), tool.into(), mode.into()))?;
        let bytes = std::fs::read(self.root.join("expected").join(path)).ok()?;
        if !path.ends_with(".gz") {
            return String::from_utf8(bytes).ok();
        }
        let mut text = String::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).ok()?;
        Some(text)
    }
}

/// A file whose flows are the same, for those that nfdump 1.7.1 cannot read: it knows no Zstandard, and no flows of before nfdump 1.6.6.
fn same_flows(name: &str) -> &str {
    match name {
        "v2/nfdump178-mikrotik-zstd9.nfcapd" => "v2/mikrotik-ipfix-none.nfcapd",
        "v2/nfdump178-softflowd-v9-zstd.nfcapd" => "v2/softflowd-v9-none.nfcapd",
        "v1/real-nfdump-2015-common-v0.nfcapd" => "v1/real-nfdump-2015-flows-bz2.nfcapd",
        other => other,
    }
}
