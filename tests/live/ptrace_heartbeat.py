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
        target = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with live.workspace() as directory:
            alerts = os.path.join(directory, "alerts.json")
            process = live.start("run", *live.kept(directory), "-o", alerts, *OPTIONS, "--pid",
                                 target.pid, stderr=subprocess.PIPE)
            live.eventually(lambda: os.path.exists(alerts) and tracer_of(target.pid),
                            what="it did not begin")
            time.sleep(3 * EVERY)
            c.equal(late(alerts), [], f"{command}: alerts before")
            tracer = tracer_of(target.pid)
            os.kill(tracer, signal.SIGSTOP)
            alerted(c, alerts, command)
            live.eventually(lambda pid=target.pid, state=state: state_of(pid) == state,
                            what=f"{command}: what is traced does not wait")
            os.kill(tracer, signal.SIGCONT)
            time.sleep(4 * EVERY)
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=live.PATIENCE)
            with open(alerts, "rb") as file:
                stdout = file.read()
            run = live.finished(
                subprocess.CompletedProcess([], process.returncode, stdout, stderr), directory)
            beats = run.stats["events"]["heartbeats"]
            c.check(beats["came"] >= 2 and beats["missing"] >= 1, f"{command}: {beats}")
            c.check(run.balanced(), f"{command}: {run.stats['events']}")
            missed = sum(e["args"]["missed"] for e in live.events(run.recording)
                         if e["event"]["name"] == "tocsin_heartbeat" and not e["args"]["missing"])
            c.check(missed >= 2, f"{command}: {missed} told as missed")
            again = live.replay(run.recording)
            c.equal((again.returncode, again.stdout), (0, run.stdout), f"{command}: the replay")
        target.kill()
        target.wait()


if __name__ == "__main__":
    live.main(answered, stopped, need=None)
