#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a live run does besides costing time: alerts of every call, how soon they come, memory, how soon it is ready.

A thousand signatures are loaded, of which one more matches every call of the load.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import rules
from figures import LOAD, ROUNDS, SMOKE, tell

TOCSIN = os.environ["TOCSIN"]
COUNT = 10 if SMOKE else 1000
EVERY = """format: 1
id: every-call
title: Every call
status: test
level: low
description: Every call of the benchmark's load.
events: [sendmmsg]
each: {m: msgs}
when: batch.requested > 0 && m.index == 0
message: "{proc.comm}[{proc.pid}] sent {batch.completed}"
tests:
  - {name: sent, given: {batch: {requested: 1}, msgs: [{index: 0}]}, alerts: 1}
  - {name: none, given: {batch: {requested: 0}}, alerts: 0}
"""


def watched(directory, load, out, stats=None):
    """tocsin around a load, its alerts going to `out`."""
    command = ["taskset", "-c", "1", TOCSIN, "run", "-q", "--format", "json", "--rules", f"{directory}/pack.yaml",
               "--signatures", f"{directory}/signatures", *(["--stats", stats] if stats else []), "--", *LOAD, load]
    return subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True)


def finished(process):
    """The figure that the load says at its end."""
    said = process.communicate(timeout=240)[1].split("\n")
    numbers = [line for line in said if line.replace(".", "", 1).isdigit()]
    if not numbers:
        sys.exit(f"no figure from the watched load: {said}")
    return float(numbers[-1])


def cost(directory):
    """A call that gives an alert against one untraced."""
    base, seen = [], []
    for _ in range(ROUNDS):
        done = subprocess.run([*LOAD, "send8"], capture_output=True, check=True, text=True)
        base.append(float(done.stderr.split()[-1]))
        with open(f"{directory}/out", "w", encoding="utf-8") as out:
            seen.append(finished(watched(directory, "send8", out)))
    tell("alerts.send8", seen, base, "untraced")


def losses(directory):
    """Calls lost when each of 0.7 M messages a second is in a call that gives an alert."""
    lost, notes = [], []
    for _ in range(ROUNDS):
        with open(f"{directory}/out", "w", encoding="utf-8") as out:
            rate = finished(watched(directory, "paced8", out, f"{directory}/stats"))
        counts = json.loads(Path(f"{directory}/stats").read_text(encoding="utf-8"))
        lost.append(float(sum(counts["events"]["lost"].values())))
        notes.append(f"{counts['alerts']['written']} alerts at {rate / 1e6:.2f} M messages/s")
    tell("alerts.lost", lost, note=notes[lost.index(statistics.median_high(lost))])


def memory_of(pid):
    """Bytes resident, less what is shared with the kernel through rings and other maps."""
    resident = 0
    for line in Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8").splitlines():
        word = line.split()
        if "-" in word[0] and not word[0].endswith(":"):
            of_ring = "bpf" in line
        elif word[0] == "Rss:" and not of_ring:
            resident += int(word[1]) * 1024
    return resident


def nanoseconds(text):
    """Of a time in an event."""
    whole, rest = text[:-1].split(".")
    return int(datetime.fromisoformat(whole + "+00:00").timestamp()) * 10**9 + int(rest)


def delays(directory):
    """From the return of a call to its alert on the other side of a pipe."""
    half, most = [], []
    for _ in range(ROUNDS):
        process = watched(directory, "seldom", subprocess.PIPE)
        came = [(time.time_ns(), line) for line in process.stdout]
        process.wait(timeout=240)
        event = [(at, json.loads(line)["event"]["event"]) for at, line in came]
        late = sorted((at - nanoseconds(e["time"]) - e["duration_ns"]) / 1000 for at, e in event)
        half.append(late[len(late) // 2])
        most.append(late[len(late) * 99 // 100])
    tell("alerts.p50", half)
    tell("alerts.p99", most, note=f"{len(late)} alerts a round")


def start(directory):
    """From the start of tocsin to that of the program it watches, and what it holds then."""
    ready, memory = [], []
    for _ in range(ROUNDS):
        begun = time.time()
        process = subprocess.Popen(
            [TOCSIN, "run", "-q", "--rules", f"{directory}/pack.yaml", "--signatures", f"{directory}/signatures", "--",
             "sh", "-c", "date +%s.%N; exec sleep 0.5"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # The program's standard output goes to standard error.
        ready.append((float(process.stderr.readline()) - begun) * 1000)
        memory.append(memory_of(process.pid) / 2**20)
        process.communicate(timeout=240)
    tell("start.ready", ready, note=f"{COUNT} signatures; the starts of sh and date included")
    tell("start.memory", memory)


def main():
    """Prints all figures."""
    if os.geteuid() != 0:
        return 77
    with tempfile.TemporaryDirectory() as directory:
        rules.write(directory, COUNT)
        start(directory)
        Path(f"{directory}/signatures/every-call.yaml").write_text(EVERY, encoding="utf-8")
        delays(directory)
        cost(directory)
        losses(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
