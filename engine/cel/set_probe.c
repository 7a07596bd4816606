// SPDX-License-Identifier: Apache-2.0
// Looks at fields whose places are known.
#include "cel/set_probe.h"

#include "cel/set_look.h"

void cel_probes_begin(struct cel_set_run *run, struct set_probes *probes) {
    const struct cel_set *set = run->set;

    for (size_t k = 0; k < SET_CLAUSES; k++)
        memcpy(probes->bits + k * set->words, set->base[k], set->words * sizeof(uint64_t));
    probes->n = probes->n_probed = 0;
    run->probes = probes;
}

void cel_probes_end(struct cel_set_run *run) {
    if (run->probes->state == SET_PROBES_UNKNOWN)
        run->probes->state = SET_PROBES_KNOWN;
    run->probes = NULL;
}

static void look_at(struct look *look, const struct set_probe *probe) {
    struct cel_set_run *run = look->run;
    const char *record = look->base;
    uint64_t second = probe->second ? cel_load_bits(probe->second_bits, record + probe->second) : 0;

    look->step = probe->step;
    look->object = record + probe->object;
    if (!cel_look_is_dull(look, second))
        cel_look_value(look, second);
    if (!cel_look_is_cut(look))
        return;
    run->gaps[look->index->number * SET_MAX_CHUNKS].cut = true;
    cel_mark_words(run, run->bits, look->index->all);
}

void cel_probes_look(struct cel_set_run *run, const struct set_probes *probes) {
    struct look look = {.run = run, .base = run->activation.record};

    memcpy(run->bits, probes->bits, SET_CLAUSES * run->set->words * sizeof(uint64_t));
    for (uint32_t i = 0; i < probes->n_probed; i++) {
        const struct set_probed *probed = &probes->probed[i];

        run->gaps[probed->index->number * SET_MAX_CHUNKS] =
            (struct set_gaps){run->record, probed->unobserved, probed->no_field, false};
    }
    for (uint32_t i = 0; i < probes->n; i++) {
        if (look.index != probes->items[i].index && probes->items[i].index->function)
            cel_look_usual(run, probes->items[i].index);
        look.index = probes->items[i].index;
        look_at(&look, &probes->items[i]);
    }
}
