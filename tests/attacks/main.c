// SPDX-License-Identifier: Apache-2.0
// attack NAME [--honest] [native|int80|socketcall]: runs one attack, or its honest twin, on
// loopback.

#include <stdio.h>
#include <string.h>

#include "attack.h"

static const struct attack *const attacks[] = {
    &attack_rewrite,
    &attack_restore,
    &attack_unix_restored,
    &attack_unix_long,
    &attack_race,
    &attack_cold_header,
    &attack_cold_name,
    &attack_readonly_len,
    &attack_vlen,
    &attack_kernel_pointer,
    &attack_noncanonical,
    &attack_timeout,
    &attack_internal_flags,
    &attack_dual_stack,
    &attack_connected,
    &attack_overdeclared,
    &attack_time64,
    &attack_kernel_vec,
    &attack_kernel_name,
    &attack_kernel_control,
    &attack_kernel_base,
    &attack_kernel_timeout,
    &attack_kernel_later,
    &attack_kernel_restored,
    &attack_recv_kernel_later,
    &attack_recv_rewrite,
    &attack_family_later,
    &attack_connected_control,
    &attack_connected_mapped,
    &attack_iov_later,
    &attack_control_later,
    &attack_timeout_later,
    &attack_readonly_recv,
    &attack_recv_fault,
    &attack_tiny_buffers,
    &attack_huge_size,
    &attack_above_4g,
    &attack_x32,
    &attack_unix_oob,
    &attack_fault_storm,
    &attack_fan_out,
    &attack_ntp_burst,
    &attack_memcached_burst,
    &attack_reflection,
    &attack_uring,
    &attack_sqpoll,
    &attack_write,
    &attack_passed,
    &attack_segment,
    &attack_segment_option,
    &attack_supervised,
    &attack_traced,
    &attack_traced_instead,
    &attack_traced_let_go,
    &attack_dispatch,
    &attack_iov_restored,
    &attack_flooded,
    &attack_crowded,
    &attack_long,
    &attack_short_lived,
    &attack_other_name,
    &attack_orphan_thread,
    &attack_close_race,
    &attack_beyond_capture,
    &attack_same_destination,
    &attack_connected_iov,
    &attack_served_page,
    &attack_single_race,
    &attack_single_cold,
    &attack_single_kernel_pointer,
    &attack_single_readonly,
    &attack_ring_silent,
    &attack_ring_kernel_pointer,
    &attack_ring_rewrite,
    &attack_ring_write,
    &attack_array_later,
    &attack_array_cold,
    &attack_array_race,
};

static const char *const conventions[] = {"native", "int80", "socketcall"};

static int usage(void) {
    fprintf(stderr, "usage: attack NAME [--honest] [native|int80|socketcall]\n");
    for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
        fprintf(stderr, "  %s%s\n", attacks[i]->name, attacks[i]->cheat ? "" : " --honest");
    return 2;
}

int main(int argc, char **argv) {
    bool honest = false;
    int convention = NATIVE;
    for (int i = 2; i < argc; i++) {
        if (!strcmp(argv[i], "--honest"))
            honest = true;
        for (int c = 0; c < 3; c++)
            if (!strcmp(argv[i], conventions[c]))
                convention = c;
    }
    for (size_t i = 0; argc > 1 && i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        void (*run)(enum convention) = honest ? attacks[i]->honest : attacks[i]->cheat;
        if (strcmp(attacks[i]->name, argv[1]) || !run)
            continue;
        run((enum convention)convention);
        return 0;
    }
    return usage();
}
