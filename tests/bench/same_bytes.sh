#!/usr/bin/env bash
# same_bytes.sh: the demo's three graphs must be the same bytes after a second map, and after a replay
# of its WARC into an empty case with another number of workers.
. "$(dirname "$0")/fixture.bash"
"$RXMAP" demo "$work/demo" --seed "${SEED:-1}" >"$work/out" 2>&1 || { tail -5 "$work/out"; exit 1; }

# graphs CASE NAME: maps the case and exports each graph.
graphs() {
    "$RXMAP" -q -C "$1" map >/dev/null
    for graph in links network evidence; do
        "$RXMAP" -q -C "$1" export graphml --graph "$graph" -o "$work/$2-$graph.graphml" >/dev/null
    done
}

graphs "$work/demo" first
graphs "$work/demo" second
"$RXMAP" -q init "$work/replayed"
"$RXMAP" -q -C "$work/replayed" --no-progress -c crawl.workers="${WORKERS:-5}" replay "$work"/demo/warc/*.gz >/dev/null
graphs "$work/replayed" replayed
differ=0
for graph in links network evidence; do
    for other in second replayed; do
        cmp "$work/first-$graph.graphml" "$work/$other-$graph.graphml" || differ=$((differ + 1))
    done
    printf '%-9s %9d bytes, sha256 %.16s\n' "$graph" "$(stat -c %s "$work/first-$graph.graphml")" \
        "$(sha256sum <"$work/first-$graph.graphml")"
done
echo "3 graphs, second map and replay with ${WORKERS:-5} workers: $differ of 6 differ"
[ "$differ" = 0 ]
