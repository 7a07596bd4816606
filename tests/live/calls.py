# SPDX-License-Identifier: Apache-2.0
"""Calls made by this very process, each yielding what its event must hold. Run by witnesses.py."""

import errno
import os
import socket
import struct
import threading

import live
from mmsg import ABSENT, Batch, Timespec, control, inet, inet6, mapped, unix
from oracle import failing, receive, send

MSG_WAITFORONE = 0x10000
LOOPBACK = "127.0.0.1"
# A socket before its first message: not bound, and without a cookie.
FRESH = {"local": {"status": "ok", "port": 0}, "cookie": ABSENT}


def udp(family=socket.AF_INET, ip=LOOPBACK):
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.bind((ip, 0))
    return sock, sock.getsockname()[1]


def tcp_pair():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen(1)
        client = socket.create_connection(listener.getsockname())
        return client, listener.accept()[0]


# ---- Sends ----

def sends_inet():
    """Every size at which a batch is cut into parts."""
    for n in (1, 2, 15, 16, 17, 32, 33, 64, 1023, 1024):
        receiver, port = udp()
        with receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            batch = Batch(n)
            for i in range(n):
                batch.set(i, lengths=(1 + i % 50,), name=inet(LOOPBACK, port))
            yield send(batch, sock, "cgroup_sendmsg4")


def sends_inet6():
    receiver, port = udp(socket.AF_INET6, "::1")
    with receiver, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        yield send(Batch(3).every(name=inet6("::1", port)), sock, "cgroup_sendmsg6")


def sends_mapped():
    receiver, port = udp()
    with receiver, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        yield send(Batch(2).every(name=mapped(LOOPBACK, port)), sock, "cgroup_sendmsg4")


def as_inet(expected, address):
    """The kernel took AF_UNSPEC for AF_INET."""
    message = expected["msgs"][0]
    message["kernel"]["from"]["name"] = "cgroup_sendmsg4"
    message["kernel"]["name"] = {"status": "ok", **address}
    return expected | {"msgs": [message | {"changed_kernel": [], "peer": address,
                                           "peer_from": "kernel"}]}


def sends_to_odd_addresses():
    """Written in ways that the kernel takes for the same."""
    receiver, port = udp(ip="0.0.0.0")
    receiver6, port6 = udp(socket.AF_INET6, "::")
    v4, v6 = inet(LOOPBACK, port), inet6("::1", port6)
    unspec = (bytes(2) + v4[0][2:], {"family": "unspec", "raw": v4[0][2:].hex()})
    longer = (v4[0] + bytes(112), v4[1])
    scoped = (v6[0][:4] + struct.pack(">I", 0) + v6[0][8:24] + struct.pack("=I", 1),
              v6[1] | {"scope_id": 1})
    with receiver, receiver6, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, \
            socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock6:
        yield send(Batch(1).every(name=inet("0.0.0.0", port)), sock, "cgroup_sendmsg4")
        yield as_inet(send(Batch(1).every(name=unspec), sock), v4[1])
        yield send(Batch(1).every(name=longer), sock, "cgroup_sendmsg4")
        yield send(Batch(1).every(name=inet6("::", port6)), sock6, "cgroup_sendmsg6")
        yield send(Batch(1).every(name=v4), sock6, "cgroup_sendmsg4")
        yield send(Batch(1).every(name=scoped), sock6, "cgroup_sendmsg6")


def sends_connected():
    receiver, _ = udp()
    with receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(receiver.getsockname())
        yield send(Batch(17).every(lengths=(3,)), sock)


def sends_unix():
    hook = live.hook("cgroup_sendmsg_unix")
    for path in (f"@short-{os.getpid()}", f"@tocsin-test-{os.getpid()}" + 60 * "-",
                 f"/tmp/tocsin-test-{os.getpid()}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            receiver.bind("\0" + path[1:] if path[0] == "@" else path)
            yield send(Batch(2).every(name=unix(path)), sock, hook)
            if path[0] != "@":
                os.unlink(path)


def sends_tcp():
    client, server = tcp_pair()
    with client, server:
        yield send(Batch(4).every(lengths=(100,)), client, flags=socket.MSG_NOSIGNAL)


def sends_iovecs():
    """Up to eight buffers are read; beyond, the sum is not known and says so."""
    receiver, port = udp()
    with receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for n in (0, 2, 7, 8, 9, 64):
            batch = Batch(2).every(lengths=tuple(range(1, n + 1)), name=inet(LOOPBACK, port))
            yield send(batch, sock, "cgroup_sendmsg4")


def sends_control():
    pktinfo = (socket.IPPROTO_IP, 8, struct.pack("=i4s4s", 0, bytes(4), bytes(4)))
    ttl = (socket.IPPROTO_IP, socket.IP_TTL, struct.pack("=i", 9))
    receiver, port = udp()
    with receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for items in ((pktinfo,), (pktinfo, ttl), (ttl,) * 5):
            batch = Batch(2).set(0, name=inet(LOOPBACK, port))
            batch.set(1, name=inet(LOOPBACK, port), control_data=control(*items))
            yield send(batch, sock, "cgroup_sendmsg4")


def sends_segmented():
    """One message that leaves as three datagrams."""
    receiver, port = udp()
    with receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        gso = control((17, 103, struct.pack("=H", 500)))
        batch = Batch(1).set(0, lengths=(1200,), name=inet(LOOPBACK, port), control_data=gso)
        yield send(batch, sock, "cgroup_sendmsg4")


def sends_flagged():
    receiver, port = udp()
    with receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        batch = Batch(2).every(name=inet(LOOPBACK, port))
        batch.headers[1].flags = 0x20
        yield send(batch, sock, "cgroup_sendmsg4", flags=socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)


def sends_by_thread():
    """Another thread, with a name of bytes that are no text."""
    found = []

    def run():
        with open("/proc/thread-self/comm", "wb") as file:
            file.write(b"t\xff\\\x01\xc3\xa9")
        found.extend(sends_inet6())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found[0]["proc"]["tid"] != found[0]["proc"]["pid"]
    yield from found


# ---- Receives ----

def receives_inet():
    for waiting, room in ((0, 4), (1, 1), (3, 1024), (16, 16), (17, 40), (40, 40)):
        receiver, _ = udp()
        with receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((LOOPBACK, 0))
            for i in range(waiting):
                sock.sendto(b"y" * (i + 1), receiver.getsockname())
            batch = Batch(room).every(lengths=(64,), name=(bytes(28), {}))
            arrived = [(i + 1, inet(*sock.getsockname())[1], 16) for i in range(waiting)]
            yield receive(batch, receiver, arrived, "cgroup_recvmsg4", socket.MSG_DONTWAIT)


def receives_with_timeout():
    receiver, _ = udp()
    with receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"late", receiver.getsockname())
        batch = Batch(1).every(lengths=(64,))
        from_ = inet(*("127.0.0.1", sock.getsockname()[1]))[1]
        yield receive(batch, receiver, [(4, from_, 0)], "cgroup_recvmsg4",
                      timeout=Timespec(5, 250000000))


def receives_tcp():
    client, server = tcp_pair()
    with client, server:
        client.sendall(b"z" * 10)
        batch = Batch(2).every(lengths=(6,))
        yield receive(batch, server, [(6, None, 0), (4, None, 0)], flags=MSG_WAITFORONE)


# ---- Calls that fail ----

def fails_without_socket():
    batch = Batch(1).set(0, name=inet(LOOPBACK, 9))
    reader, writer = os.pipe()
    for fd, ret in ((writer, -errno.ENOTSOCK), (-1, -errno.EBADF), (9999, -errno.EBADF)):
        yield failing(batch, fd, 1, ret) | {"msgs": [], "sock": ABSENT}
    os.close(reader)
    os.close(writer)


def fails_unreadable():
    for vec in (0, 0x1000):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            expected = failing(Batch(1), sock.fileno(), 1, -errno.EFAULT, sock, vec)
            expected["sock"] |= FRESH
            expected["msgs"] = [{"index": 0, "enter": {"status": "fault"}, "kernel": ABSENT}]
            yield expected


def fails_halfway():
    """The second message cannot be sent: one left, and the call says so."""
    receiver, port = udp()
    with receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        batch = Batch(3).every(name=inet(LOOPBACK, port))
        iov = batch.headers[1].iov
        batch.headers[1].iov = 0x1000
        expected = failing(batch, sock.fileno() | 0xdeadbeef << 32, 3, 1, sock)
        expected["batch"] |= {"captured": 3, "kernel_seen": 1, "bytes": 4, "truncated": False}
        expected["sock"]["local"] = FRESH["local"]
        views = [batch.send_view(i) for i in range(3)]
        views[1]["iov"] = {"status": "fault", "ptr": "0x1000", "count": 1, "bytes": ABSENT}
        expected["msgs"] = [
            {"index": 0, "enter": views[0], "exit": views[0], "len": 4},
            {"index": 1, "enter": views[1], "exit": views[1], "len": ABSENT, "kernel": ABSENT},
            {"index": 2, "enter": views[2], "exit": ABSENT, "len": ABSENT, "kernel": ABSENT}]
        batch.headers[1].iov = iov
        yield expected


def nothing_asked():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        expected = failing(Batch(1), sock.fileno(), 0, 0, sock)
        expected["sock"] |= FRESH
        yield expected | {"msgs": []}


CASES = (sends_inet, sends_inet6, sends_mapped, sends_to_odd_addresses, sends_connected,
         sends_unix, sends_tcp, sends_iovecs, sends_control, sends_segmented, sends_flagged,
         sends_by_thread, receives_inet, receives_with_timeout, receives_tcp,
         fails_without_socket, fails_unreadable, fails_halfway, nothing_asked)
