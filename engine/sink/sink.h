// SPDX-License-Identifier: Apache-2.0
// Where alerts go: a person's terminal, or a program that reads JSON Lines.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "detect/detect.h"

enum toc_alert_event { TOC_ALERT_EVENT_MATCHED, TOC_ALERT_EVENT_FULL, TOC_ALERT_EVENT_NONE };

struct toc_sink_options {
    bool json;
    bool color;                 /* text only */
    enum toc_alert_event event; /* how much of the event a JSON alert carries */
};

/* Formats one alert: a JSON line, or a few lines of text that end in a blank one. The same alert
 * gives the same bytes always. */
void toc_sink_alert(const struct toc_alert *alert, const struct toc_sink_options *options,
                    struct toc_buf *out);
