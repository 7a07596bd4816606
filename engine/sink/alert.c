// SPDX-License-Identifier: Apache-2.0
// Chooses the format of an alert.
#include "sink/format.h"

void toc_sink_alert(const struct toc_alert *alert, const struct toc_sink_options *options,
                    struct toc_buf *out) {
    if (options->json)
        toc_alert_json(alert, options->event, out);
    else
        toc_alert_text(alert, options->color, out);
}
