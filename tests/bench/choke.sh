#!/usr/bin/env bash
# Choke points: every element ranked, and ten cut together, over 2,000 to 200,000 storefronts.
set -euo pipefail
"${BENCH_CHOKE:-$(dirname "$RXMAP")/../tests/bench/bench_choke}" 2000 20000 200000
