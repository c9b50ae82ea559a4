#!/bin/sh
# Runs every fuzzer of a clang build for some seconds each, from its committed seeds, as many at a time as there are
# cores. With a seed number the run is the same each time (the gate); without one it explores (--full).
#   run.sh <build folder> <seconds> [seed]
set -eu
build=$1
seconds=$2
seed=${3:-0} # 0: libFuzzer draws one
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

set -- "$build"/tests/fuzz/*_fuzz
[ -x "$1" ] || { echo "no fuzzer was built in $build"; exit 1; }

# A unit that takes longer than 5 s, or more than 1 GiB, is a finding too.
# shellcheck disable=SC2016 # $1 to $5 are the inner shell's
printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 sh -c '
    scratch=$1 here=$2 seconds=$3 seed=$4 fuzzer=$5
    name=$(basename "$fuzzer")
    mkdir -p "$scratch/$name"
    seeds=
    [ -d "$here/corpus/$name" ] && seeds=$here/corpus/$name
    if ! "$fuzzer" -max_total_time="$seconds" -seed="$seed" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$scratch/" "$scratch/$name" $seeds >"$scratch/$name.log" 2>&1; then
        cat "$scratch/$name.log"
        echo "$name: a finding"
        exit 255 # xargs starts no further one
    fi
    printf "%-28s %s executions\n" "$name" "$(sed -n "s/^stat::number_of_executed_units: *//p" "$scratch/$name.log")"
' one-fuzzer "$scratch" "$here" "$seconds" "$seed"
