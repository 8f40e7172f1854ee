# A disk that runs full: exit 6, nothing lost, and the same command again once there is room.
. "$(dirname "$0")/lib.sh"

if ! unshare -rm true 2>/dev/null; then
    echo "this system lets nobody mount a small disk (unshare -rm): nothing was tested" >&2
    exit 77
fi
for i in $(seq 30000); do echo "http://shop$i.example/a/path/that/takes/some/room/$i"; done >big.txt
mkdir small
export -f rxmap run fail has same json
export RXMAP work
unshare -rm bash -u <<'INNER' || exit 1
mount -t tmpfs -o size=1m tmpfs small || exit 1
run 0 init small/c
run 0 -C small/c seed add first.example
run 6 -C small/c seed add big.txt
has "$err" 'no room|No space'
mount -o remount,size=64m small || exit 1
run 0 -C small/c seed list
same "$out" http://first.example/
run 0 -C small/c seed add big.txt
run 0 -C small/c --json status
same "$(json .out 'rows[0]["seeds"]')" 30001

# No room even to begin: nothing half-made is left.
mkdir tiny && mount -t tmpfs -o size=16k tmpfs tiny || exit 1
run 6 init tiny/c
[ -e tiny/c ] && fail "half a case was left behind"
exit 0
INNER
exit 0
