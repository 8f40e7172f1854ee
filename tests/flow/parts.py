"""parts.py PORT_FILE LOG - one shop that hides one mail address in every place where a shop may, and
a stranger's host that must not be asked for anything but its home. Every request is a line
"HOST PATH" of LOG. For parts.sh: what stands where is in the address, as NAME@parts-desk.org."""

import base64
import http.server
import json
import socketserver
import struct
import sys
import time
import urllib.parse
import zlib

MAIL = "{}@parts-desk.org"
ICON = bytes(range(256)) * 2


def b64(text):
    return base64.b64encode(text.encode()).decode()


def mail(name):
    return MAIL.format(name)


def css(text):
    return "".join(f"\\{ord(c):x} " for c in text)


def percent(text):
    return "".join(f"%{ord(c):02X}" for c in text)


def chunk(kind, data):
    """A chunk of a PNG."""
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


def logo():
    """A picture of 160 x 80 pixels in many shades of grey."""
    rows = b"".join(b"\0" + bytes((x * 3 ^ y * 5) & 255 for x in range(160)) for y in range(80))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 160, 80, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


SCRIPTS = "".join(f'<script src="/js/s{i}.js"></script>' for i in range(12))
HOME = f"""<!doctype html><html><head><title>Pills</title>
<link rel="icon" href="/img/site-icon.png"><link rel="manifest" href="/app.webmanifest">
<script src="http://cdn.parts-else.example/lib.js"></script>
<script src="http://static.parts.example/js/app.js"></script>{SCRIPTS}
<style>.m:after {{ content: "{css(mail('css'))}"; }}</style>
<script type="application/ld+json">{{"@type": "Store", "telephone": "+1 415 661 2837",
 "contactPoint": {{"email": "ld\\u0040parts-desk.org"}}}}</script>
<script id="__NEXT_DATA__" type="application/json">{json.dumps({"html": f"<b>{mail('next')}</b>"})}</script>
<script>var a = eval(atob("{b64('document.write(atob("' + b64(mail('nested')) + '"))')}"));
var b = atob(atob("{b64(b64(mail('twice')))}"));</script></head>
<body><img src="/img/photo.png"><img class="site-logo" src="/img/head.png">
<img src="/img/other-logo.png" alt="Logo of a card">Buy viagra and cialis now, no prescription, $1.20 per pill. <a href="/cart">Add to cart</a>
<a href="mailto:{percent(mail('percent'))}">m</a> <a href="/about.html">about</a>
<div data-m="{b64(mail('data'))}"></div><div onclick="go('onclick@parts'+'-desk.org')"></div>
<a href="javascript:go('javascript@parts'+'-desk.org')">j</a></body></html>"""

PAGES = {
    "/": ("text/html", HOME),
    "/about.html": ("text/html", "<html><body>We sell viagra, cialis and levitra.</body></html>"),
    "/only-in-sitemap.html": ("text/html", f"<html><body>{mail('orphan')}</body></html>"),
    "/robots.txt": ("text/plain", f"# {mail('robots')}\nUser-agent: *\nDisallow: /private/\n"
                    "Disallow: /js/s3.js\nAllow: /\nSitemap: http://parts.example/map.xml\n"),
    "/map.xml": ("application/xml", "<?xml version='1.0'?><!-- " + mail("sitemap") + " --><urlset>"
                 "<url><loc>http://parts.example/only-in-sitemap.html</loc></url>"
                 "<url><loc>http://parts.example/private/x.html</loc></url>"
                 "<url><loc>http://parts-else.example/</loc></url></urlset>"),
    "/sitemap.xml": ("application/xml", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
                     "<urlset><url><loc>http://parts.example/&a;</loc></url></urlset>"),
    "/ads.txt": ("text/plain", "# ads\ngoogle.com, pub-8027319465028371, DIRECT, f08c47fec0942fa0\n"
                 "google.com, pub-5027319465028379, RESELLER, f08c47fec0942fa0\nx.example, 7, DIRECT\n"),
    "/.well-known/security.txt": ("text/plain", f"Contact: mailto:{mail('sectxt')}\n"),
    "/app.webmanifest": ("application/manifest+json", json.dumps({"support": mail("manifest")})),
    "/img/site-icon.png": ("image/png", ICON),
    "/img/head.png": ("image/png", logo()),
}


def script(name):
    return f"/* by {mail('author')} */\nvar x = '{mail(name)}';\n"


class Host(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def drip(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(HOME.replace("parts.example", "drips.example").encode())
        try:
            while True:
                self.wfile.write(b".")
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    def do_GET(self):
        host = self.headers.get("Host", "").split(":")[0]
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            log.write(f"{host} {self.path}\n")
        path = urllib.parse.urlsplit(self.path).path
        if host == "drips.example" and path != "/robots.txt":
            self.drip()
            return
        kind, body = PAGES.get(path, ("text/html", None)) if host == "parts.example" else ("", None)
        if path.endswith(".js"):
            kind, body = "text/javascript", script("script" + path.strip("/").replace("/", "-")[:-3])
        status = 200 if body is not None else 404
        data = body if isinstance(body, bytes) else (body or "nothing").encode()
        self.send_response(status)
        self.send_header("Content-Type", kind or "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Host)
with open(sys.argv[1] + ".new", "w", encoding="utf-8") as port:
    port.write(str(server.server_address[1]))
import os  # noqa: E402

os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
