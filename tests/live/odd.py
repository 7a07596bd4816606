#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Callers in unusual states: answered by seccomp, traced, without a leader, 32-bit, gone at once.

odd.py child NAME is such a caller.
"""

import ctypes
import errno
import json
import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import live
import mmsg
from traced import waits_in_receive

EXIT, PRCTL, PTRACE = 60, 157, 101
NO_NEW_PRIVS, SET_SECCOMP, FILTER = 38, 22, 2
CALLS = ("sendmmsg", "recvmmsg", "recvmmsg_time32")
ALERT = "mmsg-kernel-pointer"


def send(times=1):
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    batch = mmsg.Batch(2).every(name=mmsg.inet(*receiver.getsockname()))
    return [mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 2, 0) for _ in range(times)]


def refused_by_seccomp():
    """The filter answers sendmmsg itself: it never begins."""
    program = b"".join(struct.pack("=HBBI", *instruction) for instruction in (
        (0x20, 0, 0, 0),                   # the number
        (0x15, 0, 1, mmsg.SENDMMSG),
        (0x06, 0, 0, 0x00050000 | 1),      # EPERM
        (0x06, 0, 0, 0x7fff0000)))
    code = ctypes.create_string_buffer(program, len(program))
    filter_ = ctypes.create_string_buffer(
        struct.pack("=H6xQ", len(program) // 8, ctypes.addressof(code)), 16)
    assert mmsg.syscall(PRCTL, NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    assert mmsg.syscall(PRCTL, SET_SECCOMP, FILTER, ctypes.addressof(filter_), 0, 0) == 0
    assert send() == [-1]


def traced():
    assert mmsg.syscall(PTRACE, 0, 0, 0, 0) == 0
    assert send() == [2]


def state_of(tid):
    with open(f"/proc/self/task/{tid}/stat", encoding="utf-8") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


def without_leader():
    """The first thread exits; the process lives on in another, which attacks."""
    def later():
        while state_of(os.getpid()) != "Z":
            time.sleep(0.01)
        batch = mmsg.Batch(1).set(0)
        batch.headers[0].iov = 0xffffffff81000000
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 1, 0)
        os._exit(9)
    threading.Thread(target=later).start()
    mmsg.syscall(EXIT, 0)


def waiting():
    """Says its port, then waits in recvmmsg."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    print(sock.getsockname()[1], flush=True)
    batch = mmsg.Batch(1).every()
    for _ in range(2):
        mmsg.syscall(mmsg.RECVMMSG, sock.fileno(), batch.vec, 1, 0, 0)


def caller(name):
    return [sys.executable, __file__, "child", name]


def calls(run):
    return [e for e in live.returned(live.events(run.recording)) if e["event"]["name"] in CALLS]


def watched(c, command, status=0):
    """The run and its calls; the replay gives the same."""
    with live.workspace() as directory:
        run = live.watch(directory, command)
        c.equal(run.status, status, f"{command}: {run.stderr}")
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        again = live.replay(run.recording)
        c.equal((again.returncode, again.stdout), (0, run.stdout), "the replay")
        return run, calls(run)


def answered_by_a_filter(c):
    run, found = watched(c, caller("refused_by_seccomp"))
    c.equal([(e["event"]["stage"], e["event"]["ret"], e["event"]["error"]) for e in found],
            [("orphan", -1, "EPERM")], "calls")
    c.equal(run.alerts(), [], "alerts")


def under_a_tracer(c):
    for name, wanted in (("traced", True), ("refused_by_seccomp", False)):
        _, found = watched(c, caller(name))
        c.equal([e["proc"]["traced"] for e in found], [wanted], name)


def leader_gone(c):
    run, found = watched(c, caller("without_leader"), 9)
    c.equal(run.ids(), {ALERT}, "alerts")
    c.equal([e["proc"]["pid"] == e["proc"]["tid"] for e in found], [False], "a thread's call")


def begun_before(c):
    """A call that was under way when watching began is an orphan; the next one is whole."""
    with live.workspace() as directory, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, \
            subprocess.Popen(caller("waiting"), stdout=subprocess.PIPE) as child:
        port = int(child.stdout.readline())
        live.eventually(lambda: waits_in_receive(child.pid, child.pid), what="it does not wait")
        process = live.start("run", *live.kept(directory), "--pid", child.pid, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        recording = os.path.join(directory, "run.tocsin")
        live.eventually(lambda: os.path.exists(recording) and os.path.getsize(recording),
                        what="watching did not begin")
        for _ in range(2):
            sock.sendto(b"now", ("127.0.0.1", port))
            time.sleep(0.1)
        child.wait(timeout=live.PATIENCE)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=live.PATIENCE)
        run = live.finished(subprocess.CompletedProcess([], process.returncode, stdout, stderr),
                            directory)
        c.equal((run.status, run.alerts()), (0, []), run.stderr)
        c.equal([(e["event"]["stage"], e["event"]["ret"]) for e in calls(run)],
                [("orphan", 1), ("call", 1)], "calls")
        c.equal(run.stats["events"]["orphans"], 1, "counted")
        stats = os.path.join(directory, "again.json")
        live.replay(run.recording, "--stats", stats)
        with open(stats, encoding="utf-8") as file:
            c.equal(json.load(file)["events"]["orphans"], 1, "counted in the replay")
        c.check(run.balanced(), f"counts: {run.stats['events']}")


def every_way_in(c):
    """How the call came in, and what kind of program made it."""
    ways = {(64, "native"): ("x86_64", "syscall", 64, {"sendmmsg": 307, "recvmmsg": 299}),
            (64, "int80"): ("i386", "syscall", 64, {"sendmmsg": 345, "recvmmsg_time32": 337}),
            (64, "socketcall"): ("i386", "socketcall", 64,
                                 {"sendmmsg": 102, "recvmmsg_time32": 102}),
            (32, "native"): ("i386", "syscall", 32, None),
            (32, "socketcall"): ("i386", "socketcall", 32,
                                 {"sendmmsg": 102, "recvmmsg_time32": 102})}
    for (bits, convention), (abi, via, elf, numbers) in ways.items():
        command = live.attack("connected", convention, True, bits)
        if not command:
            continue
        _, found = watched(c, command)
        c.equal({(e["event"]["abi"], e["event"]["via"], e["proc"]["elf"]) for e in found},
                {(abi, via, elf)}, f"{bits} {convention}")
        if numbers:
            c.equal({e["event"]["name"]: e["event"]["nr"] for e in found}, numbers,
                    f"numbers of {bits} {convention}")
        c.equal([e["event"]["ret"] for e in found], [2] * 4, "results")


def unheard_of():
    """Numbers that no call of their ABI has, and one of x32 that is known."""
    for nr in (337, 400, 423, 472, 512, 547, 548, 1023, 1024, 0x7fffffff, 0x40000000 | 400, 0x40000000 | 700,
               0x40000000 | 1024, 0x40000000 | 512):
        assert mmsg.syscall(nr, 0, 0, 0, 0) == -errno.ENOSYS


def numbers_unknown(c):
    """Calls of numbers that no call has are counted, and disturb no other count."""
    run, found = watched(c, caller("unheard_of"))
    c.equal(run.stats["events"]["unknown_numbers"], 13, f"counts: {run.stats['events']}")
    c.check("13 calls of unknown numbers" in run.stderr, run.stderr)
    c.equal(found, [], "calls")


def recvmmsg_time64(c):
    """The 32-bit call with a timeout of 64 bits, which C libraries make today, by int 0x80 and by the vdso."""
    for bits, convention in ((64, "int80"), (32, "native")):
        command = live.attack("time64", convention, True, bits)
        if not command:
            continue
        _, found = watched(c, command)
        c.equal([(e["event"]["name"], e["event"]["abi"], e["event"]["nr"], e["event"]["ret"],
                  e["timeout"]["enter"]["sec"], e["timeout"]["enter"]["nsec"]) for e in found
                 if e["event"]["name"].startswith("recv")],
                [("recvmmsg", "i386", 417, 1, 5, 999999999)], f"{bits} {convention}")


def gone_at_once(c):
    """A process that ends right after its call is still told by its path."""
    attack = live.attack("kernel-pointer")
    _, found = watched(c, ["sh", "-c", f"for i in $(seq 30); do {shlex.join(attack)}; done"])
    c.equal(len(found), 30, "calls")
    known = [e["proc"].get("exe") for e in found].count(attack[0])
    c.check(known >= 27, f"{known} of 30 have the path of their program")


def watched_twice(c):
    """Two detectors on one host do not disturb each other."""
    with live.workspace() as directory:
        inner = os.path.join(directory, "inner.json")
        run = live.watch(directory, [live.TOCSIN, "run", "--format", "json", "-o", inner, "--",
                                     *live.attack("rewrite")])
        c.equal(run.status, 0, run.stderr)
        c.equal(run.ids(), {"mmsg-destination-rewritten", "mmsg-entry-rewritten"}, "outer alerts")
        with open(inner, "rb") as file:
            c.equal(len(file.read().splitlines()), 2, "inner alerts")


def in_a_pid_namespace(c):
    """As in a container: process numbers are others inside, and events hold those outside."""
    attack = shlex.join(live.attack("kernel-pointer"))
    shell = f"while :; do {attack}; done & exec {live.TOCSIN} run --duration 4s --pid $!"
    for inside in (f"exec {live.TOCSIN} run -- {attack}", shell):
        with live.workspace() as directory:
            where = shlex.join(live.kept(directory))
            script = inside.replace(" run ", f" run {where} ", 1)
            done = subprocess.run(["unshare", "-pf", "--mount-proc", "sh", "-c", script],
                                  capture_output=True, timeout=live.PATIENCE)
            run = live.finished(done, directory)
            c.equal((run.status, run.ids()), (0, {ALERT}), f"{inside}: {run.stderr}")
            c.check(run.balanced(), f"counts: {run.stats}")
            for event in calls(run)[:20]:
                c.check(event["proc"]["pid"] > 20, f"a number of inside: {event['proc']}")
                c.equal(event["proc"].get("exe"), os.path.realpath(shlex.split(attack)[0]),
                        "what /proc says of another process")


def interrupted_from_the_keyboard(c):
    """Ctrl-C reaches the detector and its command alike."""
    script = f"{shlex.join(live.attack('kernel-pointer'))}; exec sleep 30"
    process = live.start("run", "--format", "json", "--", "sh", "-c", script,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    c.check(ALERT.encode() in process.stdout.readline(), "no alert")
    os.killpg(process.pid, signal.SIGINT)
    stderr = process.communicate(timeout=live.PATIENCE)[1]
    c.equal(process.returncode, 0, stderr.decode())
    c.check(b"seen" in stderr, "no closing counts")


def reader_leaves(c):
    """The one who reads alerts has seen enough: both end, quietly."""
    script = f"while :; do {shlex.join(live.attack('kernel-pointer'))} || exit; done"
    process = live.start("run", "--format", "json", "--", "sh", "-c", script,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        process.stdout.readline()
        process.stdout.close()
        c.equal(process.wait(timeout=live.PATIENCE), 0, "status")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
    stderr = process.stderr.read().decode()
    c.check("pipe" not in stderr.lower(), stderr)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        globals()[sys.argv[2]]()
    else:
        live.main(answered_by_a_filter, under_a_tracer, leader_gone, begun_before, every_way_in,
                  numbers_unknown, recvmmsg_time64,
                  gone_at_once, watched_twice, in_a_pid_namespace, interrupted_from_the_keyboard,
                  reader_leaves)
