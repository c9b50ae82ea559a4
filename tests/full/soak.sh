#!/bin/sh
# The API under mixed load for half an hour: flat memory and descriptors.
set -eu
seconds=${LOGBOOK_SOAK_SECONDS:-1800}
LOGBOOK_SOAK_SECONDS=$seconds ctest --test-dir build/release --output-on-failure --no-tests=error -R '^live\.api_soak_test$'
echo "soak: $seconds s of mixed load, memory and descriptors flat"
