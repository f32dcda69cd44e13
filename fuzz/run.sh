#!/bin/sh
# Fuzzes one target under libFuzzer for some minutes: fuzz/run.sh TARGET MINUTES. Stable Rust and a C++ compiler are enough.
# Inputs that found something new are kept in fuzz/target/corpus/TARGET, those that show a fault in fuzz/target/faults/TARGET.
# More options of libFuzzer go into FUZZ_OPTIONS.
set -eu
cd "$(dirname "$0")"
target=${1:?a target: see README.md} minutes=${2:-10}
case $target in
    capture | content | config) workspace=host ;;
    *) workspace=guests ;;
esac
command -v c++ >/dev/null 2>&1 || { echo "fuzz: no C++ compiler, which libFuzzer is built with: install g++ or clang" >&2; exit 1; }

# What cargo-fuzz passes on a nightly compiler is known to the stable one as well.
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
# With a target named, build scripts and macros are built without it.
triple=$(rustc --print host-tuple)
RUSTFLAGS="$coverage" cargo build --release --locked --target "$triple" --features "$workspace" --bin "$workspace"

corpus=target/corpus/$target faults=target/faults/$target
mkdir -p "$corpus" "$faults"
# shellcheck disable=SC2086
FUZZ_TARGET=$target FUZZ_SEEDS=$corpus exec "target/$triple/release/$workspace" "$corpus" -max_total_time=$((minutes * 60)) -max_len=65536 \
    -timeout=20 -rss_limit_mb=1024 -artifact_prefix="$faults/" -print_final_stats=1 ${FUZZ_OPTIONS:-}
