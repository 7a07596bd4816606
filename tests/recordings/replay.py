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


def wrong_with(recording):
    """What one recording should not have raised, or why it says nothing."""
    done = subprocess.run([TOCSIN, "replay", "--format", "json", "--rules", "default", recording],
                          capture_output=True, timeout=60, check=False)
    if done.returncode:
        return [f"status {done.returncode}: {done.stderr.decode()}"]
    if b" 0 handled" in done.stderr:
        return ["holds no event"]
    alerts = [json.loads(line) for line in done.stdout.splitlines()]
    return [f"{a['level']} {a['signature']['id']}: {a['message']}" for a in alerts
            if a["kind"] == "alert" and a["level"] not in QUIET]


def main(directory):
    recordings = sorted(Path(directory).glob("*.tocsin"))
    wrong = [f"{path.name}: {what}" for path in recordings for what in wrong_with(path)]
    print(f"{len(recordings)} recordings, {len(wrong)} alerts too many")
    print("\n".join(wrong[:20]), file=sys.stderr)
    return 1 if wrong or not recordings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
