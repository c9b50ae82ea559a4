#!/bin/sh
# What takes long; called by run.sh --full after the builds. Each part is a script of tests/full whose last line says
# what it proved; its output stands in build/full/<part>.log.
#   full.sh [part...]     these parts only, on builds that run.sh made
# Parts that mostly wait, for servers or for the one container engine, run in two lanes; those that need the processors,
# niced, in a third beside them. A failure ends no lane: one run shows all that is wrong.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
. tests/support/environment.sh
export LOGBOOK_LONG_TESTS=1 # some tests then try every moment, not only the worst ones
servers='both soak repetitions diagnoses mysql graphs browser listener'
engine='engine'
processors='valgrind tsan gcc14 tidy fuzz'
asked=${*:-"$servers $engine $processors"}
logs=build/full
summary=$logs/summary.txt
mkdir -p "$logs"
: >"$summary"

lane() { # <command that runs a part> <part...>
    run=$1
    shift
    failed=0
    for part; do
        case " $asked " in *" $part "*) ;; *) continue ;; esac
        begun=$(date +%s)
        # shellcheck disable=SC2086 # a command and its options
        if $run "tests/full/$part.sh" >"$logs/$part.log" 2>&1; then
            said=$(tail -n 1 "$logs/$part.log")
        else
            said="$part: FAILED"
            failed=1
            tail -n 100 "$logs/$part.log"
        fi
        echo "$said ($((($(date +%s) - begun) / 60)) min)" | tee -a "$summary"
    done
    return "$failed"
}

status=0
# shellcheck disable=SC2086 # lists of words
lane "nice -n 15 sh" $processors &
beside=$!
lane sh "$engine" &
engine_lane=$!
# shellcheck disable=SC2086
lane sh $servers || status=1
wait "$engine_lane" || status=1
wait "$beside" || status=1
printf '\n== summary of --full\n'
cat "$summary"
exit "$status"
