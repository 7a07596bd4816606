#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Frozen sends: what a rule judged is what the kernel used, however the program tries."""

import collections
import ctypes
import errno
import os
import re
import struct
import subprocess

import live

TRIES, SETUPS = (25, 15) if live.HASTE else (2000, 60)

SIGNATURE = """format: 1
id: {id}
title: T
status: test
level: medium
description: D
tags: [attack.t1685]
events: [sendmmsg, sendmsg, sendto]
each: {{m: msgs}}
when: '{when}'
message: "{{proc.comm}}"
tests:
  - {{name: y, given: {{event: {{name: sendmmsg}}, msgs: [{{enter: {yes}}}]}}, alerts: 1}}
  - {{name: n, given: {{event: {{name: sendmmsg}}, msgs: [{{enter: {no}}}]}}, alerts: 0}}
"""

# What is forbidden, for each kind of attack.
FORBIDDEN = {
    "ip": ('m.enter.name.ip == "127.0.0.2"', "{name: {ip: 127.0.0.2, port: 1}}",
           "{name: {ip: 127.0.0.1, port: 1}}"),
    "path": ('m.enter.name.path.contains("forbidden")', '{name: {path: "@forbidden-1"}}',
             '{name: {path: "@allowed-1"}}'),
    "long": ("m.enter.iov.bytes == 4", "{iov: {bytes: 4}}", "{iov: {bytes: 2}}"),
    "data": ('m.enter.iov.data.startsWith(b"f")', "{iov: {data: ZmY=}}", "{iov: {data: bW0=}}"),
    "word": ('m.enter.iov.data.contains(b"ff")', "{iov: {data: ZmY=}}", "{iov: {data: bW0=}}"),
    "ttl": ("m.enter.control.?items.orValue([]).exists(i, i.type == 2)",
            "{control: {items: [{level: 0, type: 2, len: 20}]}}", '{control: {status: "null"}}'),
}
KINDS = {"name": "ip", "header": "ip", "iov": "long", "control": "ttl", "range": "ip",
         "blocked": "path", "payload": "data", "parted": "data", "payload-range": "data"}
# The same against single messages, as far as they have such parts.
PAYLOAD_KINDS = ("payload", "parted", "payload-range")
SINGLE_KINDS = {"sendmsg": ("name", "header", "iov", "control", "range", *PAYLOAD_KINDS),
                "sendto": ("name", "range", *PAYLOAD_KINDS)}
FROZEN = "deny: EPERM, freeze: true"


def rules(directory, name, action=FROZEN):
    when, yes, no = FORBIDDEN[name]
    signatures = os.path.join(directory, "s")
    os.makedirs(signatures, exist_ok=True)
    with open(os.path.join(signatures, f"{name}.yaml"), "w", encoding="utf-8") as file:
        file.write(SIGNATURE.format(id=name, when=when, yes=yes, no=no))
    pack = os.path.join(directory, "pack.yaml")
    with open(pack, "w", encoding="utf-8") as file:
        file.write(f"format: 1\npack: p\nenforce: {{{name}: {{{action}}}}}\n")
    return ("--source", "ptrace", "--enforce", "on", "--signatures", signatures, "--rules", pack)


def programs():
    return live.programs("frozen")


def seals():
    """Whether this kernel has mseal."""
    mseal = 462
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(mseal, 1, 0, 0) < 0 and ctypes.get_errno() != errno.ENOSYS


def unsealed():
    """As on a kernel before mseal: for this process and all it starts."""
    mseal, ret_errno, allow = 462, 0x00050000, 0x7fff0000
    load, jump_equal, give = 0x20, 0x15, 0x06
    code = struct.pack("HBBI" * 4, load, 0, 0, 0, jump_equal, 0, 1, mseal,
                       give, 0, 0, ret_errno | errno.ENOSYS, give, 0, 0, allow)
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", 4, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    pr_set_no_new_privs, pr_set_seccomp, mode_filter = 38, 22, 2
    if (libc.prctl(pr_set_no_new_privs, 1, 0, 0, 0) < 0 or
            libc.prctl(pr_set_seccomp, mode_filter, program, 0, 0) < 0):
        raise OSError(ctypes.get_errno(), "prctl")


def told(text):
    """The sums of "won 1 arrived 2 …" lines."""
    sums = collections.Counter()
    for word, n in re.findall(r"(\w+) (-?\d+)", text):
        sums[word] += int(n)
    return sums


def attacked(c, kind, tries, program, convention, action=FROZEN, name=None, call="", **kwargs):
    """What an attack came to, and the actions told. call: instead of sendmmsg."""
    with live.workspace() as directory:
        os.chmod(directory, 0o777)
        out = os.path.join(directory, "out")
        options = (*live.kept(directory), *rules(directory, name or KINDS[kind], action))
        done = live.tocsin("run", *options, "--", "sh", "-c",
                           f"exec {program} {kind} {tries} {convention} {call} > {out}", **kwargs)
        run = live.finished(done, directory)
        c.equal(run.status, 0, f"{kind} {convention}: {run.stderr}")
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        with open(out, encoding="utf-8") as file:
            text = file.read()
    actions = collections.Counter((a["action"]["done"], a["action"]["failed"], a["level"])
                                  for a in run.alerts() if "action" in a)
    return told(text), actions


def the_attacks_work(c):
    """Without freezing they win: else what follows would prove nothing."""
    program, convention = next(programs())
    wins(c, "name", "deny: EPERM")
    sums, _ = attacked(c, "blocked", 50, program, convention, "deny: EPERM")
    c.equal(sums["won"], 50, "blocked")
    for kind in PAYLOAD_KINDS:
        wins(c, kind, "freeze: true", "ip")


def wins(c, kind, action, name=None, call=""):
    """A race, tried until it is won."""
    program, convention = next(programs())
    for _ in range(5):
        sums, _ = attacked(c, kind, 5 * TRIES, program, convention, action, name, call)
        if sums["won"]:
            return
    c.check(False, f"{call} {kind}: {sums}")


def single_attacks_work(c):
    program, convention = next(programs())
    for call in SINGLE_KINDS:
        wins(c, "name", "deny: EPERM", call=call)
        sums, _ = attacked(c, "blocked", 50, program, convention, "freeze: true", "ip", call)
        c.equal(sums["won"], 50, f"blocked {call}")


def raced(c, kind, n, program, convention, call="", **kwargs):
    """So many tries, and as many again while only one side of the race was met."""
    sums, actions = collections.Counter(), collections.Counter()
    for _ in range(5):
        more, done = attacked(c, kind, n, program, convention, call=call, **kwargs)
        sums.update(more)
        actions.update(done)
        if kind == "blocked" or (sums["arrived"] and sums["denied"]):
            break
    return sums, actions


def rewriting_singles_never_wins(c):
    for call, kinds in SINGLE_KINDS.items():
        for kind in kinds:
            tries = 0
            for program, convention in programs():
                n = TRIES if live.program("frozen32") else 4 * TRIES
                sums, actions = raced(c, kind, n, program, convention, call)
                what = f"{call} {kind} {os.path.basename(program)} {convention}: {sums} {actions}"
                c.equal((sums["won"], sums["meddled"]), (0, 0), what)
                # Control data says nothing at all before its first turn.
                c.check(kind == "control" or not sums["other"], what)
                c.check(sums["arrived"] > 0 and sums["denied"] > 0, what)
                c.check(all(not failed for _, failed, _ in actions), what)
                c.equal(sum(actions.values()), sums["denied"], what)
                tries += n
            print(f"{call} {kind}: {tries} tries, none won")
        for program, convention in programs():
            sums, actions = attacked(c, "blocked", 50, program, convention, name="data", call=call)
            what = f"{call} blocked {os.path.basename(program)} {convention}: {sums} {actions}"
            c.equal((sums["won"], sums["arrived"]), (0, 50), what)


def rewriting_never_wins(c):
    for kind in KINDS:
        tries = collections.Counter()
        for program, convention in programs():
            n = TRIES if live.program("frozen32") else 4 * TRIES
            sums, actions = raced(c, kind, n, program, convention)
            what = f"{kind} {os.path.basename(program)} {convention}: {sums} {actions}"
            c.equal(sums["won"], 0, what)
            c.equal(sums["meddled"], 0, what)
            c.check(sums["arrived"] > 0, what)
            c.check(all(not failed for _, failed, _ in actions), what)
            if kind != "blocked":
                c.equal(sum(actions.values()), sums["denied"], what)
                c.check(sums["denied"] > 0, what)
            tries[kind] += n
        print(f"{kind}: {tries[kind]} tries, none won")


def taking_over_the_memory(c):
    """Another thread puts its own files where the copy is handed over."""
    for program, convention in programs():
        for call in ("", *SINGLE_KINDS):
            sums, actions = attacked(c, "setup", SETUPS, program, convention, name="ip", call=call)
            what = f"{call} {os.path.basename(program)} {convention}: {sums} {actions}"
            c.equal(sums["won"], 0, what)
            c.check(sums["arrived"] + sums["denied"] > 0, what)
            for done, failed, level in actions:
                c.equal((failed, level), ("cannot be frozen" in done,) + (("high",) if failed else
                                                                          ("medium",)), what)


def without_sealing(c):
    """On a kernel that cannot seal mappings, calls that would change them are refused."""
    for program, convention in programs():
        for call in ("", *SINGLE_KINDS):
            for kind in ("range", "name", "payload-range"):
                sums, actions = raced(c, kind, TRIES, program, convention, call, preexec_fn=unsealed)
                what = f"{call} {kind} {os.path.basename(program)} {convention}: {sums} {actions}"
                c.equal((sums["won"], sums["meddled"]), (0, 0), what)
                c.check(sums["arrived"] > 0 and sums["denied"] > 0, what)
                c.check(all(not failed for _, failed, _ in actions), what)
            sums, actions = attacked(c, "setup", SETUPS, program, convention, name="ip", call=call,
                                     preexec_fn=unsealed)
            c.equal(sums["won"], 0, f"setup {call}: {sums} {actions}")
            c.check(sums["arrived"] > 0, f"setup {call}: {sums} {actions}")
    with live.workspace() as directory:
        done = live.tocsin("run", *rules(directory, "ip"), "--pid", os.getpid(),
                           preexec_fn=unsealed)
        c.equal(done.returncode, 2, done.stderr)
        c.check(live.one_line(done.stderr.decode()), done.stderr.decode())


def whole(command, **kwargs):
    return subprocess.run(command, stdout=subprocess.PIPE, timeout=live.PATIENCE, check=True,
                          **kwargs).stdout.decode()


def what_fails_is_denied(c):
    """Each call on the way fails once: nothing leaves, and nothing is left behind."""
    program, convention = next(programs())
    plain = told(whole([program, "without", "nothing", convention]))
    for call in ("mmap", "socketpair", "recvmsg", "madvise", *(["mseal"] if seals() else [])):
        sums, actions = attacked(c, "without", call, program, convention, name="ip")
        c.equal((sums["returned"], sums["arrived"]), (-1, 0), call)
        c.equal(sums["descriptor"], plain["descriptor"], f"{call}: descriptors")
        c.equal(list(actions), [(f"denied with EPERM: it cannot be frozen: {call}: ENOSYS", True,
                                 "high")], call)


if __name__ == "__main__":
    live.main(the_attacks_work, single_attacks_work, rewriting_singles_never_wins, rewriting_never_wins,
              taking_over_the_memory, without_sealing, what_fails_is_denied, need=None)
