#!/bin/sh
# What needs a container engine: under the address sanitizer, and no flake in three runs.
set -eu
ctest --test-dir build/asan --output-on-failure --no-tests=error -L engine
ctest --test-dir build/release --output-on-failure --no-tests=error -L engine --repeat until-fail:3
echo "live tests with a container engine: once under ASan and UBSan, 3 repetitions without a failure"
