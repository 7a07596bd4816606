# SPDX-License-Identifier: Apache-2.0
"""What the live tests share: running the detector around a command, on the real kernel."""

import json
import os
import subprocess
import sys
import tempfile
import time

TOCSIN = os.environ["TOCSIN"]
BUILD = os.environ["TOC_BUILD_DIR"]
HERE = os.path.dirname(os.path.abspath(__file__))
SKIP = 77
# Seconds after which something is taken for hanging. What a test expects takes a small part of it on a quiet machine.
PATIENCE = 240
# Emulated machines are slow: there programs make their calls in their own way alone, and fewer of them.
HASTE = "TOC_HASTE" in os.environ
# The hooks that runs are made with, rather than the best ones.
HOOKS = os.environ.get("TOC_HOOKS")
# How calls can be made: by programs of so many bits, in this convention.
PLACES = tuple((bits, convention) for bits, convention in (
    (64, "native"), (64, "int80"), (64, "socketcall"), (32, "native"), (32, "socketcall"))
    if convention == "native" or not HASTE)


def alerts(text):
    """All but that heartbeats are late: that is about how loaded the machine is, not about what was run."""
    told = [json.loads(line) for line in text.splitlines()]
    return [a for a in told if a.get("signature", {}).get("id") != "late-heartbeat"]


class Run:
    """One finished run: its status, output lines, counts and recording."""

    def __init__(self, status, stdout, stderr, stats, recording):
        self.status, self.stdout, self.stderr = status, stdout, stderr
        self.stats, self.recording = stats, recording

    def alerts(self):
        return alerts(self.stdout)

    def ids(self):
        return {a["signature"]["id"] for a in self.alerts() if a["kind"] == "alert"}

    def balanced(self):
        """seen = filtered + handled + lost, with something seen."""
        e = self.stats["events"]
        return e["seen"] == e["filtered"] + e["handled"] + sum(e["lost"].values())


def _command(args):
    words = [TOCSIN, *map(str, args)]
    if HOOKS and words[1] in ("run", "record") and not {"--hooks", "ptrace"} & set(words):
        words[2:2] = ["--hooks", HOOKS]
    return words


def tocsin(*args, **kwargs):
    return subprocess.run(_command(args), capture_output=True, timeout=PATIENCE, **kwargs)


def start(*args, **kwargs):
    """The detector in the background."""
    return subprocess.Popen(_command(args), **kwargs)


def finished(done, directory):
    """What a run left behind: done is its CompletedProcess."""
    stats = os.path.join(directory, "stats.json")
    counts = None
    if os.path.exists(stats):
        with open(stats, encoding="utf-8") as file:
            counts = json.load(file)
    return Run(done.returncode, done.stdout, done.stderr.decode(errors="replace"), counts,
               os.path.join(directory, "run.tocsin"))


def kept(directory, record=True):
    """The options that keep what finished() reads."""
    recording = ("--record", os.path.join(directory, "run.tocsin")) if record else ()
    return ("--format", "json", "--stats", os.path.join(directory, "stats.json"), *recording)


def watch(directory, command, *options, record=True, stdin=subprocess.DEVNULL):
    """tocsin run --format json … -- command, recorded into directory unless told otherwise."""
    done = tocsin("run", *kept(directory, record), *options, "--", *command, stdin=stdin)
    return finished(done, directory)


def replay(recording, *options):
    return tocsin("replay", "--format", "json", *options, recording)


def each_event(recording):
    """The events of a recording, from its JSON Lines, one at a time: all at once may need much memory."""
    with subprocess.Popen(_command(("convert", recording, "-")), stdout=subprocess.PIPE) as convert:
        yield from map(json.loads, convert.stdout)
    if convert.returncode not in (0, 1):
        raise AssertionError(f"convert: status {convert.returncode}")


def events(recording):
    return list(each_event(recording))


def returned(found):
    """Calls, each once: one that lasts (on a loaded machine any may) is told as pending before, too."""
    return [e for e in found if e["event"].get("stage") != "pending"]


def program(name):
    """A program of tests/attacks, or None where it was not built."""
    path = os.path.join(BUILD, name)
    return path if os.path.exists(path) else None


def programs(name):
    """Every way that a program of tests/attacks makes its calls: its path, and the convention."""
    for bits, convention in PLACES:
        path = program(f"{name}32" if bits == 32 else name)
        if path:
            yield path, convention


def attack(name, convention="native", honest=False, bits=64):
    """The command line of an attack, or None where it was not built."""
    path = program("attack32" if bits == 32 else "attack")
    return path and [path, name, *(["--honest"] if honest else []), convention]


def skip(why):
    print("cannot be tried here:", why)
    sys.exit(SKIP)


def need_bpf():
    """Leaves with "cannot be tried here" where no BPF program loads."""
    doctor = tocsin("doctor")
    if doctor.returncode != 0:
        skip(doctor.stderr.decode().strip() or doctor.stdout.decode())


def hook(name):
    """The name, or None where this kernel has no such hook."""
    programs = json.loads(tocsin("doctor", "--format", "json").stdout)["programs"]
    return name if any(p["name"] == name and p["loaded"] for p in programs) else None


def workspace():
    return tempfile.TemporaryDirectory(prefix="tocsin-live-")


def eventually(condition, what="it never happened"):
    """Waits until the condition holds, and returns what it gave."""
    end = time.monotonic() + PATIENCE / 4
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError(what)
        time.sleep(0.02)


def touch(path):
    with open(path, "w", encoding="utf-8"):
        pass


def one_line(text):
    """Whether an error is told in one line, with a word on what to do."""
    return len([line for line in text.splitlines() if line.strip()]) == 1


class Checks:
    """Collects what is wrong, so that one run shows all of it."""

    def __init__(self):
        self.wrong = []

    def check(self, ok, what):
        if not ok:
            self.wrong.append(str(what))
        return ok

    def equal(self, got, wanted, what):
        return self.check(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")


def main(*cases, need=need_bpf):
    """Runs each case(checks), or those named on the command line, or with "-" before their names all others, and ends
    the program; need() leaves where they cannot be tried."""
    given = sys.argv[1:]
    named = [word for word in given if not word.startswith("-")]
    if need:
        need()
    failed = 0
    for case in cases:
        name = case.__name__
        if (named and name not in named) or f"-{name}" in given:
            continue
        checks = Checks()
        began = time.monotonic()
        try:
            case(checks)
        except (AssertionError, OSError, ValueError, LookupError, TypeError,
                subprocess.SubprocessError) as error:
            checks.wrong.append(f"{type(error).__name__}: {error}")
        failed += bool(checks.wrong)
        print(f"{'FAIL' if checks.wrong else 'ok'} {name} ({time.monotonic() - began:.1f} s)")
        for what in checks.wrong[:20]:
            print("    " + what.replace("\n", "\n    "))
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
