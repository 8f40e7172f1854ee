# resume: an open run goes on as it began. A proxy's log, a resolver's and the exit codes judge.
. "$(dirname "$0")/lib.sh"
export RXMAP_CRAWL_PARTS=false # requests are counted; parts.sh has the rest

# A proxy that answers for every host, and a name server that answers nobody but counts.
cat >net.py <<'PY'
import http.server, os, socket, sys, threading
class Proxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("proxy.log", "a") as log:
            log.write(self.path + "\n")
        body = b"User-agent: *\nDisallow:\n"
        if not self.path.endswith("/robots.txt"):
            body = b"<title>p</title>" + b"".join(b"<a href=/p%d>p</a>" % i for i in range(30))
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if body[:1] == b"<" else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass
def count(udp):
    while True:
        udp.recvfrom(4096)
        with open("dns.log", "a") as log:
            log.write("asked\n")
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
threading.Thread(target=count, args=(udp,), daemon=True).start()
proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
with open("ports.new", "w") as out:
    out.write("proxy=%d dns=%d\n" % (proxy.server_port, udp.getsockname()[1]))
os.rename("ports.new", "ports")
proxy.serve_forever()
PY
: >proxy.log
: >dns.log
python3 net.py &
started $!
for _ in {1..100}; do
    [ -e ports ] && break
    sleep 0.1
done
. ./ports

shop_case() {
    run 0 -q init "$1"
    run 0 -q -C "$1" seed add http://one.shop-of-a-test.com/ http://two.shop-of-a-test.org/
}
quiet=(--no-progress -c crawl.free_disk=1M)

# Interrupted behind a proxy; the next command does not name it, and nothing goes around it.
shop_case p
"$RXMAP" -C p crawl --proxy "http://127.0.0.1:$proxy" --resolver "127.0.0.1:$dns" --test-network \
    --host-delay 200ms --address-delay 0 --max-pages-per-site 12 "${quiet[@]}" >first.out 2>&1 &
pid=$!
started "$pid"
for _ in {1..200}; do
    [ "$(wc -l <proxy.log)" -ge 5 ] && break
    sleep 0.1
done
kill -s INT "$pid"
wait "$pid"
same "$?" 130
file_has first.out 'To go on: rxmap -C p crawl --test-network$'
asked=$(wc -l <proxy.log)
for other in "--proxy http://127.0.0.1:9" "--resolver 127.0.0.2" "--connect-to 127.0.0.1:9" \
    "--scope all" "--depth 1" "-c crawl.test_network=no" "--max-pages-per-site 5"; do
    # shellcheck disable=SC2086
    run 2 -C p crawl --test-network --host-delay 1s $other "${quiet[@]}"
    has "$err" 'the open run has .*--new-run'
done
same "$(wc -l <proxy.log)" "$asked"
# A test network lifts the guard over private addresses: no case says so for itself.
run 2 -C p crawl --max-time 1h "${quiet[@]}"
has "$err" '^  .*rxmap -C p crawl --max-time 1h --no-progress -c .crawl.free_disk=1M. --test-network$'
same "$(wc -l <proxy.log)" "$asked"
run 0 -C p crawl --max-time 1h "${quiet[@]}" --test-network
has "$err" "all requests go through the proxy http://127.0.0.1:$proxy, because the case says so"
[ "$(wc -l <proxy.log)" -gt "$asked" ] || fail "the rest of the run did not go through the proxy"
same "$(grep -vc robots.txt proxy.log)" 24
same "$(wc -l <dns.log)" 0
run 0 -C p --json status
same "$(json .out '[(r["open"], r["waiting"]) for r in rows if r["type"] == "run"]')" "[(False, 0)]"

# A closed run is not gone on with: the next one says that it begins.
run 9 -C p crawl --max-time 1ms --proxy "http://127.0.0.1:$proxy" --test-network "${quiet[@]}"
has "$err" 'run 2 begins \(run 1 is closed\)'

# A proxy's password is not kept: it is asked for.
shop_case u
run 9 -C u crawl --max-time 1ms --test-network --proxy "http://me:sesame@127.0.0.1:$proxy" "${quiet[@]}"
has "$out" 'To go on: rxmap -C u crawl --test-network --proxy URL'
run 2 -C u crawl "${quiet[@]}"
has "$err" 'give --proxy again'
run 9 -C u crawl --max-time 1ms --test-network --proxy "http://me:sesame@127.0.0.1:$proxy" "${quiet[@]}"
if grep -raq sesame u; then fail "the proxy's password is in the case"; fi
same "$(wc -l <dns.log)" 0

# A resolver that is away for a while: no host is put off for it, no URL is lost.
cat >relay.py <<'PY'
import socket, sys
near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
near.bind(("127.0.0.1", int(sys.argv[1])))
open("relay.port", "w").write(str(near.getsockname()[1]))
while True:
    question, who = near.recvfrom(4096)
    far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    far.settimeout(2)
    far.sendto(question, ("127.0.0.1", int(sys.argv[2])))
    try:
        near.sendto(far.recv(65536), who)
    except OSError:
        pass
    far.close()
PY
relay() {
    python3 relay.py "$1" "$dns" &
    relay_pid=$!
    started "$relay_pid"
    for _ in {1..100}; do
        [ -s relay.port ] && break
        sleep 0.1
    done
    port=$(<relay.port)
}
rm ports
"$RXMAP" demo --serve --plain-hosts 3 --pages 8 --seeds seeds.txt --port-file ports >server.out 2>&1 &
started $!
for _ in {1..200}; do
    [ -s ports ] && break
    sleep 0.1
done
. ./ports
relay 0
run 0 -q init o
run 0 -q -C o seed add seeds.txt
fast=(--host-delay 0 --address-delay 0 "${quiet[@]}")
run 9 -C o crawl --connect-to "127.0.0.1:$http" --resolver "127.0.0.1:$port" --max-time 1s \
    --host-delay 400ms --address-delay 0 "${quiet[@]}"
kill "$relay_pid"
wait "$relay_pid" 2>/dev/null
run 2 -C o crawl "${fast[@]}" --test-network
has "$err" "^  .* --connect-to 127.0.0.1:$http$"
run 7 -C o crawl "${fast[@]}" --connect-to "127.0.0.1:$http"
has "$err" "names are asked of 127.0.0.1:$port, because the case says so"
has "$err" 'nothing has answered'
rm relay.port
relay "$port"
RXMAP_CRAWL_CONNECT_TO="127.0.0.1:$http" run 0 -C o crawl "${fast[@]}"
run 0 -C o --json status
same "$(json .out 'rows[1]["outcomes"]')" "{'ok': 24, 'robots': 6, 'acts': 3}"

# Names that lead nowhere are counted, and a crawl that read nothing is no success.
run 0 -q init n
run 0 -q -C n seed add http://no-such-shop-1.com/ http://no-such-shop-2.com/
run 3 -C n crawl --connect-to "127.0.0.1:$http" --resolver "127.0.0.1:$port" "${fast[@]}"
has "$out" '2 names that lead nowhere'
run 0 -C n status --url http://no-such-shop-1.com/
has "$out" 'backed off until 2[0-9-]+T[0-9:]+Z after: '
exit 0
