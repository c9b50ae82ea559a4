#!/bin/sh
# Each test in the other build, too: real servers under the sanitizers, the command line as it is shipped.
set -eu
ctest --test-dir build/asan --output-on-failure --no-tests=error -L 'live|timing' -LE 'engine|mysql|browser'
ctest --test-dir build/release --output-on-failure --no-tests=error -L cli -LE 'engine|timing'
echo "both builds: live tests under ASan and UBSan, the command line's tests on the plain program"
