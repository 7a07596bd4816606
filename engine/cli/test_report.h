// SPDX-License-Identifier: Apache-2.0
// The forms in which results of tests are told.
#pragma once

#include "base/buf.h"
#include "detect/detect.h"

void toc_test_report_text(const struct toc_test_result *result, bool verbose, struct toc_buf *out);
void toc_test_report_json(const struct toc_test_result *result, struct toc_buf *out);

/* JUnit's XML: a suite for each signature. Zero-initialise, add in order, end, free. */
struct toc_junit {
    struct toc_buf suite, all;
    const struct toc_signature *signature;
    size_t tests, failed, all_tests, all_failed, errors;
};
void toc_junit_add(struct toc_junit *junit, const struct toc_test_result *result);
/* What kept the tests from being loaded: a suite of its own, one error for each problem. */
void toc_junit_errors(struct toc_junit *junit, const struct toc_diags *diags);
void toc_junit_end(struct toc_junit *junit, struct toc_buf *out);
void toc_junit_free(struct toc_junit *junit);

/* Sub-expressions that no test made true: "id: `expr` …". */
void toc_coverage_text(const struct toc_coverage *coverage, struct toc_buf *out);
void toc_coverage_json(const struct toc_coverage *coverage, struct toc_buf *out);
