#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ptrace source gives the events that BPF gives of the same calls, and the alerts that follow from
what it can see."""

import os
import sys

import live
import traced

sys.path.insert(0, os.path.join(os.path.dirname(live.HERE), "attacks"))
import suite  # noqa: E402

PTRACE = ("--source", "ptrace")
# The attacks cannot look for leaks of their own while they are traced.
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"


# ---- The same calls under both ----

# What only one of the two can know, or each in its own way: path, why.
OWN = {
    "event.call": "numbered by each", "event.seq": "numbered by each", "event.cpu": "one tracer",
    "event.time": "the stop comes first", "event.duration_ns": "with the stop",
    "proc.traced": "BPF sees the other one's tracing", "proc.id": "made of start_ns",
    "proc.start_ns": "/proc tells it to a clock tick",
    "batch.kernel_seen": "kernel witness", "batch.bytes": "kernel witness",
    "msgs.kernel": "kernel witness", "msgs.changed_kernel": "kernel witness",
    "msgs.changed": "union with changed_kernel", "msgs.peer": "from the kernel first",
    "msgs.peer_from": "from the kernel first",
}


def calls(path):
    """Calls by thread, in their order."""
    found = {}
    for event in live.events(path):
        if event["event"]["name"] in traced.CALLS:
            found.setdefault(event["proc"]["tid"], []).append(event)
    return found


def differing(bpf, ptrace, path=""):
    if path in OWN or (path in LATE and (bpf is None or ptrace is None)):
        return []
    if isinstance(bpf, dict) and isinstance(ptrace, dict):
        return [d for key in sorted(bpf.keys() | ptrace.keys())
                for d in differing(bpf.get(key), ptrace.get(key), f"{path}.{key}".lstrip("."))]
    if isinstance(bpf, list) and isinstance(ptrace, list) and len(bpf) == len(ptrace):
        return [d for one, other in zip(bpf, ptrace) for d in differing(one, other, path)]
    return [] if bpf == ptrace else [f"{path}: bpf {bpf!r}, ptrace {ptrace!r}"]


# Asked of /proc by whoever reads the records: of a process that is gone by then, not known.
LATE = ("proc.exe", "proc.cgroup", "proc.container", "proc.parent.exe")


def cut(event, n):
    """How far messages are looked at again follows the kernel's witness where there is one: those
    that went, and that the return value does not tell of, are left out."""
    for msg in event["msgs"][n:]:
        for key in ("exit", "changed_exit"):
            msg.pop(key, None)


def both(directory, command):
    """The recordings of one run watched by both: BPF looks at what ptrace stops."""
    paths = [os.path.join(directory, name) for name in ("bpf", "ptrace")]
    inner = [live.TOCSIN, "record", "-q", *PTRACE, "-o", paths[1], "--", *command]
    done = live.tocsin("record", "-q", "--source", "bpf", "-o", paths[0], "--", *inner)
    return done, [calls(path) for path in paths]


def compare(c, where, command):
    with live.workspace() as directory:
        done, (bpf, ptrace) = both(directory, command)
        c.equal(done.returncode, 0, f"{where}: {done.stderr.decode()}")
        c.equal({tid: len(v) for tid, v in ptrace.items()},
                {tid: len(v) for tid, v in bpf.items()}, f"{where}: calls by thread")
        c.check(bpf, f"{where}: no calls")
        for tid in bpf.keys() & ptrace.keys():
            for one, other in zip(bpf[tid], ptrace[tid]):
                ret = max(one["event"]["ret"], 0)
                if one["batch"].get("kernel_seen", 0) > ret:
                    cut(one, ret)
                    cut(other, ret)
                for d in differing(one, other)[:5]:
                    c.check(False, f"{where}: {d}")
                ticks = (one["proc"]["start_ns"] // 10**7, other["proc"]["start_ns"] // 10**7)
                c.equal(*ticks, f"{where}: start in ticks")


def runs(*places):
    """What has the batch calls for its means and needs no second process: (run, command)."""
    other = ("single-", "uring", "ring-", "traced", "user-", "segments-")
    alone = {"served-page", "write", "supervised", "passed-socket", "flooded", "orphan-thread",
             "short-lived", "crowded", "long-wait", "close-race", "receive-1500"}
    for attack in suite.load()[1].values():
        # Of a race, two looks have two results.
        if attack.luck or attack.name.startswith(other) or attack.name in alone:
            continue
        for run in attack.runs():
            command = live.attack(attack.name, run.convention, run.honest, int(run.bits))
            if command and run.place in places:
                yield run, command


def same_events_as_bpf(c):
    for run, command in runs("64 native", "64 socketcall", "32 native"):
        compare(c, str(run), command)


# Signatures that ptrace is blind to: they look at the kernel's witness.
BLIND = {"mmsg-destination-rewritten", "mmsg-sent-more-than-returned", "mmsg-unreadable-at-entry",
         "mmsg-destination-restored", "mmsg-received-more-than-returned", "mmsg-beyond-capture",
         "mmsg-reflection"}


def alerts_without_kernel_witness(c):
    for run, command in runs("64 native"):
        with live.workspace() as directory:
            seen = live.watch(directory, command, *PTRACE, "--rules", suite.PACK)
            c.equal(seen.status, 0, f"{run}: {seen.stderr}")
            restored = run.attack.row == "2"  # only the kernel's witness differs
            problem = run.wrong(seen.ids() - {"mmsg-traced-caller"},
                                set() if restored else run.attack.must - BLIND)
            c.check(not problem, f"{run}: {problem}")
            c.check(seen.balanced(), f"{run}: {seen.stats['events']}")
            again = live.replay(seen.recording, "--rules", suite.PACK)
            c.equal((again.returncode, again.stdout), (0, seen.stdout), f"{run}: replay")


if __name__ == "__main__":
    live.main(same_events_as_bpf, alerts_without_kernel_witness)
