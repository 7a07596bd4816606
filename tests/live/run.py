#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `tocsin run -- CMD` promises about CMD, its status, its streams and its end."""

import os
import shlex
import shutil
import signal
import subprocess
import time

import live

ALERT = "mmsg-kernel-pointer"
ATTACK = live.attack("kernel-pointer")


def raised(run):
    return [a["signature"]["id"] for a in run.alerts() if a["kind"] == "alert"]


def status_of_command(c):
    cases = [
        (["true"], [], 0),
        (["sh", "-c", "exit 7"], [], 7),
        (["sh", "-c", "kill -KILL $$"], [], 137),
        (["sh", "-c", "kill -TERM $$"], [], 143),
        (["/nonexistent/command"], [], 127),
        (["no-such-command-at-all"], [], 127),
        (["/etc/passwd"], [], 126),
        (ATTACK, [], 0),
        (ATTACK, ["--fail-on", "low"], 3),
        (ATTACK, ["--fail-on", "critical"], 0),
        (["sh", "-c", shlex.join(ATTACK) + "; exit 7"], ["--fail-on", "low"], 3),
        (["sh", "-c", "exit 7"], ["--fail-on", "low"], 7),
    ]
    for command, options, wanted in cases:
        with live.workspace() as directory:
            run = live.watch(directory, command, *options)
            c.equal(run.status, wanted, f"status of {command} with {options}")
            if wanted == 127:
                c.check(command[0] in run.stderr, f"{command} is not named: {run.stderr}")


def streams_of_command(c):
    with live.workspace() as directory:
        with open(os.path.join(directory, "in"), "w+b") as stdin:
            stdin.write(b"through stdin")
            stdin.seek(0)
            script = f"cat; echo to-stdout; echo to-stderr >&2; {shlex.join(ATTACK)}"
            run = live.watch(directory, ["sh", "-c", script], stdin=stdin)
        for text in ("through stdin", "to-stdout", "to-stderr"):
            c.check(text in run.stderr, f"{text!r} did not come through stderr")
        c.equal(raised(run), [ALERT], "alerts, alone on stdout")


def text_alerts_alone_on_stdout(c):
    script = "echo noise; " + shlex.join(ATTACK)
    run = live.tocsin("run", "--color", "never", "--", "sh", "-c", script)
    c.equal(run.returncode, 0, "status")
    c.check(b"noise" not in run.stdout and b"noise" in run.stderr, "the command's stdout")
    c.check(b"kernel" in run.stdout, f"no alert as text: {run.stdout}")
    quiet = live.tocsin("run", "-q", "--", "true")
    c.equal((quiet.returncode, quiet.stdout, quiet.stderr), (0, b"", b""), "-q around true")


def held_until_hooks_are_attached(c):
    """The very first thing that CMD does is seen, every time."""
    for _ in range(5):
        with live.workspace() as directory:
            run = live.watch(directory, ATTACK)
            c.equal(raised(run), [ALERT], "alerts")
            c.equal(run.stats["events"]["handled"], 1, "handled")


def whole_tree_is_watched(c):
    """The run outlives CMD while a process of its tree lives, also one that left its session."""
    later = f"sleep 0.5; {shlex.join(ATTACK)}"
    for script in (f"({later}) & exit 5", f"setsid sh -c {shlex.quote(later)} & exit 5",
                   f"(({later}) & ) ; exit 5"):
        with live.workspace() as directory:
            began = time.monotonic()
            run = live.watch(directory, ["sh", "-c", script])
            c.equal((run.status, raised(run)), (5, [ALERT]), script)
            c.check(time.monotonic() - began >= 0.5, f"{script}: ended before its tree")


def interrupted(c):
    """SIGINT and SIGTERM finish: what was buffered is written, the counts are printed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        with live.workspace() as directory:
            script = f"{shlex.join(ATTACK)}; exec sleep 90"
            began = time.monotonic()
            process = live.start("run", *live.kept(directory), "--", "sh", "-c", script,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 stdin=subprocess.DEVNULL)
            first = process.stdout.readline()
            process.send_signal(number)
            rest, stderr = process.communicate(timeout=live.PATIENCE)
            run = live.finished(subprocess.CompletedProcess([], process.returncode, first + rest,
                                                            stderr), directory)
            c.equal(run.status, 0, f"status after {number.name}: {run.stderr}")
            c.equal(raised(run), [ALERT], "alerts")
            c.check(run.stats and run.balanced(), f"counts: {run.stats}")
            c.check("seen" in run.stderr, f"no closing counts: {run.stderr}")
            c.check(time.monotonic() - began < 60, "it waited for the command")
            again = live.replay(run.recording)
            c.equal((again.returncode, again.stdout), (0, run.stdout), "the replay")


def duration(c):
    began = time.monotonic()
    done = live.tocsin("run", "--duration", "500ms", "--pid", os.getpid(), "--format", "json")
    took = time.monotonic() - began
    c.equal((done.returncode, live.alerts(done.stdout)), (0, []), done.stderr.decode())
    c.check(0.5 <= took < 60, f"--duration 500ms took {took:.1f} s")


def duration_of_command(c):
    """When the time is over CMD is let go, neither killed nor waited for, and that is said."""
    for source in ("bpf", "ptrace"):
        with live.workspace() as directory:
            go, after = (os.path.join(directory, name) for name in ("go", "after"))
            # It lets go of our pipe, whose end is waited for.
            script = f"exec >&- 2>&-; {shlex.join(ATTACK)}; " \
                     f"while [ ! -e {go} ]; do sleep 0.1; done; echo on > {after}; exit 7"
            run = live.watch(directory, ["sh", "-c", script], "--duration", "4s",
                             "--source", source)
            c.equal((run.status, raised(run)), (0, [ALERT]), f"{source}: {run.stderr}")
            c.check("sh goes on, no longer watched" in run.stderr, f"{source}: {run.stderr}")
            live.touch(go)
            live.eventually(lambda path=after: os.path.exists(path), what="the command ended")


def closed_pipe(c):
    """Nobody reads the alerts: a quiet end."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    process = live.start("run", "--format", "json", "--", *ATTACK, stdout=write_end,
                         stderr=subprocess.PIPE)
    os.close(write_end)
    stderr = process.communicate(timeout=live.PATIENCE)[1].decode()
    c.equal(process.returncode, 0, f"status: {stderr}")
    c.check("pipe" not in stderr.lower() and "error" not in stderr.lower(), stderr)


def refused(c, what, done):
    text = done.stderr.decode()
    c.equal(done.returncode, 1, f"{what}: status; {text}")
    c.check(live.one_line(text), f"{what}: not one line: {text}")
    c.check("AddressSanitizer" not in text, text)
    return text


def without_privilege(c):
    bare = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]
    if not shutil.which("setpriv"):
        return
    command = [*bare, live.TOCSIN, "run", "--source", "bpf", "--", "true"]
    done = subprocess.run(command, capture_output=True, timeout=live.PATIENCE)
    text = refused(c, "no capability", done)
    c.check("root" in text, f"does not say what to do: {text}")
    done = subprocess.run([*bare, live.TOCSIN, "doctor", "--live"], capture_output=True, timeout=live.PATIENCE)
    c.equal(done.returncode, 1, "doctor without privilege")
    c.check(b"0 of 0 programs attached" in done.stdout and b"\nfault" in done.stdout, f"--live: {done.stdout.decode()}")
    c.check(b" yes " not in done.stdout, f"loads without privilege: {done.stdout.decode()}")


def in_namespace(setup, *command):
    """Runs the detector where `setup` has changed the mounts, for it alone."""
    script = f"{setup} || exit 99; exec {shlex.join([live.TOCSIN, *command])}"
    return subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, timeout=live.PATIENCE)


def without_type_information(c):
    done = in_namespace("mount -t tmpfs none /sys/kernel/btf", "run", "--source", "bpf",
                        "--", "true")
    if done.returncode != 99:
        text = refused(c, "no BTF", done)
        c.check("BTF" in text, f"does not say what is missing: {text}")


def without_cgroup2(c):
    """No destinations from the kernel, but the rest: it says so once and watches on."""
    hide = "awk '$3 == \"cgroup2\" {print $2}' /proc/mounts | xargs -r umount -l"
    done = in_namespace(hide, "run", "--format", "json", "--", *ATTACK)
    if done.returncode != 99:
        c.equal(done.returncode, 0, f"no cgroup2: {done.stderr.decode()}")
        c.check(b"cgroup2" in done.stderr, f"does not say that it is missing: {done.stderr}")
        c.check(ALERT.encode() in done.stdout, "no alert")


if __name__ == "__main__":
    live.main(status_of_command, streams_of_command, text_alerts_alone_on_stdout,
              held_until_hooks_are_attached, whole_tree_is_watched, interrupted, duration,
              duration_of_command, closed_pipe, without_privilege, without_type_information, without_cgroup2)
