// SPDX-License-Identifier: Apache-2.0
// Did you mean.
#include "base/text.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *const names[] = {"enter", "exit",  "kernel",    "name",       "sockfd", "msgvec",
                                    "vlen",  "flags", "signature", "signatures", ""};
#define COUNT (sizeof(names) / sizeof(*names))

Test(nearest, the_fewest_slips) {
    static const struct {
        const char *word, *nearest;
    } rows[] = {
        {"kernel", "kernel"},
        {"kernle", "kernel"}, // neighbours swapped
        {"kernl", "kernel"},
        {"kerrnel", "kernel"},
        {"kernal", "kernel"},
        {"krenl", NULL},
        {"kreln", NULL},
        {"namee", "name"},
        {"ame", "name"},
        {"vlem", "vlen"},
        {"sgnature", "signature"},
        {"signatrues", "signatures"},
        {"signatur", "signature"},
        {"Flags", "flags"},
        {"xyz", NULL},
        {"", ""},
        {"a", NULL},
        {"ab", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *nearest = toc_nearest(rows[i].word, strlen(rows[i].word), names, COUNT);

        if (rows[i].nearest)
            cr_expect(nearest && !strcmp(nearest, rows[i].nearest), "%s: %s", rows[i].word,
                      nearest ? nearest : "none");
        else
            cr_expect_null(nearest, "%s: %s", rows[i].word, nearest);
    }
}

Test(nearest, the_first_of_equals) {
    static const char *const equals[] = {"abcx", "abcy"};

    cr_expect_str_eq(toc_nearest("abcz", 4, equals, 2), "abcx");
}

Test(nearest, long_words_have_none) {
    char word[66];
    const char *candidates[] = {word};

    memset(word, 'a', 65);
    word[65] = '\0';
    cr_expect_null(toc_nearest(word, 65, candidates, 1));
    cr_expect_null(toc_nearest(word, 64, candidates, 1));
    word[64] = '\0';
    cr_expect_eq(toc_nearest(word, 64, candidates, 1), word);
    cr_expect_null(toc_nearest(word, 64, NULL, 0));
}
