#!/bin/sh
# Fuzzes one target under libFuzzer for some minutes: fuzz/run.sh TARGET MINUTES. Stable Rust and a C++ compiler are enough.
# Inputs that found something new are kept in fuzz/target/corpus/TARGET, one that shows a fault in fuzz/target/faults/TARGET.
# More options of libFuzzer go into FUZZ_OPTIONS.
set -eu
cd "$(dirname "$0")"
target=${1:?a target: see README.md} minutes=${2:-10}
case $target in
    capture | content | config) workspace=host ;;
    *) workspace=guests ;;
esac
command -v c++ >/dev/null 2>&1 || { echo "fuzz: no C++ compiler, which libFuzzer is built with: install g++ or clang" >&2; exit 1; }
RUSTC_WRAPPER="$PWD/instrumented.sh" cargo build --release --locked --target-dir "target/$workspace" --features "$workspace" --bin "$workspace"

corpus=target/corpus/$target faults=target/faults/$target
mkdir -p "$corpus" "$faults"
# shellcheck disable=SC2086
FUZZ_TARGET=$target FUZZ_SEEDS=$corpus exec "target/$workspace/release/$workspace" "$corpus" -max_total_time=$((minutes * 60)) -max_len=65536 \
    -timeout=20 -rss_limit_mb=1024 -artifact_prefix="$faults/" -print_final_stats=1 ${FUZZ_OPTIONS:-}
