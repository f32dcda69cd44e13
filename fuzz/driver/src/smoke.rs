//! The smoke run: what once failed, every seed as it is, and so many seeds mutated by a fixed sequence of numbers.
//!
//! Seeds are those of the fixtures alone where the corpus is missing, so the sequence belongs to the seeds that there are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use fastrand::Rng;

use crate::Target;
use crate::mutation::mutate;

/// Where the sequence of numbers begins.
const START: u64 = 0x7765_6972;
/// Longest input: what libFuzzer is told, too.
const LONGEST: usize = 64 << 10;

/// Heap and time are those of the process.
static TURN: Mutex<()> = Mutex::new(());

impl Target {
    /// Runs it all.
    pub fn smoke(&self) {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        for (path, input) in self.regressions() {
            self.reported(&input, &path.display().to_string());
        }
        let seeds = (self.seeds)();
        for (number, seed) in seeds.iter().enumerate() {
            self.reported(seed, &format!("seed {number}"));
        }
        let mut numbers = Rng::with_seed(START);
        for number in 0..self.mutations {
            let (Some(seed), Some(other)) = (numbers.choice(&seeds), numbers.choice(&seeds)) else { return };
            let input = mutate(seed, other, LONGEST, &mut numbers);
            self.reported(&input, &format!("input {number}"));
        }
    }

    /// Runs one input. One that shows a fault is written to the temporary directory, so that it can be kept.
    fn reported(&self, input: &[u8], what: &str) {
        if let Err(fault) = catch_unwind(AssertUnwindSafe(|| self.once(input))) {
            let kept = std::env::temp_dir().join(format!("fuzz-{}", self.name));
            let written = std::fs::write(&kept, input);
            eprintln!("{}: {what} shows a fault; it is in {} ({written:?})", self.name, kept.display());
            std::panic::resume_unwind(fault);
        }
    }
}
