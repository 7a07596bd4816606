// SPDX-License-Identifier: Apache-2.0
// The arguments of a system call as Tracee writes them.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "source/import.h"

/* A number, as one or as text in decimal or hexadecimal; a negative one wraps. */
bool toc_tracee_number(const json_t *value, uint64_t *ret);

/* The value of an argument of v1beta1, whose key is its type; NULL when there is none. */
const json_t *toc_tracee_value(const json_t *arg);

/* The list of arguments into args of the event, and an address into what it is there. */
void toc_tracee_args(struct toc_import *import, struct toc_node *root, uint16_t id,
                     const json_t *list);
