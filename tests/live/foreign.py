#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Another program's socket address hook rewrites destinations, as load balancers do: no attack.

foreign.py child IP PORT sends to an address that its cgroup's hook turns into another.
"""

import ctypes
import os
import socket
import struct
import sys

import live
import mmsg
import scope

BPF, PROG_LOAD, PROG_ATTACH, PROG_DETACH = 321, 5, 8, 9
CGROUP_SOCK_ADDR, UDP4_SENDMSG = 18, 14
ALLOW_MULTI = 2
SHOWN = "127.0.0.1"
USED = "127.0.0.2"


def bpf(command, fields, attr):
    """attr as packed bytes; the kernel wants the rest of the union to be zero."""
    buffer = ctypes.create_string_buffer(attr, 144)
    ret = mmsg.syscall(BPF, command, ctypes.addressof(buffer), len(attr))
    if ret < 0:
        raise OSError(-ret, f"bpf {fields}: {os.strerror(-ret)}")
    return ret


def instruction(code, dst=0, src=0, off=0, imm=0):
    return struct.pack("=BBhi", code, src << 4 | dst, off, imm)


def rewriter():
    """user_ip4 = USED; let it pass."""
    address = struct.unpack("=i", socket.inet_aton(USED))[0]
    code = ctypes.create_string_buffer(
        instruction(0xb4, dst=2, imm=address)          # w2 = address
        + instruction(0x63, dst=1, src=2, off=4)       # *(u32 *)(ctx + user_ip4) = w2
        + instruction(0xb7, dst=0, imm=1)              # r0 = 1
        + instruction(0x95))                           # exit
    licence = ctypes.create_string_buffer(b"Apache-2.0")
    log = ctypes.create_string_buffer(4096)
    return bpf(PROG_LOAD, "load", struct.pack(
        "=IIQQIIQII16sII", CGROUP_SOCK_ADDR, 4, ctypes.addressof(code), ctypes.addressof(licence),
        1, len(log), ctypes.addressof(log), 0, 0, b"test_rewriter", 0, UDP4_SENDMSG))


def attached(cgroup_fd, program, command=PROG_ATTACH):
    bpf(command, "attach", struct.pack("=IIII", cgroup_fd, program, UDP4_SENDMSG,
                                       ALLOW_MULTI if command == PROG_ATTACH else 0))


def child(port):
    """The socket is made inside the cgroup, so that its hooks apply."""
    with open(os.environ["CGROUP"] + "/cgroup.procs", "w", encoding="utf-8") as file:
        file.write(str(os.getpid()))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    batch = mmsg.Batch(3).every(name=mmsg.inet(SHOWN, port))
    assert mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 3, 0) == 3


def send_in(c, path, program):
    """One honest batch in the cgroup, with the hook or without; the run and its event."""
    with live.workspace() as directory, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind((USED if program else SHOWN, 0))
        receiver.settimeout(2)
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        if program:
            attached(fd, program)
        try:
            os.environ["CGROUP"] = path
            run = live.watch(directory, [sys.executable, __file__, "child",
                                         str(receiver.getsockname()[1])])
        finally:
            if program:
                attached(fd, program, PROG_DETACH)
            os.close(fd)
        c.equal(run.status, 0, run.stderr)
        if program:
            receiver.recv(100)
        again = live.replay(run.recording)
        c.equal((again.returncode, again.stdout), (0, run.stdout), "the replay")
        found = [e for e in live.events(run.recording) if e["event"]["name"] == "sendmmsg"]
        c.equal(len(found), 1, "calls")
        return run, found[0]


def rewritten_by_another_hook(c):
    program = rewriter()
    with scope.new_cgroup() as path:
        run, event = send_in(c, path, program)
        for message in event["msgs"]:
            c.equal(message["enter"]["name"]["ip"], SHOWN, "the address at entry")
            c.equal(message["kernel"]["name"]["ip"], USED, "the address the kernel used")
            c.equal(message["changed_kernel"], ["name"], "changed_kernel")
            c.equal(message["kernel"].get("foreign_bpf"), True, "foreign_bpf")
        c.equal(run.alerts(), [], "alerts")
    os.close(program)


def without_one(c):
    with scope.new_cgroup() as path:
        run, event = send_in(c, path, None)
        for message in event["msgs"]:
            c.equal(message["changed_kernel"], [], "changed_kernel")
            c.check(not message["kernel"].get("foreign_bpf"), "foreign_bpf without a foreign hook")
        c.equal(run.alerts(), [], "alerts")


def doctor_lists_it(c):
    """Wherever it is attached."""
    program = rewriter()
    with scope.new_cgroup() as path:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        attached(fd, program)
        try:
            done = live.tocsin("doctor")
            c.equal(done.returncode, 0, done.stderr.decode())
            c.check(b"test_rewriter" in done.stdout, f"not listed:\n{done.stdout.decode()}")
        finally:
            attached(fd, program, PROG_DETACH)
            os.close(fd)
    os.close(program)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(int(sys.argv[2]))
    else:
        live.main(rewritten_by_another_hook, without_one, doctor_lists_it)
