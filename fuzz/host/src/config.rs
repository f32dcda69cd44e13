//! Configurations of any bytes: read, or refused with mistakes that lie within the file and are fit for a terminal.

use std::fs;
use std::sync::OnceLock;

use fuzz_driver::{Heap, Seed, Target, fixture};
use tempfile::NamedTempFile;
use weir::config::load;

/// A file.
pub const TARGET: Target = Target { name: "config", run, seeds, mutations: 5_000 };

/// Bytes of heap. Each regular expression may take 10 MiB while it is compiled.
const MEMORY: usize = 128 << 20;

fn run(input: &[u8]) {
    static FILE: OnceLock<NamedTempFile> = OnceLock::new();
    let file = FILE.get_or_init(|| NamedTempFile::with_suffix(".toml").expect("a file")).path();
    fs::write(file, input).expect("a file");
    let heap = Heap::watch();
    match load(file) {
        Ok(config) => {
            assert!(!config.pipelines.is_empty());
            assert!(config.pipelines.iter().filter_map(|pipeline| pipeline.module()).all(|module| config.module(module).is_some()));
        }
        Err(errors) => {
            let lines = input.iter().filter(|byte| **byte == b'\n').count() + 1;
            for mistake in errors.mistakes() {
                assert!(
                    mistake.line.is_none_or(|line| (1..=lines).contains(&line)) && !mistake.message.is_empty(),
                    "{mistake:?} of {lines} lines"
                );
            }
            let report = errors.report(false);
            assert!(errors.count() > 0 && !report.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{report}");
        }
    }
    assert!(heap.peak() <= MEMORY, "{} bytes of memory for {}", heap.peak(), input.len());
}

fn seeds() -> Vec<Seed> {
    let stock = ["demo", "flow", "proxy"].map(|name| fixture(&format!("../../config/{name}.toml")));
    let lines = |text: &str| text.split_inclusive("\n\n").map(|part| part.as_bytes().to_vec()).collect::<Vec<_>>();
    let mistakes = fixture("config/mistakes.toml");
    let parts = lines(&String::from_utf8_lossy(&mistakes));
    stock.into_iter().chain([mistakes]).chain(parts).collect()
}
