#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two mistakes in a pack that have nothing to do with each other are both told of, in one run, in order;
and one is told of also where the pack does not run the signature."""
import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TOCSIN = os.environ["TOCSIN"]

SIGNATURE = """format: 1
id: {id}
title: A test
level: medium
status: stable
tags: [attack.t1498]
description: |-
  Only here.
events: [sendmmsg]
params: {{limit: 5, ports: [53], pattern: x}}
when: args.vlen > params.limit && proc.comm.matches(params.pattern) && !(args.sockfd in params.ports)
message: "{{proc.comm}}"
threshold: {{type: limit, track: [proc.id], count: 1, timespan: 60s}}
tests:
  - name: many messages
    given: {{event: {{name: sendmmsg, ret: 1}}, args: {{vlen: 6, sockfd: 3}}, proc: {{comm: x, id: a}}}}
    alerts: 1
  - name: few
    given: {{event: {{name: sendmmsg, ret: 1}}, args: {{vlen: 5, sockfd: 3}}, proc: {{comm: x, id: a}}}}
    alerts: 0
"""
IDS = ("first", "second", "third")

# name: (key of the pack, a line below it, a word of the message that must come)
MISTAKES = {
    "key": ("titel", None, "titel"),
    "extends": ("extends", "no-pack-at-all", "no-pack-at-all"),
    "scope": ("scope", "proc.cmom == 'x'", "cmom"),
    "title": ("title", "[a]", "title"),
    "include-level": ("include", "min-level: hihg", "hihg"),
    "include-status": ("include", "status: [stabel]", "stabel"),
    "include-id": ("include", "ids: [firts, first, second, third]", "firts"),
    "include-key": ("include", "tgas: [x]", "tgas"),
    "exclude": ("exclude", "- thrid", "thrid"),
    "set-id": ("set", "sceond: {limit: 1}", "sceond"),
    "set-param": ("set", "first: {limti: 1}", "limti"),
    "set-type": ("set", "second: {limit: many}", "limit"),
    "set-map": ("set", "third: 7", "third"),
    "add-id": ("add", "frist: {ports: [1]}", "frist"),
    "add-param": ("add", "first: {prots: [1]}", "prots"),
    "add-type": ("add", "second: {ports: [http]}", "ports"),
    "add-scalar": ("add", "third: {limit: [1]}", "limit"),
    "level": ("level", "first: hgih", "hgih"),
    "level-id": ("level", "fisrt: high", "fisrt"),
    "level-kind": ("level", "second: [high]", "a level must be"),
    "threshold-type": ("threshold", "first: {type: limti, track: [proc.id], count: 1, timespan: 60s}", "limti"),
    "threshold-track": ("threshold", "second: {type: limit, track: [nobody], count: 1, timespan: 60s}", "nobody"),
    "threshold-time": ("threshold", "third: {type: limit, track: [proc.id], count: 1, timespan: 60y}", "60y"),
    "threshold-id": ("threshold", "frits: {type: limit, track: [proc.id], count: 1, timespan: 60s}", "frits"),
    "except-id": ("except", "- {id: fist, when: proc.uid == 0, reason: r}", "fist"),
    "except-when": ("except", "- {id: first, when: proc.uidd == 0, reason: r}", "uidd"),
    "except-until": ("except", "- {id: first, when: proc.uid == 0, reason: r, until: soon}", "soon"),
    "except-reason": ("except", "- {id: second, when: proc.uid == 0}", "reason"),
    "except-key": ("except", "- {id: third, when: proc.uid == 0, reason: r, utnil: x}", "utnil"),
}


def pack(*names, exclude):
    """A pack with these mistakes and nothing else."""
    keys = {"exclude": [f"- {name}" for name in exclude]} if exclude else {}
    for name in names:
        key, line, _ = MISTAKES[name]
        keys.setdefault(key, []).append(line)
    text = "format: 1\npack: wrong\n"
    for key, lines in keys.items():
        if key in ("extends", "scope", "title"):
            text += f"{key}: {lines[0]}\n"
        elif lines == [None]:
            text += f"{key}: x\n"
        else:
            text += f"{key}:\n" + "".join(f"  {line}\n" for line in lines)
    return text


def told(folder, names, exclude):
    """What check says of a pack with these mistakes; None when it is out of order."""
    path = Path(folder, "wrong.yaml")
    path.write_text(pack(*names, exclude=exclude))
    run = subprocess.run([TOCSIN, "check", "--format", "json", Path(folder, "signatures"), path],
                         capture_output=True, text=True, check=False)
    problems = [json.loads(line) for line in run.stdout.splitlines()]
    places = [(problem.get("line", 0), problem.get("col", 0)) for problem in problems]
    if run.returncode != 2 or places != sorted(places):
        return None
    return [problem["message"] for problem in problems if problem["severity"] == "error"]


def main():
    failed = n = 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "signatures").mkdir()
        for name in IDS:
            Path(folder, "signatures", f"{name}.yaml").write_text(SIGNATURE.format(id=name))
        cases = [((name,), IDS) for name in MISTAKES]
        cases += [((name,), ()) for name in MISTAKES]
        cases += [(names, ()) for names in itertools.combinations(MISTAKES, 2)]
        for names, exclude in cases:
            messages = told(folder, names, exclude)
            missing = [m for m in names if messages is None or not any(MISTAKES[m][2] in t for t in messages)]
            n += len(names)
            failed += len(missing)
            # One mistake is told once.
            extra = messages and len(messages) > len(names)
            failed += bool(extra)
            if missing or extra:
                print(f"{' + '.join(names)}: not told: {missing}, but: {messages}")
    print(f"{n} mistakes, {failed} not told as they should")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
