// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What the programs share: settings fixed at load, maps, counters, and the way into the ring.
#pragma once

#include "vmlinux_min.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "event/filter.h"
#include "event/wire_arguments.h"
#include "event/wire_counts.h"
#include "event/wire_process.h"
#include "event/wire_side.h"
#include "uring_state.h"
#include "vmlinux_uring.h"

#include "call_state.h"
#include "facts_state.h"
#include "walk_state.h"

/* Settings; constants to the verifier, which drops what they switch off. */
const volatile __u64 toc_heartbeat; /* msgvec of our own calls that are let through; 0: none */
const volatile bool toc_scope_procs = false; /* only those in the map procs … */
const volatile bool toc_scope_follow = true; /* … and what they fork */
const volatile bool toc_scope_cgroup = false;
const volatile bool toc_has_length = true;  /* sock_send_length, sock_recv_length are loaded */
const volatile bool toc_has_result = false; /* hooks on the end of ____sys_sendmsg, …recvmsg are */
const volatile bool toc_has_copy = false;   /* those on their beginning, too */
const volatile bool toc_has_cast = false;   /* this kernel has bpf_rdonly_cast */
const volatile __u32 toc_slot_mask = 8191;
const volatile __u32 toc_max_msgs = TOC_WIRE_MAX_MSGS;

/* Settings that change while programs run: the events wanted, as bits; and by number the ABIs, as
 * bits, whose call of that number is looked at when it begins, and when it returns. A call that
 * began while it was wanted is told when it returns. */
__u64 toc_wanted;
__u8 toc_enters[TOC_WIRE_NUMBERS];
__u8 toc_exits[TOC_WIRE_NUMBERS];

/* Hooks on messages come and go, too. A call's own are looked at when it began no earlier than
 * since these were there: of calls that send, and that receive. */
__u32 toc_generation;
__u32 toc_sends_since;
__u32 toc_receives_since;

__u32 toc_self; /* tgid never observed, but for its heartbeats; 0: not known */

/* One walk from a file or a cgroup up to the root (path.h). */
#define PATH_NAME 256
struct path_walk {
    u64 at_node;
    u64 mount;
    u32 n;    /* bytes of the path found */
    u32 done; /* the root was reached */
};

/* What was last told of a process; all zero: nothing. */
struct exe_known {
    u64 start_ns;
    u64 exe_ino;
    u64 cgroup_id;
    u64 execs; /* how often this thread and the parent's became another program */
    u64 parent_execs;
    u32 pid;
    u32 ppid;
};

/* The record of a call that moves no message. */
struct side_scratch {
    union {
        struct toc_wire_side_enter enter;
        struct {
            u8 before_exit[sizeof(struct toc_wire_side_enter) - sizeof(struct toc_wire_side_exit)];
            struct toc_wire_side_exit exit;
        };
    };
    u8 parts[TOC_WIRE_SIDE_BYTES + TOC_WIRE_SIDE_PART + 8]; /* one may begin at the last offset */
    u32 n;
    u32 fd;
    u64 sk;
    struct toc_wire_sock sock;
};

/* A part being put together, one per CPU: only for programs that run with preemption off, which
 * those on cgroup hooks don't. */
struct scratch {
    /* Each kind's body ends where the entries begin; only one is in use at a time. */
    union {
        struct toc_wire_enter enter;
        struct {
            u8 before_exit[sizeof(struct toc_wire_enter) - sizeof(struct toc_wire_exit)];
            struct toc_wire_exit exit;
        };
        struct {
            u8 before_part[sizeof(struct toc_wire_enter) - sizeof(struct toc_wire_entries)];
            struct toc_wire_entries part;
        };
    };
    struct toc_wire_entry entries[TOC_WIRE_PART_MSGS];
    struct toc_wire_kernel_msg entries_end[TOC_WIRE_PART_MSGS]; /* of EXIT, behind its entries */
    struct walk walk;
    struct window names;
    struct window iovs;
    struct toc_wire_extra extra;
    struct toc_wire_arguments arguments;
    struct call_state state;
    u8 headers[TOC_WIRE_PART_MSGS * sizeof(struct user_mmsghdr)];
    struct toc_wire_seg segs[TOC_WIRE_SEGS];
    struct payload_scratch payload;
    struct side_scratch side;
    struct path_walk path_walk;
    struct toc_wire_exe exe;
    u8 path[TOC_WIRE_PATH + PATH_NAME]; /* a name may begin at the last offset */
    u64 is_urgent;                      /* what is told of the process goes into the other ring */
    struct uring_state uring;
    struct io_uring_sqe sqe;
    struct toc_filter_facts facts;
    struct entry_facts entry_facts;
    u64 task; /* stands for the thread in the records being made; 0: the thread itself */
    u64 sk;   /* struct sock of the call, as a number; 0: none */
    u64 record_seq;
    u64 call_seq;
    u64 moved_task; /* the thread that last moved a message for a request of io_uring here, */
    u64 moved_sk;   /* and where */
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct scratch);
} scratches SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct toc_wire_counts);
} counters SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 16 << 20);
} ring SEC(".maps");

/* Calls that look like attacks, when `ring` had no room for them: a flood of others cannot take
 * this one. */
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
} urgent SEC(".maps");

/* By the low bits of the thread id: found in a few instructions, as the hooks that run for every
 * message of the machine need it. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 8192);
    __type(key, u32);
    __type(value, struct call_state);
} slots SEC(".maps");

/* Calls whose slot is taken. Preallocated, and never evicts: a call that finds no room here either
 * is a counted loss. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 8192);
    __type(key, u64);
    __type(value, struct call_state);
} overflow SEC(".maps");

/* By the low bits of the tgid. Two processes of one place push each other out, which makes their
 * executables be told again. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, TOC_WIRE_EXES);
    __type(key, u32);
    __type(value, struct exe_known);
} exes SEC(".maps");

/* The processes in scope, by tgid. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 32768);
    __type(key, u32);
    __type(value, u8);
} procs SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, u32);
} scope_cgroup SEC(".maps");

/* Entries of `overflow`, and of `refused` (state.h). Plain memory, as each call asks. */
__u64 toc_overflows;
__u64 toc_refusals;

/* The compiler must not know the value: it would drop bounds that the verifier wants to see. Sizes
 * are u64: Linux 6.1 keeps no bounds of a product of 32-bit halves. */
#define opaque(x) asm volatile("" : "+r"(x))
/* What was kept in memory is loaded anew, unknown to the verifier: paths that differ in it meet. */
#define forget() asm volatile("" : : : "memory")
/* An index below TOC_WIRE_PART_MSGS, in a way that reaches the verifier. */
#define index_part(i) asm volatile("%0 &= 15" : "+r"(i))
/* The same below TOC_WIRE_MAX_MSGS, */
#define index_message(i) asm volatile("%0 &= 1023" : "+r"(i))
/* below TOC_WIRE_SUBCALLS, */
#define index_subcall(i) asm volatile("%0 &= 31" : "+r"(i))
/* below WINDOW_BYTES, */
#define index_window(i) asm volatile("%0 &= 2047" : "+r"(i))
/* and below TOC_WIRE_MAX_PAYLOAD. */
#define index_payload(i) asm volatile("%0 &= 1023" : "+r"(i))

static __always_inline struct scratch *toc_scratch(void) {
    u32 zero = 0;

    return bpf_map_lookup_elem(&scratches, &zero);
}

/* The part being put together there, laid out as one that is kept with a call. */
static __always_inline struct kept_enter *toc_part(struct scratch *s) {
    _Static_assert(__builtin_offsetof(struct scratch, entries) ==
                           __builtin_offsetof(struct kept_enter, entries) &&
                       sizeof(s->entries) == sizeof(((struct kept_enter *)0)->entries),
                   "the same layout");
    return (struct kept_enter *)s;
}

/* Adds to one of the counters; only where preemption is off. */
#define count(field, n)                                                                            \
    do {                                                                                           \
        u32 _zero = 0;                                                                             \
        struct toc_wire_counts *_counts = bpf_map_lookup_elem(&counters, &_zero);                  \
                                                                                                   \
        if (_counts)                                                                               \
            _counts->field += (n);                                                                 \
    } while (0)

/* The same for hooks that may be preempted. */
#define count_shared(field, n)                                                                     \
    do {                                                                                           \
        u32 _zero = 0;                                                                             \
        struct toc_wire_counts *_counts = bpf_map_lookup_elem(&counters, &_zero);                  \
                                                                                                   \
        if (_counts)                                                                               \
            __sync_fetch_and_add(&_counts->field, (n));                                            \
    } while (0)

static __always_inline void toc_head_of(struct toc_wire_head *head, u16 kind, u64 time,
                                        u64 thread) {
    head->kind = kind;
    head->version = TOC_WIRE_VERSION;
    head->time = time;
    head->task = thread;
}

static __always_inline void toc_head(struct toc_wire_head *head, u16 kind, u64 time) {
    toc_head_of(head, kind, time, 0);
    head->task = bpf_get_current_pid_tgid();
}

/* The sequence number is taken first, so that a record without room leaves a gap. The reader polls
 * by the clock: waking it for each record costs the observed program half its speed. */
static __always_inline bool toc_emit(struct scratch *s, struct toc_wire_head *head, u32 size,
                                     u32 max) {
    if (s->task)
        head->task = s->task;
    head->seq = s->record_seq++;
    head->cpu = bpf_get_smp_processor_id();
    opaque(size);
    if (size > max)
        size = max;
    head->size = size;
    return bpf_ringbuf_output(&ring, head, size, BPF_RB_NO_WAKEUP) == 0;
}

/* The same into the other ring, whose records have no numbers. */
static __always_inline bool toc_emit_urgent(struct toc_wire_head *head, u32 size, u32 max) {
    head->seq = 0;
    head->cpu = bpf_get_smp_processor_id();
    opaque(size);
    if (size > max)
        size = max;
    head->size = size;
    return bpf_ringbuf_output(&urgent, head, size, BPF_RB_NO_WAKEUP) == 0;
}
