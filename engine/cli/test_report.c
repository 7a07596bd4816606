// SPDX-License-Identifier: Apache-2.0
// Results of tests as text, JSON Lines and JUnit's XML.
#include "cli/test_report.h"

#include <string.h>

#include "base/text.h"

static void add_string(struct toc_buf *out, const char *key, const char *text, size_t n) {
    toc_buf_addf(out, ",\"%s\":", key);
    toc_buf_add_json_string(out, text, n);
}

void toc_test_report_json(const struct toc_test_result *result, struct toc_buf *out) {
    toc_buf_addf(out, "{\"signature\":\"%s\"", result->signature->id);
    add_string(out, "test", result->name, strlen(result->name));
    add_string(out, "file", result->signature->file, strlen(result->signature->file));
    toc_buf_addf(out, ",\"line\":%u,\"passed\":%s", result->line,
                 result->passed ? "true" : "false");
    if (result->failure)
        add_string(out, "failure", result->failure, strlen(result->failure));
    toc_buf_adds(out, "}\n");
}

/* The failure's lines, indented. */
static void add_failure(const char *failure, struct toc_buf *out) {
    while (failure && *failure) {
        size_t n = strcspn(failure, "\n");

        toc_buf_addf(out, "      %.*s\n", (int)n, failure);
        failure += n + (failure[n] != 0);
    }
}

void toc_test_report_text(const struct toc_test_result *result, bool verbose, struct toc_buf *out) {
    if (result->passed && !verbose)
        return;
    toc_buf_addf(out, "%s  %s: %s (%s:%u)\n", result->passed ? "ok  " : "FAIL",
                 result->signature->id, result->name, result->signature->file, result->line);
    if (!result->passed)
        add_failure(result->failure, out);
}

/* XML 1.0 has no form at all for most control characters. */
static void add_xml(struct toc_buf *out, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '<': toc_buf_adds(out, "&lt;"); break;
        case '>': toc_buf_adds(out, "&gt;"); break;
        case '&': toc_buf_adds(out, "&amp;"); break;
        case '"': toc_buf_adds(out, "&quot;"); break;
        case '\n': toc_buf_adds(out, "&#10;"); break;
        default: toc_buf_addc(out, (unsigned char)*text < 0x20 ? '?' : *text);
        }
    }
}

static void end_suite(struct toc_junit *junit) {
    if (!junit->signature)
        return;
    toc_buf_adds(&junit->all, "  <testsuite name=\"");
    add_xml(&junit->all, junit->signature->id);
    toc_buf_addf(&junit->all, "\" tests=\"%zu\" failures=\"%zu\">\n", junit->tests, junit->failed);
    toc_buf_add(&junit->all, junit->suite.p, junit->suite.n);
    toc_buf_adds(&junit->all, "  </testsuite>\n");
    toc_buf_reset(&junit->suite);
    junit->all_tests += junit->tests;
    junit->all_failed += junit->failed;
    junit->tests = junit->failed = 0;
}

void toc_junit_add(struct toc_junit *junit, const struct toc_test_result *result) {
    struct toc_buf *out = &junit->suite;

    if (junit->signature != result->signature)
        end_suite(junit);
    junit->signature = result->signature;
    junit->tests++;
    junit->failed += !result->passed;
    toc_buf_adds(out, "    <testcase classname=\"");
    add_xml(out, result->signature->id);
    toc_buf_adds(out, "\" name=\"");
    add_xml(out, result->name);
    toc_buf_adds(out, "\" file=\"");
    add_xml(out, result->signature->file);
    toc_buf_addf(out, "\" line=\"%u\"", result->line);
    if (result->passed) {
        toc_buf_adds(out, "/>\n");
        return;
    }
    toc_buf_adds(out, ">\n      <failure message=\"");
    add_xml(out, result->failure);
    toc_buf_adds(out, "\"/>\n    </testcase>\n");
}

static void add_error(struct toc_buf *out, const struct toc_diag *diag) {
    toc_buf_adds(out, "    <testcase classname=\"load\" name=\"");
    add_xml(out, diag->file ? diag->file : "");
    toc_buf_addf(out, ":%u:%u\"", diag->line, diag->col);
    if (diag->file) {
        toc_buf_adds(out, " file=\"");
        add_xml(out, diag->file);
        toc_buf_addf(out, "\" line=\"%u\"", diag->line);
    }
    toc_buf_adds(out, ">\n      <error message=\"");
    add_xml(out, diag->message);
    if (diag->hint) {
        toc_buf_adds(out, "&#10;hint: ");
        add_xml(out, diag->hint);
    }
    toc_buf_adds(out, "\"/>\n    </testcase>\n");
}

void toc_junit_errors(struct toc_junit *junit, const struct toc_diags *diags) {
    if (!diags->n)
        return;
    toc_buf_addf(&junit->all, "  <testsuite name=\"load\" tests=\"%zu\" errors=\"%zu\">\n",
                 diags->n, diags->n);
    for (size_t i = 0; i < diags->n; i++)
        add_error(&junit->all, &diags->items[i]);
    toc_buf_adds(&junit->all, "  </testsuite>\n");
    junit->all_tests += diags->n;
    junit->errors += diags->n;
}

void toc_junit_end(struct toc_junit *junit, struct toc_buf *out) {
    end_suite(junit);
    toc_buf_addf(out,
                 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                 "<testsuites name=\"tocsin\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
                 junit->all_tests, junit->all_failed, junit->errors);
    toc_buf_add(out, junit->all.p, junit->all.n);
    toc_buf_adds(out, "</testsuites>\n");
}

void toc_junit_free(struct toc_junit *junit) {
    toc_buf_free(&junit->suite);
    toc_buf_free(&junit->all);
}

void toc_coverage_text(const struct toc_coverage *coverage, struct toc_buf *out) {
    bool when = !strcmp(coverage->where, "when");

    if (coverage->n_true)
        return;
    toc_buf_addf(out, "%s  %s: %s%s`", coverage->value ? "never there" : "never true",
                 coverage->signature->id, when ? "" : coverage->where, when ? "" : ": ");
    toc_buf_add_one_line(out, coverage->expr, coverage->n);
    toc_buf_adds(out, "`\n");
}

void toc_coverage_json(const struct toc_coverage *coverage, struct toc_buf *out) {
    toc_buf_addf(out, "{\"signature\":\"%s\"", coverage->signature->id);
    add_string(out, "where", coverage->where, strlen(coverage->where));
    add_string(out, "expr", coverage->expr, coverage->n);
    toc_buf_addf(out, ",\"%s\":%llu", coverage->value ? "values" : "true",
                 (unsigned long long)coverage->n_true);
    if (!coverage->value)
        toc_buf_addf(out, ",\"false\":%llu", (unsigned long long)coverage->n_false);
    toc_buf_addf(out, ",\"errors\":%llu}\n", (unsigned long long)coverage->n_errors);
}
