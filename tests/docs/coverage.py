#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares docs/coverage.md with what was recorded of the attacks, tests/attacks/coverage.json.

coverage.py [--update]: with --update the page is written anew.
"""
import os
import re
import sys
from pathlib import Path

SOURCE = Path(os.environ.get("TOC_SOURCE_DIR", Path(__file__).resolve().parent.parent.parent))
PAGE = SOURCE / "docs/coverage.md"
sys.path.insert(0, str(SOURCE / "tests/attacks"))

import suite  # noqa: E402

NOT_RUN = "not run when this was recorded"
NOT_WON = "a race that was not won when this was recorded"

HEAD = """# What is detected where

Each row is a way around a monitor of batch socket calls. Programs in `tests/attacks/` go each way on loopback, by
every calling convention that can, and beside each runs its honest twin, which must raise nothing. The tables are made
from those runs, on the kernels and with the hooks that head the columns; `–` cannot be run there.

**detected**: every program of the row raised all that it should. **partial**: some did, or raised some of it.
**blind**: none raised anything. Races that may not be won count in the second table alone. Watched with all
signatures; those of status `test` are not in the pack `default`.

"""
OTHER = """
## Ways without a program of their own

Numbers 17 to 36 that are missing above, and what tocsin makes of them.

| row | way | seen by |
|---|---|---|
| 17 | packet and raw sockets, AF_XDP, TUN | [mmsg-raw-socket](signatures/mmsg-raw-socket.md) sees the calls, not what is in the packets; AF_XDP without calls and TUN are not seen |
| 23 | a flood of alerts | the threshold of every signature; summaries and the closing counts tell what was held back |
| 27 | split over many processes or sockets, slowly | [mmsg-many-senders](signatures/mmsg-many-senders.md), [mmsg-slow-fan-out](signatures/mmsg-slow-fan-out.md), which count by user |
| 31 | a payload rewritten after the send | [mmsg-zerocopy](signatures/mmsg-zerocopy.md) says that it can be; rules can compare what was there at entry and at the return ([payload](payload.md)), the shipped ones do not |
| 32 | MSG_PEEK, MSG_ERRQUEUE | [mmsg-peek-burst](signatures/mmsg-peek-burst.md); neither counts as received in [mmsg-reflection](signatures/mmsg-reflection.md) |
| 33 | sends of the kernel itself | `proc.kthread`, `event.via` `kernel`; [unexplained-send](signatures/unexplained-send.md) leaves them out |
| 34 | the monitor detached, stopped or killed | [bpf-detach](signatures/bpf-detach.md), [late-heartbeat](signatures/late-heartbeat.md); a missing heartbeat shows only to who collects them |
| 35 | what was open before the monitor | at each call the kernel is asked who makes it, and for the addresses and the peer of its socket: no table is filled at start, and none is needed. What came before is not seen |
| 36 | a crafted recording | refused or reported by the reader, not by a signature |

Known faults of kernels, by the tag of the signatures that would have seen them used:

| CVE | signatures |
|---|---|
{cves}
"""
TAIL = """
## Linux 5.10

Nothing is loaded there, and `--source ptrace` watches commands and processes: its column above. Tried one by one on
5.10.0-46, that kernel takes the programs on cgroup hooks and at the beginning of functions, and refuses those that events
are made of:

| programs | refused for |
|---|---|
| sys_enter, sys_exit, io_uring | `bpf_loop` (5.17), `bpf_task_pt_regs` (5.15), `bpf_get_current_task_btf` (5.11) |
| the result of a message, by fexit or kretprobe | functions of their own that take pointers |
| the end of a process | an atomic exchange (5.12) |
| calls that do not return | programs that run when called (5.14) |
| sock_send_length, sock_recv_length | not there (6.3) |

The checks are of every instruction, whether or not it is reached: no setting makes the same object load, it would take another
that walks batches without `bpf_loop`.

To run them: `./dev test -R live-attacks` on this kernel, `./dev vm --part attacks 6.12` on another: ten minutes and more for each
kernel, under emulation. `--update` records what was raised, with `--only NAME,…` of these programs alone; the rest stays. A program
that raises less than what was recorded fails the test, and is not recorded. What a race raised once stays recorded.
"""


def cell(verdicts):
    made = {verdict for verdict in verdicts if verdict}
    if not made:
        return "–"
    return made.pop() if len(made) == 1 else "partial"


def recorded(coverage, where, attacks):
    """run → what it raised, None where it cannot be run; of those runs of these attacks that were tried there."""
    raised = coverage.seen[where]["raised"]
    return {run: raised[str(run)] if raised[str(run)] is None else set(raised[str(run)])
            for run in cheats(attacks) if str(run) in raised}


def cheats(attacks):
    return [run for attack in attacks for run in attack.runs() if not run.honest]


def verdicts(attacks, coverage, where):
    found = recorded(coverage, where, attacks)
    return [None if found[run] is None else run.verdict(found[run]) for run in found] + \
        [NOT_RUN for run in cheats(attacks) if str(run) not in coverage.seen[where]["raised"]]


def environments(coverage):
    def order(where):
        version, hooks = where.split(" ", 1)
        return [int(n) for n in version.split(".")], hooks
    return sorted(coverage.seen, key=order)


def matrix(rows, attacks, coverage):
    columns = environments(coverage)
    yield "| row | way | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 2) + "|"
    for row, way in rows.items():
        own = [a for a in attacks.values() if a.row == row and not a.only_honest and not a.luck]
        cells = [cell(verdicts(own, coverage, where)) for where in columns]
        yield f"| {row} | {way} | " + " | ".join(cells) + " |"


def lacking(attack, coverage, where):
    """What it did not raise there; None among it when it cannot be run. Of a race, what none of its programs did."""
    found = recorded(coverage, where, [attack])
    if attack.luck:
        found = {run: set().union(*(raised or set() for raised in found.values())) for run in found}
    return {signature for run, raised in found.items()
            for signature in ([None] if raised is None else run.attack.must - raised)}


def notes(attack, coverage, reasons, wrong):
    """Where it did not raise all, and why. What has no reason is added to wrong."""
    told = {}
    for where in environments(coverage):
        for signature in lacking(attack, coverage, where):
            why = reasons.of(where, attack.name, signature) or (NOT_WON if attack.luck else None)
            if why is None:
                wrong.append(f"{where}: {attack.name}: {signature or 'cannot be run'}: no reason is told")
            elif where not in told.setdefault(why, []):
                told[why].append(where)
        if NOT_RUN in verdicts([attack], coverage, where):
            told.setdefault(NOT_RUN, []).append(where)
    return "; ".join(f"{', '.join(places)}: {why}" for why, places in sorted(told.items(), key=lambda t: (t[1], t[0])))


def details(attacks, coverage, reasons, wrong):
    """What each program should raise, and what it did not raise where."""
    yield "| program | row | raises | not, or not all, with |"
    yield "|---|---|---|---|"
    for attack in attacks.values():
        if attack.only_honest:
            continue
        ids = ", ".join(f"[{i}](signatures/{i}.md)" for i in sorted(attack.must))
        yield f"| {attack.name} | {attack.row or '–'} | {ids or 'nothing'} | {notes(attack, coverage, reasons, wrong) or '–'} |"


def cves():
    """CVE → the signatures that carry its tag."""
    found = {}
    for path in sorted((SOURCE / "signatures").glob("*.yaml")):
        for tag in re.findall(r"\bcve\.(\d+-\d+)", path.read_text()):
            found.setdefault(tag, []).append(f"[{path.stem}](signatures/{path.stem}.md)")
    for tag in sorted(found, key=lambda tag: [int(n) for n in tag.split("-")]):
        yield f"| CVE-{tag} | {', '.join(found[tag])} |"


def kernels(coverage):
    for where in environments(coverage):
        yield f"- {where}: Linux {coverage.seen[where]['kernel']}"


def page(wrong):
    rows, attacks = suite.load()
    coverage, reasons = suite.Coverage(), suite.reasons()
    lines = [*matrix(rows, attacks, coverage), "", *kernels(coverage), "", "## The programs", "",
             *details(attacks, coverage, reasons, wrong)]
    wrong += [f"a reason that nothing needs: {why}" for why in reasons.unused]
    return HEAD + "\n".join(lines) + "\n" + OTHER.format(cves="\n".join(cves())) + TAIL


def main(update):
    wrong = []
    wanted = page(wrong)
    if update:
        PAGE.write_text(wanted)
    elif not PAGE.exists() or PAGE.read_text() != wanted:
        wrong.append("docs/coverage.md is not what was recorded; run tests/docs/coverage.py --update")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main("--update" in sys.argv[1:]))
