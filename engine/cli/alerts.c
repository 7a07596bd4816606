// SPDX-License-Identifier: Apache-2.0
// Each alert through its format into the output.
#include "cli/alerts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool wants_color(const struct toc_cli *cli, int fd) {
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

    if (cli->color == TOC_COLOR_ALWAYS || cli->color == TOC_COLOR_NEVER)
        return cli->color == TOC_COLOR_ALWAYS;
    return isatty(fd) && (!no_color || !*no_color) && (!term || strcmp(term, "dumb") != 0);
}

void toc_alerts_init(const struct toc_cli *cli, struct toc_output *output, struct toc_alerts *ret) {
    *ret = (struct toc_alerts){
        .options = {.json = cli->format == TOC_FORMAT_JSON,
                    .color = wants_color(cli, output->fd),
                    .event = cli->alert_event ? (enum toc_alert_event)(cli->alert_event - 1)
                                              : TOC_ALERT_EVENT_MATCHED},
        .output = output,
        .worst = -1,
    };
}

/* Counts those that have been written by now, and forgets where they end. */
static void count_written(struct toc_alerts *alerts) {
    const uint64_t written = toc_output_written(alerts->output);
    struct toc_buf *ends = &alerts->ends;
    size_t n = 0;
    uint64_t end;

    for (; n < ends->n; n += sizeof(end)) {
        memcpy(&end, ends->p + n, sizeof(end));
        if (end > written)
            break;
        alerts->written++;
    }
    if (n)
        memmove(ends->p, ends->p + n, ends->n - n);
    ends->n -= n;
}

static void note_end(struct toc_alerts *alerts) {
    uint64_t end = alerts->output->given + alerts->output->buf.n;

    if (alerts->ends.n + sizeof(end) > alerts->ends.cap)
        count_written(alerts);
    toc_buf_add(&alerts->ends, &end, sizeof(end));
    alerts->lost += alerts->ends.failed != 0;
}

void toc_alerts_settle(struct toc_alerts *alerts) {
    if (!alerts->output)
        return;
    toc_output_settle(alerts->output);
    count_written(alerts);
    alerts->lost += alerts->ends.n / sizeof(uint64_t);
    toc_buf_free(&alerts->ends);
}

void toc_alerts_add(void *ctx, const struct toc_alert *alert) {
    struct toc_alerts *alerts = ctx;

    if (!alert->summary && (int)alert->level > alerts->worst)
        alerts->worst = (int)alert->level;
    if (alerts->output->stuck)
        toc_output_flush(alerts->output);
    if (alerts->output->error || alerts->output->stuck) {
        alerts->lost += !alert->summary;
        return;
    }
    toc_sink_alert(alert, &alerts->options, &alerts->output->buf);
    if (!alert->summary)
        note_end(alerts);
    toc_output_more(alerts->output);
}
