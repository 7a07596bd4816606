# SPDX-License-Identifier: Apache-2.0
"""The interpreter that runs this, as far as some modules need it, for the file system of a machine."""

import os
import py_compile
import re
import subprocess
import sys
import tempfile

# Prints the files behind all that the modules named on its command line need.
LOADED = """import importlib, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
print(*{m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)}, sep="\\n")"""


def _files(modules, directories):
    """Sources and shared objects that importing them loads."""
    environment = {"PYTHONPATH": ":".join(directories), "TOCSIN": "", "TOC_BUILD_DIR": "", "PATH": os.environ["PATH"],
                   "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-S", "-c", LOADED, "-", *modules], env=environment, check=True,
                          capture_output=True, text=True)
    return done.stdout.split()


def _libraries(objects):
    told = subprocess.run(["ldd", *objects], check=False, capture_output=True, text=True).stdout
    return set(re.findall(r"(/\S+) \(0x", told))


def _compiled(path, directory):
    """Reading sources takes an emulated machine long."""
    made = os.path.join(directory, "made.pyc")
    py_compile.compile(path, made, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return made


def put(image, modules, directories):
    """Under the same paths as here; returns that of the interpreter."""
    program = os.path.realpath(sys.executable)
    files = [f for f in _files(modules, directories) if os.path.isabs(f)]
    shared = [f for f in files if f.endswith(".so")]
    for path in sorted({program, *files} | _libraries([program, *shared])):
        image.file(path.lstrip("/"), path)
    with tempfile.TemporaryDirectory() as directory:
        for path in (f for f in files if f.endswith(".py")):
            tag = f"{os.path.basename(path)[:-3]}.{sys.implementation.cache_tag}.pyc"
            image.file(os.path.join(os.path.dirname(path), "__pycache__", tag).lstrip("/"), _compiled(path, directory))
    # Where it looks for more of its own.
    image.directory(os.path.join(os.path.dirname(os.__file__), "lib-dynload").lstrip("/"))
    return program
