#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the text of files: the licence line on top, no notes to oneself left, clean line ends."""
import re

from files import ROOT, finish, ours

NOTES = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
LICENCE = "SPDX-License-Identifier: "
IN_BPF = "GPL-2.0-only OR BSD-2-Clause"
ELSEWHERE = "Apache-2.0"


def licence_of(lines):
    """The licence named on the first line, or on the second after a shebang."""
    line = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
    return re.sub(r"[()]| *\*/", "", line.partition(LICENCE)[2]).strip() or None


def problems_of(path):
    name = path.relative_to(ROOT)
    text = path.read_text()
    lines = text.split("\n")
    found = licence_of(lines)
    if path.is_relative_to(ROOT / "bpf") or path.name.endswith(".bpf.c"):
        wanted = [IN_BPF]
    elif path.suffix in (".h", ".def"):
        # What both sides include has both licences.
        wanted = [ELSEWHERE, f"{ELSEWHERE} OR {IN_BPF}"]
    else:
        wanted = [ELSEWHERE]
    if found not in wanted:
        yield f"{name}:1", f"licence line says {found}, wanted {wanted[0]}"
    if lines[-1]:
        yield name, "no newline at the end"
    for number, line in enumerate(lines, 1):
        if NOTES.search(line):
            yield f"{name}:{number}", "a note to oneself: do it or drop it"
        if line != line.rstrip():
            yield f"{name}:{number}", "white space at the end of the line"
        if "\t" in line:
            yield f"{name}:{number}", "a tab"


def main():
    files = ours(".c", ".h", ".def", ".py", ".sh", ".cmake", "CMakeLists.txt") + [ROOT / "dev"]
    finish([p for path in files for p in problems_of(path)], len(files))


main()
