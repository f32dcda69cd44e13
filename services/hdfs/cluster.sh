#!/usr/bin/env bash
# A NameNode and some DataNodes of Apache Hadoop on 127.0.0.1, for tests and for trying things out.
#
#   cluster.sh DIR [DATANODES]
#
# Keeps data, settings and logs in DIR. Prints hdfs://127.0.0.1:PORT once files can be written, then does what its standard input says, one command a line,
# and answers each with a line, "done" or "failed":
#
#   kill nn|dn1|dn2…       kill -9
#   start nn|dn1|dn2…      again, until it serves
#   stop dn1 / cont dn1    SIGSTOP and SIGCONT
#   admin ARGUMENTS        hdfs dfsadmin ARGUMENTS, as the user who started the cluster, HDFS's superuser
#
# It runs until its standard input ends: whoever holds the other end of that pipe may die in any way, and the cluster goes with it. DIR/conf is what
# HADOOP_CONF_DIR may be.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
lib=${HDFS_LIB:-$here/../../target/services/hdfs/lib}
die() { echo "cluster.sh: $*" >&2; exit 1; }
[ $# -ge 1 ] || die "usage: cluster.sh DIR [DATANODES]"
for tool in java curl; do command -v $tool >/dev/null || die "no $tool: run ./setup.sh"; done
mkdir -p "$1" "$lib"
dir=$(cd "$1" && pwd) lib=$(cd "$lib" && pwd) datanodes=${2:-1}

fetch() {
    command -v mvn >/dev/null || die "no mvn: run ./setup.sh"
    mvn -B -q -Dstyle.color=never -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$lib" >&2 || die "maven could not fetch Hadoop"
    touch "$lib/complete"
}

[ -e "$lib/complete" ] || (flock 9 && { [ -e "$lib/complete" ] || fetch; }) 9>"$lib/lock"

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the ports that the system hands out by itself, so that no client of the same moment gets one of them.
choose() {
    local port try
    for try in $(seq 100); do
        port=$((10004 + (RANDOM * 32768 + RANDOM) % 20000 / 8 * 8))
        is_free $port && is_free $((port + 1)) && echo "$port" && return
    done
    die "no free port"
}

# The jars have no web pages, without which no NameNode starts: empty ones do.
mkdir -p "$dir"/{conf/webapps/{hdfs,datanode,static},log,run}
[ -e "$dir/port" ] || choose >"$dir/port"
port=$(cat "$dir/port")
property() { echo " <property><name>$1</name><value>$2</value></property>"; }

{
    echo "<configuration>"
    property fs.defaultFS "hdfs://127.0.0.1:$port"
    property hadoop.tmp.dir "$dir/tmp"
    property ipc.client.connect.max.retries 50
    property ipc.client.connect.retry.interval 200
    echo "</configuration>"
} >"$dir/conf/core-site.xml"

# A dead DataNode is known to be dead after 16 seconds, not after ten minutes.
{
    echo "<configuration>"
    property dfs.namenode.name.dir "file://$dir/nn"
    property dfs.namenode.rpc-address "127.0.0.1:$port"
    property dfs.namenode.http-address "127.0.0.1:$((port + 1))"
    property dfs.namenode.datanode.registration.ip-hostname-check false
    property dfs.replication "$((datanodes < 3 ? datanodes : 3))"
    property dfs.namenode.safemode.extension 0
    property dfs.namenode.safemode.min.datanodes 1
    property dfs.heartbeat.interval 1
    property dfs.namenode.heartbeat.recheck-interval 3000
    property dfs.namenode.stale.datanode.interval 5000
    property dfs.namenode.avoid.read.stale.datanode true
    property dfs.namenode.avoid.write.stale.datanode true
    property dfs.namenode.fs-limits.min-block-size 4096
    property dfs.datanode.hostname 127.0.0.1
    property dfs.datanode.address 127.0.0.1:0
    property dfs.datanode.ipc.address 127.0.0.1:0
    property dfs.datanode.http.address 127.0.0.1:0
    echo "</configuration>"
} >"$dir/conf/hdfs-site.xml"

cat >"$dir/conf/log4j.properties" <<'P'
log4j.rootLogger=INFO,A
log4j.appender.A=org.apache.log4j.ConsoleAppender
log4j.appender.A.target=System.err
log4j.appender.A.layout=org.apache.log4j.PatternLayout
log4j.appender.A.layout.ConversionPattern=%d{ISO8601} %p %c{1} %m%n
P

# The first compiler alone: a test's cluster does not live long enough for the second to pay.
java=(java -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Djava.net.preferIPv4Stack=true -Dhadoop.home.dir=/nonexistent
    -cp "$dir/conf:$lib/*")
pkg=org.apache.hadoop.hdfs
with_parent=()
setpriv --pdeathsig KILL true 2>/dev/null && with_parent=(setpriv --pdeathsig KILL)

pid_of() { cat "$dir/run/$1.pid" 2>/dev/null; }
begin() {
    local class=("$pkg.server.namenode.NameNode")
    [ "$1" = nn ] || class=("$pkg.server.datanode.DataNode" -D "dfs.datanode.data.dir=file://$dir/$1")
    : >"$dir/log/$1"
    "${with_parent[@]}" "${java[@]}" "${class[@]}" </dev/null >>"$dir/log/$1" 2>&1 &
    echo $! >"$dir/run/$1.pid"
    # What kills it later is no news for the shell.
    disown
}
end() {
    local file
    for file in "$dir"/run/*.pid; do
        [ -e "$file" ] || continue
        kill -9 "$(cat "$file")" 2>/dev/null || true
        rm -f "$file"
    done
}
trap end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

state() { curl -s -m 2 "http://127.0.0.1:$((port + 1))/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState" || true; }
# Until a test of the state succeeds, or a process has ended.
await() {
    local process=$1 try
    shift
    for try in $(seq 1200); do
        "$@" && return
        kill -0 "$(pid_of "$process")" 2>/dev/null || { tail -15 "$dir/log/$process" >&2; return 1; }
        sleep 0.1
    done
    return 1
}
answers() { case $(state) in *'"FSState"'*) ;; *) return 1 ;; esac; }
is_ready() {
    local state
    state=$(state)
    [[ $state == *'"FSState" : "Operational"'* && $state == *"\"NumLiveDataNodes\" : $datanodes,"* ]]
}
has_joined() { grep -q 'successfully registered with NN' "$dir/log/$1"; }
serve() {
    begin "$1"
    if [ "$1" = nn ]; then await nn answers; else await "$1" has_joined "$1"; fi
}

if [ ! -d "$dir/nn/current" ]; then
    "${java[@]}" $pkg.server.namenode.NameNode -format -force -nonInteractive >"$dir/log/format" 2>&1 ||
        { tail -5 "$dir/log/format" >&2; die "cannot format $dir/nn"; }
fi
begin nn
for number in $(seq "$datanodes"); do begin "dn$number"; done
await nn is_ready || die "the cluster did not start: see $dir/log"
echo "hdfs://127.0.0.1:$port"

while read -r verb arguments; do
    # shellcheck disable=SC2086
    case $verb in
        kill) kill -9 "$(pid_of "$arguments")" ;;
        stop) kill -STOP "$(pid_of "$arguments")" ;;
        cont) kill -CONT "$(pid_of "$arguments")" ;;
        start) serve "$arguments" ;;
        admin) "${java[@]}" $pkg.tools.DFSAdmin $arguments >>"$dir/log/admin" 2>&1 </dev/null ;;
        *) echo "cluster.sh: unknown command $verb" >&2; false ;;
    esac && echo done || echo failed
done
