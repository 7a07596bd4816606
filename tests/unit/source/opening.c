// SPDX-License-Identifier: Apache-2.0
// A range for the test itself, which does the calls that a traced thread would be made to do.
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "source/ptrace_opening.h"
#include "source/ptrace_range.h"

#include "own_memory.h"

static const long numbers[] = {
#define INJECT(name, x86_64, i386, x32) [TOC_INJECT_##name] = x86_64,
#include "source/ptrace_inject.def"
};

static int64_t do_call(const struct toc_injected *call) {
    const uint64_t *a = call->args;
    long ret = syscall(numbers[call->call], a[0], a[1], a[2], a[3], a[4], a[5]);

    return ret < 0 ? -errno : ret;
}

/* Where mappings cannot be sealed. */
static struct toc_opening_terms guarded(void) {
    return (struct toc_opening_terms){
        .memory = own(), .pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0), .guarded = true};
}

/* Calls of others never end, or are over once it has slept so long. Each sleep ends with that
 * result, at once. What the last step gave. */
static int open_one(struct toc_opening *o, uint64_t over_ms, int64_t slept, uint64_t *ret_ms,
                    uint64_t *ret_longest_ms) {
    struct toc_opening_terms terms = guarded();
    struct toc_injected call;
    int64_t result = 0;
    int r;

    *ret_ms = *ret_longest_ms = 0;
    toc_opening_begin(o);
    while ((r = toc_opening_step(o, &terms, result, &call)) == 1) {
        if (call.call == TOC_INJECT_poll) {
            *ret_ms += call.args[2];
            if (call.args[2] > *ret_longest_ms)
                *ret_longest_ms = call.args[2];
        }
        /* What lies there by now may be another range. */
        cr_expect_neq(call.call, TOC_INJECT_munmap);
        result = call.call == TOC_INJECT_poll ? slept : do_call(&call);
        terms.unsettled = o->at && *ret_ms < over_ms;
    }
    close(terms.pidfd);
    return r;
}

Test(opening, waits_asleep_for_calls_that_change_mappings) {
    static const int64_t slept[] = {0, -EINTR, -516 /* ERESTART_RESTARTBLOCK */};

    for (size_t i = 0; i < sizeof(slept) / sizeof(slept[0]); i++) {
        struct toc_opening o;
        uint64_t ms, longest_ms;

        cr_assert_eq(open_one(&o, 3000, slept[i], &ms, &longest_ms), 0, "%s", o.failed);
        cr_expect(ms >= 3000 && ms < 3100, "%d ms", (int)ms);
        cr_expect(longest_ms > 10 && longest_ms < 100, "%d ms", (int)longest_ms);
        memcpy(o.bytes, "ours", 4);
        cr_expect_arr_eq((const char *)(uintptr_t)o.at, "ours", 4);
        cr_expect_eq(syscall(SYS_munmap, o.at, TOC_RANGE_MAPPED), 0);
        toc_opening_clear(&o);
    }
}

Test(opening, does_not_wait_for_ever) {
    struct toc_opening o;
    uint64_t ms, longest_ms;

    cr_expect_eq(open_one(&o, UINT64_MAX, 0, &ms, &longest_ms), -1);
    cr_expect_str_eq(o.failed, "mappings do not come to rest: ETIMEDOUT");
    cr_expect(ms >= 10000 && ms < 11000, "%d ms", (int)ms);
    toc_opening_clear(&o);
}
