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

# What a finding was made of stays in <build folder>/findings.
findings=$build/findings
mkdir -p "$findings"
# A unit that takes longer than 5 s, or more than 1 GiB, is a finding too.
# shellcheck disable=SC2016 # $1 to $6 are the inner shell's
printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 sh -c '
    scratch=$1 here=$2 seconds=$3 seed=$4 findings=$5 fuzzer=$6
    name=$(basename "$fuzzer")
    mkdir -p "$scratch/$name"
    seeds=
    [ -d "$here/corpus/$name" ] && seeds=$here/corpus/$name
    if ! "$fuzzer" -max_total_time="$seconds" -seed="$seed" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$findings/$name-" "$scratch/$name" $seeds >"$scratch/$name.log" 2>&1; then
        tail -n 40 "$scratch/$name.log"
        echo "$name: a finding, in $findings"
        exit 1
    fi
    printf "%-28s %s executions\n" "$name" "$(sed -n "s/^stat::number_of_executed_units: *//p" "$scratch/$name.log")"
' one-fuzzer "$scratch" "$here" "$seconds" "$seed" "$findings"
