#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every type of correlation, and thresholds, on a real load: the same live and on replay."""

import collections
import os

import live

# The tests inside are there because they must be; nothing runs them here.
HEAD = """format: 1
id: {id}
title: For this test
status: stable
level: low
description: For this test.
message: "{id}"
{body}
tests: [{{name: a, given: {{event: {{name: sendmmsg}}}}, alerts: 1}},
        {{name: b, given: {{event: {{name: sendmmsg, ret: -1}}}}, alerts: 0}}]
"""
COUNTS = "events: [sendmmsg]\nwhen: event.ret > 0\ncorrelation: {group-by: [proc.id], timespan: 1m, "

# id → its body, and how many alerts come of CALLS calls of each thread
CALLS, VLEN, THREADS = 60, 4, 2
BODIES = {
    "counted": (COUNTS + "type: event_count, condition: {gte: 30}}", THREADS * CALLS // 30),
    "distinct": (COUNTS + "type: value_count, condition: {field: proc.tid, gte: 2}}", None),
    "summed": (COUNTS + "type: value_sum, condition: {field: batch.completed, gte: 120}}",
               THREADS * CALLS * VLEN // 120),
    "few": (COUNTS + "type: event_count, condition: {lt: 1000}}", 1),
    "ordered": ("correlation: {type: temporal_ordered, group-by: [proc.tid], timespan: 1m, steps: ["
                "{name: one, events: [sendmmsg]}, {name: two, events: [sendmmsg], "
                "when: event.time >= one.event.time}]}", THREADS * CALLS // 2),
    "unordered": ("correlation: {type: temporal, group-by: [proc.tid], timespan: 1m, steps: ["
                  "{name: one, events: [sendmmsg]}, {name: two, events: [sendmmsg]}]}",
                  THREADS * CALLS // 2),
    "ratio": ("correlation: {type: aggregate, group-by: [proc.id], timespan: 1m, let: {"
              "calls: {events: [sendmmsg]}, sent: {events: [sendmmsg], sum: batch.completed}}, "
              "condition: 'calls >= 10 && sent == 4 * calls'}", THREADS * CALLS // 10),
    "limited": ("events: [sendmmsg]\nwhen: event.ret > 0\nthreshold: {type: limit, track: [proc.id], "
                "count: 3, timespan: 1m}", 3),
    "backed-off": ("events: [sendmmsg]\nwhen: event.ret > 0\nthreshold: {type: backoff, track: "
                   "[proc.id], multiplier: 10}", 3),
}


def write_signatures(directory):
    for name, (body, _) in BODIES.items():
        text = HEAD.format(id=name, body=body)
        with open(os.path.join(directory, f"{name}.yaml"), "w", encoding="utf-8") as file:
            file.write(text)


def by_id(lines, kind):
    return collections.Counter(line["signature"]["id"] for line in lines if line["kind"] == kind)


def all_types_on_a_load(c):
    with live.workspace() as directory:
        signatures = os.path.join(directory, "signatures")
        os.mkdir(signatures)
        write_signatures(signatures)
        options = ["--signatures", signatures]
        load = [live.program("load"), str(THREADS), str(CALLS), str(VLEN), "1000"]
        run = live.watch(directory, load, *options)
        c.equal(run.status, 0, f"status: {run.stderr}")
        c.check(run.balanced(), f"counts: {run.stats}")
        c.equal(sum(run.stats["events"]["lost"].values()), 0, "lost")
        alerts = by_id(run.alerts(), "alert")
        for name, (_, wanted) in BODIES.items():
            c.check(alerts[name] == wanted if wanted else alerts[name] > 0,
                    f"{name}: {alerts[name]} alerts, not {wanted}")
        summaries = {a["signature"]["id"]: a["held_back"] for a in run.alerts() if a["kind"] == "summary"}
        # Of 120 the first three, and the first, tenth and hundredth, are written.
        c.equal(summaries, {"limited": 117, "backed-off": 20}, "summaries")
        counts = run.stats["alerts"]
        c.equal(counts["matched"], counts["written"] + counts["held_back"] + counts["excepted"], "alerts")
        for step in next(a for a in run.alerts() if a["signature"]["id"] == "ordered")["steps"]:
            c.check("call" in step and "time" in step, f"step: {step}")
        again = live.replay(run.recording, *options)
        c.check(again.stdout == run.stdout, "the replay's alerts differ from the live ones")


live.main(all_types_on_a_load)
