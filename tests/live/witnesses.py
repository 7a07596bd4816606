#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is recorded of honest calls, field by field, against what the caller knows it did.

witnesses.py child OUT [CASE…] makes the calls; without arguments it records such a child and
compares.
"""

import json
import os
import sys

import calls
import live
import mmsg


LARGE = 256  # messages, above which a batch is told though it is honest


def child(out, names):
    """Makes each call and writes down what must be seen of it, one JSON line a call."""
    with open(out, "w", encoding="utf-8") as file:
        for case in calls.CASES:
            if names and case.__name__ not in names:
                continue
            for expected in case():
                json.dump([case.__name__, expected], file)
                file.write("\n")


def missing(expected, event):
    """What the event lacks, with what the caller knows only roughly."""
    ticks = expected.pop("ticks")
    found = mmsg.differences(expected, event)
    if event["proc"]["start_ns"] // (10**9 // os.sysconf("SC_CLK_TCK")) != ticks:
        found.append(f".proc.start_ns: {event['proc']['start_ns']}, wanted {ticks} ticks")
    if event["proc"]["id"] != f"{event['proc']['pid']}-{event['proc']['start_ns']}":
        found.append(f".proc.id: {event['proc']['id']}")
    if not 0 < event["event"]["duration_ns"] < 10**10:
        found.append(f".event.duration_ns: {event['event']['duration_ns']}")
    return found


def compare(recorded, wanted, checks):
    """Each call made is one event, in order."""
    recorded = live.returned(recorded)
    checks.equal(len(recorded), len(wanted), "events of the child")
    failing = {}
    for event, (name, expected) in zip(recorded, wanted):
        found = missing(expected, event)
        if found and name not in failing:
            failing[name] = found
    for name, found in failing.items():
        more = f" and {len(found) - 6} more" if len(found) > 6 else ""
        checks.check(False, f"{name}: " + "\n  ".join(found[:6]) + more)


def field_by_field(checks):
    with live.workspace() as directory:
        out, recording = f"{directory}/calls", f"{directory}/run.tocsin"
        command = [sys.executable, __file__, "child", out, *sys.argv[1:]]
        done = live.tocsin("record", "-o", recording, "--", *command)
        if not checks.equal(done.returncode, 0, "status"):
            checks.check(False, done.stderr.decode())
            return
        with open(out, encoding="utf-8") as file:
            wanted = [json.loads(line) for line in file]
        pid = wanted[0][1]["proc"]["pid"]
        found = live.events(recording)
        checks.equal(found[0]["event"]["name"], "tocsin_start", "the first event")
        losses = [e for e in found if e["event"]["name"] == "tocsin_loss" and e["args"]["cause"] != "late"]
        checks.equal(losses, [], "losses")
        compare([e for e in found if e["event"]["name"] in ("sendmmsg", "recvmmsg")
                 and e["proc"]["pid"] == pid], wanted, checks)
        again = live.replay(recording)
        raised = [a["signature"]["id"] for a in live.alerts(again.stdout)]
        large = [e for _, e in wanted if e["batch"]["completed"] > LARGE]
        checks.equal((again.returncode, raised), (0, ["mmsg-excessive-vlen"] * len(large)),
                     "alerts on honest calls, some of them large")


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], sys.argv[3:])
    else:
        names, sys.argv[1:] = sys.argv[1:], []
        live.main(field_by_field)
