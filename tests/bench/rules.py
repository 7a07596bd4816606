#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes as many signatures as asked for, as a site might have them, and a pack that runs them.

rules.py [--seed N] [--event NAME] COUNT DIR   the same arguments give the same files

They look for ports, addresses and networks of indicator lists, names and places of programs, sizes, words and patterns
in payload, and for what holds of some or all messages; most have a second term, and few match an honest program. Each
has a test that alerts and one that does not, so `tocsin test DIR` tries the generator.
"""

import argparse
import base64
import json
import random
from pathlib import Path

WORDS = """alpha beacon cobalt dropper exfil falcon gopher harvest implant jackal keylog lateral miner nimbus onion
payload quasar raven stealer tunnel upload viper worm xmrig yellow zombie""".split()
DIRS = "/tmp /var/tmp /dev/shm /run/user /opt /usr/local/bin /home /srv".split()
SITES = "com net org info xyz top icu biz".split()


def word(r):
    """A name that no program of a capture has."""
    return f"{r.choice(WORDS)}{r.choice(WORDS)}{r.randrange(1000)}"


def quoted(items):
    """A list of strings as CEL writes it."""
    return "[" + ", ".join(f'"{item}"' for item in items) + "]"


def msg(**parts):
    """A message with a peer."""
    return {"enter": {"status": "ok"}, "kernel": {"status": "ok"}} | parts


def named(ip="203.0.113.7", port=9):
    """A message that goes to that address."""
    name = {"status": "ok", "ip": ip, "port": port}
    return msg(enter={"status": "ok", "name": name}, kernel={"status": "ok", "name": name})


def carrying(text):
    """A message with that payload, as base64 in events."""
    data = base64.b64encode(text.encode()).decode()
    return msg(enter={"status": "ok", "iov": {"status": "ok", "data": data, "data_len": len(text)}})


# Each family: (of one message or of the call, condition, what of an event makes it true).


def port(r):
    """One port, or a few."""
    ports = sorted(r.sample(range(1024, 65536), r.choice([1, 1, 3, 8])))
    test = f"m.peer.port == {ports[0]}" if len(ports) == 1 else f"m.peer.port in {ports}"
    return True, test, {"msgs": [named(port=ports[-1])]}


def port_range(r):
    """Ports from … to."""
    low = r.randrange(1024, 65000)
    return True, f"m.peer.port >= {low} && m.peer.port <= {low + r.randrange(2, 20)}", {"msgs": [named(port=low + 1)]}


def size(r):
    """More than honest programs have."""
    limit = r.randrange(1025, 60000)
    return False, f"batch.requested > {limit}", {"args": {"vlen": limit + 1}, "batch": {"requested": limit + 1}}


def address(r):
    """One address."""
    ip = f"{r.randrange(11, 120)}.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(1, 255)}"
    return True, f'm.peer.ip == "{ip}"', {"msgs": [named(ip=ip)]}


def network(r):
    """One network."""
    first, bits = f"{r.randrange(128, 223)}.{r.randrange(256)}.{r.randrange(256)}", r.choice([16, 20, 24, 24, 24])
    third = int(first.split(".")[2]) & {16: 0, 20: 0xf0, 24: 0xff}[bits]
    net = ".".join(first.split(".")[:2] + [str(third)])
    return True, f'cidr("{net}.0/{bits}").containsIP(m.peer.ip)', {"msgs": [named(ip=f"{net}.1")]}


def program(r):
    """Names of programs."""
    names = [word(r)[:15] for _ in range(r.choice([1, 4, 12]))]
    test = f'proc.comm == "{names[0]}"' if len(names) == 1 else f"proc.comm in {quoted(names)}"
    return False, test, {"proc": {"comm": names[-1]}}


def place(r):
    """Where programs lie."""
    name = word(r)
    where = f"{r.choice(DIRS)}/{name}"
    return False, r.choice([f'proc.exe.startsWith("{where}")', f'proc.exe == "{where}"',
                            f'proc.exe.endsWith("/{name}")']), {"proc": {"exe": where}}


def payload(r):
    """Words in payload."""
    text = f"{word(r)}.{r.choice(SITES)}"
    return True, f'm.enter.iov.data.contains(b"{text}")', {"msgs": [carrying(f"xx{text}yy")]}


def pattern(r):
    """A pattern in payload, or in the place of a program."""
    name = word(r)
    if r.randrange(2):
        return True, f'm.enter.iov.data.matches("{name}-[0-9a-f]+\\\\.{r.choice(SITES)}")', {
            "msgs": [carrying(f"{name}-0a.{site}") for site in SITES]}
    return False, f'proc.exe.matches("^/(home|tmp)/.*/\\\\.{name}[0-9]*$")', {"proc": {"exe": f"/home/x/.{name}7"}}


def some(r):
    """Of any message."""
    low = r.randrange(1024, 65000)
    return False, f"msgs.exists(x, x.peer.port == {low} && x.enter.iov.bytes >= {low % 200})", {
        "msgs": [named(port=low) | {"enter": {"status": "ok", "name": {"ip": "203.0.113.7", "port": low},
                                              "iov": {"status": "ok", "count": 1, "bytes": 200}}}]}


def every(r):
    """Of all messages, of which there are some."""
    low = r.randrange(20000, 60000)
    return False, f"batch.captured > 0 && msgs.all(x, x.enter.iov.bytes == {low})", {
        "msgs": [msg(enter={"status": "ok", "iov": {"status": "ok", "count": 1, "bytes": low}})]}


FAMILIES = [port, port, port_range, size, address, network, network, program, program, place, payload, payload,
            pattern, some, every]
# A second term, and what makes it true.
SECOND = [("proc.uid != 65534", {"proc": {"uid": 1000}}), ("proc.uid < 100000", {"proc": {"uid": 1000}}),
          ("!(proc.comm in [\"sshd\", \"systemd\"])", {"proc": {"comm": "x"}}),
          ("event.ret >= 0", {"event": {"ret": 1}}), ("sock.type == \"dgram\"", {"sock": {"type": "dgram"}}), None]


def merged(a, b):
    """Two events in one."""
    both = dict(a)
    for key, value in b.items():
        both[key] = value | a[key] if isinstance(value, dict) and key in a else a.get(key, value)
    return both


def flow(value):
    """As YAML in one line."""
    return json.dumps(value)


def signature(number, r, event):
    """The text of one."""
    each, when, given = r.choice(FAMILIES)(r)
    second = r.choice(SECOND)
    if second:
        when, given = f"{when} && {second[0]}", merged(given, second[1])
    given = merged(given, {"event": {"name": event}})
    return "\n".join([
        "format: 1", f"id: bench-{number:05}", f"title: Indicator {number}", "status: test",
        f"level: {r.choice(['low', 'medium', 'high'])}", f"description: Made by a generator, number {number}.",
        f"events: [{event}]", *(["each: {m: msgs}"] if each else []), "when: |-", f"  {when}",
        'message: "{proc.comm}[{proc.pid}] met an indicator"', "tests:",
        f"  - {{name: met, given: {flow(given)}, alerts: 1}}",
        f"  - {{name: not met, given: {flow({'event': {'name': event}})}, alerts: 0}}", ""])


def write(directory, count, seed=1, event="sendmmsg"):
    """Writes the signatures to DIR/signatures and the pack DIR/pack.yaml."""
    r = random.Random(seed)
    signatures = Path(directory) / "signatures"
    signatures.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (signatures / f"bench-{number:05}.yaml").write_text(signature(number, r, event))
    (Path(directory) / "pack.yaml").write_text("format: 1\npack: bench\ninclude: {status: [test]}\n")


def main():
    """As the words above say."""
    parser = argparse.ArgumentParser(description="Makes signatures and a pack that runs them.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--event", default="sendmmsg")
    parser.add_argument("count", type=int)
    parser.add_argument("directory")
    args = parser.parse_args()
    write(args.directory, args.count, args.seed, args.event)


if __name__ == "__main__":
    main()
