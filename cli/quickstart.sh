#!/bin/sh
# From a fresh Debian or Ubuntu machine to a diagnosed live stack: installs the packages, builds, starts a throw-away
# stack (real MariaDB, real Redis, the API core) on loopback, runs doctor on it, and shuts it down.
#   sh cli/quickstart.sh
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"

step() { printf '\n== %s\n' "$*"; }

step "packages (cli/packages.txt: build, sandbox)"
sh cli/install_packages.sh build sandbox

step "build (Release, without tests)"
mkdir -p build
cmake -S . -B build/quickstart -G Ninja -DCMAKE_BUILD_TYPE=Release -DLOGBOOK_TESTS=OFF >build/quickstart.log 2>&1 ||
    { cat build/quickstart.log; exit 1; }
cmake --build build/quickstart --target logbookctl
logbookctl=$root/build/quickstart/bin/logbookctl

step "a throw-away stack on loopback"
stack=$(mktemp -d)
chmod 711 "$stack" # started as root, the servers run as another user and must reach their own folder in it
stop() {
    "$logbookctl" sandbox down --dir "$stack/sandbox" || true
    rm -rf "$stack"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$logbookctl" sandbox up --detach --dir "$stack/sandbox"

step "logbookctl doctor"
"$logbookctl" doctor -C "$stack/sandbox"

step "and now yours:  build/quickstart/bin/logbookctl doctor -C /path/to/the-logbook"
