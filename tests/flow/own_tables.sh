# own_tables: a case's own classes and signatures are read, found, shown, archived and verified; a
# wrong row is refused with its file and line before anything is done.
. "$(dirname "$0")/lib.sh"

mkdir site
cat >site/index.html <<'HTML'
<html><head><title>Pills</title><style>/* boss: kingpin@rival-pills.com */</style></head><body>Buy now with promo code: AUTUMN77 and save.
1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3 <a href="more.html">more</a><!-- promo code: HIDDEN42 --></body></html>
HTML
echo '<html><body>promo code: autumn77</body></html>' >site/more.html
(cd site && exec python3 -u -m http.server 0 --bind 127.0.0.1) >server.log 2>&1 &
started $!
for _ in {1..100}; do
    port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' server.log)
    [ -n "$port" ] && break
    sleep 0.1
done

class=$'class\tx.promo\tPromotion code\taffiliate\t3\taffiliate\t-\tadvertising\t-\tpage\t-'
row=$'x.promo\ttext,comment\t-\tpromo code: (\\w{4,12})\\b\tlower\tany\ti\tpromo code: SAVE2026 today\tsave2026\tpromo code: x'
# Its check is that of our own class for mail addresses, whose evidence the row may not make.
boss=$'class\tx.boss\tBoss\taffiliate\t3\tcontact\t-\tsupport\t-\tpage\t-
x.boss\tstyle\tboss: \tboss: (\\S+@\\S+)\temail\temail\t-\tboss: a@rival-pills.com\ta@rival-pills.com\tboss: nobody'
run 0 init case
run 0 -C case seed add http://shop.example/
printf '# ours\r\n%s\r\n%s\r\n%s\r\n' "$class" "$row" "$boss" >case/signatures.tsv
run 0 -C case --no-progress crawl --scope seeds --connect-to "127.0.0.1:$port" \
    --host-delay 0 --address-delay 0
run 0 -C case map
run 0 -C case show shop.example
has "$out" 'x\.promo +autumn77'
has "$out" 'x\.promo +hidden42'
run 0 -C case show x.promo:autumn77
run 0 -C case show x.boss:kingpin@rival-pills.com
run 1 -C case show email:kingpin@rival-pills.com
run 0 -C case status -v # the address has no right checksum
has "$out" '^ +[0-9]+ on +1 pages  btc +check$'
run 0 -C case verify
has "$out" ': 0 findings$'
run 0 -C case export jsonl -o evidence.jsonl
file_has evidence.jsonl 'x\.promo'
# The very bytes are evidence.
gzip -dc case/warc/*.warc.gz >all.warc
same "$(grep -ac 'WARC-Target-URI: rxmap:signatures' all.warc)" 1
grep -aq 'SAVE2026 today' all.warc || fail 'the table is not in the WARC'

# The same from the evidence, with the same table; without it the class is unknown.
run 0 init again
cp case/signatures.tsv again/
run 0 -C again replay case/warc/*.warc.gz
run 0 -C again map
run 0 -C again show x.promo:autumn77
rm again/signatures.tsv
run 0 -C again map
run 0 -C again show shop.example
hasnt "$out" 'x\.promo'

# refused WHAT LINES..: exit 2 and the line, and nothing was done.
refused() {
    local what=$1
    shift
    printf '%s\n' "$@" >again/signatures.tsv
    run 2 -C again crawl --new-run --scope seeds --connect-to "127.0.0.1:$port"
    has "$err" "^rxmap: .*again/signatures\.tsv:$what"
    run 0 -C case status
}
refused '1: a class has 10 columns with one TAB between: here are 2$' $'class\tx.a\tTitle'
refused '2: "promo": the name of a case.s own class begins x\.' '# remark' "${class/x.promo/promo}"
refused '1: "x.promo": .*concludes nothing by itself: its tier is 2, 3 or 4' "${class/	3	/	1	}"
refused '1: flags: "bound" cannot stand there: bound \(of tier 1\), host, ' "${class/affiliate	-/affiliate	bound}"
refused '1: level: "partner" cannot stand there: programme, affiliate, hosting, hint$' "${class/	affiliate	3/	partner	3}"
refused '1: group: "till" cannot stand there: engine, affiliate, tracker, payment, ' "${class/3	affiliate/3	till}"
refused '1: part: "till" cannot stand there: advertising, doorway, programme, ' "${class/advertising/till}"
refused '1: attach: "king" cannot stand there: a role, ' "${class%-}king"
refused '2: "x.promo": the class stands twice' "$class" "$class"
refused '2: class: "x.other" cannot stand there: no row "class" of this file makes it' "$class" "${row/x.promo/x.other}"
refused "2: class: \"ga\" cannot stand there: a case's row makes values of the case's own" "$class" "${row/x.promo/ga}"
refused '2: a row has 10 columns with one TAB between: here are 9$' "$class" "${row%	*}"
refused '2: where: "nowhere" cannot stand there: text, attr, .*, header$' "$class" "${row/text,/nowhere,}"
refused '2: pattern: ' "$class" "${row/(/((}"
refused '2: hint: the pattern has no piece' "$class" "${row/promo code: (/(}"
refused '2: hint: it is empty$' "$class" "${row/	-	promo/		promo}"
refused '2: normaliser: "upper" cannot stand there: account, as-is, bch, .*, words$' "$class" "${row/lower/upper}"
refused "2: normaliser: \"lower:x\" cannot stand there: it takes nothing behind ':'$" "$class" "${row/lower/lower:x}"
refused "2: normaliser: \"tag\" cannot stand there: it wants a word behind ':'$" "$class" "${row/lower/tag}"
refused '2: check: "none" cannot stand there: any, coin, .*, vat$' "$class" "${row/any/none}"
refused '2: check: "coin:XYZ" cannot stand there: ADA, .*, ZIL$' "$class" "${row/any/coin:XYZ}"
refused '2: flags: "q" cannot stand there: i, m, a, or -$' "$class" "${row/	i	/	q	}"
refused '2: the example gives the value "save2026", not "save2027"' "$class" "${row/	save2026/	save2027}"
refused '2: the example gives no value: ' "$class" "${row/promo code: SAVE/promo SAVE}"
refused '2: the counterexample matches' "$class" "${row%x}xyzw"
refused '201: more than 200 rows' "$(for _ in {1..201}; do echo "$row"; done)"
run 0 help extract
has "$out" 'docs/FORMATS.md, "The case: signatures.tsv"'
exit 0
