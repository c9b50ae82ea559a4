#!/bin/sh
# Long fuzzing: every run explores anew.
set -eu
seconds=${LOGBOOK_LONG_FUZZ_SECONDS:-300}
sh tests/fuzz/run.sh build/asan "$seconds"
echo "fuzzers: $seconds s each without a finding"
