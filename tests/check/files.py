# SPDX-License-Identifier: Apache-2.0
"""Which files are ours, and how a check reports what it found."""
import os
import sys
from pathlib import Path

ROOT = Path(os.environ.get("TOC_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("TOC_BUILD_DIR", ROOT / "build/dev"))
FOLDERS = ["bpf", "cmake", "demo", "engine", "examples", "tests"]


def ours(*suffixes):
    """Every file of ours that ends in one of the suffixes, sorted."""
    found = [p for p in ROOT.iterdir() if p.is_file()]
    for folder in FOLDERS:
        found += [p for p in (ROOT / folder).rglob("*") if p.is_file()]
    return sorted(p for p in found if p.name.endswith(suffixes))


def finish(problems, checked):
    """Prints the problems, one a line, and ends with the status that says so."""
    for place, text in problems:
        print(f"{place}: {text}")
    if not checked:
        print("nothing was checked")
    print(f"{checked} checked, {len(problems)} problems")
    sys.exit(1 if problems or not checked else 0)
