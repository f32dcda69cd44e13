//! Where the corpus lies and what is in it.

use std::io::Read;
use std::path::{Path, PathBuf};

use weir_sdk::testing::{Captured, packets_of};

/// The corpus.
pub struct Corpus(PathBuf);

impl Corpus {
    /// `None`, and it is said: there is no corpus on this machine.
    pub fn find() -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
        let root = std::env::var_os("WEIR_CORPUS").map_or(beside, PathBuf::from);
        if !root.join("expected/tcpdump-filters.tsv").exists() {
            eprintln!("SKIPPED: no corpus at {} (set WEIR_CORPUS)", root.display());
            return None;
        }
        Some(Self(root))
    }

    /// A text in it.
    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect(name)
    }

    /// The packets of a capture.
    pub fn packets(&self, name: &str) -> Vec<Captured> {
        packets_of(&plain(&std::fs::read(self.0.join(name)).expect(name)))
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
