#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays recordings of real programs: nothing at medium or above. Needs no privilege.

replay.py DIR   tests/live/noise.py --keep makes them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

TOCSIN = os.environ["TOCSIN"]
QUIET = ("informational", "low")
# recording → what must be in it: the program, and a call of its own
HOLDS = {
    "chronyd": {("chronyd", "recvmmsg"), ("chronyd", "sendmsg")},
    "dig": {("dig", "sendmmsg"), ("knotd", "recvmmsg")},
    "dnsperf": {("dnsperf", "sendto"), ("knotd", "recvmmsg"), ("knotd", "sendmmsg")},
    "getaddrinfo": {("getent", "sendmmsg"), ("getent", "recvfrom")},
    # Its data go through write and read.
    "iperf3": {("iperf3", "pselect6"), ("iperf3", "recvfrom")},
    "kdig": {("kdig", "sendmsg"), ("knotd", "sendmmsg")},
    "rsyslogd": {("rsyslogd", "recvmmsg"), ("logger", "sendmsg")},
    "stress_sock": {("stress-ng", "sendmmsg"), ("stress-ng", "recvmmsg"), ("stress-ng", "sendto")},
    "stress_udp": {("stress-ng", "sendto"), ("stress-ng", "recvfrom")},
}


def held(recording):
    """Which program made which call."""
    done = subprocess.run([TOCSIN, "convert", recording, "-"], capture_output=True, timeout=240,
                          check=True)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return {(os.path.basename(e["proc"].get("exe", "")), e["event"]["name"])
            for e in events if "proc" in e}


def wrong_with(recording):
    """What one recording should not have raised, or why it says nothing."""
    done = subprocess.run([TOCSIN, "replay", "--format", "json", "--rules", "default", recording],
                          capture_output=True, timeout=240, check=False)
    if done.returncode:
        return [f"status {done.returncode}: {done.stderr.decode()}"]
    missing = HOLDS.get(recording.stem, set()) - held(recording)
    if missing:
        return [f"without {program}'s {call}" for program, call in sorted(missing)]
    alerts = [json.loads(line) for line in done.stdout.splitlines()]
    return [f"{a['level']} {a['signature']['id']}: {a['message']}" for a in alerts
            if a["kind"] == "alert" and a["level"] not in QUIET]


def main(directory):
    recordings = sorted(Path(directory).glob("*.tocsin"))
    wrong = [f"no recording of {name}" for name in HOLDS.keys() - {p.stem for p in recordings}]
    wrong += [f"{path.name}: {what}" for path in recordings for what in wrong_with(path)]
    print(f"{len(recordings)} recordings, {len(wrong)} things wrong")
    print("\n".join(wrong[:20]), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
