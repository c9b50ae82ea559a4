#!/bin/sh
# Static analysis of all that is shipped, with the sanitizer build's commands: they are clang's.
set -eu
found=0
git ls-files 'lib/*.cpp' 'cli/*.cpp' | xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build/asan --quiet >build/clang-tidy.log 2>&1 || found=1
grep -E 'error|warning: ' build/clang-tidy.log | sort | uniq -c | sort -rn | head -n 40
[ "$found" -eq 0 ] || exit 1
echo "clang-tidy: clean"
