// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// Wire records: what the programs in the kernel put into the ring buffer, and user space decodes.
#pragma once

#include <linux/types.h>

#include "event/event_id.h"
#include "event/wire_calls.h"

/* One call gives one ENTER and one EXIT record and, before the latter in any order, ENTRIES, EXTRA,
 * KERNEL, TAKEN, PAYLOAD and ARGUMENTS records, all with the same (task, call_cpu, call_seq). EXE
 * records belong to a process, not to a call, and come before the first ENTER of a process that
 * they are about. A record is a fixed body followed by arrays whose lengths the body states;
 * head.size covers both. Fields are little-endian and naturally aligned. Enumerated values are
 * those of names.def. Nothing here is trusted as such: the decoder checks every length. */

#define TOC_WIRE_VERSION 1

#define TOC_WIRE_PART_MSGS 16   /* message entries in one record */
#define TOC_WIRE_MAX_MSGS 1024  /* message entries of one call: the kernel's clamp for sends */
#define TOC_WIRE_NAME 28        /* bytes of an address kept in line: a sockaddr_in6 */
#define TOC_WIRE_LONG_NAME 128  /* bytes kept at all: the kernel's own clamp */
#define TOC_WIRE_SEGS 8         /* iovecs read a message */
#define TOC_WIRE_CALL_SEGS 4096 /* iovecs read a call and view */
#define TOC_WIRE_ITEMS 4        /* control message headers read a message */
#define TOC_WIRE_ARGS 6
#define TOC_WIRE_REQUESTS 8192 /* requests of io_uring under way */
#define TOC_WIRE_SENDS 4096    /* places for (process, socket) with unexplained sends */
#define TOC_WIRE_PATH 4096     /* bytes of a path: what /proc would tell of one, PATH_MAX */
#define TOC_WIRE_EXES 8192     /* processes whose executable both sides remember, by pid */
#define TOC_WIRE_STATE_TASK 0  /* offsets in what the kernel side remembers of a call under way */
#define TOC_WIRE_STATE_SEQ 8
#define TOC_WIRE_STATE_CPU 16

enum toc_wire_kind {
    TOC_WIRE_ENTER = 1,  /* the call began: who, on what, and its first entries */
    TOC_WIRE_ENTRIES,    /* further entries of one view */
    TOC_WIRE_EXTRA,      /* what does not fit into the entry of one message */
    TOC_WIRE_KERNEL,     /* what the kernel used, of up to TOC_WIRE_PART_MSGS messages */
    TOC_WIRE_EXIT,       /* the call returned: result, counts, the last kernel and exit entries */
    TOC_WIRE_EXE,        /* which program a process runs */
    TOC_WIRE_GONE,       /* the thread ended inside the call: there is no EXIT; a head, no body */
    TOC_WIRE_SIDE_ENTER, /* a call that moves no message began, and what its arguments point to */
    TOC_WIRE_SIDE_EXIT,  /* it returned */
    TOC_WIRE_ACTION,     /* what was done about the call as it began */
    TOC_WIRE_ARGUMENTS,  /* its arguments in user memory, when it returned */
    TOC_WIRE_TAKEN,      /* its arguments as the kernel's own function took them */
    TOC_WIRE_PAYLOAD,    /* what the buffers of one message held */
};

enum toc_wire_view {
    TOC_WIRE_VIEW_ENTER,
    TOC_WIRE_VIEW_EXIT,
    TOC_WIRE_VIEW_KERNEL, /* the kernel's copy of a message, see toc_wire_entry.hook */
    TOC_WIRE_VIEW_LOCAL,
    TOC_WIRE_VIEW_PEER,
    TOC_WIRE_VIEW_KERNEL_NAME, /* of toc_wire_kernel_msg, with TOC_WIRE_NAME_CUT */
    TOC_WIRE_VIEWS
};

/* names.def: status, hook */
enum toc_wire_status { TOC_WIRE_ABSENT, TOC_WIRE_OK, TOC_WIRE_NULL, TOC_WIRE_FAULT };
enum toc_wire_hook {
    TOC_WIRE_HOOK_NONE,
    TOC_WIRE_HOOK_SENDMSG4,
    TOC_WIRE_HOOK_SENDMSG6,
    TOC_WIRE_HOOK_RECVMSG4,
    TOC_WIRE_HOOK_RECVMSG6,
    TOC_WIRE_HOOK_SEND_LENGTH,
    TOC_WIRE_HOOK_RECV_LENGTH,
    TOC_WIRE_HOOK_FENTRY_SENDMSG,
    TOC_WIRE_HOOK_FENTRY_RECVMSG,
    TOC_WIRE_HOOK_KPROBE_SENDMSG,
    TOC_WIRE_HOOK_KPROBE_RECVMSG,
    TOC_WIRE_HOOK_LSM_SENDMSG,
    TOC_WIRE_HOOK_URING = 13,
    TOC_WIRE_HOOK_SENDMSG_UNIX = 15,
    TOC_WIRE_HOOK_RECVMSG_UNIX,
    TOC_WIRE_HOOK_LSM_RECVMSG,
    TOC_WIRE_HOOK_CONNECT_UNIX = 18,
    TOC_WIRE_HOOK_CONNECT4 = 20,
    TOC_WIRE_HOOK_CONNECT6,
    TOC_WIRE_HOOK_SOCK_PEER,
    TOC_WIRE_HOOK_FEXIT_INET_RECVMSG,
    TOC_WIRE_HOOK_FENTRY_SENDMMSG,
    TOC_WIRE_HOOK_FENTRY_RECVMMSG,
    TOC_WIRE_HOOK_KPROBE_SENDMMSG,
    TOC_WIRE_HOOK_KPROBE_RECVMMSG,
    TOC_WIRE_HOOK_KRETPROBE_INET_RECVMSG,
    TOC_WIRE_HOOKS
};

struct toc_wire_head {
    __u32 size; /* of the whole record */
    __u16 kind;
    __u16 version;
    __u64 seq; /* per CPU, taken first: a gap is a lost record; or TOC_WIRE_UNNUMBERED */
    __u32 cpu; /* that CPU */
    __u32 call_cpu;
    __u64 call_seq; /* with call_cpu the id of the call; per CPU over calls in scope */
    __u64 task;     /* tgid << 32 | tid, initial pid namespace */
    __u64 time;     /* ns since boot, suspend included */
};

struct toc_wire_addr {
    __u8 status;
    __u8 n; /* bytes used */
    __u8 bytes[TOC_WIRE_NAME];
    __u8 pad[2];
};

/* Of records from hooks that may be preempted: the loss of one is counted only. */
#define TOC_WIRE_UNNUMBERED (~0ull)

/* One struct mmsghdr or msghdr in user memory: sizes and pointers as written, zero-extended; of a
 * call without one (TOC_WIRE_SHAPE_BUFFER) its arguments, with the buffer as the only iovec. Or, in
 * TOC_WIRE_VIEW_KERNEL, the kernel's copy of one, each in a record of its own: name_ptr only of
 * receives, no iov_ptr, no len; flags are those in use. */
struct toc_wire_entry {
    __u64 name_ptr;
    __u64 iov_ptr;
    __u64 control_ptr;
    __u64 iov_count;
    __u64 control_len;
    __u64 iov_bytes; /* with TOC_WIRE_IOV_WHOLE; saturates */
    __u64 seg_base;  /* the first iovec, when segs > 0 */
    __u64 seg_len;
    __u32 flags;
    __s32 name_len;
    __u32 len;
    __u8 status; /* of the header: everything above and the others' status hang on it */
    __u8 name_status;
    __u8 iov_status;
    __u8 control_status;
    __u8 name[TOC_WIRE_NAME];
    __u8 name_n; /* bytes of name[] */
    __u8 segs;   /* iovecs read; beyond the first they are in EXTRA */
    __u8 bits;
    __u8 hook; /* the one that saw the kernel's copy; 0 in the other views */
};

enum toc_wire_entry_bits {
    TOC_WIRE_IOV_WHOLE = 1,       /* every iovec was read */
    TOC_WIRE_HAS_EXTRA = 2,       /* an EXTRA record belongs to it */
    TOC_WIRE_EXTRA_LOST = 4,      /* …which found no room in the ring */
    TOC_WIRE_PAYLOAD_SPENT = 8,   /* its payload was left out: the call had its share */
    TOC_WIRE_NAME_LEN_FAULT = 16, /* name_len was to be read from user memory and could not be */
};

/* One message as the kernel handled it. */
struct toc_wire_kernel_msg {
    __u32 index;
    __s32 ret; /* bytes or -errno, when ret_hook is set */
    __u8 name_hook;
    __u8 ret_hook;
    __u8 name_n;
    __u8 bits;
    __u8 name[TOC_WIRE_NAME];
};

enum toc_wire_kernel_bits {
    TOC_WIRE_NAME_CUT = 1,  /* the whole name is in EXTRA, or that is lost */
    TOC_WIRE_NAME_SAME = 2, /* of a unix name: it is the one shown at entry */
};

struct toc_wire_timeout {
    __s64 sec;
    __s64 nsec;
    __u8 status;
    __u8 pad[7];
};

struct toc_wire_proc {
    __u32 pid, tid, ppid;
    __u32 uid, gid;
    __u32 pid_ns;
    __u64 start_ns; /* since boot */
    __u64 cgroup_id;
    __u64 exe_ino; /* 0: none */
    __u8 comm[16];
    __u8 parent_comm[16];
    __u8 elf; /* 32 or 64: the address space its program asked for */
    __u8 traced;
    __u8 kthread;
    __u8 pad;
    __u16 cs; /* code segment at entry */
    __u16 pad2;
};

struct toc_wire_sock {
    __u64 cookie; /* 0: not assigned yet */
    __u32 netns;  /* 0: not known */
    __u16 family, type, protocol;
    __u16 gso_size; /* of UDP sockets */
    __u8 status;    /* null: the descriptor is no socket */
    __u8 pad[3];
    struct toc_wire_addr local;
    struct toc_wire_addr peer;
};

/* ORPHAN: seen at return only: no entries, no timeout, the time is that of the return. */
enum toc_wire_enter_bits {
    TOC_WIRE_ORPHAN = 1,
    TOC_WIRE_HEARTBEAT = 2,  /* made by tocsin itself, to see it come through; no call is counted */
    TOC_WIRE_FIXED_FILE = 4, /* arg[0] is an index into the files of the ring */
    TOC_WIRE_NO_NUMBER = 8,  /* no system call was under way */
    TOC_WIRE_AT_END = 16,    /* told when it is over: the EXIT follows at once */
};

struct toc_wire_enter {
    struct toc_wire_head head;
    __u16 event; /* enum toc_event_id: one of those watched */
    __u8 abi;
    __u8 via;
    __u16 nr;                 /* without the x32 bit */
    __u16 subcall;            /* the number inside socketcall */
    __u64 arg[TOC_WIRE_ARGS]; /* whole registers */
    __u64 args_at;            /* where they are in user memory (socketcall); 0: in registers */
    __u8 args_status;         /* of that array */
    __u8 bits;
    __u16 n_entries; /* in this record */
    __u32 n_walked;  /* of the whole call: what ENTER and ENTRIES hold if nothing was lost */
    struct toc_wire_proc proc;
    struct toc_wire_sock sock;
    struct toc_wire_timeout timeout;
    /* struct toc_wire_entry [n_entries] */
};

struct toc_wire_entries {
    struct toc_wire_head head;
    __u16 view;
    __u16 first;
    __u16 n;
    __u16 pad;
    /* struct toc_wire_entry [n] */
};

struct toc_wire_seg {
    __u64 base;
    __u64 len;
};

struct toc_wire_item {
    __u64 len;
    __s32 level;
    __s32 type;
};

struct toc_wire_extra {
    struct toc_wire_head head;
    __u16 view;
    __u16 index;
    __u8 n_segs;
    __u8 n_items;
    __u8 name_n;
    __u8 items_status; /* fault: the control buffer could not be read to its end */
    struct toc_wire_seg segs[TOC_WIRE_SEGS];
    struct toc_wire_item items[TOC_WIRE_ITEMS];
    __u8 name[TOC_WIRE_LONG_NAME];
};

struct toc_wire_kernel {
    struct toc_wire_head head;
    __u32 n;
    __u32 pad;
    /* struct toc_wire_kernel_msg [n] */
};

enum toc_wire_exit_bits {
    TOC_WIRE_PART_LOST = 1,     /* a record of this call found no room in the ring */
    TOC_WIRE_KERNEL_COUNTS = 2, /* kernel_seen and bytes were counted */
    TOC_WIRE_UNJUDGED = 4,      /* it denied without having read what was shown */
};

struct toc_wire_exit {
    struct toc_wire_head head;
    __s64 ret;
    __u64 bytes;
    __u64 cookie; /* 0: still not known */
    __u32 kernel_seen;
    __u32 n_walked; /* entries re-read: what EXIT and ENTRIES hold if nothing was lost */
    struct toc_wire_timeout timeout;
    __u16 n_entries;
    __u16 n_kernel;
    __u8 bits;
    __u8 inner_hook; /* the one that saw … */
    __u16 denied_at; /* the first message that the kernel denied */
    __s32 inner_ret; /* … what the kernel's own function returned */
    __u32 denied;    /* rules for which it did, as bits: wire_deny.h */
    /* struct toc_wire_entry [n_entries], struct toc_wire_kernel_msg [n_kernel] */
};
