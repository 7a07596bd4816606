#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls that do not return: told while they wait, once, and judged as others are.

pending.py wait SECONDS TIMEOUT_MS: a receive with that timeout, to which a message comes after
SECONDS. pending.py crowd N: N threads that wait at the same time, and are then let go; with a name
behind it, a program of odd.py runs while they wait.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter

import live
import mmsg
from traced import until_it_waits, waits_in_receive

OVERDUE = "mmsg-overdue-receive"


PARANOID = ("--rules", "paranoid")


def me(*args):
    return [sys.executable, __file__, *map(str, args)]


def socket_pair():
    got = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    got.bind(("127.0.0.1", 0))
    to = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    to.connect(got.getsockname())
    return got, to


def wake(to):
    """By a call that is not watched."""
    os.write(to.fileno(), b"x")


def wait(seconds, timeout_ms):
    got, to = socket_pair()
    batch = mmsg.Batch(2).every()
    limit = (ctypes.c_long * 2)(int(timeout_ms) // 1000, int(timeout_ms) % 1000 * 1000000)
    me = threading.get_native_id()

    def wake_later():
        until_it_waits(me)
        time.sleep(float(seconds))
        wake(to)
    threading.Thread(target=wake_later, daemon=True).start()
    mmsg.syscall(mmsg.RECVMMSG, got.fileno(), batch.vec, 2, 0, ctypes.addressof(limit))


def crowd(n, meanwhile=None):
    """Each waits for a message of its own."""
    pairs = [socket_pair() for _ in range(int(n))]

    def receive(sock):
        batch = mmsg.Batch(1).every()
        mmsg.syscall(mmsg.RECVMMSG, sock.fileno(), batch.vec, 1, 0, 0)

    threading.stack_size(64 << 10)
    threads = [threading.Thread(target=receive, args=(got,)) for got, _ in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        until_it_waits(thread.native_id)
    time.sleep(4)  # after one they are told
    if meanwhile:
        odd = os.path.join(live.HERE, "odd.py")
        subprocess.run([sys.executable, odd, "child", meanwhile], check=True)
    for _, to in pairs:
        wake(to)
    for thread in threads:
        thread.join()


def receives(run):
    return [e for e in live.events(run.recording) if e["event"]["name"] == "recvmmsg"]


def told_once_and_again_when_it_returns(c):
    with live.workspace() as directory:
        run = live.watch(directory, me("wait", 4, 100), *PARANOID)
        c.equal(run.status, 0, run.stderr)
        early, late = receives(run)
        c.equal((early["event"]["stage"], late["event"]["stage"]), ("pending", "call"), "stages")
        c.equal(early["event"]["call"], late["event"]["call"], "the same call")
        c.equal(early["event"]["duration_ns"], 10**9, "told after a second")
        c.check("ret" not in early["event"] and "completed" not in early["batch"], early)
        c.check(all("enter" in m and "exit" not in m for m in early["msgs"]), early["msgs"])
        c.check(late["event"]["ret"] == 1 and late["event"]["duration_ns"] > 39 * 10**8, late)
        alerts = [a for a in run.alerts() if a.get("signature", {}).get("id") == OVERDUE]
        c.equal([a["event"]["event"]["stage"] for a in alerts], ["pending"], "one alert, early")
        counts = run.stats["events"]
        c.check(run.balanced() and counts["pending"] == 1, f"counts: {counts}")
        again = live.replay(run.recording, *PARANOID)
        c.equal((again.returncode, again.stdout), (0, run.stdout), "the replay")
        c.check("1 call told before the return" in again.stderr.decode(), again.stderr)


def the_time_is_a_setting(c):
    for given, stages in (("200ms", ["pending", "call"]), ("0", ["call"])):
        with live.workspace() as directory:
            run = live.watch(directory, me("wait", 3, 100), "--pending", given, *PARANOID)
            c.equal([e["event"]["stage"] for e in receives(run)], stages, given)
            overdue = [a for a in run.alerts()
                       if a["kind"] == "alert" and a["signature"]["id"] == OVERDUE]
            c.equal(len(overdue), 1, f"alerts with {given}")


def still_waiting_at_the_end(c):
    """The watch ends first: what never returned is judged all the same."""
    with live.workspace() as directory:
        child = subprocess.Popen(me("wait", 60, 100), start_new_session=True)
        try:
            live.eventually(lambda: waits_in_receive(child.pid, child.pid), what="the child does not wait")
            done = live.tocsin("run", *live.kept(directory), "--duration", "4s", "--pid", child.pid)
            run = live.finished(done, directory)
            c.equal(receives(run), [], "a call that began before")
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        recording = os.path.join(directory, "run.tocsin")
        os.unlink(recording)
        gate, go = os.pipe()
        child = subprocess.Popen(["sh", "-c", 'read x; exec "$@"', "sh", *me("wait", 60, 100)],
                                 stdin=gate, start_new_session=True)
        try:
            detector = live.start("run", *live.kept(directory), *PARANOID, "--pid", child.pid,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            live.eventually(lambda: os.path.exists(recording) and os.path.getsize(recording),
                            what="watching did not begin")
            os.write(go, b"\n")
            live.eventually(lambda: waits_in_receive(child.pid, child.pid), what="the child does not wait")
            time.sleep(2)
            detector.send_signal(signal.SIGINT)
            out, err = detector.communicate(timeout=live.PATIENCE)
            done = subprocess.CompletedProcess([], detector.returncode, out, err)
            run = live.finished(done, directory)
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        c.equal([e["event"]["stage"] for e in receives(run)], ["pending"], "stages")
        c.equal(run.ids(), {OVERDUE}, run.stderr)
        c.equal(run.stats["events"]["pending"], 1, "counts")


def killed_inside(c):
    """Through ptrace no return is seen of a thread that is killed: its call is told at its end."""
    with live.workspace() as directory:
        script = f'"$@" & until grep -q "^{mmsg.RECVMMSG} " /proc/$!/syscall; do sleep 0.1; done; sleep 0.5; kill -9 $!; wait'
        run = live.watch(directory, ["sh", "-c", script, "sh", *me("wait", 60, 100)],
                         "--source", "ptrace", "--pending", "30s")
        found = receives(run)
        c.equal([e["event"]["stage"] for e in found], ["pending"], run.stderr)
        c.check(found and found[0]["event"]["duration_ns"] < 30 * 10**9, "told at its end")
        c.equal(run.stats["events"]["pending"], 1, "counted")


def more_than_can_be_remembered(c):
    """Each call without room for its state is a counted loss; nothing else is."""
    with live.workspace() as directory:
        run = live.watch(directory, me("crowd", 300), "--max-calls", "64")
        counts = run.stats["events"]
        c.equal(run.status, 0, run.stderr)
        c.check(run.balanced(), f"counts: {counts}")
        stages = [e["event"]["stage"] for e in receives(run)]
        remembered = stages.count("call")
        c.check(64 <= remembered < 200, f"remembered: {remembered}")
        c.equal(stages.count("pending"), remembered, "each remembered one was told early")
        c.check(counts["lost"].get("state_full", 0) >= 300 - remembered, f"counts: {counts}")
        c.check("state_full" in run.stderr, run.stderr)
        run = live.watch(directory, me("crowd", 300))
        stages = [e["event"]["stage"] for e in receives(run)]
        c.equal((stages.count("call"), stages.count("pending")), (300, 300), "all, by default")


def others_are_not_taken_for_them(c):
    """A return without an entry is told as such while others wait whose entry found no room."""
    with live.workspace() as directory:
        run = live.watch(directory, me("crowd", 300, "refused_by_seccomp"), "--max-calls", "64")
        c.equal(run.status, 0, run.stderr)
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        found = [e["event"] for e in live.events(run.recording)
                 if e["event"]["name"] == "sendmmsg"]
        c.equal([(e["stage"], e["ret"]) for e in found], [("orphan", -1)], "the other")
        stages = Counter(e["event"]["stage"] for e in receives(run))
        c.equal(stages["call"] + run.stats["events"]["lost"]["state_full"], 300, f"{stages}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["wait"]:
        wait(*sys.argv[2:])
    elif sys.argv[1:2] == ["crowd"]:
        crowd(*sys.argv[2:])
    else:
        live.main(told_once_and_again_when_it_returns, the_time_is_a_setting,
                  still_waiting_at_the_end, killed_inside, more_than_can_be_remembered,
                  others_are_not_taken_for_them)
