#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every attack raises its alerts, its honest twin none, and the replay gives the same bytes.

attacks.py [NAME…] prints a table of what each run raised.
"""

import sys

import live

REWRITTEN = {"mmsg-destination-rewritten", "mmsg-entry-rewritten"}
EVERYWHERE = [(64, "native"), (64, "int80"), (64, "socketcall"), (32, "native"), (32, "socketcall")]
NATIVE = [(64, "native")]
BOTH_SIZES = [(64, "native"), (32, "native")]

# attack → (alerts it must raise, alerts it may raise besides, where it is run)
ATTACKS = {
    "rewrite": (REWRITTEN, set(), EVERYWHERE),
    "restore": ({"mmsg-destination-rewritten", "mmsg-destination-restored"}, set(), EVERYWHERE),
    "race": ({"mmsg-destination-rewritten"}, REWRITTEN | {"mmsg-destination-restored"}, NATIVE),
    "cold-header": ({"mmsg-unreadable-at-entry"}, set(), EVERYWHERE),
    "cold-name": ({"mmsg-unreadable-at-entry"}, set(), EVERYWHERE),
    "readonly-len": ({"mmsg-sent-more-than-returned"}, set(), EVERYWHERE),
    "vlen-2000": ({"mmsg-excessive-vlen", "mmsg-vlen-beyond-clamp"}, set(), EVERYWHERE),
    "recv-rewrite": ({"mmsg-entry-rewritten", "mmsg-iovec-rewritten"}, set(), EVERYWHERE),
    "family-later": (REWRITTEN, set(), NATIVE),
    "kernel-pointer": ({"mmsg-kernel-pointer"}, set(), NATIVE),
    "kernel-vec": ({"mmsg-kernel-pointer"}, set(), NATIVE),
    "kernel-name": ({"mmsg-kernel-pointer"}, set(), NATIVE),
    "kernel-control": ({"mmsg-kernel-pointer"}, set(), NATIVE),
    "kernel-base": ({"mmsg-kernel-pointer"}, set(), NATIVE),
    "kernel-timeout": ({"mmsg-kernel-pointer-timeout"}, set(), NATIVE),
    "noncanonical": ({"mmsg-noncanonical-pointer"}, set(), NATIVE),
    "timeout": ({"mmsg-invalid-timeout"}, set(), EVERYWHERE),
    "internal-flags": ({"mmsg-internal-flags"}, set(), EVERYWHERE),
    "iov-later": ({"mmsg-entry-rewritten", "mmsg-iovec-rewritten"}, set(), EVERYWHERE),
    "control-later": ({"mmsg-entry-rewritten", "mmsg-control-rewritten"}, set(), EVERYWHERE),
    "timeout-later": ({"mmsg-timeout-rewritten"}, set(), EVERYWHERE),
    "readonly-recv": ({"mmsg-received-more-than-returned"}, set(), EVERYWHERE),
    "recv-fault": ({"mmsg-receive-stopped-at-fault"}, set(), EVERYWHERE),
    "tiny-buffers": ({"mmsg-tiny-buffers"}, set(), EVERYWHERE),
    "huge-size": ({"mmsg-saturated-size", "mmsg-noncanonical-pointer"}, set(), NATIVE),
    "above-4g": ({"mmsg-pointer-above-4g"}, set(), [(64, "int80")]),
    "x32": ({"mmsg-x32"}, set(), NATIVE),
    "unix-oob": ({"mmsg-unix-out-of-band"}, set(), EVERYWHERE),
    "fault-storm": ({"mmsg-fault-storm"}, set(), BOTH_SIZES),
    "fan-out": ({"mmsg-fan-out"}, set(), BOTH_SIZES),
    "ntp-burst": ({"mmsg-ntp-burst"}, set(), BOTH_SIZES),
    "memcached-burst": ({"mmsg-memcached-burst"}, set(), BOTH_SIZES),
    "reflection": ({"mmsg-reflection"}, set(), BOTH_SIZES),
    "dual-stack": (None, set(), EVERYWHERE),
    "connected": (None, set(), EVERYWHERE),
    "connected-control": (None, set(), EVERYWHERE),
    "connected-mapped": (None, set(), EVERYWHERE),
    "overdeclared": (None, set(), EVERYWHERE),
}

failures = []


def check(ok, where, what):
    if not ok:
        failures.append(f"{where}: {what}")


def one(where, command, must, may):
    """Runs one program; returns what it raised."""
    with live.workspace() as directory:
        run = live.watch(directory, command)
        check(run.status == 0, where, f"status {run.status}\n{run.stderr}")
        if run.status:
            return set()
        raised = run.ids()
        check(must <= raised <= must | may, where,
              f"raised {sorted(raised)}, expected {sorted(must)}")
        check(run.balanced(), where, f"counts do not add up: {run.stats['events']}")
        check(run.stats["events"]["handled"] > 0, where, "no event was handled")
        again = live.replay(run.recording)
        check(again.returncode == 0, where, f"replay: status {again.returncode} {again.stderr}")
        check(again.stdout == run.stdout, where, "the replay's alerts differ from the live ones")
        return raised


def main(names):
    live.need_bpf()
    for name in names or ATTACKS:
        must, may, places = ATTACKS[name]
        for bits, convention in places:
            for honest in (False, True):
                if must is None and not honest:
                    continue
                command = live.attack(name, convention, honest, bits)
                if not command:
                    print(f"| {name} | {bits} | {convention} | not built |")
                    continue
                where = f"{name} {bits} {convention}{' honest' if honest else ''}"
                raised = one(where, command, set() if honest else must, set() if honest else may)
                print(f"| {where} | {', '.join(sorted(raised)) or 'none'} |", flush=True)
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
