#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""New rules under load: no event and no alert is lost; broken ones are refused."""

import os
import shutil
import signal
import subprocess
import sys
import time

import live

SIGNATURE = """format: 1
id: every-batch
title: Any batch at all
status: stable
level: low
description: For this test.
events: [sendmmsg]
when: batch.requested == 2
message: "{proc.pid} sent {batch.requested}, rules of {TURN}"
tests:
  - {name: two, given: {args: {vlen: 2}}, alerts: 1}
  - {name: one, given: {args: {vlen: 1}}, alerts: 0}
"""
PACK = "format: 1\npack: load\n"

# Sends batches of two to a socket of its own until told to stop; prints how many. No more than a detector that gets
# but a part of a processor can read.
LOAD = """
import ctypes, os, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
class iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("len", ctypes.c_size_t)]
class msghdr(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint), ("iov", ctypes.POINTER(iovec)),
                ("iovlen", ctypes.c_size_t), ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t),
                ("flags", ctypes.c_int)]
class mmsghdr(ctypes.Structure):
    _fields_ = [("hdr", msghdr), ("len", ctypes.c_uint)]
to = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); to.bind(("127.0.0.1", 0))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); sock.connect(to.getsockname())
iov = iovec(b"x", 1)
batch = (mmsghdr * 2)()
for m in batch:
    m.hdr.iov = ctypes.pointer(iov); m.hdr.iovlen = 1
sent = 0
while not os.path.exists(sys.argv[1]):
    libc.sendmmsg(sock.fileno(), batch, 2, 0)
    sent += 1
    if sent % 20 == 0:
        time.sleep(0.005)
open(sys.argv[2], "w").write(str(sent))
"""


def write(directory, name, text):
    """As editors do: whole, under another name first."""
    path = os.path.join(directory, name)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".new", path)


class Load:
    """The detector around a load, its rules in files of its own."""

    def __init__(self, directory, *options):
        self.directory = directory
        self.signatures = os.path.join(directory, "signatures")
        os.mkdir(self.signatures)
        self.turn(0)
        write(directory, "load.yaml", PACK)
        self.stop, self.sent = os.path.join(directory, "stop"), os.path.join(directory, "sent")
        self.log = os.path.join(directory, "log")
        with open(self.log, "wb") as log, open(os.path.join(directory, "alerts"), "wb") as alerts:
            self.process = live.start("run", *live.kept(directory), "--signatures", self.signatures,
                                      "--rules", os.path.join(directory, "load.yaml"), *options,
                                      "--ring-size", "64", "--",
                                      sys.executable, "-c", LOAD, self.stop, self.sent,
                                      stdout=alerts, stderr=log)

    def turn(self, number):
        text = SIGNATURE.replace("{TURN}", f"turn {number}")
        write(self.signatures, "every-batch.yaml", text)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def until(self, condition, what):
        try:
            live.eventually(condition)
        except AssertionError:
            raise AssertionError(f"{what}: {self.said()[-2000:]}") from None

    def finish(self):
        with open(self.stop, "w", encoding="utf-8"):
            pass
        status = self.process.wait(live.PATIENCE)
        with open(os.path.join(self.directory, "alerts"), "rb") as file:
            done = subprocess.CompletedProcess([], status, file.read(), self.said().encode())
        with open(self.sent, encoding="utf-8") as file:
            return live.finished(done, self.directory), int(file.read())


def began(load):
    live.eventually(lambda: os.path.getsize(os.path.join(load.directory, "alerts")), what="no alert came")


def alerted(load, turn):
    """The rules of that turn have been asked."""
    def told():
        with open(os.path.join(load.directory, "alerts"), encoding="utf-8") as file:
            return f"turn {turn}" in file.read()
    live.eventually(lambda: load.said().count("new rules:") == turn, what=f"reload {turn}")
    live.eventually(told, what=f"no alert of {turn}")


def check_nothing_lost(c, run, sent):
    events = live.events(run.recording)
    calls = [e for e in live.returned(events) if e["event"]["name"] == "sendmmsg"]
    alerts = [a for a in run.alerts() if a["kind"] == "alert"]
    c.equal(run.status, 0, "status")
    c.check(run.balanced(), f"counts: {run.stats}")
    c.equal(sum(run.stats["events"]["lost"].values()), 0, "lost")
    c.equal(len(calls), sent, "events recorded of those sent")
    c.equal(len(alerts), sent, "alerts of those sent")
    c.equal(run.stats["alerts"]["matched"], sent, "matched in the counts")
    return events, alerts


def ten_reloads_under_load(c):
    with live.workspace() as directory:
        load = Load(directory)
        began(load)
        for turn in range(1, 11):
            load.turn(turn)
            load.process.send_signal(signal.SIGHUP)
            alerted(load, turn)
        run, sent = load.finish()
        events, alerts = check_nothing_lost(c, run, sent)
        reloads = [e for e in events if e["event"]["name"] == "tocsin_reload"]
        c.equal(len(reloads), 10, "reload events")
        c.equal(len({e["args"]["digest"] for e in reloads}), 10, "digests")
        turns = [int(a["message"].rsplit(" ", 1)[1]) for a in alerts]
        c.equal(turns, sorted(turns), "old rules after new ones")
        c.equal(set(turns), set(range(11)), "rules that alerted")
        # A recording holds where rules changed, not the rules: replay runs those it is given.
        again = live.replay(run.recording, "--signatures", load.signatures, "--rules",
                            os.path.join(directory, "load.yaml"))
        c.equal(len(again.stdout.splitlines()), sent, "alerts of the replay")


def broken_rules_are_refused(c):
    with live.workspace() as directory:
        load = Load(directory)
        began(load)
        write(load.signatures, "every-batch.yaml", SIGNATURE.replace("batch.requested", "batch.requestet"))
        load.process.send_signal(signal.SIGHUP)
        live.eventually(lambda: "refused" in load.said(), what="the broken rules")
        c.check("every-batch.yaml:8:13: error" in load.said(), f"no place: {load.said()}")
        load.turn(1)
        load.process.send_signal(signal.SIGHUP)
        live.eventually(lambda: "new rules:" in load.said(), what="the mended rules")
        run, sent = load.finish()
        check_nothing_lost(c, run, sent)


def changed_files_are_noticed(c):
    with live.workspace() as directory:
        load = Load(directory, "--watch", "always")
        began(load)
        load.turn(1)
        load.until(lambda: load.said().count("new rules:") == 1, "a changed signature")
        write(directory, "load.yaml", PACK + "level: {every-batch: high}\n")
        load.until(lambda: load.said().count("new rules:") == 2, "a changed pack")
        os.mkdir(os.path.join(load.signatures, "more"))
        text = SIGNATURE.replace("id: every-batch", "id: one-more").replace("{TURN}", "turn 1")
        write(os.path.join(load.signatures, "more"), "one-more.yaml", text.replace("== 2", "== 3"))
        load.until(lambda: "2 signatures loaded" in load.said(), "a signature in a new folder")
        shutil.rmtree(os.path.join(load.signatures, "more"))
        load.until(lambda: "1 signature loaded" in load.said().rsplit("2 signatures", 1)[-1],
                   "a signature that was removed")
        run, sent = load.finish()
        _, alerts = check_nothing_lost(c, run, sent)
        c.equal({a["level"] for a in alerts}, {"low", "high"}, "levels")


def without_watching_files_may_change(c):
    with live.workspace() as directory:
        load = Load(directory)
        began(load)
        load.turn(1)
        time.sleep(0.7)
        run, sent = load.finish()
        check_nothing_lost(c, run, sent)
        c.check("new rules" not in run.stderr, run.stderr)


def asked_at_once(c):
    """By the command itself, as the first thing that it does."""
    for _ in range(5):
        with live.workspace() as directory:
            write(directory, "load.yaml", PACK)
            os.mkdir(os.path.join(directory, "signatures"))
            write(os.path.join(directory, "signatures"), "every-batch.yaml", SIGNATURE.replace("{TURN}", "turn 0"))
            log = os.path.join(directory, "log")
            script = f"kill -HUP $PPID; until grep -q 'new rules:' {log}; do sleep 0.1; done"
            with open(log, "wb") as stderr:
                process = live.start("run", "--signatures", os.path.join(directory, "signatures"), "--rules",
                                     os.path.join(directory, "load.yaml"), "--", "sh", "-c", script, stderr=stderr)
            c.equal(process.wait(live.PATIENCE), 0, "status")


def calls_that_nothing_stops_for(c):
    """Through ptrace a program stops at what the rules of its start look at; that new ones see less is said."""
    with live.workspace() as directory:
        load = Load(directory, "--source", "ptrace")
        began(load)
        text = SIGNATURE.replace("events: [sendmmsg]", "events: [sendmmsg, sendto]").replace("{TURN}", "turn 1")
        text = text.replace("{args:", "{event: {name: sendmmsg}, args:")
        write(load.signatures, "every-batch.yaml", text)
        load.process.send_signal(signal.SIGHUP)
        live.eventually(lambda: "new rules:" in load.said(), what="new rules")
        run, sent = load.finish()
        check_nothing_lost(c, run, sent)
        c.check("for which this program does not stop: sendto\n" in run.stderr, run.stderr)


def payload_follows_the_rules(c):
    """From no rule that looks at payload to one that does, and back: nothing is attached anew, so no call is missed."""
    looks = "!has(msgs[0].enter.iov.data) || msgs[0].enter.iov.data == b\"x\""
    turned(c, looks, lambda event: "data" in event["msgs"][0]["enter"]["iov"])


def hooks_follow_the_rules(c):
    """The same of what is counted in the kernel. Its hooks come and go; of a call under way then nothing is counted,
    rather than a part."""
    counts = [e["batch"].get("kernel_seen") for e in turned(
        c, "!has(batch.kernel_seen) || batch.kernel_seen == 2", lambda event: "kernel_seen" in event["batch"],
        "--push-down", "always")]
    c.equal(set(counts), {None, 2}, "messages counted")


def turned(c, looks, is_seen, *options):
    """From rules that do not look at something to one that does, and back: the calls, of which no others have it."""
    with live.workspace() as directory:
        load = Load(directory, *options)
        began(load)
        looking = SIGNATURE.replace("batch.requested == 2", f"batch.requested == 2 && ({looks})")
        for turn, text in ((1, looking), (2, SIGNATURE)):
            time.sleep(0.2)
            write(load.signatures, "every-batch.yaml", text.replace("{TURN}", f"turn {turn}"))
            load.process.send_signal(signal.SIGHUP)
            alerted(load, turn)
        run, sent = load.finish()
        events, _ = check_nothing_lost(c, run, sent)
        events = [e for e in live.returned(events) if e["event"]["name"] == "sendmmsg"]
        seen = [is_seen(e) for e in events]
        turns = [i for i in range(1, len(seen)) if seen[i] != seen[i - 1]]
        c.equal((seen[0], seen[-1], len(turns)), (False, False, 2), "first, last, how often it changed")
        return events


live.main(ten_reloads_under_load, asked_at_once, broken_rules_are_refused, changed_files_are_noticed,
          without_watching_files_may_change, calls_that_nothing_stops_for,
          payload_follows_the_rules, hooks_follow_the_rules)
