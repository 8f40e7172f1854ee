#!/usr/bin/env bash
# crawl_once.sh URL DIR: a case in DIR, one seed, one crawl of everything; prints "pages N".
set -euo pipefail
rxmap=${RXMAP:-build/release/cli/rxmap}
"$rxmap" -q init "$2/case" >/dev/null
"$rxmap" -q -C "$2/case" seed add "$1" >/dev/null
exec "$rxmap" -v -C "$2/case" --no-progress crawl --scope all --test-network --host-delay 0 --address-delay 0 --max-pages-per-site 0
