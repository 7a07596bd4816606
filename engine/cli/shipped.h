// SPDX-License-Identifier: Apache-2.0
// Where the shipped signatures and packs are, from where the program stands.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The directory that holds signatures/ and rules/: beside a build tree, in ../share/tocsin, or
 * /etc/tocsin. NULL after a line on standard error when there is none. Static memory. */
const char *toc_shipped_dir(void);

/* The folder of that name, "signatures" or "rules", in what the site adds to what is shipped:
 * $TOCSIN_CONFIG_DIR, else /etc/tocsin. NULL when there is none. Caller frees. */
char *toc_site(const char *name);

/* Is there a file of that name among its packs? */
bool toc_site_has_pack(const char *file);

/* DIR/signatures. NULL as above. Caller frees. */
char *toc_shipped_signatures(void);

/* The path of a pack: a path as it stands (it holds a slash or ends in .yaml), or the name of one
 * of the site's or, after them, of the shipped ones.
 * NULL after a line on standard error that names those there are. Caller frees. */
char *toc_shipped_pack(const char *name_or_path);

/* The names of the site's packs and of the shipped ones, a line each. */
void toc_pack_names(struct toc_buf *out);

/* Paths of all shipped packs, sorted. 0 or -errno. */
int toc_shipped_packs(char ***ret_paths, size_t *ret_n);
