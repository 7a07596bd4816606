#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the attacks on other kernels, in virtual machines under software emulation: prints what each raised
by kernel and hook set, and fails where that is less than what was recorded. Runs the live tests of tracing and
enforcement there, too."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

SOURCE = Path(os.environ.get("TOC_SOURCE_DIR", Path(__file__).resolve().parent.parent.parent))
sys.path.insert(0, str(SOURCE / "tests/attacks"))

import cases  # noqa: E402
import machine  # noqa: E402
import packages  # noqa: E402
import suite  # noqa: E402

SKIP = 77
# Static programs for the guest, and the kernels: kept from run to run.
PROGRAMS = SOURCE / "build/static"
KERNELS = SOURCE / "build/vm"
# Beside the tracepoints, what gives the kernel's copy of a message; "default" has cgroup hooks, too.
BPF_SETS = {"default": "", "fentry": "--hooks fentry,length,io_uring", "kprobe": "--hooks kprobe,length,io_uring"}
# kernel → hook set → options of `tocsin run`. 5.10 cannot load the programs.
HOOK_SETS = {"5.10": {"ptrace": "--source ptrace"}, "6.1": BPF_SETS, "6.12": BPF_SETS}
SECONDS = 900  # of which a quiet machine needs a third


def runs_of(series, hooks, runs, quick):
    """Those made under a hook set: the first of a kernel sees every calling convention, the others the
    programs' own, and in haste that of 64 bits alone."""
    if quick:
        return [run for run in runs if run.place == "64 native"]
    if hooks == next(iter(HOOK_SETS[series])):
        return runs
    return [run for run in runs if run.convention == "native"]


def image(path, series, runs, quick):
    """The initial file system: busybox, the programs, the rules, the list of runs, the live tests."""
    made = machine.Image()
    made.file("bin/busybox", shutil.which("busybox"))
    made.file("bin/tocsin", PROGRAMS / "tocsin")
    cases.put(made, series, SOURCE, PROGRAMS, quick)
    for name in ("signatures", "rules"):
        made.tree(f"etc/tocsin/{name}", SOURCE / name)
    made.file("suite/everything.yaml", suite.PACK)
    made.file("init", SOURCE / "tests/vm/init.sh")
    made.file("suite/run.sh", SOURCE / "tests/vm/run.sh")
    made.text("suite/runs", "".join(" ".join(run.words()) + "\n" for run in runs))
    made.text("suite/hooks", "".join(f"{name} {options}\n" for name, options in HOOK_SETS[series].items() if runs))
    for hooks in HOOK_SETS[series]:
        made.text(f"suite/runs.{hooks}",
                  "".join(" ".join(run.words()) + "\n" for run in runs_of(series, hooks, runs, quick)))
    for name in ("proc", "sys", "dev", "tmp"):
        made.directory(name)
    made.write(path)


def raised_by_run(alerts):
    """path of the program, or where that is not known the numbers of the process and its parent →
    signatures raised on it."""
    raised = {}
    for line in alerts.decode(errors="replace").splitlines():
        alert = json.loads(line)
        if alert.get("kind") == "alert":
            proc = (alert.get("event") or {}).get("proc", {})
            exe = os.path.basename(proc.get("exe", ""))
            for who in [exe] if exe else [str(proc.get("pid")), str(proc.get("ppid"))]:
                raised.setdefault(who, set()).add(alert["signature"]["id"])
    return raised


def blind_signatures(result):
    doctor = json.loads(result.files.get("doctor.json") or b"{}")
    return {row["id"] for row in doctor.get("blind", [])}


def wrong_counts(hooks, stats):
    """What the closing counts show to be wrong: each call once, and a heartbeat through the whole way."""
    events = json.loads(stats)["events"]
    wrong = []
    if events["seen"] != events["filtered"] + events["handled"] + sum(events["lost"].values()):
        wrong.append(f"counts do not add up: {events}")
    if hooks != "ptrace" and not events["heartbeats"]["came"]:
        wrong.append("no heartbeat came")
    return wrong


def judge(series, hooks, runs, result, coverage):
    """Prints what each run raised under one hook set; returns what is wrong, and [(run, raised)]."""
    def text(kind):
        return result.files.get(f"{hooks}.{kind}", b"").decode(errors="replace")

    where = f"{series} {hooks}"
    if text("status").strip() != "0":
        return [f"{where}: tocsin ended with {text('status').strip() or 'nothing'}: {text('stderr')[-600:]}"], []
    wrong, seen = [f"{where}: {problem}" for problem in wrong_counts(hooks, text("stats"))], []
    ran = {tuple(line.split()[:4]): line.split(None, 6)[4:] for line in text("ran").splitlines()}
    raised = raised_by_run(result.files.get(f"{hooks}.alerts", b""))
    blind = blind_signatures(result)
    for run in runs:
        words = run.words()
        status, pid, *said = ran.get(tuple(words), ["never ran", ""])
        found = raised.get(".".join(words), set()) | raised.get(pid, set())
        told = ", ".join(sorted(found)) or ("cannot run here" if status == str(SKIP) else "none")
        print(f"| {where} | {run} | {told} |")
        if status == str(SKIP):
            continue
        if status != "0":
            wrong.append(f"{where}: {run}: status {status} {' '.join(said)}")
            continue
        seen.append((run, found))
        problem = run.wrong(found, coverage.must(where, run, blind))
        if problem:
            wrong.append(f"{where}: {run}: {problem}")
    return wrong, seen


def keep(result, directory):
    """Leaves the files that the machine made in a directory, to be looked at."""
    os.makedirs(directory, exist_ok=True)
    for name, content in (*result.files.items(), ("console", result.console.encode())):
        with open(os.path.join(directory, name), "wb") as file:
            file.write(content)


def one(series, runs, coverage, options):
    """Boots one kernel and judges all of its hook sets; returns what is wrong, and what was seen
    as [(hook set, release, [(run, raised)])]."""
    kernel = packages.kernel(str(KERNELS), series)
    with tempfile.TemporaryDirectory(prefix="tocsin-vm-") as directory:
        initial = os.path.join(directory, "initrd.gz")
        image(initial, series, runs, options.quick)
        result = machine.boot(kernel, initial, directory, SECONDS)
    if options.keep:
        keep(result, os.path.join(options.keep, series))
    if not result.files:
        return [f"{series}: the machine gave no results; its console ends:\n{result.console[-3000:]}"], []
    wrong = [f"{series}: the kernel said: {line}" for line in result.files["dmesg"].decode().splitlines()]
    seen = []
    for hooks in HOOK_SETS[series] if runs else ():
        more, raised = judge(series, hooks, runs_of(series, hooks, runs, options.quick), result, coverage)
        wrong += more
        seen.append((f"{series} {hooks}", result.files["kernel"].decode().strip(), raised))
    return wrong + cases.judge(series, result, options.quick), seen


def arguments():
    parser = argparse.ArgumentParser(prog="vm.py", description=__doc__)
    parser.add_argument("kernels", nargs="*", metavar="KERNEL", help=", ".join(packages.SERIES))
    parser.add_argument("--quick", action="store_true", help="64-bit programs' own convention alone")
    parser.add_argument("--only", metavar="NAME,…", help="these attacks; none: the live tests alone")
    parser.add_argument("--keep", metavar="DIR", help="leave there what the machines gave")
    parser.add_argument("--update", action="store_true", help="record what was raised, if it is not less")
    parser.add_argument("--accept-worse", action="store_true", help="with --update: also what is less")
    options = parser.parse_args()
    unknown = set(options.kernels) - set(packages.SERIES)
    if unknown:
        parser.error(f"no such kernel: {', '.join(sorted(unknown))}")
    return options


def main(options):
    lack = machine.missing()
    if lack:
        print("skipped:", lack)
        return SKIP
    _, attacks = suite.load()
    only = attacks if options.only is None else [name for name in options.only.split(",") if name != "none"]
    coverage = suite.Coverage(options.update and options.accept_worse)
    runs = [run for name in only for run in attacks[name].runs()]
    # Races last: an emulated machine takes long to read what they leave in the ring.
    runs.sort(key=lambda run: run.attack.luck)
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
            coverage.write(attacks)
    print("\n".join(wrong), file=sys.stderr)
    if wrong:
        return 1
    return SKIP if skipped == len(options.kernels or packages.SERIES) else 0


if __name__ == "__main__":
    sys.exit(main(arguments()))
