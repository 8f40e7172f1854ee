# A case is made, found, locked, and told apart from what is none.
. "$(dirname "$0")/lib.sh"

run 0 init pills --title "Operation Placebo" --operator "A. Meyer" --authority "§ 100a, 1 Gs 2/26"
for name in rxmap.ini case.db audit.log warc; do [ -e "pills/$name" ] || fail "no $name"; done
file_has pills/rxmap.ini '^title = Operation Placebo$'
before=$(sha256sum pills/rxmap.ini pills/case.db)
run 1 init pills --title "Another"
has "$err" 'already holds a case'
same "$before" "$(sha256sum pills/rxmap.ini pills/case.db)"
mkdir full && touch full/x
run 1 init full
has "$err" 'is not empty: name another directory'
run 2 init
run 2 init a b
run 2 init odd --title $'two\nlines'
[ -e odd ] && fail "a refused case was made"

# Found: -C, RXMAP_CASE, a parent; else exit 10.
run 0 -C pills status
RXMAP_CASE=$work/pills run 0 status
(cd pills/warc && run 0 status) || exit 1
run 10 status
has "$err" 'no case here'
run 10 -C full status
has "$err" 'rxmap init full'

# The audit log has who, when and the command line.
file_has pills/audit.log '"event":"init".*"Operation Placebo".*"conf_sha256":"[0-9a-f]{64}"'

# Locked: exit 8, and readers are not kept out.
exec 9>>pills/audit.log
flock -n 9 || fail "cannot lock"
run 8 -C pills seed add a.example
has "$err" 'works on this case'
run 0 -C pills status
run 8 -C pills verify # what is being written is not whole yet
has "$err" 'works on this case'
exec 9>&-
run 0 -C pills verify
run 0 -C pills seed add a.example

# Nobody else reads it, whatever the umask.
same "$(umask 022 && run 0 init private && cd private && stat -c '%a %n' . *)" \
    $'700 .\n600 audit.log\n600 case.db\n600 rxmap.ini\n700 warc'

# Nothing is written over the evidence, by whatever name.
printf 'WARC/1.1\n' >pills/warc/a.warc.gz
ln -s pills/audit.log by-link
ln -s pills/warc by-folder
ln pills/warc/a.warc.gz by-inode
before=$(cat pills/rxmap.ini pills/case.db pills/audit.log pills/warc/* | sha256sum)
for target in pills/{case.db,case.db-wal,audit.log,rxmap.ini,warc/a.warc.gz,warc/new,warc/../case.db} \
    by-link by-folder/new by-inode; do
    run 2 -C pills export graphml -o "$target"
    has "$err" "^rxmap: $target belongs to a case and is not written over"
    run 2 -C pills background build --origin x -o "$target"
    for flag in truth seeds log port-file; do
        run 2 -C pills demo --serve --storefronts 8 "--$flag" "$target"
    done
done
run 2 -C pills export csv -o by-folder
run 2 -C pills export csv -o pills/warc
run 2 -C private export jsonl -o pills/case.db
same "$before" "$(cat pills/rxmap.ini pills/case.db pills/audit.log pills/warc/* | sha256sum)"
[ -e pills/warc/new ] && fail "written into warc"
rm pills/warc/a.warc.gz
run 1 -C pills export jsonl -o pills/all.jsonl # beside the evidence is no matter
has "$err" 'no run yet'

# What a stranger's case may not decide: where a crawl connects. A FIFO for its settings is not
# waited for.
cp -r pills lured
run 0 -q -C lured seed add http://shop.example/
for setting in 'test_network = true' 'connect_to = 127.0.0.1:9' 'test_clock = 2026-01-01T00:00:00Z'; do
    printf '[crawl]\n%s\n' "$setting" >lured/rxmap.ini
    run 2 -C lured crawl
    has "$err" "crawl\.${setting%% *} is not taken from rxmap\.ini"
done
: >lured/rxmap.ini
# Nor an open run that the case brings along; what is shown to be typed is one word for a shell.
run 9 -q -C lured crawl --no-progress --test-network --max-time 1ms -c crawl.free_disk=1M
python3 -c 'import sqlite3, json
db = sqlite3.connect("lured/case.db")
(options,), = db.execute("SELECT options FROM run")
for number, place in enumerate([chr(39) + ";touch${IFS}owned;" + chr(39), "a\x1b[2Jb:1", "1" * 9999]):
    forged = dict(json.loads(options), test_network=False)
    forged["crawl.connect_to"] = place
    other = sqlite3.connect("lured%d.db" % number)
    db.backup(other)
    other.execute("UPDATE run SET options = ?", (json.dumps(forged),))
    other.commit()'
run 2 -C lured crawl
has "$err" '^  .* -C lured crawl --test-network$'
run 0 -C lured crawl --finish
for number in 0 1 2; do
    run 0 -q init "lured$number"
    rm -f "lured$number"/case.db*
    mv "lured$number.db" "lured$number/case.db"
    run 2 -C "lured$number" crawl
    is_safe .err
    has "$err" '--finish'
    typed=$(grep '^  ' .err)
    if [ "$number" = 0 ]; then
        has "$typed" ' --connect-to .*owned'
        bash -c "$typed" >typed.out 2>&1
        same "$?" 2 # it is no place
        [ -e owned ] && fail "the shown command ran what the case says"
    else
        same "$typed" ''
    fi
done
# Nor how hard it presses strangers' servers: in the case's run it must be typed again, in its file
# it is told. Behind a proxy that is not there, nobody is asked.
away=(--proxy http://127.0.0.1:9 --max-time 1ms --no-progress -c crawl.free_disk=1M)
rude=(--host-delay 1ms --address-delay 0 --robots record)
run 0 -q init rude --authority "1 Gs 2/26"
run 0 -q -C rude seed add http://shop.example/
run 9 -C rude crawl "${away[@]}" "${rude[@]}"
has "$out" 'To go on: rxmap -C rude crawl --host-delay 1ms --address-delay 0 --robots record'
run 2 -C rude crawl "${away[@]}"
has "$err" 'faster than the defaults do, or what their robots.txt forbids; a case may be a stranger'
has "$err" '^  .*rxmap -C rude crawl .* --robots record --host-delay 1ms --address-delay 0$'
run 2 -C rude crawl "${away[@]}" --host-delay 1ms --robots record
has "$err" ' --robots record --address-delay 0$'
run 2 -C rude crawl "${away[@]}" --host-delay 0.5ms
run 9 -C rude crawl "${away[@]}" "${rude[@]}"
run 9 -C rude crawl "${away[@]}" --host-delay 5s --address-delay 1s --robots record
printf '[case]\nauthority = x\n[crawl]\nhost_delay = 1ms\naddress_delay = 0\nrobots = record\n' >rude/rxmap.ini
run 9 -C rude crawl "${away[@]}"
has "$err" 'rxmap.ini spares .* --host-delay 1ms --address-delay 0 --robots record$'
printf '[crawl]\nhost_delay = 10s\n' >rude/rxmap.ini
run 0 -C rude crawl --finish
run 9 -C rude crawl "${away[@]}"
hasnt "$err" 'spares'
rm lured/rxmap.ini
mkfifo lured/rxmap.ini
run 1 -C lured status
has "$err" 'rxmap.ini is no regular file'

# Damage: exit 5, the file named, nothing overwritten.
cp -r pills broken
printf 'garbage garbage ' | dd of=broken/case.db conv=notrunc status=none
before=$(sha256sum broken/case.db)
for command in "seed add b.example" status; do
    run 5 -C broken $command
    has "$err" 'broken/case.db'
done
same "$before" "$(sha256sum broken/case.db)"
rm broken/case.db
run 5 -C broken status
has "$err" 'missing'
[ -e broken/case.db ] && fail "a missing database was made anew"
exit 0
