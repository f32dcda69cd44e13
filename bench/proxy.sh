#!/usr/bin/env bash
# Blue Coat's access log to Parquet with Spot's 28 columns, beside mawk that counts one column.
#   WEIR_BENCH_LOG=FILE  a log in Blue Coat's format `main`; else LOG_LINES (1000000) made lines
# mawk takes the longer the more values a column has, so it counts two: the clients' addresses, of which there are many, and its tenth field (there
# are blanks within the fields of such a log), of which there are few.
source "$(dirname "$0")/measure.sh"
need mawk mawk
count=${LOG_LINES:-1000000}
input WEIR_BENCH_LOG "$work/in/bluecoat-$count.log" bluecoat --lines "$count" --out
count=$(grep -vc '^#' "$input")
echo "== proxy log to Parquet: $count lines, $(du -hL "$input" | cut -f1); $(mawk -W version 2>&1 | head -n 1)"

proxy=("$weir" run "$(pipeline proxy "$input")" --once)
clients=(mawk '{ n[$4]++ } END { for (k in n) print k, n[k] }' "$input")
tenth=(mawk '{ n[$10]++ } END { for (k in n) print k, n[k] }' "$input")
in_turn proxy clients tenth
row proxy weir "$count" lines
row clients 'mawk counting clients' "$count" lines
row tenth 'mawk counting its 10th field' "$count" lines
rate proxy "$count" 0.5 lines
times proxy clients 'mawk counting clients' 1
times proxy tenth 'mawk counting its 10th field' 1
