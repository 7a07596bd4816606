#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What watching costs the watched: each load untraced, under a bare program, under tocsin and under others, in turns.

The load runs on one processor, whoever watches it on another.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from figures import HASTE, ROUNDS, SMOKE, figure_of, tell

TOCSIN = os.environ["TOCSIN"]
BATCHES = ["send8", "recv8"]
BARE = os.path.join(os.environ.get("TOC_BUILD_DIR", ""), "tests/bench/bench_bare")
# The hooks that the pack default needs: it looks at the addresses of messages sent alone.
BESIDE = {"send8": "bare.address", "recv8": "bare.length"}
LOADS = BATCHES if HASTE else [*BATCHES, "emptiest", "idle1024", "unrelated"]
# Each beside the tracepoints of calls alone.
HOOK_SETS = ["raw", "length", "cgroup", "fentry", "kprobe"]

# No call of the loads has this many messages: what looks at it alone is decided in the kernel.
NEVER = """format: 1
id: never
title: Never
status: test
level: low
description: No load of this benchmark makes such a call.
events: [sendmmsg, recvmmsg]
when: batch.requested == 1000003
message: never
tests:
  - {name: yes, given: {event: {name: sendmmsg}, batch: {requested: 1000003}}, alerts: 1}
  - {name: no, given: {event: {name: sendmmsg}, batch: {requested: 1}}, alerts: 0}
"""
NEVER_PACK = "format: 1\npack: never\ninclude: {ids: [never], status: [test]}\n"


def hook_sets():
    """Those of which this kernel loads something, also where another does the work of all of it."""
    doctor = json.loads(subprocess.run([TOCSIN, "doctor", "--format", "json"], capture_output=True, timeout=240,
                                       check=False).stdout)
    loaded = {program["set"] for program in doctor["programs"] if not program["reason"]}
    return [name for name in HOOK_SETS if name in loaded]


def watchers(directory):
    """name → command in front of the load."""
    (Path(directory) / "never.yaml").write_text(NEVER)
    (Path(directory) / "pack.yml").write_text(NEVER_PACK)
    run = ["taskset", "-c", "0" if HASTE else "1", TOCSIN, "run", "-q"]
    found = {
        "untraced": [],
        **({f"bare.{hooks}": [BARE, hooks] for hooks in ("call", "length", "address")} if os.path.exists(BARE) else {}),
        "default": [*run, "--"],
        "filtered": [*run, "--signatures", f"{directory}/never.yaml", "--rules", f"{directory}/pack.yml", "--"],
    }
    if shutil.which("strace") and not SMOKE:
        found["strace"] = ["taskset", "-c", "1", "strace", "-f", "-qq", "-o", "/dev/null"]
    for name in [] if SMOKE else hook_sets():
        found[f"hooks.{name}"] = [*run, "--hooks", name, "--"]
    return found


def main():
    """Prints the figures of all loads."""
    if os.geteuid() != 0:
        return 77
    with tempfile.TemporaryDirectory() as directory:
        commands = watchers(directory)
        for load in LOADS:
            rounds = {name: [] for name in commands}
            for _ in range(ROUNDS):
                for name, command in commands.items():
                    if name.startswith(("hooks.", "bare.length", "bare.address")) and load not in BATCHES:
                        continue
                    rounds[name].append(figure_of(command, load, traced=name == "strace"))
            told(load, rounds)
    return 0


def beyond(figures, bare):
    """What is not the price of the hooks themselves."""
    return f"{median(figures) - median(bare):+.0f} ns beyond bare programs" if bare else ""


def told(load, rounds):
    """The figures of one load."""
    base, peers = rounds["untraced"], {"strace": rounds["strace"]} if "strace" in rounds else {}
    for name, figures in rounds.items():
        if name.startswith(("hooks.", "bare.")) and figures:
            tell(f"live.{name}.{load}", figures, base, "untraced")
    tell(f"live.default.{load}", rounds["default"], base, "untraced", peers,
         beyond(rounds["default"], rounds.get(BESIDE.get(load, "bare.call"))))
    if load != "idle1024":
        tell(f"live.filtered.{load}", rounds["filtered"], base, "untraced", peers,
             beyond(rounds["filtered"], rounds.get("bare.call")))
    if load == "send8":
        tell("live.default.message", [ns / 8 for ns in rounds["default"]], [ns / 8 for ns in base], "untraced")


if __name__ == "__main__":
    sys.exit(main())
