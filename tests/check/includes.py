#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks how files include each other: no "../", full names inside engine/, few files of ours for
the BPF programs, no circle of headers."""
import re

from files import ROOT, finish, ours

IN_BPF = ("event/wire.h", "event/wire_side.h", "event/wire_deny.h", "event/wire_arguments.h", "event/wire_counts.h", "event/wire_payload.h", "event/wire_process.h", "event/wire_calls.def",
          "event/filter.h", "event/space.h")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def problems_of(path, includes):
    name = str(path.relative_to(ROOT))
    for text in includes:
        if ".." in text.split("/"):
            yield name, f'"{text}" goes upward'
        if name.startswith("engine/") and "/" not in text and not text.endswith(".skel.h"):
            yield name, f'"{text}" names no layer'
        if name.startswith("bpf/") and "/" in text and text not in IN_BPF:
            yield name, f'"{text}": BPF programs may include only {", ".join(IN_BPF)}'
        if text.endswith(".c") and not name.startswith("tests/"):
            yield name, f'"{text}" is no header'


def circle(graph, start, path=()):
    """The headers of a circle through start, if there is one."""
    seen, todo = set(), [(start, [start])]
    while todo:
        node, path = todo.pop()
        for after in graph.get(node, ()):
            if after == start:
                return path + [start]
            if after not in seen:
                seen.add(after)
                todo.append((after, path + [after]))
    return None


def main():
    problems, graph = [], {}
    files = ours(".c", ".h", ".def")
    for path in files:
        includes = INCLUDE.findall(path.read_text())
        problems += problems_of(path, includes)
        if path.is_relative_to(ROOT / "engine"):
            graph[str(path.relative_to(ROOT / "engine"))] = includes
    for header in sorted(graph):
        found = circle(graph, header)
        if found and header == min(found):
            problems.append((f"engine/{header}", "circle: " + " -> ".join(found)))
    finish(problems, len(files))


main()
