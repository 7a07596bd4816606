#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of a transcript and compares what they print, byte for byte.

transcript.py [--update] FILE…

A transcript is text: a line "$ command" for bash, then its standard output indented by two blanks, its
standard error after "! ", its exit status after "? " unless it is 0. Other lines are remarks. All commands
of a file run in one empty directory that holds copies of fixtures/ and signatures/; `tocsin` is the
program under test. With --update the file is written as the commands behave now.
"""
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = Path(os.environ.get("TOC_SOURCE_DIR", HERE.parent.parent))
TOCSIN = os.path.abspath(os.environ.get("TOCSIN", SOURCE / "build/dev/tocsin"))


def is_output(line):
    return line.startswith(("  ", "! ", "? "))


def prefixed(prefix, text):
    """Each line after a prefix; what does not end in a line end says so."""
    lines = text.split("\n")
    cut = lines.pop()
    shown = [f"{prefix}{line}" for line in lines]
    return shown + [f"{prefix}{cut}%"] if cut else shown


def plain(data):
    return data.decode("utf-8", "backslashreplace").replace(str(SOURCE), "$SOURCE")


def run(command, directory):
    """The lines that follow the command."""
    env = dict(os.environ, TERM="dumb", LC_ALL="C.UTF-8", PATH=f"{directory}/bin:{os.environ['PATH']}")
    done = subprocess.run(["bash", "-c", command], cwd=directory / "work", env=env, timeout=240,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    status = [f"? {done.returncode}"] if done.returncode else []
    return prefixed("  ", plain(done.stdout)) + prefixed("! ", plain(done.stderr)) + status


def behave(lines, directory):
    """The transcript as the commands behave now."""
    for line in lines:
        if not is_output(line):
            yield line
        if line.startswith("$ "):
            yield from run(line[2:], directory)


def workspace(directory):
    (directory / "bin").mkdir()
    (directory / "bin/tocsin").symlink_to(TOCSIN)
    shutil.copytree(HERE / "fixtures", directory / "work")


def check(path, update):
    wanted = path.read_text().splitlines()
    with tempfile.TemporaryDirectory(prefix="tocsin-golden-") as name:
        workspace(Path(name))
        got = list(behave(wanted, Path(name)))
    if update:
        path.write_text("\n".join(got) + "\n")
        return True
    for line in difflib.unified_diff(wanted, got, f"{path.name} (expected)", "got", lineterm=""):
        print(line)
    return got == wanted


def main(args):
    update = "--update" in args
    if not os.access(TOCSIN, os.X_OK):
        sys.exit(f"{TOCSIN} is no program: set TOCSIN")
    paths = [Path(arg) for arg in args if arg != "--update"]
    results = [check(path, update) for path in paths or sorted((HERE / "cases").glob("*.txt"))]
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
