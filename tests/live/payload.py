#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Payload: copied where a rule looks at it and nowhere else, as much as was asked for, and judged the
same live and on replay, with both sources.

payload.py child makes the calls, payload.py queries sends questions to a name server and a batch of them."""

import base64
import ctypes
import os
import socket
import sys

import live
import mmsg

KEPT = 16
TEXT = b"payload longer than sixteen bytes"
SENDMSG, RECVMSG, SENDTO, RECVFROM = 46, 47, 44, 45
BATCH = 20
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"


def me(*args):
    return [sys.executable, __file__, *args]


# ---- The calls ----

def fill(batch, i, data):
    """Puts the data into the buffers of message i, one after the other."""
    header = batch.headers[i]
    for iov in (mmsg.Iovec * header.iov_len).from_address(header.iov):
        ctypes.memmove(iov.base, data[:iov.len], len(data[:iov.len]))
        data = data[iov.len:]


def pair():
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)


def batch_calls():
    to, got = pair()
    batch = mmsg.Batch(BATCH).every(lengths=(2, 0, 40))
    for i in range(BATCH):
        fill(batch, i, b"%02d" % i + TEXT + b"1234567")
    batch.set(1, lengths=(3,))
    fill(batch, 1, b"abc")
    batch.set(2, lengths=())
    # The first buffer can be read, the second not: the kernel refuses the message.
    batch.set(BATCH - 1, lengths=(4, 4))
    fill(batch, BATCH - 1, b"read")
    iovs = (mmsg.Iovec * 2).from_address(batch.headers[BATCH - 1].iov)
    iovs[1].base = 4096
    assert mmsg.syscall(mmsg.SENDMMSG, to.fileno(), batch.vec, BATCH, 0) == BATCH - 1
    room = mmsg.Batch(BATCH).every(lengths=(10, 90))
    assert mmsg.syscall(mmsg.RECVMMSG, got.fileno(), room.vec, BATCH, socket.MSG_DONTWAIT, 0) == BATCH - 1


def single_calls():
    to, got = pair()
    batch = mmsg.Batch(1).set(0, lengths=(5, 28))
    fill(batch, 0, TEXT)
    room = mmsg.Batch(1).set(0, lengths=(100,))
    assert mmsg.syscall(SENDMSG, to.fileno(), batch.vec, 0) == 33
    assert mmsg.syscall(RECVMSG, got.fileno(), room.vec, 0) == 33
    buffer = ctypes.create_string_buffer(TEXT, 100)
    assert mmsg.syscall(SENDTO, to.fileno(), ctypes.addressof(buffer), 7, 0, 0, 0) == 7
    assert mmsg.syscall(RECVFROM, got.fileno(), ctypes.addressof(buffer), 100, 0, 0, 0) == 7
    assert mmsg.syscall(RECVFROM, got.fileno(), ctypes.addressof(buffer), 100, socket.MSG_DONTWAIT, 0, 0) < 0


def question(name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return b"\x12\x34\x01\x00\x00\x01" + bytes(6) + labels + b"\x00\x00\x01\x00\x01"


def queries():
    """Three datagrams that no rule of this test is about, and two that it is."""
    to, got = pair()
    names = ("www.example.org", "c2.evil.example", "x.example.com", "evil.examples.org", "a.b.evil.example")
    batch = mmsg.Batch(len(names))
    for i, name in enumerate(names):
        data = question(name)
        batch.set(i, lengths=(12, len(data) - 12))
        fill(batch, i, data)
    assert mmsg.syscall(mmsg.SENDMMSG, to.fileno(), batch.vec, len(names), 0) == len(names)
    room = mmsg.Batch(len(names)).every(lengths=(512,))
    assert mmsg.syscall(mmsg.RECVMMSG, got.fileno(), room.vec, len(names), socket.MSG_DONTWAIT, 0) == len(names)


# ---- What is copied ----

def of(path, name, view):
    """(data, status, truncated) of each message of the first such call that was looked at then."""
    event = next(e for e in live.events(path) if e["event"]["name"] == name)
    iovs = [m[view]["iov"] for m in event["msgs"] if view in m]
    return [(base64.b64decode(i["data"]) if "data" in i else None, i.get("data_status"), i.get("data_truncated"))
            for i in iovs]


def shown(data):
    return (data[:KEPT], "ok", len(data) > KEPT)


NOTHING = (None, None, None)


def batch_sent():
    wanted = [shown(b"%02d" % i + TEXT + b"1234567") for i in range(BATCH - 1)]
    wanted[1], wanted[2] = shown(b"abc"), shown(b"")
    return wanted


def sources():
    """Those of this kernel; with hooks asked for, the one that has them."""
    if live.HOOKS:
        return ("bpf",)
    return ("bpf", "ptrace") if live.hook("sys_enter") else ("ptrace",)


def record(c, directory, source, *options):
    path = os.path.join(directory, source)
    done = live.tocsin("record", "-q", "-o", path, "--source", source, *options, "--", *me("child"))
    c.equal(done.returncode, 0, f"{source}: {done.stderr.decode()}")
    return path


def each_call_shows_what_it_moved(c):
    with live.workspace() as directory:
        for source in sources():
            path = record(c, directory, source, "--payload", str(KEPT))
            faulty = (b"read", "fault", True)
            c.equal(of(path, "sendmmsg", "enter"), batch_sent() + [faulty], f"{source}: sent, at entry")
            c.equal(of(path, "sendmmsg", "exit"), batch_sent() + [faulty], f"{source}: sent, at return")
            c.equal(of(path, "recvmmsg", "exit"), batch_sent(), f"{source}: received")
            c.check(set(of(path, "recvmmsg", "enter")) == {NOTHING}, f"{source}: before it was received")


def single_messages_as_well(c):
    with live.workspace() as directory:
        for source in sources():
            path = record(c, directory, source, "--payload", str(KEPT))
            for name, view, data in (("sendmsg", "enter", TEXT), ("recvmsg", "exit", TEXT), ("sendto", "enter", TEXT[:7]),
                                     ("sendto", "exit", TEXT[:7]), ("recvfrom", "exit", TEXT[:7])):
                c.equal(of(path, name, view), [shown(data)], f"{source}: {name} at {view}")
            failed = [e for e in live.events(path) if e["event"]["name"] == "recvfrom" and e["event"]["ret"] < 0]
            c.check(failed and "data" not in str(failed[0]), f"{source}: a receive that failed wrote nothing")


def nothing_is_copied_unasked(c):
    with live.workspace() as directory:
        for source in sources():
            path = record(c, directory, source)
            text = str(live.events(path))
            c.check("'iov'" in text and "'data'" not in text, f"{source}: payload without being asked for")
        run = live.watch(directory, me("child"))
        c.check("'data'" not in str(live.events(run.recording)), "shipped rules look at no payload")


# ---- Rules that look at it ----

RULE = """format: 1
id: {id}
title: A question for a name below evil.example
status: stable
level: high
description: For this test.
events: [{events}]
each: {{m: msgs}}
when: '{when}'
message: "{{proc.comm}} asked"
tests:
  - {{name: yes, given: {{{event}msgs: [{{{view}: {{iov: {{data: BGV2aWwHZXhhbXBsZQA=}}}}}}]}}, alerts: 1}}
  - {{name: no, given: {{{event}msgs: [{{{view}: {{iov: {{data: BGV2}}}}}}]}}, alerts: 0}}
"""
EVIL = 'm.{view}.iov.data.contains(b"\\x04evil\\x07example\\x00")'


def rules(directory, **signatures):
    """Options for rules of those ids: (events, view)."""
    pack = os.path.join(directory, "p.yaml")
    with open(pack, "w", encoding="utf-8") as file:
        file.write("format: 1\npack: p\n")
    options = ["--rules", pack]
    for name, (events, view) in signatures.items():
        path = os.path.join(directory, name + ".yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(RULE.format(id=name, events=events, view=view, when=EVIL.format(view=view),
                                   event="" if "," not in events else f"event: {{name: {events.split(',')[0]}}}, "))
        options += ["--signatures", path]
    return options


def content_alerts_live_and_on_replay(c):
    with live.workspace() as directory:
        with_rules = rules(directory, asked=("sendmmsg", "enter"), answered=("recvmmsg", "exit"))
        for source in sources():
            run = live.watch(directory, me("queries"), "--source", source, *with_rules)
            c.equal(run.status, 0, run.stderr)
            found = sorted((a["signature"]["id"], a["matched"]) for a in run.alerts() if a["kind"] == "alert")
            c.equal(found, [("answered", [1, 4]), ("asked", [1, 4])], f"{source}: alerts")
            c.check(run.balanced(), f"{source}: counts do not add up")
            again = live.replay(run.recording, *with_rules)
            c.equal((again.returncode, again.stdout), (0, run.stdout), f"{source}: replay")
            events = [e for e in live.events(run.recording) if e["event"]["name"] == "sendmmsg"]
            c.check("data" not in events[0]["msgs"][0]["exit"]["iov"], f"{source}: only what is looked at is read")
            host = live.events(run.recording)[0]["host"]
            c.equal(host["capture"], "full payload", f"{source}: capture profile")
            c.equal((host["payload_enter"], host["payload_exit"]), ("sendmmsg", "recvmmsg"), f"{source}: payload of")


def a_recording_without_it_says_so(c):
    with live.workspace() as directory:
        path = os.path.join(directory, "r.tocsin")
        live.tocsin("record", "-q", "-o", path, "--", *me("queries"))
        again = live.replay(path, *rules(directory, asked=("sendmmsg", "enter")))
        c.check(b"payload: asked" in again.stderr, again.stderr.decode())
        c.equal(again.stdout, b"", "alerts")


def explained(c):
    with live.workspace() as directory:
        options = rules(directory, asked=("sendmmsg", "enter"))
        done = live.tocsin("check", "--explain-pushdown", *options[2:], options[1])
        c.check(b"payload is copied when it begins, as asked looks at it: when" in done.stdout, done.stdout.decode())


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        batch_calls()
        single_calls()
    elif sys.argv[1:2] == ["queries"]:
        queries()
    else:
        live.main(each_call_shows_what_it_moved, single_messages_as_well, nothing_is_copied_unasked,
                  content_alerts_live_and_on_replay, a_recording_without_it_says_so, explained, need=None)
