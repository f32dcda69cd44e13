#!/usr/bin/env bash
# One Apache Kafka broker (KRaft, its own controller) on 127.0.0.1, for tests and for trying things out.
#
#   broker.sh DIR [PORT]
#
# Keeps its data, settings and log in DIR, and the port it chose at the first start. Prints its address once it takes connections, then runs until
# its standard input ends: whoever holds the other end of that pipe may die in any way, and the broker goes with it. The broker's process id is in DIR/pid.
# Of the environment it takes KAFKA_PROPERTIES, a file of further broker settings of which the later one counts ($DIR in it is DIR, $PORT, $PORT1 to
# $PORT3 are its ports), and KAFKA_USER, NAME:PASSWORD of a user for SCRAM, made at the first start.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
lib=${KAFKA_LIB:-$here/../../target/services/kafka/lib}
die() { echo "broker.sh: $*" >&2; exit 1; }
[ $# -ge 1 ] || die "usage: broker.sh DIR [PORT]"
command -v java >/dev/null || die "no java: run ./setup.sh"
mkdir -p "$1" "$lib"
dir=$(cd "$1" && pwd) lib=$(cd "$lib" && pwd)

fetch() {
    command -v mvn >/dev/null || die "no mvn: run ./setup.sh"
    mvn -B -q -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$lib" >&2 || die "maven could not fetch the broker"
    touch "$lib/complete"
}

[ -e "$lib/complete" ] || (flock 9 && { [ -e "$lib/complete" ] || fetch; }) 9>"$lib/lock"

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the ports that the system hands out by itself, so that no client of the same moment gets one of them.
choose() {
    local port try
    for try in $(seq 100); do
        port=$((10000 + (RANDOM * 32768 + RANDOM) % 20000 / 8 * 8))
        for try in 0 1 2 3 4; do is_free $((port + try)) || continue 2; done
        echo "$port" && return
    done
    die "no free port"
}

[ -e "$dir/port" ] || echo "${2:-$(choose)}" >"$dir/port"
port=$(cat "$dir/port")
controller=$((port + 4))

# Retention counts from a message's own time, which is that of its rows: with Kafka's seven days, rows of last year would be gone within minutes.
cat >"$dir/server.properties" <<P
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
controller.quorum.bootstrap.servers=127.0.0.1:$controller
log.dirs=$dir/data
auto.create.topics.enable=false
log.retention.ms=-1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
group.consumer.min.heartbeat.interval.ms=300
group.consumer.heartbeat.interval.ms=500
group.consumer.min.session.timeout.ms=2000
group.consumer.session.timeout.ms=3000
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
P
if [ -n "${KAFKA_PROPERTIES:-}" ]; then
    sed -e "s|\$PORT1|$((port + 1))|g; s|\$PORT2|$((port + 2))|g; s|\$PORT3|$((port + 3))|g; s|\$PORT|$port|g; s|\$CONTROLLER|$controller|g; s|\$DIR|$dir|g" \
        "$KAFKA_PROPERTIES" >>"$dir/server.properties"
fi
cat >"$dir/log4j2.properties" <<'P'
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1} %m%n
P

# The first compiler alone: a test's broker does not live long enough for the second to pay.
java=(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp "$lib/*" -Dlog4j2.configurationFile="$dir/log4j2.properties")

if [ ! -e "$dir/data/meta.properties" ]; then
    user=()
    if [ -n "${KAFKA_USER:-}" ]; then
        who="[name=${KAFKA_USER%%:*},password=${KAFKA_USER#*:}]"
        user=(--add-scram "SCRAM-SHA-256=$who" --add-scram "SCRAM-SHA-512=$who")
    fi
    # The `=` matters: an id may begin with a dash.
    id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
    "${java[@]}" kafka.tools.StorageTool format --cluster-id="$id" --standalone "${user[@]}" --config "$dir/server.properties" \
        >"$dir/format.log" 2>&1 || { tail -5 "$dir/format.log" >&2; die "cannot format $dir/data"; }
fi

# The broker goes with this script too, should that be killed.
with_parent=()
setpriv --pdeathsig KILL true 2>/dev/null && with_parent=(setpriv --pdeathsig KILL)
: >"$dir/log"
"${with_parent[@]}" "${java[@]}" -Xms64m -Xmx"${KAFKA_HEAP:-384m}" kafka.Kafka "$dir/server.properties" </dev/null >>"$dir/log" 2>&1 &
broker=$!
echo "$broker" >"$dir/pid"
end() {
    kill "$broker" 2>/dev/null || true
    # A broker that was stopped does not hear it.
    kill -CONT "$broker" 2>/dev/null || true
    wait "$broker" 2>/dev/null || true
    rm -f "$dir/pid"
}
trap end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

until grep -q 'Kafka Server started' "$dir/log"; do
    kill -0 "$broker" 2>/dev/null || { tail -15 "$dir/log" >&2; die "the broker did not start: see $dir/log"; }
    read -r -t 0.1 _ || [ $? -gt 128 ] || exit 0
done
echo "127.0.0.1:$port"
while kill -0 "$broker" 2>/dev/null; do
    read -r -t 1 _ || [ $? -gt 128 ] || exit 0
done
die "the broker ended: see $dir/log"
