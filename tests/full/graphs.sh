#!/bin/sh
# Real Alembic on 2,500 random graphs, where the gate asks about 300.
set -eu
ctest --test-dir build/release --output-on-failure --no-tests=error -R alembic_graph
echo "migrations: 2,500 random graphs agree with Alembic"
