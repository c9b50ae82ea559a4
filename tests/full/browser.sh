#!/bin/sh
# The documentation pages in a real browser.
set -eu
command -v chromium >/dev/null || { echo "there is no chromium"; exit 1; }
ctest --test-dir build/release --output-on-failure --no-tests=error -L browser
echo "browser: Swagger UI and ReDoc render, and \"Try it out\" signs in and lists users"
