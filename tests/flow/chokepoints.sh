# What most storefronts hang on: every figure done again on the cut graph by a script of its own, what is not
# known is said, and what sites sent is safe wherever it is printed.
. "$(dirname "$0")/lib.sh"

# Registries for one ending only; two networks, in one of which lawful sites stand too.
printf 'biz\thttp://truth.rdap.fixture-edge.net/\n' >servers
printf '198.18.0.0/16\t64496\tIS\tShared \033[31mHosting\n198.19.0.0/16\t64497\tIS\tOwn Machines\n' >asn.tsv
run 0 -c crawl.rdap=on -c crawl.rdap_servers="$PWD/servers" -c crawl.asn="$PWD/asn.tsv" \
    demo d --storefronts 40 --seed 5 --programmes 4 --no-progress

run 0 -C d --json chokepoints --k 4
cp .out rows
python3 "$flow_dir/chokepoints.py" rows d/case.db d/truth.jsonl >.out || fail 'counted again, it is otherwise'
has "$(<.out)" '^[1-9][0-9]+ choke points, [1-9][0-9]+ steps and [1-9][0-9]* tills hold$'

# For people: the same counts, and what is not known.
run 0 -C d chokepoints --top 2 --k 1
live=$(json rows 'rows[0]["live"]') registrars=$(json rows 'rows[0]["known"]["registrar"]')
[ "$registrars" -gt 0 ] && [ "$registrars" -lt "$live" ] || fail "registrars of $registrars of $live are known"
has "$out" "^As of run 1 $live of $live storefronts are live, in [0-9]+ networks; the largest, N-0001, has [0-9]+ of them\.\$"
has "$out" "^  known for $registrars of $live live storefronts; of $((live - registrars)) none is known\$"
has "$out" '^Of [0-9]+ of them no way to pay was seen; these never count as unable to pay\.$'
has "$out" '^  others use these, too, and are hit as well:$'
has "$out" ' AS64496 \(Shared .*Hosting\): [0-9]+ lawful sites here$'
has "$out" '^  cut together: only with --shared'
has "$out" '^Of all kinds that stop a storefront'
is_safe .out
run 0 -C d chokepoints --kind as --shared --k 2
has "$out" '^    2\. \+[0-9]+ struck: '"$live"' stopped, '
hasnt "$out" '^Telephone'

# Asked for one till, the answer names its storefronts; the order of the words does not matter.
run 0 -C d --json chokepoints --kind checkout,account
cp .out one
run 0 -C d --json chokepoints --kind account,checkout
cmp one .out || fail 'the order of the kinds changes the answer'
[ "$(json one 'len([r for r in rows if r["type"] == "chokepoint"][0]["sites"])')" -gt 2 ] || fail 'no storefronts are named'

# A telephone that people call a call centre's stands apart, and is not cut with the others.
run 0 -C d --json chokepoints --kind phone --k 1
cp .out rows
phone=$(json rows '[r for r in rows if r["type"] == "chokepoint_step"][-1]["value"]')
run 0 -C d mark "$phone" false-positive
run 0 -C d --json chokepoints --kind phone --k 1
cp .out rows
same "$(json rows '[r["shared"] and r["dismissed"] for r in rows if r.get("value") == "'"$phone"'"]')" '[True]'
run 0 -C d chokepoints --kind phone
has "$out" " ${phone/+/\\+}: .*marked as no evidence\$"

# Nothing was asked of registries, no table given: said, not counted as cut.
cp -r d plain
python3 - <<'PY'
import sqlite3
db = sqlite3.connect("plain/case.db")
db.execute("DROP TRIGGER seal_fact_delete")
trigger = "CREATE TRIGGER seal_fact_delete BEFORE DELETE ON fact\nBEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END"
db.execute("DELETE FROM fact WHERE kind LIKE 'rdap%' OR kind LIKE 'as%'")
db.execute(trigger)
db.commit()
PY
run 0 -C plain chokepoints
has "$out" "known for 0 of $live live storefronts; of $live none is known: no registry was asked"
has "$out" "none is known: no table of networks was given"

# Words that are none.
run 2 -C d chokepoints --kind checkut
has "$err" 'no kind is called checkut; did you mean checkout\?'
run 2 -C d chokepoints --kind ''
run 2 -C d chokepoints --k many
has "$err" '--k is a number up to 1000, not many'
run 2 -C d chokepoints phone
has "$err" 'did you mean --kind phone\?'
run 0 init empty
run 1 -C empty chokepoints
has "$err" 'run `rxmap map` first'
if "$RXMAP" -C d chokepoints >/dev/full 2>.err; then fail 'a full disk goes unnoticed'; fi
