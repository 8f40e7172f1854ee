#!/usr/bin/env python3
"""coverage.py SUMMARY LEAST: the share of lines that the tests ran, a folder a line, from gcovr's
--json-summary; exit 1 if the whole is below LEAST percent.

Jailed readers end without a word (no file may be written from in there), so what only they run
counts as not run: the figure is a lower bound. The code that they share with the fuzzers and the
unit tests (parse, extract, reading) is counted there."""
import collections
import json
import sys

summary, least = json.load(open(sys.argv[1], encoding="utf-8")), float(sys.argv[2])
lines, run = collections.Counter(), collections.Counter()
files = []
for f in summary["files"]:
    parts = f["filename"].split("/")
    for folder in {parts[0], "/".join(parts[:-1]), "whole"}:
        lines[folder] += f["line_total"]
        run[folder] += f["line_covered"]
    if f["line_total"]:
        files.append((f["line_percent"], f["filename"], f["line_total"] - f["line_covered"]))
for folder in sorted(lines, key=lambda name: (name == "whole", name)):
    print("%-20s %6d of %6d lines  %5.1f %%" % (folder, run[folder], lines[folder], 100 * run[folder] / max(1, lines[folder])))
print("least covered:")
for percent, name, missing in sorted(files)[:10]:
    print("  %5.1f %%  %s (%d lines not run)" % (percent, name, missing))
whole = 100 * run["whole"] / max(1, lines["whole"])
if whole < least:
    sys.exit("coverage: %.1f %% of the lines is below %.0f %%" % (whole, least))
