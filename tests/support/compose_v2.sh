#!/bin/sh
# Prints the path of a Docker Compose v2 binary, fetched once from a newer Debian release into the tests' cache.
# It is only unpacked, never installed; its `config` needs no engine. The machine's own apt sources, lists and
# package state stay as they are: the mirror and the keyring are read from them, everything else is private.
# Exit 1, with the reason on standard error, where it cannot be had.
set -eu
suite=${LOGBOOK_COMPOSE_SUITE:-trixie}
cache=${LOGBOOK_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/logbook-tests}/compose-v2-$suite
binary=$cache/root/usr/libexec/docker/cli-plugins/docker-compose

give_up() {
    echo "compose_v2: $1" >&2
    exit 1
}

mkdir -p "$cache"
exec 9>"$cache/lock"
flock -w 300 9 || give_up "another run holds $cache/lock"
if [ -x "$binary" ]; then
    echo "$binary"
    exit 0
fi

mirror=$(sh "$(dirname -- "$0")/debian_mirror.sh") || exit 1
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || give_up "$keyring is missing"

apt=$cache/apt
rm -rf "$apt" "$cache/root"
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/parts"
: >"$apt/status"
printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
    "$mirror" "$suite" "$keyring" >"$apt/compose.sources"
private() {
    "$@" -o Dir::Etc::sourcelist="$apt/compose.sources" -o Dir::Etc::sourceparts="$apt/parts" \
        -o Dir::State="$apt" -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" \
        -o Dir::Cache="$apt" -o Dir::Cache::archives="$apt/archives" -o Debug::NoLocking=1 \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false \
        -o Acquire::Retries=2 -o Acquire::http::Timeout=30
}
(
    cd "$apt"
    private apt-get update -qq -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= >&2 &&
        private apt-get download -qq docker-compose -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= >&2
) || give_up "the package docker-compose of $suite cannot be fetched from the machine's mirror"

mkdir -p "$cache/root"
dpkg-deb -x "$apt"/docker-compose_*.deb "$cache/root" || give_up "the package cannot be unpacked"
found=$(find "$cache/root" -type f -name docker-compose -perm -u+x | head -n 1)
[ -n "$found" ] || give_up "the package holds no docker-compose binary"
if [ "$found" != "$binary" ]; then
    mkdir -p "$(dirname "$binary")"
    ln -sf "$found" "$binary"
fi
rm -rf "$apt"
echo "$binary"
