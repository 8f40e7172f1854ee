"""A shop for extract.sh: a code stands in its pages, in a header, in robots.txt and in a script; and
a logo, which another reader reads.

usage: extract.py PORT_FILE PAGES
"""
import gzip
import os
import struct
import sys
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGES = int(sys.argv[2])


def chunk(kind, data):
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def logo():
    """A picture of 160 x 80 pixels in many shades of grey."""
    rows = b"".join(b"\0" + bytes((x * 3 ^ y * 5) & 255 for x in range(160)) for y in range(80))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 160, 80, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def page(number):
    links = "".join(f'<a href="/p{n}.html">more {n}</a> ' for n in range(1, PAGES)) if number == 0 else ""
    return (f"<html><head><title>Page {number}</title><script src=/app.js></script></head>"
            "<body><img src=/logo.png alt=logo>"
            f"Buy Viagra 100 mg x 30 pills $59.70, add to cart. promo code: PAGE{number:04d} "
            f"mail: desk{number % 7}@shop-desk.org "
            f"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3 {links}<a href=/go>go</a></body></html>")


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, kind, body = 200, "text/html", "nothing"
        if self.path == "/robots.txt":
            kind, body = "text/plain", "# promo code: ROBOTS55\nUser-agent: *\nDisallow: /no\n"
        elif self.path == "/app.js":
            kind, body = "text/javascript", 'var p = "promo code: SCRIPT66";'
        elif self.path == "/logo.png":
            kind, body = "image/png", logo()
        elif self.path == "/":
            body = page(0)
        elif self.path == "/go":
            status = 302
        elif self.path.startswith("/p") and self.path.endswith(".html"):
            body = page(int(self.path[2:-5]))
        else:
            status = 404
        data = gzip.compress(body if isinstance(body, bytes) else body.encode(), mtime=0)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("X-Shop", "promo code: HEADER88")
        if status == 302:
            self.send_header("Location", "http://other.example/in?aff=4711")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
