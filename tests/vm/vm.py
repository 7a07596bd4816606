#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the attacks on other kernels, in virtual machines under software emulation: prints what each raised
by kernel and hook set, and fails where that is less than what was recorded. Runs the live tests of tracing and
enforcement there, too, and those of what depends on the hooks."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

SOURCE = Path(os.environ.get("TOC_SOURCE_DIR", Path(__file__).resolve().parent.parent.parent))
sys.path.insert(0, str(SOURCE / "tests/attacks"))

import attacks  # noqa: E402
import cases  # noqa: E402
import hooks  # noqa: E402
import machine  # noqa: E402
import packages  # noqa: E402
import speed  # noqa: E402
import suite  # noqa: E402

SKIP = 77
# Static programs for the guest, and the kernels: kept from run to run.
PROGRAMS = SOURCE / "build/static"
KERNELS = SOURCE / "build/vm"
SECONDS = 14400  # of which a quiet machine needs a small part


def image(path, series, runs, options):
    """The initial file system: busybox, the detector, and what is wanted of the attacks, the live tests, the benchmark."""
    made = machine.Image()
    made.file("bin/busybox", shutil.which("busybox"))
    made.file("bin/tocsin", PROGRAMS / "tocsin")
    made.file("init", SOURCE / "tests/vm/init.sh")
    for name in ("signatures", "rules"):
        made.tree(f"etc/tocsin/{name}", SOURCE / name)
    if "attacks" in options.parts:
        attacks.put(made, series, SOURCE, PROGRAMS, suite.PACK, runs)
    if "live" in options.parts:
        cases.put(made, series, SOURCE, PROGRAMS, options.quick)
    if "bench" in options.parts:
        speed.put(made, SOURCE, PROGRAMS)
    for name in ("proc", "sys", "dev", "tmp"):
        made.directory(name)
    made.write(path)


def keep(result, directory):
    """Leaves the files that the machine made in a directory, to be looked at."""
    os.makedirs(directory, exist_ok=True)
    for name, content in (*result.files.items(), ("console", result.console.encode())):
        with open(os.path.join(directory, name), "wb") as file:
            file.write(content)


def boot(series, runs, options):
    """What one kernel gave."""
    print(f"{series}: begins", file=sys.stderr, flush=True)
    kernel = packages.kernel(str(KERNELS), series)
    with tempfile.TemporaryDirectory(prefix="tocsin-vm-") as directory:
        initial = os.path.join(directory, "initrd.gz")
        image(initial, series, runs, options)
        result = machine.boot(kernel, initial, directory, SECONDS,
                              machine.COUNTED if "bench" in options.parts else machine.FAST)
    if options.keep:
        keep(result, os.path.join(options.keep, series))
    return result


def one(series, runs, coverage, options):
    """Boots one kernel and judges all that it gave; returns what is wrong, and what the attacks raised
    as [(hook set, release, [(run, raised)])]."""
    result = boot(series, runs, options)
    if not result.files:
        return [f"{series}: the machine gave no results; its console ends:\n{result.console[-3000:]}"], []
    wrong = [f"{series}: the kernel said: {line}" for line in result.files["dmesg"].decode().splitlines()]
    seen = []
    for name in hooks.of(series) if "attacks" in options.parts else ():
        more, raised = attacks.judge(series, name, runs, result, coverage)
        wrong += more
        seen.append((f"{series} {name}", result.files["kernel"].decode().strip(), raised))
    if "live" in options.parts:
        wrong += cases.judge(series, result, options.quick)
    if "bench" in options.parts:
        wrong += speed.judge(series, result)
    return wrong, seen


def arguments(table):
    parser = argparse.ArgumentParser(prog="vm.py", description=__doc__)
    parser.add_argument("kernels", nargs="*", metavar="KERNEL", help=", ".join(packages.SERIES))
    parser.add_argument("--quick", action="store_true", help="64-bit programs' own convention alone")
    parser.add_argument("--part", action="append", choices=("attacks", "live", "bench"), dest="parts",
                        help="only that; bench: what watching costs with each hook set")
    parser.add_argument("--only", metavar="NAME,…", help="these attacks; with --update the others stay as recorded")
    parser.add_argument("--keep", metavar="DIR", help="leave there what the machines gave")
    parser.add_argument("--update", action="store_true", help="record what was raised, if it is not less")
    parser.add_argument("--accept-worse", action="store_true", help="with --update: also what is less")
    options = parser.parse_args()
    options.parts = options.parts or ["attacks", "live"]
    options.only = options.only.split(",") if options.only else list(table)
    for what, given, known in (("kernel", options.kernels, packages.SERIES), ("attack", options.only, table)):
        if set(given) - set(known):
            parser.error(f"no such {what}: {', '.join(sorted(set(given) - set(known)))} (there are {', '.join(known)})")
    return options


def wanted_runs(table, options):
    """In haste those of 64-bit programs in their own convention."""
    runs = [run for name in options.only for run in table[name].runs()]
    # Races last: an emulated machine takes long to read what they leave in the ring.
    runs.sort(key=lambda run: run.attack.luck)
    return [run for run in runs if run.place == "64 native"] if options.quick else runs


def main():
    _, table = suite.load()
    options = arguments(table)
    lack = machine.missing()
    if lack:
        print("skipped:", lack)
        return SKIP
    coverage = suite.Coverage(options.update and options.accept_worse)
    runs = wanted_runs(table, options)
    wrong, skipped = [], 0
    for series in options.kernels or packages.SERIES:
        try:
            more, seen = one(series, runs, coverage, options)
        except packages.CannotFetch as error:
            print(f"skipped: {series}: package cannot be fetched: {error}")
            skipped += 1
            continue
        wrong += more
        for where, release, raised in seen if options.update else []:
            wrong += coverage.record(where, release, raised)
            coverage.write(table)
    print("\n".join(wrong), file=sys.stderr)
    if wrong:
        return 1
    return SKIP if skipped == len(options.kernels or packages.SERIES) else 0


if __name__ == "__main__":
    sys.exit(main())
