# Help, versions, settings and their layers, and the nearest right word for a wrong one.
. "$(dirname "$0")/lib.sh"

run 0
has "$out" '^examples$'
for command in init seed status config help; do has "$out" "^  $command "; done
same "$(head -3 <<<"$out" | tail -1)" examples
run 0 help status
has "$out" '--errors'
run 0 status --help
has "$out" '--errors'
run 0 --version
has "$out" '^rxmap [0-9]+\.[0-9]+'
has "$out" '^libraries: .*sqlite 3\.'
run 0 --version --json
same "$(json .out 'rows[0]["type"]')" version

run 2 stauts
has "$err" 'did you mean status\?'
run 2 status --eror
has "$err" 'did you mean --errors\?'
run 2 help sead
has "$err" 'did you mean seed\?'
run 2 seed ad x.example
has "$err" 'did you mean seed add\?'
run 2 -c crawl.host_dely=3 config
has "$err" 'did you mean crawl.host_delay\?'
run 2 -c crawl.depth=deep config
has "$err" 'crawl.depth'
run 2 -c nonsense config
run 2 --color=purple config
run 2 status --url
run 2 --json=yes status
run 2 config crawl.dept
has "$err" 'did you mean crawl.depth\?'

run 2 background sho
has "$err" 'did you mean background show\?'
run 0 background show --json
same "$(json .out 'rows[0]["type"], rows[0]["sites"] > 0')" "('background', True)"

# Layers: flag > environment > rxmap.ini > default.
value() { json .out "rows[0]['value'] + ' ' + rows[0]['from']"; }
run 0 init c
run 0 -C c --json config crawl.depth
same "$(value)" "3 default"
printf '[crawl]\ndepth = 4\n' >>c/rxmap.ini
run 0 -C c --json config crawl.depth
same "$(value)" "4 rxmap.ini"
RXMAP_CRAWL_DEPTH=5 run 0 config -C c --json crawl.depth
same "$(value)" "5 environment"
RXMAP_CRAWL_DEPTH=5 run 0 config -Cc --json -c crawl.depth=6 crawl.depth
same "$(value)" "6 flag"
run 0 -C c config -v crawl.depth
has "$out" 'three clicks'
printf '[crawl]\ndeth = 4\n' >c/rxmap.ini
run 2 -C c status
has "$err" 'rxmap.ini.*did you mean crawl.depth\?'

# What cannot work is refused before anything is done.
run 0 init refused
run 0 -C refused seed add x.example
for flag in '--proxy nonsense' '--proxy ftp://x:1' '--resolver nonsense' '--connect-to nonsense' \
    '--only-status 2x' '--host-delay 0' '--test-clock 2026-01-01' '--robots record'; do
    # shellcheck disable=SC2086
    run 2 -C refused crawl $flag
done
run 0 -C refused --json status
same "$(json .out '[row["type"] for row in rows]')" "['case']"
hasnt "$(<refused/audit.log)" '"event":"crawl"'

# A full disk behind standard output is said so, whatever was being told.
for words in config 'help crawl' 'status' 'status --json' 'seed list' 'seed list --json'; do
    # shellcheck disable=SC2086
    "$RXMAP" -C refused $words >/dev/full 2>.err
    same "$words: $?" "$words: 6"
    file_has .err '^rxmap: cannot write to standard output: there is no room on its disk$'
done

# What was typed reaches the terminal escaped.
run 2 $'\e[31mred'
is_safe .err
exit 0
