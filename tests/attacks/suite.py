# SPDX-License-Identifier: Apache-2.0
"""The table of attacks, expected.json: where each is run, what it raises, what its twin may, and why not everywhere.
And coverage.json: what each did raise, by kernel and hook set, when it was last recorded."""

import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
PACK = os.path.join(HERE, "everything.yaml")
PLACES = {
    "everywhere": ["64 native", "64 int80", "64 socketcall", "32 native", "32 socketcall"],
    "native": ["64 native"],
    "both sizes": ["64 native", "32 native"],
}
# What a calling convention raises by itself, whatever is called.
CONVENTIONS = {
    "64 int80": {"mmsg-compat-from-64bit"},
    "64 socketcall": {"mmsg-compat-from-64bit", "mmsg-socketcall"},
    "32 socketcall": {"mmsg-socketcall"},
}


class Run:
    """One program to run: an attack or its honest twin, by one calling convention."""

    def __init__(self, attack, place, honest):
        self.attack, self.place, self.honest = attack, place, honest
        self.bits, self.convention = place.split()

    def __str__(self):
        return f"{self.attack.name} {self.place}{' honest' if self.honest else ''}"

    def words(self):
        return [self.attack.name, self.bits, self.convention, "honest" if self.honest else "cheat"]

    def wrong(self, raised, must):
        """What the signatures raised by this run show to be wrong, or None. must: those that it has
        to raise on this kernel with these hooks."""
        usual = CONVENTIONS.get(self.place, set())
        if self.honest:
            extra = raised - usual - self.attack.honest_may
            return f"the honest twin raised {sorted(extra)}" if extra else None
        missing = must - raised
        extra = raised - usual - self.attack.must - self.attack.may
        told = [f"did not raise {sorted(missing)}"] if missing else []
        told += [f"raised {sorted(extra)} besides"] if extra else []
        return ", ".join(told) or None

    def verdict(self, raised):
        """How much of what this attack is known by was raised."""
        seen = self.attack.must & raised
        return "detected" if seen and seen == self.attack.must else "partial" if seen else "blind"


class Attack:
    """must: what it raises where every hook works. An attack without must at all has only its honest twin."""

    def __init__(self, name, row):
        self.name, self.row = name, row.get("row")
        self.only_honest = "must" not in row
        self.must, self.may = set(row.get("must", ())), set(row.get("may", ()))
        self.luck = row.get("luck", False)  # a race that may not be won
        self.honest_may = set(row.get("honest_may", ()))
        where = row["where"]
        self.places = PLACES[where] if isinstance(where, str) else where

    def runs(self):
        for place in self.places:
            for honest in (False, True):
                if honest or not self.only_honest:
                    yield Run(self, place, honest)


class Reasons:
    """Why attacks do not raise all that they should. where: words of "KERNEL HOOKS"; of which attacks and signatures,
    all when left out. The first that fits is told."""

    def __init__(self, rows):
        self.rows, self.unused = rows, [row["why"] for row in rows]

    def of(self, where, attack, signature):
        """signature None: why it cannot be run there. None: no reason is told."""
        for row in self.rows:
            if set(row["where"].split()) <= set(where.split()) and attack in row.get("attacks", [attack]) \
                    and signature in row.get("signatures", [signature]):
                self.unused = [why for why in self.unused if why != row["why"]]
                return row["why"]
        return None


def _table():
    with open(os.path.join(HERE, "expected.json"), encoding="utf-8") as file:
        return json.load(file)


def load():
    """(row of the matrix → technique, name → Attack)"""
    table = _table()
    return table["rows"], {name: Attack(name, row) for name, row in table["attacks"].items()}


def reasons():
    return Reasons(_table()["blind"])


class Coverage:
    """What was recorded: "KERNEL HOOKS" → {"kernel": release, "raised": {run → [signature…], null where it cannot be
    run}}. accept_worse: less than what was recorded is neither wrong nor kept from being recorded."""

    def __init__(self, accept_worse=False):
        self.accept_worse = accept_worse
        self.path = os.path.join(HERE, "coverage.json")
        self.seen = {}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                self.seen = json.load(file)

    def must(self, where, run, blind):
        """What a run has to raise there: what it raised when recorded; where nothing was recorded, all
        but the signatures that are blind."""
        if run.attack.luck or self.accept_worse:
            return set()
        if where not in self.seen:
            return run.attack.must - blind
        return run.attack.must & set(self.seen[where]["raised"].get(str(run)) or ())

    def was_run(self, where, run):
        """Whether it could be run there when recorded."""
        return not self.accept_worse and self.seen.get(where, {"raised": {}})["raised"].get(str(run)) is not None

    def record(self, where, release, raised):
        """raised: [(run, signatures)], None for those that cannot be run; others stay, and those that raised less than
        what was recorded. Returns these, told. What a race raised once stays: it may not be won again."""
        kept = self.seen.setdefault(where, {"raised": {}})
        kept["kernel"] = release
        worse = []
        for run, ids in raised:
            if run.honest or run.attack.only_honest:
                continue
            old = run.attack.must & set(kept["raised"].get(str(run)) or ())
            new = run.attack.must & (ids or set()) | (old if run.attack.luck else set())
            if old - new and not self.accept_worse:
                worse.append(f"{where}: {run}: not recorded (--accept-worse does), "
                             f"it no longer raises {sorted(old - new)}")
                continue
            kept["raised"][str(run)] = sorted(new) if new or ids is not None else None
        return worse

    def write(self, attacks):
        known = {str(run) for attack in attacks.values() for run in attack.runs()}
        lines = []
        for where, cell in sorted(self.seen.items()):
            runs = ",\n".join(f"    {json.dumps(run)}: {json.dumps(ids)}"
                              for run, ids in sorted(cell["raised"].items()) if run in known)
            lines.append(f'  {json.dumps(where)}: {{"kernel": {json.dumps(cell["kernel"])}, "raised": {{\n{runs}}}}}')
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("{\n" + ",\n".join(lines) + "\n}\n")
