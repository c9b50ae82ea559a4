#!/bin/sh
# Every server version: the gate has Debian's MariaDB, this has the next release's, and the newest MySQL that Debian holds.
set -eu
ctest --test-dir build/release --output-on-failure --no-tests=error -L mysql
echo "live tests on MySQL and on the next MariaDB pass"
