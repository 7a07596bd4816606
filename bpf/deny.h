// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Denies messages in the kernel: their destination is another than the one shown at entry. Runs on
// cgroup hooks: state alone, no scratch.
#pragma once

#include "names.h"
#include "state.h"
#include "vmlinux_cgroup.h"

#define DENY_MAX_PROGRAMS 16

enum deny_verdict { NAME_SAME, NAME_DIFFERS, NAME_UNREAD };

/* Where no name is shown the kernel itself may use that of the peer: on a socket of both families,
 * as an IPv4 name. */
static __always_inline u32 deny_against_peer(struct bpf_sock_addr *ctx) {
    struct bpf_sock *sk = ctx->sk;

    if (!sk)
        return NAME_UNREAD;
    return sk->family == AF_INET6 && (u16)ctx->user_port == sk->dst_port &&
                   ctx->user_ip4 == sk->dst_ip6[3]
               ? NAME_SAME
               : NAME_DIFFERS;
}

static __always_inline u32 deny_judge(struct bpf_sock_addr *ctx, const struct call_state *call,
                                      const u8 *used, bool is_v6) {
    struct shown shown;

    /* The descriptor has become another socket meanwhile, or messages cannot be told apart. */
    if (call->sk != (u64)ctx->sk || call->miscounted)
        return NAME_UNREAD;
    if (!toc_has_length && CALL_HAS_HEADERS(call->kind) && !call->in_flight)
        return NAME_UNREAD; /* its beginning was missed */
    if (!name_shown(call, call->kernel_seen, &shown) || shown.status != TOC_WIRE_OK)
        return NAME_UNREAD;
    if (shown.name_status == TOC_WIRE_NULL)
        return is_v6 ? NAME_DIFFERS : deny_against_peer(ctx);
    if (shown.name_status != TOC_WIRE_OK)
        return NAME_UNREAD;
    return names_differ(shown.name, shown.name_status, used) ? NAME_DIFFERS : NAME_SAME;
}

/* Programs of others run on this socket's messages, and may have rewritten the name before us. */
static __always_inline bool deny_has_foreign(struct bpf_sock_addr *ctx, u32 type, u64 own_tag) {
    struct bpf_sock *volatile known = ctx->sk;
    struct bpf_prog_array *array = 0;
    struct cgroup *cgroup;
    struct sock___of_cgroup *sk = 0;
    u64 at, tag;

    /* As a number: the verifier allows no look into what it knows as struct bpf_sock. */
    bpf_probe_read_kernel(&sk, sizeof(sk), (void *)&known);
    cgroup = BPF_CORE_READ(sk, sk_cgrp_data.cgroup);
    if (bpf_probe_read_kernel(&array, sizeof(array), &cgroup->bpf.effective[0] + type) || !array)
        return true;
    at = (u64)&array->items[0];
    for (u32 i = 0; i < DENY_MAX_PROGRAMS; i++) {
        struct bpf_prog_array_item *item = (void *)at;
        struct bpf_prog *program = BPF_CORE_READ(item, prog);

        if (!program)
            return false;
        if (bpf_probe_read_kernel(&tag, sizeof(tag), &program->tag) || tag != own_tag)
            return true;
        at += bpf_core_type_size(struct bpf_prog_array_item);
    }
    return true;
}

static __always_inline s64 deny_field(u32 field) {
    switch (field) {
    case TOC_WIRE_DENY_UID: return (u32)bpf_get_current_uid_gid();
    case TOC_WIRE_DENY_GID: return bpf_get_current_uid_gid() >> 32;
    default: return bpf_get_current_pid_tgid() >> 32;
    }
}

static __always_inline bool deny_terms_hold(const volatile struct toc_wire_deny *rule, u16 port) {
    for (u32 i = 0; i < TOC_WIRE_DENY_TERMS && i < rule->n_terms; i++) {
        s64 value = deny_field(rule->terms[i].field);
        bool within = value >= rule->terms[i].low && value <= rule->terms[i].high;

        if (within == rule->terms[i].outside)
            return false;
    }
    for (u32 i = 0; i < TOC_WIRE_DENY_PORTS && i < rule->n_ports; i++)
        if (rule->ports[i] == port)
            return false;
    return true;
}

/* The rules that ask for it, as bits. */
static __always_inline u32 deny_rules(const struct call_state *call, u16 port, u32 is_foreign) {
    u64 event = 1ull << TOC_KIND_EVENT(call->kind);
    u32 rules = 0;

    for (u32 i = 0; i < TOC_WIRE_DENY_RULES && i < toc_n_deny; i++)
        if (toc_deny[i].events & event && !(toc_deny[i].ours_alone && is_foreign) &&
            deny_terms_hold(&toc_deny[i], port))
            rules |= 1u << i;
    return rules;
}

/* The call that this thread is in found no room at its entry, or may have: from this many on some
 * are not known, as the number lags behind. */
#define REFUSED_MANY (REFUSED - 1024)
static __always_inline bool deny_refused(void) {
    u64 task = bpf_get_current_pid_tgid();
    u32 tgid = task >> 32;

    if (!toc_refusals || toc_deny_monitor)
        return false;
    if (bpf_map_lookup_elem(&refused, &task))
        return true;
    return toc_refusals >= REFUSED_MANY && (!toc_scope_procs || bpf_map_lookup_elem(&procs, &tgid));
}

/* Whether the message is not to be sent. `used`: its name, as the hooks show it; is_v6: on which
 * of the two. */
static __always_inline bool deny_message(struct bpf_sock_addr *ctx, const u8 *used, bool is_v6) {
    struct call_state *call = state_find();
    u32 type = is_v6 ? bpf_core_enum_value(enum cgroup_bpf_attach_type, CGROUP_UDP6_SENDMSG)
                     : bpf_core_enum_value(enum cgroup_bpf_attach_type, CGROUP_UDP4_SENDMSG);
    u32 verdict, rules;

    if (!call)
        return deny_refused();
    if (!TOC_KIND_IS_SEND(call->kind))
        return false;
    verdict = deny_judge(ctx, call, used, is_v6);
    if (verdict == NAME_SAME)
        return false;
    rules = deny_rules(call, ctx->user_port, deny_has_foreign(ctx, type, toc_tags[is_v6]));
    if (!rules)
        return false;
    if (!call->denied)
        call->denied_at = call->kernel_seen;
    call->denied |= rules;
    call->unjudged |= verdict == NAME_UNREAD;
    return !toc_deny_monitor;
}
