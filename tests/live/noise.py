#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real programs that use these calls: the pack default raises nothing at medium or above.

noise.py [NAME…]               one after the other, each for TOC_NOISE_SECONDS, and tells which calls
                               were seen
noise.py --at-once             all at once, as a user runs tocsin
noise.py --keep DIR [NAME…]    keeps the recordings, without the host's name, for tests/recordings:
                               TOC_NOISE_SECONDS=1 TOC_NOISE_OPS=400 tests/live/noise.py --keep …

The programs are those of honest.py, at a low priority: a flood makes no more calls than the
detector can read. For if much were lost, "nothing raised" would say little. A program that is not
installed is skipped.
"""

import collections
import concurrent.futures
import json
import os
import sys

import honest
import live

QUIET = ("informational", "low")
LOST_AT_MOST = 0.05
HOST = {"id": "0" * 32, "name": "noise"}


def anonymous(recording, to):
    """The recording without the name of the host it was made on."""
    lines = live.tocsin("convert", recording, "-").stdout.splitlines()
    start = json.loads(lines[0])
    start["host"].update(HOST, kernel=start["host"]["kernel"].partition("-")[0])
    text = b"\n".join([json.dumps(start).encode(), *lines[1:]]) + b"\n"
    done = live.tocsin("convert", "-", to, input=text)
    assert done.returncode == 0, done.stderr.decode()


def calls(recording):
    """Which events a recording holds, and how often: "recvmsg 4, sendto 12"."""
    names = collections.Counter(event["event"]["name"] for event in live.events(recording))
    return ", ".join(f"{name} {n}" for name, n in sorted(names.items())
                     if not name.startswith("tocsin_"))


def watch(names, checks, *options, keep=None, record=True):
    """Watches these scenarios at once, and checks what was told of them."""
    what = ", ".join(names)
    with live.workspace() as directory:
        os.chmod(directory, 0o755)
        done = live.watch(directory, ["nice", "-n", "19", honest.__file__, "--together",
                                      directory, *names], "--rules", "default", *options,
                          record=record)
        if not checks.equal(done.status, 0, f"{what}: status") or not done.stats:
            checks.check(False, done.stderr[-2000:])
            return
        counts = done.stats["events"]
        lost = sum(counts["lost"].values())
        checks.check(done.balanced(), f"{what}: counts do not add up: {counts}")
        checks.check(counts["handled"] > 0, f"{what}: no call was seen")
        checks.check(lost <= counts["seen"] * LOST_AT_MOST, f"{what}: too much was lost: {counts}")
        loud = [a for a in done.alerts() if a["kind"] == "alert" and a["level"] not in QUIET]
        for alert in loud[:5]:
            checks.check(False, f"{what}: {alert['level']} {alert['signature']['id']}: "
                         f"{alert['message']}")
        told = f" ({calls(done.recording)})" if record else ""
        print(f"| {what} | {counts['handled']} handled{told}, {lost} lost | "
              f"{', '.join(sorted(done.ids())) or 'none'} |", flush=True)
        if keep:
            anonymous(done.recording, os.path.join(keep, f"{what}.tocsin"))


def one_by_one(names, checks, keep):
    for name in names:
        watch([name], checks, "--events", "*", keep=keep)


def all_at_once(names, checks):
    """A flood has a detector of its own: what it loses is not told of the others."""
    alone = [[name] for name in names if name in honest.FLOODS]
    groups = [[name for name in names if name not in honest.FLOODS], *alone]
    with concurrent.futures.ThreadPoolExecutor(len(groups)) as pool:
        watched = [pool.submit(watch, group, checks, "--ring-size", "64", record=False)
                for group in groups if group]
        for group in watched:
            group.result()


def main(arguments):
    live.need_bpf()
    if not honest.have_namespaces():
        live.skip("no namespaces of its own")
    keep = arguments[1] if arguments[:1] == ["--keep"] else None
    named = arguments[2:] if keep else [a for a in arguments if a != "--at-once"]
    names = list(honest.installed(named or honest.SCENARIOS))
    if not names:
        live.skip("none of the programs is installed")
    checks = live.Checks()
    if "--at-once" in arguments:
        all_at_once(names, checks)
    else:
        one_by_one(names, checks, keep)
    print("\n".join(checks.wrong), file=sys.stderr)
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
