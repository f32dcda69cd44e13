#!/usr/bin/env bash
# What the sandbox costs: each parser's source natively and in the sandbox, over the same input. The sandbox's time is that of the calls: the copy of
# the input into the module, the parse, the copy of its columns out. What the host does with them after that is shown apart.
#   WEIR_BENCH_FLOWS=FILE    an nfcapd file; else FLOWS (1000000) made flows
#   WEIR_BENCH_CAPTURE=FILE  a capture for dns; else PACKETS (1000000) made packets, a third of them DNS
#   WEIR_BENCH_NETFLOW=FILE  a capture of exports for netflow, which is left out without one
#   WEIR_BENCH_LOG=FILE      a log in Blue Coat's format `main`; else LOG_LINES (1000000) made lines
source "$(dirname "$0")/measure.sh"
flows=${FLOWS:-1000000}
packets=${PACKETS:-1000000}
lines=${LOG_LINES:-1000000}
# Builds print where the program is; run from here so that both find the core free.
program() { sed -n 's/.*Executable .*(\(.*\))$/\1/p' | tail -n 1; }
sandbox=$(cargo bench --locked --bench boundary --no-run 2>&1 | program)
[ -x "$sandbox" ] || fail "the bench does not build: cargo bench --bench boundary --no-run"
measured() { taskset -c "$core" "$@" --bench --noplot 2>/dev/null; }
# rates NAME FILE: rows a second of a benchmark, the middle of all runs: criterion's own median stands in the middle of three.
rates() {
    grep -A4 "^$1 *\(time:\|\$\)" "$2" | sed -n 's/.*thrpt: *\[[^ ]* [^ ]* \([0-9.]*\) \([KM]\)elem.*/\1 \2/p' |
        awk '{ print $1 * ($2 == "K" ? 1e3 : 1e6) }' | sort -g | sed -n "$(((rounds + 1) / 2))p"
}

compare() { # PARSER
    local parser=$1 native round
    export WEIR_BENCH_INPUT=$input WEIR_BENCH_MODULE=$parser
    native=guests/$(cd guests && cargo bench --locked -p "$parser" --bench native --no-run 2>&1 | program)
    [ -x "$native" ] || fail "the bench does not build: cargo bench -p $parser --bench native --no-run"
    rm -f "$work"/*.new
    for ((round = 0; round < rounds; round++)); do
        measured "$native" >>"$work/native.new"
        measured "$sandbox" >>"$work/sandbox.new"
    done
    awk -v parser="$parser" -v native="$(rates native/row "$work/native.new")" -v sandbox="$(rates sandbox/parser "$work/sandbox.new")" \
        -v checked="$(rates sandbox/row "$work/sandbox.new")" 'BEGIN {
        printf "%-8s native %4.0f ns a row, sandbox %4.0f: %.2f", parser, 1e9 / native, 1e9 / sandbox, sandbox / native
        printf "; %4.0f with every column checked and in Arrow\n", 1e9 / checked }'
}

echo "== the parser alone: the same source and input, natively and in the sandbox (to reach: 0.70, flow)"
input WEIR_BENCH_FLOWS "$work/in/nfcapd.$flows" nfcapd --flows "$flows" --compress lz4 --rate 20000 --dir
compare flow
input WEIR_BENCH_CAPTURE "$work/in/$packets.pcap" pcap --packets "$packets" --out
compare dns
if [ -n "${WEIR_BENCH_NETFLOW:-}" ]; then
    input=$(realpath "$WEIR_BENCH_NETFLOW")
    compare netflow
fi
input WEIR_BENCH_LOG "$work/in/bluecoat-$lines.log" bluecoat --lines "$lines" --out
compare proxy
echo "a call with nothing to do: $(sed -n 's/^sandbox\/call *time: *\[[^ ]* [^ ]* \([^ ]* [^ ]*\).*/\1/p' "$work/sandbox.new" | head -n 1)"
rm -f "$work"/*.new
