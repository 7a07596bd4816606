// SPDX-License-Identifier: Apache-2.0
// The techniques of signatures, and their layer for the ATT&CK Navigator.
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/pages.h"

/* The version of ATT&CK whose names are used. */
#define ATTACK_VERSION "19"

/* "t1685" of "attack.t1685"; NULL for tactics, groups and other namespaces. */
static const char *technique_of(const char *tag) {
    return !strncmp(tag, "attack.t", 8) && isdigit((unsigned char)tag[8]) ? tag + 7 : NULL;
}

bool toc_has_technique(const struct toc_signature *signature, const char *id) {
    for (size_t i = 0; i < signature->n_tags; i++) {
        const char *one = technique_of(signature->tags[i]);

        if (one && !strcmp(one, id))
            return true;
    }
    return false;
}

static int by_id(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int toc_techniques_of(const struct toc_ruleset *ruleset, struct toc_techniques *ret) {
    size_t cap = 1, kept = 0;

    for (size_t i = 0; i < toc_ruleset_n_signatures(ruleset); i++)
        cap += toc_ruleset_signature(ruleset, i)->n_tags;
    *ret = (struct toc_techniques){.ids = calloc(cap, sizeof(*ret->ids))};
    if (!ret->ids)
        return -ENOMEM;
    for (size_t i = 0; i < toc_ruleset_n_signatures(ruleset); i++) {
        const struct toc_signature *s = toc_ruleset_signature(ruleset, i);

        for (size_t t = 0; t < s->n_tags; t++)
            if (technique_of(s->tags[t]))
                ret->ids[ret->n++] = technique_of(s->tags[t]);
    }
    qsort(ret->ids, ret->n, sizeof(*ret->ids), by_id);
    for (size_t i = 0; i < ret->n; i++)
        if (!kept || strcmp(ret->ids[kept - 1], ret->ids[i]) != 0)
            ret->ids[kept++] = ret->ids[i];
    ret->n = kept;
    return 0;
}

static void add_technique(const struct toc_ruleset *ruleset, const char *id, struct toc_buf *out) {
    size_t score = 0;

    toc_buf_addf(out, "{\"techniqueID\":\"T%s\",\"enabled\":true,\"comment\":\"", id + 1);
    for (size_t i = 0; i < toc_ruleset_n_signatures(ruleset); i++) {
        const struct toc_signature *s = toc_ruleset_signature(ruleset, i);

        if (toc_has_technique(s, id))
            toc_buf_addf(out, "%s%s", score++ ? ", " : "", s->id);
    }
    toc_buf_addf(out, "\",\"score\":%zu}", score);
}

void toc_page_navigator(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    struct toc_techniques techniques;

    if (toc_techniques_of(ruleset, &techniques))
        return;
    toc_buf_adds(out,
                 "{\"name\":\"tocsin\",\"versions\":{\"attack\":\"" ATTACK_VERSION
                 "\",\"navigator\":\"5.1.0\",\"layer\":\"4.5\"},\"domain\":\"enterprise-attack\","
                 "\"description\":\"Techniques that the signatures of tocsin point at; the score "
                 "is how many do\",\"filters\":{\"platforms\":[\"Linux\"]},\"sorting\":3,"
                 "\"hideDisabled\":false,\"techniques\":[");
    for (size_t i = 0; i < techniques.n; i++) {
        toc_buf_adds(out, i ? "," : "");
        add_technique(ruleset, techniques.ids[i], out);
    }
    toc_buf_adds(out, "],\"gradient\":{\"colors\":[\"#ffffff\",\"#ff6666\"],\"minValue\":0,"
                      "\"maxValue\":10},\"legendItems\":[],\"metadata\":[]}\n");
    free(techniques.ids);
}
