#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What tracing costs the traced: each load untraced, under the ptrace source and under strace, in turns.

Both stop the load at the calls watched alone. It runs on one processor, its tracer on another.
"""

import os
import shutil
import sys

from figures import ROUNDS, SMOKE, figure_of, tell

TOCSIN = os.environ["TOCSIN"]
WATCHED = ["send8", "recv8", "emptiest"]
UNWATCHED = "unrelated"


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
                rounds[name].append(figure_of(command, load, traced=True))
        base = "strace" if "strace" in rounds and load in WATCHED else "untraced"
        peers = {name: values for name, values in rounds.items() if name not in ("tocsin", base)}
        tell(f"ptrace.{load}", rounds["tocsin"], rounds[base], base, peers,
             "" if "strace" in rounds or SMOKE else "no strace here")
    return 0


if __name__ == "__main__":
    sys.exit(main())
