#!/usr/bin/env bash
# kill.sh: kill -9 at 50 random moments, spread evenly over a crawl's whole length, each crawl then
# resumed to its end. The pages must be those of an uninterrupted crawl, and each case must verify.
#
# The uninterrupted crawl is measured first. Of each crawl that is to be killed, a few moments are
# drawn evenly from that length; it runs from one to the next, counted from its first request (the
# first of them from its very start, so that start-ups are hit as often as they deserve).
. "$(dirname "$0")/fixture.bash"
serve --plain-hosts "${HOSTS:-60}" --pages "${PAGES:-100}"
code=0
python3 - "$RXMAP" "$work" "$log" "${KILLS:-50}" "${SEED:-1}" --scope all "${net[@]}" \
    --host-delay 100ms --address-delay 0 --max-pages-per-site 0 <<'PY' || code=$?
import json, random, shutil, subprocess, sys, time
rxmap, work, log, kills, seed, flags = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), sys.argv[6:]
KILLS_PER_CRAWL = 5
rng = random.Random(seed)

def run(*words):
    return subprocess.run([rxmap, "-q", *words], capture_output=True, text=True)

def new_case(name):
    case = "%s/%s" % (work, name)
    run("init", case)
    run("-C", case, "seed", "add", work + "/seeds.txt")
    return case

def requests():
    with open(log, "rb") as f:
        return [line.split(b"\t")[6] for line in f.read().splitlines() if b"robots.txt" not in line]

def crawl(case, kill_after=None, from_first_request=False):
    """Seconds that it ran, and whether it was killed."""
    before = len(requests())
    process = subprocess.Popen([rxmap, "-q", "-C", case, "--no-progress", "crawl", *flags],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    start = time.monotonic()
    while from_first_request and len(requests()) == before and process.poll() is None:
        time.sleep(.01)
    try:
        process.wait(kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return time.monotonic() - start, True
    if process.returncode:
        sys.exit("a crawl ended with exit code %d" % process.returncode)
    return time.monotonic() - start, False

def pages(case):
    rows = map(json.loads, run("-C", case, "export", "jsonl", "--graph", "links", "-o", "-").stdout.splitlines())
    return sorted({"%s %s" % (r["url"], r["status"]) for r in rows if r["type"] == "page" and r["status"]})

whole = new_case("whole")
length, _ = crawl(whole)
expected = pages(whole)
total = len(requests())
tenths, crawls, done, repeated, bad = [0] * 10, 0, 0, 0, 0
while done < kills:
    crawls += 1
    case, before, at = new_case("killed-%d" % crawls), len(requests()), 0.0
    moments = sorted(rng.uniform(0, length) for _ in range(min(KILLS_PER_CRAWL, kills - done)))
    for number, moment in enumerate(moments):
        if not crawl(case, moment - at, number > 0)[1]:
            break
        done, at = done + 1, moment
        tenths[min(9, 10 * (len(requests()) - before) // total)] += 1
    else:
        crawl(case)
    asked = requests()[before:]
    repeated += len(asked) - len(set(asked))
    verify = run("-C", case, "verify")
    found = pages(case)
    if found != expected or verify.returncode:
        bad += 1
        print("crawl %d: %d pages instead of %d, verify: exit %d %s" %
              (crawls, len(found), len(expected), verify.returncode, verify.stdout[:500]))
        print("\n".join(sorted(set(found) ^ set(expected))[:20]))
    shutil.rmtree(case)
print("uninterrupted: %.1f s, %d pages" % (length, len(expected)))
print("kills %d in %d crawls; by tenth of the pages done: %s" % (done, crawls, " ".join(map(str, tenths))))
print("crawls with other pages or findings of verify: %d; requests made twice: %d of %d" %
      (bad, repeated, crawls * total + repeated))
sys.exit(bad > 0)
PY
exit "$code"
