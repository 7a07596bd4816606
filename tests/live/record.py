#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recordings: the same alerts as live, in every form, and after every kind of end."""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess

import live

ATTACKS = ("kernel-pointer", "vlen-2000", "readonly-len", "timeout", "rewrite")
ATTACK = live.attack("kernel-pointer")
SCRIPT = "; ".join(shlex.join(live.attack(name)) for name in ATTACKS)


def ids(lines):
    return [a["signature"]["id"] for a in live.alerts(lines)]


def same_alerts_as_run(c):
    with live.workspace() as directory:
        run = live.watch(directory, ["sh", "-c", SCRIPT])
        recording = os.path.join(directory, "alone.tocsin")
        done = live.tocsin("record", "-o", recording, "--", "sh", "-c", SCRIPT)
        c.equal((done.returncode, done.stdout), (0, b""), done.stderr.decode())
        again = live.replay(recording)
        c.equal(again.returncode, 0, again.stderr.decode())
        c.equal(ids(again.stdout), ids(run.stdout), "alerts of record and replay, and of run")
        c.check(len(ids(run.stdout)) >= len(ATTACKS), "too few alerts to compare")
        text = [live.tocsin("replay", "--color", "never", f).stdout for f in (run.recording,) * 2]
        c.check(text[0] and text[0] == text[1], "two replays as text differ")


def three_forms(c):
    """Recording, JSON Lines and a recording of these: the same bytes come out."""
    with live.workspace() as directory:
        run = live.watch(directory, ["sh", "-c", SCRIPT])
        lines, back = f"{directory}/a.jsonl", f"{directory}/b.tocsin"
        for pair in ((run.recording, lines), (lines, back)):
            done = live.tocsin("convert", *pair)
            c.equal(done.returncode, 0, f"convert {pair}: {done.stderr.decode()}")
        for form in (run.recording, lines, back):
            again = live.replay(form)
            c.equal((again.returncode, again.stdout == run.stdout), (0, True),
                    f"replay of {os.path.basename(form)}: {again.stderr.decode()}")
        with open(lines, "rb") as file:
            text = file.read()
        c.check(live.tocsin("convert", back, "-").stdout == text, "the second JSON Lines differ")
        with open(run.recording, "rb") as file:
            streamed = live.tocsin("replay", "--format", "json", "-", stdin=file)
        c.equal((streamed.returncode, streamed.stdout == run.stdout), (0, True), "through stdin")


def long_load(directory):
    """Records a load that goes on; returns the recorder, and how to end the load."""
    recording, pidfile = os.path.join(directory, "long.tocsin"), os.path.join(directory, "pid")
    load = shlex.join([live.program("load"), "2", "1000000", "8", "500"])
    script = (f"echo $$ > {pidfile}.tmp; mv {pidfile}.tmp {pidfile}; {shlex.join(ATTACK)}; "
              f"exec {load}")
    process = live.start("record", "-o", recording, "--", "sh", "-c", script,
                         stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    live.eventually(lambda: os.path.exists(pidfile), what="the load did not start")
    with open(pidfile, encoding="utf-8") as file:
        pid = int(file.read())
    return process, recording, pid


def calls_in(recording):
    return sum(e["event"]["name"] == "sendmmsg" for e in live.events(recording))


def ended(c, number, check):
    with live.workspace() as directory:
        process, recording, pid = long_load(directory)
        try:
            size = os.path.getsize(recording)
            # By more than the table: by a block of the load.
            live.eventually(lambda: os.path.getsize(recording) > size + 40000,
                            "the recording does not grow")
            process.send_signal(number)
            process.wait(timeout=live.PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        check(c, process.returncode, process.stderr.read().decode(), recording)


def killed_recorder(c):
    """kill -9 loses the block being written; the reader gives the rest and says so."""
    def check(c, status, _, recording):
        c.equal(status, -signal.SIGKILL, "status")
        again = live.replay(recording)
        text = again.stderr.decode()
        c.equal(again.returncode, 1, f"status of the replay: {text}")
        c.check("cut" in text or "end" in text or "index" in text, f"does not say it: {text}")
        c.equal(ids(again.stdout), ["mmsg-kernel-pointer"], "alerts before the cut")
        c.check(calls_in(recording) > 100, "too few calls")
    ended(c, signal.SIGKILL, check)


def finished_recorder(c):
    def check(c, status, stderr, recording):
        c.equal(status, 0, f"status: {stderr}")
        again = live.replay(recording)
        c.equal(again.returncode, 0, f"status of the replay: {again.stderr.decode()}")
        c.equal(ids(again.stdout), ["mmsg-kernel-pointer"], "alerts")
    ended(c, signal.SIGTERM, check)


def cut_and_damaged(c):
    """Whatever is left of a file gives its whole blocks, status 1 and no more than that."""
    with live.workspace() as directory:
        recording, part = f"{directory}/a.tocsin", f"{directory}/part.tocsin"
        load = shlex.join([live.program("load"), "1", "1500", "8", "1000"])
        done = live.tocsin("record", "-o", recording, "--", "sh", "-c",
                           f"{shlex.join(ATTACK)}; {load}; {shlex.join(ATTACK)}")
        c.equal(done.returncode, 0, done.stderr.decode())
        whole = live.replay(recording)
        c.equal(len(ids(whole.stdout)), 2, "alerts of the whole")
        with open(recording, "rb") as file:
            data = file.read()
        damaged = bytearray(data)
        damaged[len(data) // 2] ^= 0x55
        for name, content, at_least in (
                ("cut early", data[:len(data) // 8], 0), ("cut late", data[:len(data) * 7 // 8], 1),
                ("cut by one byte", data[:-1], 2), ("damaged", bytes(damaged), 1)):
            with open(part, "wb") as file:
                file.write(content)
            again = live.replay(part)
            c.equal(again.returncode, 1, f"{name}: {again.stderr.decode()}")
            c.check(at_least <= len(ids(again.stdout)) <= 2, f"{name}: {ids(again.stdout)}")
            c.check(again.stderr, f"{name}: nothing is said")


def target_in_the_way(c):
    """A place that cannot be written is told before CMD runs."""
    with live.workspace() as directory:
        mark = f"{directory}/ran"
        for path in (f"{directory}/no/such/place.tocsin", directory):
            done = live.tocsin("record", "-o", path, "--", "touch", mark)
            c.check(done.returncode in (1, 2), f"{path}: status {done.returncode}")
            c.check(live.one_line(done.stderr.decode()), f"{path}: {done.stderr.decode()}")
            c.check(not os.path.exists(mark), f"{path}: the command ran")


def old_recording_is_kept(c):
    """What cannot watch does not empty the file that is there, nor leave an empty one."""
    bare = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", live.TOCSIN, "record",
            "--source", "bpf", "-o"]
    if not shutil.which("setpriv"):
        return
    with live.workspace() as directory:
        old, new = f"{directory}/old.tocsin", f"{directory}/new.tocsin"
        with open(old, "wb") as file:
            file.write(b"precious")
        for path in (old, new):
            done = subprocess.run([*bare, path, "--", "true"], capture_output=True, timeout=live.PATIENCE)
            c.equal(done.returncode, 1, done.stderr.decode())
        with open(old, "rb") as file:
            c.check(file.read() == b"precious", "the old recording was overwritten")
        c.check(not os.path.exists(new), "an empty file is left")


if __name__ == "__main__":
    live.main(same_alerts_as_run, three_forms, killed_recorder, finished_recorder, cut_and_damaged,
              target_in_the_way, old_recording_is_kept)
