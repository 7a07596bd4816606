// SPDX-License-Identifier: Apache-2.0
// The formats of an alert: toc_sink_alert chooses one.
#pragma once

#include "sink/sink.h"

void toc_alert_json(const struct toc_alert *alert, enum toc_alert_event event, struct toc_buf *out);
void toc_alert_text(const struct toc_alert *alert, bool color, struct toc_buf *out);
