#!/usr/bin/env python3
"""Writes pages of a corpus as a WARC file that `rxmap replay` reads.

usage: corpus_warc.py benign|html|pharma CORPORA_DIR OUT.warc.gz [MAX_PAGES]

benign: CORPORA/benign/pages-*.jsonl.gz, each page under its own URL. html: CORPORA/html/*.html, one host a
page. pharma: CORPORA/pharma/*.html, under the URL of the manifest or one made from the file's name (one host a repository)."""
import csv
import gzip
import json
import sys
import uuid
from pathlib import Path

DATE = "2026-01-01T00:00:00Z"


def record(kind, uri, media_type, block):
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {uri}")
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{identity}>\r\nWARC-Date: {DATE}\r\n"
    if uri:
        head += f"WARC-Target-URI: {uri}\r\n"
    head += f"Content-Type: {media_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 1, mtime=0)


def response(uri, body):
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return record("response", uri, "application/http;msgtype=response", head.encode() + body)


def benign(corpora):
    for path in sorted(corpora.glob("benign/pages-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                page = json.loads(line)
                yield page["url"], page["html"].encode("utf-8", "surrogatepass")


def html(corpora):
    for path in sorted(corpora.glob("html/*.html")):
        yield f"http://{path.stem.lower()}.example/", path.read_bytes()


def pharma(corpora):
    with open(corpora / "pharma/manifest.csv", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            owner = "".join(c if c.isalnum() else "-" for c in row["repository"].lower())
            uri = row["url"] or f"http://{owner}.example/{row['file']}"
            yield uri, (corpora / "pharma" / row["file"]).read_bytes()


def main():
    kind, corpora, out = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    most = int(sys.argv[4]) if len(sys.argv) > 4 else 1 << 30
    written = 0
    with open(out, "wb") as f:
        f.write(record("warcinfo", "", "application/warc-fields", b"software: corpus_warc.py\r\n"))
        for uri, body in {"benign": benign, "html": html, "pharma": pharma}[kind](corpora):
            if written >= most:
                break
            f.write(response(uri, body))
            written += 1
    print(f"{written} pages")


if __name__ == "__main__":
    main()
