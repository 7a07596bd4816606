#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many threads, more calls than can be read, processes that die in the middle of one.

stress.py dying N starts N receivers that wait for ever, and kills them.
"""

import os
import shlex
import signal
import socket
import sys
import time

import live
import mmsg

# For all that is told here, however late it is read.
ROOM = ("--ring-size", "64")


def many_threads(c):
    with live.workspace() as directory:
        run = live.watch(directory, [live.program("load"), "8", "400", "8", "2000"], *ROOM)
        c.equal((run.status, run.alerts()), (0, []), run.stderr)
        counts = run.stats["events"]
        c.equal(sum(counts["lost"].values()), 0, f"lost: {counts}")
        c.equal(counts["handled"], 3200, "handled")
        c.check(run.balanced(), f"counts: {counts}")
        found = [e for e in live.returned(live.events(run.recording)) if e["event"]["name"] == "sendmmsg"]
        c.equal(len(found), 3200, "events")
        c.equal(len({e["event"]["call"] for e in found}), 3200, "different calls")
        c.equal(len({e["proc"]["tid"] for e in found}), 8, "threads")
        times = [e["event"]["time"] for e in found]
        c.check(all(e["batch"]["kernel_seen"] == 8 and len(e["msgs"]) == 8 for e in found),
                "a batch was not seen whole")
        ends = [ns(e["event"]["time"]) + e["event"]["duration_ns"] for e in found]
        c.check(ends == sorted(ends) or counts["late"], "not in the order in which the calls returned")
        c.check(len(times) == 3200, "times")
        again = live.replay(run.recording)
        c.equal((again.returncode, again.stdout), (0, run.stdout), "the replay")


def attacks_in_a_crowd(c):
    """Each attack is told, and nobody else, while eight threads do honest work."""
    with live.workspace() as directory:
        load = shlex.join([live.program("load"), "8", "300", "8", "3000"])
        attack = shlex.join(live.attack("rewrite"))
        run = live.watch(directory, ["sh", "-c", f"{load} & for i in 1 2 3 4 5 6 7 8; do {attack};"
                                     " done; wait"], *ROOM)
        c.equal(run.status, 0, run.stderr)
        alerts = run.alerts()
        ids = sorted(a["signature"]["id"] for a in alerts)
        c.equal(ids, ["mmsg-destination-rewritten"] * 8 + ["mmsg-entry-rewritten"] * 8, "alerts")
        c.equal({a["event"]["proc"]["comm"] for a in alerts}, {"attack"}, "who raised them")
        c.equal(len({a["uid"] for a in alerts}), 16, "different uids")
        c.equal(sum(run.stats["events"]["lost"].values()), 0, "lost")
        again = live.replay(run.recording)
        c.equal((again.returncode, again.stdout == run.stdout), (0, True), "the replay")


def more_than_fits(c):
    """Far more than can be read: what was lost is counted, and the count told again."""
    with live.workspace() as directory:
        run = live.watch(directory, [live.program("load"), "8", "20000", "1", "0"])
        counts = run.stats["events"]
        c.equal((run.status, counts["seen"] - counts["filtered"], run.alerts()),
                (0, 160000, []), run.stderr)
        c.check(run.balanced(), f"counts: {counts}")
        again = live.replay(run.recording)
        c.check(f"{counts['handled']} handled" in again.stderr.decode(), again.stderr.decode())


def ns(text):
    """Nanoseconds of the day of an RFC 3339 time."""
    clock = text.partition("T")[2].rstrip("Z")
    hours, minutes, seconds = clock.split(":")
    whole, _, part = seconds.partition(".")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(whole)) * 10**9 + int(part.ljust(9, "0"))


def die(n):
    """Children that wait in recvmmsg; ready when each is asleep in the kernel."""
    pids = []
    for _ in range(n):
        pid = os.fork()
        if pid == 0:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(("127.0.0.1", 0))
            batch = mmsg.Batch(4).every()
            mmsg.syscall(mmsg.RECVMMSG, sock.fileno(), batch.vec, 4, 0, 0)
            os._exit(1)
        pids.append(pid)
    for pid in pids:
        live.eventually(lambda pid=pid: waits_in_recvmmsg(pid), what="a child does not wait")
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)


def waits_in_recvmmsg(pid):
    try:
        with open(f"/proc/{pid}/syscall", encoding="utf-8") as file:
            return file.read().split()[0] == str(mmsg.RECVMMSG)
    except OSError:
        time.sleep(0.1)
        return True


def killed_while_waiting(c):
    """Each killed call returned, to nobody: it is an event with that error."""
    with live.workspace() as directory:
        run = live.watch(directory, [sys.executable, __file__, "dying", "30"])
        c.equal((run.status, run.alerts()), (0, []), run.stderr)
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        c.equal(sum(run.stats["events"]["lost"].values()), 0, "lost")
        found = [e for e in live.returned(live.events(run.recording)) if e["event"]["name"] == "recvmmsg"]
        c.equal([e["event"]["error"] for e in found], ["ERESTARTSYS"] * 30, "errors")
        c.equal({e["batch"]["kernel_seen"] for e in found}, {0}, "messages moved")


if __name__ == "__main__":
    if sys.argv[1:2] == ["dying"]:
        die(int(sys.argv[2]))
    else:
        live.main(many_threads, attacks_in_a_crowd, more_than_fits, killed_while_waiting)
