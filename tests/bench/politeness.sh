#!/usr/bin/env bash
# politeness.sh: 2,000 hosts and 20,000 requests at 200 ms a host; the server's own log is the judge.
. "$(dirname "$0")/fixture.bash"
hosts=${HOSTS:-2000} pages=${PAGES:-9} # and each host's robots.txt
serve --plain-hosts "$hosts" --pages "$pages"
new_case "$work/case"
start=$(date +%s.%N)
"$RXMAP" -C "$work/case" --no-progress crawl --scope all "${net[@]}" --host-delay 200ms --address-delay 0 >"$work/out" 2>"$work/err" ||
    { cat "$work/out" "$work/err" >&2; exit 1; }
end=$(date +%s.%N)
stop_server
python3 "$bench_dir/judge_manners.py" "$log" --delay-ms 200 --hosts "$hosts" --requests $((hosts * (pages + 1))) \
    --forbidden /private/ --forbidden .bak --seconds "$(python3 -c "print($end - $start)")"
