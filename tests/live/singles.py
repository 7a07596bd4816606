#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sendmsg, recvmsg, sendto and recvfrom, field by field, against what the caller knows it did.

singles.py child OUT makes the calls, and no others of this family; without arguments it records such
a child and compares.
"""

import ctypes
import errno
import json
import os
import socket
import sys

import live
import witnesses
from calls import LOOPBACK, tcp_pair, udp
from mmsg import ABSENT, Batch, control, inet, inet6, pointer, syscall, unix
from oracle import address, described, kernel_view, process

SENDTO, RECVFROM, SENDMSG, RECVMSG = 44, 45, 46, 47
NAMES = {SENDTO: "sendto", RECVFROM: "recvfrom", SENDMSG: "sendmsg", RECVMSG: "recvmsg"}
X32 = 0x40000000
MOVES = {"sendmsg", "recvmsg", "sendto", "recvfrom"}


def event(nr, ret, sock, flags, args, vec=0):
    """What depends on the arguments alone, and on the socket as it is after the call."""
    ticks, who = process()
    expected = {
        "v": 1, "ticks": ticks, "proc": who,
        "event": {"name": NAMES[nr & ~X32], "stage": "call", "abi": "x86_64", "via": "syscall", "nr": nr & ~X32,
                  "ret": ret, "error": errno.errorcode[-ret] if ret < 0 else ""},
        "args": args | {"flags": flags},
        "batch": {"fd": args["sockfd"], "vec": pointer(vec), "flags": flags, "requested": 1, "effective": 1,
                  "completed": int(ret >= 0), "truncated": False}}
    if sock:
        expected["sock"] = described(sock)
    return expected


def moved(expected, size, message):
    expected["batch"] |= {"captured": 1, "kernel_seen": 1, "bytes": size}
    expected["msgs"] = [message | {"index": 0, "len": size, "changed": [], "changed_exit": []}]
    return expected


# ---- Sends ----

def sent(expected, sock, view, size, name, hook):
    peer, peer_from = name, "enter"
    if hook:
        peer, peer_from = {k: v for k, v in name.items() if k not in ("mapped", "scope_id")}, "kernel"
    elif not name and sock.family != socket.AF_UNIX:
        peer, peer_from = address(sock, "peer"), "sock"
        del peer["status"]
    message = {"enter": view, "exit": view, "changed_kernel": [] if hook else ABSENT,
               "kernel": kernel_view(size, name, hook, "sock_send_length")}
    if peer:
        message |= {"peer": peer, "peer_from": peer_from}
    return moved(expected, size, message)


def unbound(sock):
    return sock.family != socket.AF_UNIX and sock.getsockname()[1] == 0


def sendmsg(sock, hook=None, flags=0, **message):
    batch = Batch(1).set(0, **message)
    fresh = unbound(sock)
    ret = syscall(SENDMSG, sock.fileno(), batch.vec, flags)
    assert ret == batch.size(0), ret
    expected = event(SENDMSG, ret, sock, flags, {"sockfd": sock.fileno(), "msg": pointer(batch.vec)}, batch.vec)
    if fresh:
        expected["sock"]["local"] = {"status": "ok", "port": 0}
    return sent(expected, sock, batch.send_view(0), ret, batch.names[0], hook)


def buffer_view(buffer, n, name):
    return {"status": "ok", "flags": ABSENT, "name": name,
            "iov": {"status": "ok", "ptr": "0x0", "count": 1, "bytes": n,
                    "segs": [{"base": pointer(ctypes.addressof(buffer)), "len": n}]},
            "control": {"status": "null", "ptr": "0x0", "len": 0}}


def sendto(sock, hook=None, name=None, n=7, flags=0):
    buffer = ctypes.create_string_buffer(n)
    raw = ctypes.create_string_buffer(name[0], len(name[0])) if name else None
    at, size = (ctypes.addressof(raw), len(name[0])) if name else (0, 0)
    fresh = unbound(sock)
    ret = syscall(SENDTO, sock.fileno(), ctypes.addressof(buffer), n, flags, at, size)
    assert ret == n, ret
    expected = event(SENDTO, ret, sock, flags, {
        "sockfd": sock.fileno(), "buf": pointer(ctypes.addressof(buffer)), "len": n, "dest_addr": pointer(at),
        "addrlen": size})
    if fresh:
        expected["sock"]["local"] = {"status": "ok", "port": 0}
    shown = {"status": "ok", "ptr": pointer(at), "len": size, **name[1]} if name else {
        "status": "null", "ptr": "0x0", "len": 0}
    return sent(expected, sock, buffer_view(buffer, n, shown), n, name and name[1], hook)


def sends():
    at4, port4 = udp()
    at6, port6 = udp(socket.AF_INET6, "::1")
    ttl = control((socket.IPPROTO_IP, socket.IP_TTL, b"\x09\0\0\0"))
    to4, to6 = inet(LOOPBACK, port4), inet6("::1", port6)
    with at4, at6, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s4, \
            socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s6:
        yield sendmsg(s4, "cgroup_sendmsg4", name=to4)
        yield sendmsg(s4, "cgroup_sendmsg4", name=to4, lengths=(1, 2, 3), control_data=ttl)
        yield sendmsg(s6, "cgroup_sendmsg6", name=to6, flags=socket.MSG_DONTWAIT)
        yield sendto(s4, "cgroup_sendmsg4", to4, flags=socket.MSG_NOSIGNAL)
        yield sendto(s6, "cgroup_sendmsg6", to6)
        yield sendto(s6, "cgroup_sendmsg4", to4)
        s4.connect(at4.getsockname())
        yield sendmsg(s4)
        yield sendto(s4)


def sends_elsewhere():
    client, server = tcp_pair()
    path, hook = f"@tocsin-single-{os.getpid()}", live.hook("cgroup_sendmsg_unix")
    with client, server, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as at, \
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        at.bind("\0" + path[1:])
        yield sendmsg(client, lengths=(100, 50))
        yield sendto(client, n=3000)
        yield sendmsg(sock, hook, name=unix(path))
        yield sendto(sock, hook, name=unix(path))


# ---- Receives ----

def received(expected, before, after, size, name, hook):
    message = {"enter": before, "exit": after, "changed_kernel": ABSENT,
               "kernel": kernel_view(size, name, hook, "sock_recv_length")}
    if hook:
        message |= {"peer": name, "peer_from": "kernel"}
    return moved(expected, size, message)


def empty_handed(expected, before):
    expected["batch"] |= {"captured": 1, "kernel_seen": 0, "bytes": 0}
    message = dict.fromkeys(("len", "exit", "changed"), ABSENT) | {"index": 0, "enter": before}
    message["kernel"] = {"status": "ok", "ret": expected["event"]["ret"], "error": expected["event"]["error"],
                         "from": {"ret": "sock_recv_length"}}
    expected["msgs"] = [message]
    return expected


def recvmsg(sock, size, name=None, hook=None, flags=0):
    """size: of what has arrived, or None when nothing has."""
    batch = Batch(1).set(0, lengths=(4000,), name=(bytes(28), {}))
    before = batch.send_view(0)
    before["name"] = {k: before["name"][k] for k in ("ptr", "len")} | {"status": "absent"}
    ret = syscall(RECVMSG, sock.fileno(), batch.vec, flags)
    assert ret == (-errno.EAGAIN if size is None else size), ret
    expected = event(RECVMSG, ret, sock, flags, {"sockfd": sock.fileno(), "msg": pointer(batch.vec)}, batch.vec)
    if size is None:
        return empty_handed(expected, before)
    after = batch.send_view(0)
    after["name"] = {"status": "null", "len": 0}
    if name:
        after["name"] = {"status": "ok", "ptr": before["name"]["ptr"], "len": 16, **name}
    return received(expected, before, after, ret, name, hook)


def recvfrom(sock, size, name=None, hook=None, flags=0, named=True, room=4000):
    buffer, raw = ctypes.create_string_buffer(room), ctypes.create_string_buffer(28)
    length = ctypes.c_int(28)
    at, len_at = (ctypes.addressof(raw), ctypes.addressof(length)) if named else (0, 0)
    ret = syscall(RECVFROM, sock.fileno(), ctypes.addressof(buffer), room, flags, at, len_at)
    assert ret == (-errno.EAGAIN if size is None else size), ret
    expected = event(RECVFROM, ret, sock, flags, {
        "sockfd": sock.fileno(), "buf": pointer(ctypes.addressof(buffer)), "len": room, "src_addr": pointer(at),
        "addrlen": pointer(len_at)})
    none = {"status": "null", "ptr": "0x0", "len": 0}
    before = buffer_view(buffer, room, {"status": "absent", "ptr": pointer(at), "len": 28} if named else none)
    if size is None:
        return empty_handed(expected, before)
    shown = {"status": "null", "ptr": pointer(at), "len": 0}
    if name and named:
        shown = {"status": "ok", "ptr": pointer(at), "len": 16, **name}
    return received(expected, before, buffer_view(buffer, room, shown), ret, name, hook)


def receives():
    at, _ = udp()
    with at, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(at.getsockname())
        from_ = inet(*sock.getsockname())[1]
        for _ in range(4):
            os.write(sock.fileno(), b"12345")
        yield recvmsg(at, 5, from_, "cgroup_recvmsg4", socket.MSG_PEEK)
        yield recvmsg(at, 5, from_, "cgroup_recvmsg4")
        yield recvfrom(at, 5, from_, "cgroup_recvmsg4")
        yield recvfrom(at, 5, named=False)
        # Four bytes of five, and told that it were five.
        expected = recvfrom(at, 5, from_, "cgroup_recvmsg4", socket.MSG_TRUNC, room=4)
        yield expected
        yield recvmsg(at, None, flags=socket.MSG_DONTWAIT)
        yield recvfrom(at, None, flags=socket.MSG_DONTWAIT)


def receives_tcp():
    client, server = tcp_pair()
    with client, server:
        os.write(client.fileno(), b"z" * 600)
        yield recvfrom(server, 600, flags=socket.MSG_PEEK)
        yield recvmsg(server, 600)
        os.write(client.fileno(), b"y" * 9)
        yield recvfrom(server, 9, named=False)
        client.close()
        yield recvfrom(server, 0)
        yield recvmsg(server, 0)


# ---- Calls that fail ----

def fails():
    nothing = {"msgs": [], "sock": ABSENT}
    batch = Batch(1).set(0)
    buffer = ctypes.create_string_buffer(9)
    at = ctypes.addressof(buffer)
    reader, writer = os.pipe()
    for fd, ret in ((writer, -errno.ENOTSOCK), (9999, -errno.EBADF)):
        assert syscall(SENDMSG, fd, batch.vec, 0) == ret
        yield event(SENDMSG, ret, None, 0, {"sockfd": fd, "msg": pointer(batch.vec)}, batch.vec) | nothing
        assert syscall(RECVFROM, fd, at, 9, 0, 0, 0) == ret
        yield event(RECVFROM, ret, None, 0, {"sockfd": fd, "buf": pointer(at), "len": 9}) | nothing
    os.close(reader)
    os.close(writer)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for ptr in (0, 0x1000):
            assert syscall(SENDMSG, sock.fileno(), ptr, 0) == -errno.EFAULT
            expected = event(SENDMSG, -errno.EFAULT, None, 0, {"sockfd": sock.fileno(), "msg": pointer(ptr)}, ptr)
            yield expected | {"msgs": [{"index": 0, "enter": {"status": "fault"}, "kernel": ABSENT}]}
        assert syscall(SENDTO, sock.fileno(), at, 9, 0, 0x1000, 16) == -errno.EFAULT
        view = {"name": {"status": "fault", "ptr": "0x1000", "len": 16}}
        yield event(SENDTO, -errno.EFAULT, None, 0, {"sockfd": sock.fileno(), "addrlen": 16}) | {
            "msgs": [{"index": 0, "enter": view, "exit": view, "kernel": ABSENT}]}
        assert syscall(RECVFROM, sock.fileno(), at, 9, socket.MSG_DONTWAIT, at, 0x1000) == -errno.EAGAIN
        expected = event(RECVFROM, -errno.EAGAIN, None, socket.MSG_DONTWAIT, {"sockfd": sock.fileno()})
        yield expected | {"msgs": [{"index": 0, "enter": {"name": {"status": "fault", "len": ABSENT}}}]}


def x32_is_refused():
    """…and seen. Numbers of x32 differ but for sendto's; the kernel here may have the convention."""
    batch = Batch(1).set(0)
    for nr, base in ((518, SENDMSG), (519, RECVMSG), (517, RECVFROM), (44, SENDTO)):
        ret = syscall(nr | X32, -1, batch.vec, 0, 0, 0, 0)
        expected = event(base, ret, None, 0, {"sockfd": -1}) | {"sock": ABSENT}
        expected["event"] |= {"abi": "x32", "nr": nr}
        expected["batch"].pop("vec")
        yield expected


CASES = (sends, sends_elsewhere, receives, receives_tcp, fails, x32_is_refused)


def child(out):
    with open(out, "w", encoding="utf-8") as file:
        for case in CASES:
            for expected in case():
                json.dump([case.__name__, expected], file)
                file.write("\n")


def field_by_field(c):
    with live.workspace() as directory:
        out, recording = f"{directory}/calls", f"{directory}/run.tocsin"
        done = live.tocsin("record", "-o", recording, "--", sys.executable, __file__, "child", out)
        if not c.equal(done.returncode, 0, "status"):
            c.check(False, done.stderr.decode())
            return
        with open(out, encoding="utf-8") as file:
            wanted = [json.loads(line) for line in file]
        found = live.events(recording)
        witnesses.compare([e for e in found if e["event"]["name"] in MOVES], wanted, c)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2])
    else:
        live.main(field_by_field)
