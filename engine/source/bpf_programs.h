// SPDX-License-Identifier: Apache-2.0
// The table of programs: what each needs and gives, and in words why it is not there.
#pragma once

#include "event/demand.h"
#include "source/bpf.h"
#include "source/bpf_feature.h"

/* A function whose job its caller does where it was inlined. That one has the timeout in user
 * memory. */
#define TOC_BPF_RECVMMSG "do_recvmmsg"
#define TOC_BPF_RECVMMSG_OUTER "__sys_recvmmsg"

struct bpf_object;
struct bpf_program;

/* All programs wanted and not yet tried; with a list of hooks, those that it names (checked) and
 * those without which nothing is seen. */
void toc_bpf_report_init(struct toc_bpf_report *report, const char *hooks);

/* The program of row i, and how it is attached. */
struct bpf_program *toc_bpf_program(struct bpf_object *object, size_t i);
/* Before the object is loaded: whether it is, too, and on what. */
void toc_bpf_program_want(struct bpf_object *object, size_t i,
                          const struct toc_bpf_program *wanted);
enum toc_bpf_kind toc_bpf_program_kind(size_t i);
bool toc_bpf_program_at_return(size_t i);

/* Whether it has to be attached for what somebody looks at; the witnesses that it gives; whether it
 * tells one message from the next. */
bool toc_bpf_program_is_needed(size_t i, const struct toc_demand *demand);
uint32_t toc_bpf_program_shows(size_t i);
bool toc_bpf_program_tells_apart(size_t i);

/* In both directions there is a program loaded that sees: the length of each message moved; its
 * end; the kernel's copy of it. */
bool toc_bpf_has_length(const struct toc_bpf_report *report);
bool toc_bpf_has_result(const struct toc_bpf_report *report);
bool toc_bpf_has_copy(const struct toc_bpf_report *report);

/* A program is on the caller of the function that its row names. */
bool toc_bpf_has_outer(const struct toc_bpf_report *report);

/* Privilege and types: -EPERM or -ENOTSUP with report->fault, and no program loaded. Opens
 * features.
 */
int toc_bpf_check_system(struct toc_bpf_report *report, struct toc_bpf_features *features);

/* Without cgroup2 the programs that need it are not wanted, and those that would fail to load
 * neither.
 */
void toc_bpf_no_cgroup(struct toc_bpf_report *report);
void toc_bpf_no_features(struct toc_bpf_report *report, struct toc_bpf_features *features);

/* Of programs that do the same, keeps the best. */
void toc_bpf_settle(struct toc_bpf_report *report);

/* -ENOTSUP with report->fault when one that must be there is not. */
int toc_bpf_missing(struct toc_bpf_report *report);

/* An error of loading or attaching in words. */
void toc_bpf_explain(int error, char *ret, size_t size);
