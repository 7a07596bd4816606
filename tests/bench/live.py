#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What watching costs the watched: each load untraced and under the detector, in turns.

The load runs on one processor, the detector on another. Ratios and differences are of medians; the
spread is that of the untraced rounds. Nothing here fails because of a figure.
"""

import os
import statistics
import subprocess
import sys

TOCSIN = os.environ["TOCSIN"]
LOAD = os.path.join(os.environ["TOC_BUILD_DIR"], "tests/bench/load")
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))

# load → (what is compared, the aim)
AIMS = {
    "send8": ("ratio", 1.30),
    "recv8": ("ratio", 1.50),
    "emptiest": ("added ns", 120),
    "idle1024": ("added ns", 3000),
    "unrelated": ("added ns", 60),
}



def untraced(load):
    done = subprocess.run(["taskset", "-c", "0", LOAD, load], capture_output=True, check=True, text=True)
    return float(done.stderr.split()[-1])


def watched(load):
    done = subprocess.run(
        ["taskset", "-c", "1", TOCSIN, "run", "-q", "--", "taskset", "-c", "0", LOAD, load],
        capture_output=True, text=True)
    figures = [word for word in done.stderr.split("\n") if word.replace(".", "", 1).isdigit()]
    if not figures:
        sys.exit(f"no figure from the watched load: {done.stderr}")
    return float(figures[0])


def main():
    print(f"{'load':<10} {'untraced':>9} {'min':>8} {'max':>8} {'watched':>9} {'ratio':>6} {'added':>7}  aim")
    for load, (kind, aim) in AIMS.items():
        base, seen = [], []
        for _ in range(ROUNDS):
            base.append(untraced(load))
            seen.append(watched(load))
        b, w = statistics.median(base), statistics.median(seen)
        ok = (w / b if kind == "ratio" else w - b) <= aim
        print(f"{load:<10} {b:9.1f} {min(base):8.1f} {max(base):8.1f} {w:9.1f} {w / b:6.2f} {w - b:7.1f}  "
              f"{kind} <= {aim}: {'pass' if ok else 'short'}", flush=True)


if __name__ == "__main__":
    main()
