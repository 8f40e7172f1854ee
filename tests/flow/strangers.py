"""strangers.py PORT_FILE LOG - hosts that answer what no shop should: each is known by its name.
Every request is a line "HOST PATH" of LOG. For strangers.sh."""

import http.server
import os
import socketserver
import sys

LONG = "l" * 2040


def links(*urls):
    return "".join(f'<p><a href="{url}">buy viagra cialis online</a></p>' for url in urls)


class Host(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body="", *headers):
        data = body.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        host = self.headers.get("Host", "").split(":")[0]
        with open(sys.argv[2], "a") as log:
            log.write(f"{host} {self.path}\n")
        name = host.split(".")[0].replace("-", "_")
        getattr(self, name, self.plain)()

    def plain(self):
        if self.path == "/robots.txt":
            self.answer(404)
        else:
            self.answer(200, "<title>shop</title>" + links("/a", "/b"))

    def flood(self):
        """Pages of 60 KB whose links resolve to 12 MB, and at their end a till."""
        if self.path == "/robots.txt":
            self.answer(404)
        else:
            name = self.path.strip("/") or "home"
            base = f"http://flood.example/{name}/" + "q" * 1900 + "/"
            self.answer(200, f"<title>{name}</title><base href={base}>"
                        + "".join(f"<a href=/n{i}>a</a>" for i in range(20))
                        + "".join(f"<a href=l{i}>a</a>" for i in range(5000))
                        + "<form action=http://till.example/pay method=post><input name=card></form>")

    def cookies(self):
        """Sets five cookies of 4 KB each time."""
        if self.path == "/robots.txt":
            self.answer(404)
        else:
            jar = [("Set-Cookie", f"c{i}=" + "x" * 4000) for i in range(5)]
            self.answer(200, links("/a", "/b"), *jar)

    def longname(self):
        """Leads to a host whose name fills a URL."""
        if self.path == "/robots.txt":
            self.answer(404)
        else:
            self.answer(200, links(f"http://{LONG}/", "/a"))

    def mover(self):
        """Sends whoever asks for its rules to a host that wants to be left alone."""
        if self.path == "/robots.txt":
            self.answer(301, "", ("Location", "http://busy.example/robots.txt"))
        else:
            self.answer(200, links("/a", "/b"))

    def busy(self):
        self.answer(429, "", ("Retry-After", "7200"))

    def shy(self):
        """Sends whoever asks for its rules to a host that is down."""
        if self.path == "/robots.txt":
            self.answer(301, "", ("Location", "http://down.example/robots.txt"))
        else:
            self.answer(200, links("/a"))

    def down(self):
        self.answer(503)

    def lure(self):
        """Sends whoever asks for its rules into a stranger's cart."""
        if self.path == "/robots.txt":
            to = "http://elsewhere.example/cart?add-to-cart=7&action=logout"
            self.answer(302, "", ("Location", to))
        else:
            self.answer(200, links("/a"))

    def lure_rules(self):
        """The same, to the rules of a stranger."""
        if self.path == "/robots.txt":
            self.answer(302, "", ("Location", "http://elsewhere.example/robots.txt"))
        else:
            self.answer(200, links("/a"))

    def lure_home(self):
        """The same, to an act on itself."""
        if self.path == "/robots.txt":
            self.answer(302, "", ("Location", "/cart?add-to-cart=7"))
        else:
            self.answer(200, links("/a"))

    def many(self):
        """Thirty pages."""
        if self.path == "/robots.txt":
            self.answer(404)
        else:
            self.answer(200, links(*[f"/{n}" for n in range(30)]))


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Host)
with open(sys.argv[1] + ".tmp", "w") as out:
    out.write(f"{server.server_port}\n")
os.rename(sys.argv[1] + ".tmp", sys.argv[1])
server.serve_forever()
