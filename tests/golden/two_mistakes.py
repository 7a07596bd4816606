#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two mistakes that have nothing to do with each other are both told of, in one run, in order."""
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(os.environ["TOC_SOURCE_DIR"])
TOCSIN = os.environ["TOCSIN"]

# What is replaced, by what, and a word of the message that must come.
MISTAKES = {
    "level": (r"(?m)^level: .*$", "level: hihg", "hihg"),
    "status": (r"(?m)^status: .*$", "status: stabel", "stabel"),
    "key": (r"(?m)^title: ", "titel: x\ntitle: ", "titel"),
    "tags": (r"(?m)^tags: \[", "tags: [No Tag, ", "No Tag"),
    "events": (r"(?m)^events: \[", "events: [sendmmgs, ", "sendmmgs"),
    "stages": (r"(?m)^params: |^when: |^message: ", r"stages: [cal]\n\g<0>", "`cal`"),
    "each": (r"(?m)^each: \{(\w+): \w+\}", r"each: {\1: msgz}", "msgz"),
    "params": (r"(?m)^params: \{", "params: {real: 1.5, ", "floating"),
    "when": (r"(?m)^when: .*$(?:\n  .*$)*", "when: event.rte == 0", "rte"),
    "message": (r'(?m)^message: "', 'message: "{nobody} ', "nobody"),
    "timespan": (r"(?m)^  timespan: .*$", "  timespan: 1x", "`1x`"),
    "group-by": (r"(?m)^  group-by: \[", "  group-by: [proc.dip, ", "dip"),
    "bound": (r"(?m)^  condition: \{", "  condition: {lte: nowhere, ", "nowhere"),
    "condition": (r"(?m)^  condition: (?!\{)", "  condition: elsewhere > 1 && ", "elsewhere"),
    "step": (r"(?m)^    - name: (\w+)$", r"    - name: \1\n      whne: 1", "whne"),
    "step-when": (r"(?m)^      when: (?!\|)(.*)$", r"      when: event.nrr == 1", "nrr"),
    "until": (r"(?m)^  until: \{events: \[", "  until: {events: [clsoe, ", "clsoe"),
    "let": (r"(?m)^    (\w+): \{events: \[", r"    \1: {evnets: 1, events: [", "evnets"),
    "track": (r"(?m)^(threshold: .*)track: \[", r"\1track: [nobody_here, ", "nobody_here"),
    "threshold": (r"(?m)^threshold: \{type: limit", "threshold: {type: limti", "limti"),
    "window": (r"(?m)^(threshold: .*)timespan: 60s", r"\1timespan: 60y", "60y"),
    "count": (r"(?m)^(threshold: .*)count: \d+", r"\1count: 0", "`count`"),
    "test-key": (r"(?m)^    alerts: 0$", "    alerts: 0\n    alrets: 1", "alrets"),
    "test-field": (r"(?m)given: \{", "given: {evnet: {ret: 1}, ", "evnet"),
    "test-at": (r"(?m)- \{at: 0s", "- {at: 0z", "0z"),
    "test-with": (r"(?m)^    with: \{", "    with: {nothing: 1, ", "nothing"),
}


def spoil(text, name):
    pattern, replacement, _ = MISTAKES[name]
    if name == "stages" and "\nstages:" in text:
        return None
    spoiled, n = re.subn(pattern, replacement, text, count=1)
    return spoiled if n else None


def pairs():
    """Every pair of mistakes with an eighth of the signatures, so that it stays a matter of seconds."""
    for number, path in enumerate(sorted((SOURCE / "signatures").glob("*.yaml"))):
        text = path.read_text()
        for k, (a, b) in enumerate(itertools.combinations(MISTAKES, 2)):
            once = spoil(text, a)
            twice = once and spoil(once, b)
            # One line may hold both places: the second mistake must not undo the first.
            if (number + k) % 8 == 0 and twice and MISTAKES[a][2].strip("`") in twice:
                yield path.name, a, b, twice


def check(path):
    """The messages, or None when they are out of order."""
    run = subprocess.run([TOCSIN, "check", "--format", "json", path], capture_output=True, text=True, check=False)
    problems = [json.loads(line) for line in run.stdout.splitlines()]
    places = [(problem.get("line", 0), problem.get("col", 0)) for problem in problems]
    return [problem["message"] for problem in problems] if places == sorted(places) else None


def main():
    told = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, a, b, text in pairs():
            path = Path(folder, name)
            path.write_text(text)
            messages = check(path)
            missing = [m for m in (a, b) if messages is None or not any(MISTAKES[m][2] in text for text in messages)]
            told += 2 - len(missing)
            failed += len(missing)
            if missing:
                print(f"{name}: {a} + {b}: not told: {missing}, but: {messages}")
    print(f"{told} mistakes told, {failed} not")
    return failed > 0 or told < 1000


if __name__ == "__main__":
    sys.exit(main())
