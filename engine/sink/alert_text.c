// SPDX-License-Identifier: Apache-2.0
// An alert for a person: who and what in the first line, then the message, the call, the evidence.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sink/format.h"
#include "sink/text.h"

const char *toc_style(bool color, enum toc_style style) {
    static const char *const sequences[] = {
        [TOC_STYLE_PLAIN] = "\033[0m",       [TOC_STYLE_DIM] = "\033[2m",
        [TOC_STYLE_BOLD] = "\033[1m",        [TOC_STYLE_CYAN] = "\033[36m",
        [TOC_STYLE_YELLOW] = "\033[33m",     [TOC_STYLE_RED] = "\033[31m",
        [TOC_STYLE_BOLD_RED] = "\033[1;31m",
    };

    return color ? sequences[style] : "";
}

static enum toc_style style_of(enum toc_level level) {
    switch (level) {
    case TOC_LEVEL_INFORMATIONAL: return TOC_STYLE_DIM;
    case TOC_LEVEL_LOW: return TOC_STYLE_CYAN;
    case TOC_LEVEL_MEDIUM: return TOC_STYLE_YELLOW;
    case TOC_LEVEL_HIGH: return TOC_STYLE_RED;
    case TOC_LEVEL_CRITICAL: return TOC_STYLE_BOLD_RED;
    }
    return TOC_STYLE_PLAIN;
}

/* "2026-11-20 20:10:00.123Z": to the millisecond, in UTC. */
static void add_time(int64_t time, struct toc_buf *out) {
    char text[TOC_TIME_TEXT];
    char *t;

    toc_time_format(text, time);
    t = strchr(text, 'T');
    if (t)
        *t = ' ';
    toc_buf_addf(out, "%.*sZ", (int)(strlen(text) - strlen("456789Z")), text);
}

static void add_string(const struct toc_event *event, struct toc_ref ref, struct toc_buf *out) {
    toc_text_safe(toc_string_at(event, ref), ref.n, out);
}

static void add_process(const struct toc_event *event, struct toc_buf *out) {
    const struct toc_proc *proc = event ? TOC_GET(event, proc, event->proc) : NULL;

    if (!proc)
        return;
    toc_buf_adds(out, "  ");
    if (TOC_HAS(proc, proc, comm))
        add_string(event, proc->comm, out);
    if (TOC_HAS(proc, proc, pid))
        toc_buf_addf(out, "[%d]", proc->pid);
    if (TOC_HAS(proc, proc, uid))
        toc_buf_addf(out, " uid %u", proc->uid);
    if (TOC_HAS(proc, proc, exe)) {
        toc_buf_addc(out, ' ');
        add_string(event, proc->exe, out);
    }
}

static void add_headline(const struct toc_alert *alert, bool color, struct toc_buf *out) {
    const char *level = toc_level_name(alert->level);
    size_t n = strlen(level);

    toc_buf_adds(out, toc_style(color, style_of(alert->level)));
    for (size_t i = 0; i < n; i++)
        toc_buf_addc(out, (char)toupper((unsigned char)level[i]));
    toc_buf_addf(out, "%s%*s  %s%s%s  ", toc_style(color, TOC_STYLE_PLAIN),
                 n < 4 ? (int)(4 - n) : 0, "", toc_style(color, TOC_STYLE_BOLD),
                 alert->rule->signature->id, toc_style(color, TOC_STYLE_PLAIN));
    add_time(alert->time, out);
    add_process(alert->event, out);
    toc_buf_addc(out, '\n');
}

static void add_messages(const struct toc_alert *alert, bool color, struct toc_buf *out) {
    const struct toc_msg *msgs = toc_event_msgs(alert->event);
    const char *list = alert->rule->signature->each_list;

    // The indexes count messages only where `each` runs over messages.
    if (!alert->has_matched || !msgs || !list || strcmp(list, "msgs") != 0)
        return;
    for (size_t i = 0; i < alert->n_matched; i++) {
        if (i == TOC_TEXT_MAX_MSGS) {
            toc_buf_addf(out, TOC_TEXT_INDENT "… and %zu more\n", alert->n_matched - i);
            break;
        }
        if (alert->matched[i] < alert->event->msgs.n)
            toc_text_message(alert->event, &msgs[alert->matched[i]], color, out);
    }
}

/* A literal, but pointers in hexadecimal: a uint of a record is one (cel_value_text). */
static void add_value(const char *literal, struct toc_buf *out) {
    size_t digits = strspn(literal, "0123456789");

    if (digits && !strcmp(literal + digits, "u"))
        toc_buf_addf(out, "0x%llx", strtoull(literal, NULL, 10));
    else
        toc_text_safe(literal, strlen(literal), out);
}

static void add_values(const struct toc_why *why, size_t n, struct toc_buf *out) {
    for (size_t i = 0; i < n; i++) {
        toc_buf_adds(out, i ? ", " : " ");
        toc_text_safe(why[i].expr, strlen(why[i].expr), out);
        toc_buf_adds(out, " = ");
        add_value(why[i].value, out);
    }
    toc_buf_addc(out, '\n');
}

/* Quantities; and, without elements to show, the values that the condition looked at. */
static void add_why(const struct toc_alert *alert, bool color, struct toc_buf *out) {
    size_t n = alert->has_matched ? alert->n_quantities : alert->n_why;

    if (!n)
        return;
    toc_buf_addf(out, TOC_TEXT_INDENT "%sbecause%s", toc_style(color, TOC_STYLE_DIM),
                 toc_style(color, TOC_STYLE_PLAIN));
    add_values(alert->why, n, out);
}

/* Which events filled the steps. */
static void add_steps(const struct toc_alert *alert, bool color, struct toc_buf *out) {
    char time[TOC_TIME_TEXT];

    for (size_t i = 0; i < alert->n_steps; i++) {
        const struct toc_alert_step *step = &alert->steps[i];

        toc_buf_addf(out, TOC_TEXT_INDENT "%sstep%s %s: %s", toc_style(color, TOC_STYLE_DIM),
                     toc_style(color, TOC_STYLE_PLAIN), step->name, step->event);
        if (*step->call) {
            toc_buf_addc(out, ' ');
            toc_text_safe(step->call, strlen(step->call), out);
        }
        if (step->has_time) {
            toc_time_format(time, step->time);
            toc_buf_addf(out, " at %s", time);
        }
        if (step->n_why)
            toc_buf_addc(out, ',');
        add_values(step->why, step->n_why, out);
    }
}

/* What was counted, of whom, over how long. */
static void add_group(const struct toc_alert *alert, bool color, struct toc_buf *out) {
    double seconds = (double)((uint64_t)alert->window_end - (uint64_t)alert->window_start) / 1e9;

    if (!alert->has_window && !alert->n_group)
        return;
    toc_buf_addf(out, TOC_TEXT_INDENT "%scounted%s %llu", toc_style(color, TOC_STYLE_DIM),
                 toc_style(color, TOC_STYLE_PLAIN), (unsigned long long)alert->count);
    if (alert->has_window)
        toc_buf_addf(out, " within %.10g s", seconds);
    for (size_t i = 0; i < alert->n_group; i++) {
        toc_buf_adds(out, i ? ", " : " for ");
        toc_text_safe(alert->group[i].expr, strlen(alert->group[i].expr), out);
        toc_buf_adds(out, " = ");
        toc_text_safe(alert->group[i].value, strlen(alert->group[i].value), out);
    }
    toc_buf_addc(out, '\n');
}

static void add_notes(const struct toc_alert *alert, bool color, struct toc_buf *out) {
    const char *dim = toc_style(color, TOC_STYLE_DIM), *plain = toc_style(color, TOC_STYLE_PLAIN);

    if (!alert->has_window && !alert->n_group && (alert->count > 1 || alert->held_back))
        toc_buf_addf(out, TOC_TEXT_INDENT "%scount %llu, held back %llu%s\n", dim,
                     (unsigned long long)alert->count, (unsigned long long)alert->held_back, plain);
    else if (!alert->summary && alert->held_back)
        toc_buf_addf(out, TOC_TEXT_INDENT "%sheld back before %llu%s\n", dim,
                     (unsigned long long)alert->held_back, plain);
    if (alert->incomplete)
        toc_buf_addf(out, TOC_TEXT_INDENT "%sincomplete: evidence of this call was lost or cut%s\n",
                     dim, plain);
}

/* What a pack asked for, and what came of it. */
static void add_action(const struct toc_alert *alert, bool color, struct toc_buf *out) {
    if (!alert->action.asked)
        return;
    toc_buf_addf(out, TOC_TEXT_INDENT "%s%s%s ",
                 toc_style(color, alert->action.failed ? TOC_STYLE_BOLD_RED : TOC_STYLE_BOLD),
                 alert->action.failed ? "FAILED" : "action", toc_style(color, TOC_STYLE_PLAIN));
    toc_text_safe(alert->action.asked, strlen(alert->action.asked), out);
    toc_buf_adds(out, ": ");
    toc_text_safe(alert->action.done, strlen(alert->action.done), out);
    toc_buf_addc(out, '\n');
}

void toc_alert_text(const struct toc_alert *alert, bool color, struct toc_buf *out) {
    add_headline(alert, color, out);
    toc_buf_addf(out, TOC_TEXT_INDENT "%s", toc_style(color, TOC_STYLE_BOLD));
    toc_text_safe(alert->message, strlen(alert->message), out);
    toc_buf_addf(out, "%s\n", toc_style(color, TOC_STYLE_PLAIN));
    add_action(alert, color, out);
    if (!alert->summary) {
        toc_text_call(alert->event, out);
        add_messages(alert, color, out);
        toc_text_odd_pointers(alert->event, out);
    }
    add_group(alert, color, out);
    add_why(alert, color, out);
    add_steps(alert, color, out);
    add_notes(alert, color, out);
    toc_buf_addc(out, '\n');
}
