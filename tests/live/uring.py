#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Messages through io_uring, held to what the program that made the requests knows of each; and
sends that no call explains."""

import json
import os
from collections import Counter

import live

EVENTS = ("io_uring_sendmsg,io_uring_recvmsg,io_uring_send,io_uring_recv,io_uring_send_zc,"
          "io_uring_sendmsg_zc,tocsin_unexplained_send")
SENDS = ("sendmsg", "sendmsg_zc", "send", "send_zc")
RECEIVES = ("recvmsg", "recv", "multishot")
WAYS = ((), ("sqpoll",), ("async",), ("fixed",), ("async", "link"), ("sqpoll", "fixed", "link"))
CANCELED = -125


def programs_run():
    """Whether this kernel lets processes use io_uring."""
    try:
        with open("/proc/sys/kernel/io_uring_disabled", encoding="ascii") as file:
            return file.read().strip() == "0"
    except OSError:
        return True


def traffic(case, *ways, events=EVENTS, options=()):
    """(the run, what the program said, the events of its process)"""
    with live.workspace() as directory:
        command = [live.program("uring"), case, *ways]
        run = live.watch(directory, command, "--events", events, *options)
        if run.status:
            raise AssertionError(f"{case} {ways}: status {run.status}: {run.stderr}")
        said = [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]
        found = [e for e in live.events(run.recording) if "proc" in e]
        return run, said, found if case == "waiting" else live.returned(found)


def port(event, *path):
    at = event
    for key in path:
        at = at.get(key, {})
    return at.get("port")


def hold(checks, case, ways, names_shown):
    """Each completion is one event, with the result, the sockets and the process of it."""
    where = f"{case} {' '.join(ways)}"
    run, said, found = traffic(case, *ways)
    checks.check(run.balanced(), f"{where}: counts do not add up: {run.stats['events']}")
    checks.equal(Counter(e["event"]["name"] for e in found if e["event"].get("ret") != CANCELED),
                 Counter(s["event"] for s in said), f"{where}: events")
    wanted = Counter((s["event"], s["ret"], s["pid"]) for s in said)
    got = Counter((e["event"]["name"], e["event"]["ret"], e["proc"]["pid"]) for e in found
                  if e["event"].get("ret") != CANCELED)
    checks.equal(got, wanted, f"{where}: results and process")
    ids = [e["event"]["call"] for e in found]
    checks.equal(len(set(ids)), len(ids), f"{where}: ids of calls")
    for event in found:
        checks.equal(event["event"]["via"], "io_uring", f"{where}: via")
        checks.equal(event["proc"]["comm"], "uring", f"{where}: name")
        checks.equal("sockfd" in event["args"], "fixed" not in ways, f"{where}: descriptor")
        if event["event"]["ret"] == CANCELED:
            continue
        receives = case in RECEIVES
        checks.equal(port(event, "sock", "local"), said[0]["to" if receives else "from"],
                     f"{where}: local port")
        message = event["msgs"][0]
        checks.equal(message["kernel"]["ret"], event["event"]["ret"], f"{where}: kernel.ret")
        checks.equal(message.get("changed_kernel", []), [], f"{where}: nothing was changed")
        if names_shown:
            checks.equal(port(message, "enter", "name"), said[0]["to"], f"{where}: name")
        if not receives:
            checks.equal(port(message, "peer"), said[0]["to"], f"{where}: peer")
            checks.equal(message["enter"]["iov"]["bytes"], event["event"]["ret"],
                         f"{where}: bytes")


def sends(checks):
    for case in SENDS:
        for ways in WAYS:
            hold(checks, case, ways, "msg" in case)


def receives(checks):
    for case in RECEIVES:
        for ways in ((), ("sqpoll",), ("async",), ("fixed",)):
            if case != "multishot" or "fixed" not in ways:
                hold(checks, case, ways, False)


def received_names(checks):
    """What the kernel wrote into the header of a receive shows at exit."""
    _, said, found = traffic("recvmsg")
    for event in found:
        checks.equal(port(event["msgs"][0], "exit", "name"), said[0]["from"], "the sender")


def multishot_ends(checks):
    """The last completion of a multishot request is the one that ended it."""
    _, _, found = traffic("multishot")
    checks.equal([e["event"]["ret"] for e in found][-1], CANCELED, "the last result")
    checks.equal(len({e["event"]["time"] for e in found}), 1, "times of submission")
    shown = [e["msgs"][0]["enter"]["iov"] for e in found]
    checks.check(all(iov["status"] == "absent" and "bytes" not in iov for iov in shown),
                 f"buffers that the kernel picks: {shown}")


def silent(checks):
    """Requests that succeed without a completion are told all the same."""
    for ways in ((), ("sqpoll",), ("async",)):
        hold(checks, "skip", ways, True)


def silent_beyond_room(checks):
    """More of them on one socket than are remembered: each message is told once all the same."""
    run, said, found = traffic("skip-many", "link")
    kinds = Counter()
    for event in found:
        kinds[event["event"]["name"]] += event["batch"].get("kernel_seen", 0)
    checks.equal(sum(kinds.values()), len(said), f"messages told: {kinds}")
    checks.check(run.balanced() and not run.stats["events"]["lost"].get("state_full"),
                 f"counts: {run.stats['events']}")
    checks.check(kinds["io_uring_sendmsg"] >= 16 and kinds["tocsin_unexplained_send"] > 0, f"{kinds}")
    run, said, found = traffic("skip-many", "link", events="io_uring_sendmsg")
    checks.check(run.balanced(), f"counts: {run.stats['events']}")
    checks.equal(len(found) + run.stats["events"]["lost"].get("state_full", 0), len(said),
                 "told, or counted as lost")


def refused(checks):
    """Requests that the kernel does not take are events with its error."""
    if not live.hook("io_uring_req_failed"):
        return
    for ways in ((), ("sqpoll",), ("fixed",)):
        run, said, found = traffic("refused", *ways)
        checks.check(run.balanced(), f"{ways}: counts: {run.stats['events']}")
        checks.equal([(e["event"]["name"], e["event"]["ret"], e["event"]["error"], e["proc"]["pid"],
                       e["args"]["msg"], e["msgs"][0]["enter"]["name"].get("port"),
                       e["sock"]["local"]["port"]) for e in found],
                     [("io_uring_sendmsg", -22, "EINVAL", s["pid"], hex(s["msg"]), s["to"], s["from"])
                      for s in said], f"{ways}")


def pending(checks):
    """A request that waits for long is told while it does, and again when it is over."""
    for ways in ((), ("fixed",), ("async",)):
        run, said, found = traffic("waiting", *ways)
        checks.check(run.balanced() and run.stats["events"]["pending"] == 1,
                     f"{ways}: counts: {run.stats['events']}")
        checks.equal([(e["event"]["stage"], e["event"].get("ret")) for e in found],
                     [("pending", None), ("call", said[0]["ret"])], f"{ways}: stages")
        checks.equal(len({(e["event"]["call"], e["event"]["time"], e["args"]["len"]) for e in found}), 1,
                     f"{ways}: one request")
        _, _, found = traffic("waiting", *ways, options=("--pending", "0"))
        checks.equal([e["event"]["stage"] for e in found], ["call"], f"{ways}: --pending 0")


def vectorized(checks):
    """The list of buffers of a send that has one."""
    _, said, found = traffic("vectorized")
    checks.equal([e["event"]["ret"] for e in found], [said[0]["ret"]], "result")
    iov = found[0]["msgs"][0]["enter"]["iov"]
    if said[0]["ret"] > 0:
        checks.equal((iov["count"], iov["bytes"], len(iov["segs"])), (4, said[0]["ret"], 4), f"{iov}")


def rewritten(checks):
    """A header changed while the kernel takes the request: the kernel's copy shows."""
    run, said, found = traffic("served")
    message = found[0]["msgs"][0]
    checks.equal(message["changed_kernel"], ["name"], "what was changed")
    checks.equal(port(message, "kernel", "name"), said[0]["to"], "where it went")
    checks.check("mmsg-destination-rewritten" in run.ids(), f"raised {run.ids()}")
    # After that it is the program's own again.
    _, _, found = traffic("rewrite")
    checks.equal(found[0]["msgs"][0]["changed_kernel"], [], "changed after it was taken")


def unexplained(checks):
    """Sends by calls and requests made for files, and by none that is known."""
    ways = {"write": ("syscall", ((1, 7), (20, 34), (328, 7))),
            "ring-write": ("io_uring", ((426, 7),))}
    for case, (via, sent) in ways.items():
        run, _, found = traffic(case)
        checks.check(run.balanced(), f"{case}: counts do not add up: {run.stats['events']}")
        checks.equal([(e["event"]["name"], e["event"]["via"], e["event"].get("nr"),
                       e["batch"]["kernel_seen"], e["batch"]["bytes"]) for e in found],
                     [("tocsin_unexplained_send", via, number, 1, size)
                      for number, size in sent], case)
    for way in ("async", "sqpoll"):
        _, _, found = traffic("ring-write", way)
        checks.equal([(e["event"]["via"], e["event"].get("nr"), e["proc"]["comm"]) for e in found],
                     [("io_uring", None, "uring")], way)


def explained(checks):
    """Nobody needs to be told of a send that is only not wanted."""
    for case in SENDS:
        _, _, found = traffic(case, events="tocsin_unexplained_send")
        checks.equal([e["event"]["name"] for e in found], [], case)
    _, _, found = traffic("recvmsg", events="tocsin_unexplained_send")
    checks.equal([e["event"]["name"] for e in found], [], "sendmsg")


def uncounted(checks):
    """Where nothing counts what is sent, the results of calls and requests made for files tell."""
    hooks = ("--hooks", "raw,io_uring")
    for case, via, n in (("write", "syscall", 3), ("ring-write", "io_uring", 1)):
        _, _, found = traffic(case, events="tocsin_unexplained_send", options=hooks)
        checks.equal([(e["event"]["name"], e["event"]["via"], e["sock"]["type"], e["batch"]["kernel_seen"])
                      for e in found], [("tocsin_unexplained_send", via, "dgram", 1)] * n, case)
    _, _, found = traffic("sendmsg", events="tocsin_unexplained_send", options=hooks)
    checks.equal(found, [], "a request made for sockets")


def signatures(checks):
    """What is raised of each, with every signature and with the default ones."""
    here = {"sendmsg": {"uring-send"}, "write": {"send-by-file-call"},
            "ring-write": {"unexplained-send"}}
    pack = os.path.join(os.path.dirname(live.HERE), "attacks", "everything.yaml")
    for case, wanted in here.items():
        run, _, _ = traffic(case, options=("--rules", pack))
        checks.equal(run.ids(), wanted, case)
        run, _, _ = traffic(case)
        checks.equal(run.ids(), set(), f"{case} by default")


if __name__ == "__main__":
    if not live.program("uring") or not programs_run():
        live.skip("this kernel does not let processes use io_uring")
    live.main(sends, receives, received_names, multishot_ends, silent, silent_beyond_room, refused,
              pending, vectorized, rewritten, unexplained, explained, uncounted, signatures)
