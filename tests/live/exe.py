#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which program it was: also of those that are gone at once, mounted elsewhere, or without a name.

exe.py child HOW PROGRAM… runs the program in such a way.
"""

import json
import os
import shutil
import socket
import subprocess
import sys

import live
import mmsg

ATTACK = live.attack("kernel-pointer")
TIMES = 50


def by_descriptor(fd, program):
    with open(program[0], "rb") as file:
        os.write(fd, file.read())
    held = os.open(f"/proc/self/fd/{fd}", os.O_RDONLY)
    os.close(fd)
    return held


def deleted(program):
    copy = program[0] + ".gone"
    shutil.copy(program[0], copy)
    fd = os.open(copy, os.O_RDONLY)
    os.unlink(copy)
    os.execve(fd, program, {})


def memory(program):
    os.execve(by_descriptor(os.memfd_create("tool"), program), program, {})


def mounted(program):
    """In mount namespaces of its own, the directory within another place."""
    directory, name = os.path.split(program[0])
    place = os.path.join(os.path.dirname(directory), "mounted here")
    os.makedirs(place, exist_ok=True)
    script = 'mount --bind "$0" "$1" && cd / && shift && exec "$@"'
    os.execvp("unshare", ["unshare", "-m", "sh", "-c", script, directory, place,
                          os.path.join(place, name), *program[1:]])


def forked(_program):
    """Never a program of its own."""
    if os.fork() == 0:
        batch = mmsg.Batch(1).every(name=mmsg.inet("127.0.0.1", 9))
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 1, 0)
        os._exit(0)
    os.wait()


def deeper(program):
    """Where no path leads to as a whole."""
    place, name = os.path.split(program[0])
    os.chdir(place)
    for _ in range(3):
        os.mkdir("f" * 200)
        os.chdir("f" * 200)
    shutil.copy(os.path.join(place, name), name)
    os.execv(name, [name, *program[1:]])


def raw(_program):
    batch = mmsg.Batch(1).every(name=mmsg.inet("127.0.0.1", 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
    mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 1, 0)


HOWS = {f.__name__: f for f in (deleted, memory, mounted, forked, deeper, raw)}


def calls(directory, command):
    """The calls of a run, whose live alerts are those of its replay."""
    run = live.watch(directory, command)
    again = live.replay(run.recording)
    alerts = [a for a in run.alerts() if a["kind"] == "alert"]
    replayed = [a for a in map(json.loads, again.stdout.splitlines()) if a["kind"] == "alert"]
    assert alerts == replayed, (alerts, replayed)
    assert run.balanced(), run.stats
    found = [e for e in live.returned(live.events(run.recording)) if "sock" in e]
    assert found, run.stderr
    return found


def check(directory, command, exe, parent=None, times=1):
    found = calls(directory, command)
    assert {e["proc"].get("exe") for e in found} == {exe}, [e["proc"] for e in found]
    assert not parent or {e["proc"]["parent"].get("exe") for e in found} == {parent}, found
    assert len({e["proc"]["pid"] for e in found}) == times
    return found


def test_gone_at_once(directory, program):
    loop = f'for i in $(seq {TIMES}); do "$@"; done; true'
    check(directory, ["sh", "-c", loop, "sh", *program], program[0],
          os.path.realpath(shutil.which("sh")), TIMES)


def test_odd(directory, program):
    me = [sys.executable, os.path.abspath(__file__), "child"]
    check(directory, [*me, "deleted", *program], program[0] + ".gone (deleted)")
    check(directory, [*me, "memory", *program], "/memfd:tool (deleted)")
    python = os.path.realpath(sys.executable)
    check(directory, [*me, "forked", *program], python, python)
    if subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0:
        place = os.path.join(os.path.dirname(os.path.dirname(program[0])), "mounted here")
        check(directory, [*me, "mounted", *program],
              os.path.join(place, os.path.basename(program[0])))


def test_deep(directory, program):
    """As deep as /proc tells, and beyond: that is counted."""
    deep = os.path.join(directory, *(["d"] * 700), *(["e" * 200] * 12))
    subprocess.run(["mkdir", "-p", deep], check=True)
    check(directory, [shutil.copy(program[0], deep), *program[1:]],
          os.path.join(deep, os.path.basename(program[0])))
    me = [sys.executable, os.path.abspath(__file__), "child", "deeper"]
    run = live.watch(directory, [*me, os.path.join(deep, os.path.basename(program[0])), *program[1:]])
    proc = next(e["proc"] for e in live.events(run.recording) if "sock" in e)
    assert "exe" not in proc and proc["exe_ino"], proc
    assert run.stats["events"]["unidentified"] == 1, run.stats


def cgroup_root():
    with open("/proc/mounts", encoding="utf-8") as mounts:
        return next((line.split()[1] for line in mounts if line.split()[2] == "cgroup2"), None)


def test_cgroup(directory, program):
    """A cgroup of its own for each process, gone with it."""
    root = cgroup_root()
    base = f"tocsin-exe-{os.getpid()}"
    try:
        os.mkdir(os.path.join(root, base))
    except (OSError, TypeError) as error:
        print("no cgroup can be made here:", error)
        return
    enter = 'echo 0 >"$0/cgroup.procs"; exec "$@"'
    each = f'mkdir "$0/c$i"; sh -c \'{enter}\' "$0/c$i" "$@"; rmdir "$0/c$i"'
    try:
        found = calls(directory, ["sh", "-c", f"for i in $(seq {TIMES}); do {each}; done; true",
                                  os.path.join(root, base), *program])
    finally:
        os.rmdir(os.path.join(root, base))
    got = [e["proc"].get("cgroup") for e in found]
    assert got == [f"/{base}/c{i + 1}" for i in range(TIMES)], got


def test_raw(directory, program):
    me = [sys.executable, os.path.abspath(__file__), "child"]
    for event in calls(directory, [*me, "raw", *program]):
        assert event["sock"]["type"] == "raw", event
        assert "port" not in event["sock"]["local"], event


def main():
    live.need_bpf()
    if not ATTACK:
        live.skip("the attacks were not built")
    with live.workspace() as directory:
        directory = os.path.realpath(directory)
        os.mkdir(os.path.join(directory, "bin"))
        program = [shutil.copy(ATTACK[0], os.path.join(directory, "bin")), *ATTACK[1:]]
        test_gone_at_once(directory, program)
        test_odd(directory, program)
        test_deep(directory, program)
        test_cgroup(directory, program)
        test_raw(directory, program)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        HOWS[sys.argv[2]](sys.argv[3:])
    else:
        main()
