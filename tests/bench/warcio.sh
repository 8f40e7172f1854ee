#!/usr/bin/env bash
# warcio.sh [CASE]: reads a case's WARC with npm's warcio, an independent reader, and compares its
# counts with those of `rxmap verify`. Without CASE, a crawl of a small simulated web makes one.
. "$(dirname "$0")/fixture.bash"
case_dir=${1:-}
if [ -z "$case_dir" ]; then
    case_dir=$work/case
    serve --storefronts "${STOREFRONTS:-30}"
    new_case "$case_dir"
    crawl_all "$case_dir" --max-pages-per-site 5
    stop_server
fi
readers=$("$bench_dir/../readers/install.sh")
(cd "$readers" && node warc.mjs "$(realpath "$case_dir")"/warc/*.warc.gz) >"$work/warcio"
"$RXMAP" -C "$case_dir" verify --json >"$work/verify" || true
python3 - "$work/warcio" "$work/verify" <<'PY'
import collections, json, sys
files = [json.loads(line) for line in open(sys.argv[1])]
ours = [json.loads(line) for line in open(sys.argv[2])][-1]
types = collections.Counter()
for f in files:
    types.update(f["types"])
records = sum(f["records"] for f in files)
complete = sum(f["complete"] for f in files)
print("warcio:       %d records in %d files, %d with id, date and block digest: %s"
      % (records, len(files), complete, ", ".join("%d %s" % (n, t) for t, n in sorted(types.items()))))
print("rxmap verify: %d records in %d files, %d findings" % (ours["records"], ours["files"], ours["findings"]))
sys.exit(not (records == complete == ours["records"] and ours["findings"] == 0))
PY
