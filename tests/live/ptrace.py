#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ptrace source: the events that BPF gives of the same calls, the same promises about CMD, and
processes left unharmed however it ends.

ptrace.py child NAME is a program to be traced.
"""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time

import attacks
import live
import mmsg
import run as promises

PTRACE = ("--source", "ptrace")
CALLS = ("sendmmsg", "recvmmsg", "recvmmsg_time32")
# The attacks cannot look for leaks of their own while they are traced.
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"


# ---- The same calls under both ----

# What only one of the two can know, or each in its own way: path, why.
OWN = {
    "event.call": "numbered by each", "event.seq": "numbered by each", "event.cpu": "one tracer",
    "event.time": "the stop comes first", "event.duration_ns": "with the stop",
    "proc.traced": "BPF sees the other one's tracing", "proc.id": "made of start_ns",
    "proc.start_ns": "/proc tells it to a clock tick",
    "batch.kernel_seen": "kernel witness", "batch.bytes": "kernel witness",
    "msgs.kernel": "kernel witness", "msgs.changed_kernel": "kernel witness",
    "msgs.changed": "union with changed_kernel", "msgs.peer": "from the kernel first",
    "msgs.peer_from": "from the kernel first",
}


def calls(path):
    """Calls by thread, in their order."""
    found = {}
    for event in live.events(path):
        if event["event"]["name"] in CALLS:
            found.setdefault(event["proc"]["tid"], []).append(event)
    return found


def differing(bpf, ptrace, path=""):
    if path in OWN or (path in LATE and (bpf is None or ptrace is None)):
        return []
    if isinstance(bpf, dict) and isinstance(ptrace, dict):
        return [d for key in sorted(bpf.keys() | ptrace.keys())
                for d in differing(bpf.get(key), ptrace.get(key), f"{path}.{key}".lstrip("."))]
    if isinstance(bpf, list) and isinstance(ptrace, list) and len(bpf) == len(ptrace):
        return [d for one, other in zip(bpf, ptrace) for d in differing(one, other, path)]
    return [] if bpf == ptrace else [f"{path}: bpf {bpf!r}, ptrace {ptrace!r}"]


# Asked of /proc by whoever reads the records: of a process that is gone by then, not known.
LATE = ("proc.exe", "proc.cgroup", "proc.container", "proc.parent.exe")


def cut(event, n):
    """How far messages are looked at again follows the kernel's witness where there is one: those
    that went, and that the return value does not tell of, are left out."""
    for msg in event["msgs"][n:]:
        for key in ("exit", "changed_exit"):
            msg.pop(key, None)


def both(directory, command):
    """The recordings of one run watched by both: BPF looks at what ptrace stops."""
    paths = [os.path.join(directory, name) for name in ("bpf", "ptrace")]
    inner = [live.TOCSIN, "record", "-q", *PTRACE, "-o", paths[1], "--", *command]
    done = live.tocsin("record", "-q", "--source", "bpf", "-o", paths[0], "--", *inner)
    return done, [calls(path) for path in paths]


def compare(c, where, command):
    with live.workspace() as directory:
        done, (bpf, ptrace) = both(directory, command)
        c.equal(done.returncode, 0, f"{where}: {done.stderr.decode()}")
        c.equal({tid: len(v) for tid, v in ptrace.items()},
                {tid: len(v) for tid, v in bpf.items()}, f"{where}: calls by thread")
        c.check(bpf, f"{where}: no calls")
        for tid in bpf.keys() & ptrace.keys():
            for one, other in zip(bpf[tid], ptrace[tid]):
                ret = max(one["event"]["ret"], 0)
                if one["batch"].get("kernel_seen", 0) > ret:
                    cut(one, ret)
                    cut(other, ret)
                for d in differing(one, other)[:5]:
                    c.check(False, f"{where}: {d}")
                ticks = (one["proc"]["start_ns"] // 10**7, other["proc"]["start_ns"] // 10**7)
                c.equal(*ticks, f"{where}: start in ticks")


def same_events_as_bpf(c):
    for name, (must, _, places) in attacks.ATTACKS.items():
        if name == "race":
            continue  # two looks, two results
        for bits, convention in places:
            for honest in (False, True):
                command = live.attack(name, convention, honest, bits)
                if command and (honest or must is not None):
                    compare(c, " ".join(command[1:]) + f" {bits}", command)


# Signatures that ptrace is blind to: they look at the kernel's witness.
BLIND = {"mmsg-destination-rewritten", "mmsg-sent-more-than-returned", "mmsg-unreadable-at-entry",
         "mmsg-destination-restored", "mmsg-received-more-than-returned", "mmsg-beyond-capture",
         "mmsg-reflection"}


def alerts_without_kernel_witness(c):
    for name, (must, may, places) in attacks.ATTACKS.items():
        for bits, convention in places:
            for honest in (False, True):
                command = live.attack(name, convention, honest, bits)
                if not command or (must is None and not honest):
                    continue
                wanted = set() if honest else must - BLIND
                allowed = wanted | (set() if honest else may)
                with live.workspace() as directory:
                    run = live.watch(directory, command, *PTRACE)
                    where = f"{' '.join(command[1:])} {bits}"
                    c.equal(run.status, 0, f"{where}: {run.stderr}")
                    c.check(wanted <= run.ids() <= allowed,
                            f"{where}: raised {sorted(run.ids())}, expected {sorted(wanted)}")
                    c.check(run.balanced(), f"{where}: {run.stats['events']}")
                    again = live.replay(run.recording)
                    c.equal((again.returncode, again.stdout), (0, run.stdout), f"{where}: replay")


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


# ---- Programs to be traced ----

def sender():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    batch = mmsg.Batch(2).every(name=mmsg.inet(*receiver.getsockname()))
    return lambda: mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 2, 0)


def sends_for_ever():
    """A line for every twenty batches, with how many failed; three threads."""
    def work():
        send = sender()
        while True:
            failed = sum(send() != 2 for _ in range(20))
            os.write(1, b"%d\n" % failed)
            time.sleep(0.05)
    for _ in range(2):
        threading.Thread(target=work, daemon=True).start()
    work()


def signalled():
    """Blocked in recvmmsg: a handled signal restarts it or not, as the program asked."""
    got = []
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    batch = mmsg.Batch(1).every(lengths=(8,))

    def wake():
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGUSR1)
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGSTOP)
        receiver_address = receiver.getsockname()
        time.sleep(0.2)
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", receiver_address)

    def resume(child=os.getpid()):
        if os.fork() == 0:
            while os.getppid() == child:
                time.sleep(0.1)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGCONT)
            os._exit(0)

    signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
    signal.siginterrupt(signal.SIGUSR1, False)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    thread = threading.Thread(target=wake)
    thread.start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
    resume()
    ret = mmsg.syscall(mmsg.RECVMMSG, receiver.fileno(), batch.vec, 1, 0, 0)
    thread.join()
    sys.exit(0 if ret == 1 and got else 1)


def exec_by_thread():
    """A thread that is not the leader execs; what it becomes sends, too."""
    sender()()
    other = [sys.executable, __file__, "child", "sends_once"]
    threading.Thread(target=lambda: os.execv(other[0], other)).start()
    time.sleep(30)


def sends_once():
    assert sender()() == 2


def forks():
    sender()()
    for make in (lambda: subprocess.Popen([sys.executable, __file__, "child", "sends_once"]),
                 lambda: subprocess.Popen(live.attack("kernel-pointer", bits=32)
                                          or live.attack("kernel-pointer"))):
        make().wait()
    if os.fork() == 0:
        sender()()
        os._exit(0)
    os.wait()
    thread = threading.Thread(target=sends_once)
    thread.start()
    thread.join()


def killed_in_call():
    """A thread waits in recvmmsg when the process is killed."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    batch = mmsg.Batch(1).every(lengths=(8,))
    threading.Thread(target=lambda: mmsg.syscall(mmsg.RECVMMSG, receiver.fileno(), batch.vec, 1, 0,
                                                 0), daemon=True).start()
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGKILL)


def child(name):
    return [sys.executable, os.path.abspath(__file__), "child", name]


# ---- How it treats them ----

def traced(c, command, status=0, *options):
    with live.workspace() as directory:
        run = live.watch(directory, command, *PTRACE, *options)
        c.equal(run.status, status, f"{command}: {run.stderr}")
        c.check(run.balanced(), f"counts: {run.stats['events']}")
        return run, [e for e in live.events(run.recording) if e["event"]["name"] in CALLS]


def signals_and_stops(c):
    """A blocked call: interrupted, restarted, stopped and continued, like untraced."""
    c.equal(subprocess.run(child("signalled"), timeout=30).returncode, 0, "untraced")
    _, found = traced(c, child("signalled"))
    rets = [e["event"]["error"] or e["event"]["ret"] for e in found]
    c.equal((rets[0], rets[-1]), ("ERESTARTSYS", 1), f"returns: {rets}")


def follows(c):
    _, found = traced(c, child("forks"))
    c.equal(len(found), 5, "calls")
    c.equal(len({e["proc"]["pid"] for e in found}), 4, "processes")
    _, found = traced(c, child("exec_by_thread"))
    c.equal(len(found), 2, "calls around exec")
    c.equal({e["proc"]["pid"] == e["proc"]["tid"] for e in found}, {True}, "leaders")


def dies_in_call(c):
    run, found = traced(c, child("killed_in_call"), 137)
    c.equal(len(found), 0, "calls that returned")
    c.equal(run.stats["events"]["seen"], 0, "seen")


def start_line(c):
    with live.workspace() as directory:
        run = live.watch(directory, ["true"], *PTRACE)
        host = live.events(run.recording)[0]["host"]
        c.equal((host["source"], host["hooks"]), ("ptrace", "ptrace"), "tocsin_start")


class Sending:
    """A program that sends for ever; each of its lines says how many sends failed."""

    def __init__(self, command=None):
        self.process = subprocess.Popen(command or child("sends_for_ever"), stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.line()

    def line(self):
        return int(self.process.stdout.readline())

    def unharmed(self, c, what):
        time.sleep(0.2)
        c.equal(self.process.poll(), None, f"{what}: it ended")
        c.equal([self.line() for _ in range(60)], [0] * 60, f"{what}: failed sends")

    def tracer(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return int(next(l for l in file if l.startswith("TracerPid")).split()[1])

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
                                 *(["--duration", "1s"] if end is None else []),
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            live.eventually(target.tracer, what="it is not traced")
            time.sleep(0.5)
            if end:
                process.send_signal(end)
            _, stderr = process.communicate(timeout=30)
            live.eventually(lambda: target.tracer() == 0, what=f"{what}: it is traced still")
            target.unharmed(c, what)
            if end != signal.SIGKILL:
                c.equal(process.returncode, 0, f"{what}: {stderr.decode()}")
                run = live.finished(subprocess.CompletedProcess([], 0, b"", stderr), directory)
                tids = {e["proc"]["tid"] for e in live.events(run.recording)
                        if e["event"]["name"] in CALLS}
                c.equal(len(tids), 3, f"{what}: threads seen")
                c.check(run.balanced(), f"{what}: {run.stats['events']}")
        target.end()


def started_and_left(c):
    """A program of its own that outlives the watching still can send."""
    for what, end in (("--duration", None), ("SIGKILL", signal.SIGKILL)):
        with live.workspace() as directory:
            pid_file = os.path.join(directory, "pid")
            out = os.path.join(directory, "out")
            script = f"echo $$ > {pid_file}; exec {shlex.join(child('sends_for_ever'))} > {out}"
            process = live.start("run", *PTRACE, *(["--duration", "1s"] if end is None else []),
                                 "--", "sh", "-c", script, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
            live.eventually(lambda: os.path.exists(out) and os.path.getsize(out))
            if end:
                process.send_signal(end)
            process.wait(timeout=30)
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
    c.equal(target.process.wait(timeout=20), -signal.SIGKILL, "its end")


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
                                   "kernel-pointer"), capture_output=True, timeout=60)
        text = done.stderr.decode()
        c.equal(done.returncode, 0, text)
        c.check("ptrace" in text, f"does not say that it traces: {text}")
        c.check(b"mmsg-kernel-pointer" in done.stdout, f"no alert: {done.stdout}")
        done = subprocess.run(bare(tool, "run", *rules), capture_output=True, timeout=60)
        c.equal(done.returncode, 1, "the whole host")
        done = subprocess.run(bare(tool, "run", *rules, *PTRACE, "--pid", "1"),
                              capture_output=True, timeout=60)
        c.equal(done.returncode, 1, "someone else's process")
        c.check(b"cannot be traced" in done.stderr, done.stderr)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        globals()[sys.argv[2]]()
    else:
        cases = [through_ptrace(case) for case in (
            promises.status_of_command, promises.streams_of_command,
            promises.text_alerts_alone_on_stdout, promises.held_until_hooks_are_attached,
            promises.whole_tree_is_watched, promises.interrupted, promises.duration,
            promises.closed_pipe)]
        live.main(same_events_as_bpf, alerts_without_kernel_witness, *cases, signals_and_stops,
                  follows, dies_in_call, start_line, attached, started_and_left, kill_on_exit,
                  without_privilege)
