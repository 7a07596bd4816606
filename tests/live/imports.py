#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is made of strace's output is what our own tracer records of the same program: the same calls in the same
order, and where strace shows a value, the same value."""

import os
import shutil
import subprocess
import sys
import tempfile

import live

os.environ["ASAN_OPTIONS"] = "detect_leaks=0"

# What differs from run to run, or that each knows in its own way.
OWN = ("event.call", "event.seq", "event.cpu", "event.time", "event.duration_ns", "proc.", "sock.local", "wait.",
       # strace shows 32 messages at most; the tracer looks at none of what is no socket.
       "batch.captured", "batch.truncated")
# Ports above that are chosen by the kernel.
FIRST_EPHEMERAL = 1024
OPTIONS = (("-f",), ("-f", "-ttt", "-T", "-yy", "-s", "128", "-n"), ("-f", "-tt", "-X", "raw", "-xx", "-v"))
# With the calls of each that come as often as it happens: receives until there is nothing more.
PROGRAMS = {"sidecalls": (), "sidecalls32": (), "honest-sends": ("recvfrom",), "honest-sends32": ("recvfrom",)}
EVENTS = ("sendmmsg,recvmmsg,recvmmsg_time32,sendmsg,recvmsg,sendto,recvfrom,connect,select,pselect6,poll,ppoll,"
          "epoll_wait,epoll_pwait,epoll_pwait2,dup2,dup3,userfaultfd,prctl,io_uring_setup,bpf")


def leaves(value, path=""):
    """Each scalar with its path; an element of a list by its place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{i}]")
    else:
        yield path, value


def varies(path, value):
    return (path.startswith(OWN) or path.endswith((".exit.nsec", ".exit.ns")) or (isinstance(value, str) and value.startswith("0x") and value != "0x0")
            or (path.endswith(".port") and value >= FIRST_EPHEMERAL))


def wrong(imported, recorded):
    """Values that strace shows and that our tracer saw otherwise."""
    ours = dict(leaves(recorded))
    for path, value in leaves(imported):
        if varies(path, value) or path not in ours or varies(path, ours[path]):
            continue
        # strace reads of an address what it needs, ptrace all of the length given.
        if ours[path] != value and not {"absent", "fault"} & {ours[path], value}:
            yield f"{path}: strace {value!r}, ptrace {ours[path]!r}"


def calls(path):
    """Of each thread in their order; not those of tocsin itself, before it became the program."""
    own, threads = os.stat(live.TOCSIN).st_ino, {}
    for event in live.returned(live.events(path)):
        if event["event"]["name"] in EVENTS.split(",") and event["proc"].get("exe_ino") != own:
            threads.setdefault(event["proc"]["tid"], []).append(event)
    return [e for events in sorted(threads.values(), key=names) for e in events]


def names(events):
    return [(e["event"]["name"], e["event"].get("ret")) for e in events]


def imported(directory, options, command):
    text, out = f"{directory}/x.strace", f"{directory}/x.tocsin"
    subprocess.run(["strace", *options, "-o", text, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   timeout=live.PATIENCE, check=False)
    done = live.tocsin("convert", text, out)
    assert done.returncode == 0 and b"cannot be read" not in done.stderr, done.stderr.decode()
    return calls(out)


def recorded(directory, command):
    out = f"{directory}/y.tocsin"
    live.tocsin("record", "--source", "ptrace", "--events", EVENTS, "-o", out, "--", *command)
    return calls(out)


def compare(command, options, without):
    """The problems with one program."""
    with tempfile.TemporaryDirectory() as directory:
        theirs, ours = ([e for e in events if e["event"]["name"] not in without]
                        for events in (imported(directory, options, command), recorded(directory, command)))
    if [e["event"]["name"] for e in theirs] != [e["event"]["name"] for e in ours]:
        return [f"strace {names(theirs)}", f"ptrace {names(ours)}"]
    assert theirs, "the program makes no call that is watched"
    return [f"{a['event']['name']} {i}: {problem}" for i, (a, b) in enumerate(zip(theirs, ours))
            for problem in wrong(a, b)]


def main():
    if not shutil.which("strace"):
        print("strace is not here")
        return live.SKIP
    failed = False
    for program, without in PROGRAMS.items():
        command = [f"{live.BUILD}/{program}"]
        for options in OPTIONS if os.path.exists(command[0]) else ():
            for problem in compare(command, options, without):
                print(program, *options, problem)
                failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main())
