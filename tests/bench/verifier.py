#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many instructions this kernel's verifier looks at for each program, beside what was recorded, and how much
stack the program takes.

verifier.py PROGRAM [--update]: PROGRAM prints them. One that has grown by half fails, so that growth is meant;
--update records it. Kernels refuse programs at a million. One whose calls take more than 512 bytes of stack fails in
any case: newer kernels take it, older ones do not. That is told of programs that do not load here as well.
"""

import json
import os
import platform
import re
import subprocess
import sys

RECORD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "verifier.json")
SERIES = ".".join(platform.release().split(".")[:2])
LINE = re.compile(r"^(\w+) +(?:loads|fails) +stack +(\d+)(?: processed (\d+) insns)?", re.M)
STACK = 512
MARGIN = 1.5
SMALL = 1000  # below, nobody minds
SKIP = 77


def counted(program):
    """Instructions of those that load, and stack of all, by name."""
    out = subprocess.run([program], capture_output=True, text=True, timeout=240, check=True).stdout
    found = LINE.findall(out)
    return {name: int(n) for name, _, n in found if n}, {name: int(stack) for name, stack, _ in found}


def grown(now, before):
    return now > before * MARGIN and now > SMALL


def main(program, update):
    if os.geteuid() != 0:
        print("skipped: needs root")
        return SKIP
    with open(RECORD, encoding="utf-8") as file:
        record = json.load(file)
    now, stack = counted(program)
    before = record.get(SERIES, {})
    wrong = [f"{name} takes {n} bytes of stack" for name, n in stack.items() if n > STACK]
    if not now and not wrong:
        print("skipped: this kernel loads no programs")
        return SKIP
    for name, n in now.items():
        print(f"{name:28} {n:8} recorded {before.get(name, '–'):>8}, {stack[name]:3} bytes of stack")
        if name in before and grown(n, before[name]):
            wrong.append(f"{name} has grown from {before[name]} to {n}")
    if update:
        record[SERIES] = now
        with open(RECORD, "w", encoding="utf-8") as file:
            json.dump(record, file, indent=1)
            file.write("\n")
        return 0
    if SERIES not in record and not wrong:
        print(f"skipped: nothing was recorded for Linux {SERIES}")
        return SKIP
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--update" in sys.argv))
