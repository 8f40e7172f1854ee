"""Does again what `rxmap chokepoints --json` says: every figure by counting on the cut graph from nothing, every
plan step by trying all, what hosts stand on out of the database, and the tills against the truth.

usage: chokepoints.py ROWS.jsonl CASE.db TRUTH.jsonl
"""
import collections
import json
import sqlite3
import sys

SOFT = {"phone", "chat", "carrier"}


def load(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Case:
    """Storefronts and elements, as the rows give them."""

    def __init__(self, rows):
        self.points = [row for row in rows if row["type"] == "chokepoint"]
        self.network = {}
        self.needs = collections.defaultdict(lambda: collections.defaultdict(set))
        for row in self.points:
            for it in row["needs"]:
                self.needs[key(row)][it["kind"]].add(key(it))
            for site in row["sites"]:
                self.network[site["id"]] = site["network"]
                if site["itself"]:
                    kind = "checkout" if row["kind"] == "account" else row["kind"]
                    self.needs[site["id"]][kind].add(key(row))

    def fall(self, cut):
        """All that has fallen, storefronts with the kinds that they lost."""
        down = set(cut)
        while True:
            more = {e for e, kinds in self.needs.items() if isinstance(e, tuple) and e not in down
                    and any(all_of <= down for all_of in kinds.values())}
            if not more:
                break
            down |= more
        return {shop: {kind for kind, all_of in self.needs[shop].items() if all_of <= down} for shop in self.network}

    def state(self, cut, live):
        lost = self.fall(cut)
        stopped = {shop for shop, kinds in lost.items() if kinds - SOFT}
        left = collections.Counter(net for shop, net in self.network.items() if net and shop not in stopped)
        largest = min(left.items(), key=lambda it: (-it[1], len(it[0]), it[0]), default=(None, 0))
        return {"stopped": len(stopped), "no_way_to_pay": sum("checkout" in kinds for kinds in lost.values()),
                "left": live - len(stopped), "largest_network": largest[0], "largest": largest[1]}, lost

    def reached(self, element):
        todo, seen = [element], {element}
        while todo:
            at = todo.pop()
            for node, kinds in self.needs.items():
                if node not in seen and any(at in all_of for all_of in kinds.values()):
                    seen.add(node)
                    if isinstance(node, tuple):
                        todo.append(node)
        return {node for node in seen if not isinstance(node, tuple)}


def key(it):
    return it["kind"], it["value"], it.get("class", "")


def check(what, want, got):
    if want != got:
        sys.exit(f"{what}: counted {want}, printed {got}")


def check_points(case, live):
    for row in case.points:
        state, lost = case.state([key(row)], live)
        for name, value in state.items():
            check(f"{key(row)} {name}", value, row[name])
        reached = case.reached(key(row))
        check(f"{key(row)} storefronts", len(reached), row["storefronts"])
        check(f"{key(row)} sites", sorted(reached), sorted(site["id"] for site in row["sites"]))
        nets = {case.network[shop] for shop in reached} - {None}
        check(f"{key(row)} networks", len(nets), row["networks"])
        kind = {"as": "address", "account": "checkout"}.get(row["kind"], row["kind"])
        check(f"{key(row)} lose", sum(kind in kinds for kinds in lost.values()), row["lose"])
        for site in row["sites"]:
            check(f"{key(row)} {site['id']}", bool(lost[site["id"]]), site["no_other"])


def check_order(case):
    last = {}
    for row in case.points:
        rank = (row["shared"], -row["storefronts"], -row["stopped"], -row["networks"])
        if last.setdefault(row["kind"], rank) > rank:
            sys.exit(f"{key(row)} stands too low")
        last[row["kind"]] = rank


def check_plans(case, rows, live):
    """What each step strikes; no single candidate would have struck more, nor more than a share of a set."""
    plans = collections.defaultdict(list)
    for row in rows:
        if row["type"] == "chokepoint_step":
            plans[tuple(row["of"])].append(row)
    for kinds, steps in plans.items():
        strikes = set(kinds) & SOFT
        candidates = [key(row) for row in case.points if row["kind"] in kinds and not row["shared"]]

        def struck(cut):
            return sum(bool(lost - (SOFT - strikes)) for lost in case.fall(cut).values())

        cut, group = [], []
        for at, step in enumerate(steps):
            before = struck(cut)
            cut.append(key(step))
            group.append(cut[-1])
            check(f"{kinds} step {at + 1}", struck(cut) - before, step["struck"])
            check(f"{kinds} step {at + 1} of the list", True, cut[-1] in candidates)
            for name, value in case.state(cut, live)[0].items():
                check(f"{kinds} step {at + 1} {name}", value, step[name])
            if step["with_next"]:
                continue
            first = cut[:-len(group)]
            before = struck(first)
            best = max(struck(first + [it]) - before for it in candidates)
            if (struck(cut) - before) / len(group) < best:
                sys.exit(f"{kinds} step {at + 1}: another one strikes {best}")
            group = []
    return plans


def check_facts(case, db):
    """Addresses and name servers of the storefronts, out of the rows of the newest (here: only) run."""
    facts = collections.defaultdict(set)
    for site, host, kind, value in db.execute(
            "SELECT s.name, h.name, f.kind, f.value FROM fact f JOIN host h ON h.id = f.host_id "
            "JOIN site s ON s.id = h.site_id"):
        facts[site, kind, host in (site, "www." + site)].add(value)
    for kinds, kind in ((("a", "aaaa"), "address"), (("rdap.registrar",), "registrar")):
        for shop in case.network:
            site = shop.removeprefix("site:")
            front = set().union(*(facts[site, it, True] for it in kinds))
            want = front or set().union(*(facts[site, it, False] for it in kinds))
            check(f"{site} {kind}", want, {value for _, value, _ in case.needs[shop][kind]})


def check_tills(case, truth):
    """The tills that most storefronts share stand first, with no stranger among them."""
    roles = {row["site"]: row["role"] for row in truth if row["type"] == "site"}
    shared = collections.Counter()
    for row in truth:
        if row["type"] == "site" and row["role"] == "storefront" and row["state"] == "live":
            shared.update({it["value"] for it in row["indicators"]
                           if it["class"] in ("checkout.host", "form.action.host")})
    tills = {host: n for host, n in shared.items() if roles.get(host) == "checkout" and n > 1}
    listed = [row for row in case.points if row["kind"] == "checkout" and not row["shared"]]
    check("the tills that are listed first", set(tills), {row["value"] for row in listed[:len(tills)]})
    check("the first of all", max(tills.values()), tills[listed[0]["value"]])
    for row in listed[:len(tills)]:
        if row["storefronts"] > tills[row["value"]]:
            sys.exit(f"{row['value']}: {row['storefronts']} storefronts, in truth {tills[row['value']]}")
    return len(tills)


def main():
    rows, truth = load(sys.argv[1]), load(sys.argv[3])
    case, head = Case(rows), rows[0]
    check("more storefronts than live ones", False, len(case.network) > head["live"])
    check_points(case, head["live"])
    check_order(case)
    plans = check_plans(case, rows, head["live"])
    check_facts(case, sqlite3.connect(sys.argv[2]))
    tills = check_tills(case, truth)
    print(f"{len(case.points)} choke points, {sum(map(len, plans.values()))} steps and {tills} tills hold")


main()
