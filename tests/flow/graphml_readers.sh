# The GraphML of a crawled web is read by xmllint, igraph, NetworkX and graphology with the same
# counts; it and the other exports are the same bytes again; a spreadsheet gets no formula.
. "$(dirname "$0")/lib.sh"

readers=$("$source_dir/tests/readers/install.sh") || fail "the npm readers are missing"
python=python3
"$python" -c 'import igraph, networkx' 2>/dev/null || python=/usr/bin/python3

run 0 demo d --storefronts 40 --seed 5 --no-progress
for kind in links network evidence; do
    file=$kind.graphml
    run 0 -C d export graphml --graph $kind -o $file
    xmllint --noout $file || fail "$file is not well-formed"
    nodes=$(grep -c '<node ' $file)
    edges=$(grep -c '<edge ' $file)
    [ "$nodes" -gt 40 ] && [ "$edges" -gt 40 ] || fail "$file is nearly empty"
    "$python" "$source_dir/tests/readers/graphml.py" $file >counts || fail "igraph or NetworkX: $file"
    node "$readers/graphml.mjs" $file >>counts || fail "graphology: $file"
    same "$(sort -u counts)" "$nodes $edges"

    # The profile, where a reader would not complain but a viewer would.
    hasnt "$(<$file)" 'DOCTYPE|<default|attr.type="(integer|list)|for="all"|>(NaN|-?INF|nan|inf)<'
    same "$(grep -o '<edge id="[^"]*"' $file | sort | uniq -d)" ""
    same "$(grep -o '<key id="[^"]*"' $file | sort | uniq -d)" ""

    run 0 -C d export graphml --graph $kind --run 1 -o again.graphml
    cmp $file again.graphml || fail "$file: the run by its number gives other bytes"
    run 0 -C d export csv --graph $kind -o t
    same "$(wc -l <t-nodes.csv)" "$((nodes + 1))"
    same "$(wc -l <t-edges.csv)" "$((edges + 1))"
    if grep -qE '(^|,)"?[=@+]' t-nodes.csv t-edges.csv; then fail "a cell of $kind is a formula"; fi
done

# Every network of the list is drawn, and every drawn one is in the list.
run 0 -C d --json networks
listed=$(json .out '"\n".join(sorted(r["id"] for r in rows if r.get("kind") == "programme"))')
same "$(grep -o '"n_network">N-[0-9]*' network.graphml | cut -d'>' -f2 | sort -u)" "$listed"

# JSON lines: each kind of object, all parseable, the same again.
run 0 -C d export jsonl -o lines.jsonl
same "$(json lines.jsonl 'sorted({r["type"] for r in rows})')" "['lead', 'link', 'network', 'origin', 'page', 'sighting', 'site']"
run 0 -C d export jsonl -o -
cmp .out lines.jsonl || fail "standard output gets other bytes than the file"

# Nothing is left behind when a file cannot be written; the old one stays.
run 1 -C d export graphml -o missing/x.graphml
same "$(find . -maxdepth 1 -name '*graphml.??????' | wc -l)" 0

# The picture asks for nothing from outside.
run 0 -C d export svg -o p.svg
xmllint --noout p.svg || fail "the picture is not well-formed"
hasnt "$(<p.svg)" 'href|<script|<image|url\(|@import'
same "$(grep -oE '>N-[0-9]+</text>' p.svg | grep -oE 'N-[0-9]+' | sort)" "$listed" # small ones too
has "$(<p.svg)" 'shared evidence</text>'

# Explanations: both ways, with quotes that lead into the WARC.
pair=$(json lines.jsonl '" ".join(m["id"] for m in [r for r in rows if r["type"]=="network" and r["kind"]=="programme"][0]["members"][:2])')
run 0 -C d --json explain ${pair}
same "$(json .out 'rows[0]["same_network"] and rows[0]["score"] > .8 and rows[0]["calibrated"] is None')" True
same "$(json .out 'all(q["warc"] and (q.get("sha256") or q.get("host")) for e in rows[0]["evidence"] for q in e["quotes"])')" True
same "$(json .out 'all(len({q["site"] for q in e["quotes"]}) == 2 for e in rows[0]["evidence"] if e["counted"] > 0)')" True
run 0 -C d explain ${pair}
has "$out" 'both in N-0001'
has "$out" 'WARC rxmap-'
is_safe .out
run 1 -C d explain nosuch.example ${pair% *}
has "$err" 'knows no site nosuch.example'
run 2 -C d explain ${pair% *}
run 2 -C d explain ${pair% *} ${pair% *}
run 0 -C d show N-0001
run 1 -C d show N-9999
run 2 -C d export grafml -o x
has "$err" 'did you mean graphml'
