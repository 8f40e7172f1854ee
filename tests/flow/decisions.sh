# What people decide: each decision changes the map as it says, is named wherever the map is explained,
# and taken back restores the bytes; what contradicts is refused; nothing hostile gets out.
. "$(dirname "$0")/lib.sh"

run 0 demo d --storefronts 40 --seed 5 --no-progress
case=(-C d)

# members N-0001: its member sites.
members() {
    "$RXMAP" "${case[@]}" --json show "$1" | python3 -c 'import json, sys
print(*[m["id"][5:] for m in json.loads(sys.stdin.readline())["members"] if m["role"] == "member"])'
}
network_of() {
    "$RXMAP" "${case[@]}" --json show "$1" |
        python3 -c 'import json, sys; print(json.loads(sys.stdin.readline())["network"])'
}
together() { [ "$(network_of "$1")" != None ] && [ "$(network_of "$1")" = "$(network_of "$2")" ]; }
# picture NAME: everything that a map says, as it is exported.
picture() {
    run 0 "${case[@]}" export graphml --graph network -o "$1.graphml"
    run 0 "${case[@]}" --json networks
    cp .out "$1.networks"
}
# restored: the map is what it was before anybody decided.
restored() {
    run 0 "${case[@]}" map
    hasnt "$out" 'decision'
    picture now
    for kind in graphml networks; do
        cmp before.$kind now.$kind || fail "$1: taken back, $kind is not what it was"
    done
}

read -ra big <<<"$(members N-0001)"
read -ra one <<<"$(members N-0002)"
read -ra two <<<"$(members N-0003)"
picture before
run 0 "${case[@]}" review --decided
has "$out" '^nobody has decided anything yet$'

# A must-link joins two networks, and says so wherever they are told.
run 0 "${case[@]}" link "${one[0]}" "http://www.${two[0]}/page" must --note 'same account, file 4711'
has "$out" '^  decision 1: .* must be in one network \(.+@.+, 20..-..-..T..:..:..Z\)$'
has "$out" 'not in the map yet: run `rxmap map`'
has "$err" '^next: rxmap -C d map$'
run 0 "${case[@]}" map
has "$out" '^1 decision by people was honoured; 1 overrides the evidence$'
together "${one[1]}" "${two[1]}" || fail "the networks were not joined"
run 0 "${case[@]}" explain "${one[1]}" "${two[1]}"
has "$out" '^Decisions of people$'
has "$out" "overrides the evidence: joins ${#two[@]} sites to others"
has "$out" '"same account, file 4711"'
run 0 "${case[@]}" show "$(network_of "${one[0]}")"
has "$out" "decision 1: ${one[0]} and ${two[0]} must be in one network"
run 0 "${case[@]}" --json explain "${one[0]}" "${two[0]}"
same "$(json .out '[(d["id"], d["kind"], d["effect"], d["undone"]) for d in rows[0]["decisions"]]')" \
    "[(1, 'must', 'changes', None)]"
picture joined
file_has joined.graphml '<data key="n_decisions">1 must '
file_has joined.graphml 'label="DECISION"'
xmllint --noout joined.graphml || fail "the GraphML is not well-formed"
run 0 "${case[@]}" --json map
same "$(json .out '[(r["decisions"], r["overriding"], r["idle"]) for r in rows]')" "[(1, 1, 0)]"

# Said again, it stands already; the contrary is refused, and nothing is stored.
run 0 "${case[@]}" link "${two[0]}" "${one[0]}" must
has "$out" '^This stands already:$'
run 2 "${case[@]}" link "${one[0]}" "${two[0]}" cannot
has "$err" 'must be in one network by decision 1; undo it first, as in `rxmap undo 1`'
run 0 "${case[@]}" link "${two[0]}" "${big[0]}" must
run 2 "${case[@]}" link "${one[0]}" "${big[0]}" cannot
has "$err" "^rxmap: ${one[0]} and ${big[0]} must be in one network by decisions 2 and 1; undo one of them first"
run 2 "${case[@]}" mark "${two[0]}" out
has "$err" 'must be in a network by decision 1'
run 0 "${case[@]}" undo
has "$out" 'decision 2: .* must be in one network'
has "$out" 'taken back by'
run 0 "${case[@]}" undo 1
has "$out" 'the map still has it: run `rxmap map`'
run 2 "${case[@]}" undo 1
has "$err" 'decision 1 was taken back already'
run 1 "${case[@]}" undo
run 1 "${case[@]}" undo 99
restored 'a must-link'

# A cannot-link parts a network, in whichever order it is said.
run 0 "${case[@]}" link "${big[0]}" "${big[1]}" cannot
run 0 "${case[@]}" map
has "$out" '^1 decision by people was honoured; 1 overrides the evidence$'
if together "${big[0]}" "${big[1]}"; then fail "the network was not parted"; fi
run 0 "${case[@]}" explain "${big[0]}" "${big[1]}"
has "$out" 'in no common network'
has "$out" 'overrides the evidence: parts [0-9]+ sites? from others'
run 0 "${case[@]}" --json networks
cp .out parted.networks
run 0 "${case[@]}" undo
run 0 "${case[@]}" link "${big[1]}" "${big[0]}" cannot
run 0 "${case[@]}" map
run 0 "${case[@]}" --json networks
cmp .out parted.networks || fail "the order of the two sites matters"
run 0 "${case[@]}" undo
restored 'a cannot-link'

# A site that is none of the shops; a value that is no evidence; a shop that nobody recognised.
run 0 "${case[@]}" mark "${one[0]}" false-positive --note 'on the register'
run 0 "${case[@]}" map
same "$(network_of "${one[0]}")" None
run 0 "${case[@]}" show "${one[0]}"
has "$out" "${one[0]} is marked false-positive"
has "$out" 'overrides the role that its pages give it'
run 2 "${case[@]}" link "${one[0]}" "${one[1]}" must
has "$err" "is no storefront \(its role is benign\).*rxmap mark ${one[0]} in"
run 0 "${case[@]}" mark "${one[0]}" in # the later mark counts
run 0 "${case[@]}" map
same "$(network_of "${one[0]}")" "$(network_of "${one[1]}")"
run 0 "${case[@]}" review --decided
has "$out" 'took its place'
run 0 "${case[@]}" undo
run 0 "${case[@]}" map
same "$(network_of "${one[0]}")" None
run 0 "${case[@]}" undo
restored 'a mark'

run 0 "${case[@]}" --json networks
till=$(json .out 'next(s["class"] + ":" + s["value"] for r in rows if r["type"] == "network" and r["sites"] == 2 for s in r["strongest"] if s["class"] == "checkout.host")')
run 0 "${case[@]}" mark "$till" false-positive
run 0 "${case[@]}" map
has "$out" '1 overrides the evidence'
run 0 "${case[@]}" show "$till"
has "$out" 'a person marked it as no evidence'
has "$out" 'takes the value.s weight on 2 storefronts'
run 2 "${case[@]}" mark "$till" in
run 0 "${case[@]}" undo
restored 'a value'

# Without a name for it nothing is decided: networks are map's to name, words and sites have a form.
run 2 "${case[@]}" mark N-0001 out
has "$err" 'is a name that map gives'
run 2 "${case[@]}" mark "${one[0]}" maybe
run 2 "${case[@]}" link "${one[0]}" "${one[0]}" must
has "$err" 'both names are the same site'
run 2 "${case[@]}" link "${one[0]}" "${one[1]}" perhaps
run 1 "${case[@]}" mark nowhere.example out
has "$err" 'this case knows no site nowhere.example'
run 2 "${case[@]}" undo -- -3

# A link to what is no storefront any more is told, and stays for review.
run 0 "${case[@]}" mark "${two[0]}" in
run 0 "${case[@]}" link "${one[0]}" "${two[0]}" cannot
run 0 "${case[@]}" mark "${two[0]}" out
run 0 "${case[@]}" map
has "$out" '^1 decision could not be honoured; `rxmap review` tells why$'
run 0 "${case[@]}" review
has "$out" 'one of the sites is no storefront'
has "$out" 'decide: rxmap undo [0-9]+$'
run 0 "${case[@]}" undo
run 0 "${case[@]}" undo
run 0 "${case[@]}" undo
restored 'what could not be honoured'

# A note may hold anything: it is kept, shown with its site, and changes nothing.
run 0 "${case[@]}" note "${one[0]}" $'call\x1b[31m back\x07 \xff\xfe]]><b>&"' '=cmd|x'
is_safe .out
hasnt "$err" 'next:'
run 0 "${case[@]}" show "${one[0]}"
is_safe .out
has "$out" 'a note \('
has "$out" 'call.x1b\[31m back'
run 0 "${case[@]}" --json show "${one[0]}"
same "$(json .out '["\x1b[31m" in d["note"] for d in rows[0]["decisions"]]')" "[True]"
run 0 "${case[@]}" --json review --decided
is_safe .out
long=$(printf 'x%.0s' {1..2001})
run 2 "${case[@]}" note "${one[0]}" "$long"
has "$err" 'the note has 2001 bytes; at most 2000 are kept'
run 0 "${case[@]}" note "${one[0]}" "${long:1}"
run 2 "${case[@]}" note "${one[0]}" ''
restored 'a note'

# A seed that is withdrawn is a decision too: told with the others, of no matter to the map, taken back.
seed=$(head -n 1 d/seeds.txt)
run 0 "${case[@]}" seed withdraw "$seed" --note 'a chemist'
run 0 "${case[@]}" review --decided
has "$out" 'is withdrawn as a seed'
restored 'a withdrawn seed'
run 0 "${case[@]}" undo
run 0 "${case[@]}" --json seed list
same "$(json .out 'sum(r["withdrawn"] is not None for r in rows if r["type"] == "seed")')" 0

# All of it stands in the log, in a chain; rows are never rewritten; the case is whole.
same "$(grep -c '"event":"decision"' d/audit.log)" "$(python3 -c 'import sqlite3
print(sqlite3.connect("d/case.db").execute(
    "SELECT count(*) FROM decision WHERE undone = 0 AND kind <> ?", ("withdraw",)).fetchone()[0])')"
file_has d/audit.log '"event":"undo","detail":\{"id":[0-9]+,"undoes":1,"kind":"must","subject":"site:'
run 0 "${case[@]}" verify
