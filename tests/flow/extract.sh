# extract: a new row of the case's table is applied to all that was captured, from the evidence, as
# a further reading beside the old, as a replay with the same table reads it; again and after a
# kill there is no more of it than once; damage is told with its place.
. "$(dirname "$0")/lib.sh"

pages=450
python3 "$flow_dir/extract.py" port $pages 2>server.err &
started $!
for _ in {1..200}; do
    [ -e port ] && break
    sleep 0.1
done
[ -e port ] || fail "the server did not start: $(cat server.err)"

# sql CASE QUERY: one answer.
sql() {
    python3 - "$1/case.db" "$2" <<'PY' || fail "not answered: $2"
import sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for row in db.execute(sys.argv[2]):
    print("|".join(str(value) for value in row))
PY
}
# What counts of a case, in words, whatever numbers its rows have.
newest='NOT EXISTS (SELECT 1 FROM content n WHERE n.url_id = c.url_id AND n.sha256 = c.sha256 AND n.id > c.id)'
sightings() {
    sql "$1" "SELECT u.text, hex(c.sha256), i.class, i.value, g.place, g.offset, g.length, g.hidden, g.raw
        FROM content c JOIN url u ON u.id = c.url_id JOIN sighting g ON g.content_id = c.id
        JOIN indicator i ON i.id = g.indicator_id WHERE $newest ORDER BY 1, 2, 3, 4, 5, 6"
}
links() {
    sql "$1" "SELECT u.text, l.ordinal, t.text, l.kind, l.offset, l.text FROM content c
        JOIN url u ON u.id = c.url_id JOIN link l ON l.content_id = c.id
        JOIN url t ON t.id = l.to_url_id WHERE $newest ORDER BY 1, 2"
}
contents() {
    sql "$1" "SELECT u.text, hex(c.sha256), r.reader, c.signs, c.title, c.failure FROM content c
        JOIN url u ON u.id = c.url_id JOIN reading r ON r.id = c.reading_id WHERE $newest ORDER BY 1, 2"
}
roles() { rxmap -C "$1" export jsonl --graph network -o - | grep '"type":"site"' | sort; }

run 10 -C nowhere extract
run 0 init case
run 0 -C case extract # nothing was captured
has "$out" '^Nothing to do'
run 0 -C case seed add http://shop.example/
run 0 -C case --no-progress crawl --scope seeds --connect-to "127.0.0.1:$(<port)" \
    -c crawl.free_disk=1M --max-pages-per-site 0 --host-delay 0 --address-delay 0
run 2 -C case extract now
run 0 -C case map
same "$(sql case "SELECT count(*) > 0 FROM reading WHERE reader LIKE 'image/%'")" 1
run 0 -C case extract
has "$out" '^Nothing to do'
grep -Eq '"extract-(begin|end)"' case/audit.log && fail 'what was never begun was noted'
same "$(sql case 'SELECT count(*) FROM reading WHERE tables LIKE "%/%"')" 0
cp -r case plain
cp -r case killed
roles case >roles.before

class=$'class\tx.promo\tPromotion code\taffiliate\t3\taffiliate\t-\tadvertising\t-\tpage\t-'
row=$'x.promo\ttext,comment,script,header\t-\tpromo code: (\\w{4,12})\\b\tlower\tany\ti\tpromo code: SAVE2026 today\tsave2026\tpromo code: x'
printf '%s\n%s\n' "$class" "$row" >case/signatures.tsv
run 0 -C case show shop.example
hasnt "$out" 'x\.promo'

# The new class is found wherever it stands; the old reading is still there.
before=$(sql case 'SELECT count(*) FROM content')
run 0 -C case --no-progress extract
has "$out" "^$before captures read again"
same "$(sql case 'SELECT count(*) FROM content')" $((2 * before))
same "$(sql case 'SELECT count(DISTINCT tables) FROM reading')" 2
run 0 -C case map
run 0 -C case show shop.example
for value in page0000 robots55 script66 header88; do
    run 0 -C case show "x.promo:$value"
    has "$out" 'shop\.example'
done
run 0 -C case export jsonl -o - && file_has .out '"class":"x\.promo".*page0449'
run 0 -C case verify # both readings: every byte that either cites
has "$out" ': 0 findings$'
sightings_all=$(sql case 'SELECT count(*) FROM sighting WHERE length > 0')
cited=$(sed -n 's/.* \([0-9]*\) cited places.*/\1/p' <<<"$out")
((cited >= sightings_all)) || fail "verify read $cited places of $sightings_all"
roles case >roles.after
cmp roles.before roles.after || fail 'a role changed, but no table of roles did'
same "$(sql case 'SELECT count(*) FROM site_view')" 0
tail -1 case/audit.log | grep -q '"extract-end"' && fail 'the map and show came later'
file_has case/audit.log '"extract-begin".*"tables":"[0-9a-f]{64}".*"signatures_sha256":"[0-9a-f]{64}"'
same "$(sql case "SELECT count(*) FROM meta WHERE key LIKE 'signatures:%' AND value LIKE '%SAVE2026%'")" 1

# What is counted is what was captured.
run 0 -C plain status
has "$out" "^ +$before contents captured"
links_once=$(grep -o '[0-9]* links' <<<"$out")
run 0 -C case status
has "$out" "^ +$before contents captured, $links_once, $(sightings case | wc -l) sightings"

# A second time there is nothing to do.
rows='SELECT (SELECT count(*) FROM content), (SELECT count(*) FROM sighting), (SELECT count(*) FROM link), (SELECT count(*) FROM reject), (SELECT count(*) FROM reading)'
once=$(sql case "$rows")
run 0 -C case extract
has "$out" '^Nothing to do'
run 0 -C case extract --json
same "$(json .out '[r["read"] + r["left"] + r["unread"] for r in rows]')" '[0]'
same "$(sql case "$rows")" "$once"

# As a replay of the evidence with the same table has it.
run 0 init fresh
cp case/signatures.tsv fresh/
run 0 -C fresh replay case/warc/*.warc.gz
for what in sightings links contents; do
    $what case >case.$what
    $what fresh >fresh.$what
    [ -s case.$what ] || fail "there are no $what"
    cmp case.$what fresh.$what || fail "a replay has other $what"
done

# What is taken out of the table counts no more; put back, it does again.
rm case/signatures.tsv
run 0 -C case --no-progress extract
run 0 -C case map
sightings case >case.sightings
sightings plain >plain.sightings
cmp case.sightings plain.sightings || fail 'without the row there is more than before it'
run 0 -C case verify
has "$out" ': 0 findings$'
cp fresh/signatures.tsv case/
run 0 -C case --no-progress extract
sightings case | cmp - fresh.sightings || fail 'the row did not come back'

# strike SIGNAL PID CASE: as soon as a first batch is there.
strike() {
    python3 - "$1" "$2" "$3/case.db" "$before" <<'PY'
import os, signal, sqlite3, sys, time
db = sqlite3.connect(f"file:{sys.argv[3]}?mode=ro", uri=True, timeout=5)
for _ in range(20000):
    try:
        if db.execute("SELECT max(id) FROM content").fetchone()[0] > int(sys.argv[4]):
            break
    except sqlite3.OperationalError:
        pass
    time.sleep(0.003)
try:
    os.kill(int(sys.argv[2]), getattr(signal, sys.argv[1]))
except ProcessLookupError:
    print("it was done before it was struck", file=sys.stderr)
PY
}

# Killed in the midst it goes on, and no reading is there twice.
cp fresh/signatures.tsv killed/
"$RXMAP" -C killed --no-progress extract >/dev/null 2>&1 &
pid=$!
strike SIGKILL $pid killed
wait $pid 2>/dev/null
(($? == 137)) || echo 'it was done before it was struck' >&2
run 0 -C killed status
run 0 -C killed --no-progress extract
same "$(sql killed 'SELECT count(*) FROM content')" $((2 * before))
for what in sightings links contents; do
    $what killed | cmp - fresh.$what || fail "after a kill there are other $what"
done
same "$(sql killed "SELECT count(*) FROM sqlite_schema WHERE name = 'sighting_by_indicator'")" 1
run 0 -C killed extract
has "$out" '^Nothing to do'

# Ctrl-C: what was read stays, and the next goes on. One at a time has the case.
cp fresh/signatures.tsv plain/
exec 9>>plain/audit.log
flock -x 9
run 8 -C plain extract
exec 9>&-
"$RXMAP" -C plain --no-progress extract >stopped.out 2>&1 &
pid=$!
strike SIGINT $pid plain
wait $pid
code=$?
case $code in
130) file_has stopped.out 'To go on: rxmap -C plain extract$' ;;
0) echo 'it was done before it was stopped' >&2 ;;
*) fail "stopped with $code" ;;
esac
run 0 -C plain --no-progress extract
sightings plain | cmp - fresh.sightings || fail 'after an interruption there are other sightings'

# -v: what looks like an identifier and is none.
run 0 -C plain extract -v
has "$out" '^Nothing to do'
has "$out" '^ +[0-9]+ on +[0-9]+ pages  btc +check$'

# What an older program read, and took for something else, is read again; the row of its run is sealed.
cp -r plain older
python3 - older/case.db <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
seals = db.execute("SELECT name, sql FROM sqlite_schema WHERE name IN ('seal_site_state_update', 'keep_reading_update')").fetchall()
assert len(seals) == 2
for name, _ in seals:
    db.execute(f"DROP TRIGGER {name}")
db.execute("UPDATE site_state SET role = 1 + role % 3, reasons = 'as it was seen then'")
db.execute("UPDATE reading SET reader = replace(reader, 'scan/', 'scan/0') WHERE tables = (SELECT tables FROM reading ORDER BY id DESC LIMIT 1)")
for _, sql in seals:
    db.execute(sql)
PY
roles older >older.before
cmp -s older.before roles.before && fail 'the role was not made another'
run 0 -C older --no-progress extract --json
same "$(json .out '[r["roles"] for r in rows]')" '[1]'
run 0 -C older map
roles older | cmp - roles.before || fail 'the role was not decided again'
same "$(sql older 'SELECT count(*) FROM site_view')" 1
same "$(sql older "SELECT count(*) FROM site_state WHERE reasons = 'as it was seen then'")" 1
sightings older | cmp - fresh.sightings || fail 'the newer reader found other things'
run 0 -C older extract
has "$out" '^Nothing to do'

# An open run goes on by its own tables first.
"$RXMAP" -C older --no-progress crawl --scope seeds --connect-to "127.0.0.1:$(<port)" --max-time 0.3s \
    -c crawl.free_disk=1M --max-pages-per-site 0 --host-delay 0 --address-delay 0 >/dev/null 2>&1
if [ $? = 9 ]; then
    run 2 -C older extract
    has "$err" 'a run is open'
    tail -1 older/audit.log | grep -q '"extract-end"' && fail 'an end was noted of what was not begun'
    run 0 -C older crawl --finish
    run 0 -C older --no-progress extract
fi

# A damaged record is told with file and offset; all others are read.
cp -r fresh broken
rm broken/signatures.tsv
place=$(sql broken "SELECT f.response_offset + f.response_bytes / 2, w.name FROM fetch f
    JOIN warc w ON w.id = f.response_file JOIN url u ON u.id = f.url_id WHERE u.text LIKE '%/p77.html'")
IFS='|' read -r byte name <<<"$place"
chmod u+w "broken/warc/$name"
printf '\xff\xff\xff\xff' | dd of="broken/warc/$name" bs=1 seek="$byte" conv=notrunc status=none
run 5 -C broken --no-progress extract
has "$err" "^rxmap: broken/warc/$name: offset [0-9]+: "
has "$out" "^$((before - 1)) captures read again"
run 5 -C broken --no-progress extract

# A body that no reader managed, so that its digest is not known, is no damage when one manages.
cp -r fresh unknown
python3 - unknown/case.db <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
guards = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
for name, _ in guards:
    db.execute(f"DROP TRIGGER {name}")
made = db.execute("UPDATE content SET sha256 = zeroblob(32), failure = 'the reader was killed' "
                  "WHERE url_id = (SELECT id FROM url WHERE text LIKE '%/p77.html')").rowcount
assert made == 1
for _, sql in guards:
    db.execute(sql)
PY
rm unknown/signatures.tsv
run 3 -C unknown --no-progress extract
has "$out" "^$((before - 1)) captures read again"
has "$out" '^1 could not be read; what was read of them before stands'
