#!/bin/sh
# The next compiler builds it and passes the unit tests, in a folder that holds the next Debian release. Needs root.
set -eu
# Boost's default version is the one to take there; the other names are the same.
packages=$(awk '$1 == "build" { print $2 }' cli/packages.txt | sed 's/^libboost1\.81-dev$/libboost-dev/' | paste -sd,)
chroot=$(sh tests/support/debian_folder.sh trixie "$packages,doctest-dev,ca-certificates")
source=$chroot/source
rm -rf "$source"
mkdir -p "$source"
trap 'rm -rf "$source"' EXIT
git archive HEAD | tar -x -C "$source"
chroot "$chroot" sh -eu -c '
    cd /source
    cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DLOGBOOK_LIVE_TESTS=OFF
    cmake --build build --target logbookctl unit_tests
    build/tests/unit_tests
    build/bin/logbookctl --version
    c++ --version | head -n 1'
echo "GCC 14: builds and passes the unit tests"
