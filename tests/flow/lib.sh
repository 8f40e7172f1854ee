# lib.sh - what flow tests share. A test begins with
#   . "$(dirname "$0")/lib.sh"
# and gets: rxmap as a function (the binary is $1, or $RXMAP), $work as an empty directory that is
# current and goes away at the end, and the checks below. The first check that fails ends the test.
set -u

RXMAP=$(realpath "${1:-${RXMAP:?the rxmap binary}}")
flow_dir=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
source_dir=$(realpath "$flow_dir/../..")
work=$(mktemp -d "${TMPDIR:-/tmp}/rxmap-flow-XXXXXX")
flow_pids=()
cd "$work" || exit 1
# Nothing of the caller's settings may reach a test.
for flow_var in $(compgen -e RXMAP_); do unset "$flow_var"; done
export NO_COLOR=1 LC_ALL=C.UTF-8

flow_end() {
    local pid
    for pid in "${flow_pids[@]}"; do kill "$pid" 2>/dev/null; done
    wait 2>/dev/null
    cd / && rm -rf "$work"
}
trap flow_end EXIT

rxmap() { "$RXMAP" "$@"; }

fail() {
    echo "FAIL ${BASH_SOURCE[-1]##*/}:${BASH_LINENO[-2]}: $*" >&2
    for stream in out err; do
        [ -s "$work/.$stream" ] && { echo "--- $stream"; head -c 4000 "$work/.$stream"; } >&2
    done
    exit 1
}

# run CODE WORDS..: runs rxmap, keeps $out and $err (also in $work/.out and .err), checks the exit
# code. Never behind a pipe, whose subshell would lose them: run 0 seed add - < <(printf ...).
run() {
    local want=$1 got
    shift
    "$RXMAP" "$@" >"$work/.out" 2>"$work/.err"
    got=$?
    out=$(<"$work/.out") err=$(<"$work/.err")
    [ "$got" = "$want" ] || fail "rxmap $* gave exit code $got, not $want"
}

# has TEXT PATTERN: an extended regular expression matches a line of TEXT.
has() { grep -Eq -- "$2" <<<"$1" || fail "no line matches: $2"; }
hasnt() { if grep -Eq -- "$2" <<<"$1"; then fail "a line matches: $2"; fi; }
same() { [ "$1" = "$2" ] || fail "'$1' is not '$2'"; }
file_has() { grep -Eq -- "$2" "$1" || fail "$1 has no line like: $2"; }

# Only text that is safe for a terminal: no control byte but newline and tab.
is_safe() {
    if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$1"; then fail "$1 holds control bytes"; fi
}

# json FILE EXPRESSION: each line is an object of schema rxmap/1; prints the Python expression
# over `rows`, the list of them.
json() {
    python3 - "$1" "$2" <<'PY' || fail "$1 is not JSON lines of schema rxmap/1, or: $2"
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert all(row["schema"] == "rxmap/1" and row["type"] for row in rows)
print(eval(sys.argv[2]))
PY
}

# started PID: a helper process that must end with the test.
started() { flow_pids+=("$1"); }
