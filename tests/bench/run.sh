#!/usr/bin/env bash
# The figures, each by a command of its own: `./dev bench` runs all, `./dev bench NAME..` some.
# Every script prints what it measured and, where there is one, its peer in the same run.
set -euo pipefail
cd "$(dirname "$0")/../.."
export RXMAP=${RXMAP:-$PWD/build/release/cli/rxmap}
all=()
for script in tests/bench/*.sh; do
    name=$(basename "$script" .sh)
    case $name in run | crawl_once) ;; *) all+=("$name") ;; esac
done
failed=0
[ $# -gt 0 ] || set -- "${all[@]}"
for name; do
    [ -x "tests/bench/$name.sh" ] || { echo "bench: there is no $name; there are: ${all[*]}" >&2; exit 2; }
    printf '\n== %s\n' "$name"
    "tests/bench/$name.sh" || { echo "$name: failed" >&2; failed=1; }
done
exit $failed
