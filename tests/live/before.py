#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What ran, and was open, before the detector: who it is, and its sockets, are known all the same,
also once the process is gone.

before.py sender DIRECTORY FAMILY waits for a line, sends a message through a socket of that family,
and ends. before.py waiter gives the address that it receives one message at.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import socket
import subprocess
import sys

import live
import mmsg
import scope

NAME = "kworker/0:1"
PR_SET_NAME, SYS_PRCTL, SYS_CLONE3 = 15, 157, 435
REMEMBERED = 8192  # processes that both sides remember, by the low bits of their numbers


def unix(directory):
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(os.path.join(directory, "receiver"))
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(os.path.join(directory, "sender"))
    sock.connect(receiver.getsockname())
    return receiver, sock


def datagram(family, ip):
    receiver = socket.socket(family, socket.SOCK_DGRAM)
    receiver.bind((ip, 0))
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.connect(receiver.getsockname())
    return receiver, sock


def stream():
    listener = socket.create_server(("127.0.0.1", 0))
    sock = socket.create_connection(listener.getsockname())
    return listener, sock


SOCKETS = {"inet": lambda _: datagram(socket.AF_INET, "127.0.0.1"),
           "inet6": lambda _: datagram(socket.AF_INET6, "::1"),
           "unix": unix, "stream": lambda _: stream()}


def sender(directory, family):
    name = NAME.encode() + b"\0"
    _kept, sock = SOCKETS[family](directory)
    batch = mmsg.Batch(1).every()
    mmsg.syscall(SYS_PRCTL, PR_SET_NAME, batch.buffer(name))
    os.unlink(os.readlink("/proc/self/exe"))
    print(sock.getsockname(), sock.getpeername(), sep="\n", flush=True)
    sys.stdin.readline()
    os._exit(mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 1, 0) != 1)


def waiter():
    """Ends when its call returns."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    batch = mmsg.Batch(1).every()
    print(sock.getsockname()[1], flush=True)
    os._exit(mmsg.syscall(mmsg.RECVMMSG, sock.fileno(), batch.vec, 1, 0, 0) != 1)


def call_as(pid):
    """A process of that number makes a call."""
    batch = mmsg.Batch(1).every(name=mmsg.inet("127.0.0.1", 9))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    number = ctypes.c_int(pid)
    args = (ctypes.c_uint64 * 11)(0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, ctypes.addressof(number), 1)
    child = mmsg.syscall(SYS_CLONE3, ctypes.addressof(args), 80)
    if child == 0:
        mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 1, 0)
        os._exit(0)
    return child > 0 and os.waitpid(child, 0)[1] == 0


def call_beside(pid):
    """One in the same place does; its number, or None."""
    with open("/proc/sys/kernel/pid_max", encoding="utf-8") as file:
        others = set(range(pid % REMEMBERED, int(file.read()), REMEMBERED)) - {pid, 0}
    return next((other for other in sorted(others) if call_as(other)), None)


class Sender:
    """Its program has no name any more, and it calls itself something else."""

    def __init__(self, directory, family):
        self.place = os.path.join(directory, family)
        os.mkdir(self.place)
        self.exe = shutil.copy(os.path.realpath(sys.executable), os.path.join(self.place, "tool"))
        self.inode = os.stat(self.exe).st_ino
        self.process = subprocess.Popen([self.exe, __file__, "sender", self.place, family],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "PYTHONHOME": sys.base_prefix})
        self.local, self.peer = (self.process.stdout.readline().strip() for _ in range(2))
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as stat:
            self.started = int(stat.read().rsplit(")", 1)[1].split()[19])
        with open(f"/proc/{self.process.pid}/cgroup", encoding="utf-8") as cgroup:
            self.cgroup = [line[3:].strip() for line in cgroup if line.startswith("0::")]

    def send(self):
        self.process.communicate("\n", timeout=live.PATIENCE)
        return self.process.returncode


def address(seen):
    """As Python shows it."""
    if seen["family"] == "unix":
        return seen["path"]
    more = (0, 0) if seen["family"] == "inet6" else ()
    return str((seen["ip"], seen["port"], *more))


def same_process(c, event, made):
    proc, ticks = event["proc"], os.sysconf("SC_CLK_TCK")
    wanted = {"exe": made.exe + " (deleted)", "exe_ino": made.inode, "comm": NAME,
              "uid": os.getuid(), "gid": os.getgid(), "ppid": os.getpid(),
              "pid_ns": os.stat("/proc/self/ns/pid").st_ino, "kthread": False}
    c.equal({key: proc.get(key) for key in wanted}, wanted, "the process")
    c.equal(proc["start_ns"] // (10**9 // ticks), made.started, "when it started")
    c.equal(proc["parent"].get("exe"), os.path.realpath(sys.executable), "its parent")
    c.equal([proc.get("cgroup")], made.cgroup or ["/"], "its cgroup")
    c.equal(address(event["sock"]["local"]), made.local, "the socket's own address")
    c.equal(address(event["sock"]["peer"]), made.peer, "its peer")


@contextlib.contextmanager
def stopped(directory, seen):
    """A detector that does not look meanwhile; what it then saw goes into `seen`, by process."""
    prober = scope.attacker()
    detector = live.start("run", *live.kept(directory), "--events", "sendmmsg,recvmmsg",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    for _ in range(200):
        prober.act()
        if select.select([detector.stdout], [], [], 0.1)[0]:
            break
    detector.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        detector.send_signal(signal.SIGCONT)
        prober.end()
        run = scope.finish(detector, directory)
    seen.update({e["proc"]["pid"]: e for e in live.events(run.recording) if "proc" in e})
    assert run.stats["events"]["unidentified"] == 0, run.stats


def pushed_out_while_it_waits(c):
    """By another process of the same place in what is remembered."""
    events = {}
    with live.workspace() as directory:
        with stopped(directory, events):
            waits = subprocess.Popen([sys.executable, __file__, "waiter"], stdout=subprocess.PIPE)
            port = int(waits.stdout.readline())
            with open(f"/proc/{waits.pid}/syscall", encoding="utf-8") as file:
                live.eventually(lambda: file.seek(0) == 0 and
                                file.read().startswith(f"{mmsg.RECVMMSG} "))
            other = call_beside(waits.pid)
            c.check(other, "the other made no call")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.sendto(b"x", ("127.0.0.1", port))
            c.equal(waits.wait(timeout=live.PATIENCE), 0, "the one that waits")
        python = os.path.realpath(sys.executable)
        for pid in (waits.pid, other):
            c.equal(events.get(pid, {}).get("proc", {}).get("exe"), python, f"process {pid}")


def gone_before_anyone_looks(c):
    events = {}
    with live.workspace() as directory:
        directory = os.path.realpath(directory)
        made = [Sender(directory, family) for family in SOCKETS]
        with stopped(directory, events):
            c.equal([one.send() for one in made], [0] * len(made), "messages sent")
        for one in made:
            if c.check(one.process.pid in events, f"{one.place}: not seen"):
                same_process(c, events[one.process.pid], one)


if __name__ == "__main__":
    if sys.argv[1:2] == ["sender"]:
        sender(*sys.argv[2:])
    if sys.argv[1:2] == ["waiter"]:
        waiter()
    live.main(gone_before_anyone_looks, pushed_out_while_it_waits)
