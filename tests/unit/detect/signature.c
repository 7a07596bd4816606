// SPDX-License-Identifier: Apache-2.0
// What is wrong with a signature, and with which words it is said.
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "workspace.h"

TestSuite(signature, .init = workspace_enter, .fini = workspace_leave);

/* The plain signature with one thing changed. */
static const struct {
    const char *find, *replace, *expected;
} rows[] = {
#include "correlation_errors.def"
#include "signature_rows.def"
};

Test(signature, every_mistake_has_its_words) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_free_ char *text = NULL;

        workspace_write_changed("s/a.yaml", plain_signature, rows[i].find, rows[i].replace);
        workspace_load(NULL, 0, &text, &ruleset);
        cr_expect_str_eq(text, rows[i].expected, "%s → %s\nexpected:\n%sgot:\n%s", rows[i].find,
                         rows[i].replace, rows[i].expected, text);
    }
}
