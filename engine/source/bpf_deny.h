// SPDX-License-Identifier: Apache-2.0
// Messages that the kernel denies: what it is given, and what it tells.
#pragma once

#include "event/action.h"
#include "source/action_record.h"
#include "source/bpf.h"
#include "source/wire.h"

struct tocsin_bpf;

/* The rules of the gate that the kernel decides, before it loads the programs. 0 or -errno. */
int toc_bpf_deny_set(struct tocsin_bpf *skel, const struct toc_gate *gate);
/* They are loaded: which of them run on a socket is told from others' from now on. */
void toc_bpf_deny_loaded(struct tocsin_bpf *skel);

/* The programs that it takes are attached; else -ENOTSUP with report->fault. */
int toc_bpf_deny_check(const struct toc_gate *gate, struct toc_bpf_report *report);

/* What the return of a call says was done, as ACTION records, one after the other in ret: the
 * bytes. 0: nothing was. */
#define TOC_BPF_DENY_BYTES (TOC_WIRE_DENY_RULES * TOC_ACTION_BYTES)
size_t toc_bpf_deny_tell(const struct toc_gate *gate, const struct toc_wire_exit *exit,
                         uint8_t ret[TOC_BPF_DENY_BYTES]);
