#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every attack raises its alerts, its honest twin none, and the replay gives the same bytes.

attacks.py [--update [--accept-worse]] [NAME…] prints a table of what each run raised. What an attack has to
raise: what was recorded for this kernel (--update records it, what is less only with --accept-worse), else
all that tests/attacks/expected.json tells, but the signatures that are blind here, or see less.
"""

import json
import os
import sys

import live

sys.path.insert(0, os.path.join(os.path.dirname(live.HERE), "attacks"))
import suite  # noqa: E402

failures = []


def check(ok, where, what):
    if not ok:
        failures.append(f"{where}: {what}")


def one(run, must):
    """Runs one program; returns what it raised, or None where it cannot run."""
    command = live.attack(run.attack.name, run.convention, run.honest, int(run.bits))
    if not command:
        return None
    with live.workspace() as directory:
        seen = live.watch(directory, command, "--rules", suite.PACK)
        if seen.status == live.SKIP:
            return None
        check(seen.status == 0, run, f"status {seen.status}\n{seen.stderr}")
        if seen.status:
            return set()
        raised = seen.ids()
        problem = run.wrong(raised, must)
        check(not problem, run, problem)
        check(seen.balanced(), run, f"counts do not add up: {seen.stats['events']}")
        check(not raised or seen.stats["events"]["handled"] > 0, run, "no event was handled")
        again = live.replay(seen.recording, "--rules", suite.PACK)
        check(again.returncode == 0, run, f"replay: status {again.returncode} {again.stderr}")
        check(again.stdout == seen.stdout, run, "the replay's alerts differ from the live ones")
        return raised


def main(names, update):
    live.need_bpf()
    doctor = json.loads(live.tocsin("doctor", "--format", "json").stdout)
    blind = {row["id"] for row in doctor["blind"] + doctor["less"]}
    where = ".".join(doctor["kernel"].split(".")[:2]) + " default"
    _, attacks = suite.load()
    coverage = suite.Coverage(update and "--accept-worse" in sys.argv)
    seen = []
    for name in names or attacks:
        for run in attacks[name].runs():
            raised = one(run, coverage.must(where, run, blind))
            told = "cannot run here" if raised is None else ", ".join(sorted(raised)) or "none"
            print(f"| {run} | {told} |", flush=True)
            seen.append((run, raised))
    if update:
        failures.extend(coverage.record(where, doctor["kernel"], seen))
        coverage.write(attacks)
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main([word for word in sys.argv[1:] if word[0] != "-"], "--update" in sys.argv))
