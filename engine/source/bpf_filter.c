// SPDX-License-Identifier: Apache-2.0
// Tells the programs in the kernel which calls are needed.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "source/bpf_load.h"
#include "tocsin.skel.h"

/* Into the half that is not in use; a table that cannot be written lets every call pass. */
void toc_bpf_kernel_filter(struct toc_bpf_kernel *kernel, const struct toc_filter_table *tables) {
    static const struct toc_filter_table all;
    uint32_t half = ~kernel->skel->bss->toc_filters & 1;

    for (uint32_t i = 0; i < 64; i++) {
        uint32_t key = i | half << 6;

        if (!tables || bpf_map__update_elem(kernel->skel->maps.filters, &key, sizeof(key),
                                            &tables[i], sizeof(tables[i]), BPF_ANY) < 0)
            bpf_map__update_elem(kernel->skel->maps.filters, &key, sizeof(key), &all, sizeof(all),
                                 BPF_ANY);
    }
    __atomic_store_n(&kernel->skel->bss->toc_filters, half, __ATOMIC_RELEASE);
}
