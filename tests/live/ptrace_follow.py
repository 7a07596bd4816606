#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ptrace source follows: what a process starts by fork, vfork, clone and exec is watched, too."""

import subprocess
import time

import live
import traced
from ptrace import PTRACE, tracer_of, watched


def follows(c):
    _, found = watched(c, traced.command("forks"))
    c.equal(len(found), 5, "calls")
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
            c.equal([e["event"]["ret"] for e in found], [1], f"{command}: calls")


def follows_by_number(c):
    """From a process that is there already, as from a program that was started."""
    lender = live.program("honest-sends")
    for command, calls, processes in ((traced.command("forks"), 5, 4), ([lender, "native"], None, 4)):
        with live.workspace() as directory, subprocess.Popen(
                ["sh", "-c", 'read x; exec "$@"', "sh", *command], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE) as target:
            process = live.start("run", *live.kept(directory), *PTRACE, "--pid", target.pid,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            live.eventually(lambda: tracer_of(target.pid), what="it is not traced")
            time.sleep(0.3)
            target.communicate(b"\n", timeout=60)
            _, stderr = process.communicate(timeout=30)
            run = live.finished(subprocess.CompletedProcess([], process.returncode, b"", stderr), directory)
            found = [e for e in live.events(run.recording) if e["event"]["name"] in traced.CALLS]
        c.equal((run.status, target.returncode), (0, 0), run.stderr)
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        c.check(calls in (None, len(found)), f"{command}: {len(found)} calls")
        c.equal(len({e["proc"]["pid"] for e in found}), processes, f"{command}: processes")


if __name__ == "__main__":
    live.main(follows, follows_by_number, behind_a_listener, need=None)
