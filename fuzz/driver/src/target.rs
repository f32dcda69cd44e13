//! Something to be fuzzed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::seeds::Seed;

/// Processor time that one input may take. Inputs have at most 64 KiB, and builds for coverage are slow.
const PATIENCE: Duration = Duration::from_secs(2);

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
    /// Runs one input; once more, with the processor's clock, if it seems to have taken too long.
    pub fn once(&self, input: &[u8]) {
        let begun = Instant::now();
        (self.run)(input);
        if begun.elapsed() > PATIENCE {
            let before = processor_time();
            (self.run)(input);
            let taken = processor_time() - before;
            assert!(taken <= PATIENCE, "an input of {} bytes took {taken:?}", input.len());
        }
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

/// Of this thread, as far as Linux tells it.
fn processor_time() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default())
}
