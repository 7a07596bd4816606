# SPDX-License-Identifier: Apache-2.0
"""What the live tests share: running the detector around a command, on the real kernel."""

import json
import os
import subprocess
import sys
import tempfile

TOCSIN = os.environ["TOCSIN"]
BUILD = os.environ["TOC_BUILD_DIR"]
SKIP = 77


class Run:
    """One finished run: its status, output lines, counts and recording."""

    def __init__(self, status, stdout, stderr, stats, recording):
        self.status, self.stdout, self.stderr = status, stdout, stderr
        self.stats, self.recording = stats, recording

    def alerts(self):
        return [json.loads(line) for line in self.stdout.splitlines()]

    def ids(self):
        return {a["signature"]["id"] for a in self.alerts() if a["kind"] == "alert"}

    def balanced(self):
        """seen = filtered + handled + lost, with something seen."""
        e = self.stats["events"]
        return e["seen"] == e["filtered"] + e["handled"] + sum(e["lost"].values())


def tocsin(*args, **kwargs):
    return subprocess.run([TOCSIN, *map(str, args)], capture_output=True, timeout=120, **kwargs)


def watch(directory, command, *options, stdin=subprocess.DEVNULL):
    """tocsin run --format json … -- command, recorded into directory."""
    recording = os.path.join(directory, "run.tocsin")
    stats = os.path.join(directory, "stats.json")
    done = tocsin("run", "--format", "json", "--record", recording, "--stats", stats, *options,
                  "--", *command, stdin=stdin)
    counts = json.load(open(stats)) if os.path.exists(stats) else None
    return Run(done.returncode, done.stdout, done.stderr.decode(errors="replace"), counts, recording)


def replay(recording, *options):
    return tocsin("replay", "--format", "json", *options, recording)


def attack(name, convention="native", honest=False, bits=64):
    """The command line of an attack program, or None where it was not built."""
    program = os.path.join(BUILD, "tests/attacks", "attack32" if bits == 32 else "attack")
    if not os.path.exists(program):
        return None
    return [program, name, *(["--honest"] if honest else []), convention]


def need_bpf():
    """Leaves with "cannot be tried here" where no BPF program loads."""
    doctor = tocsin("doctor")
    if doctor.returncode != 0:
        print("no live capture here:", doctor.stderr.decode().strip() or doctor.stdout.decode())
        sys.exit(SKIP)


def workspace():
    return tempfile.TemporaryDirectory(prefix="tocsin-live-")
