//! Where the corpus lies and what is in it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::outputs::Csv;

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
    pub fn csv(&self, name: &str) -> Option<Csv> {
        self.output(name, "nfdump-1.7.1", "csv").map(|text| Csv::of(&text))
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
