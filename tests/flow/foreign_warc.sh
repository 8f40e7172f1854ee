# replay reads WARC files that another tool wrote: wget's, compressed by record, plain, and packed
# as one gzip member. All give the same pages; a damaged one is refused with file and offset.
. "$(dirname "$0")/lib.sh"

mkdir site
for i in 1 2 3; do
    echo "<html><title>Pills $i</title><a href=index.html>home</a> order$i@tabs4you.biz</html>" >"site/p$i.html"
done
echo '<a href=p1.html>1</a> <a href=p2.html>2</a> <a href=p3.html>3</a>' >site/index.html
(cd site && exec python3 -u -m http.server 0 --bind 127.0.0.1) >server.log 2>&1 &
started $!
for _ in {1..100}; do
    port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' server.log)
    [ -n "$port" ] && break
    sleep 0.1
done
wget -q -r --warc-file=members "http://127.0.0.1:$port/"
wget -q -r --no-warc-compression --warc-file=plain "http://127.0.0.1:$port/"
zcat members.warc.gz | gzip >whole.warc.gz

for file in members.warc.gz plain.warc whole.warc.gz; do
    rm -rf case
    run 0 init case
    run 0 -C case replay "$file"
    records=$(zcat -f "$file" | grep -ac '^WARC/1.0') # wget asks again where a connection was lost
    has "$out$err" "1 files?: $records records, 5 pages"
    run 0 -C case show "127.0.0.1" --json
    same "$(grep -o 'order[123]@tabs4you.biz' <<<"$out" | sort -u | wc -l)" 3
    run 0 -C case verify
done

head -c -20 members.warc.gz >torn.warc.gz
rm -rf case
run 0 init case
run 5 -C case replay torn.warc.gz
has "$err" 'torn.warc.gz: offset [0-9]+: '

# A replay that fails leaves nothing behind: no copy of a file that was fine, no open run.
rm -rf case
run 0 init case
run 5 -C case replay members.warc.gz torn.warc.gz
same "$(ls case/warc)" ""
run 0 -C case verify
run 0 -C case replay members.warc.gz
run 0 -C case verify

# Records that no capture of ours could be are left out, and the rest is read.
python3 - <<'PY'
import gzip
def record(kind, uri, block, more=""):
    head = (f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\n{more}"
            f"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:x:{kind}>\r\n"
            f"Content-Length: {len(block)}\r\n\r\n").encode()
    return head + block + b"\r\n\r\n"
long = "http://long.example/" + "u" * 5000
page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Pills</title>"
beside = "WARC-Concurrent-To: <urn:x:response>\r\n"
facts = b"".join(b"fact-a: 192.0.2.%d %s\r\n" % (n % 200, b"x" * 250) for n in range(400))
records = [record("request", long, b"GET / HTTP/1.1\r\n\r\n"),
           record("response", long, page),
           record("resource", long, b"pem"),
           record("response", "http://fine.example/", page),
           record("response", "http://fine.example/odd", page.replace(b"200 OK", b"777 Odd")),
           record("metadata", "http://fine.example/", facts, beside)]
open("odd.warc", "wb").write(b"".join(records))
PY
rm -rf case
run 0 init case
run 0 -C case replay odd.warc
has "$out$err" '1 files?: 6 records, 2 page'
run 0 -C case verify
