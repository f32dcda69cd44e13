#!/usr/bin/env bash
# Packets of a topic into a packet store, beside a bare consumer of the same messages. The broker runs on another core. CPU time counts all threads of a
# process, librdkafka's own too; what goes on in the broker is not in it.
#   PACKETS=N      packets of 700 bytes (1000000)
#   PARTITIONS=N   of the topic (4)
source "$(dirname "$0")/measure.sh"
need java default-jre-headless
packets=${PACKETS:-1000000} partitions=${PARTITIONS:-4}
broker=$work/broker consume=$PWD/target/release/examples/kafka_consume
[ -x "$consume" ] || cargo build --release --example kafka_consume
rm -rf "$broker" "$work/spout" && mkdir -p "$work/spout"
mkfifo "$work/spout/hold"
services/kafka/broker.sh "$broker" <"$work/spout/hold" >"$work/spout/address" &
pid=$!
exec {hold}>"$work/spout/hold"
trap 'exec {hold}>&-; wait "$pid" 2>/dev/null || true; rm -rf "$broker" "$work/spout"' EXIT
until [ -s "$work/spout/address" ]; do
    kill -0 "$pid" 2>/dev/null || fail "no broker"
    sleep 0.2
done
address=$(cat "$work/spout/address")

# A capture of equal frames whose times rise by a microsecond.
python3 - "$packets" >"$work/spout/frames.pcap" <<'P'
import struct, sys
out, frame = sys.stdout.buffer, bytes(range(250)) * 2 + bytes(200)
out.write(struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
for n in range(int(sys.argv[1])):
    out.write(struct.pack("<IIII", 1500000000 + n // 1000000, n % 1000000, 700, 700) + frame)
P
cat >"$work/spout/spout.toml" <<C
[pipelines.spout]
source.kafka = { brokers = "$address", topic = "bench", format = "packets", start = "earliest" }
sink.packet-store = { path = "$work/out" }
C
send=("$weir" pcap send "$work/spout/frames.pcap" -b "$address" -t bench --create "$partitions" --statistics 0)
spout=("$weir" run "$work/spout/spout.toml" --once)
bare=("$consume" "$address" bench)
rounds=1 in_turn send
echo "== $packets packets of 700 bytes, a topic of $partitions partitions"
rounds=1 row send 'weir pcap send: capture to the topic' "$packets" packets
in_turn spout bare
row bare 'bare consumer' "$packets" packets
row spout 'spout: topic to sequence files' "$packets" packets
