#!/bin/sh
# Prints the path of a folder that holds a Debian release with some packages: made once with debootstrap, in the tests'
# cache. Exit 1, with the reason on standard error, where it cannot be made; it needs root.
#   debian_folder.sh <suite> <package,package...>
set -eu
suite=$1
packages=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${LOGBOOK_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/logbook-tests}
folder=$cache/debian-$suite-$(printf %s "$packages" | sha256sum | cut -c 1-12)

[ "$(id -u)" -eq 0 ] || { echo "debian_folder: debootstrap needs root" >&2; exit 1; }
mkdir -p "$cache"
exec 9>"$folder.lock"
flock -w 1800 9 || { echo "debian_folder: another run holds $folder.lock" >&2; exit 1; }
if [ ! -e "$folder/.complete" ]; then
    mirror=$(sh "$here/debian_mirror.sh")
    rm -rf "$folder"
    debootstrap --variant=minbase --include="$packages" "$suite" "$folder" "$mirror" >"$folder.log" 2>&1 ||
        { tail -n 20 "$folder.log" >&2; exit 1; }
    touch "$folder/.complete"
fi
echo "$folder"
