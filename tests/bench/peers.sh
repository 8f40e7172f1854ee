#!/usr/bin/env bash
# The same web crawled by wget2, httrack, Scrapy and rxmap in interleaved rounds: pages per CPU-second.
# Uses the bench folder beside the corpora; needs nginx. ROUNDS=3
set -euo pipefail
bench=${RXMAP_PEERS:-../shared/bench}
[ -x "$bench/peers.sh" ] || { echo "peers: $bench is missing; set RXMAP_PEERS to the folder of peers.sh"; exit 1; }
dir=$(mktemp -d)
trap '"$bench/nginx.sh" stop "$dir" 2>/dev/null || true; rm -rf "$dir"' EXIT
"$bench/sites.py" "$dir/sites" 40 100
chmod 755 "$dir"
"$bench/nginx.sh" start "$dir"
SCRAPY=${SCRAPY:-1} "$bench/peers.sh" "$dir" "${ROUNDS:-3}" "rxmap=$PWD/tests/bench/crawl_once.sh {} {dir}"
