# SPDX-License-Identifier: Apache-2.0
"""What the event of a call made by this very process must hold, as far as its caller can know."""

import ctypes
import errno
import os
import socket
import struct
import threading

from mmsg import ABSENT, RECVMMSG, SENDMMSG, call, pointer, syscall

SO_PROTOCOL, SO_COOKIE = 38, 57
# Of an address, what only its writer knows.
USER_ONLY = ("mapped", "scope_id")


# ---- Who calls, on what ----

def process():
    """The calling thread as the kernel shows it in /proc."""
    with open("/proc/thread-self/comm", "rb") as file:
        comm = file.read()[:-1]
    with open("/proc/self/stat", encoding="utf-8", errors="replace") as file:
        start_ticks = int(file.read().rpartition(")")[2].split()[19])
    with open("/proc/self/cgroup", encoding="utf-8") as file:
        cgroup = next((l[3:].strip() for l in file if l.startswith("0::")), "/")
    with open(f"/proc/{os.getppid()}/comm", encoding="utf-8") as file:
        parent = file.read().strip()
    exe = os.readlink("/proc/self/exe")
    return start_ticks, {
        "pid": os.getpid(), "tid": threading.get_native_id(), "ppid": os.getppid(),
        "uid": os.getuid(), "gid": os.getgid(), "comm": escaped(comm), "exe": exe,
        "exe_ino": os.stat(exe).st_ino, "elf": 64, "traced": False, "kthread": False,
        "pid_ns": os.stat("/proc/self/ns/pid").st_ino, "cgroup": cgroup, "container": "",
        "parent": {"pid": os.getppid(), "comm": parent,
                   "exe": os.readlink(f"/proc/{os.getppid()}/exe")}}


def escaped(raw):
    """As every string of foreign origin appears."""
    out, rest = "", raw
    while rest:
        n = next((n for n in (1, 2, 3, 4) if decodes(rest[:n])), 0)
        char = rest[:n].decode() if n else ""
        if n and char >= " " and char not in "\\\x7f":
            out += char
        else:
            n = 1
            out += f"\\x{rest[0]:02x}"
        rest = rest[n:]
    return out


def decodes(raw):
    try:
        return len(raw.decode()) == 1
    except UnicodeDecodeError:
        return False


def address(sock, of):
    """A Python socket's own or remote address as an event shows it."""
    try:
        ip, port = (sock.getsockname if of == "local" else sock.getpeername)()[:2]
    except OSError:
        return {"status": "null"}
    family = "inet" if sock.family == socket.AF_INET or ip.startswith("::ffff:") else "inet6"
    return {"status": "ok", "family": family, "ip": ip.removeprefix("::ffff:"), "port": port}


def described(sock):
    seen = {"family": {socket.AF_INET: "inet", socket.AF_INET6: "inet6", socket.AF_UNIX: "unix"}
                      [sock.family],
            "type": {socket.SOCK_DGRAM: "dgram", socket.SOCK_STREAM: "stream",
                     socket.SOCK_SEQPACKET: "seqpacket"}[sock.type],
            "protocol": sock.getsockopt(socket.SOL_SOCKET, SO_PROTOCOL),
            "netns": os.stat("/proc/self/ns/net").st_ino,
            "cookie": struct.unpack("=Q", sock.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8))[0]}
    if sock.family != socket.AF_UNIX:
        seen |= {"local": address(sock, "local"), "peer": address(sock, "peer")}
    return seen


def finish(name, ret, batch, sock, vlen, flags, fd=None):
    """The parts every event has. The socket is looked at after the call, which may bind it."""
    expected = call(name, ret, batch, vlen, flags, sock.fileno() if fd is None else fd)
    ticks, who = process()
    expected["event"]["error"] = errno.errorcode[-ret] if ret < 0 else ""
    expected["proc"] = who
    expected["ticks"] = ticks
    if sock:
        expected["sock"] = described(sock)
    return expected


# ---- A send, and what its three witnesses saw ----

def kernel_view(size, name, hook, counter):
    seen = {"status": "ok", "from": {"ret": counter}, "ret": size, "error": ""}
    if hook:
        seen["from"]["name"] = hook
        seen["name"] = {"status": "ok", **{k: v for k, v in name.items() if k not in USER_ONLY}}
    else:
        seen["from"]["name"] = ABSENT
        seen["name"] = {"status": "absent"}
    return seen


def send(batch, sock, hook=None, flags=0, vlen=None):
    """Sends the whole batch, which must succeed."""
    vlen = batch.n if vlen is None else vlen
    unbound = sock.family != socket.AF_UNIX and sock.getsockname()[1] == 0
    ret = syscall(SENDMMSG, sock.fileno(), batch.vec, vlen, flags)
    assert ret == min(vlen, 1024), ret
    expected = finish("sendmmsg", ret, batch, sock, vlen, flags)
    if unbound:
        expected["sock"]["local"] = {"status": "ok", "port": 0}
    expected["batch"] |= {
        "captured": ret, "kernel_seen": ret, "bytes": sum(batch.size(i) for i in range(ret)),
        "truncated": batch.truncated}
    expected["msgs"] = [sent(batch, i, sock, hook) for i in range(ret)]
    return expected


def sent(batch, i, sock, hook):
    view = batch.send_view(i)
    name = batch.names[i]
    peer, peer_from = name, "enter"
    if hook:
        peer, peer_from = {k: v for k, v in name.items() if k not in USER_ONLY}, "kernel"
    elif not name and sock.family != socket.AF_UNIX:
        peer, peer_from = address(sock, "peer"), "sock"
        del peer["status"]
    assert batch.headers[i].len == batch.size(i)
    message = {"index": i, "len": batch.size(i), "enter": view, "exit": view, "changed": [],
               "changed_kernel": [] if hook else ABSENT, "changed_exit": [],
               "kernel": kernel_view(batch.size(i), name, hook, "sock_send_length")}
    if peer:
        message |= {"peer": peer, "peer_from": peer_from}
    return message


# ---- Receives ----

def receive(batch, sock, arrived, hook=None, flags=0, timeout=None, vlen=None):
    """Receives what has arrived: (length, address as shown or None, name bytes) a message."""
    vlen = batch.n if vlen is None else vlen
    before = [batch.send_view(i) for i in range(batch.n)]
    at = ctypes.addressof(timeout) if timeout else 0
    asked = (timeout.sec, timeout.nsec) if timeout else None
    ret = syscall(RECVMMSG, sock.fileno(), batch.vec, vlen, flags, at)
    assert ret == (len(arrived) or -errno.EAGAIN), ret
    expected = finish("recvmmsg", ret, batch, sock, vlen, flags)
    expected["args"]["timeout"] = pointer(at)
    expected["timeout"] = clock(at, asked, timeout)
    # The entry it stopped at is known from the kernel alone when it lies past those read at entry.
    listed = max(min(vlen, 16), min(vlen, len(arrived) + 1))
    expected["batch"] |= {"captured": max(min(vlen, 16), len(arrived)),
                          "truncated": len(arrived) > 16,
                          "kernel_seen": len(arrived), "bytes": sum(a[0] for a in arrived)}
    expected["msgs"] = [received(batch, i, before[i], arrived, hook)
                        for i in range(listed)]
    return expected


def clock(at, asked, timeout):
    if not at:
        return {"ptr": "0x0", "enter": {"status": "null"}, "exit": {"status": "null"},
                "grew": ABSENT}

    def view(sec, nsec):
        return {"status": "ok", "sec": sec, "nsec": nsec, "ns": sec * 10**9 + nsec}
    return {"ptr": pointer(at), "enter": view(*asked), "exit": view(timeout.sec, timeout.nsec),
            "grew": False}


def received(batch, i, before, arrived, hook):
    message = {"index": i}
    if i < 16:
        # What a receive's name and control point to means nothing before the kernel wrote it.
        view = dict(before)
        for part in ("name", "control"):
            if view[part]["status"] != "null":
                view[part] = {k: view[part][k] for k in ("ptr", "len")} | {"status": "absent"}
        message["enter"] = view
    if i >= len(arrived):
        message |= dict.fromkeys(("len", "kernel", "exit", "changed"), ABSENT)
        if i == len(arrived):
            message["kernel"] = {"status": "ok", "ret": -errno.EAGAIN, "error": "EAGAIN",
                                 "from": {"ret": "sock_recv_length"}}
        return message
    length, name, raw = arrived[i]
    view = batch.send_view(i)
    if batch.headers[i].name and raw:
        view["name"] = {"status": "ok", "ptr": pointer(batch.headers[i].name), "len": raw, **name}
    message |= {"len": length, "exit": view, "changed_exit": [] if i < 16 else ABSENT,
                "changed_kernel": ABSENT,
                "kernel": kernel_view(length, name, hook, "sock_recv_length")}
    if hook:
        message |= {"peer": name, "peer_from": "kernel"}
    return message


# ---- Calls that fail ----

def failing(batch, fd, vlen, ret, sock=None, vec=None):
    got = syscall(SENDMMSG, fd, batch.vec if vec is None else vec, vlen, 0)
    assert got == ret, got
    expected = finish("sendmmsg", ret, batch, sock, vlen, 0, struct.unpack("=i", struct.pack(
        "=I", fd & 0xffffffff))[0])
    if vec is not None:
        expected["args"]["msgvec"] = expected["batch"]["vec"] = pointer(vec)
    return expected
