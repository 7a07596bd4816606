// SPDX-License-Identifier: Apache-2.0
// How large wire records are and where their fields lie: what the kernel side fills in and what is
// decoded here.
#include "event/wire.h"
#include "event/wire_action.h"
#include "event/wire_arguments.h"
#include "event/wire_counts.h"
#include "event/wire_payload.h"
#include "event/wire_process.h"
#include "event/wire_side.h"

#define TOC_WIRE_AT(type, field, offset)                                                           \
    _Static_assert(__builtin_offsetof(struct type, field) == (offset), #type "." #field)

TOC_WIRE_AT(toc_wire_head, seq, 8);
TOC_WIRE_AT(toc_wire_head, cpu, 16);
TOC_WIRE_AT(toc_wire_head, call_seq, 24);
TOC_WIRE_AT(toc_wire_head, task, 32);
TOC_WIRE_AT(toc_wire_head, time, 40);
TOC_WIRE_AT(toc_wire_entry, flags, 64);
TOC_WIRE_AT(toc_wire_entry, status, 76);
TOC_WIRE_AT(toc_wire_entry, name, 80);
TOC_WIRE_AT(toc_wire_entry, name_n, 108);
TOC_WIRE_AT(toc_wire_kernel_msg, name, 12);
TOC_WIRE_AT(toc_wire_proc, start_ns, 24);
TOC_WIRE_AT(toc_wire_proc, comm, 48);
TOC_WIRE_AT(toc_wire_proc, elf, 80);
TOC_WIRE_AT(toc_wire_sock, gso_size, 18);
TOC_WIRE_AT(toc_wire_sock, status, 20);
TOC_WIRE_AT(toc_wire_sock, local, 24);
TOC_WIRE_AT(toc_wire_enter, arg, 56);
TOC_WIRE_AT(toc_wire_enter, args_status, 112);
TOC_WIRE_AT(toc_wire_enter, proc, 120);
TOC_WIRE_AT(toc_wire_enter, sock, 208);
TOC_WIRE_AT(toc_wire_enter, timeout, 296);
TOC_WIRE_AT(toc_wire_side_enter, args_status, 112);
TOC_WIRE_AT(toc_wire_side_enter, proc, 120);
TOC_WIRE_AT(toc_wire_arguments, status, 72);
TOC_WIRE_AT(toc_wire_extra, segs, 56);
TOC_WIRE_AT(toc_wire_extra, items, 184);
TOC_WIRE_AT(toc_wire_extra, name, 248);
TOC_WIRE_AT(toc_wire_exit, timeout, 80);
TOC_WIRE_AT(toc_wire_exit, n_entries, 104);
TOC_WIRE_AT(toc_wire_exit, inner_ret, 112);
TOC_WIRE_AT(toc_wire_taken, timeout, 72);
TOC_WIRE_AT(toc_wire_payload, status, 54);
TOC_WIRE_AT(toc_wire_exe, n, 80);

#define TOC_WIRE_SIZED(type, size) _Static_assert(sizeof(struct type) == (size), #type)

TOC_WIRE_SIZED(toc_wire_head, 48);
TOC_WIRE_SIZED(toc_wire_entry, 112);
TOC_WIRE_SIZED(toc_wire_kernel_msg, 40);
TOC_WIRE_SIZED(toc_wire_proc, 88);
TOC_WIRE_SIZED(toc_wire_sock, 88);
TOC_WIRE_SIZED(toc_wire_enter, 320);
TOC_WIRE_SIZED(toc_wire_entries, 56);
TOC_WIRE_SIZED(toc_wire_extra, 376);
TOC_WIRE_SIZED(toc_wire_kernel, 56);
TOC_WIRE_SIZED(toc_wire_exit, 120);
TOC_WIRE_SIZED(toc_wire_exe, 88);
TOC_WIRE_SIZED(toc_wire_arguments, 80);
TOC_WIRE_SIZED(toc_wire_taken, 96);
TOC_WIRE_SIZED(toc_wire_payload, 56);
TOC_WIRE_SIZED(toc_wire_action, 56);
TOC_WIRE_SIZED(toc_wire_counts, 64);
TOC_WIRE_SIZED(toc_wire_part_head, 8);
TOC_WIRE_SIZED(toc_wire_side_kernel, 136);
TOC_WIRE_SIZED(toc_wire_side_enter, 208);
TOC_WIRE_SIZED(toc_wire_side_exit, 64);
