# The whole job on a small simulated web: crawl, map, score, exports, and the same bytes again.
. "$(dirname "$0")/lib.sh"

run 0 demo d --storefronts 40 --seed 3 --no-progress
has "$out" 'Crawled [0-9]+ pages'
has "$out" 'Mapped [0-9]+ networks'
has "$out" '^B-cubed F1 +[0-9.]+ '
has "$out" '^affiliates, extended B-cubed: F1 [0-9.]+ '
has "$out" 'd/networks.graphml$'
# The networks and what to type end it; the long table of classes is a command away.
hasnt "$out" '^EXTRACTION'
[ "$(wc -l <.out)" -le 60 ] || fail "the demo says too much"
has "$(tail -25 .out)" '^N-0001 '
same "$(tail -1 .out)" "Next: $RXMAP -C d networks"
same "$(grep -c -- '--extraction$' .out)" 1
read -ra named < <(grep -- '--extraction$' .out)
"${named[@]}" >table || fail "the command that it names does not work"
file_has table '^EXTRACTION +LISTED'
read -ra named < <(grep -- 'show N-0001$' .out)
"${named[@]}" >/dev/null || fail "the command that it names does not work"
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

# A value is found without its class, a number however it is written; a network's name has a form.
phone=$(rxmap -C d export jsonl -o - | python3 -c 'import json, sys
print(next(r["value"] for r in map(json.loads, sys.stdin) if r["type"] == "sighting" and r["class"] == "phone"))')
run 0 -C d show "phone:$phone"
same "$(rxmap -C d show "$phone")" "$out"
same "$(rxmap -C d show "${phone:0:3} (${phone:3:3}) ${phone:6}")" "$out"
run 1 -C d show n-1
has "$err" 'called as in N-0001 or A-0001'

# What a reader asks of it: sentences, whole words, and next to nothing folded into one line.
run 0 -C d show n-0001
has "$out" '^N-0001: a network of [0-9]+ sites'
has "$out" '^    on (all|[0-9]+ of the) [0-9]+ sites, [0-9.]+ bits$'
has "$out" '^  the strongest 5 of [0-9]+ values that its sites share$'
hasnt "$out" '[{}]'
run 0 -C d show A-0001 # his id behind every shop of a programme is one value
has "$out" '^  [A-Z].*: .* and [0-9]+ other spellings? of it$'
run 0 -C d --json show A-0001
same "$(json .out 'max(n for v in [x["value"].split("|")[-1] for x in rows[0]["strongest"] if x["class"] == "affiliate"] for n in [sum(x["value"].endswith("|" + v) for x in rows[0]["strongest"])])')" 1
run 0 -C d --json show N-0001
read -r a b < <(json .out '" ".join(m["id"][5:] for m in rows[0]["members"] if m["core"])' | cut -d' ' -f1,2)
run 0 -C d explain "$a" "$b"
hasnt "$out" '^ *0\.0 bits  [A-Z]'
has "$out" 'and [0-9]+ more values? of under 0\.1 bits.*--all'
folded=$(grep -c 'bits by itself' .out)
run 0 -C d explain "$a" "$b" --all
has "$out" '^ *0\.0 bits  [A-Z]'
[ "$(grep -c 'bits by itself' .out)" -gt "$folded" ] || fail "--all tells no more"
hasnt "$out" '--all'
run 0 -C d explain "$a" "$b" --json
[ "$(json .out 'len(rows[0]["evidence"])')" -gt "$folded" ] || fail "the JSON is folded"

# No certainty is claimed, and it is said what the number means.
caveat='^confidence: how well .* a score, not a calibrated probability, and no finding of guilt$'
run 0 -C d show N-0001
hasnt "$out" '\b1\.00\b'
has "$out" "$caveat"
has "$(<d/networks.svg)" 'no probability and no finding of guilt'
hasnt "$(<d/networks.svg)" 'confidence 1\.00'

# Colours only where they are asked for.
run 0 -C d networks
has "$out" "$caveat"
hasnt "$out" '\b1\.00\b'
is_safe .out
run 0 -C d --color=always networks
has "$out" $'\e\\[1mNETWORK'

# A CSV's two files are named after the one that was given.
run 0 -C d export csv -o shops.csv
has "$err" 'wrote shops-nodes\.csv and shops-edges\.csv'
file_has shops-nodes.csv '^Id,Label,'
file_has shops-edges.csv '^Source,Target,Type,'
mkdir tables
run 0 -C d export csv -o tables
cmp tables/edges.csv shops-edges.csv || fail "a folder gets other edges"
run 0 -C d export csv -o -
cmp .out shops-edges.csv || fail "standard output gets other edges"
chmod 0 tables
if [ "$(id -u)" != 0 ]; then run 1 -C d export csv -o tables; fi
mkdir -p half/x-edges.csv
run 1 -C d export csv -o half/x
has "$err" "half/x-edges.csv is a folder"
[ ! -e half/x-nodes.csv ] || fail "half an export was left behind"

# What an export could not write is named, with the reason.
for format in graphml csv jsonl svg; do
    "$RXMAP" -C d export $format -o - >/dev/full 2>.err
    same "$format $?" "$format 6"
    file_has .err '^rxmap: standard output: cannot write the .*: there is no room on its disk$'
done

# JSON lines of one graph, or of everything.
run 0 -C d export jsonl --graph links -o -
same "$(json .out 'sorted({row["type"] for row in rows})')" "['lead', 'link', 'origin', 'page', 'site']"
run 0 -C d export jsonl -o all.jsonl
same "$(json all.jsonl 'sorted({row["type"] for row in rows})')" "['lead', 'link', 'network', 'origin', 'page', 'sighting', 'site']"

# The server by itself: ports, truth and seeds come out, SIGTERM ends it.
"$RXMAP" demo --serve --storefronts 12 --programmes 2 --truth t.jsonl --seeds s.txt --port-file ports --log log &
server=$!
started "$server"
for _ in $(seq 100); do [ -e ports ] && break; sleep .1; done
file_has ports '^http=[0-9]+$'
[ "$(grep -c '"role":"storefront"' t.jsonl)" = 12 ] || fail "not twelve storefronts"
kill -TERM "$server"
wait "$server" || fail "SIGTERM did not end the server well"

"$RXMAP" demo --serve --storefronts 12 --programmes 2 --truth - --port-file ports2 >served &
server=$!
started "$server"
for _ in $(seq 100); do [ -e ports2 ] && break; sleep .1; done
kill -TERM "$server"
wait "$server"
cmp <(grep '"type":' served) t.jsonl || fail "standard output gets another truth"
[ ! -e ./- ] || fail "a file called - was made"
file_has served "^$RXMAP -C played seed add demo-seeds.txt\$"

# What it prints can be pasted: its own lines lead to its own web.
mkdir "in a room"
(cd "in a room" && exec "$RXMAP" demo --serve --plain-hosts 2 --pages 2 --seeds "my seeds" >../recipe) &
started $!
for _ in $(seq 100); do grep -q 'played crawl' recipe && break; sleep .1; done
(cd "in a room" && sed -n '2,$p' ../recipe | sed '$s/$/ -c crawl.free_disk=1M --no-progress/' >../typed && bash -eu ../typed) >.out 2>.err ||
    fail "the recipe does not work"
file_has .out '^Run 1: 4 pages of 2 sites'
run 2 demo --serve --storefronts many
run 2 demo --serve --zoo --truth t2.jsonl
run 1 demo --serve --storefronts 3
run 2 demo a b
