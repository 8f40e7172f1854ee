# Lists of seeds: lines, defanged text, CSV, standard input, arguments; bad lines and duplicates.
. "$(dirname "$0")/lib.sh"
run 0 init c
cd c || exit 1

printf 'hxxp://pills[.]example/a\r\n\n# a comment\nshop.example\nhttp://pills.example/a#top\n' >../list.txt
run 0 seed add ../list.txt
has "$err" '^rxmap: 2 seeds added, 1 known already, 0 lines skipped$'
run 0 seed list
same "$out" $'http://pills.example/a\nhttp://shop.example/'
run 0 seed list -v
has "$out" $'\t../list.txt:4$'

# A bad line: its number, skipped, exit 3; the others are in.
run 3 seed add - < <(printf 'good.example\nnot a url\nftp://x.example/\nbetter.example\n')
has "$err" '^-:2: '
has "$err" '^-:3: '
has "$err" '^rxmap: 2 seeds added, 0 known already, 2 lines skipped$'
run 0 seed list
has "$out" 'better.example'

# CSV by name and by number; a record over two lines keeps the count right.
printf '\xef\xbb\xbfname,Domain\n"two\nlines",csv1.example\nx,"csv2.example"\ny,??\n' >../list.csv
run 3 seed add --column domain ../list.csv
has "$err" '^\.\./list.csv:5: '
run 0 seed list -v
has "$out" 'csv2.example/.*list.csv:4$'
run 2 seed add --column price ../list.csv
has "$err" 'names no column price, but: name, Domain; --column takes a number'
run 3 seed add ../list.csv
has "$err" '^rxmap: \.\./list.csv: this is a table with the columns name, Domain; say which holds .*: nothing was added'
printf 'name,price\na,1\n' >../noaddress.csv
run 2 seed add --from csv ../noaddress.csv
has "$err" 'noaddress.csv: the first line names no column of addresses, but: name, price;'
printf 'a,n1.example\nb,n2.example\n' >../plain.csv
run 0 seed add ../plain.csv --column 2
has "$err" '^rxmap: 2 seeds added'

printf 'domain;note\ns1.example;"a,b;c"\ns2.example;\n' >../semicolons.csv
run 0 init ../semicolons
run 0 -C ../semicolons seed add ../semicolons.csv --column Domain
has "$err" '^rxmap: 2 seeds added'

# What looks like no list adds nothing, unless it must; a bad line is told as it was written.
run 0 init ../odd
printf '\xff\xfea\0.\0c\0' >../utf16.txt
printf 'a.example\0b.example\nc.example\n' >../nul.txt
{ printf 'good%d.example\n' 1 2 3; printf 'no seed %d,\n' {1..30}; } >../prose.txt
for list in utf16 nul prose; do run 3 -C ../odd seed add ../$list.txt; done
has "$err" '30 of 33 lines are no seeds: nothing was added'
has "$err" "^\.\./prose.txt:4: 'no seed 1,' is no seed"
has "$err" '^and 10 more lines'
run 3 -C ../odd seed add ../utf16.txt --force
has "$err" 'this is UTF-16; save it as UTF-8'
run 0 -C ../odd seed list
same "$out" ""
run 3 -C ../odd seed add ../prose.txt ../nul.txt --force
has "$err" '^rxmap: 4 seeds added'

# Arguments, a file that is none, JSON.
run 0 seed add http://arg.example/x?sid=1 '192.0.2.7'
hasnt "$err" 'arg.example'
has "$err" '^argument:2: 192\.0\.2\.7 \(.*\) is added, but asked only by a crawl with --test-network$'
run 0 init ../inside
run 0 -C ../inside seed add 'http://[::1]/' http://127.0.0.1:8080/ 10.0.0.1 http://localhost/ http://8.8.8.8/
same "$(grep -c 'only by a crawl with --test-network$' ../.err)" 4
hasnt "$err" '8\.8\.8\.8'
run 3 seed add 'no such word'
run 1 seed add 'no such file.txt'
run 0 --json seed add again.example again.example
same "$(json ../.out '(rows[0]["added"], rows[0]["duplicates"], rows[0]["skipped"])')" "(1, 1, 0)"
run 0 seed list --json
same "$(json ../.out 'sorted({row["site"] for row in rows if row["source"] == "argument"})')" \
    "['192.0.2.7', 'again.example', 'arg.example']"
run 2 seed add
run 2 seed

# Hostile bytes in a list do not reach the terminal.
run 3 seed add - < <(printf 'http://x.example/\x1b[2J ]0;x\n\x1b]8;;http://e/\x07\n')
is_safe ../.err

# Names of the public suffix list: a shop on a platform is a site of its own.
run 0 seed add http://a.myshopify.com http://b.co.uk/x
run 0 seed list --json
same "$(json ../.out '[row["site"] for row in rows[-2:]]')" "['a.myshopify.com', 'b.co.uk']"

run 0 status --url 'http://SHOP.example:80/'
has "$out" 'a seed that no run has taken up'
run 0 status --url http://nowhere.example/
has "$out" 'no run knows this URL'
run 2 status --url 'mailto:x@y.example'
run 0 status --json
same "$(json ../.out 'rows[0]["seeds"]')" 13

# A mistyped file name is no seed; a URL that ends like one is.
run 0 init typo
run 1 -C typo seed add shpos.txt
has "$err" 'there is no file shpos\.txt; if it is .* write http://shpos\.txt/'
run 1 -C typo seed add ../shpos.txt
hasnt "$err" 'http'
run 1 -C typo seed add good.example ./shops
mkdir lists shop.example
run 1 -C typo seed add good.example lists
has "$err" '^rxmap: lists is a directory: name the files in it$'
run 1 -C typo seed add shop.example
has "$err" 'shop.example is a directory: .*; if it is a host.s name, write http://shop.example/$'
run 0 -C typo seed list
same "$out" ""
run 0 -C typo seed add http://good.example/list.txt
has "$err" '^rxmap: 1 seed added, 0 known already, 0 lines skipped$'

# A seed that was a mistake is withdrawn: listed as such, asked by no later run, back when it is added.
python3 -c '
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.headers["Host"] + self.path, file=open("../asked", "a"))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")
    def log_message(self, *words): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
print(server.server_port, flush=True)
server.serve_forever()' >../port &
started $!
until [ -s ../port ]; do sleep .1; done
crawl() { run "$1" -q -C ../wrong crawl --no-progress --scope seeds --connect-to "127.0.0.1:$(<../port)" --host-delay 0 --address-delay 0; }
run 0 init ../wrong
run 0 -C ../wrong seed add http://shop.example/ http://chemist.example/a http://chemist.example/b
crawl 0
run 1 -C ../wrong seed withdraw http://shop.example/ nobody.example
has "$err" '^rxmap: nobody.example is no seed of this case .*: nothing was withdrawn$'
run 2 -C ../wrong seed withdraw 'no such thing'
run 2 -C ../wrong seed withdraw
run 0 -C ../wrong seed list
hasnt "$out" 'withdrawn'
run 0 -C ../wrong seed withdraw 'chemist[.]example' --note $'on the register\e[2J'
has "$err" '^rxmap: 2 seeds withdrawn; what was fetched stays, and seed add undoes it$'
run 0 -C ../wrong seed withdraw chemist.example
has "$err" '^rxmap: 0 seeds withdrawn'
run 0 -C ../wrong seed list
has "$out" $'^http://chemist.example/a\twithdrawn 20[0-9TZ:-]+: on the register'
has "$out" '^http://shop.example/$'
is_safe ../.out
run 0 -C ../wrong seed list -v
has "$out" $'^http://chemist.example/b\t.*\twithdrawn 20'
run 0 -C ../wrong seed list --json
same "$(json ../.out '[bool(r["withdrawn"]) for r in rows if r["type"] == "seed"]')" "[False, True, True]"
file_has ../wrong/audit.log '"event":"seed withdraw"'
: >../asked
crawl 0
hasnt "$(<../asked)" 'chemist'
has "$(<../asked)" '^shop.example/$'
run 0 -C ../wrong verify
# It is a decision like others: told by review, taken back by undo or by adding the seed again.
run 0 -C ../wrong map
run 0 -C ../wrong review --decided
has "$out" 'http://chemist.example/a is withdrawn as a seed'
has "$out" "$(id -un)@.*, 20" # and by whom
run 0 -C ../wrong undo
run 0 -C ../wrong seed list
same "$(grep -c withdrawn <<<"$out")" 1
run 0 -C ../wrong seed withdraw http://chemist.example/b --note 'on the register'
echo http://chemist.example/b >../list.txt # a list that still has it brings nothing back
run 0 -C ../wrong seed add ../list.txt
has "$err" 'chemist.example/b was withdrawn 20.*: on the register and stays so; seed add with it alone'
has "$err" '^rxmap: 0 seeds added, 1 known already'
run 0 -C ../wrong seed add http://chemist.example/b
has "$err" '^rxmap: 1 seed added, 0 known already'
run 0 -C ../wrong review --decided
hasnt "$out" 'taken back by 20' # by nobody
run 0 -C ../wrong seed list
same "$(grep -c withdrawn <<<"$out")" 1
crawl 0
has "$(<../asked)" '^chemist.example/b$'
hasnt "$(<../asked)" 'chemist.example/a$'
run 0 -C ../wrong seed withdraw http://shop.example/ http://chemist.example/b
has "$err" '^rxmap: 2 seeds withdrawn'
run 0 -C ../wrong map
crawl 2
has "$err" 'all seeds of the case are withdrawn'
exit 0
