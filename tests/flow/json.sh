# What every command prints with --json is what docs/FORMATS.md says: the keys of its table, no other,
# and each of them but those that the table calls optional.
. "$(dirname "$0")/lib.sh"

# fits COMMAND: the objects in .out against the rows of that command.
fits() {
    python3 - "$source_dir/docs/FORMATS.md" .out "$1" <<'PY' || fail "$1 --json is not what FORMATS.md says"
import json, re, sys

formats, output, wanted = sys.argv[1:]
tables, command = {}, ""
text = open(formats, encoding="utf-8").read()
for line in text.split("With `--json` a command prints", 1)[1].splitlines():
    cells = line.split(" | ")
    if line.startswith("`explain` prints"):
        break
    if not line.startswith("|") or len(cells) != 3:
        continue
    command = cells[0].strip("| ").strip("`") or command
    optional = set(re.findall(r"`(\w+)` \(only where", cells[2]))
    keys = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", cells[2])))
    tables.setdefault(command, []).append((re.findall(r"`(\w+)`", cells[1]), keys, optional))

rows = [json.loads(line) for line in open(output, encoding="utf-8")]
assert rows, "nothing was printed"
for row in rows:
    assert row.pop("schema") == "rxmap/1"
    kind = row.pop("type")
    fitting = [t for t in tables[wanted] if kind in t[0]]
    assert fitting, f"the table of {wanted} has no {kind}"
    for _, keys, optional in fitting:
        assert set(row) <= keys, f"{kind}: not in the table: {set(row) - keys}"
        assert keys - optional <= set(row), f"{kind}: missing: {keys - optional - set(row)}"
PY
}

run 0 --json demo d --storefronts 20 --programmes 3 --seed 4 --no-progress
grep '"type":"demo"' .out >demo && mv demo .out && fits demo
site=$(python3 -c 'import json
for line in open("d/truth.jsonl"):
    row = json.loads(line)
    if row["type"] == "site" and row["role"] == "storefront": print(row["site"]); break')

run 0 --json --version
fits --version
run 0 --json init c --title "Nine lives"
fits init
run 0 --json -C c seed add http://shop.example/
fits 'seed add'
run 0 --json -C c seed list
fits 'seed list'
run 3 --json -C c --no-progress crawl --connect-to 127.0.0.1:9 # nobody is there
fits crawl
run 0 --json -C c crawl --finish
fits 'crawl --finish'
run 0 --json -C c replay d/warc/*.gz
fits replay
for command in 'status' 'status --errors' map networks config verify 'background show'; do
    # shellcheck disable=SC2086
    run 0 --json -C d $command
    fits "$command"
done
run 0 --json -C d status --url "http://$site/"
fits 'status --url'
run 0 --json -C d background build --origin test -o counts.tsv
fits 'background build'
run 0 --json -C d eval --truth d/truth.jsonl
json .out 'rows[0]["bcubed_f1"]' >/dev/null
for format in graphml csv jsonl svg; do
    run 0 --json -C d export $format -o "out.$format"
    fits export
    for file in $(json .out '" ".join(r["file"] for r in rows)'); do [ -s "$file" ] || fail "no $file"; done
    run 0 -q --json -C d export $format -o -
    hasnt "$out" '"type":"export"'
done
"$RXMAP" --json doctor >.out 2>.err # what it finds is the machine's matter
fits doctor
exit 0
