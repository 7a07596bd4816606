// SPDX-License-Identifier: Apache-2.0
// One signature as loaded: the public face, its parameters, its programs, its tests.
#pragma once

#include "base/arena.h"
#include "detect/compile.h"
#include "detect/correlation.h"
#include "detect/detect.h"
#include "detect/files.h"
#include "detect/params.h"
#include "detect/yaml.h"

/* A test inside a signature. Lives in the ruleset's arena. */
struct toc_case {
    const char *name;
    uint32_t line;
    const struct toc_event **events;
    size_t n_events;
    uint64_t alerts;
    bool has_matched, has_unobserved, has_held_back;
    const uint32_t *matched;
    size_t n_matched;
    uint64_t unobserved;
    uint64_t held_back;        /* alerts that the threshold did not let pass */
    const char *message;       /* NULL: any */
    struct toc_compiled *with; /* under other parameters; NULL: the signature's own programs */
};

struct toc_loaded {
    struct toc_signature pub;
    bool recordings; /* read those that tests name */
    bool good;       /* no errors: it can run */
    bool events_good, can_compile;
    bool basis_good;  /* events, `each`, parameters: else compiling only finds more errors */
    bool names_known; /* that a message may use */
    uint64_t events;  /* that an alert can be about; pub.events are all it looks at */
    /* Of a test that does not name its event: the sole one of `events`, of a sole group the first.
     * TOC_EVENT_NONE where `events` lists several. */
    uint16_t default_event;
    struct toc_yaml *doc; /* NULL once the ruleset is complete, as are the nodes */
    const struct toc_origin *level_origin;
    const struct toc_node *id_node, *when_node, *message_node, *each_node, *tests_node,
        *params_node;
    struct toc_params params;
    struct toc_correlation_spec *correlation; /* NULL without */
    const struct toc_node *correlation_node, *threshold_node;
    struct toc_compiled *own; /* NULL when it did not compile */
    struct toc_case *cases;   /* pub.n_tests; NULL: not kept */
};

/* Reads a file into `arena`. -EINVAL when it is no signature at all: errors were added, except for
 * a pack that lies in a folder of signatures, which is left to those who name it. 0 also when
 * something about it is wrong, which `good` says. Free with toc_loaded_free. */
int toc_loaded_read(const struct toc_file *file, struct toc_arena *arena, struct toc_diags *diags,
                    struct toc_loaded **ret);
/* The same from a document, which is taken over also on failure. */
int toc_loaded_from(struct toc_yaml **doc, struct toc_arena *arena, struct toc_loaded **ret);
/* Compiles it under its own parameters, and loads its tests. 0 or -ENOMEM. */
int toc_loaded_compile(struct toc_loaded *loaded, struct toc_arena *arena);
int toc_loaded_tests(struct toc_loaded *loaded, struct toc_builder *builder,
                     struct toc_arena *arena);
/* They will not be run: n_tests stays, what they hold may go. */
void toc_loaded_drop_tests(struct toc_loaded *loaded);
/* The document is needed no longer. */
void toc_loaded_close(struct toc_loaded *loaded);
void toc_loaded_free(struct toc_loaded **loaded);

/* Reads the keys of the document. 0 also when errors were added, or -ENOMEM. */
int toc_loaded_keys(struct toc_loaded *loaded, struct toc_arena *arena);
/* Reads `events` and `correlation` (either may be NULL, as nodes are that were wrong): what it
 * looks at; needs when_node. 0 also when errors were added, or -ENOMEM. */
int toc_loaded_events(struct toc_loaded *loaded, const struct toc_node *events,
                      const struct toc_node *correlation, struct toc_arena *arena);
/* Lists its expressions; after the keys. -ENOMEM. */
int toc_loaded_expressions(struct toc_loaded *loaded, struct toc_arena *arena);
/* Of what decides matching. */
uint64_t toc_signature_digest(const struct toc_loaded *loaded);
