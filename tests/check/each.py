#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a tool of clang over every C file, two at a time.
  format  the layout is what clang-format would write
  clang   clang compiles it without a warning, with the flags of the build
  tidy    clang-tidy is content; a file is looked at again only when it or a header has changed"""
import hashlib
import json
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from files import BUILD, ROOT, finish, ours


def commands():
    """(file, flags) of each C file of ours that the build compiles, once."""
    found = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        if not entry["file"].startswith(f"{BUILD}/"):
            words = shlex.split(entry["command"])[1:]
            flags = [w for w in words if w.startswith(("-I", "-D", "-U", "-W", "-std", "-m"))]
            system = [x for w, d in zip(words, words[1:]) if w == "-isystem" for x in (w, d)]
            found[entry["file"]] = flags + system + ["-Wno-unknown-warning-option"]
    return sorted(found.items())


def run(command):
    done = subprocess.run(command, text=True, capture_output=True, cwd=ROOT)
    return (done.stdout + done.stderr).strip() if done.returncode else ""


def stamp_of(path, flags):
    """A file whose presence says that this very state was found clean."""
    state = hashlib.sha256(" ".join([path, *flags]).encode())
    for name in [ROOT / ".clang-tidy", path, *ours(".h", ".def")]:
        with open(name, "rb") as file:
            state.update(file.read())
    return BUILD / "tidy" / state.hexdigest()


def tidy(item):
    path, flags = item
    stamp = stamp_of(path, flags)
    if stamp.exists():
        return ""
    said = run(["clang-tidy", "--quiet", "--warnings-as-errors=*", path, "--", *flags])
    if not said:
        stamp.parent.mkdir(exist_ok=True)
        stamp.touch()
    return said


def clang(item):
    path, flags = item
    return run(["clang", "-fsyntax-only", *flags, path])


def layout(paths):
    return run(["clang-format", "--dry-run", "-Werror", "--style=file", *map(str, paths)])


def groups(files, n=40):
    return [files[i:i + n] for i in range(0, len(files), n)]


def main():
    mode = sys.argv[1]
    work = {"format": layout, "clang": clang, "tidy": tidy}[mode]
    items = groups(ours(".c", ".h")) if mode == "format" else commands()
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(work, items))
    finish([(mode, text) for text in said if text], len(items))


main()
