#!/bin/bash
# doctor says what holds and what does not, with a fix; a missing layer is a warning, or exit 77.
. "$(dirname "$0")/lib.sh"

# This machine may well be low on disk (exit 4); what it says of the jail must hold anyway.
rxmap doctor >"$work/.out" 2>"$work/.err"
code=$?
[ $code = 0 ] || [ $code = 4 ] || fail "doctor gave exit code $code"
out=$(<"$work/.out")
has "$out" '^ok +jail, process: active$'
has "$out" '^ok +jail, a reader can open a file: no$'
has "$out" '^ok +jail, a reader can make a socket: no$'
has "$out" '^ok +jail, a reader can start a process: no$'
has "$out" '^ok +jail, a reader can run a program: no$'
has "$out" 'libraries: libuv [0-9.]+, libcurl '
has "$out" ' open files: [0-9]+ open files, 384 needed'
has "$out" ' free disk: '
has "$out" ' clock: 20[0-9-]+T'
has "$out" ' resolver: '
has "$out" ' public suffix list: .* sha256 [0-9a-f]{16}'
has "$out" ' certificate authorities: [0-9]+ in '
is_safe "$work/.out"

rxmap doctor --json >"$work/.out"
same "$(json "$work/.out" 'len(rows) > 12 and all(r["type"] == "check" for r in rows)')" True
same "$(json "$work/.out" 'all(r["state"] in ("ok", "warning", "bad") for r in rows)')" True
same "$(json "$work/.out" 'all((r["fix"] is None) == (r["state"] == "ok") for r in rows)')" True

# The settings of the case count.
run 0 init case
rxmap -C case doctor -c crawl.concurrency=1000000 >"$work/.out"
file_has "$work/.out" '^warning +open files: .* 1000128 needed'
rxmap doctor -c crawl.resolver=127.0.0.1:53 >"$work/.out"
file_has "$work/.out" 'resolver: 127.0.0.1:53, by crawl.resolver'
run 10 -C nowhere doctor
run 2 doctor word

# Without Landlock: a warning with a fix; with --require-jail nothing runs.
without() { "$DENY_LANDLOCK" "$RXMAP" "$@" >"$work/.out" 2>"$work/.err"; }
without doctor
code=$?
[ $code = 0 ] || [ $code = 4 ] || fail "doctor without Landlock gave exit code $code"
file_has "$work/.out" '^warning +jail, landlock: missing: '
file_has "$work/.out" '^ +fix: .*--require-jail'
file_has "$work/.out" '^ok +jail, a reader can open a file: no$'
without doctor --require-jail
same $? 77
without -C case crawl --require-jail
same $? 77
file_has "$work/.err" 'layer of the jail is missing: landlock'
