#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who is watched: a process tree, a process, a cgroup. The others are not judged nor recorded.

scope.py sender makes a socket, then sends a message for each line it reads.
"""

import contextlib
import json
import os
import select
import shlex
import signal
import socket
import subprocess
import sys

import live
import mmsg

ATTACK = live.attack("kernel-pointer")
CALLS = ("sendmmsg", "recvmmsg", "recvmmsg_time32")


def sender():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    batch = mmsg.Batch(2).every(name=mmsg.inet(*receiver.getsockname()))
    print("ready", flush=True)
    for _ in sys.stdin:
        assert mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 2, 0) == 2
        print("sent", flush=True)


class Obedient:
    """A process that acts once for each line it is given."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.pid = self.process.pid

    def act(self):
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=live.PATIENCE)


def attacker():
    return Obedient("sh", "-c", f"while read line; do {shlex.join(ATTACK)}; echo done; done")


@contextlib.contextmanager
def two(make):
    """One that is watched and its twin that is not."""
    pair = [make(), make()]
    try:
        yield pair
    finally:
        for each in pair:
            each.end()


def until_seen(process, watched, other):
    """Both act until the first alert: when the hooks are attached is not known from outside."""
    for _ in range(200):
        other.act()
        watched.act()
        if select.select([process.stdout], [], [], 0.1)[0]:
            other.act()
            return
    raise AssertionError("no alert after 200 attacks")


def finish(process, directory):
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=live.PATIENCE)
    return live.finished(subprocess.CompletedProcess([], process.returncode, stdout, stderr),
                         directory)


def recorded(run):
    return [e for e in live.returned(live.events(run.recording)) if e["event"]["name"] in CALLS]


def only_one_is_seen(c, options):
    with live.workspace() as directory, two(attacker) as (watched, other):
        process = live.start("run", *live.kept(directory), *options(watched),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             stdin=subprocess.DEVNULL)
        until_seen(process, watched, other)
        run = finish(process, directory)
        c.equal(run.status, 0, run.stderr)
        parents = {a["event"]["proc"]["parent"]["pid"] for a in run.alerts()}
        c.equal(parents, {watched.pid}, "who raised alerts (by parent)")
        c.equal({e["proc"]["parent"]["pid"] for e in recorded(run)}, {watched.pid},
                "who is recorded (by parent)")
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        c.check(run.stats["events"]["filtered"] > 0, "nothing was filtered")


def process_and_its_children(c):
    only_one_is_seen(c, lambda watched: ("--pid", watched.pid))


def cgroup2():
    with open("/proc/mounts", encoding="utf-8") as file:
        mounts = [line.split() for line in file]
    found = [m[1] for m in mounts if m[2] == "cgroup2"]
    if not found:
        live.skip("no cgroup2 is mounted")
    return found[0]


@contextlib.contextmanager
def new_cgroup():
    path = os.path.join(cgroup2(), f"tocsin-test-{os.getpid()}")
    os.mkdir(path)
    try:
        yield path
    finally:
        with open(os.path.join(path, "cgroup.procs"), encoding="utf-8") as file:
            inside = file.read().split()
        for pid in inside:
            enter(cgroup2(), pid)
        live.eventually(lambda: os.rmdir(path) is None, what="the cgroup cannot be removed")


def enter(path, pid):
    with open(os.path.join(path, "cgroup.procs"), "w", encoding="utf-8") as file:
        file.write(str(pid))


def cgroup(c):
    with new_cgroup() as path:
        def options(watched):
            enter(path, watched.pid)
            return "--cgroup", path
        only_one_is_seen(c, options)


def socket_from_before(c):
    """A socket belongs to the cgroup it was made in; the kernel's view of it is seen all the
    same."""
    def make():
        made = Obedient(sys.executable, __file__, "sender")
        made.process.stdout.readline()
        return made

    with live.workspace() as directory, two(make) as (watched, other), new_cgroup() as path:
        enter(path, watched.pid)
        recording = os.path.join(directory, "run.tocsin")
        process = live.start("record", "-o", recording, "--cgroup", path, stderr=subprocess.PIPE)
        live.eventually(lambda: os.path.exists(recording) and os.path.getsize(recording),
                        what="watching did not begin")
        for _ in range(10):
            other.act()
            watched.act()
        process.send_signal(signal.SIGINT)
        stderr = process.communicate(timeout=live.PATIENCE)[1]
        c.equal(process.returncode, 0, stderr.decode())
        found = [e for e in live.events(recording) if e["event"]["name"] in CALLS]
        c.equal([e["proc"]["pid"] for e in found], [watched.pid] * 10, "who is recorded")
        c.equal({e["proc"]["cgroup"] for e in found}, {"/" + os.path.basename(path)}, "its cgroup")
        for event in found[1:]:
            for message in event["msgs"]:
                c.equal(message["kernel"]["name"]["status"], "ok", "the kernel's view of the name")


def tree_alone(c):
    """While CMD attacks, so does someone else."""
    with live.workspace() as directory:
        script = f"while :; do {shlex.join(ATTACK)}; done"
        outside = subprocess.Popen(["sh", "-c", script])
        try:
            run = live.watch(directory, ["sh", "-c", f"sleep 2; {shlex.join(ATTACK)}; sleep 2"])
        finally:
            outside.kill()
            outside.wait()
        c.equal(len(run.alerts()), 1, "alerts")
        c.equal(len(recorded(run)), 1, "calls recorded")
        c.equal(run.stats["events"]["handled"], 1, "handled")
        c.check(run.stats["events"]["filtered"] > 0, "nothing was filtered")
        c.check(run.balanced(), json.dumps(run.stats["events"]))


def wrong_scopes(c):
    for options in (("--pid", "999999999"), ("--pid", "0"), ("--cgroup", "/nonexistent"),
                    ("--cgroup", "/etc")):
        done = live.tocsin("run", *options, "--duration", "100ms")
        c.check(done.returncode in (1, 2), f"{options}: status {done.returncode}")
        c.check(live.one_line(done.stderr.decode()), f"{options}: {done.stderr.decode()}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["sender"]:
        sender()
    else:
        live.main(process_and_its_children, cgroup, socket_from_before, tree_alone, wrong_scopes)
