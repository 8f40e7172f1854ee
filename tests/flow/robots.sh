# robots: a robots.txt that broke off forbids everything until it can be read whole: short of its
# length, too slow, a chunk or a coding that ends half-way. One that is longer than what is read of it
# is as good as whole. A server of the test plays all hosts.
. "$(dirname "$0")/lib.sh"
export RXMAP_CRAWL_PARTS=false # requests are counted; parts.sh has the rest

cat >net.py <<'PY'
import gzip, os, random, socketserver, time
random.seed(1)
TEXT = b"User-agent: *\nDisallow: /secret\n"
NOISE = b"".join(b"# %016x\n" % random.getrandbits(64) for _ in range(400))
CODED = gzip.compress(TEXT + NOISE)
CUT_GZIP = CODED[:len(CODED) // 2]
LONG = TEXT + b"#" * 99 + (b"\n#" + b"x" * 98) * 5200
SHORT = b"Content-Length: 1000\r\n\r\nUser-agent: *\n"
def coded(body):
    return b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body
ROBOTS = {
    "whole": b"Content-Length: %d\r\n\r\n" % len(TEXT) + TEXT,
    "wholegzip": coded(CODED),
    "long": b"Content-Length: %d\r\n\r\n" % (len(LONG) + 9) + LONG,
    "short": SHORT,
    "late": SHORT,
    "chunk": b"Transfer-Encoding: chunked\r\n\r\ne\r\nUser-agent: *\n\r\n20\r\nDisal",
    "nochunk": b"Transfer-Encoding: chunked\r\n\r\n2",
    "chunkless": b"Transfer-Encoding: chunked\r\n\r\ne\r\nUser-agent: *\n\r\n",
    "gzip": coded(CUT_GZIP),
    "gzipstart": coded(CODED[:14]),
}
class Site(socketserver.StreamRequestHandler):
    def handle(self):
        path = self.rfile.readline().split(b" ")[1].decode()
        host = ""
        while (line := self.rfile.readline().strip()):
            if line.lower().startswith(b"host:"):
                host = line[5:].strip().decode().split(":")[0].split(".")[0]
        with open("asked.txt", "a") as log:
            log.write("%s %s\n" % (host, path))
        page = b"Content-Type: text/html\r\n\r\n<title>p</title><a href=/secret>s</a>"
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" +
                         (ROBOTS[host] if path == "/robots.txt" else page))
        if host == "late" and path == "/robots.txt":
            time.sleep(30)
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
server = Server(("127.0.0.1", 0), Site)
with open("seeds.txt", "w") as out:
    out.writelines("http://%s.example/\n" % name for name in ROBOTS)
with open("port.new", "w") as out:
    out.write(str(server.server_address[1]))
os.rename("port.new", "port")
server.serve_forever()
PY
python3 net.py &
started $!
for _ in {1..100}; do
    [ -e port ] && break
    sleep 0.1
done
port=$(<port)

run 0 init c
run 0 -C c seed add seeds.txt
run 3 -C c crawl --connect-to "127.0.0.1:$port,$port" --host-delay 10ms --address-delay 0 \
    --scope seeds --no-progress -c crawl.free_disk=1M -c crawl.total_time=4s
same "$(grep -v robots.txt asked.txt | sort | tr '\n' ';')" "long /;whole /;wholegzip /;"
same "$(grep -c robots.txt asked.txt)" 10 # each once: the next attempt is minutes away
same "$(python3 -c 'import sqlite3
db = sqlite3.connect("c/case.db")
print(*(row[0].split(".")[0][7:] for row in db.execute("SELECT origin FROM robots ORDER BY 1")))')" \
    "long whole wholegzip"
for host in short late chunk nochunk chunkless gzip gzipstart; do
    run 0 -C c status --url "http://$host.example/"
    has "$out" '^run 1: robots_unreachable '
done
run 0 -C c status --errors
same "$(grep -c '  robots_unreachable, 1 URLs not asked for: .*robots.txt could not be read .200 ' .out)" 7
