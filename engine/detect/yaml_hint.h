// SPDX-License-Identifier: Apache-2.0
// What to do about a file that libyaml refused.
#pragma once

#include <stddef.h>
#include <yaml.h>

#include "detect/yaml.h"

#define TOC_YAML_HINT 96

/* Of what was refused at `offset` of the text; empty when there is nothing to say. */
void toc_yaml_hint(const struct toc_yaml *doc, size_t offset, const yaml_parser_t *parser,
                   char ret[TOC_YAML_HINT]);
