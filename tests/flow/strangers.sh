# strangers: what one host answers is that host's outcome; it neither ends the run nor holds it open.
. "$(dirname "$0")/lib.sh"
export RXMAP_CRAWL_PARTS=false # requests are counted; parts.sh has the rest

python3 "$flow_dir/strangers.py" port asked.txt 2>server.err &
started $!
for _ in {1..200}; do
    [ -e port ] && break
    sleep 0.1
done
[ -e port ] || fail "the server did not start: $(cat server.err)"
net=(--connect-to "127.0.0.1:$(<port)" --no-progress -c crawl.free_disk=1M
    --host-delay 0 --address-delay 0)

# crawl_of NAME WORDS..: a new case with the seed http://NAME.example/, crawled to its end (in five
# minutes at most) with the code $want (0); the requests are in asked.txt.
crawl_of() {
    local name=$1
    shift
    rm -rf "$name" && : >asked.txt
    run 0 -q init "$name"
    run 0 -q -C "$name" seed add - < <(printf 'http://%s.example/\n' "$name" plain)
    timeout 300 "$RXMAP" -C "$name" crawl "${net[@]}" "$@" >"$work/.out" 2>"$work/.err"
    same "$?" "${want:-0}"
    out=$(<"$work/.out") err=$(<"$work/.err")
    file_has asked.txt '^plain.example /b$'
}

# More cookies than a request can carry: each page is asked, with those that fit.
crawl_of cookies
file_has asked.txt '^cookies.example /a$'
file_has asked.txt '^cookies.example /b$'

# Links without end fill no disk, `status` tells, and the till at their end is not hidden by them.
crawl_of flood
pages=$(grep -c "^flood.example /" asked.txt)
((pages > 15)) || fail "only $pages pages of flood"
(($(stat -c %s flood/case.db) < 16 * 1024 * 1024)) || fail "flood/case.db: $(stat -c %s flood/case.db)"
run 0 -C flood status --url http://flood.example/
has "$out" 'of its links were not kept'
file_has asked.txt '^till.example /$'

# A host's name that leaves no room for the path of its robots.txt.
crawl_of longname --scope all
file_has asked.txt '^longname.example /a$'

# A robots.txt that redirects to a host that asks for two hours: its pages are given up with it.
want=3 crawl_of mover --scope all
file_has asked.txt '^busy.example /robots.txt$'
same "$(grep -c '^busy' asked.txt)" 1
has "$out" '^1 URL was not asked, because the host had backed off'
run 0 -C mover status --url http://mover.example/
has "$out" 'robots'

# A robots.txt that cannot be had, by way of another host: for how long the pages that wait for it are
# left alone is remembered for the next crawl.
want=3 crawl_of shy --scope all
same "$(python3 -c 'import sqlite3
db = sqlite3.connect("shy/case.db")
print(*db.execute("""SELECT name FROM host WHERE failures = 1 AND
    next_ms > (SELECT max(started_ms) FROM fetch) + 200000 ORDER BY name"""))')" \
    "('down.example',) ('shy.example',)"

# Where a robots.txt redirects to is asked for like a link: nothing that acts, off the site only
# another robots.txt, and where the crawl keeps to its seeds no stranger's at all. The rules are then
# unavailable, and the page is asked.
for scope in seeds linked all; do
    crawl_of lure --scope "$scope"
    file_has asked.txt '^lure.example /a$'
    hasnt "$(<asked.txt)" 'cart'
    crawl_of lure-home --scope "$scope"
    file_has asked.txt '^lure-home.example /a$'
    hasnt "$(<asked.txt)" 'cart'
done
crawl_of lure-rules --scope seeds
file_has asked.txt '^lure-rules.example /a$'
hasnt "$(<asked.txt)" 'elsewhere'
crawl_of lure-rules
file_has asked.txt '^elsewhere.example /robots.txt$'

# The process that starts the readers is killed, as the kernel does when memory is short: the run
# stops and says so, no page is called unreadable for it, and the next crawl goes on.
: >asked.txt
run 0 -q init z
run 0 -q -C z seed add - < <(echo http://many.example/)
"$RXMAP" -C z crawl "${net[@]}" --host-delay 100ms >"$work/.out" 2>"$work/.err" &
pid=$!
started "$pid"
for _ in {1..600}; do
    [ "$(wc -l <asked.txt)" -gt 5 ] && break
    sleep 0.1
done
kill -9 "$(pgrep -P "$pid" -x rxmap-zygote)" || fail "no zygote to kill"
wait "$pid"
same "$?" 1
file_has .err 'crawl again to go on'
run 0 -C z crawl "${net[@]}"
run 0 -C z --json status
same "$(json .out '[r["outcomes"] for r in rows if r["type"] == "run"]')" "[{'ok': 31}]"
