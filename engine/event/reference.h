// SPDX-License-Identifier: Apache-2.0
// The reference of events, made from the catalogue and the texts beside it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "event/catalogue.h"

struct toc_page {
    uint16_t event;
    const char *intro, *description, *use_case, *issues;
    const char *related; /* names of events, separated by spaces */
};

enum toc_hook_state {
    TOC_HOOK_USED,  /* attached by this version where the kernel has it */
    TOC_HOOK_NAMED, /* named by an older page; `resolves_to` does its work */
    TOC_HOOK_LATER, /* by no producer of this version */
};

struct toc_hook {
    uint64_t events;
    const char *name, *type;
    enum toc_hook_state state;
    const char *resolves_to, *purpose;
};

struct toc_syscall {
    uint16_t event, abi, via;
    int nr;
};

struct toc_wrong {
    uint16_t event;
    const char *text;
};

extern const struct toc_hook toc_hooks[];
extern const size_t toc_hooks_n;
extern const struct toc_syscall toc_syscalls[];
extern const size_t toc_syscalls_n;
extern const struct toc_wrong toc_wrongs[];
extern const size_t toc_wrongs_n;

/* NULL for a number no event has; every event has a page. */
const struct toc_page *toc_page(uint16_t event);

/* The C type of an argument as its man page declares it; the kind's own name where there is none.
 */
const char *toc_argument_type(const struct toc_field *field, uint16_t event);

/* The tags of a value, as "K OPT", and those of what a pointer argument points to, "" of others. */
void toc_tags_add(struct toc_buf *buf, uint8_t tags);
uint8_t toc_target_tags(const struct toc_field *field, uint16_t event);

/* The type a field has in expressions. */
const char *toc_field_type(const struct toc_field *field);

/* The section of fields of a page. */
void toc_reference_fields(uint16_t id, struct toc_buf *buf);

/* A page of Markdown. -ENOENT when there is no such event. Allocation shows in buf->failed. */
int toc_reference_event(uint16_t id, struct toc_buf *buf);
/* All events by group, a line each. */
int toc_reference_list(struct toc_buf *buf);

/* The same as JSON: one event, or for TOC_EVENT_NONE the whole catalogue: {"v":1,"events":[…],
 * "objects":{…},"names":{…},"constants":{…}}. Ends with a newline. */
int toc_reference_json(uint16_t id, struct toc_buf *buf);
