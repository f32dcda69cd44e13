#!/bin/sh
# make bench: what the boundary costs, and nfcapd to Parquet beside `nfdump -o csv`, on the same cores in the same run.
# Needs nfdump (Debian: apt-get install nfdump). Input: WEIR_BENCH_INPUT=FILE, or FLOWS made flows (needs python3 with numpy).
set -eu
cd "$(dirname "$0")/.."
FLOWS=${FLOWS:-4000000}
work=target/bench
mkdir -p "$work/in"

command -v nfdump >/dev/null 2>&1 || { echo "bench: no nfdump: apt-get install nfdump" >&2; exit 1; }

input=${WEIR_BENCH_INPUT:-}
if [ -z "$input" ]; then
    input=$work/in/nfcapd.$FLOWS
    if [ ! -e "$input" ]; then
        made=$(mktemp -d)
        python3 ../shared/tools/gen_big.py nfcapd --flows "$FLOWS" --dir "$made" --compress lz4 --rate 20000 >/dev/null
        mv "$made"/nfcapd.* "$input"
        rmdir "$made"
    fi
fi
flows=$(nfdump -r "$input" -I | sed -n 's/^Flows: *//p')

echo "== the boundary: native against sandbox, the same source"
WEIR_BENCH_INPUT=$(realpath "$input") cargo bench --quiet --bench boundary 2>/dev/null | grep -E 'time:|^[a-z]' || true
(cd guests && WEIR_BENCH_INPUT=$(realpath "../$input" 2>/dev/null || echo "$input") cargo bench --quiet -p flow --bench native 2>/dev/null | grep -E 'time:|^[a-z]') || true

echo "== nfcapd to Parquet, $flows flows, $(du -h "$input" | cut -f1) of LZ4"
sed "s#@INPUT@#$(realpath "$input")#" bench/bench.toml >"$work/bench.toml"
measure() { # name, command…: prints CPU seconds, wall seconds and peak memory
    name=$1; shift
    /usr/bin/time -f "%U %S %e %M" -o "$work/$name.time" "$@" >"$work/$name.out" 2>"$work/$name.err"
    awk -v name="$name" -v flows="$flows" '{ cpu = $1 + $2; printf "%-8s %6.2f s CPU  %6.2f s wall  %4d MiB peak  %9.0f flows per CPU second\n", name, cpu, $3, $4 / 1024, flows / cpu }' "$work/$name.time"
}
for round in 1 2 3; do
    rm -rf "$work/out"
    measure weir target/release/weir run "$work/bench.toml" --once
    measure nfdump sh -c "nfdump -r '$input' -q -o csv >/dev/null"
    awk 'NR == FNR { weir = $1 + $2; next } { printf "weir takes %.3f of the CPU time: %.1f times as many flows per CPU second\n", weir / ($1 + $2), ($1 + $2) / weir }' "$work/weir.time" "$work/nfdump.time"
done
