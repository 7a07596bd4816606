#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tracing process answers heartbeats, whatever is traced; when it is stopped, that is an alert in time."""

import json
import os
import signal
import subprocess
import time

import live
import traced
from heartbeat import alerted, counted_well, late, none_came
from ptrace import state_of, tracer_of

EVERY = 0.3  # seconds
OPTIONS = ("--source", "ptrace", "--heartbeat", f"{int(EVERY * 1000)}ms")
NEVER_STOPS = ["sh", "-c", "while :; do :; done"]


def answered(c):
    """Whether what is traced makes calls all the time or never stops."""
    for command in (traced.command("sends_for_ever"), NEVER_STOPS):
        with live.workspace() as directory:
            began = time.monotonic()
            run = live.watch(directory, ["timeout", "1.5", *command], *OPTIONS)
            beats = run.stats["events"]["heartbeats"]
            counted_well(c, beats, began)
            c.check(run.balanced(), f"{command}: {run.stats['events']}")
            c.equal(len(none_came(run.stdout.decode())), min(beats["missing"], 1), f"{command}: alerts")
            stats = os.path.join(directory, "again.json")
            live.replay(run.recording, "--stats", stats)
            with open(stats, encoding="utf-8") as file:
                c.equal(json.load(file)["events"]["heartbeats"], beats, f"{command}: the replay")


def stopped(c):
    """The tracing process: no heartbeat comes, and a program that makes calls waits with its next."""
    for command, state in ((traced.command("sends_for_ever"), "t"), (NEVER_STOPS, "R")):
        # When none came before, as can be on a busy machine, no other is told for a minute.
        if not any(stopped_once(c, command, state) for _ in range(5)):
            c.check(False, f"{command}: alerts before")


def stopped_once(c, command, state):
    """Whether it could be tried: no alert came before."""
    target = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with live.workspace() as directory:
            alerts = os.path.join(directory, "alerts.json")
            process = live.start("run", *live.kept(directory), "-o", alerts, *OPTIONS, "--pid",
                                 target.pid, stderr=subprocess.PIPE)
            live.eventually(lambda: os.path.exists(alerts) and tracer_of(target.pid),
                            what="it did not begin")
            time.sleep(3 * EVERY)
            quiet = not late(alerts)
            if quiet:
                stop_tracer(c, command, target.pid, state, alerts)
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=live.PATIENCE)
            with open(alerts, "rb") as file:
                done = subprocess.CompletedProcess([], process.returncode, file.read(), stderr)
            if quiet:
                told(c, command, live.finished(done, directory))
            return quiet
    finally:
        target.kill()
        target.wait()


def stop_tracer(c, command, pid, state, alerts):
    tracer = tracer_of(pid)
    os.kill(tracer, signal.SIGSTOP)
    alerted(c, alerts, command)
    live.eventually(lambda: state_of(pid) == state, what=f"{command}: what is traced does not wait")
    os.kill(tracer, signal.SIGCONT)
    time.sleep(10 * EVERY)


def told(c, command, run):
    beats = run.stats["events"]["heartbeats"]
    c.check(beats["came"] >= 2 and beats["missing"] >= 1, f"{command}: {beats}")
    c.check(run.balanced(), f"{command}: {run.stats['events']}")
    missed = sum(e["args"]["missed"] for e in live.events(run.recording)
                 if e["event"]["name"] == "tocsin_heartbeat" and not e["args"]["missing"])
    c.check(missed >= 2, f"{command}: {missed} told as missed")
    again = live.replay(run.recording)
    c.equal((again.returncode, again.stdout), (0, run.stdout), f"{command}: the replay")


if __name__ == "__main__":
    live.main(answered, stopped, need=None)
