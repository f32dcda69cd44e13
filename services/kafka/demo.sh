#!/usr/bin/env bash
# make demo-kafka: a broker of its own, the three topologies of the README over the files in tests/fixtures, and the rows that come out.
set -euo pipefail
cd "$(dirname "$0")/../.."
weir=$PWD/target/release/weir
demo=$PWD/target/demo-kafka
rm -rf "$demo"
mkdir -p "$demo"/{flow,files,captures,proxy,spot/flow/binary,spot/dns/binary}

# The broker runs until its standard input ends, which this script holds open.
mkfifo "$demo/hold"
services/kafka/broker.sh "$demo/broker" <"$demo/hold" >"$demo/address" &
broker=$!
exec {hold}>"$demo/hold"
trap 'exec {hold}>&-; wait "$broker" 2>/dev/null || true' EXIT
until [ -s "$demo/address" ]; do
    kill -0 "$broker" 2>/dev/null || exit 1
    sleep 0.2
done
KAFKA=$(cat "$demo/address")
export KAFKA SPOT=$demo/spot MASTER_STATE=$demo/state/master COLLECTOR_STATE=$demo/state/collector PROXY_STATE=$demo/state/proxy
echo "a broker listens at $KAFKA"

run() {
    echo "\$ weir run $*"
    "$weir" run "$@" --once --log error || [ $? -eq 2 ]
    echo
}

cp tests/fixtures/flow/layout1-none.nfcapd "$demo/flow/nfcapd.201711031400"
FLOW_IN=$demo/flow run config/spot-collector.toml
FLOW_TABLE=$demo/tables/flow run config/spot-listener.toml

cp tests/fixtures/flow/layout2-zstd.nfcapd "$demo/files/nfcapd.201711031405"
cp tests/fixtures/capture/dns.pcap "$demo/captures/dns1.pcap"
FLOW_IN=$demo/files CAPTURES_IN=$demo/captures run config/spot-master.toml
(cd "$demo" && find spot/*/binary -type f)
run config/spot-worker.toml

cp tests/fixtures/proxy/bluecoat-main.log "$demo/proxy/access.log"
PROXY_IN=$demo/proxy PROXY_TABLE=$demo/tables/proxy run config/spot-proxy.toml proxy_blocks
PROXY_IN=$demo/proxy PROXY_TABLE=$demo/tables/proxy run config/spot-proxy.toml proxy_rows

"$weir" table head "$demo/tables/flow" --rows 4 --columns treceived,sip,sport,dip,dport,proto,ipkt,ibyt
"$weir" table head "$demo/spot/dns/hive" --rows 4 --columns frame_time,ip_dst,dns_qry_name,dns_a
"$weir" table head "$demo/tables/proxy" --rows 4 --columns p_date,p_time,clientip,reqmethod,respcode,fulluri
