# SPDX-License-Identifier: Apache-2.0
"""Kernels of Debian: which package is the newest of a series, fetched and unpacked once."""

import os
import re
import subprocess

# series → (name of its packages, the suite that has them)
SERIES = {
    "5.10": (r"linux-image-5\.10\.0-[0-9]+-cloud-amd64", "bullseye-security"),
    "6.1": (r"linux-image-6\.1\.0-[0-9]+-cloud-amd64", "bookworm-security"),
    "6.12": (r"linux-image-6\.12\.[0-9]+\+deb12-cloud-amd64", "bookworm-security"),
}
MIRROR = "http://deb.debian.org/debian-security"
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


class CannotFetch(Exception):
    """Why there is no such kernel here."""


def _apt(options, *command, cwd=None):
    try:
        return subprocess.run([command[0], *options, *command[1:]], cwd=cwd, capture_output=True,
                              text=True, timeout=300, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        text = getattr(error, "stderr", "") or str(error)
        raise CannotFetch((text.strip().splitlines() or ["apt failed"])[-1]) from error


def _own_lists(directory, suite):
    """Options of apt for one suite, with lists of its own: the system's are left alone."""
    own = os.path.join(directory, f"apt-{suite}")
    lists, cache = os.path.join(own, "lists"), os.path.join(own, "cache")
    os.makedirs(os.path.join(lists, "partial"), exist_ok=True)
    os.makedirs(cache, exist_ok=True)
    source = os.path.join(own, "sources.list")
    with open(source, "w", encoding="utf-8") as file:
        file.write(f"deb [signed-by={KEYS}] {MIRROR} {suite} main\n")
    options = ["-o", f"Dir::Etc::sourcelist={source}", "-o", "Dir::Etc::sourceparts=-",
               "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={cache}",
               "-o", "APT::Sandbox::User=root", "-o", "APT::Update::Error-Mode=any"]
    _apt(options, "apt-get", "-q", "update")
    return options


def _number(name):
    return [int(n) for n in re.findall(r"\d+", name)]


def _newest(names, pattern):
    fit = [name for name in names if re.fullmatch(pattern, name)]
    return max(fit, key=_number, default=None)


def _unpacked(directory, pattern):
    return _newest(os.listdir(directory) if os.path.isdir(directory) else [], pattern)


def _fetch(directory, pattern, suite):
    options = _own_lists(directory, suite)
    found = _apt(options, "apt-cache", "search", "--names-only", f"^{pattern}$")
    name = _newest([line.split()[0] for line in found.splitlines()], pattern)
    if not name:
        raise CannotFetch("no such package")
    archives = os.path.join(directory, "archives")
    os.makedirs(archives, exist_ok=True)
    _apt(options, "apt-get", "-q", "download", name, cwd=archives)
    archive = _newest(os.listdir(archives), re.escape(name) + "_.*")
    partial = os.path.join(directory, f"partial-{os.getpid()}")
    _apt([], "dpkg", "-x", os.path.join(archives, archive), partial)
    os.rename(partial, os.path.join(directory, name))
    os.unlink(os.path.join(archives, archive))
    return name


def kernel(directory, series):
    """The path of the kernel image; raises CannotFetch. What is unpacked already is taken."""
    pattern, suite = SERIES[series]
    os.makedirs(directory, exist_ok=True)
    name = _unpacked(directory, pattern) or _fetch(directory, pattern, suite)
    boot = os.path.join(directory, name, "boot")
    images = [file for file in os.listdir(boot) if file.startswith("vmlinuz-")]
    if not images:
        raise CannotFetch(f"{name} holds no kernel")
    return os.path.join(boot, images[0])
