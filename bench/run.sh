#!/usr/bin/env bash
# make bench: what the sandbox costs, then nfcapd to Parquet beside `nfdump -o csv`, in turn on one core.
#   WEIR_BENCH_INPUT=FILE  an nfcapd file; else FLOWS (1000000) made flows, with WEIR_BENCH_GENERATOR (needs python3 with numpy)
#   WEIR_BENCH_CPU=N       the core (0)
# Needs nfdump (Debian: apt-get install nfdump), and GNU time for the peak memory.
set -euo pipefail
cd "$(dirname "$0")/.."
flows=${FLOWS:-1000000}
generator=${WEIR_BENCH_GENERATOR:-../shared/tools/gen_big.py}
core=${WEIR_BENCH_CPU:-0}
rounds=3
work=$PWD/target/bench
mkdir -p "$work/in"

fail() { echo "bench: $*" >&2; exit 1; }
command -v nfdump >/dev/null || fail "no nfdump: apt-get install nfdump"
[ -x /usr/bin/time ] || echo "bench: no /usr/bin/time, so no peak memory: apt-get install time" >&2

input=${WEIR_BENCH_INPUT:-$work/in/nfcapd.$flows}
if [ ! -e "$input" ]; then
    [ -z "${WEIR_BENCH_INPUT:-}" ] || fail "no file $input"
    [ -e "$generator" ] || fail "no generator $generator: name an nfcapd file in WEIR_BENCH_INPUT"
    echo "making $flows flows, 20000 a second"
    made=$(mktemp -d)
    python3 "$generator" nfcapd --flows "$flows" --dir "$made" --compress lz4 --rate 20000 >/dev/null
    mv "$made"/nfcapd.* "$input"
    rm -rf "$made"
fi
input=$(realpath "$input")
flows=$(nfdump -r "$input" -I | sed -n 's/^Flows: *//p')
echo "input: $flows flows, $(du -h "$input" | cut -f1); core $core of $(nproc); $(nfdump -V 2>&1 | grep -o 'Version: *[^ ]*' | head -n 1)"

echo
echo "== the parser alone: the same source and file, native and in the sandbox"
export WEIR_BENCH_INPUT=$input
# Builds print where the program is; run from here so that both find the core free.
program() { sed -n 's/.*Executable .*(\(.*\))$/\1/p' | tail -n 1; }
sandbox=$(cargo bench --locked --bench boundary --no-run 2>&1 | program)
native=guests/$(cd guests && cargo bench --locked -p flow --bench native --no-run 2>&1 | program)
[ -x "$sandbox" ] && [ -x "$native" ] || fail "the benches do not build: cargo bench --no-run"
measured() { taskset -c "$core" "$@" --bench --noplot 2>/dev/null; }
for _ in $(seq $rounds); do
    measured "$native" >>"$work/native.new"
    measured "$sandbox" >>"$work/sandbox.new"
done
# Criterion's own median stands in the middle of the three: the middle of the runs' medians.
middle() { sed -n "s/.*$1: *\[[^ ]* [^ ]* \([0-9.]* [^ ]*\) .*/\1/p" "$2" | sort -n | sed -n "$(((rounds + 1) / 2))p"; }
rows() { middle thrpt "$work/$1.new" | awk '{ print $1 * ($2 == "Kelem/s" ? 1e3 : $2 == "Melem/s" ? 1e6 : 1) }'; }
awk -v native="$(rows native)" -v sandbox="$(rows sandbox)" 'BEGIN {
    printf "native   %5.2f M rows/s  %4.0f ns a row\n", native / 1e6, 1e9 / native
    printf "sandbox  %5.2f M rows/s  %4.0f ns a row, with every column checked and in Arrow\n", sandbox / 1e6, 1e9 / sandbox
    printf "sandbox / native %.2f (to reach: 0.70)\n", sandbox / native }'
echo "a call with nothing to do: $(grep -A3 '^sandbox/call' "$work/sandbox.new" >"$work/call.new"; middle time "$work/call.new")"
rm -f "$work"/*.new

echo
echo "== nfcapd to Parquet, and nfdump -o csv"
sed "s#@DIRECTORY@#$(dirname "$input")#; s#@NAME@#$(basename "$input")#; s#@OUT@#$work/out#" bench/bench.toml >"$work/bench.toml"
timed() { # user, system and wall seconds, peak KiB
    if [ -x /usr/bin/time ]; then
        taskset -c "$core" /usr/bin/time -f '%U %S %e %M' -o "$work/time" "$@"
    else
        local TIMEFORMAT='%U %S %R 0'
        { time taskset -c "$core" "$@" 2>"$work/err" >"$work/said"; } 2>"$work/time"
    fi
}
: >"$work/weir.times"
: >"$work/nfdump.times"
for _ in $(seq $rounds); do
    rm -rf "$work/out"
    timed target/release/weir run "$work/bench.toml" --once >"$work/said" 2>"$work/err" || fail "weir failed, see $work/err"
    cat "$work/time" >>"$work/weir.times"
    timed nfdump -r "$input" -q -o csv >/dev/null 2>"$work/err" || fail "nfdump failed, see $work/err"
    cat "$work/time" >>"$work/nfdump.times"
done
middle_run() { awk '{ print $1 + $2, $3, $4 }' "$work/$1.times" | sort -n | sed -n "$(((rounds + 1) / 2))p"; }
read -r weir_cpu weir_wall weir_peak <<<"$(middle_run weir)"
read -r dump_cpu dump_wall dump_peak <<<"$(middle_run nfdump)"
awk -v flows="$flows" -v a="$weir_cpu $weir_wall $weir_peak" -v b="$dump_cpu $dump_wall $dump_peak" '
    function line(name, of) { split(of, f, " "); printf "%-7s %6.2f s CPU  %6.2f s wall  %4d MiB peak  %5.2f M flows per CPU second\n", name, f[1], f[2], f[3] / 1024, flows / f[1] / 1e6; return f[1] }
    BEGIN {
        weir = line("weir", a); nfdump = line("nfdump", b)
        printf "weir does %.1f times the work of nfdump in a CPU second (to reach: 5, 1.00 M flows, below 256 MiB)\n", nfdump / weir }'
echo "medians of $rounds runs in turn; output $(du -sh "$work/out" | cut -f1)"
rm -rf "$work/out"
