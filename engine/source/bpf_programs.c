// SPDX-License-Identifier: Apache-2.0
// The table of programs: what each needs and gives, and in words why it is not there.
#include "source/bpf_programs.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "event/variants.h"
#include "source/bpf_witness.h"
#include "source/cgroup.h"

struct row {
    const char *symbol, *name;
    const char *set;    /* hooks that make sense together, by one name */
    const char *target; /* what it hooks */
    const char *gives;
    enum toc_bpf_kind kind;
    enum {
        REQUIRED = 1,
        LENGTH = 2,     /* tells messages apart */
        RESULT = 4,     /* likewise, where each is handled by a function */
        COPY = 8,       /* shows the kernel's copy of a message */
        AT_RETURN = 16, /* of a kprobe */
        SEND_UNIX = 32, /* on unix sockets' addresses */
        RECV_UNIX = 64,
        CONNECT_UNIX = 128
    } traits;
    uint32_t shows;        /* witnesses, as bits; ALWAYS: it is needed in any case */
    uint64_t events;       /* that it takes part in */
    const char *yields_to; /* not needed where one of them loads; "" for none */
};

#define ALWAYS UINT32_MAX
/* Requests of io_uring, and what is left of messages when they are explained by none. */
#define BY_REQUESTS (EVENT_URING | EV(tocsin_unexplained_send))

static const struct row rows[] = {
#define PROGRAM(program, hook, set, target, kind, traits, shows, events, yields_to, gives)         \
    {#program, hook, set, target, gives, TOC_BPF_##kind, traits, shows, events, yields_to},
#include "source/bpf_programs.def"
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))
_Static_assert(ROWS <= TOC_BPF_MAX_PROGRAMS, "room in the report");

static bool named(const struct row *row, const char *name, size_t n) {
    return (strlen(row->name) == n && !memcmp(row->name, name, n)) ||
           (strlen(row->set) == n && !memcmp(row->set, name, n));
}

/* Calls fn for each name of a list like "fentry,length". */
static const char *next_name(const char *list, size_t *ret_n) {
    list += strspn(list, ", ");
    *ret_n = strcspn(list, ", ");
    return *ret_n ? list : NULL;
}

static bool listed(const struct row *row, const char *list) {
    size_t n;

    for (const char *name = list; (name = next_name(name, &n)); name += n)
        if (named(row, name, n))
            return true;
    return false;
}

static int unknown_name(const char *name, size_t n, struct toc_diags *diags) {
    const struct toc_bpf_alias *alias = toc_bpf_alias_named(name, n);
    const char *names[2 * ROWS];
    const char *nearest;
    size_t count = 0;

    if (alias)
        return toc_fail(
            diags, EINVAL, (struct toc_place){0},
            "no hook is called '%.*s': its work is done by the first of these that is here: %s",
            (int)n, name, alias->hooks);

    for (size_t i = 0; i < ROWS; i++) {
        names[count++] = rows[i].set;
        names[count++] = rows[i].name;
    }
    nearest = toc_nearest(name, n, names, count);
    return toc_fail(diags, EINVAL, (struct toc_place){0}, "no hook is called '%.*s'%s%s%s", (int)n,
                    name, nearest ? ": did you mean '" : "", nearest ? nearest : "",
                    nearest ? "'?" : "; 'tocsin doctor' lists them");
}

int toc_bpf_check_hooks(const char *list, struct toc_diags *diags) {
    size_t n, count = 0;

    for (const char *name = list; (name = next_name(name, &n)); name += n) {
        bool found = false;

        for (size_t i = 0; i < ROWS && !found; i++)
            found = named(&rows[i], name, n);
        if (!found)
            return unknown_name(name, n, diags);
        count++;
    }
    if (!count)
        return toc_fail(diags, EINVAL, (struct toc_place){0},
                        "a list of hooks like 'fentry,cgroup' is needed");
    return 0;
}

/* What it shows is seen by other hooks too, if less of it. */
static bool refines(const struct row *row) {
    return row->kind == TOC_BPF_FENTRY || row->kind == TOC_BPF_KPROBE || row->kind == TOC_BPF_LSM;
}

void toc_bpf_report_init(struct toc_bpf_report *report, const char *hooks) {
    *report = (struct toc_bpf_report){.n = ROWS};
    for (size_t i = 0; i < ROWS; i++) {
        bool forced = hooks && listed(&rows[i], hooks);
        bool raw = !strcmp(rows[i].set, "raw");

        report->programs[i] = (struct toc_bpf_program){.name = rows[i].name,
                                                       .set = rows[i].set,
                                                       .target = rows[i].target,
                                                       .gives = rows[i].gives,
                                                       .instead = "",
                                                       .refines = refines(&rows[i]),
                                                       .required = rows[i].traits & REQUIRED,
                                                       .forced = forced,
                                                       .loaded = !hooks || forced || raw};
    }
}

struct bpf_program *toc_bpf_program(struct bpf_object *object, size_t i) {
    return bpf_object__find_program_by_name(object, rows[i].symbol);
}

static const struct {
    unsigned trait;
    enum bpf_attach_type type;
} attached[] = {{SEND_UNIX, TOC_BPF_CGROUP_UNIX_SENDMSG},
                {RECV_UNIX, TOC_BPF_CGROUP_UNIX_RECVMSG},
                {CONNECT_UNIX, TOC_BPF_CGROUP_UNIX_CONNECT}};

void toc_bpf_program_want(struct bpf_object *object, size_t i,
                          const struct toc_bpf_program *wanted) {
    struct bpf_program *program = toc_bpf_program(object, i);

    bpf_program__set_autoload(program, wanted->loaded);
    if (rows[i].kind == TOC_BPF_FENTRY && wanted->loaded && strcmp(wanted->target, rows[i].target))
        bpf_program__set_attach_target(program, 0, wanted->target);
    for (size_t k = 0; k < sizeof(attached) / sizeof(attached[0]); k++)
        if (rows[i].traits & attached[k].trait)
            bpf_program__set_expected_attach_type(program, attached[k].type);
}

static bool has_target(const struct toc_bpf_report *report, const char *target, unsigned trait) {
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].traits & trait && !strcmp(rows[i].target, target) && report->programs[i].loaded)
            return true;
    return false;
}

/* In both directions, by whichever program. */
static bool has(const struct toc_bpf_report *report, unsigned trait) {
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].traits & trait && !has_target(report, rows[i].target, trait))
            return false;
    return true;
}

bool toc_bpf_has_length(const struct toc_bpf_report *report) {
    return has(report, LENGTH);
}

bool toc_bpf_has_result(const struct toc_bpf_report *report) {
    return has(report, RESULT);
}

bool toc_bpf_has_copy(const struct toc_bpf_report *report) {
    return has(report, COPY);
}

enum toc_bpf_kind toc_bpf_program_kind(size_t i) {
    return rows[i].kind;
}

bool toc_bpf_program_at_return(size_t i) {
    return rows[i].traits & AT_RETURN;
}

bool toc_bpf_program_is_needed(size_t i, const struct toc_demand *demand) {
    return rows[i].shows == ALWAYS || rows[i].shows & demand->witnesses ||
           rows[i].events & demand->events;
}

uint32_t toc_bpf_program_shows(size_t i) {
    return rows[i].shows == ALWAYS ? 0 : rows[i].shows;
}

bool toc_bpf_program_tells_apart(size_t i) {
    return rows[i].traits & (LENGTH | RESULT);
}

void toc_bpf_no_cgroup(struct toc_bpf_report *report) {
    for (size_t i = 0; i < ROWS; i++) {
        struct toc_bpf_program *p = &report->programs[i];

        if (rows[i].kind != TOC_BPF_CGROUP || !p->loaded)
            continue;
        p->loaded = false;
        snprintf(p->reason, sizeof(p->reason),
                 "no cgroup2 is mounted: mount -t cgroup2 none /sys/fs/cgroup");
    }
}

/* Where a compiler has put one function into the other, the outer one does. */
static const char *outer_of(const char *target) {
    return strcmp(target, TOC_BPF_RECVMMSG) ? NULL : TOC_BPF_RECVMMSG_OUTER;
}

void toc_bpf_no_features(struct toc_bpf_report *report, struct toc_bpf_features *features) {
    for (size_t i = 0; i < ROWS; i++) {
        struct toc_bpf_program *p = &report->programs[i];
        const char *outer = outer_of(p->target);
        char reason[sizeof(p->reason)];

        if (!p->loaded ||
            toc_bpf_may_load(features, rows[i].kind, p->target, p->reason, sizeof(p->reason)))
            continue;
        p->loaded =
            outer && toc_bpf_may_load(features, rows[i].kind, outer, reason, sizeof(reason));
        if (!p->loaded)
            continue;
        p->target = outer;
        p->reason[0] = 0;
    }
}

bool toc_bpf_has_outer(const struct toc_bpf_report *report) {
    for (size_t i = 0; i < report->n; i++)
        if (report->programs[i].loaded &&
            !strcmp(report->programs[i].target, TOC_BPF_RECVMMSG_OUTER))
            return true;
    return false;
}

/* The end of each message tells nearly as much as its length does. */
static void settle_length(struct toc_bpf_report *report) {
    size_t k = 0;

    for (size_t i = 0; i < ROWS; i++) {
        if (!(rows[i].traits & LENGTH) || report->programs[i].loaded)
            continue;
        while (k < ROWS && !(rows[k].traits & RESULT && report->programs[k].loaded))
            k++;
        if (k < ROWS)
            report->programs[i].instead = rows[k++].name;
    }
}

void toc_bpf_settle(struct toc_bpf_report *report) {
    for (size_t i = 0; i < ROWS; i++) {
        struct toc_bpf_program *p = &report->programs[i];

        for (size_t k = 0; k < ROWS; k++)
            if (report->programs[k].loaded && listed(&rows[k], rows[i].yields_to)) {
                p->loaded = false;
                p->instead = rows[k].name;
            }
    }
    if (has(report, RESULT) && !has(report, LENGTH))
        settle_length(report);
}

int toc_bpf_missing(struct toc_bpf_report *report) {
    for (size_t i = 0; i < ROWS; i++) {
        const struct toc_bpf_program *p = &report->programs[i];

        if ((!p->required && !p->forced) || p->loaded || *p->instead)
            continue;
        snprintf(report->fault, sizeof(report->fault),
                 p->required ? "%s cannot be watched: %s" : "--hooks: no %s here: %s", p->name,
                 p->reason);
        return -ENOTSUP;
    }
    return 0;
}
