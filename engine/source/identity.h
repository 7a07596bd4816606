// SPDX-License-Identifier: Apache-2.0
// What a process is: executable, cgroup, container, as the kernel told or /proc knows. Cached.
#pragma once

#include <stdint.h>

#include "event/wire_process.h"

/* Strings belong to the cache and stay good while a reference is held (toc_identity_ref). */
struct toc_identity_entry;

struct toc_identity {
    struct toc_identity_entry *entry; /* NULL: nothing known */
};

struct toc_identities;

int toc_identities_new(struct toc_identities **ret);
void toc_identities_free(struct toc_identities **identities);

/* What the kernel tells of a process ahead of its first call; it goes before what /proc says. */
void toc_identity_learn(struct toc_identities *identities, const struct toc_wire_exe *told);

/* Never blocks on the process: what was not told is read from /proc once, and given up on if it is
 * gone already. */
struct toc_identity toc_identity_get(struct toc_identities *identities,
                                     const struct toc_wire_proc *proc);
/* Another reference to the same. */
struct toc_identity toc_identity_ref(struct toc_identity identity);
void toc_identity_put(struct toc_identity *identity);

/* NULL: not known. The container id is "" when the path holds none. */
const char *toc_identity_exe(struct toc_identity identity);
const char *toc_identity_cgroup(struct toc_identity identity);
const char *toc_identity_container(struct toc_identity identity);
const char *toc_identity_parent_exe(struct toc_identity identity);
