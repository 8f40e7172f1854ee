#!/usr/bin/env bash
# The store alone: rows in (target: 100,000 links a CPU-second and more), map's scans out (100,000
# sites with 800,000 sightings in seconds).
set -euo pipefail
bench=${BENCH_STORE:-$(dirname "$RXMAP")/../tests/bench/bench_store}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
echo "10,000 pages with 80 links and 20 sightings each:"
"$bench" "$dir/pages" 500 20 80 20
echo
echo "100,000 sites with 8 sightings each:"
"$bench" "$dir/sites" 100000 1 0 8
