#!/bin/sh
# Installs the packages of the named groups of packages.txt: `sh cli/install_packages.sh build sandbox`.
# Only what is missing is installed; nothing is asked, and no server is started or enabled by it.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

wanted=
for group in "$@"; do
    wanted="$wanted $(awk -v group="$group" '$1 == group { print $2 (NF > 2 ? "=" $3 : "") }' "$here/packages.txt")"
done

missing=
for entry in $wanted; do
    package=${entry%%=*}
    if [ "$package" != "$entry" ] && command -v "${entry#*=}" >/dev/null 2>&1; then
        continue
    fi
    case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true) in
    *' installed') ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
else
    echo "logbook: these packages are missing, and neither root nor sudo is at hand:$missing" >&2
    echo "  next: apt-get install$missing" >&2
    exit 1
fi

# A package must not start its server on this machine: the throw-away stack starts its own, on free ports.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
    trap '$as_root rm -f "$policy"' EXIT
fi

echo "logbook: installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
