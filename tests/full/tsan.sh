#!/bin/sh
# Threads: the engine's client, the server, the probes, under the thread sanitizer.
set -eu
cmake --preset tsan
cmake --build --preset tsan
# Long tests are those of what the program says, not of its threads.
unset LOGBOOK_LONG_TESTS
# secrets_crash counts system calls, and the sanitizer's own are among them.
ctest --test-dir build/tsan --output-on-failure --no-tests=error -LE 'install|layout|engine|mysql|browser' -E secrets_crash
echo "TSan: unit, CLI and live tests pass"
