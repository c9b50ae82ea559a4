#!/bin/sh
# The next compiler builds it, every source by itself (no precompiled headers) and without npm, and passes the unit tests, in a folder that holds the next Debian release. Needs root.
set -eu
# Boost's default version is the one to take there; the other names are the same.
packages=$(awk '$1 == "build" && NF == 2 { print $2 }' cli/packages.txt | sed 's/^libboost1\.81-dev$/libboost-dev/' | paste -sd,)
chroot=$(sh tests/support/debian_folder.sh trixie "$packages,doctest-dev,ca-certificates")
source=$chroot/source
rm -rf "$source"
mkdir -p "$source"
trap 'rm -rf "$source"' EXIT
git archive HEAD | tar -x -C "$source"
# The tests read /proc. It is mounted where only they see it, and gone with them.
# shellcheck disable=SC2016 # $1 and $2 are the inner shell's
unshare --mount sh -eu -c 'mount --bind /proc "$1/proc" && exec chroot "$1" sh -eu -c "$2"' in-chroot "$chroot" '
    cd /source
    cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DLOGBOOK_LIVE_TESTS=OFF -DLOGBOOK_DOCS_ASSETS=OFF \
        -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
    cmake --build build --target logbookctl unit_tests
    build/tests/unit_tests
    build/bin/logbookctl --version
    c++ --version | head -n 1'
echo "GCC 14: builds and passes the unit tests"
