# SPDX-License-Identifier: Apache-2.0
"""The attacks and their honest twins inside a machine: all of them, once with each hook set."""

import json
import os

import hooks

SKIP = 77


def put(image, series, source, built, pack, runs):
    """The programs, the rules, the list of runs, and the hook sets with the options of each."""
    for name in ("attack", "attack32"):
        image.file(f"bin/{name}", built / name)
    image.file("suite/everything.yaml", pack)
    image.file("suite/run.sh", source / "tests/vm/run.sh")
    image.text("suite/runs", "".join(" ".join(run.words()) + "\n" for run in runs))
    image.text("suite/hooks", "".join(f"{name} {hooks.options(name, value)}\n"
                                      for name, value in hooks.of(series).items()))


def raised_by_run(alerts):
    """path of the program, or where that is not known the numbers of the process and its parent →
    signatures raised on it."""
    raised = {}
    for line in alerts.decode(errors="replace").splitlines():
        alert = json.loads(line)
        if alert.get("kind") == "alert":
            proc = (alert.get("event") or {}).get("proc", {})
            exe = os.path.basename(proc.get("exe", ""))
            for who in [exe] if exe else [str(proc.get("pid")), str(proc.get("ppid"))]:
                raised.setdefault(who, set()).add(alert["signature"]["id"])
    return raised


def blind_signatures(result):
    doctor = json.loads(result.files.get("doctor.json") or b"{}")
    return {row["id"] for row in doctor.get("blind", []) + doctor.get("less", [])}


def wrong_counts(hook_set, stats):
    """What the closing counts show to be wrong: each call once, and a heartbeat through the whole way."""
    events = json.loads(stats)["events"]
    wrong = []
    if events["seen"] != events["filtered"] + events["handled"] + sum(events["lost"].values()):
        wrong.append(f"counts do not add up: {events}")
    if hook_set != "ptrace" and not events["heartbeats"]["came"]:
        wrong.append("no heartbeat came")
    return wrong


def judge(series, hook_set, runs, result, coverage):
    """Prints what each run raised under one hook set; returns what is wrong, and [(run, raised)]."""
    def text(kind):
        return result.files.get(f"{hook_set}.{kind}", b"").decode(errors="replace")

    where = f"{series} {hook_set}"
    if text("status").strip() != "0":
        return [f"{where}: tocsin ended with {text('status').strip() or 'nothing'}: {text('stderr')[-600:]}"], []
    wrong, seen = [f"{where}: {problem}" for problem in wrong_counts(hook_set, text("stats"))], []
    ran = {tuple(line.split()[:4]): line.split(None, 6)[4:] for line in text("ran").splitlines()}
    raised = raised_by_run(result.files.get(f"{hook_set}.alerts", b""))
    blind = blind_signatures(result)
    for run in runs:
        words = run.words()
        status, pid, *said = ran.get(tuple(words), ["never ran", ""])
        found = raised.get(".".join(words), set()) | raised.get(pid, set())
        told = ", ".join(sorted(found)) or ("cannot run here" if status == str(SKIP) else "none")
        print(f"| {where} | {run} | {told} |")
        if status == str(SKIP):
            seen.append((run, None))
            wrong += [f"{where}: {run}: can be run no more"] if coverage.was_run(where, run) else []
            continue
        if status != "0":
            wrong.append(f"{where}: {run}: status {status} {' '.join(said)}")
            continue
        seen.append((run, found))
        problem = run.wrong(found, coverage.must(where, run, blind))
        if problem:
            wrong.append(f"{where}: {run}: {problem}")
    return wrong, seen
