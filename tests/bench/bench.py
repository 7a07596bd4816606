#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks and prints one table: each figure beside its baseline of the same run, and its aim.

A benchmark prints a line of JSON for each figure, on standard output, among lines that are not JSON:

    {"figure": "live.default.send8", "values": [9100.0, …], "base": [7600.0, …], "base_is": "untraced",
     "peers": {"strace": [190000.0, …]}, "note": "12 lost"}

`base` are the rounds of the baseline, which alternate with those of the figure; `peers` are others' costs in the same
rounds, told as their ratio to the baseline. All but the first two may be left out. What a figure means and what it
should be is a row of targets.py. Exit 77 of a benchmark: it cannot be tried here.

bench.py [--smoke] [--json FILE] [PROGRAM…]   --smoke: the smallest run of each, only to see that they work
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

from targets import ADDED, PROGRAMS, RATIO, TARGETS

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ["TOC_BUILD_DIR"])
COLUMNS = "{:<42} {:>10} {:>21} {:>10} {:>9} {:>9}  {:<6} {}"


def parse(line):
    """The figure that a line tells, or None."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and "figure" in told else None


def run(name, smoke):
    """(figures, words for why there are none) of one benchmark."""
    command = [part.format(bench=BUILD / "tests/bench", here=HERE) for part in PROGRAMS[name]]
    env = dict(os.environ, TOC_BENCH_SMOKE="1") if smoke else os.environ
    print(f"bench: {name}", file=sys.stderr)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=env, check=False)
    figures = [figure for figure in map(parse, done.stdout.splitlines()) if figure]
    if done.returncode == 77:
        return figures, "cannot be tried here"
    return figures, f"FAILED with status {done.returncode}" if done.returncode else ""


def judged(target, told):
    """The row of the table, as it stands in the JSON file too; None: nothing can be compared with such a baseline."""
    median = statistics.median(told["values"])
    base = statistics.median(told["base"]) if told.get("base") else None
    if base is not None and base <= 0 and (target.kind == RATIO or told.get("peers")):
        return None
    held = {RATIO: lambda: median / base, ADDED: lambda: median - base}.get(target.kind, lambda: median)()
    passed = None
    if target.aim is not None:
        passed = held >= target.aim if target.least else held <= target.aim
    return {
        "figure": target.figure, "what": target.what, "unit": target.unit, "kind": target.kind,
        "median": median, "min": min(told["values"]), "max": max(told["values"]), "rounds": len(told["values"]),
        "base": base, "base_is": told.get("base_is", ""), "ratio": median / base if base else None,
        "held": held, "aim": target.aim, "least": target.least, "pass": passed,
        "peers": {peer: statistics.median(values) / base for peer, values in told.get("peers", {}).items()},
        "note": told.get("note", "")}


def number(value, digits=3):
    """Short, and never in powers of ten."""
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:.{digits}g}"


def line(row):
    """A row as text."""
    sign = ">=" if row["least"] else "<="
    held = number(row["held"]) + ("x" if row["kind"] == RATIO else "")
    aim = "" if row["aim"] is None else f"{'+' if row['kind'] == ADDED else ''}{sign}{row['aim']:g}"
    verdict = {None: "", True: "pass", False: "SHORT"}[row["pass"]]
    beside = [f"{peer} {number(ratio)}x" for peer, ratio in row["peers"].items()]
    words = "; ".join(filter(None, [row["base_is"] and f"beside {row['base_is']}", *beside, row["note"]]))
    spread = f"{number(row['min'])}-{number(row['max'])} {row['unit']}"
    return COLUMNS.format(row["what"], number(row["median"]), spread, number(row["base"]),
                          ("+" if row["kind"] == ADDED and row["held"] >= 0 else "") + held, aim, verdict, words)


def measure(names, smoke):
    """Runs the benchmarks. (rows, why a target has none, what is wrong with the benchmarks)."""
    rows, missing, wrong = [], {}, []
    for name in names:
        targets = {target.figure: target for target in TARGETS if target.program == name}
        figures, why = run(name, smoke)
        told = {figure["figure"]: figure for figure in figures}
        wrong += [f"{name}: {why}"] if why.startswith("FAILED") else []
        wrong += [f"{name}: no row for the figure {figure}" for figure in told.keys() - targets.keys()]
        for figure, target in targets.items():
            row = judged(target, told[figure]) if figure in told else None
            if row:
                rows.append(row)
                print(line(row), flush=True)
            elif figure in told:
                missing[figure] = "the baseline took less time than can be measured"
            else:
                missing[figure] = why or ("not here" if target.optional else "no figure")
                wrong += [] if why or target.optional else [f"{name}: the figure {figure} is missing"]
    return rows, missing, wrong


def main():
    """Prints the table and writes the file."""
    parser = argparse.ArgumentParser(description="Benchmarks, each beside its baseline of the same run.")
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help=" ".join(PROGRAMS))
    parser.add_argument("--smoke", action="store_true", help="only see that each works")
    parser.add_argument("--json", default=BUILD.parent / "bench.json", metavar="FILE")
    args = parser.parse_args()
    unknown = set(args.programs) - PROGRAMS.keys()
    if unknown:
        parser.error(f"no benchmark {' '.join(sorted(unknown))}; there are {' '.join(PROGRAMS)}")
    print(COLUMNS.format("figure", "median", "min-max", "base", "is", "aim", "", ""))
    rows, missing, wrong = measure(args.programs or list(PROGRAMS), args.smoke)
    for figure, why in missing.items():
        print(f"{figure:<42} {why}")
    for what in wrong:
        print(f"bench: {what}", file=sys.stderr)
    Path(args.json).write_text(json.dumps({
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": platform.machine(),
        "kernel": platform.release(), "cpus": os.cpu_count(), "figures": rows, "missing": missing}, indent=1) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
