#!/bin/sh
# Takes what the documentation pages need out of their npm packages, compressed: fetch.sh <folder>.
# A package is fetched with `npm pack`, from the registry that npm itself is set to, and kept in the user's cache; whether
# it was fetched or found there, nothing is read from one whose hash is not the pinned one.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
into=$1
mkdir -p "$into"

# Nothing is to be done where it was done from these very pins.
pins=$(cat "$here/packages.txt" "$here/fetch.sh" | sha512sum | cut -d' ' -f1)
if [ "$(cat "$into/done" 2>/dev/null || true)" = "$pins" ]; then
    exit 0
fi
rm -f "$into/done"

cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}/logbook/docs
mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || cache=$into

has_hash() { # <file> <integrity>
    [ -f "$1" ] || return 1
    hex=$(sha512sum "$1" | cut -d' ' -f1 | tr abcdef ABCDEF)
    [ "sha512-$(printf %s "$hex" | basenc --base16 -d | base64 -w0)" = "$2" ]
}

fetch() { # <name> <version> <integrity>
    package=$cache/$1-$2.tgz
    if has_hash "$package" "$3"; then
        return 0
    fi
    command -v npm >/dev/null 2>&1 || { echo "npm is not installed" >&2; exit 1; }
    new=$(mktemp -d "$cache/new.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    (cd "$new" && NPM_CONFIG_UPDATE_NOTIFIER=false timeout -k 5 120 \
        npm pack --ignore-scripts --loglevel=error --fetch-retries=1 --fetch-timeout=30000 "$1@$2" >log 2>&1) ||
        { echo "npm pack $1@$2 failed:" >&2; tail -n 5 "$new/log" >&2; exit 1; }
    has_hash "$new/$1-$2.tgz" "$3" || { echo "$1@$2 is not the package whose hash is pinned" >&2; exit 1; }
    mv -f "$new/$1-$2.tgz" "$package"
    rm -rf "$new"
    trap - EXIT
}

pack() { # <file> <name that it gets>
    tar -xzOf "$package" "package/$1" >"$into/raw"
    # ReDoc would load its maker's logo from elsewhere, which the pages forbid: an empty picture stands for it.
    if [ "$1" = bundles/redoc.standalone.js ]; then
        logo='https://cdn\.redoc\.ly/redoc/logo-mini\.svg'
        [ "$(grep -o "$logo" "$into/raw" | wc -l)" -eq 1 ] || { echo "$1 holds no logo to replace" >&2; exit 1; }
        sed "s|$logo|data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==|" \
            "$into/raw" >"$into/changed"
        mv -f "$into/changed" "$into/raw"
    fi
    gzip -9n <"$into/raw" >"$into/$2.gz"
}

while read -r name version integrity; do
    case $name in
    '' | '#'*) continue ;;
    swagger-ui-dist)
        fetch "$name" "$version" "$integrity"
        pack swagger-ui-bundle.js swagger-ui-bundle.js
        pack swagger-ui.css swagger-ui.css
        pack favicon-32x32.png favicon.png
        pack LICENSE swagger-ui.LICENSE.txt
        pack NOTICE swagger-ui.NOTICE.txt
        pack swagger-ui-bundle.js.LICENSE.txt swagger-ui-bundle.js.LICENSE.txt
        ;;
    redoc)
        fetch "$name" "$version" "$integrity"
        pack bundles/redoc.standalone.js redoc.standalone.js
        pack LICENSE redoc.LICENSE.txt
        pack bundles/redoc.standalone.js.LICENSE.txt redoc.standalone.js.LICENSE.txt
        ;;
    *)
        echo "$name: nobody says what is taken from it" >&2
        exit 1
        ;;
    esac
done <"$here/packages.txt"
rm -f "$into/raw"
printf '%s\n' "$pins" >"$into/done"
