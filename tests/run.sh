#!/bin/sh
# The gate: installs what the tests need, builds twice (GCC; clang with ASan and UBSan), and runs every test: what the
# program does with bytes under the sanitizers, what it does with real servers as it is shipped. `--full` runs each in the
# other build too, and adds what takes long. The last lines are ctest's own.
#   sh tests/run.sh [--full]
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
full=
case ${1:-} in
'') ;;
--full) full=yes ;;
*)
    echo "usage: tests/run.sh [--full]" >&2
    exit 2
    ;;
esac

begun=$(date +%s)
step() { printf '\n== [%4d s] %s\n' $(($(date +%s) - begun)) "$*"; }
jobs=$(nproc)
. tests/support/environment.sh

configure_and_build() { # <preset> [cmake options]
    preset=$1
    shift
    step "build: $preset $*"
    mkdir -p build
    cmake --preset "$preset" "$@" >"build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log"; exit 1; }
    nice cmake --build --preset "$preset" -j "$jobs"
}
run_tests() { # <preset> <how many at once> [ctest options]
    preset=$1
    at_once=$2
    shift 2
    step "test: $preset $*"
    ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$at_once" "$@"
}

step "packages"
sh cli/install_packages.sh build sandbox test ${full:+full}

step "shell scripts and format"
git ls-files '*.sh' .ci/run | xargs shellcheck -x
git ls-files '*.h' '*.cpp' | xargs clang-format-14 --dry-run -Werror

# The container engine's tests mostly wait: they run beside the next build, and beside what no clock judges.
configure_and_build release
step "test: release, what needs a container engine, beside what follows"
engine_log=build/engine-tests.log
setsid ctest --test-dir build/release --output-on-failure --no-tests=error -L engine >"$engine_log" 2>&1 &
engine_tests=$!
trap 'kill -- "-$engine_tests" 2>/dev/null || true' EXIT # with the servers that it started
configure_and_build asan
run_tests asan "$jobs" -LE 'engine|mysql|live|timing'
step "fuzzers, a short run each"
sh tests/fuzz/run.sh build/asan "${LOGBOOK_FUZZ_SECONDS:-10}" 1

step "the container engine's tests"
wait "$engine_tests" || { cat "$engine_log"; exit 1; }
trap - EXIT
cat "$engine_log"

if [ -n "$full" ]; then
    step "what takes long"
    sh tests/full.sh
fi

run_tests release "$jobs" -L timing -LE engine
# One more than there are processors: half of its time a test waits for a server or a limit.
run_tests release "$((jobs + 1))" -L 'unit|layout|install|live' -LE 'engine|mysql|browser'
