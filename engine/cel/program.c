// SPDX-License-Identifier: Apache-2.0
// The pipeline: parse, check, compile; and running what came out of it.
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cel/check.h"
#include "cel/compile.h"
#include "cel/cost.h"
#include "cel/parse.h"
#include "cel/text.h"
#include "cel/truth.h"

struct cel_program {
    struct toc_arena *arena, *folded;
    struct cel_cleanup *cleanups;
    cel_code_ptr code, in_range;
    const struct cel_type *type;
    uint64_t cost;
    struct cel_reads reads;
};

static void run_cleanups(struct cel_cleanup *cleanup) {
    for (; cleanup; cleanup = cleanup->next)
        cleanup->free(cleanup->ptr);
}

static int check_result(struct cel_unit *unit, struct cel_node *node, const struct cel_type *want) {
    struct cel_binding none = {0};

    if (unit->scope->dyn || unit->n_errors || !want ||
        cel_type_fit(want, node->type, &none) != CEL_FIT_NO)
        return unit->n_errors ? -EINVAL : 0;
    cel_unit_error(unit, node->at, node->end - node->at, "expected %s, found %s",
                   cel_type_name(want).s, cel_type_name(node->type).s);
    return -EINVAL;
}

static int failure(struct cel_unit *unit, int otherwise) {
    if (unit->too_big)
        return -E2BIG;
    if (!unit->no_memory)
        return otherwise;
    cel_unit_error(unit, 0, 1, "out of memory while compiling this expression");
    return -ENOMEM;
}

static int build(struct cel_unit *unit, const struct cel_type *want, struct cel_program *program) {
    struct cel_node *node = cel_parse(unit);
    int r;

    if (!node)
        return failure(unit, -EBADMSG);
    cel_check(unit, node);
    r = check_result(unit, node, want);
    if (!r && !unit->scope->dyn && want && want->kind == CEL_BOOL)
        cel_check_truth(unit, node);
    r = failure(unit, unit->n_errors ? -EINVAL : r);
    if (r)
        return r;
    program->type = node->type;
    program->reads = cel_uses(unit, node);
    program->cost = cel_cost(unit, node);
    if (unit->too_big)
        return -E2BIG;
    program->code = cel_compile_node(unit, node);
    program->in_range = program->code ? cel_code_in_range(unit, program->code) : NULL;
    return program->in_range && !unit->n_errors ? 0 : failure(unit, -EINVAL);
}

int cel_compile(const struct cel_source *source, const struct cel_scope *scope,
                const struct cel_type *want, struct toc_diags *diags, struct cel_program **ret) {
    _cleanup_(cel_program_free) struct cel_program *program = calloc(1, sizeof(*program));
    _cleanup_toc_arena_ struct toc_arena *work = NULL;
    struct cel_unit unit = {.source = source, .scope = scope, .diags = diags};
    int r;

    if (!program || toc_arena_new(CEL_MAX_ARENA, &work) ||
        toc_arena_new(CEL_MAX_ARENA, &program->arena) ||
        toc_arena_new(CEL_MAX_FOLDED, &program->folded))
        return -ENOMEM;
    unit.work = work;
    unit.keep = program->arena;
    unit.folded = program->folded;
    r = build(&unit, want, program);
    program->cleanups = unit.cleanups;
    if (r)
        return r;
    *ret = TAKE_PTR(program);
    return 0;
}

void cel_program_free(struct cel_program **program) {
    if (!program || !*program)
        return;
    run_cleanups((*program)->cleanups);
    toc_arena_free(&(*program)->arena);
    toc_arena_free(&(*program)->folded);
    free(*program);
    *program = NULL;
}

const struct cel_type *cel_program_type(const struct cel_program *program) {
    return program->type;
}

const struct cel_use *cel_program_uses(const struct cel_program *program) {
    return program->reads.uses;
}

bool cel_program_uses_element(const struct cel_program *program) {
    return program->reads.element;
}

cel_code_ptr cel_program_code(const struct cel_program *program) {
    return program->code;
}

const struct cel_reads *cel_program_reads(const struct cel_program *program) {
    return &program->reads;
}

uint64_t cel_program_cost(const struct cel_program *program) {
    return program->cost;
}

void cel_execute(cel_code_ptr code, const struct cel_activation *activation,
                 struct toc_arena *scratch, struct cel_value *ret) {
    struct cel_frame frame;

    // The slots are left as they are: a macro sets its own before it reads them.
    frame.activation = activation;
    frame.scratch = scratch;
    frame.fuel = CEL_FUEL;
    cel_exec(code, &frame, ret);
}

void cel_run_into(const struct cel_program *program, const struct cel_activation *activation,
                  struct toc_arena *scratch, struct cel_value *ret) {
    cel_execute(program->code, activation, scratch, ret);
}

void cel_run_in_range(const struct cel_program *program, const struct cel_activation *activation,
                      struct toc_arena *scratch, struct cel_value *ret) {
    cel_execute(program->in_range, activation, scratch, ret);
}

bool cel_program_number(const struct cel_program *program, const void *record,
                        struct cel_number *ret) {
    return cel_op_number(program->code, record, ret);
}

int64_t cel_number_of(const struct cel_number *number, const void *record) {
    return (int64_t)cel_load_bits(number->bits, (const char *)record + number->at);
}
