//! What fuzzing needs, whatever is fuzzed: targets with their seeds, a watch over memory and time, and the smoke run, which needs no fuzzer.
//!
//! A target is a function that takes any bytes and panics when it finds a fault. The same functions run under libFuzzer (`fuzz/run.sh`) and in an
//! ordinary test ([`Target::smoke`]).
#![expect(clippy::panic, clippy::expect_used, reason = "a fault is shown by a panic")]

mod cost;
mod mutation;
mod seeds;
mod smoke;
mod target;

pub use cost::Heap;
pub use seeds::{Seed, corpus, corpus_text, fixture, fixtures};
pub use target::Target;
