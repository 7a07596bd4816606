# SPDX-License-Identifier: Apache-2.0
"""Batches made by this very process: what it passes to the kernel, and what a monitor must see.

Every pointer and length is known here, because it was chosen here. What must be seen is given as
part of an event in its JSON form; ABSENT stands for a field that must be missing.
"""

import ctypes
import socket
import struct

ABSENT = "<absent>"
SENDMMSG, RECVMMSG = 307, 299
SEGS = 8   # iovecs read a message
ITEMS = 4  # control messages read a message

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Mmsghdr(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("name_len", ctypes.c_uint32), ("pad", ctypes.c_uint32),
                ("iov", ctypes.c_void_p), ("iov_len", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("control_len", ctypes.c_size_t),
                ("flags", ctypes.c_uint32), ("pad2", ctypes.c_uint32), ("len", ctypes.c_uint32)]


class Timespec(ctypes.Structure):
    _fields_ = [("sec", ctypes.c_int64), ("nsec", ctypes.c_int64)]


def syscall(nr, *args):
    """The kernel's value: the result or -errno."""
    ctypes.set_errno(0)
    ret = libc.syscall(ctypes.c_long(nr), *(ctypes.c_ulong(a & (1 << 64) - 1) for a in args))
    return -ctypes.get_errno() if ret == -1 else ret


def pointer(value):
    return hex(value or 0)


# ---- Addresses: the bytes, and how an event shows them ----

def inet(ip, port):
    return (struct.pack("=H", socket.AF_INET) + struct.pack(">H", port) + socket.inet_aton(ip)
            + bytes(8), {"family": "inet", "ip": ip, "port": port})


def inet6(ip, port):
    return (struct.pack("=H", socket.AF_INET6) + struct.pack(">HI", port, 0)
            + socket.inet_pton(socket.AF_INET6, ip) + bytes(4),
            {"family": "inet6", "ip": ip, "port": port})


def mapped(ip, port):
    return (inet6("::ffff:" + ip, port)[0],
            {"family": "inet", "ip": ip, "port": port, "mapped": True})


def unix(path):
    """Abstract when it begins with @."""
    raw = b"\0" + path[1:].encode() if path[0] == "@" else path.encode()
    return struct.pack("=H", socket.AF_UNIX) + raw, {"family": "unix", "path": path}


def control(*items):
    """Control data from (level, type, bytes), and how an event shows it."""
    data = b""
    for level, kind, value in items:
        length = 16 + len(value)
        data += struct.pack("=Qii", length, level, kind) + value + bytes(-length % 8)
    seen = [{"level": level, "type": kind, "len": 16 + len(v)} for level, kind, v in items]
    return data, seen


# ---- A batch ----

class Batch:
    """n messages in memory of their own."""

    def __init__(self, n):
        self.n = n
        self.headers = (Mmsghdr * n)()
        self.names, self.iovs, self.items, self.keep = [None] * n, [[]] * n, [None] * n, []
        self.truncated = False

    @property
    def vec(self):
        return ctypes.addressof(self.headers)

    def buffer(self, data):
        buffer = ctypes.create_string_buffer(bytes(data), len(data) or 1)
        self.keep.append(buffer)
        return ctypes.addressof(buffer)

    def set(self, i, lengths=(4,), name=None, control_data=None):
        """name: what inet() and its kin give; control_data: what control() gives."""
        header = self.headers[i]
        if name:
            header.name, header.name_len = self.buffer(name[0]), len(name[0])
            self.names[i] = name[1]
        iovs = (Iovec * max(len(lengths), 1))()
        self.keep.append(iovs)
        for iov, length in zip(iovs, lengths):
            iov.base, iov.len = self.buffer(b"x" * length), length
        self.iovs[i] = [{"base": pointer(v.base), "len": v.len} for v in iovs[:len(lengths)]]
        header.iov, header.iov_len = ctypes.addressof(iovs), len(lengths)
        self.truncated |= len(lengths) > SEGS
        if control_data:
            header.control, header.control_len = self.buffer(control_data[0]), len(control_data[0])
            self.items[i] = control_data[1][:ITEMS]
            self.truncated |= len(control_data[1]) > ITEMS
        return self

    def every(self, **kwargs):
        for i in range(self.n):
            self.set(i, **kwargs)
        return self

    def iov_view(self, i):
        segs = self.iovs[i]
        return {"status": "ok", "ptr": pointer(self.headers[i].iov), "count": len(segs),
                "bytes": sum(s["len"] for s in segs) if len(segs) <= SEGS else ABSENT,
                "segs": segs[:SEGS] or [], "data": ABSENT}

    def send_view(self, i):
        """User memory of message i of a send; the same at entry and at return."""
        header = self.headers[i]
        name = {"status": "null", "ptr": "0x0", "len": 0}
        if self.names[i] is not None:
            name = {"status": "ok", "ptr": pointer(header.name), "len": header.name_len,
                    **self.names[i]}
        seen = {"status": "null", "ptr": "0x0", "len": 0}
        if self.items[i] is not None:
            seen = {"status": "ok", "ptr": pointer(header.control), "len": header.control_len,
                    "items": self.items[i]}
        return {"status": "ok", "flags": header.flags, "name": name, "iov": self.iov_view(i),
                "control": seen}

    def size(self, i):
        return sum(s["len"] for s in self.iovs[i])


def call(name, ret, batch, vlen, flags, fd):
    """The parts of an event that depend on the arguments alone."""
    receiving = name == "recvmmsg"
    return {"v": 1,
            "event": {"name": name, "stage": "call", "abi": "x86_64", "via": "syscall",
                      "nr": RECVMMSG if receiving else SENDMMSG, "ret": ret, "lost_before": 0},
            "args": {"sockfd": fd, "msgvec": pointer(batch.vec), "vlen": vlen, "flags": flags},
            "batch": {"fd": fd, "vec": pointer(batch.vec), "flags": flags, "requested": vlen,
                      "effective": vlen if receiving else min(vlen, 1024),
                      "completed": max(ret, 0)}}


def differences(wanted, got, path=""):
    """What of `wanted` is not in `got`, one line each."""
    if wanted == ABSENT:
        return [f"{path}: is {got!r}, must be absent"]
    if isinstance(wanted, dict) and isinstance(got, dict):
        found = []
        for key, value in wanted.items():
            if key in got:
                found += differences(value, got[key], f"{path}.{key}")
            elif value != ABSENT:
                found.append(f"{path}.{key}: absent, wanted {value!r}")
        return found
    if isinstance(wanted, list) and isinstance(got, list):
        found = [] if len(wanted) == len(got) else [f"{path}: {len(got)} elements of {len(wanted)}"]
        for i, (w, g) in enumerate(zip(wanted, got)):
            found += differences(w, g, f"{path}[{i}]")
        return found
    same = wanted == got and isinstance(wanted, bool) == isinstance(got, bool)
    return [] if same else [f"{path}: {got!r}, wanted {wanted!r}"]
