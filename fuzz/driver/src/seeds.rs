//! Files to begin with: the fixtures, and the corpus where there is one.

use std::fs;
use std::path::{Path, PathBuf};

/// An input of a target.
pub type Seed = Vec<u8>;

/// Longest file that is taken: fuzzers learn little from long ones.
const LONGEST: u64 = 128 << 10;

/// The files of a folder of `tests/fixtures`, in the order of their names.
pub fn fixtures(folder: &str) -> Vec<Vec<u8>> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(folder))
}

/// One file of `tests/fixtures`.
pub fn fixture(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(path)).expect("a fixture")
}

/// The files of a folder of the corpus, which lies beside the project or where `WEIR_CORPUS` says; none where there is no corpus.
pub fn corpus(folder: &str) -> Vec<Vec<u8>> {
    files(&in_corpus(folder))
}

/// A text of the corpus; empty where there is none.
pub fn corpus_text(path: &str) -> String {
    fs::read_to_string(in_corpus(path)).unwrap_or_default()
}

fn in_corpus(path: &str) -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    std::env::var_os("WEIR_CORPUS").map_or_else(beside, PathBuf::from).join(path)
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let told = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md" || extension == "tsv");
    let short = |path: &PathBuf| path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LONGEST);
    paths.iter().filter(|path| !told(path) && short(path)).map(|path| fs::read(path).expect("a seed")).collect()
}
