// SPDX-License-Identifier: Apache-2.0
// The tags of a signature: Sigma's namespaces and how their members are written.
#pragma once

#include "detect/yaml.h"

/* Checks a list of strings: a malformed member is an error, an unknown namespace or tactic a
 * warning. ATT&CK ids of any version are taken as long as they are well formed. False when there
 * were errors. */
bool toc_tags_check(const struct toc_yaml *doc, const struct toc_node *list);
