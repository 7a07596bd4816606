// SPDX-License-Identifier: Apache-2.0
// Runs random conditions together and each on its own, over records that follow from each other:
// oracle_cel_set [ROUNDS [SEED]].
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cel/set.h"
#include "change.h"
#include "conditions.h"
#include "generate.h"
#include "world.h"

#define ROUNDS 1500
#define SEED 1
#define CONDITIONS 150 /* more than two words of bits; most rounds have few */
#define FEW 8
#define SLOTS 3
#define WATCHES 3  /* of the first conditions */
#define RECORDS 24 /* that come in them: most differ little from the one before */
#define MAX_BYTES (64u << 20)

struct condition {
    struct toc_buf text;
    struct cel_program *program;
    bool each;
    uint32_t id;
};

struct round {
    struct cel_scope scope;
    struct cel_program *list;
    struct condition conditions[CONDITIONS];
    size_t n, want;
    struct toc_arena *scratch;
    char seen[SLOTS][WATCHES][CEL_SET_CHUNK]; /* what they gave when they were seen last */
    uint64_t numbers[SLOTS], told[SLOTS];     /* of candidates, and a sum of them */
};

static struct cel_program *compile(const struct round *round, const char *text, size_t n) {
    struct cel_source source = {.text = text, .n = n, .file = ""};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct cel_program *program = NULL;

    cel_compile(&source, &round->scope, &cel_type_dyn, &diags, &program);
    return program;
}

/* Any expression, or one such as signatures have. Some are of the record, some of each of its
 * items: those know one variable only. */
static void write_condition(struct orandom *random, struct condition *c) {
    toc_buf_reset(&c->text);
    if (orandom_below(random, 4)) {
        c->each = orandom_below(random, 2);
        oracle_condition(random, c->each, &c->text);
        // What holds of one element may depend on another.
        if (c->each && !orandom_below(random, 6))
            toc_buf_adds(&c->text, " && items[0].len > 3");
        return;
    }
    oracle_generate(random, false, &c->text);
    c->each = !strstr(toc_buf_cstr(&c->text), "any") && orandom_below(random, 4);
}

static int fill(struct round *round, struct orandom *random, struct cel_set *set) {
    round->list = compile(round, "items", 5);
    round->want = orandom_below(random, 8) ? WATCHES + orandom_below(random, FEW) : CONDITIONS;
    while (round->n < round->want) {
        struct condition *c = &round->conditions[round->n];
        int err;

        write_condition(random, c);
        c->program = compile(round, toc_buf_cstr(&c->text), c->text.n);
        if (!c->program)
            continue;
        c->id = (uint32_t)round->n++;
        err = cel_set_add(set, c->program, c->each ? round->list : NULL);
        if (err < 0)
            return err;
    }
    for (size_t i = 0; i < WATCHES; i++) {
        const struct condition *c = &round->conditions[i];
        const struct cel_program *program = c->program;

        if (cel_set_watch(set, &program, 1, c->each ? round->list : NULL) < 0)
            return -1;
    }
    return 0;
}

enum { YES, NO, UNOBSERVED, NO_FIELD, FAILED };

static int class_of(const struct cel_value *value) {
    if (value->kind == CEL_BOOL)
        return value->b ? YES : NO;
    if (value->kind == CEL_ERROR && value->error == CEL_ERR_UNOBSERVED)
        return UNOBSERVED;
    return value->kind == CEL_ERROR && value->error == CEL_ERR_NO_SUCH_FIELD ? NO_FIELD : FAILED;
}

static int class_in(const struct cel_set_verdict *v, uint32_t bit) {
    const uint64_t masks[] = {v->yes, v->no, v->unobserved, v->no_field, v->failed};
    int found = -1;

    for (int i = 0; i < 5; i++)
        if (masks[i] >> bit & 1)
            found = found < 0 ? i : -2;
    return found;
}

/* What a condition gives on its own: for element `i` of the list, or the record. */
static struct cel_value run_alone(struct round *round, const struct condition *c,
                                  const void *record, const struct cel_value *list, uint32_t i) {
    struct cel_value vars[OWORLD_VARS];
    struct cel_activation activation = {.record = record, .vars = vars};

    oworld_vars(record, vars);
    if (c->each)
        vars[0] = cel_list_at(list, i, round->scratch);
    toc_arena_reset(round->scratch);
    return cel_run(c->program, &activation, round->scratch);
}

/* What is watched and told to be the same gives the same. */
static bool try_watch(struct round *round, struct cel_set_run *run, size_t number,
                      const void *record) {
    const struct condition *c = &round->conditions[number];
    struct cel_value list = cel_set_list(run, c->id);
    bool same, agree = true;
    int slot = cel_set_slot(run);

    if (slot < 0)
        return true;
    same = cel_set_same(run, (uint32_t)(round->n + number));
    for (uint32_t i = 0; list.kind == CEL_LIST && i < list.n && i < CEL_SET_CHUNK; i++) {
        struct cel_value value = run_alone(round, c, record, &list, i);
        char class = (char)class_of(&value);

        agree &= !same || round->seen[slot][number][i] == class;
        round->seen[slot][number][i] = class;
    }
    if (!agree)
        printf("watched: %s\n", toc_buf_cstr((struct toc_buf *)&c->text));
    return agree;
}

/* An evaluation that reached a limit says nothing. */
static bool agrees(struct round *round, const struct condition *c, const void *record,
                   struct cel_set_run *run, const struct cel_value *list, uint32_t i) {
    struct cel_set_verdict v = cel_set_judge(run, c->id, i / CEL_SET_CHUNK);
    struct cel_value alone = run_alone(round, c, record, list, i);

    if (alone.kind == CEL_ERROR && alone.error == CEL_ERR_RESOURCE)
        return true;
    return class_in(&v, i % CEL_SET_CHUNK) == class_of(&alone);
}

/* What is told of a quiet condition; NULL: it is none. */
static const struct cel_set_quiet *quiet_of(const struct cel_set_run *run, uint32_t id) {
    const struct cel_set_quiet *quiet;

    for (uint32_t i = cel_set_quiet(run, &quiet); i-- > 0;)
        if (quiet[i].id == id)
            return &quiet[i];
    return NULL;
}

static bool is_as_told(struct cel_set_run *run, const struct cel_set_quiet *quiet) {
    struct cel_set_verdict v = cel_set_judge(run, quiet->id, 0);

    return !v.yes && quiet->unobserved == __builtin_popcountll(v.unobserved) &&
           quiet->failed == __builtin_popcountll(v.failed);
}

static bool is_false(struct cel_set_run *run, uint32_t id, uint32_t i) {
    struct cel_set_verdict v = cel_set_judge(run, id, i / CEL_SET_CHUNK);

    return v.no >> i % CEL_SET_CHUNK & 1;
}

/* Candidates. Records of one slot with one number have the same, and the same quiet ones. */
static bool find(struct round *round, struct cel_set_run *run, uint64_t *candidates) {
    uint64_t number = cel_set_find(run), told = 0;
    const struct cel_set_quiet *quiet;
    int slot = cel_set_slot(run);

    cel_set_candidates(run, candidates);
    for (size_t k = 0; k < round->n; k++)
        told = 31 * told + (candidates[k / 64] >> k % 64 & 1);
    for (uint32_t i = cel_set_quiet(run, &quiet); i-- > 0;)
        told = 31 * (31 * (31 * told + quiet[i].id) + quiet[i].unobserved) + quiet[i].failed;
    if (!number || number == round->numbers[slot])
        return !number || told == round->told[slot];
    round->numbers[slot] = number;
    round->told[slot] = told;
    return true;
}

/* Of half of them some conditions nobody asks for: they are to be right when asked for next. */
static bool try_record(struct round *round, struct orandom *random, struct cel_set_run *run,
                       const void *record, const struct toc_changes *changes) {
    struct cel_value vars[OWORLD_VARS];
    struct cel_activation activation = {.record = record, .vars = vars};
    uint64_t candidates[(CONDITIONS + WATCHES) / 64 + 1] = {0};
    bool same, leaves = orandom_below(random, 2);

    oworld_vars(record, vars);
    cel_set_begin(run, &activation, round->scratch, changes);
    same = find(round, run, candidates);
    for (size_t k = 0; k < WATCHES; k++)
        if (orandom_below(random, 4))
            same &= try_watch(round, run, k, record);
    for (size_t k = 0; k < round->n; k++) {
        const struct condition *c = &round->conditions[k];
        struct cel_value list = cel_set_list(run, c->id);
        const struct cel_set_quiet *quiet = quiet_of(run, c->id);
        bool agree = !quiet || is_as_told(run, quiet);

        if (leaves && !orandom_below(random, 8))
            continue;
        for (uint32_t i = 0; list.kind == CEL_LIST && i < list.n && agree; i++)
            agree = agrees(round, c, record, run, &list, i) &&
                    (candidates[k / 64] >> k % 64 & 1 || quiet || is_false(run, c->id, i));
        if (!agree)
            printf("%s: %s\n", c->each ? "each item" : "the record",
                   toc_buf_cstr((struct toc_buf *)&c->text));
        same &= agree;
    }
    return same;
}

/* A new record, or what becomes of the slot's; some of them nobody sees. */
static bool try_records(struct round *round, struct orandom *random, struct cel_set_run *run) {
    void *records[SLOTS] = {NULL};
    uint32_t *words = calloc(oworld_size() / 8 + 1, sizeof(*words));
    uint64_t serials[SLOTS] = {0}, places[SLOTS] = {0};
    bool same = words != NULL;

    for (uint64_t i = 1; same && i <= RECORDS; i++) {
        uint32_t slot = (uint32_t)orandom_below(random, SLOTS);
        struct toc_changes changes = {
            .slot = slot, .size = (uint32_t)oworld_size(), .serial = i, .since = serials[slot]};

        serials[slot] = i;
        changes.whole = !records[slot] || !orandom_below(random, 8);
        if (changes.whole) {
            free(records[slot]);
            records[slot] = oworld_record(random);
            places[slot] = 0;
        } else {
            changes.again = places[slot] && orandom_below(random, 3);
            places[slot] = changes.again ? places[slot] : orandom_bits(random) | 1;
            changes.words = words;
            changes.n = oracle_change(&(struct orandom){.state = places[slot]}, random,
                                      round->scope.root, records[slot], oworld_size(), words);
        }
        if (orandom_below(random, 12))
            same = try_record(round, random, run, records[slot],
                              orandom_below(random, 24) ? &changes : NULL);
    }
    for (int i = 0; i < SLOTS; i++)
        free(records[i]);
    free(words);
    return same;
}

static bool play(uint64_t seed, struct toc_arena *scratch) {
    struct orandom random = {.state = seed * 0x2545f4914f6cdd1du};
    struct round round = {.scope = oworld_scope(seed & 1), .scratch = scratch};
    _cleanup_cel_set_ struct cel_set *set = NULL;
    struct cel_set_run *run = NULL;
    bool same = cel_set_new(&set) == 0 && fill(&round, &random, set) == 0 &&
                cel_set_seal(set) == 0 && cel_set_run_new(set, &run) == 0;

    same = same && try_records(&round, &random, run);
    cel_set_run_free(&run);
    for (size_t i = 0; i < CONDITIONS; i++) {
        cel_program_free(&round.conditions[i].program);
        toc_buf_free(&round.conditions[i].text);
    }
    cel_program_free(&round.list);
    return same;
}

int main(int argc, char **argv) {
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : ROUNDS, failed = 0;
    unsigned long first = argc > 2 ? strtoul(argv[2], NULL, 10) : SEED;
    _cleanup_toc_arena_ struct toc_arena *scratch = NULL;

    if (toc_arena_new(MAX_BYTES, &scratch))
        return 1;
    for (unsigned long i = 0; i < rounds && failed < 10; i++) {
        if (play(first + i, scratch))
            continue;
        failed++;
        printf("seed %lu\n", first + i);
    }
    printf("%lu rounds, %lu differ\n", rounds, failed);
    return failed != 0;
}
