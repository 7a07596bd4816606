# SPDX-License-Identifier: Apache-2.0
"""What watching costs inside a machine, with each hook set: the benchmark "live" of tests/bench, its variants in turns.
An emulated processor counts instructions, as if each took a nanosecond: ratios of these are told."""

import json
import os
import statistics

import python


def put(image, source, built):
    """The interpreter, the benchmark, its load; a line of /suite/live runs it."""
    here = os.path.join(source, "tests/bench")
    interpreter = python.put(image, ["live"], [here])
    image.text("bin/python3", f'#!/bin/sh\nexec {interpreter} "$@"\n', 0o755)
    image.file("bin/tests/bench/bench_load", os.path.join(built, "tests/bench/bench_load"))
    image.text("suite/live", f"bench {here}/live.py -\n")


def judge(series, result):
    """Prints the figures; returns what is wrong."""
    said = result.files.get("live.bench", b"").decode(errors="replace")
    figures = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    for figure in figures:
        values, base = figure["values"], figure["base"]
        rounds = sorted(value / other for value, other in zip(values, base))
        print(f"| {series} | {figure['figure'].removeprefix('live.')} | {statistics.median(values) / statistics.median(base):.2f}x "
              f"| {rounds[0]:.2f}-{rounds[-1]:.2f} | of {figure['base_is']}, in instructions |")
    status = result.files.get("live.bench.status", b"").decode().strip()
    return [] if status == "0" and figures else [f"{series}: the benchmark ended with {status or 'nothing'}: {said[-600:]}"]
