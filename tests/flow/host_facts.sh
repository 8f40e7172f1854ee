# host_facts: what the network says of hosts. The DNS's word on each domain, autonomous systems out of a
# table, and registries that tell the truth, lie, stall, flood and send elsewhere: each leaves facts
# or its reason, nothing else; replay has the same ones, without asking anybody.
. "$(dirname "$0")/lib.sh"

"$RXMAP" demo --serve --seed 3 --storefronts 60 --programmes 3 --truth truth.jsonl --port-file ports \
    --log server.log >serve.out 2>&1 &
started $!
for _ in {1..300}; do
    [ -s ports ] && break
    sleep 0.1
done
[ -s ports ] || fail 'the fixture does not serve'

# One living shop of each of seven endings, and which registry answers for it; an eighth has none.
python3 - <<'PY' || fail 'the simulated web has too few endings'
import json
moods = ["truth", "lies", "garbage", "stalls", "floods", "redirects", "busy", None]
rows, table, seeds = {}, [], []
for line in open("truth.jsonl"):
    it = json.loads(line)
    if it.get("type") == "site" and it.get("role") == "storefront":
        rows.setdefault(it["site"].rsplit(".", 1)[1], it["site"])
for mood, (ending, site) in zip(moods, sorted(rows.items(), key=lambda r: r[0] == "com")[-8:][::-1]):
    seeds.append(f"http://{site}/\n")
    if mood:
        table.append(f"{ending}\thttp://{mood}.rdap.fixture-edge.net/\n")
    else:
        table.append(f"# none for {ending}\n")
    open(f"site.{mood}", "w").write(site)
assert len(seeds) == 8
open("seeds", "w").writelines(seeds)
open("servers", "w").writelines(table)
PY
printf '198.18.0.0/15\t64496\tIS\tFixture Networks\n' >asn.tsv

read -r http tls dns < <(tr -c '0-9\n' ' ' <ports | tr '\n' ' ')
# 0 takes 3 too: a site that says it is busy may be left for a later run, and facts are asked for.
crawl() {
    local got=0
    "$RXMAP" -C "$2" --no-progress "${@:3}" --scope seeds --max-pages-per-site 2 --host-delay 0 \
        --address-delay 0 --connect-to "127.0.0.1:$http,$tls" --resolver "127.0.0.1:$dns" \
        >"$work/.out" 2>"$work/.err" || got=$?
    out=$(<"$work/.out") err=$(<"$work/.err")
    if [ "$1.$got" = 0.3 ]; then "$RXMAP" -C "$2" status --errors; fi
    [ "$got" = "$1" ] || [ "$1.$got" = 0.3 ] || fail "rxmap crawl ${*:3} gave exit code $got, not $1"
}
# sql CASE QUERY: rows as sqlite3 prints them.
sql() {
    python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1] + "/case.db").execute(sys.argv[2]):
    print("|".join(map(str, row)))' "$@"
}
facts() { sql "$1" "SELECT kind, value FROM fact f JOIN host h ON h.id = f.host_id
    WHERE h.name = '$2' AND kind LIKE '$3' ORDER BY 1, 2"; }

# Off unless it is asked for.
run 0 init quiet
run 0 -C quiet seed add - <seeds
crawl 0 quiet crawl -c crawl.rdap_servers=servers
same "$(grep -c 'rdap' server.log)" 0
hasnt "$(sql quiet 'SELECT kind FROM fact')" rdap

run 0 init case
run 0 -C case seed add - <seeds
crawl 0 case crawl --rdap on -c crawl.rdap_servers=servers -c crawl.asn=asn.tsv
true=$(<site.truth)
has "$(facts case "$true" rdap.registrar)" '^rdap\.registrar\|Registrar [0-4] Ltd$'
has "$(facts case "$true" rdap.registrar_id)" '\|100[0-4]$'
has "$(facts case "$true" rdap.created)" '\|20[12][0-9]-03-01T10:[0-9]{2}:00Z$'
has "$(facts case "$true" rdap.updated)" '\|2025-03-01T08:00:00Z$'
has "$(facts case "$true" rdap.expires)" '\|2027-03-01T10:00:00Z$'
has "$(facts case "$true" rdap.status)" '\|client transfer prohibited$'
has "$(facts case "$true" rdap.privacy)" '\|(yes|no)$'
has "$(facts case "$true" rdap.abuse)" '\|abuse@registrar[0-4]\.example$'
hasnt "$(sql case 'SELECT value FROM fact')" 'Iva Holder'
failed() { same "$(facts case "$(<site.$1)" 'rdap.%')" "rdap.failed|$2"; }
failed lies 'the answer is about another domain'
failed garbage 'the answer is no JSON'
failed floods 'the answer is over 65536 bytes'
failed redirects 'the server sends elsewhere, and that is not followed'
failed busy 'the server answers 429'
has "$(facts case "$(<site.stalls)" 'rdap.%')" '^rdap\.failed\|.*(tim|slow|second)'
has "$(facts case "$(<site.None)" 'rdap.%')" '^rdap\.failed\|no RDAP server is known for \.'
has "$(facts case "$true" ns)" '^ns\|[a-z]'
has "$(facts case "$true" mx)" "^mx\|mail\.$true$"
has "$(facts case "$true" spf)" '^spf\|v=spf1 ip4:'
same "$(sql case "SELECT DISTINCT value FROM fact WHERE kind IN ('asn', 'as.name', 'country')
    ORDER BY value" | tr '\n' ,)" '64496,Fixture Networks,IS,'
# Every fact stands in the evidence.
same "$(sql case 'SELECT count(*) FROM fact WHERE warc_bytes = 0')" 0
run 0 -C case verify
has "$out" ': 0 findings$'

# What people and programs see.
run 0 -C case map
run 0 -C case show "$true"
has "$out" '^  rdap\.registrar +Registrar [0-4] Ltd +\('
has "$out" '^  asn +64496 +\('
run 0 -C case show "$true" --json
has "$(json .out '[f["value"] for f in rows[0]["facts"] if f["kind"] == "rdap.registrar"]')" Registrar
run 0 -C case export graphml -o network.graphml
file_has network.graphml '<data key="n_registrar">Registrar [0-4] Ltd</data>'
file_has network.graphml '<data key="n_asn">64496</data>'

# The same facts out of the evidence alone.
run 0 init again
run 0 -C again replay case/warc/*.warc.gz
list="SELECT h.name, kind, value, source, seen_ms FROM fact f JOIN host h ON h.id = f.host_id ORDER BY 1, 2, 3"
same "$(sql again "$list")" "$(sql case "$list")"
same "$(sql again 'SELECT count(*) FROM url')" "$(sql case 'SELECT count(*) FROM url')"

# Wrong tables are refused before anything is done.
printf 'com\tftp://x/\n' >servers
crawl 2 quiet crawl --new-run --rdap on -c crawl.rdap_servers=servers
has "$err" 'servers:1: a row is an ending'
printf 'hello\n' >asn.tsv
crawl 2 quiet crawl --new-run -c crawl.asn=asn.tsv
has "$err" 'asn\.tsv:1: begins with no network'
