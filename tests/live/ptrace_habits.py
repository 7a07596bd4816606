#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What programs of other habits notice of being traced: nothing."""

import os
import pty
import re
import shlex
import subprocess
import sys

import live
import ptrace

OWN_FILTER = """
import ctypes, os, socket, struct
load, equal, give, trace, allow = 0x20, 0x15, 0x06, 0x7ff00000, 0x7fff0000
code = struct.pack("HBBI" * 5, load, 0, 0, 0, equal, 1, 0, 110, equal, 0, 1, 46, give, 0, 0, trace, give, 0, 0, allow)
buffer = ctypes.create_string_buffer(code)
program = struct.pack("HxxxxxxP", 5, ctypes.addressof(buffer))
libc = ctypes.CDLL(None, use_errno=True)
assert not libc.prctl(38, 1, 0, 0, 0) and not libc.prctl(22, 2, program, 0, 0)
one, other = socket.socketpair()
print(libc.syscall(110), ctypes.get_errno(), one.send(b"x"))
try:
    one.sendmsg([b"x"])
except OSError as error:
    print(error.errno)
"""


def own_filter(c):
    """A program whose own seccomp filter leaves calls to a tracer: they fail as when there is none."""
    with live.workspace() as directory:
        out = os.path.join(directory, "out")
        command = ["sh", "-c", f"exec {shlex.quote(sys.executable)} -c '{OWN_FILTER}' > {out}"]
        subprocess.run(command, check=True, timeout=live.PATIENCE)
        with open(out, encoding="utf-8") as file:
            untraced = file.read()
        c.equal(untraced.split(), ["-1", "38", "1", "38"], "untraced")
        ptrace.watched(c, command)
        with open(out, encoding="utf-8") as file:
            c.equal(file.read(), untraced, "traced")


SHELL = """set -m
stops() { until [ "$(jobs -s)" ]; do sleep 0.1; done; }
python3 -c 'import signal, os; signal.raise_signal(signal.SIGTSTP); print("on again")' & stops
jobs; fg; cat & stops; jobs; kill %1; wait; stty tostop; echo x & stops; jobs; fg; exit
"""


def job_control(c):
    """A shell stops and continues its jobs as ever: SIGTSTP, SIGTTIN, SIGTTOU."""
    outputs = []
    for prefix in ((), (live.TOCSIN, "run", "-q", *ptrace.PTRACE, "--")):
        with live.workspace() as directory:
            script = os.path.join(directory, "script")
            with open(script, "w", encoding="utf-8") as file:
                file.write(SHELL)
            pid, terminal = pty.fork()
            if pid == 0:
                os.execvp((*prefix, "bash")[0], (*prefix, "bash", "--norc", script))
            told = b""
            while chunk := read_all(terminal):
                told += chunk
            _, status = os.waitpid(pid, 0)
            os.close(terminal)
        words = re.findall(r"Stopped\S*|on again|Terminated|^x", told.decode(), re.M)
        outputs.append((os.waitstatus_to_exitcode(status), words))
    c.equal(outputs[1], outputs[0], "traced, and not")
    c.check(sum(word.startswith("Stopped") for word in outputs[0][1]) >= 3, f"stops: {outputs[0]}")


def read_all(terminal):
    """What it says next; nothing once nobody holds its other end."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


if __name__ == "__main__":
    live.main(own_filter, job_control, need=None)
