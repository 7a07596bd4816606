#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an event costs from file to verdict under none, few and many signatures, and what loading them costs.

Processor time of the program in user space, so that other load beside does not count; what starting takes is measured
by a replay of the shortest recording and left out of the cost of events. All rulesets take turns in each round.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import recordings
import rules
from figures import ROUNDS, SMOKE, tell

TOCSIN = os.environ["TOCSIN"]
EVENTS, REPEATS = (200, 1) if SMOKE else (20000, 15)
COUNTS = (10, 100, 1000)
LOADED = (10, 100) if SMOKE else (1000, 10000)

# Loads next to nothing and looks at no event of a batch.
NO_RULE = "format: 1\npack: none\ninclude: {ids: [connect-kernel-pointer]}\n"


def seconds(*args):
    """Time in user space of one run."""
    with subprocess.Popen([TOCSIN, *args], stdout=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{args}: status {child.returncode}")
    return usage.ru_utime


def per_event(recording, shortest, ruleset):
    """Nanoseconds an event under a ruleset (options of replay)."""
    start = seconds("replay", "-q", *ruleset, shortest)
    return (seconds("replay", "-q", *ruleset, *[recording] * REPEATS) - start) / (EVENTS * REPEATS) * 1e9


def made(directory, count):
    """The options that run so many made signatures."""
    place = Path(directory) / str(count)
    rules.write(place, count)
    return ["--signatures", str(place / "signatures"), "--rules", str(place / "pack.yaml")]


def measure_events(directory):
    """Figures of replay."""
    shortest, real, payload = (str(Path(directory) / name) for name in ("short", "real", "payload"))
    captures = [str(path) for path in recordings.NOISE]
    batches = {"sendmmsg", "recvmmsg"}
    recordings.write(captures, shortest, 1, names=batches)
    recordings.write(captures, real, EVENTS, names=batches)
    recordings.write(captures, payload, EVENTS, names={"sendmmsg"}, payload=64)
    (Path(directory) / "none.yaml").write_text(NO_RULE)
    none = ["--rules", f"{directory}/none.yaml"]
    runs = {"none": (real, none), "default": (real, []), "bare": (payload, none)}
    runs |= {count: (payload, made(directory, count)) for count in COUNTS}
    rounds = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, (recording, ruleset) in runs.items():
            rounds[name].append(per_event(recording, shortest, ruleset))
    tell("engine.none", rounds["none"])
    tell("engine.default", rounds["default"], rounds["none"], "no rule")
    for count in COUNTS:
        tell(f"engine.rules{count}", rounds[count], rounds["bare"], "no rule")
    tell("engine.growth", rounds[COUNTS[-1]], rounds[COUNTS[0]], f"{COUNTS[0]} signatures")


def measure_loading(directory):
    """Figures of check: everything of each file is looked at, its tests too."""
    for count, figure in zip(LOADED, ("thousand", "tenthousand")):
        made(directory, count)
        tell(f"engine.load.{figure}",
             [seconds("check", "-q", f"{directory}/{count}/signatures") * 1e3 for _ in range(ROUNDS)])


def main():
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as directory:
        measure_events(directory)
        measure_loading(directory)


if __name__ == "__main__":
    main()
