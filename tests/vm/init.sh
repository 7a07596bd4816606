#!/bin/busybox sh
# SPDX-License-Identifier: Apache-2.0
# The first process of the virtual machine: mounts what a running system has, runs the attacks under
# each hook set and the live tests, sends /out through the second serial port, and ends the machine.
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /sys/fs/cgroup /sys/fs/bpf /var/tmp /tmp /out /run/a
mount -t cgroup2 cgroup2 /sys/fs/cgroup
chmod 1777 /tmp /var/tmp
mount -t bpf bpf /sys/fs/bpf
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
ip link set lo up
ulimit -l unlimited
# As where systemd runs: a tracer needs some for each thread.
ulimit -n 524288

# What is not wanted of these is empty.
mkdir -p /suite
touch /suite/runs /suite/hooks /suite/live

# Each run has a program path of its own, by which its alerts are told apart.
while read -r name bits convention what; do
    from=/bin/attack
    [ "$bits" = 64 ] || from=/bin/attack32
    ln "$from" "/run/a/$name.$bits.$convention.$what"
done </suite/runs

tocsin doctor --format json >/out/doctor.json 2>/out/doctor.stderr
while read -r hooks options; do
    echo "hooks $hooks: $(cut -d' ' -f1 /proc/uptime)" >/dev/console
    # shellcheck disable=SC2086 # options are split on purpose
    timeout -k 5 3600 tocsin run --rules /suite/everything.yaml $options --alert-event matched --format json \
        --output "/out/$hooks.alerts" --stats "/out/$hooks.stats" -- \
        /bin/sh /suite/run.sh /suite/runs "/out/$hooks.ran" >"/out/$hooks.stdout" 2>"/out/$hooks.stderr" </dev/null
    echo $? >"/out/$hooks.status"
done </suite/hooks
export TOCSIN=/bin/tocsin TOC_BUILD_DIR=/bin TOC_HASTE=1
while read -r test path hooks cases; do
    echo "$test: $(cut -d' ' -f1 /proc/uptime)" >/dev/console
    [ "$hooks" != - ] || hooks=
    # shellcheck disable=SC2086 # names of cases are split on purpose
    TOC_HOOKS=$hooks timeout -k 5 1200 python3 "$path" $cases >"/out/live.$test" 2>&1 </dev/null
    echo $? >"/out/live.$test.status"
done </suite/live
dmesg | grep -E 'BUG:|WARNING:|Oops|Call Trace|rcu_.*stall' >/out/dmesg
uname -r >/out/kernel
echo "done: $(cut -d' ' -f1 /proc/uptime)" >/dev/console
stty -F /dev/ttyS1 raw
tar -czf /dev/ttyS1 -C / out
sync
poweroff -f
