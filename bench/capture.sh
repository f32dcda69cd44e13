#!/usr/bin/env bash
# A capture through a trivial filter, beside tcpdump.
#   WEIR_BENCH_CAPTURE=FILE  a capture; else PACKETS (1000000) made packets
source "$(dirname "$0")/measure.sh"
need tcpdump tcpdump
echo "== a capture through a filter, counted"
"$weir" pcap filter --help >/dev/null 2>&1 || { echo "not compared: this weir has no command 'pcap filter'"; exit 0; }
