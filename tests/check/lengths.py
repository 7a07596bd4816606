#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that files and functions stay short enough to be read in one go."""
import re

from files import ROOT, finish, ours

FILE_LINES = 300
FUNCTION_LINES = 60
TOP_CMAKE_LINES = 80
# What opens a brace in the first column and is no function.
NO_FUNCTION = re.compile(r"^(typedef\s+)?(struct|union|enum|extern)\b[^()]*\{$|=\s*\{$")
SIGNATURE_END = re.compile(r"\)\s*\{$")


def functions(lines):
    """(first line, length) of each function, found by the layout that clang-format gives."""
    start = None
    opened = False
    for number, line in enumerate(lines, 1):
        if line[:1].isalpha() or line[:1] == "_":
            if not opened and (start is None or number > 1 and lines[number - 2][-1:] in ";}"):
                start = number
        if not opened and start and SIGNATURE_END.search(line) and not NO_FUNCTION.search(line):
            opened = True
        elif line == "}":
            if opened:
                yield start, number - start + 1
            start, opened = None, False
        elif not opened and (line == "" or line.endswith((";", "};"))):
            start = None


def main():
    problems = []
    # A .def file is a table: one list belongs into one file, however long.
    files = ours(".c", ".h", ".py", ".sh", ".cmake", "CMakeLists.txt")
    for path in files:
        name = path.relative_to(ROOT)
        lines = path.read_text().splitlines()
        limit = TOP_CMAKE_LINES if str(name) == "CMakeLists.txt" else FILE_LINES
        if len(lines) > limit:
            problems.append((name, f"{len(lines)} lines, over {limit}"))
        if path.suffix not in (".c", ".h"):
            continue
        for start, length in functions(lines):
            if length > FUNCTION_LINES:
                problems.append((f"{name}:{start}", f"function of {length} lines, over {FUNCTION_LINES}"))
    finish(problems, len(files))


main()
