// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Programs that do nothing, on the hooks that tocsin's are on.
#include "vmlinux_min.h"

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define BARE(hook, name, result)                                                                   \
    SEC(hook) int name(void *ctx) {                                                                \
        return (void)ctx, result;                                                                  \
    }

/* Of each call. */
BARE("tp_btf/sys_enter", call_enter, 0)
BARE("tp_btf/sys_exit", call_exit, 0)

/* Of each message. */
BARE("tp_btf/sock_send_length", length_sent, 0)
BARE("tp_btf/sock_recv_length", length_received, 0)
BARE("cgroup/sendmsg4", address_sent, 1)
BARE("cgroup/recvmsg4", address_received, 1)
