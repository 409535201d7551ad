#!/bin/sh
# Renew the two lock files (needs uv). They name versions and hashes, no host.
set -eu
cd "$(dirname "$0")/.."
common="--universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet"
uv pip compile $common --group build pyproject.toml -o requirements.lock
uv pip compile $common --group build --group dev pyproject.toml -o requirements-dev.lock
