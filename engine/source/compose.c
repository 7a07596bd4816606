// SPDX-License-Identifier: Apache-2.0
// Makes an event of a call: everything but its arguments and messages.
#include "source/compose.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "event/variants.h"
#include "source/compose_side.h"

int toc_composer_init(struct toc_composer *ret) {
    *ret = (struct toc_composer){.gathered = calloc(1, sizeof(*ret->gathered))};
    return ret->gathered ? toc_builder_new(&ret->builder) : -ENOMEM;
}

void toc_composer_clear(struct toc_composer *composer) {
    toc_builder_free(&composer->builder);
    free(TAKE_PTR(composer->gathered));
}

static struct toc_ref text(struct toc_builder *b, const char *s) {
    return toc_builder_escape(b, s, strlen(s));
}

static struct toc_ref comm(struct toc_builder *b, const uint8_t *bytes) {
    return toc_builder_escape(b, bytes, strnlen((const char *)bytes, 16));
}

void toc_compose_meta(struct toc_composer *c, const struct toc_wire_enter *enter,
                      const struct toc_call *call, int64_t ret) {
    struct toc_meta *meta = toc_builder_meta(c->builder);
    const struct toc_wire_head *head = &enter->head;
    bool orphan = enter->bits & TOC_WIRE_ORPHAN;
    char id[1 + 2 * TOC_U64_TEXT];
    size_t n = toc_u64_format(id, head->call_cpu);

    id[n++] = '-';
    n += toc_u64_format(id + n, head->call_seq);
    TOC_SET(meta, meta, stage,
            call->pending ? TOC_stage_pending
            : orphan      ? TOC_stage_orphan
                          : TOC_stage_call);
    TOC_SET(meta, meta, call, toc_builder_bytes(c->builder, id, n));
    TOC_SET(meta, meta, time, (int64_t)head->time + c->boot_offset_ns);
    TOC_SET(meta, meta, seq, head->call_seq);
    TOC_SET(meta, meta, cpu, head->call_cpu);
    TOC_SET(meta, meta, abi, enter->abi);
    TOC_SET(meta, meta, via, enter->via);
    if (!(enter->bits & TOC_WIRE_NO_NUMBER))
        TOC_SET(meta, meta, nr, enter->nr);
    if (enter->event == TOC_EVENT_tocsin_unexplained_send)
        return;
    if (!call->pending)
        TOC_SET(meta, meta, ret, ret);
    if (!orphan)
        TOC_SET(meta, meta, duration_ns, (int64_t)(call->time - head->time));
}

static void set_parent(struct toc_builder *b, struct toc_proc *proc,
                       const struct toc_wire_proc *from, struct toc_identity identity) {
    struct toc_parent *parent;
    const char *exe = toc_identity_parent_exe(identity);
    uint32_t off;

    if (!from->ppid)
        return;
    parent = TOC_NEW(b, parent, &off);
    if (!parent)
        return;
    TOC_SET(proc, proc, parent, off);
    TOC_SET(parent, parent, pid, (int32_t)from->ppid);
    TOC_SET(parent, parent, comm, comm(b, from->parent_comm));
    if (exe)
        TOC_SET(parent, parent, exe, text(b, exe));
}

static void set_paths(struct toc_builder *b, struct toc_proc *proc, struct toc_identity identity) {
    const char *exe = toc_identity_exe(identity), *cgroup = toc_identity_cgroup(identity);
    const char *container = toc_identity_container(identity);

    if (exe)
        TOC_SET(proc, proc, exe, text(b, exe));
    if (cgroup)
        TOC_SET(proc, proc, cgroup, text(b, cgroup));
    if (container)
        TOC_SET(proc, proc, container, text(b, container));
}

void toc_compose_proc(struct toc_builder *b, struct toc_event *event,
                      const struct toc_wire_proc *from, struct toc_identity identity) {
    uint32_t off;
    struct toc_proc *proc = TOC_NEW(b, proc, &off);

    if (!proc)
        return;
    TOC_SET(event, event, proc, off);
    TOC_SET(proc, proc, pid, (int32_t)from->pid);
    TOC_SET(proc, proc, tid, (int32_t)from->tid);
    TOC_SET(proc, proc, ppid, (int32_t)from->ppid);
    TOC_SET(proc, proc, uid, from->uid);
    TOC_SET(proc, proc, gid, from->gid);
    TOC_SET(proc, proc, comm, comm(b, from->comm));
    TOC_SET(proc, proc, traced, from->traced != 0);
    TOC_SET(proc, proc, kthread, from->kthread != 0);
    TOC_SET(proc, proc, start_ns, from->start_ns);
    if (from->cgroup_id)
        TOC_SET(proc, proc, cgroup_id, from->cgroup_id);
    if (from->elf)
        TOC_SET(proc, proc, elf, from->elf);
    if (from->exe_ino)
        TOC_SET(proc, proc, exe_ino, from->exe_ino);
    if (from->pid_ns)
        TOC_SET(proc, proc, pid_ns, from->pid_ns);
    set_paths(b, proc, identity);
    set_parent(b, proc, from, identity);
}

static uint32_t sock_addr(struct toc_builder *b, const struct toc_wire_addr *from,
                          const struct toc_wire_extra *longer, bool has_port) {
    uint32_t off;
    struct toc_addr *addr = TOC_NEW(b, addr, &off);

    if (!addr)
        return 0;
    TOC_SET(addr, addr, status, from->status);
    if (from->status == TOC_WIRE_OK && longer)
        toc_builder_sockaddr(b, addr, longer->name, longer->name_n);
    else if (from->status == TOC_WIRE_OK)
        toc_builder_sockaddr(b, addr, from->bytes, from->n);
    if (!has_port && TOC_HAS(addr, addr, port)) {
        addr->port = 0;
        TOC_UNSET(addr, addr, port);
    }
    return off;
}

void toc_compose_sock(struct toc_builder *b, struct toc_event *event,
                      const struct toc_compose_sock *given) {
    const struct toc_wire_sock *from = given->from;
    uint64_t cookie = from->cookie ? from->cookie : given->later_cookie;
    /* Where others have their port, the kernel keeps a raw socket's protocol. */
    bool has_port = from->type != TOC_socktype_raw;
    struct toc_sock *sock;
    uint32_t off;

    if (from->status != TOC_WIRE_OK)
        return;
    sock = TOC_NEW(b, sock, &off);
    if (!sock)
        return;
    TOC_SET(event, event, sock, off);
    if (cookie)
        TOC_SET(sock, sock, cookie, cookie);
    TOC_SET(sock, sock, family,
            toc_names_name(&toc_names_family, from->family) ? from->family : TOC_family_unknown);
    if (toc_names_name(&toc_names_socktype, from->type))
        TOC_SET(sock, sock, type, from->type);
    TOC_SET(sock, sock, protocol, from->protocol);
    if (from->protocol == IPPROTO_UDP)
        TOC_SET(sock, sock, gso_size, from->gso_size);
    if (from->netns)
        TOC_SET(sock, sock, netns, from->netns);
    TOC_SET(sock, sock, local, sock_addr(b, &from->local, given->local, has_port));
    TOC_SET(sock, sock, peer, sock_addr(b, &from->peer, given->peer, has_port));
}

static uint32_t timeout_view(struct toc_builder *b, const struct toc_wire_timeout *from) {
    uint32_t off;
    struct toc_tview *view = TOC_NEW(b, tview, &off);

    if (!view)
        return 0;
    TOC_SET(tview, view, status, from->status);
    if (from->status == TOC_WIRE_OK) {
        TOC_SET(tview, view, sec, from->sec);
        TOC_SET(tview, view, nsec, from->nsec);
    }
    return off;
}

static void set_timeout(struct toc_builder *b, struct toc_event *event,
                        const struct toc_gathered *g) {
    struct toc_timeout *timeout;
    uint32_t off;

    if (!(EVENT_TIMEOUT >> g->enter->event & 1) || g->enter->args_status != TOC_WIRE_OK)
        return;
    timeout = TOC_NEW(b, timeout, &off);
    if (!timeout)
        return;
    TOC_SET(event, event, timeout, off);
    TOC_SET(timeout, timeout, ptr, g->enter->arg[4]);
    TOC_SET(timeout, timeout, enter, timeout_view(b, &g->enter->timeout));
    if (g->taken)
        TOC_SET(timeout, timeout, kernel, timeout_view(b, &g->taken->timeout));
    TOC_SET(timeout, timeout, exit, timeout_view(b, &g->exit->timeout));
}

static void set_arg_array(struct toc_builder *b, struct toc_event *event,
                          const struct toc_gathered *g) {
    struct toc_compose_words leave = {0};

    if (g->arguments) {
        leave.status = g->arguments->status;
        leave.n = TOC_WIRE_SUBCALL_ARGS(g->enter->subcall % TOC_WIRE_SUBCALLS);
        memcpy(leave.words, g->arguments->words, sizeof(leave.words));
    }
    toc_compose_arg_array(b, event, g->enter, &leave);
}

int toc_compose_call(struct toc_composer *c, const struct toc_call *call, uint64_t lost_before,
                     const struct toc_event **ret) {
    struct toc_gathered *g = c->gathered;
    struct toc_event *event;
    int r;

    if (toc_is_side(call))
        return toc_compose_side(c, call, lost_before, ret);
    r = toc_gather(call, g);
    if (r < 0)
        return r;
    event = toc_builder_begin(c->builder, g->enter->event);
    toc_compose_meta(c, g->enter, call, g->exit->ret);
    TOC_SET(meta, toc_builder_meta(c->builder), lost_before, lost_before);
    toc_compose_proc(c->builder, event, &g->enter->proc, call->identity);
    toc_compose_sock(
        c->builder, event,
        &(struct toc_compose_sock){&g->enter->sock, g->exit->cookie, g->local, g->peer});
    toc_compose_args(c->builder, g->enter);
    set_arg_array(c->builder, event, g);
    toc_compose_batch(c->builder, event, g, toc_gathered_truncated(g, call));
    set_timeout(c->builder, event, g);
    toc_compose_msgs(c, event, call->foreign_bpf);
    toc_compose_actions(c, event);
    return toc_builder_end(c->builder, ret);
}
