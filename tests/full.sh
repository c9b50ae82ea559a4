#!/bin/sh
# What takes long; called by run.sh --full after the sanitizer build and before the plain one. Each part says what it
# did in one line of the summary.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
summary=build/full-summary.txt
: >"$summary"
say() { echo "$*" | tee -a "$summary"; }

# Threads: the engine, the server, the probes.
cmake --preset tsan >build/configure-tsan.log 2>&1 || { cat build/configure-tsan.log; exit 1; }
cmake --build --preset tsan
# secrets_crash counts system calls, and the sanitizer's own are among them.
ctest --test-dir build/tsan --output-on-failure --no-tests=error -j "$(nproc)" -LE 'install|layout|engine' -E secrets_crash
say "TSan: unit, CLI and live tests pass"

# Memory of the plain program, uninstrumented.
cmake --preset release >build/configure-release.log 2>&1
cmake --build --preset release
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
say "valgrind: six commands without an error or a definite leak"

# Long fuzzing.
sh tests/fuzz/run.sh build/asan "${LOGBOOK_LONG_FUZZ_SECONDS:-300}" | tee -a "$summary"
say "fuzzers: ${LOGBOOK_LONG_FUZZ_SECONDS:-300} s each without a finding"

# Repetitions: no flake in twenty runs of what starts real servers, no false alarm in a hundred diagnoses.
ctest --test-dir build/release --output-on-failure --no-tests=error -L live -LE engine --repeat until-fail:20
ctest --test-dir build/release --output-on-failure --no-tests=error -L engine --repeat until-fail:3
say "live tests: 20 repetitions without a failure, 3 of those with a container engine"
sh tests/repeat_doctor.sh build/release/bin/logbookctl 100
say "doctor: 100 diagnoses of the healthy stack, no failure, no warning"

# Static analysis.
if git ls-files 'lib/*.cpp' 'cli/*.cpp' | xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build/asan --quiet \
    >build/clang-tidy.log 2>&1; then
    say "clang-tidy: clean"
else
    grep -E 'error|warning' build/clang-tidy.log | sort | uniq -c | sort -rn | head -40
    exit 1
fi

# The next compiler, in a folder of the next Debian release.
sh tests/gcc14.sh
say "GCC 14: builds and passes the unit tests"

printf '\n== summary of --full\n'
cat "$summary"
