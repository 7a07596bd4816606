#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ptrace source gives the events that BPF gives of the same calls, and the alerts that follow from
what it can see."""

import ctypes
import mmap
import os
import select
import socket
import struct
import sys
import threading

import live
import mmsg
import singles
import sides

sys.path.insert(0, os.path.join(os.path.dirname(live.HERE), "attacks"))
import suite  # noqa: E402

PTRACE = ("--source", "ptrace")
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
    "addr.from": "BPF's is a hook, ptrace's the socket after the call",
    "addr.changed": "union with changed_kernel",
}
# Where a connect goes, BPF knows even when it fails; and the socket says what became of "anywhere".
WHERE_BOTH = {"addr.kernel", "addr.changed_kernel", "addr.foreign_bpf"}
ANYWHERE = ("0.0.0.0", "::")
# BPF sees that a refused connect gave back its local port; getsockname still tells it.
REFUSED = """
import socket
one = socket.socket()
print(one.connect_ex(("127.0.0.1", 1)))
try:
    one.sendmsg([b"x"])
except BrokenPipeError:
    pass
"""


def calls(path, pending):
    """Calls by thread, in their order; not those of tocsin itself, before it became the program."""
    found = {}
    own = os.stat(live.TOCSIN).st_ino
    events = live.events(path)
    for event in events if pending else live.returned(events):
        if not event["event"]["name"].startswith("tocsin_") and event["proc"].get("exe_ino") != own:
            found.setdefault(event["proc"]["tid"], []).append(event)
    return found


def known(value):
    return value is not None and value != {"status": "absent"}


def differing(bpf, ptrace, path=""):
    if path in OWN or (path in LATE and (bpf is None or ptrace is None)):
        return []
    if path in WHERE_BOTH and not known(ptrace):
        return []
    if path == "addr.kernel.ip" and bpf in ANYWHERE:
        return []
    if path == "sock.local.port" and bpf == 0:
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
    for msg in event.get("msgs", [])[n:]:
        for key in ("exit", "changed_exit"):
            msg.pop(key, None)


def both(directory, command, pending=False):
    """The recordings of one run watched by both: BPF looks at what ptrace stops. pending: with what is told before it
    returns."""
    paths = [os.path.join(directory, name) for name in ("bpf", "ptrace")]
    inner = [live.TOCSIN, "record", "-q", *PTRACE, "-o", paths[1], "--", *command]
    done = live.tocsin("record", "-q", "--source", "bpf", "-o", paths[0], "--", *inner)
    return done, [calls(path, pending) for path in paths]


def compare(c, where, command, pending=False):
    with live.workspace() as directory:
        done, (bpf, ptrace) = both(directory, command, pending)
        c.equal(done.returncode, 0, f"{where}: {done.stderr.decode()}")
        c.equal({tid: len(v) for tid, v in ptrace.items()},
                {tid: len(v) for tid, v in bpf.items()}, f"{where}: calls by thread")
        c.check(bpf, f"{where}: no calls")
        for tid in bpf.keys() & ptrace.keys():
            for one, other in zip(bpf[tid], ptrace[tid]):
                ret = max(one["event"].get("ret", 0), 0)
                if one.get("batch", {}).get("kernel_seen", 0) > ret:
                    cut(one, ret)
                    cut(other, ret)
                for d in differing(one, other)[:5]:
                    c.check(False, f"{where}: {d}")
                ticks = (one["proc"]["start_ns"] // 10**7, other["proc"]["start_ns"] // 10**7)
                c.equal(*ticks, f"{where}: start in ticks")


def runs(*places):
    """What needs no second process: (run, command)."""
    other = ("uring", "ring-", "traced", "user-")
    alone = {"served-page", "write", "supervised", "passed-socket", "flooded", "orphan-thread",
             "short-lived", "crowded", "long-wait", "close-race", "receive-1500"}
    for attack in suite.load()[1].values():
        # Of a race, two looks have two results.
        if attack.luck or attack.name.startswith(other) or attack.name in alone:
            continue
        for run in attack.runs():
            command = live.attack(attack.name, run.convention, run.honest, int(run.bits))
            if command and run.place in places:
                yield run, command


def after_a_refused_connect(c):
    command = [sys.executable, "-c", REFUSED]
    compare(c, "refused", command)
    with live.workspace() as directory:
        _, seen = both(directory, command)
    ports = [[call["sock"]["local"]["port"] for of in source.values() for call in of
              if call["event"]["name"] == "sendmsg"] for source in seen]
    c.equal((ports[0], len(ports[1])), ([0], 1), "ports")
    c.check(ports[1][0] > 0, "the port that is told still")


def same_events_as_bpf(c):
    for run, command in runs("64 native", "64 socketcall", "32 native"):
        compare(c, str(run), command)


def same_events_of_every_other_call(c):
    """Waits, connects and the side signals in every convention; single messages, good and bad ones."""
    for bits, convention in sides.PLACES:
        program = live.program("sidecalls32" if bits == 32 else "sidecalls")
        if program:
            compare(c, f"{bits} {convention}", [program, convention])
    with live.workspace() as directory:
        compare(c, "singles", [sys.executable, singles.__file__, "child", os.path.join(directory, "calls")])
        compare(c, "odd waits", [sys.executable, __file__, "odd_waits"])
        compare(c, "long waits", [sys.executable, __file__, "long_waits"], pending=True)


def message_that_a_receive_stopped_at(c):
    """Changed while the call waits, in the layout of 32 bits."""
    program = live.program("attack32")
    for convention in ("native", "socketcall") if program else ():
        compare(c, f"stopped at, {convention}", [program, "recv-kernel-later", convention])


# ---- Calls with odd arguments ----

SELECT, PSELECT6, POLL, PPOLL, EPOLL_WAIT, EPOLL_PWAIT2 = 23, 270, 7, 271, 232, 441
CONNECT, URING_SETUP, RECVFROM, RECVMSG = 42, 425, 45, 47
PAGE = 4096
KERNEL = 0xffff888000000000


def edge():
    """The address of a page's end behind which nothing is mapped."""
    at = mmap.mmap(-1, 2 * PAGE)
    start = ctypes.addressof(ctypes.c_char.from_buffer(at))
    ctypes.CDLL(None).munmap(ctypes.c_void_p(start + PAGE), ctypes.c_size_t(PAGE))
    kept.append(at)
    ctypes.memset(start, 1, PAGE)
    return start + PAGE


kept = []


def memory(*numbers):
    """Numbers of 64 bits in memory; their address."""
    kept.append((ctypes.c_uint64 * len(numbers))(*(n & (1 << 64) - 1 for n in numbers)))
    return ctypes.addressof(kept[-1])


def odd_waits():
    """What arguments may point to when it is not what it should be, or not there."""
    end, now = edge(), memory(0, 0)
    for at in (0, 1, end - 4, end, KERNEL, 1 << 63):
        for n in (0, 1, 63, 64, 65, 1024, 1025, 100000, -1):
            mmsg.syscall(SELECT, n, at, 0, 0, now)
        for n in (0, 1, 2, 64, 65, 100000):
            mmsg.syscall(POLL, at, n, 0)
        mmsg.syscall(PSELECT6, 0, 0, 0, 0, now, at)
        mmsg.syscall(PSELECT6, 0, 0, 0, 0, now, memory(at, 8))
        mmsg.syscall(PPOLL, 0, 0, now, at, 8)
        mmsg.syscall(PPOLL, 0, 0, memory(0, at), 0, 8)
        mmsg.syscall(EPOLL_PWAIT2, -1, at, 1, at, at, 8)
        mmsg.syscall(SELECT, 0, 0, 0, 0, at or now)
        mmsg.syscall(URING_SETUP, 0, at)
        for n in (-1, 0, 1, 16, 128, 129):
            mmsg.syscall(CONNECT, 0, at, n)
    mmsg.syscall(POLL, end - 24, 5, 0)
    mmsg.syscall(SELECT, 0, 0, 0, 0, memory(-(1 << 63), 1 << 62))
    odd_connects(end)
    many_events()


def odd_connects(end):
    netlink = struct.pack("=HHII", socket.AF_NETLINK, 0, 0, 1)
    for family, kind, name in ((socket.AF_INET, socket.SOCK_DGRAM, mmsg.inet("0.0.0.0", 0)[0]),
                               (socket.AF_INET, socket.SOCK_DGRAM, bytes(16)),
                               (socket.AF_INET6, socket.SOCK_DGRAM, mmsg.inet6("::", 7)[0]),
                               (socket.AF_INET, socket.SOCK_STREAM, mmsg.inet("127.0.0.1", 1)[0]),
                               (socket.AF_UNIX, socket.SOCK_DGRAM, mmsg.unix("@nobody-here")[0]),
                               (socket.AF_NETLINK, socket.SOCK_RAW, netlink),
                               (socket.AF_PACKET, socket.SOCK_RAW, bytes(20))):
        with socket.socket(family, kind) as sock:
            raw = ctypes.create_string_buffer(name, len(name))
            mmsg.syscall(CONNECT, sock.fileno(), end - 4, 16)
            mmsg.syscall(CONNECT, sock.fileno(), ctypes.addressof(raw), len(name))
            # A stream that was refused has no port for the kernel any more, and one for getsockname.
            if kind != socket.SOCK_STREAM:
                mmsg.syscall(CONNECT, sock.fileno(), ctypes.addressof(raw), len(name))


def many_events():
    """More than are looked at."""
    poll = select.epoll()
    pairs = [os.pipe() for _ in range(70)]
    for reader, writer in pairs:
        os.write(writer, b"x")
        poll.register(reader, select.EPOLLIN)
    room = ctypes.create_string_buffer(100 * 12)
    for n in (0, 1, 64, 65, 100):
        mmsg.syscall(EPOLL_WAIT, poll.fileno(), ctypes.addressof(room), n, 0)
    mmsg.syscall(EPOLL_WAIT, poll.fileno(), edge() - 30, 9, 0)


def long_waits():
    """So much longer than a call may take before it is told as pending that a busy detector is in time, too."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("=qq", 4, 400000))
    end, batch, limit = edge(), mmsg.Batch(1).every(), memory(4, 400000000)
    kept.extend((sock, batch))
    for call in ((POLL, memory(0), 1, 4400), (PPOLL, memory(0), 1, limit, end - 8, 8),
                 (SELECT, 0, end - 8, 0, 0, memory(4, 400000)), (RECVMSG, sock.fileno(), batch.vec, 0),
                 (RECVFROM, sock.fileno(), end - 9, 9, 0, end - 99, memory(16))):
        threading.Thread(target=mmsg.syscall, args=call).start()


# Signatures that ptrace is blind to: they look at the kernel's witness.
BLIND = {"mmsg-destination-rewritten", "mmsg-sent-more-than-returned", "mmsg-unreadable-at-entry",
         "mmsg-destination-restored", "mmsg-received-more-than-returned", "mmsg-beyond-capture",
         "mmsg-reflection", "mmsg-kernel-pointer-hidden"}


def alerts_without_kernel_witness(c):
    for run, command in runs("64 native"):
        with live.workspace() as directory:
            seen = live.watch(directory, command, *PTRACE, "--rules", suite.PACK)
            c.equal(seen.status, 0, f"{run}: {seen.stderr}")
            restored = run.attack.row == "2"  # only the kernel's witness differs
            problem = run.wrong(seen.ids() - {"mmsg-traced-caller"},
                                set() if restored else run.attack.must - BLIND)
            c.check(not problem, f"{run}: {problem}")
            c.check(seen.balanced(), f"{run}: {seen.stats['events']}")
            again = live.replay(seen.recording, "--rules", suite.PACK)
            c.equal((again.returncode, again.stdout), (0, seen.stdout), f"{run}: replay")


if __name__ == "__main__":
    if sys.argv[1:] in (["odd_waits"], ["long_waits"]):
        globals()[sys.argv[1]]()
    else:
        live.main(after_a_refused_connect, message_that_a_receive_stopped_at, same_events_as_bpf,
                  same_events_of_every_other_call, alerts_without_kernel_witness)
