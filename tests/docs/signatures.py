#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares docs/signatures/ with what the program says about its signatures.

signatures.py [--update]: with --update the pages are written anew.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(os.environ.get("TOC_SOURCE_DIR", Path(__file__).resolve().parent.parent.parent))
TOCSIN = os.environ.get("TOCSIN", SOURCE / "build/dev/tocsin")
PAGES = SOURCE / "docs/signatures"


def tocsin(*args):
    env = dict(os.environ, TOCSIN_CONFIG_DIR="/nonexistent")
    return subprocess.run([TOCSIN, "signatures", "--signatures", SOURCE / "signatures", *args], env=env,
                          capture_output=True, check=True, text=True, timeout=240).stdout


def wanted():
    """The files that there should be."""
    pages = {"README.md": tocsin("--format", "markdown")}
    for line in tocsin("--format", "json").splitlines():
        name = json.loads(line)["id"]
        pages[f"{name}.md"] = tocsin("--format", "markdown", name)
    layer = json.loads(tocsin("--format", "navigator"))
    assert layer["versions"]["layer"] == "4.5", layer["versions"]
    pages["navigator.json"] = json.dumps(layer, indent=1) + "\n"
    return pages


def main(update):
    pages = wanted()
    have = {path.name: path.read_text() for path in PAGES.iterdir()}
    stale = sorted(name for name in have.keys() | pages.keys() if have.get(name) != pages.get(name))
    for name in stale if update else []:
        if name in pages:
            (PAGES / name).write_text(pages[name])
        else:
            (PAGES / name).unlink()
    if stale and not update:
        print("docs/signatures is not what the signatures say; run tests/docs/signatures.py --update:",
              *stale, sep="\n  ")
    return 1 if stale and not update else 0


if __name__ == "__main__":
    sys.exit(main("--update" in sys.argv[1:]))
