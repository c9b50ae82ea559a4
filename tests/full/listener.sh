#!/bin/sh
# Library and program build without the HTTP listener, and `serve` says so.
set -eu
build=build/listener
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLOGBOOK_SERVER=OFF -DLOGBOOK_TESTS=OFF -DLOGBOOK_FUZZERS=OFF
cmake --build "$build" --target logbookctl
! nm -C "$build/lib/liblogbook.so" | grep -q 'logbook::server::' || { echo "the listener is in the library"; exit 1; }
nm -D --defined-only "$build/lib/liblogbook.so" | grep -q ' logbook_listen$' || { echo "the C ABI lacks a symbol"; exit 1; }
code=0
said=$("$build/bin/logbookctl" serve 2>&1) || code=$?
case "$code $said" in
"1 "*LOGBOOK_SERVER*) ;;
*) echo "serve said '$said' and ended with $code"; exit 1 ;;
esac
echo "listener: builds without it, and serve says so"
