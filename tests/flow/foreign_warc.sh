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
records=$(zcat members.warc.gz | grep -ac '^WARC/1.0')

for file in members.warc.gz plain.warc whole.warc.gz; do
    rm -rf case
    run 0 init case
    run 0 -C case replay "$file"
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
