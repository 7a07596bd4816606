// SPDX-License-Identifier: Apache-2.0
// Push-down for people: a term as a condition.
#include "detect/pushdown.h"
#include "event/catalogue.h"
#include "event/pointer.h"

static const struct toc_name truth_names[] = {TOC_NAME("false", 0), TOC_NAME("true", 1)};
static const struct toc_names toc_names_truth = {"bool", truth_names, 2};
static const struct toc_names toc_names_space = {"ptr_space", NULL, 0};
static const struct toc_names toc_names_none = {"", NULL, 0};

static const struct {
    const char *path;
    enum cel_over_form form;
    const struct toc_names *names;
} slots[] = {
#define SLOT(name, path, form, stage, names) {path, CEL_OVER_##form, &toc_names_##names},
#include "event/filter_slots.def"
};

static const char *name_of(const struct toc_names *names, uint16_t number) {
    if (names == &toc_names_space)
        return number < TOC_SPACES ? toc_space_name((enum toc_space)number) : NULL;
    return toc_names_name(names, number);
}

/* Bits that are names; of most of them rather those that are missing. */
static void add_bits(const struct cel_over_atom *atom, struct toc_buf *out) {
    const struct toc_names *names = slots[atom->value].names;
    uint64_t bits = (uint64_t)atom->low;
    bool most = __builtin_popcountll(bits) > 32;
    const char *before = "";

    if (bits == UINT64_MAX) {
        toc_buf_addf(out, "%s is not empty", slots[atom->value].path);
        return;
    }
    toc_buf_addf(out, "%s %s {", slots[atom->value].path, most ? "beyond" : "in");
    for (uint16_t i = 0; i < 64; i++) {
        const char *name = name_of(names, i);

        if ((bits >> i & 1) == most || (!name && names != &toc_names_none))
            continue;
        if (name)
            toc_buf_addf(out, "%s%s", before, name);
        else
            toc_buf_addf(out, "%s%u", before, i);
        before = ", ";
    }
    toc_buf_addc(out, '}');
    if (slots[atom->value].form == CEL_OVER_HASH)
        toc_buf_adds(out, " modulo 64");
}

static void add_range(const struct cel_over_atom *atom, struct toc_buf *out) {
    const char *minus = atom->less == CEL_OVER_NO_VALUE ? "" : " - ";
    const char *less = atom->less == CEL_OVER_NO_VALUE ? "" : slots[atom->less].path;
    const char *name = atom->low == atom->high && atom->low >= 0 && atom->low < UINT16_MAX
                           ? name_of(slots[atom->value].names, (uint16_t)atom->low)
                           : NULL;

    if (atom->low != INT64_MIN && atom->high != INT64_MAX && atom->low != atom->high)
        toc_buf_addf(out, "%lld <= ", (long long)atom->low);
    toc_buf_addf(out, "%s%s%s", slots[atom->value].path, minus, less);
    if (name)
        toc_buf_addf(out, " == \"%s\"", name);
    else if (atom->low == atom->high)
        toc_buf_addf(out, " == %lld", (long long)atom->low);
    else if (atom->high != INT64_MAX)
        toc_buf_addf(out, " <= %lld", (long long)atom->high);
    else
        toc_buf_addf(out, " >= %lld", (long long)atom->low);
}

static void add_atom(const struct cel_over_atom *atom, struct toc_buf *out) {
    bool is_number = slots[atom->value].form == CEL_OVER_NUMBER;

    if (atom->op == CEL_OVER_RANGE)
        add_range(atom, out);
    else if (!is_number)
        add_bits(atom, out);
    else
        toc_buf_addf(out, "%s & 0x%llx %s 0", slots[atom->value].path,
                     (unsigned long long)atom->low, atom->op == CEL_OVER_ANY_OF ? "!=" : "==");
}

void toc_pushdown_text(const struct cel_over_term *term, struct toc_buf *out) {
    for (size_t i = 0; i < term->n; i++) {
        toc_buf_adds(out, i ? " && " : "");
        add_atom(&term->atoms[i], out);
    }
}
