#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the machines give is judged: for each kernel and hook set that was recorded, a run that raises what it did
passes, and one that raises a signature less, or cannot be run any more, or whose honest twin raises something, fails."""

import contextlib
import io
import json
import os
import sys
from pathlib import Path

SOURCE = Path(os.environ.get("TOC_SOURCE_DIR", Path(__file__).resolve().parent.parent.parent))
sys.path.insert(0, str(SOURCE / "tests/attacks"))

import attacks  # noqa: E402
import machine  # noqa: E402
import suite  # noqa: E402

STATS = {"events": {"seen": 1, "filtered": 0, "handled": 1, "lost": {}, "heartbeats": {"came": 1}}}


def verdict(coverage, where, run, raised, status="0", stats=None):
    """What is wrong with one run that raised this there."""
    series, hook_set = where.split()
    alerts = [{"kind": "alert", "signature": {"id": i}, "event": {"proc": {"exe": "/run/a/" + ".".join(run.words())}}}
              for i in raised]
    files = {"status": "0", "stats": json.dumps(stats or STATS), "alerts": "\n".join(map(json.dumps, alerts)),
             "ran": f"{' '.join(run.words())} {status} 7 said\n"}
    result = machine.Result({f"{hook_set}.{kind}": text.encode() for kind, text in files.items()}, "")
    with contextlib.redirect_stdout(io.StringIO()):
        return attacks.judge(series, hook_set, [run], result, coverage)[0]


def one_run(coverage, where, run, wrong):
    """All ways in which a run can become worse there."""
    raised = coverage.seen[where]["raised"].get(str(run))
    if raised is None or run.attack.luck:
        return 0
    if verdict(coverage, where, run, raised):
        wrong.append(f"{where}: {run}: what was recorded fails")
    tries = {f"without {lost}": verdict(coverage, where, run, set(raised) - {lost}) for lost in raised}
    tries["not run"] = verdict(coverage, where, run, raised, status="never")
    tries["impossible"] = verdict(coverage, where, run, raised, status=str(attacks.SKIP))
    wrong += [f"{where}: {run}: {what}: passes" for what, found in tries.items() if not found]
    return len(tries)


def recording(coverage, where, runs, wrong):
    """What is less is not recorded, and told; of a race, what it raised once stays, and nothing is told."""
    for luck in (False, True):
        run = next(r for r in runs if not r.honest and r.attack.luck == luck and r.attack.must)
        for accept in (False, True):
            coverage.accept_worse = accept
            coverage.seen[where]["raised"][str(run)] = sorted(run.attack.must)
            told = coverage.record(where, coverage.seen[where]["kernel"], [(run, set())])
            kept = bool(coverage.seen[where]["raised"][str(run)])
            if kept != (luck or not accept) or bool(told) != (not luck and not accept):
                wrong.append(f"{where}: {run}: recorded as less: kept {kept}, told {told}")
    coverage.accept_worse = False


def main():
    _, table = suite.load()
    coverage, wrong, n = suite.Coverage(), [], 0
    runs = [run for attack in table.values() for run in attack.runs()]
    for where in coverage.seen:
        n += sum(one_run(coverage, where, run, wrong) for run in runs if not run.honest)
        twin = next(run for run in runs if run.honest)
        lost = dict(STATS["events"], handled=0)
        if verdict(coverage, where, twin, []) or not verdict(coverage, where, twin, ["mmsg-x32"]):
            wrong.append(f"{where}: an honest twin that alerts is not told from one that does not")
        if not verdict(coverage, where, twin, [], stats={"events": lost}):
            wrong.append(f"{where}: counts that do not add up pass")
    recording(coverage, next(iter(coverage.seen)), runs, wrong)
    print(f"{n} ways to become worse, on {len(coverage.seen)} kernels and hook sets", *wrong, sep="\n")
    return 1 if wrong or not n else 0


if __name__ == "__main__":
    sys.exit(main())
