#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each value that packs may name: every errno, every argument, as the program sees it."""

import ctypes
import errno
import os
import shlex
import socket
import subprocess
import sys

import enforce
import live
import mmsg
import traced

ERRNOS = sorted(errno.errorcode.items())
# Of two names for one number, the kernel's own.
KERNELS = {"EDEADLOCK": "EDEADLK", "ENOTSUP": "EOPNOTSUPP", "EWOULDBLOCK": "EAGAIN"}
MAX_ACTIONS = 64
FIRST = 2000  # vlen that asks for errno n: that much more


def each_length():
    """What a send of each of these lengths comes to."""
    for n, _ in ERRNOS:
        print(n, mmsg.syscall(mmsg.SENDMMSG, 0, 0, FIRST + n, 0))


def enforced(c, name, enforced, lengths):
    """What program `name` below said, and the actions told."""
    with live.workspace() as directory:
        out = os.path.join(directory, "out")
        options = enforce.rules(directory, "{%s}" % ", ".join(f"{rule}: {{{what}}}" for rule, what in enforced), lengths)
        run = live.watch(directory, ["sh", "-c", f"exec {shlex.join(traced.command(name, __file__))} > {out}"],
                         "--source", "ptrace", "--enforce", "on", *options)
        c.equal(run.status, 0, run.stderr)
        with open(out, encoding="utf-8") as file:
            return file.read().splitlines(), [a["action"]["done"] for a in run.alerts()]


def every_errno(c):
    for i in range(0, len(ERRNOS), MAX_ACTIONS):
        some = ERRNOS[i:i + MAX_ACTIONS]
        said, done = enforced(c, "each_length", [(f"e{n}", f"deny: {name}") for n, name in some],
                              [(f"e{n}", FIRST + n) for n, _ in some])
        c.check({f"{n} {-n}" for n, _ in some} <= set(said), f"seen by the program: {said}")
        c.equal(done, [f"denied with {KERNELS.get(name, name)}" for _, name in some], "told")


# vlen of the call → what is set, what the call gives then, what without it.
SENDS = {
    11: ("args.sockfd: -1", -errno.EBADF, 1),
    12: ("args.sockfd: 2147483647", -errno.EBADF, 1),
    13: ("args.flags: 1", -errno.EOPNOTSUPP, 1),
    14: ("args.vlen: 0", 0, 1),
    15: ("args.vlen: 4294967295", 1, 1),
    16: ("args.flags: 1, args.vlen: 0", 0, 1),
}
RECEIVES = {
    21: ("args.flags: 2147483648", -errno.EINVAL, 1),
    22: ("args.sockfd: -1", -errno.EBADF, 1),
    23: ("args.vlen: 0", 0, 1),
    24: ("args.timeout: 0", 1, -errno.EINVAL),
}


def each_argument():
    """Sends and receives of one message, by their vlen; the last with a timeout that is none."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(receiver.getsockname())
    for n in SENDS:
        batch = mmsg.Batch(n).set(0)
        batch.headers[1].iov, batch.headers[1].iov_len = 1, 1
        print(n, mmsg.syscall(mmsg.SENDMMSG, sender.fileno(), batch.vec, n, 0))
    timeout = mmsg.Timespec(1, 0)
    emptying = mmsg.Batch(64).every()
    for n in RECEIVES:
        mmsg.syscall(mmsg.RECVMMSG, receiver.fileno(), emptying.vec, 64, socket.MSG_DONTWAIT, 0)
        sender.send(b"x")
        timeout.nsec = 2000000000 if n == max(RECEIVES) else 0
        batch = mmsg.Batch(n).every()
        print(n, mmsg.syscall(mmsg.RECVMMSG, receiver.fileno(), batch.vec, n, socket.MSG_DONTWAIT,
                              ctypes.addressof(timeout)))


def every_argument(c):
    rows = SENDS | RECEIVES
    command = traced.command("each_argument", __file__)
    plain = subprocess.run(command, capture_output=True, timeout=live.PATIENCE, check=True).stdout
    c.equal(plain.decode().splitlines(), [f"{n} {rows[n][2]}" for n in rows], "untraced")
    said, done = enforced(c, "each_argument", [(f"s{n}", f"set: {{{rows[n][0]}}}") for n in rows],
                          [(f"s{n}", n, "sendmmsg" if n in SENDS else "recvmmsg") for n in rows])
    c.equal(said, [f"{n} {rows[n][1]}" for n in rows], "seen by the program")
    c.equal(len(done), len(rows), "told")


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("each_"):
        globals()[sys.argv[1]]()
    else:
        live.main(every_errno, every_argument, need=None)
