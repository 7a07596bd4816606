#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Frozen sends: honest programs see no difference, and are let go unharmed."""

import os
import signal
import subprocess
import sys
import time

import enforce
import freeze
import live

BOTH = "{port: {freeze: true}, five: {freeze: true}, oob: {freeze: true}, oob-to: {freeze: true}}"


def honest(c, command, **kwargs):
    with live.workspace() as directory:
        os.chmod(directory, 0o777)
        out = os.path.join(directory, "out")
        options = (*live.kept(directory), "--source", "ptrace", "--enforce", "on",
                   *enforce.rules(directory, BOTH))
        done = live.tocsin("run", *options, "--", "sh", "-c", f"exec {' '.join(command)} > {out}",
                           stdin=subprocess.DEVNULL, **kwargs)
        run = live.finished(done, directory)
        c.equal(run.status, 0, f"{command}: {run.stderr}")
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        with open(out, encoding="utf-8") as file:
            c.equal(file.read().splitlines(), freeze.whole(command, **kwargs).splitlines(),
                    str(command))
        replayed = live.replay(run.recording, *enforce.rules(directory, BOTH))
        c.equal(replayed.stdout, run.stdout, "replay")
    actions = {(a["signature"]["id"], a["action"]["done"], a["action"]["failed"])
               for a in run.alerts() if "action" in a}
    c.equal(actions, {(name, "frozen", False) for name in ("five", "oob", "oob-to")}, str(command))


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


def without_sealing(c):
    for command in enforce.programs():
        honest(c, command, preexec_fn=freeze.unsealed)


NO_ZERO_COPY = "denied with EPERM: it cannot be frozen: its payload is read after the call (MSG_ZEROCOPY)"


# A name of no length is one for sendto, and none for the sendmsg that a parted payload takes.
NO_PARTING = "denied with EPERM: it cannot be frozen: its payload cannot be parted"


def but_what_is_denied(output):
    return [line for line in output.splitlines()
            if not line.startswith(("without copying", "left up to", "sendto, no length"))]


def payload_is_as_ever(c):
    """Copied whole, or the first bytes of it, with the rest from where it is."""
    for command in enforce.programs():
        for n in (1, 256):
            with live.workspace() as directory:
                os.chmod(directory, 0o777)
                out = os.path.join(directory, "out")
                done = live.tocsin("run", *live.kept(directory), *freeze.rules(directory, "data", "freeze: true"),
                                   "--payload", n, "--", "sh", "-c", f"exec {' '.join(command)} > {out}",
                                   stdin=subprocess.DEVNULL)
                run = live.finished(done, directory)
                c.equal(run.status, 0, f"{command} {n}: {run.stderr}")
                with open(out, encoding="utf-8") as file:
                    c.equal(*map(but_what_is_denied, (file.read(), freeze.whole(command))), f"{command} {n}")
            c.equal([a["action"]["done"] for a in run.alerts()], [NO_ZERO_COPY] + [NO_PARTING] * (n == 1),
                    f"{command} {n}")


SENDS = """
import errno, socket
at, by = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
for data, flags in ((b"m" * 256, 0), (b"m" * 257, 0), (b"m" * 255 + b"ff", 0), (b"m" * 254 + b"ff" + b"m" * 99, 0), (b"m", 1 << 26)):
    try:
        print(by.send(data, flags), at.recv(1000) == data)
    except OSError as error:
        print(errno.errorcode[error.errno])
"""


def payload_that_cannot_be_judged(c):
    """What is beyond the bytes copied might be what is forbidden; so might what is read after the call."""
    with live.workspace() as directory:
        os.chmod(directory, 0o777)
        out = os.path.join(directory, "out")
        done = live.tocsin("run", *live.kept(directory), *freeze.rules(directory, "word"), "--", "sh", "-c",
                           f"exec {sys.executable} -c '{SENDS}' > {out}")
        run = live.finished(done, directory)
        with open(out, encoding="utf-8") as file:
            c.equal(file.read().split(), ["256", "True", *["EPERM"] * 4], run.stderr)
    undecided = ("denied with EPERM: what the signature looks at could not be read", True, "high")
    c.equal([(a["action"]["done"], a["action"]["failed"], a["level"]) for a in run.alerts()],
            [undecided, undecided, ("denied with EPERM", False, "medium"), (NO_ZERO_COPY, True, "high")],
            "actions")


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


def threads_and_processes_come_and_go(c):
    """Amid frozen calls: nothing is left hanging, and the tracing process keeps up."""
    for kwargs in ({}, {"preexec_fn": freeze.unsealed}):
        with live.workspace() as directory:
            done = live.tocsin("run", *live.kept(directory), *freeze.rules(directory, "ip"), "--",
                               live.program("churn"), *(["20"] if live.HASTE else []), **kwargs)
            run = live.finished(done, directory)
        c.equal(run.status, 0, run.stderr)
        c.check("done" in run.stderr and run.balanced(), run.stderr)
        c.equal(run.ids(), set(), "alerts")


def started(directory, *options, command):
    out = open(os.path.join(directory, "out"), "wb")
    return live.start("run", "-q", *freeze.rules(directory, "ip"), *options, *command,
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


def frozen(pid):
    """Waits until a call of the process was."""
    def has_copy():
        with open(f"/proc/{pid}/maps", encoding="utf-8") as file:
            return "memfd:tocsin" in file.read()
    live.eventually(has_copy, what="nothing was frozen")


def killing_tocsin(c):
    """Amid frozen calls: the program goes on, or dies with it where that is asked for."""
    program, convention = next(freeze.programs())
    for option in ((), ("--kill-on-exit",)):
        with live.workspace() as directory:
            tocsin = started(directory, *option,
                             command=("--", program, "name", "1000000", convention))
            pid = live.eventually(lambda: [p for p in children(tocsin.pid) if
                                           os.readlink(f"/proc/{p}/exe") == program])[0]
            frozen(pid)
            tocsin.kill()
            tocsin.wait()
            if option:
                live.eventually(lambda: not os.path.exists(f"/proc/{pid}/exe"), what="it lives")
            else:
                ends_well(c, pid, "killed")


def letting_go(c):
    """A process given by number goes on after each way to end the watching."""
    if not freeze.seals():
        return  # then it cannot be frozen, which freeze.py tries
    program, convention = next(freeze.programs())
    for i in range(5):
        with live.workspace() as directory:
            victim = subprocess.Popen([program, "name", "1000000", convention])
            tocsin = started(directory, command=("--pid", victim.pid))
            frozen(victim.pid)
            time.sleep(0.03 * i)
            tocsin.send_signal(signal.SIGINT)
            c.equal(tocsin.wait(), 0, "tocsin")
            ends_well(c, victim.pid, "let go")
            victim.wait()


if __name__ == "__main__":
    live.main(honest_sends_are_as_ever, payload_is_as_ever, payload_that_cannot_be_judged, without_privilege, without_sealing, set_and_frozen, monitor,
              threads_and_processes_come_and_go, killing_tocsin, letting_go, need=None)
