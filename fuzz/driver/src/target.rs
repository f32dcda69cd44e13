//! Something to be fuzzed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::seeds::Seed;

/// Time that one input may take. Inputs have at most 64 KiB, builds for coverage are slow, and the machine may be busy; who takes longer is asked again.
const PATIENCE: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;

/// Something that takes any bytes.
#[derive(Debug)]
pub struct Target {
    /// As `make fuzz TARGET=` names it.
    pub name: &'static str,
    /// Panics when it finds a fault.
    pub run: fn(&[u8]),
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Seed>,
    /// Mutated inputs of a smoke run.
    pub mutations: u32,
}

impl Target {
    /// Runs one input.
    pub fn once(&self, input: &[u8]) {
        let fastest = (0..ATTEMPTS).map(|_| self.timed(input)).find(|time| *time <= PATIENCE);
        assert!(fastest.is_some(), "an input of {} bytes took {} times longer than {PATIENCE:?}", input.len(), ATTEMPTS);
    }

    fn timed(&self, input: &[u8]) -> Duration {
        let begun = Instant::now();
        (self.run)(input);
        begun.elapsed()
    }

    /// The one that the environment variable `FUZZ_TARGET` names. Where `FUZZ_SEEDS` names a directory, its seeds are written there.
    pub fn chosen(targets: &'static [Self]) -> &'static Self {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        let known: Vec<_> = targets.iter().map(|target| target.name).collect();
        let chosen = targets.iter().find(|target| target.name == name);
        let target = chosen.unwrap_or_else(|| panic!("FUZZ_TARGET is `{name}`, expected one of {}", known.join(", ")));
        if let Some(directory) = std::env::var_os("FUZZ_SEEDS") {
            target.write_seeds(Path::new(&directory));
        }
        target
    }

    fn write_seeds(&self, directory: &Path) {
        fs::create_dir_all(directory).expect("the directory of seeds");
        for (number, seed) in (self.seeds)().iter().enumerate() {
            fs::write(directory.join(format!("seed-{number:04}")), seed).expect("a seed");
        }
    }

    /// Inputs that once showed a fault, in the order of their names.
    pub fn regressions(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../regressions").join(self.name);
        let mut files: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        files.sort();
        files.into_iter().map(|path| (path.clone(), fs::read(&path).expect("a regression"))).collect()
    }
}
