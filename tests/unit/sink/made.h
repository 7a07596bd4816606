// SPDX-License-Identifier: Apache-2.0
// Alerts for the tests: an event from its JSON form, and an alert about it.
#pragma once

#include "event/record.h"
#include "sink/sink.h"

/* Reads an event; the test fails when it is none. Lives until the next call. */
const struct toc_event *made_event(const char *json);

/* An alert of level high about it, with every part that tests may change. */
struct toc_alert made_alert(const struct toc_event *event);

/* The call of all tests: two messages sent, the second one rewritten. */
extern const char made_rewritten[];
