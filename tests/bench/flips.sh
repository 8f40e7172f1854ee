#!/usr/bin/env bash
# flips.sh: 1,000 single-byte flips at random places of a case's WARC files; `rxmap verify` must find
# each of them (exit 5) and name the file.
. "$(dirname "$0")/fixture.bash"
flips=${FLIPS:-1000}
serve --storefronts "${STOREFRONTS:-10}"
new_case "$work/case"
crawl_all "$work/case" --max-pages-per-site 3
stop_server
"$RXMAP" -C "$work/case" verify | head -1
python3 - "$RXMAP" "$work/case" "$flips" "${SEED:-1}" <<'PY'
import concurrent.futures, glob, os, random, shutil, subprocess, sys
rxmap, case, flips, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
rng = random.Random(seed)
files = sorted(glob.glob(case + "/warc/*.warc.gz"))
sizes = [os.path.getsize(f) for f in files]
jobs = []
for _ in range(flips):
    file = rng.choices(files, sizes)[0]
    jobs.append((os.path.basename(file), rng.randrange(os.path.getsize(file)), rng.randrange(1, 256)))

def lane(number):
    copy, found, missed = "%s-%d" % (case, number), 0, []
    shutil.copytree(case, copy)
    for name, at, mask in jobs[number::2]:
        path = os.path.join(copy, "warc", name)
        with open(path, "r+b") as f:
            f.seek(at)
            good = f.read(1)
            f.seek(at)
            f.write(bytes([good[0] ^ mask]))
        run = subprocess.run([rxmap, "-C", copy, "verify"], capture_output=True, text=True)
        if run.returncode == 5 and name + ": offset" in run.stdout:
            found += 1
        else:
            missed.append((name, at, mask, run.returncode))
        with open(path, "r+b") as f:
            f.seek(at)
            f.write(good)
    return found, missed

with concurrent.futures.ThreadPoolExecutor(2) as pool:
    results = list(pool.map(lane, range(2)))
found = sum(r[0] for r in results)
print("flips %d, found %d" % (flips, found))
for r in results:
    for name, at, mask, code in r[1]:
        print("missed: %s offset %d ^ %02x: exit %d" % (name, at, mask, code))
sys.exit(found != flips)
PY
