#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every command of a guide and compares what it prints.

guide.py [--update] FILE: in ```console blocks a line "$ command" runs (a here document goes on to its
end), in one empty directory for the whole guide; what follows is its output, both streams. A line "…"
stands for any lines. With --update the output is written as it is now.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(os.environ.get("TOC_SOURCE_DIR", Path(__file__).resolve().parent.parent.parent))
TOCSIN = Path(os.environ.get("TOCSIN", SOURCE / "build/dev/tocsin"))


def commands(lines):
    """Cuts a block into commands with what follows each."""
    at = 0
    while at < len(lines):
        assert lines[at].startswith("$ "), f"no command: {lines[at]}"
        command = [lines[at][2:]]
        at += 1
        end = re.search(r"<<'?(\w+)'?", command[0])
        while end and command[-1] != end.group(1):
            command.append(lines[at])
            at += 1
        begin = at
        while at < len(lines) and not lines[at].startswith("$ "):
            at += 1
        yield command, lines[begin:at]


def run(command, directory):
    env = dict(os.environ, PATH=f"{directory}/.bin:{os.environ['PATH']}", TERM="dumb", LC_ALL="C.UTF-8",
               TOCSIN_CONFIG_DIR=f"{directory}/etc")
    done = subprocess.run(["bash", "-c", "\n".join(command)], cwd=directory, env=env, timeout=240,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    return done.stdout.decode("utf-8", "backslashreplace").splitlines()


def matches(wanted, got):
    pattern = "".join("(?:.*\n)*" if line == "…" else re.escape(line) + "\n" for line in wanted)
    return re.fullmatch(pattern, "".join(line + "\n" for line in got)) is not None


def block(lines, directory, update, wrong):
    """The block as its commands behave now."""
    out = []
    for command, wanted in commands(lines):
        got = run(command, directory)
        if not matches(wanted, got):
            wrong.append("\n".join(["$ " + command[0], "expected:", *wanted, "got:", *got]))
        kept = wanted if matches(wanted, got) or not update else got
        out += ["$ " + command[0], *command[1:], *kept]
    return out


def main(update, path):
    out, inside, wrong, count = [], None, [], 0
    with tempfile.TemporaryDirectory(prefix="tocsin-guide-") as directory:
        (Path(directory) / ".bin").mkdir()
        (Path(directory) / ".bin/tocsin").symlink_to(TOCSIN.absolute())
        for line in path.read_text().splitlines():
            if inside is not None and line == "```":
                out += block(inside, directory, update, wrong)
                inside, count = None, count + 1
            if inside is None:
                out.append(line)
                inside = [] if line == "```console" else None
            else:
                inside.append(line)
    if update:
        path.write_text("\n".join(out) + "\n")
        return 0
    print(*wrong, sep="\n\n")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main("--update" in sys.argv[1:], Path(sys.argv[-1])))
