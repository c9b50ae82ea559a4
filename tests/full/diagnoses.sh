#!/bin/sh
# Diagnoses one healthy stack many times; any failure or warning is a false alarm.
set -eu
logbookctl=build/release/bin/logbookctl
times=100
stack=$(mktemp -d)
chmod 711 "$stack"
trap '"$logbookctl" sandbox down --dir "$stack/box" >/dev/null || true; rm -rf "$stack"' EXIT
"$logbookctl" sandbox up --detach --dir "$stack/box" >/dev/null
n=0
while [ "$n" -lt "$times" ]; do
    n=$((n + 1))
    "$logbookctl" doctor -C "$stack/box" --fail-on warn >"$stack/out" || { cat "$stack/out"; exit 1; }
done
echo "doctor: $times diagnoses of the healthy stack, no failure, no warning"
