#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real programs that use these calls: the pack default raises nothing at medium or above.

noise.py [NAME…]               TOC_NOISE_SECONDS: how long each load lasts (2), a minute and more
                               where it may take that; TOC_NOISE_OPS bounds how much it does
noise.py --keep DIR [NAME…]    keeps the recordings, without the host's name, for tests/recordings:
                               TOC_NOISE_SECONDS=1 TOC_NOISE_OPS=400 tests/live/noise.py --keep …

Everything happens in a network namespace of its own, on loopback. What a scenario starts lives in
its process tree, is watched as such, and is ended by it. A program that is not installed is skipped.
"""

import collections
import contextlib
import json
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
QUIET = ("informational", "low")
HOST = {"id": "0" * 32, "name": "noise"}
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
                   timeout=SECONDS + 30)


def udp_ports():
    with open("/proc/net/udp", encoding="ascii") as file:
        return {int(line.split()[1].rpartition(":")[2], 16) for line in file.readlines()[1:]}


@contextlib.contextmanager
def daemon(*command, port=None):
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL)
    try:
        if port:
            live.eventually(lambda: process.poll() is not None or port in udp_ports(),
                            what=f"{command[0]} does not listen")
        assert process.poll() is None, f"{command[0]} ended at once"
        yield process
    finally:
        process.terminate()
        process.wait(20)


def write(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("{d}", directory))
    return path


def knotd(directory):
    write(directory, "example.test.zone", ZONE)
    return daemon("knotd", "-c", write(directory, "knot.conf", KNOT), port=53)


# ---- Scenarios: each runs inside the watched tree ----

def dig(directory):
    with knotd(directory):
        for _ in range(3 * SECONDS):
            run("dig", "@127.0.0.1", "www.example.test", "A", "www.example.test", "AAAA")


def kdig(directory):
    with knotd(directory):
        for _ in range(3 * SECONDS):
            run("kdig", "@127.0.0.1", "www.example.test", "A", "text.example.test", "TXT")


def getaddrinfo(directory):
    resolv = write(directory, "resolv.conf", "nameserver 127.0.0.1\n")
    run("mount", "--bind", resolv, "/etc/resolv.conf")
    with knotd(directory):
        for _ in range(5 * SECONDS):
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
        run("chronyd", "-Q", "-u", "root", "-L", "2", "-t", "20", "cmdport 0",
            f"pidfile {directory}/client.pid", "server 127.0.0.1 port 11123 iburst")


def rsyslogd(directory):
    with daemon("rsyslogd", "-n", "-i", f"{directory}/rsyslog.pid", "-f",
                write(directory, "rsyslog.conf", RSYSLOG), port=5514):
        for i in range(20 * SECONDS):
            run("logger", "-n", "127.0.0.1", "-P", "5514", "-d", f"line {i}")
        live.eventually(lambda: os.path.exists(f"{directory}/log"), what="nothing was logged")


def iperf3(_):
    with daemon("iperf3", "-s", "-p", "5201"):
        time.sleep(0.5)
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


def stress_both(_):
    """At once, for the minute of the test that takes one."""
    stress("--sock", "1", "--sock-opts", "random", "--udp", "1")


# scenario → (what it needs, whether these calls must be seen)
SCENARIOS = {
    dig: (("knotd", "dig"), True),
    kdig: (("knotd", "kdig"), True),
    getaddrinfo: (("knotd", "getent"), True),
    dnsperf: (("knotd", "dnsperf"), True),
    chronyd: (("chronyd",), True),
    rsyslogd: (("rsyslogd", "logger"), True),
    iperf3: (("iperf3",), True),
    stress_sock: (("stress-ng",), True),
    stress_udp: (("stress-ng",), True),
}
# Only when they are named.
MINUTE = {stress_both: (("stress-ng",), True)}


# ---- Watching them ----

def anonymous(recording, to):
    """The recording without the name of the host it was made on."""
    lines = live.tocsin("convert", recording, "-").stdout.splitlines()
    start = json.loads(lines[0])
    start["host"].update(HOST, kernel=start["host"]["kernel"].partition("-")[0])
    text = b"\n".join([json.dumps(start).encode(), *lines[1:]]) + b"\n"
    done = live.tocsin("convert", "-", to, input=text)
    assert done.returncode == 0, done.stderr.decode()


def calls(recording):
    """Which events a recording holds, and how often: "recvmsg 4, sendto 12"."""
    names = collections.Counter(event["event"]["name"] for event in live.events(recording))
    return ", ".join(f"{name} {n}" for name, n in sorted(names.items())
                     if not name.startswith("tocsin_"))


def watch(name, must_be_seen, keep, checks):
    with live.workspace() as directory:
        done = live.watch(directory, [sys.executable, __file__, "--scenario", name, directory],
                          "--events", "*", "--ring-size", "16")
        if not checks.equal(done.status, 0, f"{name}: status") or not done.stats:
            checks.check(False, done.stderr[-2000:])
            return
        counts = done.stats["events"]
        checks.check(done.balanced(), f"{name}: counts do not add up: {counts}")
        checks.check(counts["handled"] > 0 or not must_be_seen, f"{name}: no call was seen")
        # A reader that loses most of a flood says so, rightly: that is none of the programs' noise.
        own = {"late-heartbeat"} if counts["lost"] else set()
        loud = [a for a in done.alerts() if a["kind"] == "alert" and a["level"] not in QUIET
                and a["signature"]["id"] not in own]
        for alert in loud[:5]:
            checks.check(False, f"{name}: {alert['level']} {alert['signature']['id']}: "
                         f"{alert['message']}")
        # A minute makes a recording of millions.
        told = calls(done.recording) if SECONDS < 10 else f"in {SECONDS} s"
        print(f"| {name} | {counts['handled']} handled ({told}), "
              f"{sum(counts['lost'].values())} lost | "
              f"{', '.join(sorted(done.ids())) or 'none'} |", flush=True)
        if keep and counts["handled"]:
            anonymous(done.recording, os.path.join(keep, f"{name}.tocsin"))


def raise_loopback():
    """ip link set lo up, without needing ip: SIOCSIFFLAGS, IFF_UP | IFF_RUNNING."""
    import fcntl
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, 0x8914, struct.pack("16sH14x", b"lo", 0x41))


def inside(arguments):
    """In the namespaces of its own."""
    raise_loopback()
    keep = arguments[1] if arguments[:1] == ["--keep"] else None
    wanted = arguments[2:] if keep else arguments
    checks, tried = live.Checks(), 0
    for scenario, (programs, must_be_seen) in {**SCENARIOS, **MINUTE}.items():
        name = scenario.__name__
        missing = [p for p in programs if not shutil.which(p)]
        if name not in wanted if wanted else scenario in MINUTE:
            continue
        if missing:
            print(f"| {name} | not tried: no {', '.join(missing)} |")
            continue
        tried += 1
        watch(name, must_be_seen, keep, checks)
    print("\n".join(checks.wrong), file=sys.stderr)
    if not tried:
        live.skip("none of the programs is installed")
    return 1 if checks.wrong else 0


def main(arguments):
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if arguments[:1] == ["--scenario"]:
        globals()[arguments[1]](arguments[2])
        return 0
    if arguments[:1] == ["--inside"]:
        return inside(arguments[1:])
    live.need_bpf()
    unshare = ["unshare", "--net", "--mount", "--propagation", "private"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        live.skip("no namespaces of its own")
    os.execvp("unshare", [*unshare, sys.executable, os.path.abspath(__file__), "--inside",
                          *arguments])
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
