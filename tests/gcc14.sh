#!/bin/sh
# Builds with GCC 14 and runs the unit tests, in a debootstrapped folder of Debian 13. Needs root.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache=${LOGBOOK_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/logbook-tests}
chroot=$cache/trixie
if [ "$(id -u)" -ne 0 ]; then
    echo "GCC 14: skipped, a chroot needs root"
    exit 0
fi
if [ ! -e "$chroot/.complete" ]; then
    # The mirror that this machine itself installs from.
    mirror=$(sed -n -e 's/^URIs: *//p' -e 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
    rm -rf "$chroot"
    mkdir -p "$cache"
    # Boost's default version is the one to take there; the other names are the same.
    packages=$(awk '$1 == "build" { print $2 }' "$root/cli/packages.txt" | sed 's/^libboost1\.81-dev$/libboost-dev/' | paste -sd,)
    debootstrap --variant=minbase --include="$packages,doctest-dev,ca-certificates" trixie "$chroot" "$mirror" >"$cache/trixie.log" 2>&1 ||
        { tail -n 20 "$cache/trixie.log"; exit 1; }
    touch "$chroot/.complete"
fi
source=$chroot/source
rm -rf "$source"
mkdir -p "$source"
git -C "$root" archive HEAD | tar -x -C "$source"
trap 'rm -rf "$source"' EXIT
chroot "$chroot" sh -eu -c '
    cd /source
    cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DLOGBOOK_LIVE_TESTS=OFF >build.log 2>&1 || { cat build.log; exit 1; }
    cmake --build build --target logbookctl unit_tests
    c++ --version | head -n 1
    build/tests/unit_tests
    build/bin/logbookctl --version'
