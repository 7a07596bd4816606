#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What tracing costs the traced: each load untraced, under the ptrace source and under strace, in turns.

Both stop the load at the calls watched alone. It runs on one processor, its tracer on another.
"""

import os
import shutil
import subprocess
import sys

from figures import ROUNDS, SMOKE, tell

TOCSIN = os.environ["TOCSIN"]
LOAD = ["taskset", "-c", "0", os.path.join(os.environ["TOC_BUILD_DIR"], "tests/bench/bench_load")]
WATCHED = ["send8", "recv8", "emptiest"]
UNWATCHED = "unrelated"
# A traced call takes a thousand times as long as another: a hundredth of them will do.
SHORT = dict(os.environ, TOC_BENCH_SMOKE="1")


def figure_of(command, load):
    """Nanoseconds a call, as the load says on standard error."""
    done = subprocess.run([*command, *LOAD, load], capture_output=True, text=True, timeout=120, check=False,
                          env=SHORT)
    said = [word for word in done.stderr.split("\n") if word.replace(".", "", 1).isdigit()]
    if not said:
        sys.exit(f"no figure from {command} {load}: {done.stderr}")
    return float(said[-1])


def tracers():
    """name → command in front of the load."""
    on_other = ["taskset", "-c", "1"]
    found = {"untraced": [], "tocsin": [*on_other, TOCSIN, "run", "-q", "--source", "ptrace", "--"]}
    if shutil.which("strace") and not SMOKE:
        found["strace"] = [*on_other, "strace", "--seccomp-bpf", "-f", "-qq", "-e", "trace=sendmmsg,recvmmsg",
                           "-o", "/dev/null"]
    return found


def main():
    """Prints the figures of all loads: of watched calls beside strace where it is."""
    commands = tracers()
    for load in (*WATCHED, UNWATCHED):
        rounds = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                rounds[name].append(figure_of(command, load))
        base = "strace" if "strace" in rounds and load in WATCHED else "untraced"
        peers = {name: values for name, values in rounds.items() if name not in ("tocsin", base)}
        tell(f"ptrace.{load}", rounds["tocsin"], rounds[base], base, peers,
             "" if "strace" in rounds or SMOKE else "no strace here")
    return 0


if __name__ == "__main__":
    sys.exit(main())
