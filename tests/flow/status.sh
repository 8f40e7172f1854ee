# What status tells of a crawl: counts, sites that gave nothing, one URL's fate; and its JSON.
. "$(dirname "$0")/lib.sh"

"$RXMAP" demo --serve --plain-hosts 3 --pages 4 --seeds seeds.txt --port-file ports &
started $!
for _ in $(seq 100); do [ -s ports ] && break; sleep .1; done
. ./ports
run 0 init c
run 0 -C c status # what is typed next works where it is read: -C stays
has "$err" 'next: rxmap -C c seed add FILE$'
run 0 init 'two words'
run 0 -C 'two words' status
has "$err" "next: rxmap -C 'two words' seed add FILE\$"
(cd c && "$RXMAP" status) 2>in.err >in.out
file_has in.err 'next: rxmap seed add FILE$'
run 0 -C c seed add seeds.txt http://nobody.example/
run 0 -C c status
has "$err" 'next: rxmap -C c crawl$'
page=$(head -1 seeds.txt)

crawl() {
    local want=$1
    shift
    run "$want" -C c crawl --connect-to "127.0.0.1:$http,$tls" --host-delay 1ms --address-delay 0 \
        --scope seeds --no-progress "$@"
}
crawl 3 --label first # nobody.example hangs up
has "$out" '^Next: rxmap -C c map$'
run 0 -C c --json status
same "$(json .out '[row["type"] for row in rows]')" "['case', 'run']"
same "$(json .out '(rows[1]["label"], rows[1]["open"], rows[1]["waiting"])')" "('first', False, 0)"
same "$(json .out 'rows[0]["seeds"]')" 4
[ "$(json .out 'rows[1]["outcomes"]["ok"]')" -ge 12 ] || fail "fewer than twelve pages"
run 0 -C c status
has "$out" '^run 1 \(first\): closed'
has "$err" 'next: rxmap -C c map$'
run 0 -C c status --errors
has "$out" '^nobody\.example  '
same "$(wc -l <.out)" 1

run 0 -C c status --url "$page"
has "$out" '^run 1: ok '
has "$out" '^    warc/rxmap-.*\.warc\.gz at [0-9]+$'
run 0 -C c status --url "$page" --json
same "$(json .out 'sorted({row["type"] for row in rows})')" "['fate', 'fetch']"

# Who links to whom can be had before there are networks.
run 0 -C c export jsonl --graph links -o -
same "$(json .out 'sorted({row["type"] for row in rows})')" "['lead', 'link', 'origin', 'page', 'site']"
run 0 -C c export graphml --graph links -o links.graphml
xmllint --noout links.graphml || fail "the GraphML is not well-formed"
run 1 -C c export graphml -o networks.graphml
has "$err" 'rxmap map'
run 1 -C c export csv --graph links --run 7 -o links
has "$err" 'no run 7'

# Answers of other statuses than those asked for are kept, and not read.
host=$(sed -E 's,(https?://[^/]+).*,\1,;q' seeds.txt)
run 0 -C c seed add "$host/no-such-page"
crawl 3 --new-run --label read --only-status 2xx # nobody.example is still left alone
has "$out" '^1 URL was not asked, because the host had backed off'
run 0 -C c status --url http://nobody.example/
has "$out" 'backed off until 2[0-9-]+T[0-9:]+Z after: 1 failed requests before'
run 0 -C c status --url "$host/no-such-page"
has "$out" '^run 2: ok .*: not read: its status is not asked for'
has "$out" '^  .* ok 404, '
has "$out" '^    warc/rxmap-0002-'
run 0 -C c export jsonl --graph links -o all.jsonl
same "$(json all.jsonl 'sorted({(row["status"], "sha256" in row) for row in rows if row["type"] == "page" and row["run"] == 2 and "robots" not in row["url"]})')" "[(0, False), (200, True), (404, False)]"
run 2 -C c crawl --new-run --only-status 2x
has "$err" 'no list of statuses: write 200'

# Watched: once and no more when no run is open.
run 0 -C c status --watch
same "$(grep -c '^case ' .out)" 1
run 2 -C c status --watch --errors

# A second run that a limit cuts short tells what is left and is resumable.
crawl 9 --new-run --label second --max-time 1ms
run 0 -C c status
has "$out" '^run 3 \(second\): open'
has "$err" "next, to go on with the open run: rxmap -C c crawl --connect-to 127.0.0.1:$http,$tls\$"

# Watched from another process: the watcher sees the run end, and ends.
timeout 120 "$RXMAP" -C c status --watch >watched 2>&1 &
watcher=$!
until grep -q '^run 3 (second): open' watched; do kill -0 "$watcher" || fail "status --watch ended too early"; sleep .1; done
run 0 -C c crawl --finish
wait "$watcher" || fail "status --watch did not see that the run was finished"
has "$(<watched)" '^run 3 \(second\): closed'
run 0 -C c --json status
same "$(json .out 'rows[3]["cut_short"]')" True

# On a terminal one line is drawn again and again; elsewhere nothing is said so soon.
again=(-C c crawl --connect-to "127.0.0.1:$http,$tls" --host-delay 1ms --address-delay 0 --scope seeds --new-run)
run 3 "${again[@]}"
same "$err" ""
python3 -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8 != 3)' "$RXMAP" "${again[@]}" >tty.out </dev/null ||
    fail "a crawl on a terminal fails"
file_has tty.out $'\r\e\\[K[0-9]+ pages of [0-9]+ sites, [0-9]+ MB, [0-9]+ errors, [0-9.]+ pages/s, [0-9]+ in flight, [0-9]+ left'

# Every line of the audit log follows the one before.
run 0 -C c verify
for event in init 'seed add' crawl; do file_has c/audit.log "\"event\":\"$event"; done
exit 0
