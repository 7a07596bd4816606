#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real programs at honest work, each in namespaces of its own, on loopback.

honest.py --together DIR NAME…    these at once, until the last has ended, with files in DIR

TOC_NOISE_SECONDS: how long each works (2); TOC_NOISE_OPS bounds how much it does. What a scenario
starts lives in its process tree and is ended by it.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import time

import live

SECONDS = int(os.environ.get("TOC_NOISE_SECONDS", "2"))
OPS = os.environ.get("TOC_NOISE_OPS")
# Daemons are there.
os.environ["PATH"] += ":/usr/sbin:/sbin"
ZONE = """$ORIGIN example.test.
@ 60 SOA ns hostmaster 1 60 60 60 60
@ 60 NS ns
ns 60 A 127.0.0.1
www 60 A 192.0.2.1
www 60 AAAA 2001:db8::1
text 60 TXT "a few words"
"""
KNOT = """server:
    rundir: {d}
    listen: 127.0.0.1@53
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: error
database:
    storage: {d}
template:
  - id: default
    storage: {d}
    file: "%s.zone"
zone:
  - domain: example.test
"""
CHRONY = """port 11123
cmdport 0
bindaddress 127.0.0.1
local stratum 10
allow 127.0.0.1
pidfile {d}/chronyd.pid
"""
RSYSLOG = """module(load="imudp")
input(type="imudp" address="127.0.0.1" port="5514" batchSize="32")
action(type="omfile" file="{d}/log")
"""


def run(*command):
    """A client: it must succeed."""
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL,
                   timeout=SECONDS + live.PATIENCE)


def ports(table):
    """Those that are bound, of IPv4 and IPv6."""
    found = set()
    for name in (table, f"{table}6"):
        with contextlib.suppress(OSError), open(f"/proc/net/{name}", encoding="ascii") as file:
            found |= {int(line.split()[1].rpartition(":")[2], 16) for line in file.readlines()[1:]}
    return found


@contextlib.contextmanager
def daemon(*command, port=None, table="udp"):
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL)
    try:
        if port:
            live.eventually(lambda: process.poll() is not None or port in ports(table),
                            what=f"{command[0]} does not listen")
        assert process.poll() is None, f"{command[0]} ended at once"
        yield process
    finally:
        process.terminate()
        process.wait(live.PATIENCE)


def write(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("{d}", directory))
    return path


def knotd(directory):
    write(directory, "example.test.zone", ZONE)
    return daemon("knotd", "-c", write(directory, "knot.conf", KNOT), port=53)


# ---- What is run: each inside the watched tree ----

def seconds():
    """Until they have passed: how many did."""
    began = time.monotonic()
    while time.monotonic() < began + SECONDS:
        yield int(time.monotonic() - began)
        time.sleep(0.2)


def dig(directory):
    with knotd(directory):
        for _ in seconds():
            run("dig", "@127.0.0.1", "www.example.test", "A", "www.example.test", "AAAA")


def kdig(directory):
    with knotd(directory):
        for _ in seconds():
            run("kdig", "@127.0.0.1", "www.example.test", "A", "text.example.test", "TXT")


def getaddrinfo(directory):
    resolv = write(directory, "resolv.conf", "nameserver 127.0.0.1\n")
    run("mount", "--bind", resolv, "/etc/resolv.conf")
    with knotd(directory):
        for _ in seconds():
            run("getent", "ahosts", "www.example.test")


def dnsperf(directory):
    queries = write(directory, "queries", "www.example.test A\nwww.example.test AAAA\n"
                    "text.example.test TXT\nnone.example.test A\n")
    rate = ("-Q", OPS) if OPS else ()
    with knotd(directory):
        run("dnsperf", "-s", "127.0.0.1", "-d", queries, "-l", SECONDS, "-c", 4, *rate)


def chronyd(directory):
    os.chmod(directory, 0o755)
    with daemon("chronyd", "-d", "-x", "-u", "root", "-L", "2", "-f",
                write(directory, "chrony.conf", CHRONY), port=11123):
        for _ in seconds():
            run("chronyd", "-Q", "-u", "root", "-L", "2", "-t", "20", "cmdport 0",
                f"pidfile {directory}/client.pid", "server 127.0.0.1 port 11123 iburst")


def rsyslogd(directory):
    with daemon("rsyslogd", "-n", "-i", f"{directory}/rsyslog.pid", "-f",
                write(directory, "rsyslog.conf", RSYSLOG), port=5514):
        for second in seconds():
            for i in range(5):
                run("logger", "-n", "127.0.0.1", "-P", "5514", "-d", f"line {i} of {second}")
        live.eventually(lambda: os.path.exists(f"{directory}/log"), what="nothing was logged")


def iperf3(_):
    with daemon("iperf3", "-s", "-p", "5201", port=5201, table="tcp"):
        run("iperf3", "-c", "127.0.0.1", "-p", "5201", "-u", "-b", "20M", "-t", SECONDS)


def stress(*options):
    run("stress-ng", "--timeout", SECONDS, "--temp-path", "/tmp", "-q", *options)


def stress_sock(_):
    # An operation is a connection, each of many calls.
    stress("--sock", "1", "--sock-opts", "random",
           *(("--sock-ops", int(OPS) // 10) if OPS else ()))


def stress_udp(_):
    # An operation is a round of sixteen messages.
    stress("--udp", "1", *(("--udp-ops", int(OPS) // 2) if OPS else ()))


# scenario → the programs it needs
SCENARIOS = {
    "dig": ("knotd", "dig"),
    "kdig": ("knotd", "kdig"),
    "getaddrinfo": ("knotd", "getent"),
    "chronyd": ("chronyd",),
    "rsyslogd": ("rsyslogd", "logger"),
    "iperf3": ("iperf3",),
    "dnsperf": ("knotd", "dnsperf"),
    "stress_sock": ("stress-ng",),
    "stress_udp": ("stress-ng",),
}
FLOODS = ("dnsperf", "stress_sock", "stress_udp")
UNSHARE = ("unshare", "--net", "--mount", "--propagation", "private")


def raise_loopback():
    """ip link set lo up, without needing ip: SIOCSIFFLAGS, IFF_UP | IFF_RUNNING."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, 0x8914, struct.pack("16sH14x", b"lo", 0x41))


def inside(name, directory):
    """In namespaces of its own."""
    raise_loopback()
    os.mkdir(os.path.join(directory, name))
    globals()[name](os.path.join(directory, name))
    return 0


def together(directory, *names):
    """At once, until the last has ended."""
    started = [subprocess.Popen([*UNSHARE, sys.executable, __file__, "--inside", name, directory])
               for name in names]
    return any([process.wait() for process in started])


def installed(names):
    """Those that can be run here."""
    for name in names:
        missing = [p for p in SCENARIOS[name] if not shutil.which(p)]
        if missing:
            print(f"| {name} | not tried: no {', '.join(missing)} |")
        else:
            yield name


def have_namespaces():
    return not subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit({"--together": together, "--inside": inside}[sys.argv[1]](*sys.argv[2:]))
