#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every example of docs/expressions.md.

A table row "| `expression` | `value` | …" is an example: the expression must give the value, over the first
event of docs/expressions.jsonl; in the list of fields, over the first event of that file in which it gives
one. With --update the values and the list of fields are written anew: read them before you commit them.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(os.environ.get("TOC_SOURCE_DIR", Path(__file__).resolve().parent.parent.parent))
TOCSIN = os.path.abspath(os.environ.get("TOCSIN", SOURCE / "build/dev/tocsin"))
PAGE = SOURCE / "docs/expressions.md"
EVENTS = (SOURCE / "docs/expressions.jsonl").read_text().splitlines()
ROW = re.compile(r"^\| `(?P<expr>(?:[^`\\|]|\\.)+)` \| `(?P<value>(?:[^`\\|]|\\.)*)` \|(?P<rest>.*)$")
FIELDS = ("<!-- fields: written by tests/golden/expressions.py --update -->", "<!-- end of fields -->")


def tocsin(*args, text=None):
    return subprocess.run([TOCSIN, *args], input=text, capture_output=True, text=True, timeout=240,
                          check=False).stdout


def batch(exprs, event):
    """The result of each expression over an event, as parsed JSON."""
    lines = "".join(json.dumps({"expr": expr}) + "\n" for expr in exprs)
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"event-{os.getpid()}.json"
    path.write_text(event)
    try:
        out = tocsin("eval", "--event", str(path), "--batch", "-", text=lines)
    finally:
        path.unlink()
    return [json.loads(line) for line in out.splitlines()]


def tells(expr, result):
    """Whether the field of the expression is there: has() gives a value without it."""
    return "value" in result and not (expr.startswith("has(") and result["value"] is False)


def over_events(exprs):
    """For each expression the event in which it gives a value first, and that value."""
    found = {}
    for event in EVENTS:
        left = [expr for expr in exprs if not tells(expr, found.get(expr, (0, {}))[1])]
        for expr, result in zip(left, batch(left, event)):
            if tells(expr, result) or expr not in found:
                found[expr] = (event, result)
    return found


def literal(expr, event, result):
    if "error" in result:
        return "error: " + result["error"]
    return tocsin("eval", "--event", "-", "--", expr, text=event).rstrip("\n")


def plain(cell):
    return cell.replace("\\|", "|")


def split(page):
    """The page before, in and after its list of fields."""
    before, rest = page.split(FIELDS[0])
    fields, after = rest.split(FIELDS[1])
    return before, fields, after


def field_rows():
    """A table for each object of the catalogue, from the reference that the program prints."""
    names = [event["name"] for event in json.loads(tocsin("events", "--format", "json"))["events"]]
    objects = {}
    for name in names:
        heading = None
        page = tocsin("events", name)
        arguments = re.findall(r"^\* `(\w+)`:`[^`]*`\[.*?\] - (.*)$", page.split("## Arguments")[-1].split("###")[0],
                               re.M) if "## Arguments" in page else []
        for field, doc in arguments:
            objects.setdefault("args", {}).setdefault(field, doc)
        for line in page.split("## Fields")[-1].splitlines():
            if line.startswith("### "):
                heading = line[4:]
            elif match := re.match(r"\* `(\w+)`:`([^`]*)`\S* ?.*?\] - (.*)$|\* `(\w+)`:`([^`]*)` - (.*)$", line):
                groups = [group for group in match.groups() if group is not None]
                objects.setdefault(heading, {}).setdefault(groups[0], groups[2])
    return objects


def paths(heading, field):
    """Where the field may be found: each path of the heading, with each of the first messages."""
    for path in heading.split(", "):
        for i in range(6):
            yield f"{path}.{field}".replace("msgs[]", f"msgs[{i}]").replace("[]", "[0]")


def write_fields():
    objects = field_rows()
    candidates = {(heading, field): list(paths(heading, field)) for heading in objects for field in objects[heading]}
    found = over_events([path for some in candidates.values() for path in some])
    for heading, fields in objects.items():
        yield f"\n### {heading}\n\n| Example | Gives | Meaning |\n|---|---|---|"
        for field, doc in fields.items():
            some = candidates[heading, field]
            best = next((path for path in some if "value" in found[path][1]), some[0])
            event, result = found[best]
            if isinstance(result.get("value"), list) and "{" in json.dumps(result) and "object" in json.dumps(result):
                best = f"size({best})"
            elif result.get("type") == "object" or (result.get("type") == "map"):
                best = f"has({best})"
            if best != next((path for path in some if path == best), None):
                result = batch([best], event)[0]
            value = literal(best, event, result).replace("|", "\\|")
            yield f"| `{best}` | `{value}` | {doc} |"


def update():
    before, _, after = split(PAGE.read_text())

    def fill(text):
        lines = text.split("\n")
        rows = [(i, ROW.match(line)) for i, line in enumerate(lines)]
        rows = [(i, row) for i, row in rows if row]
        results = batch([plain(row["expr"]) for _, row in rows], EVENTS[0])
        for (i, row), result in zip(rows, results):
            value = literal(plain(row["expr"]), EVENTS[0], result).replace("|", "\\|")
            lines[i] = f"| `{row['expr']}` | `{value}` |{row['rest']}"
        return "\n".join(lines)

    fields = "\n".join(write_fields())
    PAGE.write_text(fill(before) + FIELDS[0] + "\n" + fields + "\n\n" + FIELDS[1] + fill(after))


def failures():
    """Each example that does not give what the page says."""
    before, fields, after = split(PAGE.read_text())
    rows = [(row, False) for line in (before + after).split("\n") if (row := ROW.match(line))]
    rows += [(row, True) for line in fields.split("\n") if (row := ROW.match(line))]
    assert len(rows) > 100, "the page has lost its examples"
    exprs = [plain(row["expr"]) for row, _ in rows]
    first = dict(zip(exprs, batch(exprs, EVENTS[0])))
    some = over_events([plain(row["expr"]) for row, anywhere in rows if anywhere])
    values = dict(zip([plain(row["value"]) for row, _ in rows],
                      batch([plain(row["value"]) for row, _ in rows], EVENTS[0])))
    for row, anywhere in rows:
        expr, value = plain(row["expr"]), plain(row["value"])
        result = some[expr][1] if anywhere else first[expr]
        wanted = {"error": value[7:]} if value.startswith("error: ") else values[value]
        if result.get("error", result) != wanted.get("error", wanted):
            yield f"`{expr}` is said to give `{value}`, gives {json.dumps(result)}"


def missing():
    """Fields of the catalogue that the page does not show."""
    page = PAGE.read_text()
    for heading, fields in field_rows().items():
        section = page.split(f"\n### {heading}\n")[-1].split("\n### ")[0]
        for field in fields:
            if f"\n### {heading}\n" not in page or not re.search(rf"\.{field}\b", section):
                yield f"{heading}.{field} is not on the page"


def main():
    if "--update" in sys.argv[1:]:
        update()
    wrong = [*failures(), *missing()]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
