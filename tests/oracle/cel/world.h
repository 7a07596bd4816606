// SPDX-License-Identifier: Apache-2.0
// A schema with a field of every kind, and random records of it.
#pragma once

#include "cel/cel.h"
#include "random.h"

/* The scope over the records; `dyn`: types left to run time. */
struct cel_scope oworld_scope(bool dyn);

/* A record whose fields are there or not, and hold what is likely to matter. From malloc. */
void *oworld_record(struct orandom *random);

size_t oworld_size(void); /* of a record, a multiple of 8 */

/* The values of the scope's variables for a record. */
#define OWORLD_VARS 2
void oworld_vars(const void *record, struct cel_value vars[OWORLD_VARS]);

/* What a record holds, for a report. */
void oworld_print(const void *record, struct toc_buf *buf);
