# The whole job on a small simulated web: crawl, map, score, exports, and the same bytes again.
. "$(dirname "$0")/lib.sh"

run 0 demo d --storefronts 40 --seed 3 --no-progress
has "$out" 'Crawled [0-9]+ pages'
has "$out" 'Mapped [0-9]+ networks'
has "$out" 'Next: rxmap -C d networks'
for name in networks.graphml networks.svg truth.jsonl seeds.txt case.db; do [ -s "d/$name" ] || fail "no $name"; done
xmllint --noout d/networks.graphml || fail "the GraphML is not well-formed"
xmllint --noout d/networks.svg || fail "the SVG is not well-formed"

# It said which directory it would not touch, and did not.
before=$(sha256sum d/case.db)
run 1 demo d
has "$err" 'd exists and is not empty'
same "$before" "$(sha256sum d/case.db)"

# Whatever it printed is what the case says.
run 0 -C d --json networks
[ "$(json .out 'len(rows)')" -ge 2 ] || fail "fewer than two networks"
run 0 -C d verify

# Mapped again: the same bytes.
cp d/networks.graphml first.graphml
run 0 -C d map
run 0 -C d export graphml --graph network -o second.graphml
cmp first.graphml second.graphml || fail "a second map gives another GraphML"

# The server by itself: ports, truth and seeds come out, SIGTERM ends it.
"$RXMAP" demo --serve --storefronts 12 --programmes 2 --truth t.jsonl --seeds s.txt --port-file ports --log log &
server=$!
started "$server"
for _ in $(seq 100); do [ -e ports ] && break; sleep .1; done
file_has ports '^http=[0-9]+$'
[ "$(grep -c '"role":"storefront"' t.jsonl)" = 12 ] || fail "not twelve storefronts"
kill -TERM "$server"
wait "$server" || fail "SIGTERM did not end the server well"

run 2 demo --serve --storefronts many
run 2 demo --serve --zoo --truth t2.jsonl
run 1 demo --serve --storefronts 3
run 2 demo a b
