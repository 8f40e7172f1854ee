#!/usr/bin/env python3
"""watch_memory.py PID: samples a process and all below it until it ends; prints the peaks."""
import os
import sys
import time


def tree(root):
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as f:
                    parents[int(name)] = int(f.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                pass
    found = {root}
    grown = True
    while grown:
        grown = False
        for pid, parent in parents.items():
            if parent in found and pid not in found:
                found.add(pid)
                grown = True
    return found


def kilobytes(pid, field, name):
    try:
        with open(f"/proc/{pid}/{name}") as f:
            for line in f:
                if line.startswith(field):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


root = int(sys.argv[1])
main = total = processes = 0
while kilobytes(root, "VmRSS:", "status"):
    pids = tree(root)
    processes = max(processes, len(pids))
    main = max(main, kilobytes(root, "VmRSS:", "status"))
    total = max(total, sum(kilobytes(p, "Pss:", "smaps_rollup") for p in pids))
    time.sleep(.2)
print(f"memory: main process {main // 1024} MB, all {processes} processes together {total // 1024} MB (PSS)")
