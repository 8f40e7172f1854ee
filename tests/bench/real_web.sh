#!/usr/bin/env bash
# real_web.sh: real pages through real sockets. The 50 pages of corpora/html, crawled, and their links
# beside those of an independent parser; then corpora/hosts' 20,000 names, each seeded and asked.
. "$(dirname "$0")/fixture.bash"
corpora=${CORPORA:-../shared/corpora}
[ -d "$corpora/html" ] || { echo "real_web: $corpora is missing, nothing measured" >&2; exit 0; }
python3 "$bench_dir/real_web.py" serve "$corpora" "$work/port" &
server_pid=$!
for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep .1; done
flags=(--test-network --connect-to "127.0.0.1:$(cat "$work/port")" --scope seeds --host-delay 0 --address-delay 0)

# crawl_of NAME: seeds, crawls and maps; the crawl's memory is printed.
crawl_of() {
    "$RXMAP" -q init "$work/$1"
    python3 "$bench_dir/real_web.py" seeds "$corpora" "$1" >"$work/$1.txt"
    "$RXMAP" -q -C "$work/$1" seed add "$work/$1.txt"
    "$RXMAP" -C "$work/$1" --no-progress crawl "${flags[@]}" --depth 0 >"$work/$1.out" 2>&1 &
    local pid=$! code=0
    python3 "$bench_dir/watch_memory.py" "$pid"
    wait "$pid" || code=$?
    echo "crawl of $1: exit $code"
    "$RXMAP" -C "$work/$1" --json status >"$work/$1.json"
}

failed=0
crawl_of html
"$RXMAP" -q -C "$work/html" map >/dev/null
"$RXMAP" -C "$work/html" export jsonl --graph links -o - | python3 "$bench_dir/real_web.py" links "$corpora" || failed=1
crawl_of hosts
"$RXMAP" -C "$work/hosts" status | head -20
"$RXMAP" -C "$work/hosts" verify >"$work/verify" 2>&1 || { failed=1; head -20 "$work/verify"; }
echo "verify: $(head -1 "$work/verify")"
exit $failed
