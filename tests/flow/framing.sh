# What a site writes about a stranger joins nobody, and what it hides from its readers does not hide
# it: a planted form that nobody sees, a guest book full of a shop's links, a shop that answers 404.
. "$(dirname "$0")/lib.sh"

cat >make.py <<'PY'
DRUGS = "Viagra Cialis Levitra Zoloft Prozac Diflucan Lasix Cipro".split()


def shop(name, action, field, extra=""):
    items = "".join(
        f"<h3>{d}</h3> 50mg x 30 pills ${20 + i}.95 <form method=post action='{action}'>"
        f"<input type=hidden name={field} value={i}><input type=hidden name={field}_key>"
        "<input type=submit value='Add to cart'></form>" for i, d in enumerate(DRUGS))
    return (f"<title>{name}</title><p>{name}: no prescription needed, pay by card.</p>{items}{extra}")


RIVAL = "https://pay.rival-till.example/c"
PLANT = f"<div style='display:none'><form method=post action='{RIVAL}'><input name=rvl_item><input name=rvl_item_key></form></div>"
SPAM = "".join(
    f"<p><b>pete</b> {d} 100mg x 30 pills $4{i}.95 <a rel='ugc nofollow' "
    f"href='https://secure.own-till.example/order?i={i}'>add to cart</a></p>" for i, d in enumerate(DRUGS[:4]))
CHOIR = "<title>Choir</title><p>" + "We sing in the parish hall on Tuesdays and all are welcome. " * 20 + SPAM
OWN = "https://secure.own-till.example/order"
pages = [
    ("own1.example", 200, shop("Own one", OWN, "own_item", PLANT)),
    ("own2.example", 200, shop("Own two", OWN, "own_item")),
    ("rival1.example", 200, shop("Rival one", RIVAL, "rvl_item")),
    ("rival2.example", 404, shop("Rival two", RIVAL, "rvl_item")),
    ("choir.example", 200, CHOIR),
]
with open("web.warc", "wb") as out:
    for n, (host, status, body) in enumerate(pages):
        block = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}".encode()
        head = (f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{n:012}>\r\n"
                f"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: http://{host}/\r\n"
                "Content-Type: application/http;msgtype=response\r\n"
                f"Content-Length: {len(block)}\r\n\r\n")
        out.write(head.encode() + block + b"\r\n\r\n")
PY
python3 make.py

run 0 init case
run 0 -C case replay web.warc
run 0 -C case map
has "$out$err" '1 values kept apart'
run 0 -C case networks --json
same "$(grep -c '"kind":"programme","sites":2,' <<<"$out")" 2
same "$(grep -c '"kind":"programme"' <<<"$out")" 2
run 0 -C case explain own1.example rival1.example --json
has "$out" '"band":"not linked"'
has "$out" '"same_network":false'
has "$out" '"hidden":true' # what was planted is shown all the same
run 0 -C case show choir.example --json
has "$out" '"role":"benign"'
run 0 -C case show rival2.example --json
has "$out" '"role":"storefront"'
