# crawl: usage errors, a whole run, limits, signals, kill -9 and resume, a dead proxy, a dead
# resolver, a full disk. Hosts are played by the fixture's server; its log is the judge.
. "$(dirname "$0")/lib.sh"

serve() {
    "$RXMAP" demo --serve --seeds seeds.txt --port-file ports --log requests.log "$@" >server.out 2>&1 &
    started $!
    for _ in {1..200}; do
        [ -e ports ] && break
        sleep 0.1
    done
    http=$(sed -n 's/^http=//p' ports) dns=$(sed -n 's/^dns=//p' ports)
    [ -n "$http" ] || fail "the fixture's server did not start: $(cat server.out)"
    net=(--connect-to "127.0.0.1:$http" --scope all --no-progress -c crawl.free_disk=1M)
    quick=("${net[@]}" --host-delay 0 --address-delay 0)
    slow=("${net[@]}" --host-delay 150ms --address-delay 0)
}

new_case() {
    rm -rf "$1"
    run 0 -q init "$1"
    run 0 -q -C "$1" seed add seeds.txt
}

# What was captured, one "URL status" a line, out of the WARC itself.
captured() {
    python3 - "$1" <<'PY'
import glob, gzip, re, sys
seen = set()
for name in glob.glob(sys.argv[1] + "/warc/*.warc.gz*"):
    for record in gzip.open(name).read().split(b"WARC/1.1\r\n")[1:]:
        if b"WARC-Type: response" in record:
            uri = re.search(rb"WARC-Target-URI: (\S+)", record).group(1)
            seen.add((uri + b" " + record.split(b"\r\n\r\n", 1)[1].split(b" ", 2)[1]).decode())
print("\n".join(sorted(seen)))
PY
}

serve --plain-hosts 12 --pages 12

# Usage: nothing is done.
run 0 init empty
run 2 -C empty crawl
has "$err" 'no seeds'
new_case c
for bad in "--host-delay 0" "--test-clock 2026-01-01" "--robots record" "somewhere" "--scope some" \
    "-c crawl.max_body=40M"; do
    # shellcheck disable=SC2086
    run 2 -C c crawl $bad
done
run 2 -C c crawl --connect-to 127.0.0.1:1 --proxy http://127.0.0.1:1
run 0 -C c --json status
same "$(json .out 'len(rows)')" 1 # no run was begun

# A whole run.
run 0 -C c -v crawl "${quick[@]}"
has "$out" '^pages 144$'
has "$out" 'audit.log.*[0-9a-f]{64}'
run 0 -C c verify
captured c >whole.txt
same "$(grep -vcE '(robots|ads|security)\.txt|sitemap\.xml|favicon\.ico' whole.txt)" 144
same "$(cut -f6 requests.log | sort -u)" GET
hasnt "$(cut -f7 requests.log)" '/private/|\.bak'
run 0 -C c --json crawl "${quick[@]}" # a second run, closed again
same "$(json .out '(rows[0]["run"], rows[0]["end"], rows[0]["pages"], rows[0]["waiting"])')" \
    "(2, 'done', 144, 0)"

# Robots: what was refused says why, and by which capture.
run 0 -C c status --url http://plain00001.com/private/list.html
has "$out" 'robots.txt line [0-9]+: Disallow: /private/'

# Limits: the run stays open, and goes on.
new_case t
run 9 -C t crawl "${slow[@]}" --max-time 1s
has "$out" 'To go on: rxmap -C t crawl --connect-to '
run 0 -C t crawl "${quick[@]}"
captured t >limited.txt
cmp whole.txt limited.txt || fail "a run that was stopped by its limit gave other pages"
new_case m
run 0 -C m crawl "${quick[@]}" --max-pages-per-site 3 --max-sites 5
has "$out" '^Run 1: 15 pages of'

# Signals.
for signal in INT TERM; do
    new_case s
    "$RXMAP" -q -C s crawl "${slow[@]}" >sig.out 2>&1 &
    pid=$!
    started "$pid"
    while ! compgen -G 's/warc/*' >/dev/null; do sleep 0.1; done
    sleep 0.5
    kill -s "$signal" "$pid"
    wait "$pid"
    same "$?" "$([ "$signal" = INT ] && echo 130 || echo 143)"
    run 0 -C s verify
    run 0 -C s crawl "${quick[@]}"
    captured s >signalled.txt
    cmp whole.txt signalled.txt || fail "a run that got SIG$signal gave other pages"
done

# Killed again and again; each start goes on.
new_case k
for moment in 0.9 0.5 1.1 0.7 1.0 0.6; do
    "$RXMAP" -q -C k crawl "${slow[@]}" >kill.out 2>&1 &
    pid=$!
    sleep "$moment"
    kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
done
run 0 -C k crawl "${quick[@]}"
captured k >killed.txt
cmp whole.txt killed.txt || fail "a run that was killed gave other pages"
run 0 -C k verify

# A run that was killed is finished with its evidence: no file stays open, and verify would say so.
new_case kf
"$RXMAP" -q -C kf crawl "${slow[@]}" >kill.out 2>&1 &
pid=$!
while ! compgen -G 'kf/warc/*' >/dev/null; do sleep 0.1; done
sleep 0.5
kill -9 "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
compgen -G 'kf/warc/*.open' >/dev/null || fail "the killed run left no open file"
cp -r kf kg
run 0 -C kf crawl --finish
if compgen -G 'kf/warc/*.open' >/dev/null; then fail "the finished run has an open file"; fi
run 0 -C kf verify
python3 -c 'import sqlite3
db = sqlite3.connect("kg/case.db")
db.execute("UPDATE run SET closed = 1, ended_ms = started_ms + 1")
db.commit()'
run 5 -C kg verify
has "$out$err" 'never closed'
run 0 -C kg crawl --finish
run 0 -C kg verify

# --finish closes the open run, --new-run begins another.
new_case f
run 9 -C f crawl "${slow[@]}" --max-time 1s
run 0 -C f crawl --finish
run 0 -C f --json status
same "$(json .out '[r["open"] for r in rows if r["type"] == "run"]')" "[False]"
run 9 -C f crawl "${slow[@]}" --max-time 1s
run 0 -C f crawl "${quick[@]}" --new-run
run 0 -C f --json status
same "$(json .out '[(r["open"], r["cut_short"]) for r in rows if r["type"] == "run"]')" \
    "[(False, True), (False, True), (False, False)]"

# Who crawled a test's web does not come upon the live one by leaving a flag out. A proxy that is
# down stands for it: nothing leaves this machine.
live=(--proxy http://127.0.0.1:9 --host-delay 1s --max-time 5s --no-progress)
state() { sha256sum f/audit.log && "$RXMAP" -C f --json status 2>&1; } # opening alone may touch case.db
before=$(state)
for next in "" --new-run; do
    run 2 -C f crawl "${live[@]}" $next
    has "$err" '^rxmap: run 3 of this case asked a test network, and run 4 would ask the live web: say --connect-to HOST:PORT or --test-network again, or --live if'
done
run 2 -C f crawl "${quick[@]}" --live
has "$err" '--live and a test network exclude each other'
same "$(state)" "$before"
run 7 -C f crawl "${live[@]}" --live
has "$err" '^rxmap: run 4 begins \(run 3 is closed\)$'
run 0 -C f crawl --finish
run 7 -C f crawl "${live[@]}" # the last run asked the live web
run 0 -C f crawl --finish
run 0 -C f crawl "${quick[@]}"
has "$err" '^rxmap: run 6 begins \(run 5 is closed\)$'
hasnt "$out" '^Nothing was read' # that the proxy was down is not held against the hosts
run 9 -C f crawl "${slow[@]}" --max-time 1s
run 2 -C f crawl "${live[@]}" --new-run # an open run's network counts too
run 0 -C f --json status
same "$(json .out '[r["open"] for r in rows if r["type"] == "run"][-1]')" True

# Nothing goes around a proxy that is down; a resolver that is down is told from dead shops.
new_case p
run 7 -C p crawl --test-network --host-delay 0 --proxy http://me:sesame@127.0.0.1:9 --no-progress
has "$err" 'proxy http://127.0.0.1:9 '
if grep -raq sesame p; then fail "the proxy's password is in the case"; fi
has "$(<p/audit.log)" '"--proxy","http://127.0.0.1:9"'
new_case r
run 7 -C r crawl --test-network --host-delay 0 --resolver 127.0.0.1:9 --no-progress
has "$err" 'resolver'

# Replay: the same pages out of the evidence alone, with another number of readers.
run 0 init again
run 0 -C again -c crawl.workers=3 replay c/warc/rxmap-0001-*.warc.gz
has "$out" '^pages 144$'
run 0 -C again verify
captured again >replayed.txt
cmp whole.txt replayed.txt || fail "replay gave other pages"

# A disk that runs full stops the run; with room it goes on.
unshare -rm true 2>/dev/null || { echo "nobody may mount here: the full disk was not tested"; exit 0; }
mkdir small
export -f run fail rxmap has
export work RXMAP http
unshare -rm bash -u <<'INNER' || exit 1
mount -t tmpfs -o size=1200k tmpfs small || exit 1
run 0 -q init small/c
run 0 -q -C small/c seed add seeds.txt
flags=(--connect-to "127.0.0.1:$http" --scope all --no-progress --host-delay 0 --address-delay 0)
run 6 -C small/c crawl "${flags[@]}" -c crawl.free_disk=0
mount -o remount,size=64m small || exit 1
run 0 -C small/c crawl "${flags[@]}" -c crawl.free_disk=0
run 0 -C small/c verify
exit 0
INNER
