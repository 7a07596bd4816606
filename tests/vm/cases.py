# SPDX-License-Identifier: Apache-2.0
"""The live tests that run inside the machines, too: what tracing and enforcement do depends on the kernel."""

import os

import python

# script → the cases that suffice in haste.
QUICK = {
    "freeze": ("rewriting_never_wins", "taking_over_the_memory"),
    "freeze_honest": ("honest_sends_are_as_ever",),
    "ptrace": ("signals_and_stops", "dies_in_call", "left_amid_a_call"),
    "ptrace_follow": ("behind_a_listener",),
    "deny": ("never_arrives",),
}
# Otherwise all of these and others, but cases that need what is not in the machine.
ALL = (*QUICK, "enforce", "enforce_values")
# Linux 5.10 brings in no page for a frozen call: that is seen by honest programs.
NOT_ON = {"5.10": {"freeze_honest"}}
NOT_THERE = {"ptrace": ["without_privilege"], "deny": ["another_programs_hooks"]}
PROGRAMS = ("attack", "attack32", "frozen", "frozen32", "honest-sends", "honest-sends32", "redirect", "redirect32",
            "churn", "load")


def _scripts(series, quick):
    return [script for script in (QUICK if quick else ALL) if script not in NOT_ON.get(series, ())]


def put(image, series, source, built, quick):
    """The interpreter, the scripts, their programs; and in /suite/live what to run, a script a line."""
    here, attacks = os.path.join(source, "tests/live"), os.path.join(source, "tests/attacks")
    interpreter = python.put(image, [*ALL, "traced"], [here, attacks])
    image.text("bin/python3", f'#!/bin/sh\nexec {interpreter} "$@"\n', 0o755)
    for name in PROGRAMS:
        image.file(f"bin/{name}", os.path.join(built, name))
    lines = []
    for script in _scripts(series, quick):
        chosen = QUICK[script] if quick else [f"-{case}" for case in NOT_THERE.get(script, ())]
        lines.append(" ".join([script, f"{here}/{script}.py", *chosen]) + "\n")
    image.text("suite/live", "".join(lines))


def judge(series, result, quick):
    """Prints what each script said; returns what is wrong."""
    wrong = []
    for script in _scripts(series, quick):
        said = result.files.get(f"live.{script}", b"").decode(errors="replace")
        status = result.files.get(f"live.{script}.status", b"").decode().strip() or "never ended"
        for line in said.splitlines():
            print(f"| {series} {script} | {line} |")
        if status not in ("0", "77"):
            wrong.append(f"{series}: {script}.py: status {status}\n{said}")
    return wrong
