// SPDX-License-Identifier: Apache-2.0
// Extraction in the kernel, run on memory of this process.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "extract.h"
#include "extract.skel.h"
#include "source/wire.h"

/* bpf/walk.h */
enum { WALK_32 = 1, WALK_NAMES = 2, WALK_CONTROL = 4 };

static struct extract_bpf *skel;
static struct extract x;

/* What a walk gave, by message. */
static struct toc_wire_entry entries[TOC_WIRE_MAX_MSGS];
static struct toc_wire_extra extras[TOC_WIRE_MAX_MSGS];
static uint32_t n_entries, n_extras, n_bad;

static int quiet(enum libbpf_print_level level, const char *format, va_list args) {
    (void)level, (void)format, (void)args;
    return 0;
}

static void load(void) {
    int r;

    libbpf_set_print(quiet);
    skel = extract_bpf__open();
    cr_assert_not_null(skel);
    skel->rodata->toc_has_cast =
        libbpf_find_vmlinux_btf_id("bpf_rdonly_cast", BPF_TRACE_FENTRY) > 0;
    r = extract_bpf__load(skel);
    cr_assert(r == 0 || r == -EPERM, "loading: %d", r);
    if (r < 0) {
        extract_bpf__destroy(skel);
        skel = NULL;
    }
    memset(&x, 0, sizeof(x));
}

static void unload(void) {
    extract_bpf__destroy(skel);
}

TestSuite(prog_run, .init = load, .fini = unload);

/* Without the privilege there is nothing to run; the tests in live/ say so as well. */
#define NEED_KERNEL()                                                                              \
    if (!skel)                                                                                     \
    cr_skip_test("BPF programs cannot be loaded here")

static void run(struct bpf_program *program) {
    /* The kernel writes the answer back into ctx_in. */
    LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &x, .ctx_size_in = sizeof(x));

    cr_assert_eq(bpf_prog_test_run_opts(bpf_program__fd(program), &opts), 0);
    cr_assert_eq(opts.retval, 0);
}

static int on_record(void *ctx, void *data, size_t size) {
    struct toc_wire_record r;

    (void)ctx;
    if (toc_wire_check(data, size, &r) < 0) {
        n_bad++;
    } else if (r.head->kind == TOC_WIRE_ENTRIES) {
        memcpy(entries + r.first, r.entries, r.n_entries * sizeof(*r.entries));
        n_entries += r.n_entries;
    } else {
        extras[r.extra->index] = *r.extra;
        n_extras++;
    }
    return 0;
}

static void walk(const void *vec, uint32_t n, uint32_t bits) {
    struct ring_buffer *ring =
        ring_buffer__new(bpf_map__fd(skel->maps.ring), on_record, NULL, NULL);

    cr_assert_not_null(ring);
    n_entries = n_extras = n_bad = 0;
    x.at = (uint64_t)(uintptr_t)vec;
    x.n = n;
    x.bits = bits;
    run(skel->progs.extract_walk);
    cr_assert_geq(ring_buffer__consume(ring), 0);
    ring_buffer__free(ring);
    cr_expect_eq(n_bad, 0);
    cr_expect_eq(n_entries, n);
}

Test(prog_run, every_call_is_known_by_abi_and_number) {
#define KIND(event, abi, via, time)                                                                \
    (0x80000000u | TOC_WIRE_##time << 24 | TOC_WIRE_##via << 16 | TOC_WIRE_##abi << 8 |            \
     TOC_WIRE_##event)
#define TOC_WIRE_CALL(abi, nr, event, time)                                                        \
    {TOC_WIRE_##abi, nr, 0, KIND(event, abi, SYSCALL, time)},
#define TOC_WIRE_SUBCALL(nr, event, time)                                                          \
    {TOC_WIRE_I386, 102, nr, KIND(event, I386, SOCKETCALL, time)},
    static const struct {
        uint32_t abi, nr, subcall, kind;
    } rows[] = {
        TOC_WIRE_CALLS TOC_WIRE_SUBCALLS
        /* The same numbers mean other calls in other ABIs. */
        {TOC_WIRE_I386, 299, 0, 0},
        {TOC_WIRE_I386, 307, 0, 0},
        {TOC_WIRE_X86_64, 345, 0, 0},
        {TOC_WIRE_X86_64, 102, 20, 0},
        {TOC_WIRE_X86_64, 537, 0, 0},
        {TOC_WIRE_I386, 102, 18, 0},
        {TOC_WIRE_X32, 307, 0, 0},
    };

    NEED_KERNEL();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        x.abi = rows[i].abi;
        x.nr = rows[i].nr;
        x.subcall = rows[i].subcall;
        run(skel->progs.extract_kind);
        cr_expect_eq(x.kind, rows[i].kind, "abi %u nr %u/%u: %x", x.abi, x.nr, x.subcall, x.kind);
    }
}

#define MANY 1024
static struct mmsghdr vec[MANY];
static struct iovec iov[MANY][10];
static struct sockaddr_in names[MANY];
static char byte;

static void fill(size_t n_iov) {
    for (size_t i = 0; i < MANY; i++) {
        names[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = (in_port_t)i};
        for (size_t j = 0; j < n_iov; j++)
            iov[i][j] = (struct iovec){&byte, i + j};
        vec[i] = (struct mmsghdr){.msg_hdr = {.msg_name = &names[i],
                                              .msg_namelen = sizeof(names[i]),
                                              .msg_iov = iov[i],
                                              .msg_iovlen = n_iov,
                                              .msg_flags = (int)i},
                                  .msg_len = (unsigned)i};
    }
}

Test(prog_run, headers_names_and_iovecs_are_read) {
    static const uint32_t counts[] = {1, 2, 15, 16, 17, 100, 1024};

    NEED_KERNEL();
    fill(1);
    for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
        walk(vec, counts[c], WALK_NAMES | WALK_CONTROL);
        cr_expect_eq(n_extras, 0);
        for (uint32_t i = 0; i < counts[c]; i++) {
            const struct toc_wire_entry *e = &entries[i];

            cr_assert_eq(e->status, TOC_WIRE_OK);
            cr_assert_eq(e->flags, i);
            cr_assert_eq(e->len, i);
            cr_assert_eq(e->name_status, TOC_WIRE_OK);
            cr_assert_eq(e->name_n, sizeof(names[i]));
            cr_assert_arr_eq(e->name, &names[i], sizeof(names[i]));
            cr_assert_eq(e->iov_status, TOC_WIRE_OK);
            cr_assert_eq(e->iov_bytes, i);
            cr_assert_eq(e->seg_base, (uintptr_t)&byte);
            cr_assert_eq(e->control_status, TOC_WIRE_NULL);
        }
    }
}

Test(prog_run, names_are_left_alone_where_they_mean_nothing) {
    NEED_KERNEL();
    fill(1);
    walk(vec, 3, 0);
    cr_expect_eq(entries[2].name_status, TOC_WIRE_ABSENT);
    cr_expect_eq(entries[2].name_ptr, (uintptr_t)&names[2]);
}

Test(prog_run, several_iovecs_come_in_an_extra_record_up_to_a_limit) {
    NEED_KERNEL();
    fill(3);
    walk(vec, 20, WALK_NAMES);
    cr_expect_eq(n_extras, 20);
    cr_expect_eq(extras[19].n_segs, 3);
    cr_expect_eq(extras[19].segs[2].len, 21);
    cr_expect_eq(entries[19].iov_bytes, 19 + 20 + 21);
    fill(10);
    walk(vec, 2, WALK_NAMES);
    cr_expect_eq(extras[1].n_segs, TOC_WIRE_SEGS);
    cr_expect_eq(entries[1].segs, TOC_WIRE_SEGS);
    cr_expect(!(entries[1].bits & TOC_WIRE_IOV_WHOLE));
}

Test(prog_run, iovecs_of_one_call_are_bounded) {
    uint32_t read = 0;

    NEED_KERNEL();
    fill(8);
    walk(vec, 1024, WALK_NAMES);
    for (uint32_t i = 0; i < 1024; i++)
        read += entries[i].segs;
    cr_expect_eq(read, TOC_WIRE_CALL_SEGS);
    cr_expect(n_entries == 1024);
}

Test(prog_run, control_messages_are_read_to_their_end) {
    char buffer[CMSG_SPACE(1) + CMSG_SPACE(4)] __attribute__((aligned(8))) = {0};
    struct msghdr *m = &vec[0].msg_hdr;
    struct cmsghdr *c;

    NEED_KERNEL();
    fill(1);
    m->msg_control = buffer;
    m->msg_controllen = sizeof(buffer);
    c = CMSG_FIRSTHDR(m);
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(1), .cmsg_level = 1, .cmsg_type = 2};
    c = CMSG_NXTHDR(m, c);
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(4), .cmsg_level = 17, .cmsg_type = 103};
    walk(vec, 1, WALK_NAMES | WALK_CONTROL);
    cr_assert_eq(n_extras, 1);
    cr_expect_eq(entries[0].control_status, TOC_WIRE_OK);
    cr_assert_eq(extras[0].n_items, 2);
    cr_expect_eq(extras[0].items[0].len, CMSG_LEN(1));
    cr_expect_eq(extras[0].items[1].type, 103);
}

Test(prog_run, the_compat_layout_is_read) {
    NEED_KERNEL();
    struct {
        uint32_t name, name_len, iov, iov_count, control, control_len, flags, len;
    } *h = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    uint32_t *iov32 = (uint32_t *)h + 512;
    uint32_t at = (uint32_t)(uintptr_t)h;

    cr_assert_neq((void *)h, MAP_FAILED);
    for (uint32_t i = 0; i < 3; i++) {
        h[i].name = at + 3000;
        h[i].name_len = 16;
        h[i].iov = at + 2048 + 8 * i;
        h[i].iov_count = 1 + i / 2;
        h[i].flags = 40 + i;
        iov32[2 * i] = 0x1000 + i;
        iov32[2 * i + 1] = 50 + i;
    }
    iov32[6] = 0x2000;
    iov32[7] = 7;
    ((uint16_t *)h)[1500] = AF_INET;
    walk(h, 3, WALK_32 | WALK_NAMES);
    cr_expect_eq(entries[1].seg_base, 0x1001);
    cr_expect_eq(entries[1].iov_bytes, 51);
    cr_expect_eq(entries[1].name[0], AF_INET);
    cr_expect_eq(entries[2].flags, 42);
    cr_expect_eq(extras[2].n_segs, 2);
    cr_expect_eq(extras[2].segs[1].base, 0x2000);
    cr_expect_eq(entries[2].iov_bytes, 52 + 7);
    munmap(h, 4096);
}

Test(prog_run, what_cannot_be_read_is_a_fault) {
    NEED_KERNEL();
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct mmsghdr *h = (struct mmsghdr *)(pages + 4096) - 2;

    cr_assert_neq((void *)pages, MAP_FAILED);
    fill(1);
    memcpy(h, vec, 2 * sizeof(*h));
    cr_assert_eq(mprotect(pages + 4096, 4096, PROT_NONE), 0);
    h[1].msg_hdr.msg_name = pages + 4096;
    h[1].msg_hdr.msg_iov = (struct iovec *)(pages + 4096);
    walk(h, 4, WALK_NAMES | WALK_CONTROL); // two headers are beyond the end
    cr_expect_eq(entries[0].name_status, TOC_WIRE_OK);
    cr_expect_eq(entries[0].iov_status, TOC_WIRE_OK);
    cr_expect_eq(entries[1].status, TOC_WIRE_OK);
    cr_expect_eq(entries[1].name_status, TOC_WIRE_FAULT);
    cr_expect_eq(entries[1].iov_status, TOC_WIRE_FAULT);
    cr_expect_eq(entries[2].status, TOC_WIRE_FAULT);
    cr_expect_eq(entries[3].status, TOC_WIRE_FAULT);
    munmap(pages, 8192);
}

Test(prog_run, timeouts_by_layout) {
    int32_t old[2] = {-1, 999};
    int64_t now[2] = {5, -7};
    static const struct {
        uint32_t layout;
        int status;
    } rows[] = {{TOC_WIRE_TIME_NONE, TOC_WIRE_ABSENT}, {TOC_WIRE_TIME64, TOC_WIRE_NULL}};

    NEED_KERNEL();
    for (size_t i = 0; i < 2; i++) {
        x.layout = rows[i].layout;
        run(skel->progs.extract_timeout);
        cr_expect_eq(x.timeout.status, rows[i].status);
    }
    x.at = (uintptr_t)now;
    run(skel->progs.extract_timeout);
    cr_expect(x.timeout.status == TOC_WIRE_OK && x.timeout.sec == 5 && x.timeout.nsec == -7);
    x.layout = TOC_WIRE_TIME32;
    x.at = (uintptr_t)old;
    run(skel->progs.extract_timeout);
    cr_expect(x.timeout.status == TOC_WIRE_OK && x.timeout.sec == -1 && x.timeout.nsec == 999);
    x.at = UINT64_C(0xffff800000000000);
    run(skel->progs.extract_timeout);
    cr_expect_eq(x.timeout.status, TOC_WIRE_FAULT);
}

static void sock_of(int fd) {
    x.fd = (uint32_t)fd;
    run(skel->progs.extract_sock);
}

Test(prog_run, a_socket_is_found_by_its_descriptor) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(53), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    NEED_KERNEL();
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    sock_of(fd);
    cr_expect_eq(x.sock.status, TOC_WIRE_OK);
    cr_expect_eq(x.sock.family, AF_INET);
    cr_expect_eq(x.sock.type, SOCK_DGRAM);
    cr_expect_eq(x.sock.protocol, IPPROTO_UDP);
    cr_expect_eq(x.sock.peer.status, TOC_WIRE_NULL);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    sock_of(fd);
    cr_expect_eq(x.sock.peer.status, TOC_WIRE_OK);
    cr_expect_arr_eq(x.sock.peer.bytes, &to, 8);
    close(fd);
}

Test(prog_run, a_long_unix_path_comes_in_a_record_of_its_own) {
    struct sockaddr_un un = {.sun_family = AF_UNIX,
                             .sun_path = "\0a name that is longer than an inet6 address"};
    socklen_t len = offsetof(struct sockaddr_un, sun_path) + 43;

    NEED_KERNEL();
    struct ring_buffer *ring =
        ring_buffer__new(bpf_map__fd(skel->maps.ring), on_record, NULL, NULL);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    cr_assert_eq(bind(fd, (struct sockaddr *)&un, len), 0);
    sock_of(fd);
    cr_expect_eq(x.sock.local.status, TOC_WIRE_OK);
    cr_expect_arr_eq(x.sock.local.bytes, &un, TOC_WIRE_NAME);
    cr_expect_eq(x.sock.peer.status, TOC_WIRE_NULL);
    cr_assert_geq(ring_buffer__consume(ring), 0);
    cr_assert_eq(n_extras, 1);
    cr_expect_eq(extras[0].view, TOC_WIRE_VIEW_LOCAL);
    cr_expect_eq(extras[0].name_n, len);
    cr_expect_arr_eq(extras[0].name, &un, len);
    ring_buffer__free(ring);
    close(fd);
}

Test(prog_run, what_is_no_socket_is_null) {
    NEED_KERNEL();
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int fds[] = {-1, fd, 1000000, INT32_MAX};

    for (size_t i = 0; i < 4; i++) {
        sock_of(fds[i]);
        cr_expect_eq(x.sock.status, TOC_WIRE_NULL, "descriptor %d", fds[i]);
        cr_expect_eq(x.sock.local.status, TOC_WIRE_ABSENT);
    }
    close(fd);
}

Test(prog_run, the_process_is_told_by_the_kernel) {
    NEED_KERNEL();
    run(skel->progs.extract_proc);
    cr_expect_eq(x.proc.pid, getpid());
    cr_expect_eq(x.proc.tid, gettid());
    cr_expect_eq(x.proc.ppid, getppid());
    cr_expect_eq(x.proc.uid, getuid());
    cr_expect_eq(x.proc.elf, 64);
    cr_expect_eq(x.proc.kthread, 0);
    cr_expect_neq(x.proc.exe_ino, 0);
    cr_expect_neq(x.proc.start_ns, 0);
}
