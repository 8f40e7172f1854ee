# parts: what a shop hides outside its pages' text is found, in every place once; its scripts and
# files are asked within their budget, by its robots.txt, after its pages, and of nobody else; a
# replay of the evidence finds the same.
. "$(dirname "$0")/lib.sh"

python3 "$flow_dir/parts.py" port asked.txt 2>server.err &
started $!
for _ in {1..200}; do
    [ -e port ] && break
    sleep 0.1
done
[ -e port ] || fail "the server did not start: $(cat server.err)"
net=(--connect-to "127.0.0.1:$(<port)" --no-progress -c crawl.free_disk=1M --scope linked
    --host-delay 0 --address-delay 0)

places=(css ld next nested twice percent data onclick javascript robots sitemap sectxt manifest
    orphan scriptjs-app)

# look CASE: every place gave its address; what is nobody's did not.
look() {
    run 0 -C "$1" map
    run 0 -C "$1" show parts.example --json
    for place in "${places[@]}"; do has "$out" "$place@parts-desk\.org"; done
    hasnt "$out" 'author@parts-desk\.org'
    has "$out" '8027319465028371'
    hasnt "$out" '5027319465028379'
    has "$out" '14156612837'
    for class in ads.set robots.hash favicon favicon.sha256 logo.sha256 logo.phash; do has "$out" "\"$class\""; done
    run 0 -C "$1" verify
    has "$out" ': 0 findings$'
}

run 0 init case
run 0 -C case seed add http://parts.example/
run 0 -C case crawl "${net[@]}"
look case

# Of what a file or a picture says as a whole no byte is cited, but that it says this is checked too.
wholes=(robots.hash ads.set favicon.sha256 logo.sha256 logo.phash)
cp -r case other
python3 - other/case.db "${wholes[@]}" <<'PY' || fail 'no value was made another'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
guards = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
for name, _ in guards:
    db.execute(f"DROP TRIGGER {name}")
for name in sys.argv[2:]:
    assert db.execute("UPDATE indicator SET value = 'f00d' WHERE class = ?", (name,)).rowcount == 1
for _, sql in guards:
    db.execute(sql)
PY
run 5 -C other verify
for class in "${wholes[@]}"; do
    has "$out" ": $class at byte 0 of .* do not say what they are cited for"
done

# Eight scripts of the shop's own, but the one that robots.txt keeps; one icon, one logo; no stranger's.
scripts=$(grep -c '\.js$' asked.txt)
((scripts >= 7 && scripts <= 8)) || fail "$scripts scripts were asked"
hasnt "$(<asked.txt)" 's3\.js|private|lib\.js|favicon\.ico|photo|other-logo'
same "$(sort asked.txt | uniq -d)" ''
first=$(grep -n '\.js$' asked.txt | head -1 | cut -d: -f1)
about=$(grep -n 'about' asked.txt | cut -d: -f1)
((about < first)) || fail 'a script was asked before a page'

# A document type is refused, and that is told.
run 0 -C case status --url http://parts.example/sitemap.xml
has "$out" 'document type'

# The same from the evidence.
run 0 init again
run 0 -C again replay case/warc/*.warc.gz
look again

# A site that has had its pages still gives its parts.
: >asked.txt
run 0 init few
run 0 -C few seed add http://parts.example/
run 0 -C few crawl "${net[@]}" --max-pages-per-site 1
hasnt "$(<asked.txt)" '\.html'
file_has asked.txt 'app\.js'
file_has asked.txt 'ads\.txt'

# Not asked where nobody wants them.
: >asked.txt
run 0 init plain
run 0 -C plain seed add http://parts.example/
run 0 -C plain crawl "${net[@]}" -c crawl.parts=false
hasnt "$(<asked.txt)" '\.js$|ads\.txt|security|icon|manifest|map'

# A host that drips its page until the time is over is left alone, its parts too.
: >asked.txt
run 0 init slow
run 0 -C slow seed add http://drips.example/
run 3 -C slow crawl "${net[@]}" -c crawl.total_time=1s
same "$(grep '^drips' asked.txt)" $'drips.example /robots.txt\ndrips.example /'

# A seed whose GET would act is not asked, and one that is gone is not the end: the front page is.
for seed in 'unsubscribe?u=victim' 'gone/for-good'; do
    : >asked.txt
    rm -rf deep
    run 0 init deep
    run 0 -C deep seed add - < <(printf 'http://parts.example/%s\n' "$seed")
    run 0 -C deep crawl "${net[@]}" --scope seeds --depth 0
    hasnt "$(<asked.txt)" 'unsubscribe'
    file_has asked.txt '^parts.example /$'
done
