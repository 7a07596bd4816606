// SPDX-License-Identifier: Apache-2.0
// Which fields of records a program may use: of whichever variant, with all that is in what it uses
// whole.
#pragma once

#include "cel/cel.h"

/* Fields of one object, as bits by their place in its table. */
struct cel_use {
    const struct toc_object *object;
    uint64_t fields;
    const struct cel_use *next;
};

/* Each object once; NULL: none. Fields on the way to others are among them, those asked about with
 * has() too. What is used whole (compared, printed, put into a list, given to a function) is looked
 * at with all that it holds; of a list alone its size need not be. Lives as long as the program. */
const struct cel_use *cel_program_uses(const struct cel_program *program);

/* Whether the result may depend on the first variable. */
bool cel_program_uses_element(const struct cel_program *program);

/* Calls fn for each expression of a message. */
void cel_template_uses(const struct cel_template *tmpl,
                       void (*fn)(void *ctx, const struct cel_use *uses), void *ctx);
