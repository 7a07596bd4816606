// SPDX-License-Identifier: Apache-2.0
// The witnesses, in words.
#include "event/demand.h"

const struct toc_witness_info toc_witness_infos[TOC_WITNESSES] = {
#define WITNESS(name, part, is_send, words) {part, is_send, words},
#include "event/witness.def"
};
