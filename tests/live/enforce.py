#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What packs do about calls: nothing else changes for the program, and each action is told."""

import os
import subprocess

import live

# Traced programs cannot look for leaks of their own.
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"

SIGNATURE = """format: 1
id: {id}
title: T
status: test
level: medium
description: D
tags: [attack.t1685]
events: [{event}]
{when}
message: "{{proc.comm}}"
tests:
{tests}"""
VLEN = """  - {{name: y, given: {{args: {{vlen: {n}}}}}, alerts: 1}}
  - {{name: n, given: {{args: {{vlen: 77}}}}, alerts: 0}}
"""
FLAGS = """  - {name: y, given: {args: {flags: 1}}, alerts: 1}
  - {name: n, given: {args: {flags: 0}}, alerts: 0}
"""
PORT = """  - {name: y, given: {msgs: [{enter: {name: {ip: 127.0.0.1, port: 1}}}]}, alerts: 1}
  - {name: n, given: {msgs: [{enter: {name: {ip: 127.0.0.1, port: 2}}}]}, alerts: 0}
"""


def rules(directory, enforce, lengths=(("five", 5), ("many", 1024))):
    """Signatures: these look at vlen, port at memory, oob and oob-to at the flags of single messages."""
    signatures = os.path.join(directory, "s")
    os.makedirs(signatures, exist_ok=True)
    of_port = ("sendmmsg", "each: {m: msgs}\nwhen: m.enter.name.port == 1", PORT)
    oob = "when: args.flags == MSG_OOB"
    files = {"port": of_port, "oob": ("sendmsg", oob, FLAGS), "oob-to": ("sendto", oob, FLAGS)}
    for name, n, *event in lengths:
        files[name] = ((event or ["sendmmsg"])[0], f"when: args.vlen == {n}", VLEN.format(n=n))
    for name, (event, when, tests) in files.items():
        with open(os.path.join(signatures, f"{name}.yaml"), "w", encoding="utf-8") as file:
            file.write(SIGNATURE.format(id=name, event=event, when=when, tests=tests))
    pack = os.path.join(directory, "pack.yaml")
    with open(pack, "w", encoding="utf-8") as file:
        file.write(f"format: 1\npack: p\nenforce: {enforce}\n")
    return ("--signatures", signatures, "--rules", pack)


def programs():
    return map(list, live.programs("honest-sends"))


def transcript(output):
    return {line.split(":")[0]: line for line in output.splitlines()}


def plain(command):
    return transcript(subprocess.run(command, stdout=subprocess.PIPE, timeout=live.PATIENCE,
                                     check=True).stdout.decode())


def enforced(c, command, enforce, mode="on", **kwargs):
    """The program's lines that are other than without, the actions told, and the run."""
    with live.workspace() as directory:
        os.chmod(directory, 0o777)
        out = os.path.join(directory, "out")
        script = ["sh", "-c", f"exec {' '.join(command)} > {out}"]
        options = (*live.kept(directory), "--source", "ptrace", "--enforce", mode,
                   *rules(directory, enforce))
        done = live.tocsin("run", *options, "--", *script, stdin=subprocess.DEVNULL, **kwargs)
        run = live.finished(done, directory)
        c.equal(run.status, 0, run.stderr)
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        with open(out, encoding="utf-8") as file:
            got = transcript(file.read())
        replayed = live.replay(run.recording, *rules(directory, enforce))
        c.equal(replayed.stdout, run.stdout, "replay")
    without = plain(command)
    c.equal(set(got), set(without), "lines")
    changed = {name: line for name, line in got.items() if line != without.get(name)}
    actions = [(a["signature"]["id"], a["action"]["asked"], a["action"]["done"],
                a["action"]["failed"], a["level"]) for a in run.alerts() if "action" in a]
    return changed, actions, run


DENY_AND_SET = "{many: {deny: EACCES}, five: {set: {args.vlen: 2}}}"


def denies_and_sets(c):
    """Whatever the convention: the errno, the other value, and nothing else."""
    for command in programs():
        changed, actions, _ = enforced(c, command, DENY_AND_SET)
        c.equal(set(changed), {"five", "a flag of the kernel's", "third buffer not there", "many"}
                - ({"third buffer not there"} if "third buffer not there" not in changed else set())
                - ({"a flag of the kernel's"} if "a flag of the kernel's" not in changed else set()),
                f"{command}: {changed}")
        c.equal(changed.get("five"), "five: 2, lengths 2 2 0 0 0 [m0] [m1]", str(command))
        c.equal(changed.get("many", "")[:9], "many: -13", str(command))
        c.equal(sorted(set(actions)),
                [("five", "set: args.vlen: 2", "set vlen 5 to 2", False, "medium"),
                 ("many", "deny: EACCES", "denied with EACCES", False, "medium")], str(command))


def single_messages(c):
    """The same of sendmsg and sendto, whose flags have another place each."""
    for command in programs():
        changed, actions, _ = enforced(c, command, "{oob: {deny: EACCES}, oob-to: {set: {args.flags: 0}}}")
        c.equal(changed, {"sendmsg, out of band": "sendmsg, out of band: -13, lengths",
                          "sendto, out of band": "sendto, out of band: 2, lengths [m0]"}, str(command))
        c.equal(set(actions), {("oob", "deny: EACCES", "denied with EACCES", False, "medium"),
                               ("oob-to", "set: args.flags: 0", "set flags 1 to 0", False, "medium")},
                str(command))
    changed, actions, _ = enforced(c, next(programs()), "{oob: {set: {args.flags: 0}}}")
    c.equal(list(changed), ["sendmsg, out of band"], "set on sendmsg")
    c.equal({a[2] for a in actions}, {"set flags 1 to 0"}, "set on sendmsg")


def monitor_and_off(c):
    for mode, told in (("monitor", {"would set vlen 5 to 2", "would be denied with EACCES"}),
                       ("off", set())):
        for command in programs():
            changed, actions, run = enforced(c, command, DENY_AND_SET, mode)
            c.equal(changed, {}, f"{mode} {command}")
            c.equal({a[2] for a in actions}, told, f"{mode} {command}")
            c.equal(run.ids(), {"five", "many", "oob", "oob-to"}, f"{mode} {command}")


def unread_is_denied(c):
    """What a rule cannot judge because memory cannot be read does not pass."""
    for command in programs():
        changed, actions, _ = enforced(c, command, "{port: {deny: EACCES}}")
        c.check({"first name not there", "cold name"} <= set(changed), f"{command}: {changed}")
        for name, line in changed.items():
            c.check(": -1," in line, f"{command}: {name}: {line}")
        c.equal({a[1:] for a in actions},
                {("deny: EACCES", "denied with EPERM: what the signature looks at could not be read",
                  True, "high")}, str(command))


def nobody_else_lets_it_go_on(c):
    """Who owns a filter with a listener cannot let a call go on that a rule denies."""
    with live.workspace() as directory:
        run = live.watch(directory, live.attack("supervised", honest=True), "--source", "ptrace", "--enforce", "on",
                         *rules(directory, "{one: {deny: EACCES}}", (("one", 1),)))
    c.equal([a["action"]["done"] for a in run.alerts()], ["denied with EACCES"], "actions")
    c.check("Permission denied" in run.stderr, run.stderr)


def without_privilege(c):
    if os.geteuid() != 0:
        return
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    command = next(programs())
    readable = subprocess.run(["test", "-x", live.TOCSIN], check=False, **nobody).returncode == 0
    if readable:
        changed, actions, _ = enforced(c, command, "{many: {deny: EACCES}}", **nobody)
        c.equal(changed.get("many", "")[:9], "many: -13", "many")
        c.equal({a[0] for a in actions}, {"many"}, "actions")


def wrong_calls(c):
    with live.workspace() as directory:
        options = rules(directory, DENY_AND_SET)
        for wrong in (("--source", "bpf", "--", "true"), (), ("--max-messages", "4", "--", "true")):
            done = live.tocsin("run", "--enforce", "on", *options, *wrong)
            c.equal(done.returncode, 2, f"{wrong}: {done.stderr}")
            c.check(live.one_line(done.stderr.decode()), done.stderr.decode())
        explained = live.tocsin("check", *options[:2], "--explain", options[3])
        c.check(b"{deny: EACCES}" in explained.stdout, explained.stdout)


if __name__ == "__main__":
    live.main(denies_and_sets, single_messages, monitor_and_off, unread_is_denied, nobody_else_lets_it_go_on, without_privilege, wrong_calls, need=None)
