#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves by compiling that a layer sees the layers it may see and no other, and that each header
stands alone. The include flags are those of the real build."""
import json
import shlex
import subprocess

from files import BUILD, ROOT, finish

SEES = {
    "base": "",
    "event": "base",
    "source": "base event",
    "cel": "base",
    "detect": "base event cel",
    "sink": "base event cel detect",
    "cli": "base event source cel detect sink",
}


def include_flags(layer):
    """The include flags of each file of the layer: one set, or the build is crooked. Tests that compile some of them
    once more, for ThreadSanitizer, are not the layer."""
    folder = f"{ROOT}/engine/{layer}/"
    found = set()
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        if entry["file"].startswith(folder) and "/thread_" not in entry["command"]:
            words = shlex.split(entry["command"])
            dirs = [w for w in words if w.startswith("-I")]
            found.add(" ".join(sorted(dirs)))
    return found


def compiles(flags, header):
    """Whether a file that includes only this header compiles; and what the compiler said."""
    command = ["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Werror", "-fsyntax-only",
               *flags.split(), "-x", "c", "-"]
    done = subprocess.run(command, input=f'#include "{header}"\n', text=True, capture_output=True)
    return done.returncode == 0, done.stderr


def headers(layer):
    return sorted(p.name for p in (ROOT / "engine" / layer).glob("*.h"))


def check_layer(layer, problems):
    tried = 0
    for flags in include_flags(layer):
        for other in SEES:
            for name in headers(other):
                ok, said = compiles(flags, f"{other}/{name}")
                tried += 1
                may = other == layer or other in SEES[layer].split()
                if may and not ok:
                    problems.append((f"engine/{other}/{name}", f"does not compile in {layer}: {said}"))
                if not may and (ok or "No such file" not in said):
                    problems.append((f"engine/{layer}", f"can include {other}/{name}"))
    if len(include_flags(layer)) != 1:
        problems.append((f"engine/{layer}", "its files have no common include flags"))
    return tried


def main():
    problems = []
    checked = sum(check_layer(layer, problems) for layer in SEES)
    finish(problems, checked)


main()
