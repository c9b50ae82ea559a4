#!/bin/sh
# Installs the build into a private folder, builds the consumer against it twice, and runs it.
#   consumer_test.sh <build folder> <compiler>
set -eu
build=$1
compiler=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/usr" >"$scratch/install.log"
flags=${LOGBOOK_SANITIZE:+-fsanitize=$LOGBOOK_SANITIZE}

cmake -S "$here" -B "$scratch/build" -G Ninja -DCMAKE_PREFIX_PATH="$scratch/usr" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_CXX_STANDARD=20 -DCMAKE_CXX_FLAGS="$flags" >"$scratch/configure.log"
cmake --build "$scratch/build" >"$scratch/build.log" || { cat "$scratch/build.log"; exit 1; }
mkdir "$scratch/empty"
expected="0.1.0 problem problem"
got=$(cd "$scratch/empty" && "$scratch/build/consumer")
[ "$got" = "$expected" ] || { echo "find_package: got '$got', expected '$expected'"; exit 1; }

# The API inside a program: its own routes without anything; The Logbook's, here while their servers are away
# (tests/live/c_abi_test.py runs them on real ones).
own() { "$scratch/build/own_route" "$1"; }
says() { # <expected> <got>
    [ "$1" = "$2" ] || { echo "expected '$1', got '$2'"; exit 1; }
}
says '202 {"station":"7","seconds":5}' "$(own '{"seconds":5}')"
says '422 {"detail":[{"field":"seconds","message":"Value is out of the allowed range."}],"code":"LB-VAL-001"}' \
    "$(own '{"seconds":61}')"
cat >"$scratch/.env" <<END
DB_HOST=127.0.0.1
DB_PORT=1
REDIS_HOST=127.0.0.1
REDIS_PORT=1
SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
END
refused() { # <program>: it names the server that is away, and ends with 2
    code=0
    got=$(LD_LIBRARY_PATH=$libdir "$1" "$scratch/.env" /health 2>&1) || code=$?
    case "$code $got" in
    "2 "*127.0.0.1:1*) ;;
    *) echo "$1: '$got', exit code $code"; exit 1 ;;
    esac
}
libdir=$(dirname "$(find "$scratch/usr" -name liblogbook.so)")
# shellcheck disable=SC2046,SC2086 # lists of flags
"$compiler" -std=c++20 $flags "$here/consumer.cpp" -o "$scratch/by_pkgconfig" \
    $(PKG_CONFIG_PATH=$libdir/pkgconfig pkg-config --define-variable=prefix="$scratch/usr" --cflags --libs logbook)
got=$(cd "$scratch/empty" && LD_LIBRARY_PATH=$libdir "$scratch/by_pkgconfig")
[ "$got" = "$expected" ] || { echo "pkg-config: got '$got', expected '$expected'"; exit 1; }

refused "$scratch/build/embed"
# From C, by a compiler that knows nothing else. (A sanitized library needs a program of the same kind.)
if [ -z "$flags" ]; then
    gcc -std=c99 -pedantic-errors -Wall -Wextra -Werror -I"$scratch/usr/include" "$here/embed.c" -o "$scratch/embed_c" \
        -L"$libdir" -llogbook
    refused "$scratch/embed_c"
fi

# The installed program finds its library by itself, wherever the tree was put.
"$scratch/usr/bin/logbookctl" --version
# Only what is marked is exported: no vendor symbol, no hidden one.
if nm -D --defined-only "$libdir/liblogbook.so" | awk '{print $3}' | grep -E '^(curl_|mysql_|redis|fy_|hs_|SSL_)'; then
    echo "vendor symbols are exported"
    exit 1
fi
readlink "$libdir/liblogbook.so" | grep -q '^liblogbook\.so\.0$' || { echo "no SOVERSION link"; exit 1; }
