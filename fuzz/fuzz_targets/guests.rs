//! The targets of `guests/` under libFuzzer. `FUZZ_TARGET` names one, and where `FUZZ_SEEDS` is set its seeds are written there first.
#![no_main]

use std::sync::LazyLock;

use fuzz_guests::TARGETS;
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<&fuzz_driver::Target> = LazyLock::new(|| fuzz_driver::Target::chosen(&TARGETS));

fuzz_target!(init: LazyLock::force(&TARGET), |input: &[u8]| TARGET.once(input));
