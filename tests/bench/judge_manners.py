#!/usr/bin/env python3
"""judge_manners.py LOG: judges a crawl by the log of the server that was crawled (docs/FORMATS.md).

Spacing is measured between the arrivals of two requests at one host. Exit 1 on any violation."""
import argparse
import collections
import sys
import urllib.parse

p = argparse.ArgumentParser()
p.add_argument("log")
p.add_argument("--delay-ms", type=float, default=200)
p.add_argument("--hosts", type=int, default=0)
p.add_argument("--requests", type=int, default=0)
p.add_argument("--forbidden", action="append", default=[])
p.add_argument("--seconds", type=float, default=0)
a = p.parse_args()

last, gaps, methods = {}, [], collections.Counter()
close, forbidden, referers, repeats = [], [], [], collections.Counter()
with open(a.log, encoding="utf-8", errors="replace") as lines:
    for line in lines:
        mono, _, _, host, _, method, url, referer, _ = line.rstrip("\n").split("\t")
        mono = int(mono)
        methods[method] += 1
        repeats[url] += 1
        if host in last:
            gap = (mono - last[host]) / 1000
            gaps.append(gap)
            if gap < a.delay_ms:
                close.append((gap, url))
        last[host] = mono
        target = url.split("/", 3)[-1]
        if any(f.strip("/") in target for f in a.forbidden):
            forbidden.append(url)
        if referer != "-" and urllib.parse.urlsplit(referer).hostname != host:
            referers.append((url, referer))

gaps.sort()
total = sum(methods.values())
print(f"hosts {len(last)}, requests {total}, methods {dict(methods)}, URLs asked twice {sum(n > 1 for n in repeats.values())}")
if a.seconds:
    print(f"{a.seconds:.1f} s, {total / a.seconds:.0f} requests/s")
if gaps:
    print(f"gap between two requests to one host: least {gaps[0]:.1f} ms, median {gaps[len(gaps) // 2]:.1f} ms, most {gaps[-1]:.1f} ms")
print(f"violations: spacing {len(close)}, robots {len(forbidden)}, methods {total - methods['GET'] - methods['HEAD']}, cross-site Referer {len(referers)}")
for what in (close, forbidden, referers):
    for case in what[:5]:
        print("  ", case)
bad = close or forbidden or referers or total != methods["GET"] + methods["HEAD"]
if a.hosts and len(last) != a.hosts or a.requests and total < a.requests:
    print(f"incomplete: expected {a.hosts} hosts and at least {a.requests} requests")
    bad = True
sys.exit(1 if bad else 0)
