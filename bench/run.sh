#!/usr/bin/env bash
# make bench: every comparison, or those named: bench/run.sh dns proxy. Each script says which file of your own it takes; measure.sh what all take.
set -euo pipefail
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- boundary flow dns proxy capture kafka spout
echo "core ${WEIR_BENCH_CPU:-0} of $(nproc), $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1); load $(cut -d ' ' -f 1 /proc/loadavg)"
for name; do
    echo
    "./$name.sh" || echo "bench: $name ended early" >&2
done
rm -rf ../target/bench/out
