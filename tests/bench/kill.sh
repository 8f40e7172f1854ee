#!/usr/bin/env bash
# kill.sh: kill -9 at 50 random moments of a crawl, then resume to the end. The pages must be those of
# an uninterrupted crawl, and the case must verify.
. "$(dirname "$0")/fixture.bash"
kills=${KILLS:-50} hosts=${HOSTS:-60} pages=${PAGES:-150}
serve --plain-hosts "$hosts" --pages "$pages"
flags=(--scope all "${net[@]}" --host-delay 100ms --address-delay 0 --max-pages-per-site 0)

# pages CASE: what the case holds, one "URL status" a line.
pages_of() {
    "$RXMAP" -q -C "$1" map >/dev/null 2>&1
    "$RXMAP" -C "$1" export jsonl --graph links -o - | python3 -c '
import json, sys
rows = [json.loads(l) for l in sys.stdin]
print("\n".join(sorted({"%s %s" % (r["url"], r["status"]) for r in rows if r["type"] == "page" and r.get("status")})))'
}

new_case "$work/whole"
"$RXMAP" -q -C "$work/whole" --no-progress crawl "${flags[@]}" >/dev/null
pages_of "$work/whole" >"$work/whole.txt"

new_case "$work/killed"
lines=$(wc -l <"$log")
RANDOM=${SEED:-1} done_kills=0 rounds=0
while [ "$done_kills" -lt "$kills" ]; do
    rounds=$((rounds + 1))
    "$RXMAP" -q -C "$work/killed" --no-progress crawl "${flags[@]}" >/dev/null 2>&1 &
    pid=$!
    sleep "$(printf '0.%03d' $((100 + RANDOM % 800)))"
    if kill -9 "$pid" 2>/dev/null; then done_kills=$((done_kills + 1)); fi
    code=0
    wait "$pid" 2>/dev/null || code=$?
    if [ "$code" = 0 ]; then # it ended before it was killed: begin the next crawl
        rm -rf "$work/killed"
        new_case "$work/killed"
    fi
done
"$RXMAP" -q -C "$work/killed" --no-progress crawl "${flags[@]}" >/dev/null
pages_of "$work/killed" >"$work/killed.txt"
code=0
"$RXMAP" -C "$work/killed" verify >"$work/verify" 2>&1 || code=$?
stop_server
repeated=$(tail -n +"$((lines + 1))" "$log" | cut -f7 | grep -v robots.txt | sort | uniq -d | wc -l)
printf 'kills %d in %d starts, pages %d uninterrupted and %d after the kills, URLs asked more than once %d\n' \
    "$done_kills" "$rounds" "$(wc -l <"$work/whole.txt")" "$(wc -l <"$work/killed.txt")" "$repeated"
echo "verify: exit $code: $(tail -1 "$work/verify")"
if ! diff "$work/whole.txt" "$work/killed.txt" >"$work/diff"; then
    echo "the page sets differ:"
    head -20 "$work/diff"
    exit 1
fi
[ "$code" = 0 ] || { head -20 "$work/verify"; exit 1; }
echo "same pages, clean"
