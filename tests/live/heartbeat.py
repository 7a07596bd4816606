#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Heartbeats come through the whole path; when somebody breaks it, that is an alert in time."""

import contextlib
import ctypes
import json
import os
import re
import signal
import struct
import subprocess
import time

import live

NR_BPF = 321
MAP_UPDATE, MAP_FD, INFO, LINK_FD, LINK_DETACH = 2, 14, 15, 30, 34
LINK_TYPE_CGROUP = 3
EVERY = 0.3  # seconds
IN_TIME = 10  # what a busy machine may add to that
BLIND = re.compile("warning: blind .*late-heartbeat")

libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attr):
    """The result; the attributes as the kernel left them. Raises OSError."""
    room = ctypes.create_string_buffer(attr + bytes(128 - len(attr)), 128)
    ret = libc.syscall(ctypes.c_long(NR_BPF), ctypes.c_int(command), room, ctypes.c_uint(128))
    if ret < 0:
        raise OSError(ctypes.get_errno(), "bpf")
    return ret, room.raw


def ids(pid, what):
    """Of the maps or the links that a process holds."""
    found = set()
    for fd in os.listdir(f"/proc/{pid}/fdinfo"):
        with contextlib.suppress(FileNotFoundError), open(f"/proc/{pid}/fdinfo/{fd}", encoding="utf-8") as file:
            found |= {int(line.split()[1]) for line in file if line.startswith(f"{what}_id:")}
    return found


def info_of(fd, n=96):
    room = ctypes.create_string_buffer(n)
    bpf(INFO, struct.pack("=IIQ", fd, n, ctypes.addressof(room)))
    return room.raw


def clear_settings(maps):
    """Zeroes the variables of the programs in the kernel: they look at no call any more."""
    done = 0
    for number in maps:
        fd, _ = bpf(MAP_FD, struct.pack("=I", number))
        _, _, _, value_size = struct.unpack_from("=IIII", info_of(fd))
        name = info_of(fd)[24:40].rstrip(b"\0")
        if name.endswith(b".bss"):
            key, value = ctypes.c_uint32(0), ctypes.create_string_buffer(value_size)
            bpf(MAP_UPDATE, struct.pack("=IIQQQ", fd, 0, ctypes.addressof(key),
                                        ctypes.addressof(value), 0))
            done += 1
        os.close(fd)
    return done


def detach(links):
    """Detaches what can be detached: the hooks on cgroups."""
    done = 0
    for number in links:
        fd, _ = bpf(LINK_FD, struct.pack("=I", number))
        if struct.unpack_from("=I", info_of(fd, 64))[0] == LINK_TYPE_CGROUP:
            bpf(LINK_DETACH, struct.pack("=I", fd))
            done += 1
        os.close(fd)
    return done


def none_came(text):
    """The alerts that no heartbeat came; that one took long may be told besides, on a machine that is busy."""
    told = [json.loads(line) for line in text.splitlines(True) if line.endswith("\n")]
    return [a for a in told if a.get("signature", {}).get("id") == "late-heartbeat" and a["kind"] == "alert"
            and a["event"]["args"]["missing"]]


def late(path):
    """Those that are there by now."""
    with open(path, encoding="utf-8") as file:
        return none_came(file.read())


class Watching:
    """The detector, its own maps and links, and its alerts as they come."""

    def __init__(self, directory, *options):
        self.directory, self.alerts = directory, os.path.join(directory, "alerts.json")
        self.process = live.start("run", *live.kept(directory), "-o", self.alerts, "--pid",
                                  os.getpid(), "--heartbeat", f"{int(EVERY * 1000)}ms", *options,
                                  stderr=subprocess.PIPE)
        live.eventually(lambda: os.path.exists(self.alerts), what="it did not begin")
        time.sleep(3 * EVERY)
        self.maps, self.links = ids(self.process.pid, "map"), ids(self.process.pid, "link")

    def end(self):
        self.process.send_signal(signal.SIGINT)
        _, err = self.process.communicate(timeout=live.PATIENCE)
        with open(self.alerts, "rb") as file:
            out = file.read()
        return live.finished(subprocess.CompletedProcess([], self.process.returncode, out, err),
                             self.directory)


def alerted(c, path, what=""):
    began = time.monotonic()
    alert = live.eventually(lambda: late(path), what="no alert")[0]
    took = time.monotonic() - began
    c.check(took < 4 * EVERY + IN_TIME, f"{what}: the alert took {took:.1f} s")
    c.check(alert["message"].startswith("no heartbeat for"), alert["message"])


def broken_by(c, attack, *options, tries=5):
    with live.workspace() as directory:
        watching = Watching(directory, *options)
        if late(watching.alerts) and tries:  # as can be on a busy machine; then none is told for a minute
            watching.end()
            return broken_by(c, attack, *options, tries=tries - 1)
        c.equal(late(watching.alerts), [], "alerts before")
        c.check(attack(watching) > 0, "nothing to attack was found")
        alerted(c, watching.alerts)
        run = watching.end()
        beats = run.stats["events"]["heartbeats"]
        c.check(beats["came"] >= 1 and beats["missing"] >= 1, f"counts: {beats}")
        again = live.replay(run.recording)
        c.equal((again.returncode, again.stdout), (0, run.stdout), "the replay")
        return run


def settings_cleared(c):
    broken_by(c, lambda watching: clear_settings(watching.maps))


def hooks_detached(c):
    broken_by(c, lambda watching: detach(watching.links))


def stopped_for_a_while(c):
    def stop(watching):
        watching.process.send_signal(signal.SIGSTOP)
        time.sleep(4 * EVERY)
        watching.process.send_signal(signal.SIGCONT)
        return 1
    broken_by(c, stop)


def ring_full(c):
    """While nobody reads, others' calls fill the ring: the heartbeats of that time are lost."""
    flood = [live.program("load"), "1", "200", "250", "0"]

    def fill(watching):
        watching.process.send_signal(signal.SIGSTOP)
        subprocess.run(flood, check=True, timeout=live.PATIENCE, stdout=subprocess.DEVNULL)
        time.sleep(4 * EVERY)
        watching.process.send_signal(signal.SIGCONT)
        return 1
    run = broken_by(c, fill, "--ring-size", "1")
    c.check(run.balanced() and run.stats["events"]["lost"].get("ring_full", 0) > 0,
            f"counts: {run.stats['events']}")


def counted_well(c, beats, began):
    """Of a run of some beats that began then: on a busy machine fewer are made, or more, as all takes longer."""
    most = (time.monotonic() - began) / EVERY + 2
    c.check(2 <= beats["came"] <= most, f"heartbeats: {beats}")
    c.check(0 < beats["last_ns"] <= beats["max_ns"] < IN_TIME * 10**9, f"heartbeats: {beats}")


def counted(c):
    with live.workspace() as directory:
        began = time.monotonic()
        run = live.watch(directory, ["sleep", "1.2"], "--heartbeat", "300ms")
        beats = run.stats["events"]["heartbeats"]
        counted_well(c, beats, began)
        c.check("heartbeats came" in run.stderr and not BLIND.search(run.stderr), run.stderr)
        c.equal((run.stats["events"]["handled"], run.alerts()), (0, []), "calls of the host")
        found = [e["args"] for e in live.events(run.recording)
                 if e["event"]["name"] == "tocsin_heartbeat"]
        c.equal(sum(not a["missing"] for a in found), beats["came"], "events")
        c.check(beats["missing"] or {(a["missed"], a["missing"]) for a in found} == {(0, False)}, f"all came: {found}")
        stats = os.path.join(directory, "again.json")
        live.replay(run.recording, "--stats", stats)
        with open(stats, encoding="utf-8") as file:
            c.equal(json.load(file)["events"]["heartbeats"], beats, "counts of the replay")
        run = live.watch(directory, ["sleep", "0.3"], "--heartbeat", "0")
        c.equal(run.stats["events"]["heartbeats"]["came"], 0, "switched off")
        c.check(BLIND.search(run.stderr), run.stderr)


def in_a_pid_namespace(c):
    """There tocsin learns its number outside, or its heartbeats would be taken for others' calls."""
    command = ["unshare", "--pid", "--fork", "--mount-proc", live.TOCSIN, "run", "--duration", "1s",
               "--heartbeat", "200ms", "--format", "json", "--stats", "/dev/stdout", "--", "sleep",
               "0.8"]
    done = subprocess.run(command, capture_output=True, timeout=live.PATIENCE)
    c.equal(done.returncode, 0, done.stderr)
    if done.returncode == 0:
        beats = json.loads(done.stdout.splitlines()[-1])["events"]["heartbeats"]
        c.check(beats["came"] >= 1, f"heartbeats: {beats}")


def told_by_doctor(c):
    done = live.tocsin("doctor", "--live")
    c.equal(done.returncode, 0, done.stderr)
    c.check(b"programs attached" in done.stdout and b" came, " in done.stdout, done.stdout)
    for _ in range(10):  # of fifty, of which a busy machine makes fewer
        done = live.tocsin("doctor", "--live", "--format", "json")
        told = json.loads(done.stdout.splitlines()[-1])["live"]
        if told["heartbeats"] > 10:
            break
    c.check(told["heartbeats"] > 10 and 0 < told["p50_ns"] <= told["max_ns"], told)
    c.check(told["attached"] == told["programs"] > 0 and told["fault"] == "", told)


if __name__ == "__main__":
    live.main(counted, settings_cleared, hooks_detached, stopped_for_a_while, ring_full, in_a_pid_namespace,
              told_by_doctor)
