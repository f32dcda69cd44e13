//! Where the corpus lies and what is in it.

use std::io::Read;
use std::path::{Path, PathBuf};

use weir_sdk::testing::{Captured, packets_of};

use super::nfdump::Csv;

/// The corpus.
pub struct Corpus {
    root: PathBuf,
    /// File, what, where its output is stored.
    stored: Vec<[String; 3]>,
}

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
        let Ok(summary) = std::fs::read_to_string(root.join("expected/flow-wire.summary.tsv")) else {
            eprintln!("SKIPPED: no corpus at {} (set WEIR_CORPUS)", root.display());
            return None;
        };
        let stored = summary.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
        Some(Self { root, stored: stored.map(|line| [line[0].into(), line[1].into(), line[6].into()]).collect() })
    }

    /// Every capture.
    pub fn files(&self) -> Vec<File> {
        let manifest = std::fs::read_to_string(self.root.join("flow-wire/MANIFEST.tsv")).expect("manifest");
        let files: Vec<_> = manifest.lines().skip(1).filter_map(|line| line.split('\t').next()).map(|name| self.file(name)).collect();
        assert_eq!(files.len(), 30, "captures of the corpus");
        files
    }

    /// One capture.
    pub fn file(&self, name: &str) -> File {
        let bytes = std::fs::read(self.root.join("flow-wire").join(name)).expect(name);
        File { name: name.to_owned(), packets: packets_of(&bytes) }
    }

    /// What nfcapd 1.7.8 read, as nfdump 1.7.1 prints it.
    pub fn csv(&self, name: &str) -> Csv {
        Csv::of(&self.output(name, "nfdump").unwrap_or_default())
    }

    /// What tshark printed.
    pub fn tshark(&self, name: &str) -> String {
        self.output(name, "tshark -V").expect(name)
    }

    fn output(&self, name: &str, what: &str) -> Option<String> {
        let [_, _, path] = self.stored.iter().find(|[file, tool, _]| file == name && tool.contains(what))?;
        let bytes = std::fs::read(self.root.join("expected").join(path)).ok()?;
        let mut text = String::new();
        match path.ends_with(".gz") {
            true => flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).ok()?,
            false => (&bytes[..]).read_to_string(&mut text).ok()?,
        };
        Some(text)
    }
}
