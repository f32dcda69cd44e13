#!/usr/bin/env bash
# What the sandbox costs: the flow module's source, native and in the sandbox, over the same file.
#   WEIR_BENCH_FLOWS=FILE  an nfcapd file; else FLOWS (1000000) made flows
source "$(dirname "$0")/measure.sh"
count=${FLOWS:-1000000}
input WEIR_BENCH_FLOWS "$work/in/nfcapd.$count" nfcapd --flows "$count" --compress lz4 --rate 20000 --dir
echo "== the parser alone: the same source and file, native and in the sandbox"
export WEIR_BENCH_INPUT=$input
# Builds print where the program is; run from here so that both find the core free.
program() { sed -n 's/.*Executable .*(\(.*\))$/\1/p' | tail -n 1; }
sandbox=$(cargo bench --locked --bench boundary --no-run 2>&1 | program)
native=guests/$(cd guests && cargo bench --locked -p flow --bench native --no-run 2>&1 | program)
[ -x "$sandbox" ] && [ -x "$native" ] || fail "the benches do not build: cargo bench --no-run"
measured() { taskset -c "$core" "$@" --bench --noplot 2>/dev/null; }
rm -f "$work"/*.new
for ((round = 0; round < rounds; round++)); do
    measured "$native" >>"$work/native.new"
    measured "$sandbox" >>"$work/sandbox.new"
done
# Criterion's own median stands in the middle of the three: the middle of the runs' medians.
median() { sed -n "s/.*$1: *\[[^ ]* [^ ]* \([0-9.]* [^ ]*\) .*/\1/p" "$2" | sort -n | sed -n "$(((rounds + 1) / 2))p"; }
rows() { median thrpt "$work/$1.new" | awk '{ print $1 * ($2 == "Kelem/s" ? 1e3 : $2 == "Melem/s" ? 1e6 : 1) }'; }
awk -v native="$(rows native)" -v sandbox="$(rows sandbox)" 'BEGIN {
    printf "native   %5.2f M rows/s  %4.0f ns a row\n", native / 1e6, 1e9 / native
    printf "sandbox  %5.2f M rows/s  %4.0f ns a row, with every column checked and in Arrow\n", sandbox / 1e6, 1e9 / sandbox
    printf "sandbox / native %.2f (to reach: 0.70)\n", sandbox / native }'
echo "a call with nothing to do: $(grep -A3 '^sandbox/call' "$work/sandbox.new" >"$work/call.new"; median time "$work/call.new")"
rm -f "$work"/*.new
