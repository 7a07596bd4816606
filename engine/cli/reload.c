// SPDX-License-Identifier: Apache-2.0
// Loads rules in a thread of its own while the old ones go on matching.
#include "cli/reload.h"

#include <errno.h>
#include <malloc.h>

#include "cli/say.h"
#include "cli/signals.h"

/* How often files are looked at. */
#define LOOK_NS INT64_C(50000000)
/* Programs that write several files, or one in pieces, are done after this. */
#define SETTLE_NS INT64_C(200000000)

void toc_reload_open(struct toc_reload *reload, const struct toc_rule_paths *paths, bool watch,
                     bool strict) {
    *reload = (struct toc_reload){.paths = paths, .watching = watch, .strict = strict};
    toc_rule_watch_init(&reload->watch);
    if (watch)
        toc_rule_watch_begin(&reload->watch, paths);
}

static void *load(void *ctx) {
    struct toc_reload *reload = ctx;

    reload->error = toc_rule_paths_load(reload->paths, false, &reload->diags, &reload->ruleset);
    malloc_trim(0);
    atomic_store_explicit(&reload->loaded, true, memory_order_release);
    return NULL;
}

static void begin(struct toc_reload *reload) {
    reload->due = 0;
    // Before the files are read: a change while they are is one more.
    if (reload->watching)
        toc_rule_watch_begin(&reload->watch, reload->paths);
    atomic_store_explicit(&reload->loaded, false, memory_order_relaxed);
    reload->loading = !pthread_create(&reload->thread, NULL, load, reload);
    if (!reload->loading)
        toc_say("the rules cannot be loaded now: no thread; the old ones go on");
}

static struct toc_ruleset *end(struct toc_reload *reload) {
    struct toc_ruleset *ruleset = reload->ruleset;
    bool bad = reload->error || (reload->strict && reload->diags.n_warnings);

    pthread_join(reload->thread, NULL);
    reload->loading = false;
    reload->ruleset = NULL;
    toc_say_diags(&reload->diags);
    if (!bad)
        return ruleset;
    toc_say("the new rules are refused; the old ones go on");
    toc_ruleset_free(&ruleset);
    return NULL;
}

struct toc_ruleset *toc_reload_poll(struct toc_reload *reload, int64_t now) {
    if (reload->loading)
        return atomic_load_explicit(&reload->loaded, memory_order_acquire) ? end(reload) : NULL;
    if (toc_signals_take_reload())
        reload->due = now;
    if (reload->watching && now >= reload->next_look) {
        reload->next_look = now + LOOK_NS;
        if (toc_rule_watch_changed(&reload->watch))
            reload->due = now + SETTLE_NS;
    }
    if (reload->due && now >= reload->due)
        begin(reload);
    return NULL;
}

void toc_reload_close(struct toc_reload *reload) {
    if (reload->loading)
        pthread_join(reload->thread, NULL);
    reload->loading = false;
    toc_ruleset_free(&reload->ruleset);
    toc_diags_clear(&reload->diags);
    toc_rule_watch_end(&reload->watch);
}
