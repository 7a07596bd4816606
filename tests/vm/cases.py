# SPDX-License-Identifier: Apache-2.0
"""The live tests that run inside the machines, too: what tracing and enforcement do depends on the kernel, what is
copied and what a flood pushes out on its hooks."""

import os

import hooks
import python

# script → the cases that suffice in haste.
QUICK = {
    "freeze": ("rewriting_never_wins", "taking_over_the_memory"),
    "freeze_honest": ("honest_sends_are_as_ever",),
    "ptrace": ("signals_and_stops", "dies_in_call", "left_amid_a_call"),
    "ptrace_follow": ("behind_a_listener",),
    "deny": ("never_arrives",),
    "vsyscall": ("under_ptrace", "under_bpf"),
}
# Otherwise all of these and others, but cases that need what is not in the machine.
ALL = (*QUICK, "enforce", "enforce_values")
# The same, once with each hook set.
WITH_HOOKS = {
    "payload": ("content_alerts_live_and_on_replay",),
    "loss": ("attacks_survive_a_flood",),
}
# Linux 5.10 brings in no page for a frozen call: that is seen by honest programs. What is lost there is never BPF's.
NOT_ON = {"5.10": {"freeze_honest", "loss"}}
NOT_THERE = {"ptrace": ["without_privilege"], "deny": ["another_programs_hooks"]}
PROGRAMS = ("attack", "attack32", "frozen", "frozen32", "honest-sends", "honest-sends32", "redirect", "redirect32",
            "churn", "load", "turns", "vsyscall32")


class Test:
    """A script, its cases, and the hooks that it is run with."""

    def __init__(self, script, cases, hook_set="", value=""):
        self.script, self.cases, self.value = script, cases, value
        self.name = f"{script}.{hook_set}" if hook_set else script

    def line(self, directory):
        """Of /suite/live, which init.sh reads."""
        return " ".join([self.name, f"{directory}/{self.script}.py", self.value or "-", *self.cases]) + "\n"


def tests(series, quick):
    """Those of one kernel."""
    excluded = NOT_ON.get(series, ())

    def cases(script, hasty):
        return hasty[script] if quick else [f"-{case}" for case in NOT_THERE.get(script, ())]

    for script in QUICK if quick else ALL:
        if script not in excluded:
            yield Test(script, cases(script, QUICK))
    for script in WITH_HOOKS:
        for hook_set, value in hooks.of(series).items():
            if script not in excluded and not (quick and hook_set == "default"):
                yield Test(script, cases(script, WITH_HOOKS), hook_set, value)


def put(image, series, source, built, quick):
    """The interpreter, the scripts, their programs; and in /suite/live what to run, a test a line."""
    here, attacks = os.path.join(source, "tests/live"), os.path.join(source, "tests/attacks")
    interpreter = python.put(image, [*ALL, *WITH_HOOKS, "traced"], [here, attacks])
    image.text("bin/python3", f'#!/bin/sh\nexec {interpreter} "$@"\n', 0o755)
    for name in PROGRAMS:
        image.file(f"bin/{name}", os.path.join(built, name))
    image.text("suite/live", "".join(test.line(here) for test in tests(series, quick)))


def judge(series, result, quick):
    """Prints what each script said; returns what is wrong."""
    wrong = []
    for test in tests(series, quick):
        said = result.files.get(f"live.{test.name}", b"").decode(errors="replace")
        status = result.files.get(f"live.{test.name}.status", b"").decode().strip() or "never ended"
        for line in said.splitlines():
            print(f"| {series} {test.name} | {line} |")
        if status not in ("0", "77"):
            wrong.append(f"{series}: {test.name}: status {status}\n{said}")
    return wrong
