#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is watched: the events that --events names, or those that the rules look at."""

import json
import os
import shlex
import sys

import live

SINGLES = os.path.join(live.HERE, "singles.py")


def only_what_is_wanted(c):
    """--events names what is seen; the others are not even counted."""
    for source in ("bpf", "ptrace"):
        only_wanted(c, source)
    done = live.tocsin("record", "-o", "/dev/null", "--source", "ptrace", "--events", "io_uring_send*", "--", "true")
    c.equal((done.returncode, b"ptrace gives none" in done.stderr), (2, True), done.stderr.decode())


def only_wanted(c, source):
    with live.workspace() as directory:
        out, recording = f"{directory}/calls", f"{directory}/run.tocsin"
        command = ("--", sys.executable, SINGLES, "child", out)
        done = live.tocsin("record", "-o", recording, "--source", source, "--events", "sendto,recvm*",
                           *command)
        c.equal(done.returncode, 0, f"{source}: {done.stderr.decode()}")
        found = live.events(recording)
        names = {e["event"]["name"] for e in found if not e["event"]["name"].startswith("tocsin_")}
        c.equal(names, {"sendto", "recvmsg"}, f"{source}: events seen")
        c.equal(found[0]["host"]["events"], "recvmmsg recvmmsg_time32 recvmsg sendto", f"{source}: host.events")
        again = live.tocsin("replay", recording)
        c.check(b"see less: not watched here: sendmmsg sendmsg recvfrom" in again.stderr, again.stderr.decode())
        for bad, why in (("sendmgs", b"did you mean 'sendmsg'?"), ("tocsin_tick", b"no call gives"), ("", b"empty")):
            done = live.tocsin("record", "-o", recording, "--events", bad, "--", "true")
            c.equal((done.returncode, why in done.stderr), (2, True), f"--events '{bad}': {done.stderr.decode()}")


def rules_say_what_is_wanted(c):
    """A run watches what its rules look at."""
    with live.workspace() as directory:
        rules = os.path.join(directory, "few.yaml")
        with open(rules, "w", encoding="utf-8") as file:
            file.write("format: 1\npack: few\ninclude: {ids: [mmsg-vlen-beyond-clamp]}\n")
        command = [sys.executable, SINGLES, "child", f"{directory}/calls"]
        for source in ("bpf", "ptrace"):
            run = live.watch(directory, command, "--source", source, "--rules", rules)
            c.equal(run.status, 0, run.stderr)
            host = live.events(run.recording)[0]["host"]
            c.equal((host["capture"], host["events"]), ("full", "sendmmsg recvmmsg recvmmsg_time32"), f"{source}: host")
            c.equal(run.stats["events"]["handled"], 0, f"{source}: calls of a program that makes no batches")


def recordings_hold_what_rules_want(c):
    """Of a recording on demand: the same alerts of these rules, and whoever sees less in it is named."""
    with live.workspace() as directory:
        rules, recording = os.path.join(directory, "few.yaml"), f"{directory}/few.tocsin"
        with open(rules, "w", encoding="utf-8") as file:
            file.write("format: 1\npack: few\ninclude: {ids: [mmsg-vlen-beyond-clamp]}\n")
        script = "; ".join(shlex.join(w) for w in (live.attack("vlen-2000"), [sys.executable, SINGLES, "child", "/dev/null"]))
        for source in ("bpf", "ptrace"):
            done = live.tocsin("record", "-o", recording, "--source", source, "--capture", "demand", "--rules", rules,
                               "--", "sh", "-c", script)
            c.equal(done.returncode, 0, f"{source}: {done.stderr.decode()}")
            found = live.events(recording)
            c.equal(found[0]["host"]["capture"], "demand", f"{source}: host.capture")
            c.equal(found[0]["host"]["events"], "sendmmsg recvmmsg recvmmsg_time32", f"{source}: host.events")
            c.check(not {"sendto", "recvmsg"} & {e["event"]["name"] for e in found}, f"{source}: what nobody asked for")
            c.check(not {h for h in found[0]["host"]["hooks"].split() if h.startswith("cgroup_")}, f"{source}: hooks")
            again = live.tocsin("replay", "--rules", rules, "--format", "json", recording)
            c.equal([a["signature"]["id"] for a in live.alerts(again.stdout)], ["mmsg-vlen-beyond-clamp"],
                    f"{source}: {again.stderr.decode()}")
            c.check(b"blind" not in again.stderr, f"{source}: of these rules: {again.stderr.decode()}")
            again = live.tocsin("replay", "--rules", "default", recording)
            c.check(b"warning: blind for want of hooks" in again.stderr, f"{source}: of others: {again.stderr.decode()}")


def doctor_says_what_that_means(c):
    """The hooks that it says are attached for rules are those of a run with them, and the text names the others."""
    with live.workspace() as directory:
        rules = os.path.join(directory, "few.yaml")
        with open(rules, "w", encoding="utf-8") as file:
            file.write("format: 1\npack: few\ninclude: {ids: [mmsg-vlen-beyond-clamp]}\n")
        for pack in ("default", "paranoid", rules):
            said = json.loads(live.tocsin("doctor", "--rules", pack, "--format", "json").stdout)["programs"]
            run = live.watch(directory, ["true"], "--rules", pack, "--push-down", "always")
            host = live.events(run.recording)[0]["host"]
            c.equal({p["name"] for p in said if p["attaches"]}, set(host["hooks"].split()), f"{pack}: hooks")
            c.equal(host["capture"].split()[0], "demand", f"{pack}: host.capture")
            text = live.tocsin("doctor", "--rules", pack).stdout.decode().split(f"For the rules of {pack}, ")[1]
            off = {p["name"] for p in said if p["loaded"] and not p["attaches"]}
            named = {line.split()[0] for line in text.split("\n\n")[0].splitlines() if line.startswith("  ")}
            c.equal(named, off, f"{pack}: told to be off")
        c.equal(live.tocsin("doctor", "--rules", "nowhere").returncode, 2, "a pack that is not there")


if __name__ == "__main__":
    live.main(only_what_is_wanted, rules_say_what_is_wanted, recordings_hold_what_rules_want, doctor_says_what_that_means)
