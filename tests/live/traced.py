#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs to be traced, for ptrace.py: traced.py NAME is one of them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import live
import mmsg

CALLS = ("sendmmsg", "recvmmsg", "recvmmsg_time32")


def sender():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    batch = mmsg.Batch(2).every(name=mmsg.inet(*receiver.getsockname()))
    return lambda: mmsg.syscall(mmsg.SENDMMSG, sock.fileno(), batch.vec, 2, 0)


def waits_in_receive(pid, tid):
    """Whether that thread sleeps in recvmmsg; not while a tracer holds it there."""
    with open(f"/proc/{pid}/task/{tid}/stat", encoding="utf-8") as file:
        state = file.read().rsplit(")", 1)[1].split()[0]
    with open(f"/proc/{pid}/task/{tid}/syscall", encoding="utf-8") as file:
        return state == "S" and file.read().split()[0] == str(mmsg.RECVMMSG)


def until_it_waits(tid):
    while not waits_in_receive(os.getpid(), tid):
        time.sleep(0.01)


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
        until_it_waits(os.getpid())
        os.kill(os.getpid(), signal.SIGUSR1)
        until_it_waits(os.getpid())
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


def waits():
    """Says where, waits there in recvmmsg, and says what that gave; again and again."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    batch = mmsg.Batch(1).every(lengths=(8,))
    os.write(1, b"%d\n" % receiver.getsockname()[1])
    while True:
        os.write(1, b"%d\n" % mmsg.syscall(mmsg.RECVMMSG, receiver.fileno(), batch.vec, 1, 0, 0))


def exec_amid_a_call():
    """The leader waits in recvmmsg when another thread becomes another program."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    batch = mmsg.Batch(1).every(lengths=(8,))

    def become_another():
        until_it_waits(os.getpid())
        os.execv("/bin/true", ["true"])

    threading.Thread(target=become_another).start()
    mmsg.syscall(mmsg.RECVMMSG, receiver.fileno(), batch.vec, 1, 0, 0)


def exec_by_thread():
    """A thread that is not the leader execs; what it becomes sends, too."""
    sender()()
    other = command("sends_once")
    threading.Thread(target=lambda: os.execv(other[0], other)).start()
    time.sleep(30)


def sends_once():
    assert sender()() == 2


def forks():
    sender()()
    for make in (lambda: subprocess.Popen(command("sends_once")),
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
    thread = threading.Thread(target=lambda: mmsg.syscall(mmsg.RECVMMSG, receiver.fileno(), batch.vec, 1, 0, 0),
                              daemon=True)
    thread.start()
    until_it_waits(thread.native_id)
    os.kill(os.getpid(), signal.SIGKILL)


def command(name, file=__file__):
    return [sys.executable, os.path.abspath(file), name]


if __name__ == "__main__":
    globals()[sys.argv[1]]()
