#!/usr/bin/env python3
"""The rules of the house, checked on the sources (docs/ARCHITECTURE.md, "Who may include whom").

usage: rules.py SOURCE_DIR [--self-test]

Prints one line a breach and exits 1 if there is any. --self-test feeds it breaches and fails
unless each is found, so that the check itself can fail.
"""
import re
import sys
from pathlib import Path

# Which folders each folder may include from; within itself it may include anything.
MAY = {
    "base": set(),
    "store": {"base"},
    "crawler": {"base", "store"},
    "graph": {"base", "store"},
    "fixtures": {"base"},
    "cli": {"base", "store", "crawler", "graph", "fixtures"},
}
# Across folders only doors: every header of base, and these.
DOORS = {"store/store.h", "crawler/crawl.h", "graph/graph.h", "fixtures/fixture.h"}
# The pure rooms of crawler: what they may include of crawler itself.
PURE = {
    "crawler/parse/": {"crawler/parse/"},
    "crawler/extract/": {"crawler/extract/", "crawler/parse/"},
    "crawler/evidence/": {"crawler/evidence/"},
    "crawler/image/": {"crawler/image/"},
    "crawler/lists/": {"crawler/lists/", "crawler/parse/"},
    "crawler/facts/": {"crawler/facts/"},
    "crawler/frontier/": {"crawler/frontier/", "crawler/extract/", "crawler/parse/"},
}
# A third-party header appears in few places, and never in a header of ours.
HOMES = {
    "uv.h": ("crawler/crawl_loop.c", "crawler/net/fetch.c", "crawler/jail/jail.c", "crawler/jail/jail_send.c",
             "crawler/jail/list_jail.c", "crawler/reextract.c", "crawler/replay.c", "crawler/net/resolve",
             "crawler/verify/verify_cites.c"),
    "curl/curl.h": ("crawler/net/fetch",),
    "ares.h": ("crawler/net/resolve",),
    "gumbo.h": ("crawler/parse/",),
    "libxml/parser.h": ("crawler/parse/sitemap.c",),
    "libxml/parserInternals.h": ("crawler/parse/sitemap.c",),
    "igraph.h": ("graph/",),
    "sqlite3.h": ("store/",),
    "seccomp.h": ("crawler/jail/",),
    "hs/hs.h": ("crawler/extract/",),
    "hs.h": ("crawler/extract/",),
    "pcre2.h": ("crawler/extract/",),
    "maxminddb.h": ("crawler/net/asn.c",),
    "libpsl.h": ("base/site.c",),
    "idn2.h": ("base/url",),
    "ini.h": ("base/conf",),
    "libdeflate.h": ("crawler/evidence/",),
    "zstd.h": ("crawler/parse/",),
    "brotli/decode.h": ("crawler/parse/",),
    "uchardet/uchardet.h": ("crawler/parse/",),
    "uchardet.h": ("crawler/parse/",),
    "iconv.h": ("crawler/parse/", "fixtures/recode.c"),
    "zlib.h": ("crawler/parse/decode", "crawler/evidence/", "fixtures/"),
    "xxhash.h": ("base/digest.c",),
    "png.h": ("crawler/image/grey_png.c",),
    "jpeglib.h": ("crawler/image/grey_jpeg.c",),
    "gif_lib.h": ("crawler/image/grey_gif.c",),
    "webp/decode.h": ("crawler/image/grey_webp.c",),
    "jansson.h": ("graph/truth.c", "graph/strongest.c", "crawler/crawl_kept.c",
                  "crawler/lists/list_json.c", "crawler/facts/rdap_read.c"),
    "gmime/gmime.h": ("crawler/lists/mail.c",),
}
# OpenSSL: digests, certificates, and the fixture's server.
OPENSSL = ("base/digest.c", "crawler/extract/coin.c", "crawler/evidence/warc_digest.c", "crawler/net/fetch_tls.c",
           "crawler/sink/sink_facts.c", "fixtures/tls.c", "fixtures/conn.c",
           "fixtures/coin.c")
SQL = re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE TABLE|PRAGMA)\s', re.I)
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|alloca)\s*\(")
POST = re.compile(r"\bCURLOPT_(POST|POSTFIELDS|UPLOAD|CUSTOMREQUEST|MIMEPOST|HTTPPOST|FOLLOWLOCATION\s*,\s*1)\b")


def judge(name, text):
    """Breaches of one file, as sentences."""
    folder = name.split("/")[0]
    if folder not in MAY:
        return
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{name}:{number}"
        own = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        foreign = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
        if own:
            yield from judge_own(name, folder, own.group(1), where)
        elif foreign:
            yield from judge_foreign(name, foreign.group(1), where)
        if folder != "store" and SQL.search(line):
            yield f"{where}: SQL outside store/"
        if BANNED.search(line):
            yield f"{where}: banned call"
        if POST.search(line):
            yield f"{where}: only GET and HEAD leave the program, and redirects are scheduled"


def judge_own(name, folder, target, where):
    other = target.split("/")[0]
    if "/" not in target:
        yield f'{where}: "{target}" must be included by its path from the top'
        return
    if other != folder:
        if other not in MAY[folder]:
            yield f"{where}: {folder} may not include {other} (arrows never reverse)"
        elif other != "base" and target not in DOORS:
            yield f"{where}: {target} is no door"
    for pure, allowed in PURE.items():
        if name.startswith(pure) and other != "base" and not any(target.startswith(a) for a in allowed):
            yield f"{where}: {pure} is pure and may not include {target}"


def judge_foreign(name, header, where):
    homes = OPENSSL if header.startswith("openssl/") else HOMES.get(header)
    if not homes:
        return
    if not any(name.startswith(home) for home in homes):
        yield f"{where}: <{header}> belongs into {' or '.join(homes)}"
    if name.endswith(".h") and "internal" not in name:
        yield f"{where}: <{header}> may not stand in a header"


def circles(includes):
    """Circles among our own headers: includes maps a header to those it includes."""
    done = set()

    def walk(header, path):
        if header in path:
            yield " -> ".join(path[path.index(header):] + [header]) + ": headers include each other in a circle"
            return
        if header in done:
            return
        for other in includes.get(header, ()):
            yield from walk(other, path + [header])
        done.add(header)

    for header in sorted(includes):
        yield from walk(header, [])


def included(text):
    return re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.M)


def self_test():
    breaches = {
        "base/x.c": '#include "store/store.h"\n',
        "graph/x.c": '#include "crawler/crawl.h"\n',
        "crawler/x.c": '#include "store/db.h"\n',
        "crawler/parse/x.c": '#include "crawler/net/fetch.h"\n',
        "cli/x.c": "#include <sqlite3.h>\n",
        "crawler/net/fetch.h": "#include <curl/curl.h>\n",
        "graph/y.c": 'f("SELECT x FROM y");\n',
        "base/y.c": "strcpy(a, b);\n",
        "crawler/y.c": "curl_easy_setopt(h, CURLOPT_POST, 1L);\n",
        "cli/y.c": '#include "cli.h"\n',
        "store/y.c": "#include <openssl/evp.h>\n",
    }
    missed = [name for name, text in breaches.items() if not list(judge(name, text))]
    if not list(circles({"base/a.h": ["base/b.h"], "base/b.h": ["base/a.h"]})):
        missed.append("a circle of headers")
    for name in missed:
        print(f"self-test: the breach in {name} was not found")
    clean = list(judge("crawler/crawl_loop.c", '#include "store/store.h"\n#include <uv.h>\n'))
    print(f"self-test: {len(breaches) + 1 - len(missed)} of {len(breaches) + 1} breaches found")
    return bool(missed or clean)


def main():
    if "--self-test" in sys.argv:
        return self_test()
    top = Path(sys.argv[1])
    found = []
    files = 0
    headers = {}
    for folder in MAY:
        for path in sorted((top / folder).rglob("*.[ch]")):
            files += 1
            name, text = path.relative_to(top).as_posix(), path.read_text(errors="replace")
            found += judge(name, text)
            if name.endswith(".h"):
                headers[name] = included(text)
    found += circles(headers)
    for breach in found:
        print(breach)
    print(f"{files} files, {len(found)} breaches")
    return bool(found) or files == 0


if __name__ == "__main__":
    sys.exit(main())
