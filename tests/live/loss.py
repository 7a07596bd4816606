#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is lost is counted by cause, said in the stream, and said again by the replay."""

import json
import os

import live

MESSAGES = 250
FLOOD = [live.program("load"), "2", "200", str(MESSAGES), "0"]
CALLS = ("sendmmsg", "recvmmsg")
ATTACKS = 4 if live.HASTE else 12


def flood(directory):
    """A buffer of the smallest size, full after some fifteen calls."""
    return live.watch(directory, FLOOD, "--ring-size", "1")


def told(events):
    """What the loss events of a recording say: cause → count."""
    sums = {}
    for event in events:
        if event["event"]["name"] == "tocsin_loss":
            cause = event["args"]["cause"]
            sums[cause] = sums.get(cause, 0) + event["args"]["count"]
    return sums


def returned(events):
    """The calls, each once."""
    return [e for e in live.returned(events) if not e["event"]["name"].startswith("tocsin_")]


def ring_too_small(c):
    with live.workspace() as directory:
        for _ in range(5):  # until a call found room after others that did not: not where nothing was read meanwhile
            run = flood(directory)
            if any(e["event"].get("lost_before") for e in live.each_event(run.recording)):
                break
        c.equal(run.status, 0, run.stderr)
        counts = run.stats["events"]
        c.check(run.balanced(), f"counts: {counts}")
        c.check(counts["handled"] + sum(counts["lost"].values()) == 400,
                f"400 calls were made: {counts}")
        c.check(counts["lost"].get("ring_full", 0) > 0, f"nothing was lost: {counts}")
        c.check(counts["handled"] > 0, f"everything was lost: {counts}")
        c.check("lost" in run.stderr, f"the closing counts do not say it: {run.stderr}")
        events = live.events(run.recording)
        handled = [e for e in returned(events) if e["event"]["name"] in CALLS]
        c.equal(len(handled), counts["handled"], "calls in the recording")
        sums = told(events)
        c.equal(sums, {k: n for k, n in (*counts["lost"].items(), ("part_lost", counts["parts_lost"]),
                                         ("late", counts["late"])) if n}, "loss events")
        before = sum(e["event"]["lost_before"] for e in handled)
        c.check(0 < before <= counts["lost"]["ring_full"], f"lost_before says {before}")
        for event in handled:
            whole = len(event["msgs"]) == MESSAGES and all("exit" in m for m in event["msgs"])
            c.check(whole or event["batch"]["truncated"], "a short event that does not say so")
        again_with_the_same_counts(c, run, directory)


def again_with_the_same_counts(c, run, directory):
    stats = f"{directory}/again.json"
    again = live.replay(run.recording, "--stats", stats)
    c.equal((again.returncode, again.stdout), (0, run.stdout), "the replay")
    with open(stats, encoding="utf-8") as file:
        replayed = json.load(file)["events"]
    live_counts = run.stats["events"]
    for name in ("handled", "parts_lost", "late"):
        c.equal(replayed[name], live_counts[name], f"{name}, replayed")
    c.equal({k: v for k, v in replayed["lost"].items() if v},
            {k: v for k, v in live_counts["lost"].items() if v}, "lost, replayed")
    c.equal(replayed["seen"], replayed["filtered"] + replayed["handled"]
            + sum(replayed["lost"].values()), "seen, replayed")


def alerts_on_cut_calls_say_so(c):
    """An alert whose own call lost parts is marked incomplete."""
    with live.workspace() as directory:
        attack = live.attack("vlen-2000")
        script = f"{' '.join(FLOOD)} & {' '.join(attack)}; wait"
        for _ in range(3):
            run = live.watch(directory, ["sh", "-c", script], "--ring-size", "1",
                             "--alert-event", "full")
            c.check(run.balanced(), f"counts: {run.stats['events']}")
            for alert in run.alerts():
                if alert["kind"] != "alert" or "batch" not in alert["event"]:
                    continue
                event = alert["event"]
                c.equal(alert["incomplete"], event["batch"]["truncated"], "incomplete")
                c.check(alert["incomplete"] or len(event["msgs"]) == 1024, "messages missing")


def truncation_is_a_setting(c):
    """A limit on messages read is no loss, and shows; the kernel's view of the rest is there."""
    with live.workspace() as directory:
        run = live.watch(directory, [live.program("load"), "1", "3", "64", "0"],
                         "--max-messages", "16")
        c.equal(run.status, 0, run.stderr)
        c.equal(sum(run.stats["events"]["lost"].values()), 0, "lost")
        for event in live.events(run.recording):
            if event["event"]["name"] in CALLS:
                wanted = {"requested": 64, "kernel_seen": 64, "completed": 64, "truncated": True}
                c.equal({k: event["batch"].get(k) for k in wanted}, wanted, "batch")
                read = [m["index"] for m in event["msgs"] if "enter" in m or "exit" in m]
                c.equal(read, list(range(16)), "messages read")


# Sets of hooks that tell where a message went, as far as this kernel has them; "": the default,
# or what is asked of all tests.
HOOKS = ("", "cgroup", "cgroup,length", "fentry,cgroup", "kprobe,cgroup")


def attacks_survive_a_flood(c):
    """Other calls cannot push out one whose kernel name is not the one shown, or that hides sends."""
    for hooks in [""] if live.HOOKS else HOOKS:
        names = {"fentry": "fentry_sendmsg", "kprobe": "kprobe_sendmsg", "length": "sock_send_length"}
        if all(live.hook(names[word]) for word in hooks.split(",") if word in names):
            survive_a_flood(c, ("--hooks", hooks) if hooks else ())


def survive_a_flood(c, hooks):
    with live.workspace() as directory:
        begun = os.path.join(directory, "begun")
        flood_on = f"while :; do {' '.join(FLOOD)}; : >> {begun}; done"
        attack = " ".join(live.attack("rewrite"))
        script = (f"({flood_on}) & a=$!; ({flood_on}) & b=$!; until [ -e {begun} ]; do sleep 0.1; done; "
                  f"for i in {'x ' * ATTACKS}; do {attack}; done; "
                  "kill $a $b; wait")
        run = live.watch(directory, ["sh", "-c", script], "--ring-size", "1", *hooks)
        counts = run.stats["events"]
        c.check(run.balanced(), f"{hooks}: counts: {counts}")
        c.check(counts["lost"].get("ring_full", 0) > 100, f"no flood: {counts}")
        c.check(counts["rescued"] > 0, f"none went past the full ring: {counts}")
        alerts = [a for a in run.alerts() if a["kind"] == "alert"
                  and a["signature"]["id"] == "mmsg-destination-rewritten"]
        who = {a["event"]["proc"]["pid"] for a in alerts}
        c.equal((len(alerts), len(who)), (ATTACKS, ATTACKS), f"{hooks}: attacks alerted")
        for alert in alerts:
            event = alert["event"]
            c.equal(alert["incomplete"], event["batch"]["truncated"], "incomplete")
            c.check(event["proc"]["exe"].endswith("/attack"), event["proc"])
            c.check(all("ip" in m["enter"]["name"] and "ip" in m["kernel"]["name"]
                        for m in event["msgs"]), event["msgs"])
        saved = [a for a in alerts if a["incomplete"]]
        c.check(len(saved) > 0, "no alert came from the other ring")
        # The rules look at userfaultfd, too.
        calls = sum(len(returned([event])) for event in live.each_event(run.recording))
        c.equal(calls, counts["handled"], "calls in the recording")
        again = live.replay(run.recording)
        c.equal((again.returncode, again.stdout), (0, run.stdout), "the replay")


if __name__ == "__main__":
    live.main(ring_too_small, alerts_on_cut_calls_say_so, truncation_is_a_setting,
              attacks_survive_a_flood)
