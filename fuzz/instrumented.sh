#!/bin/sh
# rustc, called by cargo, which counts the edges of what is fuzzed: our own crates and the decoders and parsers that they feed. All else, a WebAssembly
# compiler among it, is built as always, which is quicker and leaves the counters to what matters.
set -eu
crate=
for word do
    [ "${last:-}" = --crate-name ] && crate=$word
    last=$word
done
case $crate in
    bpf | dns | flow | netflow | proxy | raw_lines | spot_lines | weir | weir_sdk) ;;
    bzip2 | flate2 | libbz2_rs_sys | lz4_flex | lzma_rust2 | lzokay | ruzstd | zlib_rs) ;;
    bytesize | globset | humantime | toml | toml_datetime | toml_parser | winnow) ;;
    *) exec "$@" ;;
esac
# What cargo-fuzz passes on a nightly compiler is known to the stable one as well.
exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1
