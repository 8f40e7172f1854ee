# What of a site was seen: pages, errors only, no answer, or nothing because robots.txt forbids. A
# site that only errs is not called live, in show, networks or exports.
. "$(dirname "$0")/lib.sh"

python3 -c '
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.headers["Host"].split(".")[0]
        robots = self.path == "/robots.txt"
        if name == "silent":
            self.close_connection = True
            return
        status = {"live": 404 if robots else 200, "moved": 404 if robots else 301, "gone": 404, "busy": 503,
                  "half": 200 if robots else 404 if self.path == "/" else 200, "ill": 200 if robots else 500,
                  "mute": 200 if robots else 0, "closed": 200}[name]
        if not status:
            self.close_connection = True
            return
        body = b"User-agent: *\nDisallow: /\n" if name == "closed" else b"User-agent: *\n" if robots else b"<p>hello"
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "http://live.example/")
        self.send_header("Content-Type", "text/plain" if robots else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
print(server.server_port, flush=True)
server.serve_forever()' >port &
started $!
until [ -s port ]; do sleep .1; done

run 0 -q init c
run 0 -q -C c seed add live.example moved.example gone.example busy.example half.example half.example/x \
    ill.example mute.example closed.example silent.example
run 3 -q -C c crawl --no-progress --scope seeds --connect-to "127.0.0.1:$(<port)" --host-delay 0 --address-delay 0
run 0 -C c export jsonl --graph links -o links.jsonl
same "$(json links.jsonl 'sorted(r["id"][5:-8] + " " + r["state"] for r in rows if r["type"] == "site")')" \
    "['busy errors', 'closed unknown', 'gone errors', 'half live', 'ill errors', 'live live', 'moved live', 'mute no-answer', 'silent no-answer']"
run 0 -C c show gone.example
has "$out" '^  state errors only, a seed, 0 pages read'
run 0 -C c show silent.example
has "$out" '^  state no answer, a seed'
run 0 -C c --json show ill.example
same "$(json .out 'rows[0]["state"]')" errors

# The same out of the evidence.
run 0 -q init again
run 0 -q -C again replay c/warc/*.gz
run 0 -C again export jsonl --graph links -o again.jsonl
same "$(json again.jsonl 'sorted(r["id"][5:-8] for r in rows if r["type"] == "site" and r["state"] == "errors")')" "['busy', 'gone', 'ill']"
