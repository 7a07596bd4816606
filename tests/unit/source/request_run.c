// SPDX-License-Identifier: Apache-2.0
// Runs io_uring's hooks on a request made up, and keeps what they told.
#include "request_run.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <stdarg.h>
#include <string.h>

#include "source/wire.h"

struct requests_bpf *requests;
struct request_ask *ask;
struct told told[16];
size_t n_told;
struct sockaddr_in request_to = {.sin_family = AF_INET};
struct iovec request_iov = {"bytes", 5};
struct msghdr request_message = {.msg_name = &request_to,
                                 .msg_namelen = sizeof(request_to),
                                 .msg_iov = &request_iov,
                                 .msg_iovlen = 1};

static int quiet(enum libbpf_print_level level, const char *format, va_list args) {
    (void)level, (void)format, (void)args;
    return 0;
}

void request_load(void) {
    int r;

    libbpf_set_print(quiet);
    requests = requests_bpf__open();
    cr_assert_not_null(requests);
    requests->rodata->toc_has_cast =
        libbpf_find_vmlinux_btf_id("bpf_rdonly_cast", BPF_TRACE_FENTRY) > 0;
    r = requests_bpf__load(requests);
    cr_assert(r == 0 || r == -EPERM, "loading: %d", r);
    if (r < 0) {
        requests_bpf__destroy(requests);
        requests = NULL;
        return;
    }
    requests->bss->toc_wanted = UINT64_MAX & ~REQUEST_EVENT(tocsin_unexplained_send);
    request_to.sin_port = htons(53);
    ask = &requests->bss->request_ask;
    *ask = (struct request_ask){.opcode = IORING_OP_SENDMSG,
                                .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
                                .user_data = 77,
                                .buf = (uintptr_t)&request_message,
                                .len = 1,
                                .result = 5};
}

void request_unload(void) {
    requests_bpf__destroy(requests);
}

static int on_record(void *ctx, void *data, size_t size) {
    struct told *at = &told[n_told];
    struct toc_wire_record r;

    (void)ctx;
    cr_assert_eq(toc_wire_check(data, size, &r), 0);
    if (r.head->kind == TOC_WIRE_EXE)
        return 0;
    cr_assert_lt(n_told, sizeof(told) / sizeof(told[0]));
    at->kind = r.head->kind;
    if (r.head->kind == TOC_WIRE_ENTER)
        at->enter = *r.enter;
    if (r.head->kind == TOC_WIRE_EXIT)
        at->exit = *r.exit;
    if (r.n_entries)
        at->entry = r.entries[0];
    if (r.n_kernel)
        at->kernel = r.kernel_msgs[0];
    n_told++;
    return 0;
}

static void drain(void) {
    struct ring_buffer *ring =
        ring_buffer__new(bpf_map__fd(requests->maps.ring), on_record, NULL, NULL);

    cr_assert_not_null(ring);
    n_told = 0;
    memset(told, 0, sizeof(told));
    cr_expect_geq(ring_buffer__consume(ring), 0);
    ring_buffer__free(ring);
}

void request_run(const struct bpf_program *program) {
    LIBBPF_OPTS(bpf_test_run_opts, opts);

    cr_assert_eq(bpf_prog_test_run_opts(bpf_program__fd(program), &opts), 0);
    drain();
}

void request_submit(void) {
    request_run(requests->progs.request_submit);
}

void request_complete(void) {
    request_run(requests->progs.request_complete);
}

void request_is_event(uint32_t event, int64_t ret) {
    cr_assert_eq(n_told, 2, "%zu records", n_told);
    cr_assert_eq(told[0].kind, TOC_WIRE_ENTER);
    cr_assert_eq(told[1].kind, TOC_WIRE_EXIT);
    cr_expect_eq(told[0].enter.event, event);
    cr_expect_eq(told[0].enter.via, TOC_WIRE_IO_URING);
    cr_expect_eq(told[0].enter.head.call_seq, told[1].exit.head.call_seq);
    cr_expect_eq(told[1].exit.ret, ret);
}
