// SPDX-License-Identifier: Apache-2.0
// A tree of nodes with places from a parsed JSON text.
#pragma once

#include <jansson.h>

#include "event/fill.h"

/* The tree of `json`, which is what `text` says. Nodes live in the builder's arena, their strings
 * in json; a node's col is the byte it begins at, counted from 1. -EINVAL when it is too deep (in
 * diags), -ENOMEM. */
int toc_json_tree(struct toc_fill *fill, json_t *json, const struct toc_node **ret);
