#!/bin/sh
# Runs every fuzzer of a clang build for some seconds each, from its committed seeds. With a seed number the run is the
# same each time (the gate); without one it explores (--full).
#   run.sh <build folder> <seconds> [seed]
set -eu
build=$1
seconds=$2
seed=${3:-0} # 0: libFuzzer draws one
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

found=0
for fuzzer in "$build"/tests/fuzz/*_fuzz; do
    name=$(basename "$fuzzer")
    found=$((found + 1))
    mkdir -p "$scratch/$name"
    seeds=
    [ -d "$here/corpus/$name" ] && seeds=$here/corpus/$name
    # A unit that takes longer than 5 s, or more than 1 GiB, is a finding too.
    # shellcheck disable=SC2086 # empty where there are no seeds
    if ! "$fuzzer" -max_total_time="$seconds" -seed="$seed" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$scratch/" "$scratch/$name" $seeds >"$scratch/$name.log" 2>&1; then
        cat "$scratch/$name.log"
        echo "$name: a finding"
        exit 1
    fi
    printf '%-28s %s executions\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch/$name.log")"
done
[ "$found" -gt 0 ] || { echo "no fuzzer was built in $build"; exit 1; }
