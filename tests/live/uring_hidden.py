#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every message sent through io_uring is told exactly once: as its request's event or, where no
send was asked for, as unexplained; whatever else is under way meanwhile."""

import json
import os
import socket
import sys

import live
import uring

# What each case of uring-hide gives: requests' results, messages that nothing explains, bytes.
CASES = {
    "receive-waits": ([], 1, 5),
    "send-waits": ([7], 3, 15),
    "other-waits": ([-9], 1, 5),
    "one-batch": ([7], 2, 14),
    "silent-write": ([7], 1, 5),
    "silent-socket": ([7], 0, 0),
    "silent-row": (list(range(1, 9)), 0, 0),
}


def hidden(checks):
    for case, (results, unexplained, sent) in CASES.items():
        with live.workspace() as directory:
            run = live.watch(directory, [live.program("uring-hide"), case], "--events", uring.EVENTS)
            found = [e for e in live.returned(live.events(run.recording)) if "proc" in e]
            said = [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]
        checks.check(run.balanced(), f"{case}: counts: {run.stats['events']}")
        checks.equal(sum(run.stats["events"]["lost"].values()), 0, f"{case}: lost")
        named = [e for e in found if e["event"]["name"] != "tocsin_unexplained_send"]
        others = [e for e in found if e["event"]["name"] == "tocsin_unexplained_send"]
        asked = [e["event"]["ret"] for e in named if "recv" not in e["event"]["name"]]
        checks.equal(asked, results, f"{case}: results")
        checks.equal((sum(e["batch"]["kernel_seen"] for e in others),
                      sum(e["batch"]["bytes"] for e in others)), (unexplained, sent),
                     f"{case}: unexplained")
        checks.equal(sum(r >= 0 for r in results) + unexplained, said[0]["arrived"],
                     f"{case}: messages")
        for event in named:
            if event["event"]["ret"] >= 0 and "recv" not in event["event"]["name"]:
                checks.equal(event["msgs"][0]["enter"]["iov"]["bytes"], event["event"]["ret"],
                             f"{case}: bytes")
                checks.equal(event["sock"]["family"], "inet", f"{case}: socket")


def send_by_calls():
    """Each of them three times on one socket."""
    to = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    to.bind(("127.0.0.1", 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(to.getsockname())
    fd, (out, into) = sock.fileno(), os.pipe()
    with open(__file__, "rb") as file:
        for _ in range(3):
            assert os.write(fd, b"12345") == 5
            assert os.writev(fd, [b"123", b"456"]) == 6
            assert os.sendfile(fd, file.fileno(), 0, 7) == 7
            assert os.write(into, b"12345678") == 8
            assert os.splice(out, fd, 8) == 8


def none_is_left(checks):
    """The first message of each call is told at once, what follows within a second in one event."""
    with live.workspace() as directory:
        run = live.watch(directory, [sys.executable, __file__, "send_by_calls"],
                         "--events", "tocsin_unexplained_send")
        found = [(e["event"]["nr"], e["batch"]["kernel_seen"], e["batch"]["bytes"])
                 for e in live.events(run.recording) if "proc" in e]
        wanted = [(nr, n, n * size) for nr, size in ((1, 5), (20, 6), (40, 7), (275, 8))
                  for n in (1, 2)]
        checks.equal(sorted(found), sorted(wanted), "events")
        checks.check(run.balanced(), f"counts: {run.stats['events']}")


if __name__ == "__main__":
    if sys.argv[1:] == ["send_by_calls"]:
        send_by_calls()
    elif not live.program("uring-hide") or not uring.programs_run():
        live.skip("this kernel does not let processes use io_uring")
    else:
        live.main(hidden, none_is_left)
