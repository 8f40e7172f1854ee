# verify: clean on what a crawl left; every kind of damage is found, named with file and offset,
# and changes nothing.
. "$(dirname "$0")/lib.sh"

mkdir site
for i in 1 2 3; do
    cat >"site/p$i.html" <<HTML
<html><head><title>Pills $i</title><script>ga('create','UA-7654321-$i','auto');</script></head>
<body><a href="index.html">home</a> write to order$i@tabs4you.biz</body></html>
HTML
done
# Not UTF-8: citations are of the body as it came.
printf '<html><meta charset=iso-8859-1><body>\xe9\xe8 caf\xe9 <a href=p1.html>1</a><a href=p2.html>2</a>
<a href=p3.html>3</a> \xe9\xfc order@tabs4you.biz</body></html>' >site/index.html
(cd site && exec python3 -u -m http.server 0 --bind 127.0.0.1) >server.log 2>&1 &
started $!
for _ in {1..100}; do
    port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' server.log)
    [ -n "$port" ] && break
    sleep 0.1
done

run 0 init case
run 0 -C case seed add http://shop.example/
run 0 -C case --no-progress crawl --scope seeds --connect-to "127.0.0.1:$port" \
    --host-delay 0 --address-delay 0
warc=$(echo case/warc/*.warc.gz)
same "$(stat -c %a "$warc")" 600

run 0 -C case verify
has "$out" '^1 WARC files, [0-9]+ records, [0-9]+ cited places: 0 findings$'
has "$out" '^audit.log: [0-9]+ lines, head [0-9a-f]{64}$'
run 0 -C case verify --json
same "$(json "$work/.out" '[r["findings"] for r in rows if r["type"] == "verify"]')" '[0]'
same "$(json "$work/.out" 'rows[-1]["sightings"] >= 7 and rows[-1]["records"] >= 13')" True
run 2 -C case verify something

# The script that docs/FINDINGS.md offers to those who have no rxmap: right for every quote of a
# case, for every coding, and silent about nothing.
sed -n '/^```python$/,/^```$/p' "$source_dir/docs/FINDINGS.md" | sed '1d;$d' >quote.py
run 0 -C case export jsonl -o case.jsonl
python3 - "$warc" <<'PY' || fail 'the script of docs/FINDINGS.md is wrong'
import gzip, hashlib, json, shutil, subprocess, sys, zlib

def ask(path, at, *quote):
    return subprocess.run([sys.executable, "quote.py", path, str(at), *map(str, quote)], capture_output=True)

BODY = b"<html>" + b"order@tabs4you.biz " * 400
def raw(data):
    z = zlib.compressobj(wbits=-15)
    return z.compress(data) + z.flush()
def chunks(data):
    return b"".join(b"%x;x=y\r\n%b\r\n" % (len(data[i:i + 99]), data[i:i + 99]) for i in range(0, len(data), 99)) + b"0\r\n\r\n"
def piped(program):
    return lambda data: subprocess.run([program, "-c"], input=data, capture_output=True, check=True).stdout

CASES = [  # head fields, what was sent
    ("X: y", BODY),
    ("Content-Encoding: gzip", gzip.compress(BODY)),
    ("content-encoding: X-Gzip", gzip.compress(BODY[:70]) + gzip.compress(BODY[70:])),
    ("Content-Encoding: deflate", zlib.compress(BODY)),
    ("Content-Encoding: deflate", raw(BODY)),
    ("Content-Encoding: gzip", BODY),  # a proxy undid it
    ("Transfer-Encoding: chunked", chunks(BODY)),
    ("Transfer-Encoding: chunked", BODY),
    ("Transfer-Encoding: chunked\r\nContent-Encoding: deflate, gzip", chunks(gzip.compress(raw(BODY)))),
    ("Transfer-Encoding: gzip, chunked\r\nContent-Encoding: deflate", chunks(gzip.compress(zlib.compress(BODY)))),
]
for name, program in (("br", "brotli"), ("zstd", "zstd")):
    if shutil.which(program):
        CASES.append((f"Content-Encoding: {name}", piped(program)(BODY)))
    else:
        CASES.append((f"Content-Encoding: {name}", None))
digest = hashlib.sha256(BODY).hexdigest()
for fields, sent in CASES:
    head = b"HTTP/1.1 200 OK\r\nSet-Cookie: shop_id=1\r\n" + fields.encode()
    block = head + b"\r\n\r\n" + (sent or b"coded")
    with open("one.warc.gz", "wb") as f:
        f.write(b"before" + gzip.compress(b"WARC/1.1\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n" % (len(block), block)))
    assert ask("one.warc.gz", 6).stdout.endswith(b"\r\n\r\n" + block)
    if sent is None:
        got = ask("one.warc.gz", 6, digest, 0, 1)
        assert got.returncode == 1 and b"install the program" in got.stderr, (fields, got)
        continue
    for quote, code, says in (((digest, 6, 18), 0, b"'order@tabs4you.biz'"),
                              ((digest, 29, 7, "head"), 0, b"'shop_id'"),
                              ((digest, 0, 0), 0, b"is right"),
                              ((digest, len(BODY) - 1, 2), 1, b"there are only"),
                              (("0" * 64, 6, 18), 1, b"another one")):
        got = ask("one.warc.gz", 6, *quote)
        assert got.returncode == code and says in got.stdout + got.stderr, (fields, quote, got)

rows = [json.loads(line) for line in open("case.jsonl")]
seen = [r for r in rows if r["type"] == "sighting" and r.get("sha256") and r.get("warc")]
for r in seen:
    at = r["warc"].rpartition(":")[2]
    got = ask(sys.argv[1], at, r["sha256"], r["offset"], r["length"], *["head"] * (r["place"] == "header"))
    assert got.returncode == 0 and (not r["length"] or not r["raw"].isascii() or r["raw"].encode() in got.stdout), (r, got)
assert len(seen) >= 4, rows[:3]
PY

# broken: makes $broken, a copy of the case for one kind of damage.
broken() {
    rm -rf broken
    cp -r case broken
}
found() {
    run 5 -C broken verify
    has "$out" "$1"
    is_safe "$work/.out"
}
# flip FILE OFFSET: the lowest bit of that byte.
flip() {
    python3 - "$@" <<'PY'
import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2]))
    byte = f.read(1)[0]
    f.seek(int(sys.argv[2]))
    f.write(bytes([byte ^ 1]))
PY
}

# change SQL: past the database's own guards, which are put back.
change() {
    python3 - "$1" <<'PY' || fail "$1"
import sqlite3, sys
db = sqlite3.connect("broken/case.db")
guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
for name, _ in guards:
    db.execute(f"DROP TRIGGER {name}")
db.execute(sys.argv[1])
for _, sql in guards:
    db.execute(sql)
db.commit()
PY
}

size=$(stat -c %s "$warc")
name=${warc##*/}
# In a member's header (gunzip itself sees nothing there), its data, its trailer, anywhere.
for at in 4 9 60 $((size / 2)) $((size - 5)) $((size - 1)); do
    broken
    flip "broken/warc/$name" "$at"
    found "$name: offset [0-9]+: "
    cp "broken/warc/$name" flipped
    run 5 -C broken verify --json
    cmp -s "broken/warc/$name" flipped || fail "verify changed a file"
done

broken
truncate -s $((size - 3)) "broken/warc/$name"
found "$name: offset $size: the file ends at $((size - 3))"
broken
printf 'more' >>"broken/warc/$name"
found "$name: offset $size: the file ends at $((size + 4))"
broken
mv "broken/warc/$name" broken/warc/other.warc.gz
found "$name: the file that the database cites is not there"
has "$out" 'other.warc.gz: the database knows no such file'
# One record more than the database knows, one that it has twice, one that it lost.
for change in "DELETE FROM warc_record WHERE offset = (SELECT max(offset) FROM warc_record)" \
    "DELETE FROM warc_record WHERE offset = (SELECT min(offset) FROM warc_record WHERE type = 'request')" \
    "UPDATE warc_record SET bytes = bytes - 1 WHERE offset = 0"; do
    broken
    change "$change"
    found "$name: offset [0-9]+: "
done
# A record of another kind, of other bytes, one that overlaps the next.
broken
change "UPDATE warc_record SET type = 'request' WHERE offset = (SELECT min(offset) FROM warc_record WHERE type = 'response')"
found "$name: offset [0-9]+: the record has another type than the database says"
broken
change "UPDATE warc_record SET member = zeroblob(32) WHERE offset = 0"
found "$name: offset 0: the compressed record is not what was written"
broken
change "UPDATE warc_record SET bytes = bytes + 1 WHERE offset = 0"
found "$name: offset [0-9]+: the database has two records that share these bytes"
broken
change "UPDATE warc SET bytes = bytes + 9"
found "$name: offset $((size + 9)): the file ends at $size"
# A citation that points beside its bytes.
broken
change "UPDATE sighting SET offset = offset + 1 WHERE length > 0"
found 'the cited bytes are not there'
same "$(grep -c 'cited bytes are not there' <<<"$out")" \
    "$(sed -n 's/.*records, \([0-9]*\) cited places.*/\1/p' <<<"$out")"
# Of a file's many findings the first are told, unless all are wanted.
broken
change "UPDATE warc_record SET bytes = bytes - 1"
found "^broken/warc/$name: and [0-9]+ more findings \(-v: all\)$"
same "$(grep -c "$name: offset" <<<"$out")" 20
total=$(sed -n 's/.*: \([0-9]*\) findings$/\1/p' <<<"$out")
run 5 -C broken verify -v
same "$(grep -c ': offset' <<<"$out")" "$total"
# The log.
broken
sed -i '2s/"event":"/"event":"x/' broken/audit.log
found 'audit.log'

# A value that the cited bytes do not say; a citation of no bytes where the page has some.
broken
change "UPDATE sighting SET raw = (SELECT value FROM indicator WHERE id = indicator_id) WHERE raw IS NULL"
change "UPDATE indicator SET value = 'other@elsewhere.example' WHERE id = (SELECT min(i.id) FROM indicator i JOIN sighting g ON g.indicator_id = i.id WHERE g.length > 0)"
found 'the cited bytes do not say what they are cited for'
broken
change "UPDATE sighting SET length = 0, offset = 0, raw = '' WHERE length > 0"
found 'the cited bytes do not say what they are cited for'
# A database that names a file elsewhere, a WARC file that is a pipe or a link: not opened.
broken
cp "broken/warc/$name" elsewhere.warc.gz
change "UPDATE warc SET name = '../../elsewhere.warc.gz'"
found 'elsewhere.warc.gz: is no WARC file of a case, and is not opened'
broken
rm "broken/warc/$name"
mkfifo "broken/warc/$name"
found "$name: is no WARC file of a case, and is not opened"
broken
mv "broken/warc/$name" elsewhere.warc.gz
ln -s "$PWD/elsewhere.warc.gz" "broken/warc/$name"
found "$name: is no WARC file of a case, and is not opened"
for file in case.db audit.log; do
    broken
    rm "broken/$file"
    mkfifo "broken/$file"
    run 5 -C broken verify
done
