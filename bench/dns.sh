#!/usr/bin/env bash
# DNS from a capture to Parquet, beside tshark with the options that Spot's configuration ships.
#   WEIR_BENCH_CAPTURE=FILE  a capture; else PACKETS (1000000) made packets, a third of them DNS: as they are, and the DNS alone
source "$(dirname "$0")/measure.sh"
need tshark tshark
need capinfos wireshark-common
spot=(-E separator=, -E header=y -E occurrence=f -T fields -e frame.time -e frame.time_epoch -e frame.len -e ip.src -e ip.dst -e dns.resp.name
    -e dns.resp.type -e dns.resp.class -e dns.flags.rcode -e dns.a 'dns.flags.response == 1')

compare() { # TITLE
    local count
    count=$(capinfos -MTcr "$input" | cut -f 2)
    echo "== DNS to Parquet: $count packets, $1, $(du -hL "$input" | cut -f1); $(tshark --version 2>/dev/null | sed -n 's/^\(TShark[^ ]* ([^)]*) [0-9.]*\).*/\1/p')"
    dns=("$weir" run "$(pipeline dns "$input")" --once)
    tshark=(tshark -r "$input" "${spot[@]}")
    in_turn dns tshark
    row dns weir "$count" packets
    row tshark "tshark with Spot's fields" "$count" packets
    times dns tshark tshark 50
}

count=${PACKETS:-1000000}
input WEIR_BENCH_CAPTURE "$work/in/$count.pcap" pcap --packets "$count" --out
compare "$([ -z "${WEIR_BENCH_CAPTURE:-}" ] && echo 'a third of them DNS' || echo 'as given')"
if [ -z "${WEIR_BENCH_CAPTURE:-}" ]; then
    need tcpdump tcpdump
    [ -e "$work/in/$count-dns.pcap" ] || tcpdump -r "$input" -w "$work/in/$count-dns.pcap" port 53 2>/dev/null
    input=$work/in/$count-dns.pcap
    compare 'DNS alone'
fi
