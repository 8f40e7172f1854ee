#!/usr/bin/env bash
# One page of 44 KB read 2,000 times: parsing and extraction apart, beside libxml2's HTML reader.
# What starting up costs is measured with no page at all and taken off. Instructions come from perf,
# or, where the machine counts none, from callgrind over 10 pages.
set -euo pipefail
bench=${BENCH_EXTRACT:-$(dirname "$RXMAP")/../tests/bench/bench_extract}
count=${COUNT:-2000}
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# instructions STAGE COUNT: of the whole process, or nothing
by_perf() { perf stat -x, -e instructions:u -o "$out" "$bench" "$1" "$2" >/dev/null 2>&1 && awk -F, '$1 ~ /^[0-9]+$/ {print $1}' "$out"; }
by_callgrind() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" "$1" "$2" 2>&1 >/dev/null | awk '/Collected/ {print $NF}'; }

counter=by_perf
counted=$count
if ! command -v perf >/dev/null || [ -z "$(by_perf peer 1 || true)" ]; then
    counter=by_callgrind
    counted=10
    command -v valgrind >/dev/null || counter=
fi

printf '%-10s %12s %22s\n' stage 'ms a page' 'instructions a page'
for stage in peer scan tree extract; do
    read -r start _ < <("$bench" "$stage" 0)
    read -r all bytes marks < <("$bench" "$stage" "$count")
    instructions=-
    if [ -n "$counter" ]; then
        first=$($counter "$stage" 0)
        last=$($counter "$stage" "$counted")
        instructions=$(((last - first) / counted))
    fi
    awk -v s="$stage" -v a="$all" -v b="$start" -v n="$count" -v i="$instructions" \
        'BEGIN {printf "%-10s %12.4f %22s\n", s, (a - b) / n, i}'
done
echo "page: $bytes bytes, $marks marks; ${counter:-no counter}; peer: libxml2's HTML reader; CPU time"
