#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls of a 32-bit program by the vdso's entry, whose instruction takes the sixth argument from the stack: sysenter, or
AMD's syscall."""

import os
import re
import subprocess

import live

# Each call differs in these from the other of its kind.
OWN = ("call", "seq", "cpu", "time", "duration_ns", "lost_before")


def told(event):
    """What two calls with the same arguments have in common."""
    event["event"] = {name: value for name, value in event["event"].items() if name not in OWN}
    return event


def sixth_argument(c, source, program):
    with live.workspace() as directory:
        path = os.path.join(directory, "calls")
        done = live.tocsin("record", "-q", "--source", source, "-o", path, "--", program)
        c.equal(done.returncode, 0, f"{source}: {done.stderr.decode()}")
        # There writes a program that is recorded.
        instruction, at = re.search(r"^(\w+) (0x[0-9a-f]+)$", done.stderr.decode(), re.M).groups()
        calls = [told(event) for event in live.events(path) if event["event"]["name"] in ("sendto", "recvfrom")]
    c.equal([(e["event"]["name"], e["event"]["abi"], e["event"]["via"], e["event"]["nr"], e["event"]["ret"])
             for e in calls],
            2 * [("sendto", "i386", "syscall", 369, 5), ("recvfrom", "i386", "syscall", 371, 5)],
            f"{source}, {instruction}: calls")
    for first, (sent, received) in ((0, calls[:2]), (2, calls[2:])):
        c.equal(sent["args"]["addrlen"], 16, f"{source}, {instruction}, from {first}: size of the destination")
        c.equal(sent["msgs"][0]["enter"]["name"].get("ip"), "127.0.0.1", f"{source}, {instruction}: destination")
        c.equal(received["args"]["addrlen"], at, f"{source}, {instruction}, from {first}: where the size is")
        c.equal(received["msgs"][0]["enter"]["name"]["len"], 16, f"{source}, {instruction}: room for the sender")
    # Before the first send its socket had no port.
    for event in calls:
        event["sock"].pop("local", None)
    c.equal(calls[:2], calls[2:], f"{source}: by {instruction} and by int 0x80")
    print(source, instruction)


def under_bpf(c):
    live.need_bpf()
    sixth_argument(c, "bpf", live.program("vsyscall32"))


def under_ptrace(c):
    sixth_argument(c, "ptrace", live.program("vsyscall32"))


def need_program():
    program = live.program("vsyscall32")
    if not program:
        live.skip("no 32-bit programs can be built")
    if subprocess.run([program], stdout=subprocess.DEVNULL).returncode == live.SKIP:
        live.skip("this kernel gives 32-bit programs no AT_SYSINFO")


if __name__ == "__main__":
    live.main(under_ptrace, under_bpf, need=need_program)
