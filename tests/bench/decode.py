#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""decode.py BENCH_DECODE: runs it on recordings of real programs, laid out as this tocsin does it.

Those of another layout are translated while they are read, which costs many times as much.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from recordings import NOISE, TOCSIN


def main():
    """Its figures are ours."""
    with tempfile.TemporaryDirectory() as directory:
        files = [str(Path(directory) / path.name) for path in NOISE]
        for path, file in zip(NOISE, files):
            subprocess.run([TOCSIN, "convert", "-q", path, file], check=True)
        sys.exit(subprocess.run([sys.argv[1], *files], check=False).returncode)


if __name__ == "__main__":
    main()
