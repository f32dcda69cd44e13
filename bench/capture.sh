#!/usr/bin/env bash
# A capture through a trivial filter, beside tcpdump: counted by both, and written by both. Neither prints packets, and both read a file that is in memory.
#   WEIR_BENCH_CAPTURE=FILE  a capture; else PACKETS (3000000) made packets
#   WEIR_BENCH_FILTER=EXPR   the filter (tcp)
source "$(dirname "$0")/measure.sh"
need tcpdump tcpdump
need capinfos wireshark-common
count=${PACKETS:-3000000}
filter=${WEIR_BENCH_FILTER:-tcp}
input WEIR_BENCH_CAPTURE "$work/in/$count.pcap" pcap --packets "$count" --out
count=$(capinfos -MTcr "$input" | cut -f 2)
echo "== a capture through \`$filter\`: $count packets, $(du -hL "$input" | cut -f1); $(tcpdump --version 2>&1 | sed -n 's/^tcpdump/&/p; s/^libpcap/&/p' | paste -sd ' ')"

# Start-up is a run over a capture without packets. The module is compiled, once, before anything is measured: it is kept from then on.
head -c 24 "$input" >"$work/in/none.pcap"
start=("$weir" pcap filter "$filter" "$work/in/none.pcap" --count)
counted=("$weir" pcap filter "$filter" "$input" --count)
written=("$weir" pcap filter "$filter" "$input" -w /dev/null)
tcpdump_counted=(tcpdump -r "$input" --count "$filter")
tcpdump_written=(tcpdump -r "$input" -w /dev/null "$filter")
"${start[@]}" >/dev/null
ours=$("${counted[@]}")
theirs=$("${tcpdump_counted[@]}" 2>/dev/null | cut -d ' ' -f 1)
[ "$ours" = "$theirs" ] || fail "weir selects $ours packets, and tcpdump $theirs"
in_turn start counted tcpdump_counted written tcpdump_written
row start "weir, no packets (start-up)" 0 packets
row counted "weir, counted" "$count" packets
row tcpdump_counted "tcpdump, counted" "$count" packets
row written "weir, written" "$count" packets
row tcpdump_written "tcpdump, written" "$count" packets
times counted tcpdump_counted 'tcpdump --count' 2
times written tcpdump_written 'tcpdump -w' 2
