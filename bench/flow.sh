#!/usr/bin/env bash
# nfcapd to Parquet, beside `nfdump -o csv`.
#   WEIR_BENCH_FLOWS=FILE  an nfcapd file; else FLOWS (1000000) made flows, LZ4, for which the generator starts nfcapd
source "$(dirname "$0")/measure.sh"
need nfdump nfdump
count=${FLOWS:-1000000}
input WEIR_BENCH_FLOWS "$work/in/nfcapd.$count" nfcapd --flows "$count" --compress lz4 --rate 20000 --dir
count=$(nfdump -r "$input" -I | sed -n 's/^Flows: *//p')
echo "== nfcapd to Parquet: $count flows, $(du -hL "$input" | cut -f1); $(nfdump -V 2>&1 | grep -o 'Version: *[^ ]*' | head -n 1)"

flow=("$weir" run "$(pipeline flow "$input")" --once)
nfdump=(nfdump -r "$input" -q -o csv)
in_turn flow nfdump
row flow weir "$count" flows
row nfdump 'nfdump -o csv' "$count" flows
rate flow "$count" 1 flows
times flow nfdump nfdump 5
