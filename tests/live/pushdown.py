#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls that no rule needs stay in the kernel: attacks raise what they raise without, honest calls are
filtered, and what leaves a call whole for one rule leaves it whole.

pushdown.py quiet N: N receives and sends over a unix socket, nothing about which is of interest."""

import os
import socket
import sys

import live
import mmsg



def me(*args):
    return [sys.executable, __file__, *map(str, args)]


def quiet(n):
    got, to = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    batch = mmsg.Batch(1).every()
    for _ in range(int(n)):
        mmsg.syscall(mmsg.SENDMMSG, to.fileno(), batch.vec, 1, 0)
        mmsg.syscall(mmsg.RECVMMSG, got.fileno(), batch.vec, 1, 0, 0)


def watch(directory, how, command, *options):
    return live.watch(directory, command, *options, "--push-down", how, record=False)


# Each by another fact: addresses, memory at exit, statuses, counts, sizes, pointers, the timeout.
ATTACKS = ("restore", "recv-rewrite", "cold-name", "readonly-len", "vlen-2000", "kernel-vec", "kernel-base", "timeout-later",
           "internal-flags", "tiny-buffers")


def attacks_raise_the_same(c):
    for name in ATTACKS:
        with live.workspace() as directory:
            whole = watch(directory, "never", live.attack(name))
            if whole.status == live.SKIP:
                continue
            part = watch(directory, "always", live.attack(name))
            c.check(whole.status == 0 and whole.ids(), f"{name}: {whole.stderr}")
            c.equal(part.ids(), whole.ids(), name)
            c.check(part.balanced() and whole.balanced(), f"{name}: counts do not add up")


def least(directory, ids):
    """A pack of these signatures alone: it looks at less than the one that they are from."""
    pack = os.path.join(directory, "least.yaml")
    with open(pack, "w", encoding="utf-8") as file:
        file.write(f"format: 1\npack: least\ninclude: {{ids: [{', '.join(sorted(ids))}]}}\n")
    return "--rules", pack


# Each by another witness: the kernel's addresses, its counts, the result of a message, memory at entry and exit alone.
WITNESSES = ("rewrite", "restore", "unix-restored", "readonly-len", "recv-rewrite", "cold-name", "receive-1500", "write",
             "fan-out", "reflection")


def no_hooks_but_those_needed(c):
    for name in WITNESSES:
        if not live.attack(name):
            continue
        with live.workspace() as directory:
            whole = watch(directory, "never", live.attack(name))
            if whole.status == live.SKIP:
                continue
            for one in sorted(whole.ids()):
                part = watch(directory, "always", live.attack(name), *least(directory, [one]))
                c.equal((part.status, part.ids()), (0, {one}), f"{name}: {part.stderr}")
                c.check(part.balanced(), f"{name}: counts do not add up")


def hooks_are_told(c):
    """What is attached is what the rules ask for, and everything where hooks are named."""
    asks = {"mmsg-vlen-beyond-clamp": ("", ""), "mmsg-beyond-capture": ("sock_send_length sock_recv_length", "cgroup_"),
            "mmsg-destination-rewritten": ("sock_send_length cgroup_sendmsg4", "cgroup_recvmsg")}
    if live.HOOKS or not live.hook("sock_send_length"):
        return
    for signature, (there, gone) in asks.items():
        with live.workspace() as directory:
            run = live.watch(directory, me("quiet", 1), "--push-down", "always", *least(directory, [signature]))
            hooks = live.events(run.recording)[0]["host"]["hooks"].split()
            c.check(set(there.split()) <= set(hooks), f"{signature}: {hooks}")
            c.check(not gone or not any(hook.startswith(gone) for hook in hooks), f"{signature}: {hooks}")
            run = live.watch(directory, me("quiet", 1), "--push-down", "always", "--hooks", "length,cgroup",
                             *least(directory, [signature]))
            hooks = live.events(run.recording)[0]["host"]["hooks"].split()
            c.check({"sock_recv_length", "cgroup_recvmsg4", "cgroup_connect6"} <= set(hooks), f"{signature}: {hooks}")


def what_nobody_needs_is_filtered(c):
    with live.workspace() as directory:
        run = watch(directory, "always", me("quiet", 100))
        c.equal(run.status, 0, run.stderr)
        c.check(run.stats["events"]["filtered"] >= 100, f"filtered: {run.stats['events']}")
        c.check(run.balanced(), f"counts do not add up: {run.stats['events']}")
        run = watch(directory, "never", me("quiet", 100))
        c.check(run.stats["events"]["handled"] >= 200, f"handled: {run.stats['events']}")


def what_nothing_counts_is_not_there(c):
    """Where no hook counts messages a call has no such number, and rules about it alone need no call."""
    with live.workspace() as directory:
        run = watch(directory, "always", me("quiet", 50), "--hooks", "raw", *least(directory, ["mmsg-received-more-than-returned"]))
        c.equal((run.status, run.stats["events"]["handled"]), (0, 0), run.stderr)
        c.check(run.stats["events"]["filtered"] >= 50, f"filtered: {run.stats['events']}")


def a_recording_is_whole(c):
    with live.workspace() as directory:
        run = live.watch(directory, me("quiet", 100))
        c.check(run.stats["events"]["handled"] >= 200, f"handled: {run.stats['events']}")


def by_user(directory, uid):
    pack, signature = os.path.join(directory, "p.yaml"), os.path.join(directory, "by-user.yaml")
    with open(signature, "w", encoding="utf-8") as file:
        file.write(f"""format: 1
id: by-user
title: Any batch of a user
status: stable
level: low
description: For a test.
events: [sendmmsg, recvmmsg]
when: proc.uid == {uid} && batch.requested < 5
message: "{{event.name}} {{size(msgs)}}"
tests:
  - {{name: yes, given: {{event: {{name: sendmmsg}}, proc: {{uid: {uid}}}, batch: {{requested: 1}}}}, alerts: 1}}
  - {{name: no, given: {{event: {{name: sendmmsg}}, proc: {{uid: 77}}, batch: {{requested: 1}}}}, alerts: 0}}
""")
    with open(pack, "w", encoding="utf-8") as file:
        file.write("format: 1\npack: p\ninclude: {ids: [\"*\"]}\n")
    return ("--signatures", signature, "--rules", pack)


def a_user_is_judged_before_the_call_is_looked_at(c):
    with live.workspace() as directory:
        run = watch(directory, "always", me("quiet", 50), *by_user(directory, os.getuid()))
        c.equal(run.status, 0, run.stderr)
        c.equal(len(run.alerts()), 100, "alerts")
        run = watch(directory, "always", me("quiet", 50), *by_user(directory, os.getuid() + 1))
        c.equal(run.stats["events"]["handled"], 0, "handled")
        c.check(run.stats["events"]["filtered"] >= 100, f"filtered: {run.stats['events']}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["quiet"]:
        quiet(sys.argv[2])
    else:
        live.need_bpf()
        live.main(attacks_raise_the_same, no_hooks_but_those_needed, hooks_are_told, what_nobody_needs_is_filtered, what_nothing_counts_is_not_there,
                  a_recording_is_whole, a_user_is_judged_before_the_call_is_looked_at)
