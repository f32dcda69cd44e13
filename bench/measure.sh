# Sourced by every comparison: inputs, and programs that run in turn on one core. Each time is CPU time, user and system, of the whole process: wall
# time says little on a machine that does other things as well.
#   WEIR_BENCH_CPU=N           the core (0)
#   WEIR_BENCH_ROUNDS=N        how often each program runs, in turn; medians are shown (3)
#   WEIR_BENCH_GENERATOR=FILE  makes the inputs that are not given (../shared/tools/gen_big.py); needs python3 with numpy
# GNU time gives the peak memory (Debian: apt-get install time); without it there is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
core=${WEIR_BENCH_CPU:-0}
rounds=${WEIR_BENCH_ROUNDS:-3}
generator=${WEIR_BENCH_GENERATOR:-../shared/tools/gen_big.py}
work=$PWD/target/bench
weir=$PWD/target/release/weir
gnu_time=$(type -P time || true)
"${gnu_time:-false}" -f %M -o /dev/null true 2>/dev/null || gnu_time=""
declare -A cpu
mkdir -p "$work/in"
trap 'rm -rf "$work"/making.*' EXIT

fail() { echo "bench: $*" >&2; exit 1; }
need() { type -P "$1" >/dev/null || fail "no $1: apt-get install $2"; }

# input VARIABLE FILE GENERATOR-ARGUMENTS…: sets `input` to the file that VARIABLE names, else to FILE, made once. The generator gets a directory
# behind the arguments and leaves one file there.
input() {
    local variable=$1 file=$2 made
    input=${!variable:-$file}
    if [ ! -e "$input" ]; then
        [ -z "${!variable:-}" ] || fail "no file $input ($variable)"
        [ -e "$generator" ] || fail "no generator $generator: name a file in $variable"
        echo "making $file"
        made=$(mktemp -d "$work/making.XXXXXX")
        python3 "$generator" "${@:3}" "$made/made" >"$work/said" 2>&1 || fail "the generator failed: $(tail -n 1 "$work/said")"
        find "$made" -type f ! -name '*.truth.json' -exec mv {} "$file" \;
        rm -rf "$made"
    fi
    input=$(realpath "$input")
}

# pipeline PARSER FILE: prints the configuration of a pipeline that makes a table with Spot's columns of the file.
pipeline() {
    sed "s#@PARSER@#$1#; s#@DIRECTORY@#$(dirname "$2")#; s#@NAME@#$(basename "$2")#; s#@OUT@#$work/out#" bench/bench.toml >"$work/$1.toml"
    echo "$work/$1.toml"
}

# timed COMMAND…: user, system and wall seconds and peak KiB into $work/time.
timed() {
    if [ -n "$gnu_time" ]; then
        taskset -c "$core" "$gnu_time" -f '%U %S %e %M' -o "$work/time" "$@" >"$work/said" 2>"$work/err"
    else
        local TIMEFORMAT='%U %S %R 0'
        { time taskset -c "$core" "$@" >"$work/said" 2>"$work/err"; } 2>"$work/time"
    fi || fail "'$1' failed, see $work/err"
}

# in_turn NAME…: runs the commands that the arrays of these names hold.
in_turn() {
    local name round
    for name; do : >"$work/$name.times"; done
    for ((round = 0; round < rounds; round++)); do
        for name; do
            declare -n command=$name
            rm -rf "$work/out"
            timed "${command[@]}"
            awk '{ print $1 + $2, $3, $4 }' "$work/time" >>"$work/$name.times"
        done
    done
    for name; do cpu[$name]=$(middle "$name" | cut -d ' ' -f 1); done
}

# middle NAME: CPU seconds, wall seconds and peak KiB of the run whose CPU time is the median.
middle() { sort -n "$work/$1.times" | sed -n "$(((rounds + 1) / 2))p"; }

# row NAME TITLE COUNT UNIT: one line of the table.
row() {
    middle "$1" | awk -v title="$2" -v count="$3" -v unit="$4" '{
        printf "%-28s %7.2f s CPU %7.2f s wall  %s MiB peak  %6.3f M %s per CPU second\n",
            title, $1, $2, $3 ? sprintf("%5d", $3 / 1024) : "    ?", count / ($1 ? $1 : 0.01) / 1e6, unit }'
}

# rate NAME COUNT TARGET UNIT: the absolute target.
rate() { awk -v cpu="${cpu[$1]}" -v count="$2" -v target="$3" -v unit="$4" 'BEGIN {
    rate = count / cpu / 1e6
    printf "%s: %.2f M %s per CPU second (to reach: %.2f)\n", rate < target ? "MISSED" : "reached", rate, unit, target }'; }

# times NAME OTHER TITLE TARGET: how much more of the same work weir does in a CPU second.
times() { awk -v cpu="${cpu[$1]}" -v other="${cpu[$2]}" -v title="$3" -v target="$4" 'BEGIN {
    printf "%s: %.2f times %s (to reach: %s)\n", other / cpu < target ? "MISSED" : "reached", other / cpu, title, target }'; }
