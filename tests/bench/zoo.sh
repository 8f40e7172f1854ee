#!/usr/bin/env bash
# zoo.sh: a crawl among hostile hosts. The crawl must end by itself, read every good page, stay under
# 400 MB, and never ask for a private address. The server plays an HTTP proxy, so that the crawler's
# own guard is in force (--test-network would switch it off).
. "$(dirname "$0")/fixture.bash"
serve --zoo
new_case "$work/case"
"$RXMAP" -C "$work/case" --no-progress crawl --scope all --proxy "http://127.0.0.1:$http" \
    --host-delay 100ms --address-delay 0 --max-time "${MAX_TIME:-240s}" >"$work/out" 2>"$work/err" &
pid=$!
python3 "$bench_dir/watch_memory.py" "$pid" >"$work/memory" &
watcher=$!
start=$SECONDS code=0
wait "$pid" || code=$?
wait "$watcher" || true
seconds=$((SECONDS - start))
stop_server
cat "$work/memory"
echo "crawl: exit $code after $seconds s (0: done, 9: its time was over)"
good=$(awk -F'\t' '$4 ~ /^zoo-good/ && $9 == 200 && $7 !~ /robots/ { print $7 }' "$log" | sort -u | wc -l)
private=$(cut -f4 "$log" | sort -u | grep -cE '^[0-9.]+$|^\[|^localhost' || true)
verify=0
"$RXMAP" -C "$work/case" verify >"$work/verify" 2>&1 || verify=$?
echo "good pages $good of 200, private hosts asked for $private, verify: exit $verify"
"$RXMAP" -C "$work/case" status | head -40
peak=$(sed -n 's/.*main process \([0-9]*\) MB.*/\1/p' "$work/memory")
[ "$good" = 200 ] && [ "$private" = 0 ] && [ "$verify" = 0 ] && [ "${peak:-999}" -lt 400 ] && { [ "$code" = 0 ] || [ "$code" = 9 ] || [ "$code" = 3 ]; }
