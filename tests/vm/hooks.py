# SPDX-License-Identifier: Apache-2.0
"""The hook sets that each kernel is tried with."""

# Beside the tracepoints of calls, what gives the kernel's copy of a message; "default" has cgroup hooks, too.
BPF_SETS = {"default": "", "fentry": "fentry,length,io_uring", "kprobe": "kprobe,length,io_uring"}
# Linux 5.10 cannot load the programs.
WITHOUT_BPF = {"ptrace": ""}


def of(series):
    """name → value of --hooks."""
    return WITHOUT_BPF if series == "5.10" else BPF_SETS


def options(name, hooks):
    """Of `tocsin run`."""
    if name == "ptrace":
        return "--source ptrace"
    return f"--hooks {hooks}" if hooks else ""
