#!/usr/bin/env bash
# What is claimed on real pages, for a person to judge: 200 sightings of the corpora benign, html and
# pharma, drawn by a fixed seed (sample.py), beside the verdicts of docs/SAMPLE.tsv so far. Rows that
# nobody has judged are counted; with OUT=FILE the table is written there.
set -euo pipefail
dir=$(dirname "$0")
corpora=${CORPORA:-../shared/corpora}
[ -d "$corpora/benign" ] || { echo "sample: $corpora is missing, nothing drawn" >&2; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for kind in benign html pharma; do
    python3 "$dir/corpus_warc.py" "$kind" "$corpora" "$work/$kind.warc.gz"
done
"$RXMAP" -q init "$work/case"
"$RXMAP" -q -C "$work/case" --no-progress replay "$work"/{benign,html,pharma}.warc.gz >/dev/null
python3 "$dir/sample.py" "$work/case" "$dir/../../base/data/classes.tsv" "$dir/../../docs/SAMPLE.tsv" \
    "$work"/{benign,html,pharma}.warc.gz >"${OUT:-$work/table}"
awk -F'\t' 'NR > 1 {n[$6 == "" ? "unread" : $6]++} END {for (v in n) print v, n[v]}' "${OUT:-$work/table}" | sort
awk -F'\t' 'NR > 1 && $6 != "" && $6 != "right" {print $2 ": " $3 " - " $7}' "${OUT:-$work/table}"
