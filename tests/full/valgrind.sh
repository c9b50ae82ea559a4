#!/bin/sh
# Memory of the plain program, uninstrumented.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
build/release/bin/logbookctl secrets generate --all >"$scratch/.env"
chmod 600 "$scratch/.env"
for words in "--version" "doctor --timeout 20s" "config check" "secrets check" "explain LB-AUTH-001" "health --timeout 20s"; do
    status=0
    # shellcheck disable=SC2086 # a list of words
    valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
        build/release/bin/logbookctl -C "$scratch" $words >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" -ne 99 ] || { cat "$scratch/err"; exit 1; }
done
echo "valgrind: six commands without an error or a definite leak"
