// SPDX-License-Identifier: Apache-2.0
// Runs a set on one record after another: masks of leaves are made when asked for, once a record.
#include "cel/set_run.h"

#include <string.h>

#include "cel/set_reuse.h"

typedef struct cel_set_verdict verdict;

void cel_set_begin(struct cel_set_run *run, const struct cel_activation *activation,
                   struct toc_arena *scratch, const struct toc_changes *changes) {
    run->activation = *activation;
    run->scratch = scratch;
    run->record++;
    run->asked = NULL;
    memset(run->wanted, 0xff, sizeof(run->wanted));
    if (run->reuse)
        cel_reuse_begin(run, changes);
}

void cel_set_forget(struct cel_set_run *run) {
    if (run->reuse)
        cel_reuse_forget(run->reuse);
}

const struct cel_value *cel_set_list_of(struct cel_set_run *run, uint8_t domain) {
    struct cel_value *list = &run->lists[domain];

    if (run->listed[domain] == run->record)
        return list;
    run->listed[domain] = run->record;
    cel_execute(run->set->domains[domain].list, &run->activation, run->scratch, list);
    if (list->kind == CEL_LIST && list->n > SET_MAX_CHUNKS * CEL_CHUNK)
        cel_set_error(list, CEL_ERR_RESOURCE, "the list is too long");
    return list;
}

struct cel_span cel_set_span(struct cel_set_run *run, uint8_t domain, uint32_t chunk) {
    const struct cel_value *list;
    uint32_t first = chunk * CEL_CHUNK;

    if (domain == SET_RECORD)
        return (struct cel_span){run->activation.record, run->activation.record, 0, 1,
                                 &run->activation};
    list = cel_set_list_of(run, domain);
    return (struct cel_span){(const char *)list->data + (size_t)first * list->object->size,
                             list->base, list->object->size,
                             list->n - first < CEL_CHUNK ? list->n - first : CEL_CHUNK,
                             &run->activation};
}

/* ---- Leaves ---- */

static void note(verdict *masks, uint64_t bit, const struct cel_value *value) {
    uint64_t *to = &masks->failed;

    if (value->kind == CEL_BOOL)
        to = value->b ? &masks->yes : &masks->no;
    else if (value->kind == CEL_ERROR && value->error == CEL_ERR_UNOBSERVED)
        to = &masks->unobserved;
    else if (value->kind == CEL_ERROR && value->error == CEL_ERR_NO_SUCH_FIELD)
        to = &masks->no_field;
    *to |= bit;
}

static void run_element(struct cel_set_run *run, const struct set_node *node,
                        const struct cel_value *element, struct cel_value *ret) {
    struct cel_activation activation = run->activation;
    struct cel_frame frame;

    if (element && !node->is_slot)
        activation.vars = element;
    else if (element)
        frame.slots[node->slot] = *element;
    frame.activation = &activation;
    frame.scratch = run->scratch;
    frame.fuel = CEL_FUEL;
    toc_arena_reset(run->scratch);
    cel_exec(node->code, &frame, ret);
}

/* Runs the code of a leaf for the elements `wanted`. */
static void run_code(struct cel_set_run *run, const struct set_node *node, uint32_t chunk,
                     uint64_t wanted, verdict *masks) {
    const struct cel_value *list = node->domain ? cel_set_list_of(run, node->domain) : NULL;
    struct cel_value element = {.kind = CEL_OBJECT}, value;

    if (list) {
        element.object = list->object;
        element.base = list->base;
    }
    for (uint64_t left = wanted; left; left &= left - 1) {
        uint64_t i = (uint64_t)__builtin_ctzll(left);

        if (list)
            element.data = (const char *)list->data + (chunk * CEL_CHUNK + i) * list->object->size;
        run_element(run, node, list ? &element : NULL, &value);
        note(masks, UINT64_C(1) << i, &value);
    }
}

static verdict judge(struct cel_set_run *run, const struct set_node *node, uint32_t chunk,
                     uint64_t live);

/* The kid over every element of the list: what one element decides, else the error that ranks
 * first, else the opposite. */
static void quantify(struct cel_set_run *run, const struct set_node *node, verdict *ret) {
    const struct cel_value *list = cel_set_list_of(run, node->inner);
    bool exists = node->kind == SET_EXISTS;
    verdict all = {0};

    if (list->kind != CEL_LIST) {
        note(ret, 1, list);
        return;
    }
    for (uint32_t chunk = 0; chunk * CEL_CHUNK < list->n; chunk++) {
        uint32_t left = list->n - chunk * CEL_CHUNK;
        verdict v = judge(run, node->kids[0], chunk, cel_bits_below(left));

        if (exists ? v.yes : v.no) {
            *(exists ? &ret->yes : &ret->no) |= 1;
            return;
        }
        all.unobserved |= v.unobserved;
        all.no_field |= v.no_field;
        all.failed |= v.failed;
    }
    *(all.unobserved ? &ret->unobserved
      : all.no_field ? &ret->no_field
      : all.failed   ? &ret->failed
      : exists       ? &ret->no
                     : &ret->yes) |= 1;
}

static void run_test(struct cel_set_run *run, const struct set_node *node, uint32_t chunk,
                     verdict *ret) {
    struct cel_span span = cel_set_span(run, node->domain, chunk);
    struct cel_masks masks;

    node->code->mask(node->code, &span, &masks);
    *ret = (verdict){masks.yes, masks.no, masks.unobserved, masks.no_field, 0};
}

static verdict within(const verdict *v, uint64_t live) {
    return (verdict){v->yes & live, v->no & live, v->unobserved & live, v->no_field & live,
                     v->failed & live};
}

static verdict everywhere(const verdict *v, uint64_t live) {
    return (verdict){v->yes ? live : 0, v->no ? live : 0, v->unobserved ? live : 0,
                     v->no_field ? live : 0, v->failed ? live : 0};
}

/* A test that the index of its field did not find on the elements looked at is false wherever there
 * is that field. */
static bool was_not_found(const struct cel_set_run *run, const struct set_node *node,
                          uint32_t chunk, verdict *ret) {
    const struct set_gaps *gaps;

    if (!node->index || run->hits[node->guards[0] - 1] == run->record)
        return false;
    gaps = &run->gaps[(node->index - 1) * SET_MAX_CHUNKS + chunk];
    if (gaps->record != run->record || gaps->cut)
        return false;
    *ret = (verdict){.no = (node->domain ? UINT64_MAX : 1) & ~(gaps->unobserved | gaps->no_field),
                     .unobserved = gaps->unobserved,
                     .no_field = gaps->no_field};
    return true;
}

static void know(struct cel_set_run *run, const struct set_node *node, uint32_t chunk,
                 uint64_t wanted, struct set_memo *memo) {
    uint64_t looked = run->wanted[node->domain];
    struct cel_span span;

    if (!(wanted & ~looked) && was_not_found(run, node, chunk, &memo->masks)) {
        memo->known |= looked;
        return;
    }
    memo->known |= node->kind == SET_TEST ? UINT64_MAX : wanted;
    if (node->kind == SET_CODE) {
        run_code(run, node, chunk, wanted, &memo->masks);
    } else if (node->kind == SET_TEST) {
        run_test(run, node, chunk, &memo->masks);
    } else if (node->kind == SET_NESTED) {
        span = cel_set_span(run, node->domain, chunk);
        cel_set_nested(node, &span, wanted, &memo->masks);
    } else {
        quantify(run, node, &memo->masks);
    }
}

static verdict leaf(struct cel_set_run *run, const struct set_node *node, uint32_t chunk,
                    uint64_t live) {
    struct set_memo *memo;
    uint64_t wanted;

    chunk = node->domain ? chunk : 0;
    memo = &run->memos[node->memo * SET_MAX_CHUNKS + chunk];
    if (memo->record != run->record)
        *memo = (struct set_memo){.record = run->record};
    wanted = (node->domain ? live : 1) & ~memo->known;
    if (wanted)
        know(run, node, chunk, wanted, memo);
    return node->domain ? within(&memo->masks, live) : everywhere(&memo->masks, live);
}

/* ---- Trees ---- */

/* && of the kids; || likewise, with yes and no exchanged on the way in and out. */
static verdict junction(struct cel_set_run *run, const struct set_node *node, uint32_t chunk,
                        uint64_t live) {
    bool is_and = node->kind == SET_AND;
    uint64_t decided = 0, unobserved = 0, no_field = 0, failed = 0, rest;

    for (uint32_t i = 0; i < node->n && (live & ~decided); i++) {
        verdict v = judge(run, node->kids[i], chunk, live & ~decided);

        decided |= is_and ? v.no : v.yes;
        unobserved |= v.unobserved;
        no_field |= v.no_field;
        failed |= v.failed;
    }
    unobserved &= ~decided;
    no_field &= ~(decided | unobserved);
    failed &= ~(decided | unobserved | no_field);
    rest = live & ~(decided | unobserved | no_field | failed);
    return (verdict){is_and ? rest : decided, is_and ? decided : rest, unobserved, no_field,
                     failed};
}

static verdict judge(struct cel_set_run *run, const struct set_node *node, uint32_t chunk,
                     uint64_t live) {
    verdict v;

    switch ((enum set_kind)node->kind) {
    case SET_CONST: return (verdict){.yes = node->truth ? live : 0, .no = node->truth ? 0 : live};
    case SET_AND:
    case SET_OR: return junction(run, node, chunk, live);
    case SET_NOT:
        v = judge(run, node->kids[0], chunk, live);
        return (verdict){v.no, v.yes, v.unobserved, v.no_field, v.failed};
    case SET_ALL:
    case SET_EXISTS:
    case SET_TEST:
    case SET_NESTED:
    case SET_CODE: break;
    }
    return leaf(run, node, chunk, live);
}

bool cel_set_may_hold(struct cel_set_run *run, const struct set_guard *guard) {
    const struct set_node *node = guard->leaf;
    const struct cel_value *list = node->domain ? cel_set_list_of(run, node->domain) : NULL;
    uint32_t n = list ? list->n : 1;

    if (list && (list->kind != CEL_LIST || (guard->first && !n)))
        return true;
    n = guard->first ? 1 : n;
    for (uint32_t first = 0; first < n; first += CEL_CHUNK) {
        uint64_t live = cel_bits_below(n - first);

        if (leaf(run, node, first / CEL_CHUNK, live).no != live)
            return true;
    }
    return false;
}

struct cel_value cel_set_list(struct cel_set_run *run, uint32_t id) {
    uint8_t domain = run->set->conditions[id].domain;

    return domain ? *cel_set_list_of(run, domain) : (struct cel_value){.kind = CEL_LIST, .n = 1};
}

struct cel_set_verdict cel_set_judge_some(struct cel_set_run *run, uint32_t id, uint32_t chunk,
                                          uint64_t live) {
    return judge(run, run->set->conditions[id].root, chunk, live);
}

struct cel_set_verdict cel_set_judge(struct cel_set_run *run, uint32_t id, uint32_t chunk) {
    struct cel_span span = cel_set_span(run, run->set->conditions[id].domain, chunk);
    uint64_t all = cel_bits_below(span.n);

    if (cel_reuse_is_on(run))
        return cel_reuse_judge(run, id, all);
    return cel_set_judge_some(run, id, chunk, all);
}
