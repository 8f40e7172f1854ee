# fixture.bash - what the benches against the simulated web share; sourced. Gives $work (a directory
# that goes away at the end), serve FLAGS.. (starts the fixture's server; $http $tls $dns are its
# ports, $log its log, seeds.txt in $work), $net (the crawl flags that lead to it), stop_server.
set -euo pipefail
RXMAP=$(realpath "${RXMAP:-build/release/cli/rxmap}")
bench_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
work=$(mktemp -d "${TMPDIR:-/tmp}/rxmap-bench-XXXXXX")
server_pid=
export NO_COLOR=1 LC_ALL=C.UTF-8

stop_server() {
    [ -n "$server_pid" ] || return 0
    kill "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
    server_pid=
}
trap 'stop_server; rm -rf "$work"' EXIT

serve() {
    log=$work/requests.log
    rm -f "$work/ports"
    "$RXMAP" demo --serve --seeds "$work/seeds.txt" --port-file "$work/ports" --log "$log" "$@" >"$work/server.out" 2>&1 &
    server_pid=$!
    for _ in $(seq 600); do
        [ -e "$work/ports" ] && break
        kill -0 "$server_pid" 2>/dev/null || { cat "$work/server.out" >&2; exit 1; }
        sleep .1
    done
    http=$(sed -n 's/^http=//p' "$work/ports")
    tls=$(sed -n 's/^tls=//p' "$work/ports")
    dns=$(sed -n 's/^dns=//p' "$work/ports")
    net=(--test-network --connect-to "127.0.0.1:$http,$tls" --resolver "127.0.0.1:$dns")
}

# new_case DIR: a case with the server's seeds.
new_case() {
    "$RXMAP" -q init "$1"
    "$RXMAP" -q -C "$1" seed add "$work/seeds.txt"
}

# crawl_all CASE FLAGS..: without pauses. That some sites gave no page (3) is how the web is.
crawl_all() {
    "$RXMAP" -q -C "$1" --no-progress crawl "${net[@]}" --host-delay 0 --address-delay 0 "${@:2}" \
        >/dev/null 2>"$work/crawl.err" || [ $? = 3 ] || { cat "$work/crawl.err" >&2; exit 1; }
}
