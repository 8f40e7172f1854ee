#!/usr/bin/env python3
"""Draws 200 sightings of a case by a fixed seed, with what stands around them on the page, for a
person to judge.

usage: sample.py CASE CLASSES.tsv TABLE.tsv WARC..

Half are drawn at random from all sightings of identifiers (classes with a tier, group engine left
out), half by going round all classes, so that rare ones are seen. A sighting is one (page, class,
value). The draw depends on the seed and on the page, class and value alone: no reader chooses.
Verdicts of TABLE are kept for rows that are drawn again; the new table goes to standard output."""
import csv
import gzip
import hashlib
import re
import sqlite3
import sys
import urllib.parse
from collections import defaultdict

SEED, ROWS, AROUND = "rxmap sample 2", 200, 48
COLUMNS = ("draw", "class", "value", "page", "quote", "verdict", "remark")


def order(row):
    return hashlib.sha256("\n".join((SEED, row["page"], row["class"], row["value"])).encode()).digest()


def plain(url):
    """One spelling for URLs that differ in escapes and default ports only."""
    url = urllib.parse.unquote(url).partition("#")[0].rstrip("/").lower()
    return url.replace(":443/", "/").replace(":80/", "/")


def bodies(files, wanted):
    """Plain URL -> body, of the WARC files that the case was made from."""
    found = {}
    for name in files:
        with gzip.open(name) as f:
            while line := f.readline():
                if not line.startswith(b"WARC/"):
                    continue
                head = {}
                while (line := f.readline()) not in (b"\r\n", b""):
                    key, _, value = line.decode().partition(":")
                    head[key.lower()] = value.strip()
                block = f.read(int(head["content-length"]))
                url = plain(head.get("warc-target-uri", ""))
                if url in wanted:
                    found[url] = block.partition(b"\r\n\r\n")[2]
    return found


def sightings(case, classes):
    db = sqlite3.connect(f"file:{case}/case.db?mode=ro", uri=True)
    rows = {}
    for cls, value, url, offset, length, place in db.execute(
            "SELECT i.class, i.value, u.text, s.offset, s.length, s.place FROM sighting s"
            " JOIN content c ON c.id = s.content_id JOIN url u ON u.id = c.url_id"
            " JOIN indicator i ON i.id = s.indicator_id ORDER BY s.content_id, s.offset"):
        if cls in classes:
            rows.setdefault((url, cls, value), {"class": cls, "value": value, "page": url,
                                                "offset": offset, "length": length})
    return sorted(rows.values(), key=order)


def draw(rows, classes):
    picked = {}
    for row in rows:
        tier, group = classes[row["class"]]
        if tier and group != "engine" and len(picked) < ROWS // 2:
            picked[id(row)] = dict(row, draw="random")
    by_class = defaultdict(list)
    for row in rows:
        if id(row) not in picked:
            by_class[row["class"]].append(row)
    while len(picked) < ROWS and any(by_class.values()):
        for cls in sorted(by_class):
            if by_class[cls] and len(picked) < ROWS:
                row = by_class[cls].pop(0)
                picked[id(row)] = dict(row, draw="class")
    return list(picked.values())


def quote(body, row):
    start, end = row["offset"], row["offset"] + min(row["length"], 120)
    text = body[max(0, start - AROUND):start] + b">>>" + body[start:end] + b"<<<" + body[end:end + AROUND]
    return re.sub(r"\s+", " ", text.decode("utf-8", "replace")).strip()


def main():
    case, table, old, warcs = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    classes = {}
    with open(table, encoding="utf-8") as f:
        for line in f:
            parts = line.rstrip("\n").split("\t")
            if not line.startswith("#") and len(parts) > 8 and "page" in parts[8]:
                classes[parts[0]] = (int(parts[3]), parts[4])
    kept = {}
    try:
        with open(old, encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
                kept[row["page"], row["class"], row["value"]] = row
    except FileNotFoundError:
        pass
    rows = draw(sightings(case, classes), classes)
    text = bodies(warcs, {plain(row["page"]) for row in rows})
    print("\t".join(COLUMNS))
    for row in sorted(rows, key=lambda r: (r["draw"], r["class"], r["value"], r["page"])):
        before = kept.get((row["page"], row["class"], row["value"]), {})
        row["quote"] = quote(text.get(plain(row["page"]), b""), row)
        row["verdict"], row["remark"] = before.get("verdict") or "", before.get("remark") or ""
        print("\t".join(str(row[c]).replace("\t", " ").replace("\n", " ") for c in COLUMNS))


main()
