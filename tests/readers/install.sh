#!/usr/bin/env bash
# install.sh - prints the folder below build/ that holds the npm readers as the lock file names them,
# installing them there the first time. A folder that is not whole is never taken for one that is.
set -euo pipefail
cd "$(dirname "$0")"
sum=$(sha256sum package-lock.json | cut -c1-16)
dir=$(realpath ../..)/build/readers/$sum
if [ ! -e "$dir/.complete" ]; then
    mkdir -p "$dir"
    cp package.json package-lock.json "$dir"
    (cd "$dir" && npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1) ||
        { echo "install.sh: npm ci failed: $(tail -1 "$dir/npm.log")" >&2; exit 1; }
    touch "$dir/.complete"
fi
cp ./*.mjs "$dir"
echo "$dir"
