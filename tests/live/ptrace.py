#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ptrace source keeps the promises about CMD, and leaves processes unharmed however it ends."""

import os
import shlex
import signal
import socket
import subprocess
import time

import live
import run as promises
import traced

PTRACE = ("--source", "ptrace")
# Traced programs cannot look for leaks of their own.
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"


# ---- The same promises about CMD ----

def through_ptrace(case):
    """A case of run.py, with the ptrace source."""
    def run(c):
        plain = live.tocsin, live.start
        live.tocsin = lambda verb, *args, **kw: plain[0](
            verb, *(PTRACE if verb == "run" else ()), *args, **kw)
        live.start = lambda verb, *args, **kw: plain[1](verb, *PTRACE, *args, **kw)
        try:
            case(c)
        finally:
            live.tocsin, live.start = plain
    run.__name__ = case.__name__
    return run


# ---- How it treats them ----

def watched(c, command, status=0, *options):
    with live.workspace() as directory:
        run = live.watch(directory, command, *PTRACE, *options)
        c.equal(run.status, status, f"{command}: {run.stderr}")
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        return run, [e for e in live.events(run.recording) if e["event"]["name"] in traced.CALLS]


def signals_and_stops(c):
    """A blocked call: interrupted, restarted, stopped and continued, like untraced."""
    c.equal(subprocess.run(traced.command("signalled"), timeout=live.PATIENCE).returncode, 0, "untraced")
    _, found = watched(c, traced.command("signalled"))
    rets = [e["event"]["error"] or e["event"]["ret"] for e in live.returned(found)]
    c.equal((rets[0], rets[-1]), ("ERESTARTSYS", 1), f"returns: {rets}")


def dies_in_call(c):
    for name, status in (("killed_in_call", 137), ("exec_amid_a_call", 0)):
        run, found = watched(c, traced.command(name), status)
        c.equal([event["event"]["stage"] for event in found], ["pending"], f"{name}: calls told")
        c.equal(run.stats["events"]["seen"], 0, f"{name}: seen")


def each_thread_has_its_turn(c):
    """Those that make calls all the time do not keep others from getting on."""
    with live.workspace() as directory:
        run = live.watch(directory, [live.program("turns"), "24", "20"], *PTRACE, record=False)
        c.equal(run.status, 0, run.stderr)
        c.check(run.balanced(), f"counts: {run.stats['events']}")


def reader_too_slow(c):
    """What finds no room is lost, counted, and told; the program does not wait for the reader."""
    with live.workspace() as directory:
        load = [live.program("load"), "2", "400", "100", "0"]
        script = f"{shlex.join(load)}; kill -CONT $PPID"
        begun, go = (os.path.join(directory, name) for name in ("begun", "go"))
        process = live.start("run", *live.kept(directory), *PTRACE, "--ring-size", "1", "--", "sh",
                             "-c", f": > {begun}; while [ ! -e {go} ]; do sleep 0.1; done; {script}", stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        live.eventually(lambda: os.path.exists(begun))
        process.send_signal(signal.SIGSTOP)
        live.eventually(lambda: state_of(process.pid) == "T")
        live.touch(go)
        stdout, stderr = process.communicate(timeout=live.PATIENCE)
        run = live.finished(subprocess.CompletedProcess([], process.returncode, stdout, stderr),
                            directory)
        counts = run.stats["events"]
        c.equal(run.status, 0, run.stderr)
        c.check(run.balanced(), f"counts: {counts}")
        c.equal(counts["seen"], 800, "seen")
        c.check(counts["lost"].get("ring_full", 0) > 0 and counts["handled"] > 0, f"lost: {counts}")
        told = sum(e["args"]["count"] for e in live.events(run.recording)
                   if e["event"]["name"] == "tocsin_loss" and e["args"]["cause"] == "ring_full")
        c.equal(told, counts["lost"]["ring_full"], "told in the stream")


def start_line(c):
    with live.workspace() as directory:
        run = live.watch(directory, ["true"], *PTRACE)
        host = live.events(run.recording)[0]["host"]
        c.equal((host["source"], host["hooks"]), ("ptrace", "ptrace"), "tocsin_start")


def tracer_of(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(next(l for l in file if l.startswith("TracerPid")).split()[1])


def switches(pid):
    """How often each thread gave up the processor: as it does at each call that is watched."""
    found = {}
    for tid in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{tid}/status", encoding="utf-8") as file:
            found[tid] = int(next(l for l in file if l.startswith("voluntary_ctxt")).split()[1])
    return found


class Sending:
    """A program that sends for ever; each of its lines says how many sends failed."""

    def __init__(self, command=None):
        self.process = subprocess.Popen(command or traced.command("sends_for_ever"), stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.first = self.line()

    def line(self):
        return int(self.process.stdout.readline())

    def unharmed(self, c, what):
        time.sleep(0.2)
        c.equal(self.process.poll(), None, f"{what}: it ended")
        c.equal([self.line() for _ in range(60)], [0] * 60, f"{what}: failed sends")

    def tracer(self):
        return tracer_of(self.process.pid)

    def end(self):
        self.process.kill()
        self.process.wait()


def attached(c):
    """By number: all its threads are watched, and each way to end leaves it be."""
    for what, end in (("SIGINT", signal.SIGINT), ("SIGTERM", signal.SIGTERM),
                      ("SIGKILL", signal.SIGKILL), ("--duration", None)):
        target = Sending()
        with live.workspace() as directory:
            process = live.start("run", *live.kept(directory), *PTRACE, "--pid", target.process.pid,
                                 *(["--duration", "3s"] if end is None else []),
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            live.eventually(target.tracer, what="it is not traced")
            time.sleep(0.5)
            before = switches(target.process.pid)
            if end:
                live.eventually(lambda: all(n > before[tid] + 100
                                            for tid, n in switches(target.process.pid).items()))
                process.send_signal(end)
            _, stderr = process.communicate(timeout=live.PATIENCE)
            live.eventually(lambda: target.tracer() == 0, what=f"{what}: it is traced still")
            target.unharmed(c, what)
            if end != signal.SIGKILL:
                c.equal(process.returncode, 0, f"{what}: {stderr.decode()}")
                run = live.finished(subprocess.CompletedProcess([], 0, b"", stderr), directory)
                tids = {e["proc"]["tid"] for e in live.events(run.recording)
                        if e["event"]["name"] in traced.CALLS}
                c.equal(len(tids), 3, f"{what}: threads seen")
                c.check(run.balanced(), f"{what}: {run.stats['events']}")
        target.end()


def state_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


def left_amid_a_call(c):
    """Let go while it waits in a call, or is stopped: it waits on, stays stopped, and goes on as ever."""
    for what, end in (("SIGINT", signal.SIGINT), ("SIGTERM", signal.SIGTERM)):
        for stopped in (False, True):
            target = Sending(traced.command("waits"))
            port, pid = target.first, target.process.pid
            if stopped:
                target.process.send_signal(signal.SIGSTOP)
                live.eventually(lambda: state_of(pid) == "T", what="it does not stop")
            process = live.start("run", *PTRACE, "--pid", pid, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
            live.eventually(target.tracer, what="it is not traced")
            time.sleep(0.3)
            process.send_signal(end)
            c.equal(process.wait(timeout=live.PATIENCE), 0, f"{what}: status")
            live.eventually(lambda: target.tracer() == 0, what=f"{what}: it is traced still")
            if stopped:
                c.equal(state_of(pid), "T", f"{what}: stopped no longer")
                target.process.send_signal(signal.SIGCONT)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                for _ in range(3):
                    sock.sendto(b"x", ("127.0.0.1", port))
                    c.equal(target.line(), 1, f"{what}, stopped {stopped}: recvmmsg")
            target.end()


def left_while_enforcing(c):
    """Rules that act on calls leave nothing behind."""
    target = Sending()
    with live.workspace() as directory:
        pack = os.path.join(directory, "pack.yaml")
        with open(pack, "w", encoding="utf-8") as file:
            file.write("format: 1\npack: p\ninclude: {ids: [mmsg-vlen-beyond-clamp]}\n"
                       "enforce: {mmsg-vlen-beyond-clamp: {deny: EACCES}}\n")
        for end in (signal.SIGINT, signal.SIGTERM):
            process = live.start("run", *PTRACE, "--enforce", "on", "--rules", pack, "--pid", target.process.pid,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            live.eventually(target.tracer, what="it is not traced")
            time.sleep(0.5)
            process.send_signal(end)
            c.equal(process.wait(timeout=live.PATIENCE), 0, f"{end}: status")
            target.unharmed(c, end.name)
    target.end()


def started_and_left(c):
    """A program of its own that outlives the watching still can send."""
    for what, end in (("--duration", None), ("SIGKILL", signal.SIGKILL)):
        with live.workspace() as directory:
            pid_file = os.path.join(directory, "pid")
            out = os.path.join(directory, "out")
            script = f"echo $$ > {pid_file}; exec {shlex.join(traced.command('sends_for_ever'))} > {out}"
            process = live.start("run", *PTRACE, *(["--duration", "1s"] if end is None else []),
                                 "--", "sh", "-c", script, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
            live.eventually(lambda: os.path.exists(out) and os.path.getsize(out))
            if end:
                process.send_signal(end)
            process.wait(timeout=live.PATIENCE)
            with open(pid_file, encoding="utf-8") as file:
                pid = int(file.read())
            try:
                before = os.path.getsize(out)
                live.eventually(lambda: os.path.getsize(out) > before + 100, what=f"{what}: silent")
                with open(out, encoding="utf-8") as file:
                    c.equal(set(file.read().split()), {"0"}, f"{what}: failed sends")
            finally:
                os.kill(pid, signal.SIGKILL)


def kill_on_exit(c):
    target = Sending()
    process = live.start("run", *PTRACE, "--kill-on-exit", "--pid", target.process.pid,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    live.eventually(target.tracer, what="it is not traced")
    process.kill()
    process.wait()
    c.equal(target.process.wait(timeout=live.PATIENCE), -signal.SIGKILL, "its end")


def bare(*command):
    """As nobody, without any capability."""
    return ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
            "--bounding-set", "-all", "--inh-caps", "-all", *command]


def without_privilege(c):
    """A copy that nobody may run; auto takes ptrace, but never for a whole host."""
    with live.workspace() as directory:
        os.chmod(directory, 0o755)
        program = os.path.join(directory, "attack")
        tool = os.path.join(directory, "tocsin")
        for path, source in ((program, live.attack("kernel-pointer")[0]), (tool, live.TOCSIN)):
            subprocess.run(["install", "-m", "755", source, path], check=True)
        share = os.path.dirname(os.path.dirname(live.HERE))
        rules = ["--signatures", os.path.join(share, "signatures"),
                 "--rules", os.path.join(share, "rules", "default.yaml")]
        done = subprocess.run(bare(tool, "run", "--format", "json", *rules, "--", program,
                                   "kernel-pointer"), capture_output=True, timeout=live.PATIENCE)
        text = done.stderr.decode()
        c.equal(done.returncode, 0, text)
        c.check("ptrace" in text, f"does not say that it traces: {text}")
        c.check(b"mmsg-kernel-pointer" in done.stdout, f"no alert: {done.stdout}")
        done = subprocess.run(bare(tool, "run", *rules), capture_output=True, timeout=live.PATIENCE)
        c.equal(done.returncode, 1, "the whole host")
        reads_tracer = "cat /proc/$(sed -n 's/TracerPid:.//p' /proc/self/status)/mem || :"
        done = subprocess.run(bare(tool, "run", *rules, *PTRACE, "--", "sh", "-c", reads_tracer), capture_output=True,
                              timeout=live.PATIENCE)
        c.check(b"mem: Permission denied" in done.stderr, f"it can reach its tracer's memory: {done}")
        done = subprocess.run(bare(tool, "run", *rules, *PTRACE, "--pid", "1"),
                              capture_output=True, timeout=live.PATIENCE)
        c.equal(done.returncode, 1, "someone else's process")
        c.check(b"cannot be traced" in done.stderr, done.stderr)


if __name__ == "__main__":
    cases = [through_ptrace(case) for case in (
        promises.status_of_command, promises.streams_of_command,
        promises.text_alerts_alone_on_stdout, promises.held_until_hooks_are_attached,
        promises.whole_tree_is_watched, promises.interrupted, promises.duration,
        promises.closed_pipe)]
    live.main(*cases, signals_and_stops, dies_in_call, each_thread_has_its_turn, reader_too_slow, start_line,
              attached, left_amid_a_call, left_while_enforcing, started_and_left, kill_on_exit, without_privilege, need=None)
