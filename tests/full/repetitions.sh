#!/bin/sh
# No flake in twenty runs of what starts real servers.
set -eu
ctest --test-dir build/release --output-on-failure --no-tests=error -L live -LE 'engine|mysql' --repeat until-fail:20
echo "live tests: 20 repetitions without a failure"
