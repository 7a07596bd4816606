#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Messages that the kernel denies by itself: what goes elsewhere than was shown never arrives, all else does."""

import os
import re
import signal
import socket
import subprocess
import sys

import foreign
import live
import scope

SIGNATURE = """format: 1
id: elsewhere
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
  - {{name: y, given: {{event: {{name: sendmmsg}}, msgs: [{{enter: {{name: {{ip: 127.0.0.1, port: 9}}}}, kernel: {{name: {{ip: 127.0.0.2, port: 9}}}}}}]}}, alerts: 1}}
  - {{name: n, given: {{event: {{name: sendmmsg}}, msgs: [{{enter: {{name: {{ip: 127.0.0.1, port: 9}}}}, kernel: {{name: {{ip: 127.0.0.1, port: 9}}}}}}]}}, alerts: 0}}
"""
CHANGED = '"name" in m.changed_kernel'
# Other programs on this machine may have hooks of their own.
OURS = CHANGED + " && !(m.?kernel.?foreign_bpf.orValue(false))"
DENY = "enforce: {elsewhere: {deny: EPERM}}"


def rules(directory, pack=DENY, when=CHANGED):
    signatures = os.path.join(directory, "s")
    os.makedirs(signatures, exist_ok=True)
    with open(os.path.join(signatures, "elsewhere.yaml"), "w", encoding="utf-8") as file:
        file.write(SIGNATURE.format(when=when))
    path = os.path.join(directory, "pack.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"format: 1\npack: p\n{pack}\n")
    return ("--signatures", signatures, "--rules", path)


def redirect(call, convention, bits, honest):
    path = live.program("redirect32" if bits == 32 else "redirect")
    return path and [path, call, convention, *(["honest"] if honest else [])]




class Watched:
    """A program under --enforce, what it printed, and its actions."""

    def __init__(self, c, command, *options, mode="on", pack=DENY, when=CHANGED):
        with live.workspace() as directory:
            out = os.path.join(directory, "out")
            with_rules = rules(directory, pack, when)
            script = ["sh", "-c", f"exec {' '.join(command)} > {out}"]
            done = live.tocsin("run", *live.kept(directory), "--enforce", mode, *with_rules, *options,
                               "--", *script, stdin=subprocess.DEVNULL)
            self.run = live.finished(done, directory)
            c.equal(self.run.status, 0, f"{command}: {self.run.stderr}")
            c.check(self.run.balanced(), f"{command}: {self.run.stats['events']}")
            replayed = live.replay(self.run.recording, *with_rules)
            c.equal(replayed.stdout, self.run.stdout, f"{command}: replay")
            with open(out, encoding="utf-8") as file:
                self.output = file.read()
            self.events = [e for e in live.returned(live.events(self.run.recording)) if "msgs" in e]
        self.alerts = self.run.alerts()
        self.actions = [a["action"] | {"level": a["level"]} for a in self.alerts if "action" in a]

    def words(self):
        return [int(word) for word in re.findall(r"-?\d+", self.output)]

    def arrived(self):
        """What was returned; how often denied; arrivals at the address shown, and at the other."""
        return tuple(self.words()[:4])

    def went(self):
        """The same arrivals, as the kernel's witness has them."""
        ports = self.words()[4:]
        names = [(m["kernel"]["name"]["ip"], m["kernel"]["name"]["port"]) for e in self.events
                 if e["event"]["ret"] > 0 for m in e["msgs"] if m["kernel"].get("ret", 1) > 0]
        return names.count(("127.0.0.1", ports[0])), names.count(("127.0.0.2", ports[1]))


def cheats(event):
    """Whether one message of a call went, or would have gone, elsewhere than was shown."""
    return any("name" in m.get("changed_kernel", ()) for m in event["msgs"])


def never_arrives(c):
    """Whatever the call and the convention: a batch stops before the message, also far into it."""
    for bits, convention in live.PLACES:
        command = redirect("sendmmsg", convention, bits, False)
        if not command:
            continue
        seen = Watched(c, command)
        c.equal(seen.arrived(), (20, 1, 20, 0), str(command))
        c.equal(seen.actions, [{"asked": "deny: EPERM", "done": "denied with EPERM: message 20",
                                "failed": False, "level": "medium"}], str(command))
        c.equal(Watched(c, redirect("sendmmsg", convention, bits, True)).arrived(), (40, 0, 40, 0),
                f"{command} honest")


def race_is_lost(c):
    """One message a call: none goes elsewhere than was shown, and none else is held back."""
    won = 0
    for call in ("sendmsg", "sendto"):
        for bits in (64, 32):
            command = redirect(call, "native", bits, False)
            if not command:
                continue
            seen = Watched(c, command)
            _, denied, *arrived = seen.arrived()
            cheating = [e for e in seen.events if cheats(e)]
            c.equal({e["event"]["error"] for e in cheating} - {"EPERM"}, set(), str(command))
            c.equal(len(cheating), denied, f"{command}: denied")
            c.equal(len(seen.actions), denied, f"{command}: told")
            c.equal(tuple(arrived), seen.went(), f"{command}: arrived")
            won += denied
            honest = Watched(c, redirect(call, "native", bits, True))
            c.equal(honest.arrived(), (7, 0, 200, 0), f"{command} honest")
            c.equal(len(honest.alerts), 0, f"{command} honest")
    c.check(won > 0, "no race was ever won")


def monitor_and_off(c):
    for mode, told in (("monitor", ["would be denied with EPERM: message 20"]), ("off", [])):
        seen = Watched(c, redirect("sendmmsg", "native", 64, False), mode=mode)
        c.equal(seen.arrived(), (40, 0, 20, 20), mode)
        c.equal([a["done"] for a in seen.actions], told, mode)
        c.equal(len(seen.alerts), 1, mode)


def scope_and_exceptions(c):
    """Who is out of the pack's scope, or excepted, is not held back."""
    uid = os.getuid()
    command = redirect("sendmmsg", "native", 64, False)
    for pack, denied in ((f"scope: proc.uid == {uid}", True), (f"scope: proc.uid != {uid}", False),
                         (f"scope: proc.uid > {uid}", False), (f"scope: proc.uid >= {uid} && proc.pid > 1", True),
                         (f"except: [{{id: elsewhere, when: proc.uid == {uid}, reason: r}}]", False),
                         (f"except: [{{id: elsewhere, when: proc.uid > {uid}, reason: r}}]", True)):
        seen = Watched(c, command, pack=f"{DENY}\n{pack}")
        c.equal(seen.arrived()[3] == 0, denied, pack)
        c.equal(bool(seen.actions), denied, pack)


def honest_see_nothing(c):
    """The transcript of honest programs is the same, but for a name on a page that is not in memory."""
    for name in ("honest-sends", "honest-sends32"):
        if live.program(name):
            command = [live.program(name), "native"]
            plain = subprocess.run(command, stdout=subprocess.PIPE, timeout=live.PATIENCE, check=True).stdout
            seen = Watched(c, command)
            changed = [line for line in seen.output.splitlines() if line not in plain.decode().splitlines()]
            c.equal([line.split(", lengths")[0] for line in changed],
                    ["cold name: 1", "sendmsg, cold name: -1", "sendto, cold name: -1"], str(command))
            c.equal(seen.actions,
                    [{"asked": "deny: EPERM", "failed": True, "level": "high",
                      "done": f"denied with EPERM: message {message}, whose name at entry could not be read"}
                     for message in (1, 0, 0)], str(command))
    for name in ("dual-stack", "connected", "connected-control", "connected-mapped", "overdeclared"):
        for bits, convention in live.PLACES:
            command = live.attack(name, convention, honest=True, bits=bits)
            if command:
                c.equal(Watched(c, command).actions, [], str(command))


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def rules_loaded_later(c):
    """They change alerts; what the kernel decides, and how that is told, stays."""
    with live.workspace() as directory:
        go, out, log = (os.path.join(directory, name) for name in ("go", "out", "log"))
        command = " ".join(redirect("sendmmsg", "native", 64, False))
        with open(log, "wb") as stderr:
            process = live.start("run", *live.kept(directory), "--enforce", "on", *rules(directory), "--", "sh", "-c",
                                 f": > {out}; while [ ! -e {go} ]; do sleep 0.1; done; exec {command} > {out}",
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr)
        live.eventually(lambda: os.path.exists(out))
        rules(directory, "title: anew\n" + DENY)
        process.send_signal(signal.SIGHUP)
        live.eventually(lambda: "loaded" in read(log), what="new rules")
        live.touch(go)
        stdout, _ = process.communicate(timeout=live.PATIENCE)
        done = subprocess.CompletedProcess([], process.returncode, stdout, read(log).encode())
        run = live.finished(done, directory)
        c.equal(run.status, 0, run.stderr)
        c.equal([a["action"]["done"] for a in run.alerts()], ["denied with EPERM: message 20"], "actions")


def another_programs_hooks(c):
    """Where another program rewrites the name, a rule that leaves those out denies nothing; one that does not
    takes the rewriting for what it is."""
    program = foreign.rewriter()
    with scope.new_cgroup() as path, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind((foreign.USED, 0))
        receiver.settimeout(2)
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        foreign.attached(fd, program)
        os.environ["CGROUP"] = path
        try:
            for when, denied in ((OURS, False), (CHANGED, True)):
                with live.workspace() as directory:
                    run = live.watch(directory, [sys.executable, foreign.__file__, "child",
                                                 str(receiver.getsockname()[1])],
                                     "--enforce", "on", *rules(directory, when=when))
                c.equal((run.status, len(run.alerts())), (1, 1) if denied else (0, 0), f"{when}: {run.stderr}")
                if not denied:
                    c.equal([receiver.recv(100) for _ in range(3)].count(b""), 0, "arrived")
        finally:
            foreign.attached(fd, program, foreign.PROG_DETACH)
            os.close(fd)
            os.close(program)


def wrong_calls(c):
    with live.workspace() as directory:
        options = rules(directory)
        for wrong, told in ((("--source", "ptrace", "--", "true"), b"pack.yaml:3:"),
                            (("--events", "sendmsg", "--", "true"), b"--events leaves out"),
                            (("--hooks", "raw,length", "--", "true"), b"cgroup_sendmsg4"),
                            (("--max-messages", "4", "--", "true"), b"--max-messages")):
            done = live.tocsin("run", "--enforce", "on", *options, *wrong)
            c.check(done.returncode in (1, 2), f"{wrong}: {done.returncode}")
            c.check(told in done.stderr and live.one_line(done.stderr.decode()), done.stderr.decode())
    for pack, when in ((DENY.replace("EPERM", "EACCES"), CHANGED), (DENY, CHANGED + " && m.exit.status == \"ok\""),
                       (DENY + "\nscope: proc.comm == \"x\"", CHANGED),
                       (DENY + "\nexcept: [{id: elsewhere, when: proc.exe == \"/x\", reason: r}]", CHANGED)):
        with live.workspace() as directory:
            done = live.tocsin("check", *rules(directory, pack, when)[:2], os.path.join(directory, "pack.yaml"))
            c.equal(done.returncode, 2, f"{pack} {when}: {done.stderr}")
            c.check(b"kernel" in done.stderr and b"pack.yaml:" in done.stderr, done.stderr.decode())


if __name__ == "__main__":
    live.main(never_arrives, race_is_lost, monitor_and_off, scope_and_exceptions, honest_see_nothing, rules_loaded_later,
              another_programs_hooks, wrong_calls)
