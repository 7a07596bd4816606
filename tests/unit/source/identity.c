// SPDX-License-Identifier: Apache-2.0
// Executables as the kernel tells them, of processes that /proc knows nothing of.
#include <criterion/criterion.h>
#include <stdio.h>

#include "source/identity.h"
#include "source/wire.h"
#include "wire_make.h"

static union wire_room room;
static struct toc_identities *ids;
static const struct toc_wire_proc proc = {
    .pid = 4194999, .ppid = 4194998, .start_ns = 77, .exe_ino = 5};

static void open_all(void) {
    cr_assert_eq(toc_identities_new(&ids), 0);
}

static void close_all(void) {
    toc_identities_free(&ids);
}

TestSuite(identity, .init = open_all, .fini = close_all);

static void learn(const struct toc_wire_proc *of, const char *path, __u8 bits) {
    struct toc_wire_record record;

    make_exe(&room, path, bits);
    room.exe.pid = of->pid;
    room.exe.ppid = of->ppid;
    room.exe.start_ns = of->start_ns;
    room.exe.exe_ino = of->exe_ino;
    cr_assert_eq(toc_wire_check(&room, sizeof(room), &record), 0);
    toc_identity_learn(ids, record.exe);
}

Test(identity, a_path_is_put_the_right_way_round) {
    static const struct {
        const char *told, *path;
        __u8 bits;
    } rows[] = {
        {"dig/bin/usr", "/usr/bin/dig", 0},
        {"init", "/init", 0},
        {"a b/c\n/dd", "/dd/c\n/a b", 0},
        {"x/tmp", "/tmp/x (deleted)", TOC_WIRE_EXE_DELETED},
        {"memfd:x", "/memfd:x (deleted)", TOC_WIRE_EXE_DELETED},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct toc_identity got;

        learn(&proc, rows[i].told, rows[i].bits);
        got = toc_identity_get(ids, &proc);
        cr_expect_str_eq(toc_identity_exe(got), rows[i].path);
        toc_identity_put(&got);
    }
}

Test(identity, the_parent_has_one_of_its_own) {
    struct toc_identity got;

    learn(&proc, "dig/bin", 0);
    learn(&proc, "sh/bin", TOC_WIRE_EXE_PARENT);
    got = toc_identity_get(ids, &proc);
    cr_expect_str_eq(toc_identity_exe(got), "/bin/dig");
    cr_expect_str_eq(toc_identity_parent_exe(got), "/bin/sh");
    toc_identity_put(&got);
}

Test(identity, what_a_call_holds_stays_when_the_process_becomes_another_program) {
    struct toc_wire_proc moved = proc;
    struct toc_identity before, after;

    learn(&proc, "dig/bin", 0);
    before = toc_identity_get(ids, &proc);
    moved.cgroup_id = 9;
    after = toc_identity_get(ids, &moved);
    cr_expect_str_eq(toc_identity_exe(after), "/bin/dig");
    toc_identity_put(&after);
    learn(&proc, "nc/bin", 0);
    after = toc_identity_get(ids, &proc);
    cr_expect_str_eq(toc_identity_exe(before), "/bin/dig");
    cr_expect_str_eq(toc_identity_exe(after), "/bin/nc");
    toc_identity_put(&before);
    toc_identity_put(&after);
}

Test(identity, nothing_is_told_of_a_process_by_another_of_its_number) {
    struct toc_wire_proc others[] = {proc, proc, proc};

    others[0].start_ns++;
    others[1].exe_ino++;
    others[2].ppid++;
    for (size_t i = 0; i < 3; i++) {
        struct toc_identity got;

        learn(&proc, "dig/bin", 0);
        got = toc_identity_get(ids, &others[i]);
        cr_expect_null(toc_identity_exe(got), "row %zu", i);
        toc_identity_put(&got);
    }
}

static const char *cgroup_after(const struct toc_wire_proc *of, const char *told, __u64 id) {
    static char kept[256];
    struct toc_wire_record record;
    struct toc_identity got;

    make_exe(&room, told, TOC_WIRE_EXE_CGROUP);
    room.exe.pid = of->pid;
    room.exe.ppid = of->ppid;
    room.exe.start_ns = of->start_ns;
    room.exe.exe_ino = of->exe_ino;
    room.exe.cgroup_id = id;
    cr_assert_eq(toc_wire_check(&room, sizeof(room), &record), 0);
    toc_identity_learn(ids, record.exe);
    got = toc_identity_get(ids, of);
    snprintf(kept, sizeof(kept), "%s %s", toc_identity_cgroup(got) ? toc_identity_cgroup(got) : "?",
             toc_identity_container(got) ? toc_identity_container(got) : "?");
    toc_identity_put(&got);
    return kept;
}

Test(identity, a_cgroup_is_told_from_the_root) {
    struct toc_wire_proc in = proc;

    in.cgroup_id = 9;
    cr_expect_str_eq(cgroup_after(&in, "a.scope/b.slice", 9), "/b.slice/a.scope ");
    cr_expect_str_eq(cgroup_after(&in, "", 9), "/ ");
    cr_expect_str_eq(cgroup_after(&in, "elsewhere", 8), "? ?");
}
