// SPDX-License-Identifier: Apache-2.0
// An oracle for the check of records.
#pragma once

#include <stddef.h>

/* What toc_record_check should give. */
int record_walk(const void *data, size_t n);
