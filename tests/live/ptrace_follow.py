#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ptrace source follows: what a process starts by fork, vfork, clone and exec is watched, too."""

import subprocess
import time

import live
import traced
from odd import caller
from ptrace import PTRACE, tracer_of, watched


def follows(c):
    _, found = watched(c, traced.command("forks"))
    c.equal(len(live.returned(found)), 5, "calls")
    c.equal(len({e["proc"]["pid"] for e in found}), 4, "processes")
    _, found = watched(c, traced.command("exec_by_thread"))
    c.equal(len(found), 2, "calls around exec")
    c.equal({e["proc"]["pid"] == e["proc"]["tid"] for e in found}, {True}, "leaders")


def behind_a_listener(c):
    """Another filter's owner lets the call go on, and ours is never asked: it is seen all the same."""
    for bits in (64, 32):
        command = live.attack("supervised", honest=True, bits=bits)
        if command:
            _, found = watched(c, command)
            c.equal([e["event"]["ret"] for e in live.returned(found)], [1], f"{command}: calls")


def by_number(c, command):
    """A run that watches command by its number: from when it is there, but has not begun."""
    with live.workspace() as directory, subprocess.Popen(
            ["sh", "-c", 'read x; exec "$@"', "sh", *command], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE) as target:
        process = live.start("run", *live.kept(directory), *PTRACE, "--pid", target.pid,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        live.eventually(lambda: tracer_of(target.pid), what="it is not traced")
        time.sleep(0.3)
        target.communicate(b"\n", timeout=live.PATIENCE)
        _, stderr = process.communicate(timeout=live.PATIENCE)
        run = live.finished(subprocess.CompletedProcess([], process.returncode, b"", stderr), directory)
        c.equal((run.status, target.returncode), (0, 0), run.stderr)
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        return run, [e for e in live.events(run.recording) if e["event"]["name"] in traced.CALLS]


def follows_by_number(c):
    """From a process that is there already, as from a program that was started."""
    lender = live.program("honest-sends")
    for command, calls, processes in ((traced.command("forks"), 5, 4), ([lender, "native"], None, 4)):
        _, found = by_number(c, command)
        made = len(live.returned(found))
        c.check(calls in (None, made), f"{command}: {made} calls")
        c.equal(len({e["proc"]["pid"] for e in found}), processes, f"{command}: processes")


def numbers_unknown(c):
    """As with BPF, each is counted once, also where the program stops at each call and at the filter."""
    command = caller("unheard_of")
    supervised = ["sh", "-c", '"$1" supervised --honest native; shift; exec "$@"', "sh",
                  live.program("attack"), *command]
    for watch, what in ((watched, command), (by_number, command), (watched, supervised)):
        run, _ = watch(c, what)
        c.equal(run.stats["events"]["unknown_numbers"], 13, f"{watch.__name__} {what}: {run.stats['events']}")


if __name__ == "__main__":
    live.main(follows, follows_by_number, numbers_unknown, behind_a_listener, need=None)
