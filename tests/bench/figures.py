# SPDX-License-Identifier: Apache-2.0
"""What benchmarks written in Python share: how a figure is told, and how much is asked for."""

import json
import os

SMOKE = "TOC_BENCH_SMOKE" in os.environ
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "1" if SMOKE else "7"))


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
