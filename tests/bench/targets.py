# SPDX-License-Identifier: Apache-2.0
"""The aims of the benchmarks: one row each. A figure without a row is refused, a row without a figure is told."""

from dataclasses import dataclass

# How a figure is held against its aim.
RATIO = "ratio"  # median / median of the baseline
ADDED = "added"  # median - median of the baseline
VALUE = "value"  # the median itself


@dataclass(frozen=True)
class Target:
    """One aim. `program` is the benchmark that prints the figure, a key of PROGRAMS."""

    figure: str
    program: str
    what: str
    unit: str
    kind: str
    aim: float = None  # None: only told
    least: bool = False  # the aim is a lower bound
    optional: bool = False  # not every kernel gives it, and a short run leaves it out


# name → command; {bench} is where the programs of this build are, {here} this folder.
PROGRAMS = {
    "live": ["{here}/live.py"],
    "ptrace": ["{here}/ptrace.py"],
    "consume": ["{bench}/bench_consume"],
    "alerts": ["{here}/alerts.py"],
    "decode": ["{here}/decode.py", "{bench}/bench_decode"],
    "alert": ["{bench}/bench_alert"],
    "cel": ["{bench}/bench_cel"],
    "state": ["{bench}/bench_state"],
    "engine": ["{here}/engine.py"],
}

TARGETS = [
    Target("live.default.send8", "live", "sendmmsg of 8, pack default", "ns", RATIO, 1.30),
    Target("live.default.recv8", "live", "recvmmsg of 8, pack default", "ns", RATIO, 1.50),
    Target("live.default.message", "live", "a message sent, pack default", "ns", ADDED, 250),
    Target("live.default.emptiest", "live", "sendmmsg of 0, pack default", "ns", ADDED),
    Target("live.default.idle1024", "live", "recvmmsg of 1024, nothing there", "ns", ADDED, 3000),
    Target("live.default.unrelated", "live", "getppid, pack default", "ns", ADDED, 60),
    *(Target(f"live.hooks.{name}.{load}8", "live", f"{call} of 8, hooks {name}", "ns", RATIO, aim,
             optional=True)
      for name in ("raw", "length", "cgroup", "fentry", "kprobe")
      for load, call, aim in (("send", "sendmmsg", 1.30), ("recv", "recvmmsg", 1.50))),
    *(Target(f"live.bare.call.{load}", "live", f"{call}, programs that do nothing", "ns", ADDED, optional=True)
      for load, call in (("send8", "sendmmsg of 8"), ("recv8", "recvmmsg of 8"), ("emptiest", "sendmmsg of 0"),
                         ("idle1024", "recvmmsg of 1024"), ("unrelated", "getppid"))),
    *(Target(f"live.bare.{at}.{load}8", "live", f"{call} of 8, and at each {at}", "ns", ADDED, optional=True)
      for at in ("length", "address") for load, call in (("send", "sendmmsg"), ("recv", "recvmmsg"))),
    Target("live.filtered.send8", "live", "sendmmsg of 8, no rule can match", "ns", RATIO, 1.05),
    Target("live.filtered.recv8", "live", "recvmmsg of 8, no rule can match", "ns", RATIO, 1.08),
    Target("live.filtered.emptiest", "live", "sendmmsg of 0, no rule can match", "ns", ADDED, 120),
    Target("live.filtered.unrelated", "live", "getppid, no rule can match", "ns", ADDED, 60),
    Target("ptrace.send8", "ptrace", "sendmmsg of 8, traced", "ns", RATIO, 1.0),
    Target("ptrace.recv8", "ptrace", "recvmmsg of 8, traced", "ns", RATIO, 1.0),
    Target("ptrace.emptiest", "ptrace", "sendmmsg of 0, traced", "ns", RATIO, 1.0),
    Target("ptrace.unrelated", "ptrace", "getppid of a traced program", "ns", ADDED, 60),
    Target("consume.sendto", "consume", "a sendto, from records to the event", "ns", VALUE),
    Target("consume.send8", "consume", "a sendmmsg of 8, from records to the event", "ns", VALUE),
    Target("alerts.send8", "alerts", "sendmmsg of 8, an alert for each call", "ns", RATIO, 1.5),
    Target("alerts.lost", "alerts", "calls lost at 0.7 M messages/s, an alert each", "calls", VALUE, 0),
    Target("alerts.p50", "alerts", "from return to alert, half of them", "us", VALUE, 1000),
    Target("alerts.p99", "alerts", "from return to alert, 99 of 100", "us", VALUE, 5000),
    Target("start.ready", "alerts", "ready with 1000 signatures", "ms", VALUE, 300),
    Target("start.memory", "alerts", "resident beside rings, 1000 signatures", "MiB", VALUE, 24),
    Target("decode.event", "decode", "an event from a recording, no rule", "ns", VALUE, 60),
    # 128 KiB: the allocator asks the kernel for as much at a time.
    Target("decode.grown", "decode", "memory grown in 100 M replayed events", "KiB", VALUE, 128),
    Target("alert.first", "alert", "an alert of one message as JSON", "ns", VALUE, 600),
    Target("alert.more", "alert", "a further message of it", "ns", VALUE, 150),
    Target("cel.scalar", "cel", "proc.uid > 1000, compiled", "ns", VALUE, 10),
    Target("cel.exists", "cel", "exists(port == 53), a message", "ns", VALUE, 5),
    Target("state.soak", "state", "correlation, worst of its kinds", "ns/event", VALUE),
    Target("state.heap", "state", "heap grown in the second half of a soak", "bytes", VALUE, 0),
    Target("engine.none", "engine", "a batch from a recording, no rule", "ns", VALUE, 60),
    Target("engine.default", "engine", "a batch from a recording, pack default", "ns", VALUE, 120),
    Target("engine.rules10", "engine", "a send with payload, 10 signatures", "ns", VALUE),
    Target("engine.rules100", "engine", "a send with payload, 100 signatures", "ns", VALUE),
    Target("engine.rules1000", "engine", "a send with payload, 1000 signatures", "ns", VALUE, 600),
    Target("engine.growth", "engine", "a send, 1000 signatures against 10", "ns", RATIO, 6),
    Target("engine.load.thousand", "engine", "1000 signatures loaded and checked", "ms", VALUE, 150),
    Target("engine.load.tenthousand", "engine", "10000 signatures loaded and checked", "ms", VALUE, 1500),
]
