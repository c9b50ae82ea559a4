#!/bin/sh
# The gate: installs what the tests need, builds twice (GCC; clang with ASan and UBSan), and runs every test with real
# servers. `--full` adds what takes long. The last lines are ctest's own.
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

[ -z "$full" ] || export LOGBOOK_LONG_TESTS=1 # some tests then try every moment, not only the worst ones
begun=$(date +%s)
step() { printf '\n== [%4d s] %s\n' $(($(date +%s) - begun)) "$*"; }
jobs=$(nproc)
# Sanitizers: a finding ends the test. The connector's and glibc's own one-time allocations are not leaks of ours.
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# An interrupt ends the program in the middle of a question; its thread is left behind on purpose.
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:report_thread_leaks=0
# No test may ask a terminal or a session of the one who runs it.
unset LOGBOOKCTL_PROJECT_DIR LOGBOOKCTL_ENV_FILE LOGBOOKCTL_OUTPUT LOGBOOKCTL_TIMEOUT LOGBOOKCTL_COLOR || true

configure_and_build() { # <preset> [cmake options]
    preset=$1
    shift
    step "build: $preset $*"
    mkdir -p build
    cmake --preset "$preset" "$@" >"build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log"; exit 1; }
    nice cmake --build --preset "$preset" -j "$jobs"
}
run_tests() { # <preset> [ctest options]
    preset=$1
    shift
    step "test: $preset $*"
    ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$jobs" "$@"
}

step "packages"
sh cli/install_packages.sh build sandbox test ${full:+full}

step "shell scripts and format"
git ls-files '*.sh' .ci/run | xargs shellcheck
git ls-files '*.h' '*.cpp' | xargs clang-format-14 --dry-run -Werror

# The container engine's tests mostly wait: they run while the next build has the processors. With --full they run
# once more, alone, in the sanitizer's build.
configure_and_build release
step "test: release, what needs a container engine, beside the next build"
engine_log=build/engine-tests.log
setsid ctest --test-dir build/release --output-on-failure --no-tests=error -L engine >"$engine_log" 2>&1 &
engine_tests=$!
trap 'kill -- "-$engine_tests" 2>/dev/null || true' EXIT # with the servers that it started
configure_and_build asan
step "the container engine's tests"
wait "$engine_tests" || { cat "$engine_log"; exit 1; }
trap - EXIT
cat "$engine_log"

if [ -n "$full" ]; then run_tests asan; else run_tests asan -LE engine; fi
step "fuzzers, a short run each"
sh tests/fuzz/run.sh build/asan "${LOGBOOK_FUZZ_SECONDS:-10}" 1

if [ -n "$full" ]; then
    sh tests/full.sh
fi

run_tests release -LE engine
