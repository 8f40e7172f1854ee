# addresses: a name leads to several addresses, and not all of them serve. Each is asked once, at the
# host's usual turns, before the host counts as unreachable. A resolver and a server of the test.
. "$(dirname "$0")/lib.sh"
export RXMAP_CRAWL_PARTS=false # requests are counted; parts.sh has the rest

cat >net.py <<'PY'
import http.server, os, select, socket, struct, threading, time
NAMES = {b"half": (b"\x7f\0\0\x02", b"\x7f\0\0\x03"), b"dead": (b"\x7f\0\0\x02", b"\x7f\0\0\x04"),
         b"mute": (b"\x7f\0\0\x05", b"\x7f\0\0\x06", b"\x7f\0\0\x07")}
class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("asked.txt", "a") as log:
            log.write("%s%s\n" % (self.headers["Host"].split(":")[0], self.path))
        body = b"User-agent: *\nDisallow: /secret\n"
        if not self.path.endswith("/robots.txt"):
            body = b"<title>p</title><a href=/a>a</a><a href=/secret>s</a>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if body[:1] == b"<" else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass
def name_server(udp):
    while True:
        question, who = udp.recvfrom(4096)
        end = question.index(b"\0", 12) + 5
        found = NAMES.get(question[13:13 + question[12]], ())
        if question[end - 4:end - 2] != b"\0\1": # A
            found = ()
        answer = b"".join(b"\xc0\x0c\0\1\0\1" + struct.pack(">IH", 300, 4) + ip for ip in found)
        if question[13:17] == b"mute": # each answer begins with another one, against the clients
            NAMES[b"mute"] = found[-1:] + found[:-1]
        rcode = 3 if question[13:17] == b"gone" else 0
        udp.sendto(question[:2] + b"\x81" + bytes([0x80 + rcode]) + b"\0\1" + struct.pack(">HHH", len(found), 0, 0) +
                   question[12:end] + answer, who)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
threading.Thread(target=name_server, args=(udp,), daemon=True).start()
site = http.server.ThreadingHTTPServer(("127.0.0.3", 0), Site)
# Three that answer for robots.txt once, and then take no connection any more: their queues are full.
def mute():
    listeners, held = [], []
    for last in 5, 6, 7:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.%d" % last, site.server_port))
        listener.listen(0)
        listeners.append(listener)
    ready = select.select(listeners, [], [])[0][0]
    with ready.accept()[0] as client:
        for listener in listeners:
            for _ in range(4):
                held.append(socket.socket())
                held[-1].setblocking(False)
                held[-1].connect_ex(listener.getsockname())
        client.recv(4096)
        client.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    threading.Event().wait()
threading.Thread(target=mute, daemon=True).start()
with open("ports.new", "w") as out:
    out.write("site=%d dns=%d\n" % (site.server_port, udp.getsockname()[1]))
os.rename("ports.new", "ports")
site.serve_forever()
PY
: >asked.txt
python3 net.py &
started $!
for _ in {1..100}; do
    [ -e ports ] && break
    sleep 0.1
done
. ./ports
net=(--resolver "127.0.0.1:$dns" --test-network --host-delay 100ms --address-delay 0 --scope seeds
    --no-progress -c crawl.free_disk=1M)

# What was asked of a URL, one request a line: outcome, peer, and what the reason says of addresses.
requests() {
    python3 -c 'import re, sqlite3, sys
db = sqlite3.connect(sys.argv[1] + "/case.db")
for outcome, ip, reason in db.execute("""SELECT f.outcome, f.ip, f.reason FROM fetch f
        JOIN url u ON u.id = f.url_id WHERE u.text LIKE ? ORDER BY f.id""", (sys.argv[2],)):
    print("ok" if outcome == 1 else "not", ip, *re.findall(r"^127[.0-9]+(?=: )", reason), end="; ")
' "$@"
}
case_of() {
    run 0 -q init "$1"
    run 0 -q -C "$1" seed add "http://$1.example:$site/"
}

# The first address refuses: robots.txt and pages come from the second, in the same run, and what
# robots.txt forbids is known.
case_of half
run 0 -C half crawl "${net[@]}"
same "$(tr '\n' ' ' <asked.txt)" "half.example/robots.txt half.example/ half.example/a "
same "$(requests half '%/robots.txt')" "not  127.0.0.2; ok 127.0.0.3; "
same "$(requests half '%/a')" "ok 127.0.0.3; "

# All refuse: each is asked once, then the host is left alone for an hour.
case_of dead
"$RXMAP" -C dead crawl "${net[@]}" >dead.out 2>&1
same "$(requests dead '%')" "not  127.0.0.2; not  127.0.0.4; "
same "$(python3 -c 'import sqlite3
db = sqlite3.connect("dead/case.db")
print(*db.execute("""SELECT failures, next_ms > (SELECT max(started_ms) FROM fetch) + 3500000
                     FROM host"""))')" "(1, 1)"

# None answers: each was asked once, in whatever order the name server tells them, and this was one
# attempt of the URL: its host has backed off, and the URL is not given up.
case_of mute
"$RXMAP" -C mute crawl "${net[@]}" -c crawl.connect_time=100ms >mute.out 2>&1
same "$(requests mute '%/' | tr ';' '\n' | sed 's/^ //; /^$/d' | sort | tr '\n' ';')" \
    "not  127.0.0.5;not  127.0.0.6;not  127.0.0.7;"
file_has mute.out '^1 URL was not asked, because the host had backed off'
same "$(python3 -c 'import sqlite3
print(*sqlite3.connect("mute/case.db").execute("SELECT attempts FROM queue"))')" "(1,)"

# A name that does not exist is not asked for again by the next run, and is called what it is.
case_of gone
run 0 -q -C gone seed add "http://half.example:$site/"
run 0 -C gone crawl "${net[@]}"
for n in 1 2; do
    run 0 -C gone status --url "http://gone.example:$site/"
    has "$out" "^run $n: nxdomain "
    run 0 -C gone status --errors
    has "$out" '^gone.example  nxdomain[ ,]'
    same "$(wc -l <.out)" 1
    [ "$n" = 2 ] && break
    run 0 -C gone --json crawl "${net[@]}"
    same "$(json .out '[(r["nameless"], r["put_off"]) for r in rows]')" "[(1, 0)]"
done
exit 0
