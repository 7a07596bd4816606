#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Frozen sends: what a rule judged is what the kernel used, and honest programs see no difference."""

import collections
import os
import re
import signal
import subprocess
import time

import enforce
import live

TRIES = 2000

SIGNATURE = """format: 1
id: {id}
title: T
status: test
level: medium
description: D
tags: [attack.t1685]
events: [sendmmsg]
each: {{m: msgs}}
when: '{when}'
message: "{{proc.comm}}"
tests:
  - {{name: y, given: {{msgs: [{{enter: {yes}}}]}}, alerts: 1}}
  - {{name: n, given: {{msgs: [{{enter: {no}}}]}}, alerts: 0}}
"""

# What is forbidden, for each kind of attack.
FORBIDDEN = {
    "ip": ('m.enter.name.ip == "127.0.0.2"', "{name: {ip: 127.0.0.2, port: 1}}",
           "{name: {ip: 127.0.0.1, port: 1}}"),
    "path": ('m.enter.name.path.contains("forbidden")', '{name: {path: "@forbidden-1"}}',
             '{name: {path: "@allowed-1"}}'),
    "long": ("m.enter.iov.bytes == 4", "{iov: {bytes: 4}}", "{iov: {bytes: 2}}"),
    "ttl": ("m.enter.control.?items.orValue([]).exists(i, i.type == 2)",
            "{control: {items: [{level: 0, type: 2, len: 20}]}}", '{control: {status: "null"}}'),
}
KINDS = {"name": "ip", "header": "ip", "iov": "long", "control": "ttl", "range": "ip",
         "blocked": "path"}
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
    """Every way to make the calls: program and convention."""
    for name, conventions in (("frozen", ("native", "int80", "socketcall")),
                              ("frozen32", ("native", "socketcall"))):
        for convention in conventions:
            if live.program(name):
                yield live.program(name), convention


def told(text):
    """The sums of "won 1 arrived 2 …" lines."""
    sums = collections.Counter()
    for word, n in re.findall(r"(\w+) (-?\d+)", text):
        sums[word] += int(n)
    return sums


def attacked(c, kind, tries, program, convention, action=FROZEN, name=None):
    """What an attack came to, and the actions told."""
    with live.workspace() as directory:
        os.chmod(directory, 0o777)
        out = os.path.join(directory, "out")
        options = (*live.kept(directory), *rules(directory, name or KINDS[kind], action))
        done = live.tocsin("run", *options, "--", "sh", "-c",
                           f"exec {program} {kind} {tries} {convention} > {out}")
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
    sums, _ = attacked(c, "name", 5 * TRIES, program, convention, "deny: EPERM")
    c.check(sums["won"] > 0, f"name: {sums}")
    sums, _ = attacked(c, "blocked", 50, program, convention, "deny: EPERM")
    c.equal(sums["won"], 50, "blocked")


def rewriting_never_wins(c):
    for kind in KINDS:
        tries = collections.Counter()
        for program, convention in programs():
            n = TRIES if live.program("frozen32") else 4 * TRIES
            sums, actions = attacked(c, kind, n, program, convention)
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
        sums, actions = attacked(c, "setup", 60, program, convention, name="ip")
        what = f"{os.path.basename(program)} {convention}: {sums} {actions}"
        c.equal(sums["won"], 0, what)
        c.check(sums["arrived"] + sums["denied"] > 0, what)
        for done, failed, level in actions:
            c.equal((failed, level), ("cannot be frozen" in done,) + (("high",) if failed else
                                                                      ("medium",)), what)


def whole(command, **kwargs):
    return subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=True,
                          **kwargs).stdout.decode()


def honest(c, command, **kwargs):
    with live.workspace() as directory:
        os.chmod(directory, 0o777)
        out = os.path.join(directory, "out")
        options = (*live.kept(directory), "--source", "ptrace", "--enforce", "on",
                   *enforce.rules(directory, "{port: {freeze: true}, five: {freeze: true}}"))
        done = live.tocsin("run", *options, "--", "sh", "-c", f"exec {' '.join(command)} > {out}",
                           stdin=subprocess.DEVNULL, **kwargs)
        run = live.finished(done, directory)
        c.equal(run.status, 0, f"{command}: {run.stderr}")
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        with open(out, encoding="utf-8") as file:
            c.equal(file.read().splitlines(), whole(command, **kwargs).splitlines(), str(command))
        replayed = live.replay(run.recording, *enforce.rules(
            directory, "{port: {freeze: true}, five: {freeze: true}}"))
        c.equal(replayed.stdout, run.stdout, "replay")
    actions = {(a["signature"]["id"], a["action"]["done"], a["action"]["failed"])
               for a in run.alerts() if "action" in a}
    c.equal(actions, {("five", "frozen", False)}, str(command))


def honest_sends_are_as_ever(c):
    for command in enforce.programs():
        honest(c, command)


def without_privilege(c):
    if os.geteuid() != 0:
        return
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    if subprocess.run(["test", "-x", live.TOCSIN], check=False, **nobody).returncode == 0:
        for command in enforce.programs():
            honest(c, command, **nobody)


def what_fails_is_denied(c):
    """Each call on the way fails once: nothing leaves, and nothing is left behind."""
    program, convention = next(programs())
    plain = told(whole([program, "without", "nothing", convention]))
    for call in ("mmap", "socketpair", "recvmsg", "madvise", "mseal"):
        sums, actions = attacked(c, "without", call, program, convention, name="ip")
        c.equal((sums["returned"], sums["arrived"]), (-1, 0), call)
        c.equal(sums["descriptor"], plain["descriptor"], f"{call}: descriptors")
        c.equal(list(actions), [(f"denied with EPERM: it cannot be frozen: {call}: ENOSYS", True,
                                 "high")], call)


def set_and_frozen(c):
    """What rules set holds for the copy too; more than was looked at cannot be set."""
    command = next(enforce.programs())
    changed, actions, _ = enforce.enforced(c, command, "{five: {set: {args.vlen: 2}, freeze: true}}")
    c.equal(changed.get("five"), "five: 2, lengths 2 2 0 0 0 [m0] [m1]", "five")
    c.equal(set(actions), {("five", "set: args.vlen: 2, freeze: true", "set vlen 5 to 2, frozen",
                            False, "medium")}, "actions")
    changed, actions, _ = enforce.enforced(c, command, "{five: {set: {args.vlen: 6}, freeze: true}}")
    c.equal(changed.get("five"), "five: -1, lengths 0 0 0 0 0", "more")
    c.equal({a[3:] for a in actions}, {(True, "high")}, f"more: {actions}")


def monitor(c):
    for command in enforce.programs():
        changed, actions, _ = enforce.enforced(c, command, "{five: {freeze: true}}", "monitor")
        c.equal(changed, {}, str(command))
        c.equal({a[2] for a in actions}, {"would be frozen"}, str(command))


def started(directory, *options, command):
    out = open(os.path.join(directory, "out"), "wb")
    return live.start("run", "-q", *rules(directory, "ip"), *options, *command,
                      stdout=out, stderr=out, stdin=subprocess.DEVNULL)


def ends_well(c, pid, what):
    """The process is there, and goes on sending; then it is ended."""
    before = sent(pid)
    live.eventually(lambda: sent(pid) > before, what=f"{what}: it does not go on")
    os.kill(pid, signal.SIGKILL)
    c.check(True, what)


def sent(pid):
    """Times that the program gave up the processor by itself, or was made to: it runs."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    if fields[0] == "Z":
        raise AssertionError("it ended")
    return int(fields[11]) + int(fields[12])


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
        return [int(word) for word in file.read().split()]


def killing_tocsin(c):
    """Amid frozen calls: the program goes on, or dies with it where that is asked for."""
    program, convention = next(programs())
    for option in ((), ("--kill-on-exit",)):
        with live.workspace() as directory:
            tocsin = started(directory, *option,
                             command=("--", program, "name", "1000000", convention))
            pid = live.eventually(lambda: [p for p in children(tocsin.pid) if
                                           os.readlink(f"/proc/{p}/exe") == program])[0]
            time.sleep(1)
            tocsin.kill()
            tocsin.wait()
            if option:
                live.eventually(lambda: not os.path.exists(f"/proc/{pid}/exe"), what="it lives")
            else:
                ends_well(c, pid, "killed")


def letting_go(c):
    """A process given by number goes on after each way to end the watching."""
    program, convention = next(programs())
    for i in range(5):
        with live.workspace() as directory:
            victim = subprocess.Popen([program, "name", "1000000", convention])
            tocsin = started(directory, command=("--pid", victim.pid))
            time.sleep(0.7 + 0.03 * i)
            tocsin.send_signal(signal.SIGINT)
            c.equal(tocsin.wait(), 0, "tocsin")
            with open(f"/proc/{victim.pid}/maps", encoding="utf-8") as file:
                c.check("memfd:tocsin" in file.read(), "it was frozen")
            ends_well(c, victim.pid, "let go")
            victim.wait()


if __name__ == "__main__":
    live.main(the_attacks_work, rewriting_never_wins, taking_over_the_memory,
              honest_sends_are_as_ever, without_privilege, what_fails_is_denied, set_and_frozen,
              monitor, killing_tocsin, letting_go)
