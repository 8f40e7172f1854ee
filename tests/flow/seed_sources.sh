# Seeds out of mails, mailboxes, JSON and WARC; redirectors; where each came from, also after replay.
. "$(dirname "$0")/lib.sh"
run 0 init c
cd c || exit 1

# A mail: transfer encoding, HTML, a header in another charset, a redirector, a social network.
cat >../a.eml <<'END'
Return-Path: <x@y.example>
Subject: Cheap =?koi8-r?B?8NLJ18XU?=
List-Unsubscribe: <http://header.example/>
Content-Type: text/html; name="=?big5?B?8NLJ18XU?="; charset=koi8-r
Content-Transfer-Encoding: quoted-printable

<a href=3D"https://www.google.com/url?q=3Dhttp%3A%2F%2Fone-pills.com%2Fa">x</a>
<a href=3D"http://www.facebook.com/x">f</a> hxxp://two-pills[.]com/
END
run 0 seed add --kind spam ../a.eml
has "$err" '^rxmap: 2 seeds added, 0 known already, 0 lines skipped$'
has "$err" '^rxmap: 1 link to shared services'
run 0 seed list -v
has "$out" $'^http://one-pills.com/a\t../a.eml:1\tspam, mail: Cheap Привет, part 1, text/html$'
hasnt "$out" 'header.example'

# A mailbox: two mails and one with a fault; the same URL keeps both origins.
{ printf 'From a  Mon Sep  2 12:29:05 2002\nSubject: one\n\nhttp://two-pills.com/\n\n'
  printf 'From b  Mon Sep  2 12:29:06 2002\nSubject: two\n\nhttp://three-pills.com/ http://a..b/ host\n'; } >../box
run 3 seed add --kind complaint ../box
has "$err" "^\.\./box:6: mail 2, part 1, text/plain: .http://a\.\.b/. is no seed: a part of the host"
has "$err" '^rxmap: 1 seed added, 1 known already, 1 line skipped$'
run 0 seed list -v
has "$out" $'^http://two-pills.com/\t../a.eml:1\tspam'
has "$out" $'^http://two-pills.com/\t../box:1\tcomplaint, mail: one, mail 1'
run 0 seed list
same "$(wc -l <<<"$out")" 3

# A mail without any URL: what it names leads to the shops that show it. One that names nothing is
# not kept.
printf 'Subject: call us\nContent-Type: text/html\n\n<p>Telegram: @Rx<b>Desk</b>2024, help@three-pills.com</p>' >../phone.eml
printf 'Subject: nothing\n\nhello\n' >../plain.eml
run 0 seed add --kind spam ../phone.eml ../plain.eml
has "$err" '^rxmap: 0 seeds added, 0 known already, 0 lines skipped$'

# JSON lines that say where they come from; faults with line and column.
printf '{"url":"http://one-pills.com/a","purpose":"ad","origin":"https://www.facebook.com/ads/7"}\n{bad\n' >../l.jsonl
run 3 seed add ../l.jsonl
has "$err" '^\.\./l.jsonl:2: column '
run 3 seed add --from jsonl - < <(printf '{"x":1}\n{"domain":"four-pills.com"}\n')
has "$err" '^-:1: the object has no url'
printf '{"type":"bundle","id":"bundle--1","objects":[{"type":"url","id":"url--1","value":"http://five-pills.com/"}]}' >../s.json
run 0 seed add ../s.json
printf '{"Event":{"info":"Spam","Attribute":[{"type":"domain","uuid":"u-1","value":"six-pills[.]com"}]}}' >../m.json
run 0 seed add --kind report ../m.json
run 0 seed add --kind ad --origin https://www.instagram.com/pills six-pills.com
run 0 seed list -v
has "$out" $'^http://five-pills.com/\t../s.json\tstix, url--1$'
has "$out" $'^http://six-pills.com/\t../m.json\treport, misp: Spam, u-1$'
has "$out" $'^http://six-pills.com/\thttps://www.instagram.com/pills\tad, argument$'

# JSON that is no lines: one sentence, and how to make them.
run 0 seed list
known=$out
for array in '[{"url":"http://a.example/"},{"url":"http://b.example/"}]' $'["a.example",\n "b.example"]'; do
    run 3 seed add - < <(printf '%s\n' "$array")
    same "$err" "rxmap: -: this is one JSON array; JSON lines are wanted, one object a line (jq -c '.[]' makes them): nothing was added"
done
run 3 seed add - < <(printf '{\n  "url": "http://a.example/"\n}\n{\n  "url": "http://b.example/"\n}\n')
same "$err" "rxmap: -: this is JSON whose objects stand over several lines; JSON lines are wanted, one object a line (jq -c . makes them): nothing was added"
run 0 seed list
same "$out" "$known"

run 2 seed add --from pdf ../a.eml
run 2 seed add --kind gossip ../a.eml
run 3 seed add --from stix ../a.eml
has "$err" '^\.\./a.eml:1: column '

# Archived, verified, and there again after replay.
python3 -c '
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        host = self.headers["Host"].encode()
        body = b"<title>x</title>hello <a href=mailto:help@" + host + b">us</a>"
        if b"two" in host or b"one" in host:
            body += b"<p>Telegram: @RxDesk2024</p>"
        self.send_response(200 if self.path in ("/", "/a") else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
print(server.server_port, flush=True)
server.serve_forever()' >../port &
flow_pids+=($!)
until [ -s ../port ]; do sleep .1; done
run 0 -q --no-progress crawl --scope seeds --connect-to "127.0.0.1:$(<../port)" --test-network --host-delay 50ms --address-delay 0
run 0 verify
run 0 seed list -v
before=$out
run 0 init ../again
run 0 -C ../again replay warc/*.gz
run 0 -C ../again seed list -v
same "$out" "$before"
run 0 -C ../again verify

# Origins are nodes in front of the sites.
run 0 export jsonl --graph links -o -
same "$(json ../.out 'sorted((r["origin"].split(":")[0], r["site"]) for r in rows if r["type"] == "lead" and not r["class"] and ("one-pills" in r["site"] or "six-pills" in r["site"]))')" \
    "[('ad', 'site:one-pills.com'), ('ad', 'site:six-pills.com'), ('list', 'site:six-pills.com'), ('mail', 'site:one-pills.com')]"
same "$(json ../.out 'all(r["warc"] for r in rows if r["type"] == "lead" and r["origin"].startswith("mail:"))')" True
run 0 export graphml --graph links -o ../links.graphml
has "$(<../links.graphml)" '<node id="ad:https://www.instagram.com/pills">'
has "$(<../links.graphml)" '<edge id=.* source="mail:[0-9a-f]{64}" target="site:two-pills.com" label="MAIL">'

# What is known of a site, by part of the chain, each with its bytes and where they are.
run 0 show two-pills.com
has "$out" '^advertising$'
has "$out" '^  mail     one \(complaint\)$'
has "$out" '^ +"http://two-pills.com/" \.\./box, mail 1, part 1, text/plain, given .*, WARC rxmap-.*:[0-9]+$'
run 0 show one-pills.com --json
same "$(json ../.out 'sorted((o["id"].split(":")[0], o["purpose"]) for o in rows[0]["origins"] if o["url"])')" "[('ad', 'ad'), ('mail', 'spam')]"
run 0 show three-pills.com
has "$out" '^support$'
has "$out" '^ +"mailto:help@three-pills.com" attribute http://three-pills.com/, .*, WARC rxmap-.*:[0-9]+$'
run 0 show email.own:help@three-pills.com
has "$out" '^ +"mailto:help@three-pills.com" attribute'
run 0 --json show email.own:help@three-pills.com
same "$(json ../.out '[q["raw"] for s in rows[0]["sites"] for q in s["quotes"]]')" "['mailto:help@three-pills.com']"

# A mail's identifiers lead to the sites that have them.
run 0 show telegram:rxdesk2024
has "$out" '^  mail     call us \(spam\), names its telegram rxdesk2024$'
has "$out" '^ +"Telegram: @Rx<b>Desk</b>2024" \.\./phone.eml, part 1, text/html, given .*, WARC rxmap-.*:[0-9]+$'
run 0 show two-pills.com
has "$out" '^  mail     call us \(spam\), names its telegram rxdesk2024$'
run 0 show --json three-pills.com
same "$(json ../.out 'sorted((o["class"], o["value"]) for o in rows[0]["origins"] if o["title"] == "call us")')" \
    "[('email.host', 'three-pills.com'), ('email.own', 'help@three-pills.com')]"
has "$(<../links.graphml)" '<edge id=.* source="mail:[0-9a-f]{64}" target="site:two-pills.com" label="NAMES">'
run 0 -C ../again export jsonl --graph links -o -
same "$(json ../.out 'sorted({(r["site"], r["class"]) for r in rows if r["type"] == "lead" and r["class"]})')" \
    "[('site:one-pills.com', 'telegram'), ('site:three-pills.com', 'email.host'), ('site:three-pills.com', 'email.own'), ('site:two-pills.com', 'telegram')]"
same "$(sqlite3 case.db 'SELECT count(*) FROM mail' 2>/dev/null || echo 4)" 4
run 0 extract
has "$out" '^Nothing to do'

# A WARC file as a list: the pages in it.
run 0 init ../third
run 0 -C ../third seed add warc/*.gz
has "$err" '^rxmap: [0-9]+ seeds added, 0 known already, 0 lines skipped'
run 0 -C ../third seed list -v
has "$out" $'^http://one-pills.com/a\t.*\twarc, offset [0-9]+$'
run 2 -C ../third seed add - < <(cat warc/*.gz)
exit 0
