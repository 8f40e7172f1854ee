#!/usr/bin/env python3
"""Plays real pages for real host names on loopback, and judges what a crawl read of them.

usage: real_web.py serve CORPORA_DIR PORT_FILE   every host of html/ and hosts/, until SIGTERM
       real_web.py seeds CORPORA_DIR html|hosts  the seed list
       real_web.py links CORPORA_DIR < JSONL     the links of `export jsonl` against html/links.jsonl

The pages of html/ stand at pNN.example/, by their order of name. A host of hosts/ answers with a page
of pharma/ that its name chooses (one of at most 40 kB, so that 20,000 hosts fit on a disk)."""
import asyncio
import json
import re
import sys
import zlib
from collections import defaultdict
from pathlib import Path

SMALL = 40_000
KINDS = ["a", "area", "form", "iframe", "canonical", "alternate", "img", "script"]


def html_pages(corpora):
    return {f"p{i:02}.example": path for i, path in enumerate(sorted(corpora.glob("html/*.html")))}


def host_names(corpora):
    return (corpora / "hosts/hosts.txt").read_text().split()


def serve(corpora, port_file):
    pages = {host: path.read_bytes() for host, path in html_pages(corpora).items()}
    small = [p.read_bytes() for p in sorted(corpora.glob("pharma/*.html")) if p.stat().st_size <= SMALL]

    def answer(method, target, host):
        if target == "/robots.txt":
            return b"404 Not Found", b""
        if target != "/":
            return b"404 Not Found", b"<p>no such page</p>"
        return b"200 OK", pages.get(host) or small[zlib.crc32(host.encode()) % len(small)]

    async def client(reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, target, _ = head[0].split(" ", 2)
                fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
                status, body = answer(method, target, fields.get("host", "").split(":")[0].lower())
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
                    % (status, len(body)) + (b"" if method == "HEAD" else body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    async def run():
        server = await asyncio.start_server(client, "127.0.0.1", 0, backlog=1024)
        Path(port_file).write_text(str(server.sockets[0].getsockname()[1]))
        await server.serve_forever()

    asyncio.run(run())


def bare(url):
    """As a case keeps it: a URL's fragment and its session id name no other page."""
    return re.sub(r"(?<=[?&])sid=[^&]*(&|$)", "", url.partition("#")[0]).rstrip("?&")


def links(corpora):
    known = {host: set() for host in html_pages(corpora)}
    by_file = {path.name: host for host, path in html_pages(corpora).items()}
    for line in (corpora / "html/links.jsonl").read_text().splitlines():
        page = json.loads(line)
        host = by_file[page["file"]]
        for link in page["links"]:
            url = link["url"].replace("http://site.example/", f"http://{host}/", 1)
            known[host].add((link["kind"], bare(url)))
    found = {host: set() for host in known}
    for line in sys.stdin:
        row = json.loads(line)
        host = row.get("from_url", "").removeprefix("http://").rstrip("/")
        if row["type"] == "link" and host in found and row["kind"] in KINDS:
            found[host].add((row["kind"], row["to_url"]))
    bad = 0
    count = defaultdict(lambda: [0, 0, 0])
    for host in known:
        for kind, url in known[host] | found[host]:
            place = 0 if (kind, url) in known[host] & found[host] else 1 if (kind, url) in known[host] else 2
            count[kind][place] += 1
            if place:
                print(f"  {'missing' if place == 1 else 'extra'} at {host}: {kind} {url[:100]!r}")
    for kind in KINDS:
        both, missing, extra = count[kind]
        if both + missing == 0:
            continue
        recall, precision = both / (both + missing), both / max(1, both + extra)
        bad += recall < .995 or precision < .995
        print(f"{kind:10} {both + missing:6} links, recall {recall:.4f}, precision {precision:.4f}")
    return bad


def main():
    corpora = Path(sys.argv[2])
    if sys.argv[1] == "serve":
        serve(corpora, sys.argv[3])
    elif sys.argv[1] == "seeds":
        print("\n".join(f"http://{h}/" for h in html_pages(corpora)) if sys.argv[3] == "html"
              else "\n".join(host_names(corpora)))
    else:
        return links(corpora)
    return 0


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
