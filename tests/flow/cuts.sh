# What was not read is told: a page over the reading limits clears nobody, and status, show and the
# export name it.
. "$(dirname "$0")/lib.sh"

cat >make.py <<'PY'
import gzip
CHOIR = "<title>Choir</title><p>" + "We sing in the parish hall on Tuesdays and all are welcome. " * 20
DRUGS = "Viagra Cialis Levitra Zoloft Prozac Diflucan Lasix Cipro".split()
SHOP = "".join(f"<h3>{d}</h3> 50mg x 30 pills ${20 + i}.95 <form method=post action='/cart'>"
               "<input type=submit value='Add to cart'></form>" for i, d in enumerate(DRUGS))
HEAD = "HTTP/1.1 200 X\r\nContent-Type: text/html; charset=utf-8\r\n"
pages = [
    ("whole.example", "", CHOIR.encode()),
    ("long.example", "", (CHOIR + "<p>" + "la " * 750000 + SHOP).encode()),
    ("tags.example", "", (CHOIR + "<b>.</b>" * 100100 + SHOP).encode()),
    ("comment.example", "", (CHOIR + "<!--" + "-" * 90000 + "-->").encode()),
    ("coded.example", "Content-Encoding: gzip\r\n", gzip.compress((CHOIR + SHOP).encode())[:-20]),
]
with open("web.warc", "wb") as out:
    for n, (host, field, body) in enumerate(pages):
        block = f"{HEAD}{field}\r\n".encode() + body
        head = (f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{n:012}>\r\n"
                f"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: http://{host}/\r\n"
                "Content-Type: application/http;msgtype=response\r\n"
                f"Content-Length: {len(block)}\r\n\r\n")
        out.write(head.encode() + block + b"\r\n\r\n")
PY
python3 make.py

run 0 init case
run 0 -C case replay web.warc
run 0 -C case show whole.example --json
same "$(json .out '[(r["role"], r["pages_cut"]) for r in rows]')" "[('benign', 0)]"
for host in long tags comment coded; do
    run 0 -C case show "$host.example" --json
    same "$(json .out '[r["pages_cut"] for r in rows]')" "[1]"
    hasnt "$out" '"role":"benign"'
    run 0 -C case show "$host.example"
    has "$out" '1 pages were not read to their end'
    run 0 -C case status --url "http://$host.example/"
    has "$out" 'it is longer than what of it was read'
done
run 0 -C case status
has "$out" '4 of the contents were not read to their end'
run 0 -C case status --json
same "$(json .out '[r["pages_cut"] for r in rows if r["type"] == "case"]')" "[4]"
run 0 -C case export jsonl --graph links -o -
same "$(json .out 'sum(r.get("page_cut", False) for r in rows)')" 4
