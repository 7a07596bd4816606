# SPDX-License-Identifier: Apache-2.0
"""What benchmarks written in Python share: how a figure is told, and how much is asked for."""

import json
import os
import subprocess
import sys

LOAD = ["taskset", "-c", "0", os.path.join(os.environ.get("TOC_BUILD_DIR", ""), "tests/bench/bench_load")]
SMOKE = "TOC_BENCH_SMOKE" in os.environ
# Emulated machines are slow: few calls, and of what tells hook sets apart alone.
HASTE = "TOC_HASTE" in os.environ
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "1" if SMOKE else "3" if HASTE else "7"))


def tell(figure, values, base=None, base_is="", peers=None, note=""):
    """Prints the line that bench.py reads."""
    told = {"figure": figure, "values": values}
    if base:
        told |= {"base": base, "base_is": base_is}
    if peers:
        told["peers"] = peers
    if note:
        told["note"] = note
    print(json.dumps(told), flush=True)


def figure_of(command, load, traced=False):
    """Nanoseconds a call of the load under a command, as the load says on standard error."""
    # A traced call takes a thousand times as long as another: a hundredth of them will do.
    env = dict(os.environ, TOC_BENCH_SMOKE="1") if traced or HASTE else os.environ
    done = subprocess.run([*command, *LOAD, load], capture_output=True, text=True, timeout=240, check=False, env=env)
    said = [word for word in done.stderr.split("\n") if word.replace(".", "", 1).isdigit()]
    if not said:
        sys.exit(f"no figure from {command} {load}: {done.stderr}")
    return float(said[-1])
