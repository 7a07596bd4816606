# SPDX-License-Identifier: Apache-2.0
"""A virtual machine: an initial file system in memory, QEMU under software emulation, and the
archive of results that comes back through the second serial port."""

import gzip
import io
import os
import shutil
import stat
import subprocess
import tarfile
import zlib

QEMU = "qemu-system-x86_64"
MEMORY_MIB = 1024
# Two processors, or one whose time is the instructions that it did: that does not depend on what else runs here.
FAST = ["-accel", "tcg,thread=multi", "-smp", "2"]
COUNTED = ["-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off", "-smp", "1"]


class Image:
    """A file system in cpio's "newc" form."""

    def __init__(self):
        self.out = io.BytesIO()
        self.made = set()
        self.inode = 0

    def _entry(self, name, mode, data=b""):
        self.inode += 1
        fields = [self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        self.out.write(b"070701" + b"".join(b"%08X" % field for field in fields))
        for part in (name.encode() + b"\0", data):
            self.out.write(part + b"\0" * (-(self.out.tell() + len(part)) % 4))

    def directory(self, path):
        if not path or path in self.made:
            return
        self.directory(os.path.dirname(path))
        self.made.add(path)
        self._entry(path, stat.S_IFDIR | 0o755)

    def text(self, path, content, mode=0o644):
        self.directory(os.path.dirname(path))
        self._entry(path, stat.S_IFREG | mode, content.encode())

    def file(self, path, source):
        self.directory(os.path.dirname(path))
        with open(source, "rb") as file:
            self._entry(path, stat.S_IFREG | stat.S_IMODE(os.stat(source).st_mode), file.read())

    def tree(self, path, source):
        for name in sorted(os.listdir(source)):
            self.file(f"{path}/{name}", os.path.join(source, name))

    def write(self, path):
        self._entry("TRAILER!!!", 0)
        with gzip.open(path, "wb", compresslevel=1) as file:
            file.write(self.out.getvalue())


def missing():
    """What this system lacks to run one, or None."""
    for program, package in ((QEMU, "qemu-system-x86"), ("busybox", "busybox-static")):
        if not shutil.which(program):
            return f"{program} is not installed (package {package})"
    return None


class Result:
    """files: name → bytes, none when the machine did not come to its end."""

    def __init__(self, files, console):
        self.files, self.console = files, console


def _results(path):
    try:
        with tarfile.open(path) as archive:
            return {os.path.basename(member.name): archive.extractfile(member).read()
                    for member in archive if member.isfile()}
    except (OSError, tarfile.TarError, EOFError, zlib.error):
        return {}


def boot(kernel, image, directory, seconds, processors):
    """Runs the machine until it ends itself, at most so many seconds."""
    console, results = (os.path.join(directory, name) for name in ("console.log", "results.tar.gz"))
    # On Intel's processors 32-bit programs enter by sysenter, on AMD's by syscall.
    command = [QEMU, *processors, "-cpu", "max,vendor=GenuineIntel", "-m", str(MEMORY_MIB),
               "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
               "-kernel", kernel, "-initrd", image,
               # Emulation may be too slow for the kernel's test of its timer, which then panics.
               "-append", "console=ttyS0 panic=-1 quiet loglevel=4 mitigations=off no_timer_check",
               "-serial", f"file:{console}", "-serial", f"file:{results}"]
    try:
        subprocess.run(command, timeout=seconds, check=True, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        pass
    with open(console, encoding="utf-8", errors="replace") as file:
        text = file.read()
    return Result(_results(results), text)
