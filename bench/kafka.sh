#!/usr/bin/env bash
# Through Kafka: a listener beside a bare consumer of the same messages, and a collector beside the same parsing into a table. The broker runs on another
# core. CPU time counts all threads of a process, librdkafka's own too; what goes on in the broker is not in it.
#   ROWS=N         lines of Spot's flow (2000000)
#   PARTITIONS=N   of the topic (4)
# Then the same rows as Arrow IPC streams, and two listeners that share the partitions beside one, on all cores: what counts there is wall time too, so the
# machine should have nothing else to do.
source "$(dirname "$0")/measure.sh"
need java default-jre-headless
rows=${ROWS:-2000000} partitions=${PARTITIONS:-4}
broker=$work/broker consume=$PWD/target/release/examples/kafka_consume
[ -x "$consume" ] || cargo build --release --example kafka_consume
rm -rf "$broker" "$work/kafka" && mkdir -p "$work/kafka/in"
mkfifo "$work/kafka/hold"
services/kafka/broker.sh "$broker" <"$work/kafka/hold" >"$work/kafka/address" &
pid=$!
exec {hold}>"$work/kafka/hold"
trap 'exec {hold}>&-; wait "$pid" 2>/dev/null || true; rm -rf "$broker" "$work/kafka"' EXIT
until [ -s "$work/kafka/address" ]; do
    kill -0 "$pid" 2>/dev/null || fail "no broker"
    sleep 0.2
done
address=$(cat "$work/kafka/address")

awk -v rows="$rows" 'BEGIN { for (n = 0; n < rows; n++) {
    m = int(n / rows * 60); s = n % 60
    printf "2017-11-03 14:%02d:%02d,2017,11,3,14,%d,%d,%.3f,10.%d.%d.%d,192.168.%d.%d,%d,443,TCP,.AP.SF,0,0,%d,%d,10,9000,3,4,0,0,0,0,192.168.1.1\n",
        m, s, m, s, n % 9000 / 1000, n % 7, n % 251, n % 253, n % 3, n % 199, n % 60000 + 1024, n % 40, n % 90000 } }' >"$work/kafka/in/flows.csv"

source_="source.directory = { path = \"$work/kafka/in\", settle = \"0s\" }"
parser="parser = \"spot-lines\"
options = { type = \"flow\" }"
sink="sink.table = { path = \"$work/out\" }"
cat >"$work/collector.toml" <<C
[pipelines.collector]
$source_
$parser
sink.kafka = { brokers = "$address", topic = "bench", state = "$work/out", create = { partitions = $partitions } }
C
printf '[pipelines.direct]\n%s\n%s\n%s\n' "$source_" "$parser" "$sink" >"$work/direct.toml"
# A group and a table of its own each time, for the topic is read again.
cat >"$work/listener.toml" <<C
[pipelines.listener]
source.kafka = { brokers = "$address", topic = "bench", start = "earliest" }
$parser
$sink
C

collector=("$weir" run "$work/collector.toml" --once)
direct=("$weir" run "$work/direct.toml" --once)
rounds=1 in_turn collector
echo "== $rows lines of Spot's flow through a topic of $partitions partitions: $(du -h "$work/kafka/in/flows.csv" | cut -f1)"
rounds=1 row collector 'collector: csv to the topic' "$rows" rows
listener=("$weir" run "$work/listener.toml" --once)
bare=("$consume" "$address" bench)
in_turn listener bare direct
row bare 'bare consumer' "$rows" rows
row direct 'csv to the table, no topic' "$rows" rows
row listener 'listener: topic to the table' "$rows" rows
# What the table costs is not the listener's: consumption is what is left of its time.
awk -v listener="${cpu[listener]}" -v direct="${cpu[direct]}" -v bare="${cpu[bare]}" 'BEGIN {
    own = listener - direct
    printf "the listener takes %.2f s CPU more than the same rows from a file; the bare consumer takes %.2f s\n", own, bare }'

# The same rows with no line to print and none to parse.
cat >"$work/rows-collector.toml" <<C
[pipelines.collector]
$source_
$parser
sink.kafka = { brokers = "$address", topic = "rows", state = "$work/out", format = "arrow", create = { partitions = $partitions } }
C
cat >"$work/rows-listener.toml" <<C
[pipelines.listener]
source.kafka = { brokers = "$address", topic = "rows", start = "earliest", format = "arrow" }
$sink
C
rows_to=("$weir" run "$work/rows-collector.toml" --once)
rows_from=("$weir" run "$work/rows-listener.toml" --once)
rounds=1 in_turn rows_to
rounds=1 row rows_to 'collector: csv to arrow' "$rows" rows
in_turn rows_from
row rows_from 'listener of arrow' "$rows" rows

# One listener and two of one group and one table.
sed 's/pipelines.listener/pipelines.other/' "$work/listener.toml" >"$work/other.toml"
core=0-$(($(nproc) - 1))
one=("$weir" run "$work/listener.toml" --once)
two=(bash -c '"$0" run "$1" --once & first=$!; "$0" run "$2" --once; wait "$first"' "$weir" "$work/listener.toml" "$work/other.toml")
in_turn one two
row one 'one listener' "$rows" rows
row two 'two listeners' "$rows" rows
awk -v rows="$rows" -v one="$(middle one | cut -d ' ' -f 2)" -v two="$(middle two | cut -d ' ' -f 2)" 'BEGIN {
    printf "one listener: %.2f M rows/s, two: %.2f M rows/s (wall, start and end of the group included)\n", rows / one / 1e6, rows / two / 1e6 }'
