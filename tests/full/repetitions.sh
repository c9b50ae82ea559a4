#!/bin/sh
# No flake in twenty runs of what starts real servers.
set -eu
# Half of its time a test waits for a server or a limit: as many at once as there are processors.
ctest --test-dir build/release --output-on-failure --no-tests=error -j "$(nproc)" -L live -LE 'engine|mysql|browser' --repeat until-fail:20
echo "live tests: 20 repetitions without a failure"
