#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a recording of any size out of captures of real programs: repeats of them, each of other peers and times.

recordings.py [--seed N] [--events NAME,…] [--payload BYTES] COUNT OUT CAPTURE…   (TOCSIN names the program)

Loopback addresses become those of a new host in each repeat; a payload, which no capture holds, is text like that of
questions to a name server. The same arguments give the same recording.
"""

import argparse
import base64
import json
import os
import random
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

TOCSIN = os.environ.get("TOCSIN", "tocsin")
LOOPBACK = "127.0.0.1"
# Captures of real programs.
NOISE = sorted(Path(__file__).resolve().parents[1].glob("recordings/noise/*.tocsin"))


def captured(path, names):
    """(the first line, the events wanted) of a capture."""
    lines = subprocess.run([TOCSIN, "convert", "-q", path, "-"], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    return events[0], [e for e in events[1:] if not names or e["event"]["name"] in names]


def question(r, size):
    """Bytes that look like a question to a name server."""
    name = "".join(r.choice("abcdefghijklmnopqrstuvwxyz0123456789.-") for _ in range(size))
    return base64.b64encode(r.randbytes(min(12, size)) + name.encode()[12:]).decode()


def with_payload(event, r, size):
    """Payload for each message whose buffers are known."""
    for msg in event.get("msgs", []):
        iov = msg.get("enter", {}).get("iov", {})
        if iov.get("status") == "ok":
            n = min(size, iov.get("bytes", 0))
            iov |= {"data": question(r, n), "data_len": n}


def repeats(events, count, r, payload):
    """Lines of so many events."""
    begun = datetime(2026, 1, 1)
    for number in range(count):
        place = number % len(events)
        if place == 0:
            host = f"{r.randrange(1, 224)}.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(1, 255)}"
        event = json.loads(json.dumps(events[place]))
        event["event"] |= {"seq": number, "cpu": 0, "call": f"0-{number}", "lost_before": 0,
                           "time": (begun + timedelta(microseconds=number)).isoformat(timespec="microseconds") + "Z"}
        if payload:
            with_payload(event, r, payload)
        yield json.dumps(event, separators=(",", ":")).replace(LOOPBACK, host)


def write(captures, out, count, seed=1, names=(), payload=0):
    """Writes the recording `out`."""
    r = random.Random(seed)
    start, events = None, []
    for path in captures:
        first, wanted = captured(path, names)
        start = start or first
        events += wanted
    if not events:
        sys.exit("no such event in these captures")
    r.shuffle(events)
    with subprocess.Popen([TOCSIN, "convert", "-q", "-", out], stdin=subprocess.PIPE, text=True) as convert:
        print(json.dumps(start), file=convert.stdin)
        for line in repeats(events, count, r, payload):
            print(line, file=convert.stdin)
        convert.stdin.close()
        if convert.wait():
            sys.exit("convert failed")


def main():
    """As the words above say."""
    parser = argparse.ArgumentParser(description="Makes a recording out of captures of real programs.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--events", default="", help="only these, by name")
    parser.add_argument("--payload", type=int, default=0, metavar="BYTES")
    parser.add_argument("count", type=int)
    parser.add_argument("out")
    parser.add_argument("captures", nargs="+", metavar="CAPTURE")
    args = parser.parse_args()
    write(args.captures, args.out, args.count, args.seed, set(filter(None, args.events.split(","))), args.payload)


if __name__ == "__main__":
    main()
