// SPDX-License-Identifier: Apache-2.0
// The reference as pages of Markdown.

#include <errno.h>
#include <string.h>

#include "event/reference.h"

static void add_section(struct toc_buf *buf, const char *title, const char *text) {
    toc_buf_addf(buf, "\n## %s\n%s\n", title, text);
}

static void add_arguments(struct toc_buf *buf, uint16_t id) {
    bool any = false;

    toc_buf_adds(buf, "\n## Arguments\n");
    for (uint16_t i = 0; i < toc_object_args.n_fields; i++) {
        const struct toc_field *field = &toc_object_args.fields[i];
        uint8_t target = toc_target_tags(field, id);

        if (!(field->variants & toc_event_bit(id)))
            continue;
        any = true;
        toc_buf_addf(buf, "* `%s`:`%s`[", field->name, toc_argument_type(field, id));
        toc_tags_add(buf, field->tags);
        if (target) {
            toc_buf_adds(buf, "; what it points to: ");
            toc_tags_add(buf, target);
        }
        toc_buf_addf(buf, *field->unit ? "] - %s (%s).\n" : "] - %s.%s\n", field->doc, field->unit);
    }
    if (!any)
        toc_buf_adds(buf, "None.\n");
    toc_buf_adds(buf, "\n### Available Tags\n"
                      "* K - Originated from kernel-space; of a pointer, its value.\n"
                      "* U - Originated from user space.\n"
                      "* TOCTOU - Vulnerable to TOCTOU (time of check, time of use).\n"
                      "* OPT - Optional: might be passed as null.\n");
}

static void add_hooks(struct toc_buf *buf, uint16_t id) {
    static const char *const states[] = {
        [TOC_HOOK_USED] = "In use:",
        [TOC_HOOK_NAMED] = "Named by an older page; resolves to:",
        [TOC_HOOK_LATER] = "Not yet available; would be:",
    };
    bool used = false;

    toc_buf_adds(buf, "\n## Hooks\n");
    for (size_t i = 0; i < toc_hooks_n; i++)
        used |= toc_hooks[i].events & toc_event_bit(id) && toc_hooks[i].state == TOC_HOOK_USED;
    if (!used)
        toc_buf_adds(
            buf, "No producer of this version captures this event. It is read from recordings and "
                 "JSON Lines.\n");
    for (size_t i = 0; i < toc_hooks_n; i++) {
        const struct toc_hook *hook = &toc_hooks[i];

        if (hook->events & toc_event_bit(id))
            toc_buf_addf(buf, "%s### %s\n#### Type\n%s\n#### State\n%s %s.\n#### Purpose\n%s\n",
                         i ? "\n" : "", hook->name, hook->type, states[hook->state],
                         hook->resolves_to, hook->purpose);
    }
}

static void add_related(struct toc_buf *buf, const char *related) {
    toc_buf_adds(buf, "\n## Related Events\n");
    while (*related) {
        size_t n = strcspn(related, " ");
        uint16_t id = toc_event_by_name(related, n);

        toc_buf_addf(buf, "* %.*s", (int)n, related);
        toc_buf_addf(buf, id == TOC_EVENT_NONE ? "%s\n" : " - %s.\n",
                     id == TOC_EVENT_NONE ? "" : toc_event_info(id)->doc);
        related += n + strspn(related + n, " ");
    }
}

static void add_numbers(struct toc_buf *buf, uint16_t id) {
    bool any = false;

    for (size_t i = 0; i < toc_syscalls_n; i++) {
        const struct toc_syscall *call = &toc_syscalls[i];

        if (call->event != id)
            continue;
        if (!any)
            toc_buf_adds(buf,
                         "\n## System call numbers\n| ABI | number | through |\n|---|---|---|\n");
        any = true;
        toc_buf_addf(buf, "| %s | %d | %s |\n", toc_names_name(&toc_names_abi, call->abi), call->nr,
                     toc_names_name(&toc_names_via, call->via));
    }
}

static void add_wrongs(struct toc_buf *buf, uint16_t id) {
    bool any = false;

    for (size_t i = 0; i < toc_wrongs_n; i++) {
        if (toc_wrongs[i].event != id)
            continue;
        if (!any)
            toc_buf_adds(buf, "\n## Where the older page is wrong\n"
                              "This page began as one that was generated for Tracee and never "
                              "reviewed. What it said and is not so:\n");
        any = true;
        toc_buf_addf(buf, "* %s\n", toc_wrongs[i].text);
    }
}

int toc_reference_event(uint16_t id, struct toc_buf *buf) {
    const struct toc_page *page = toc_page(id);

    if (!page)
        return -ENOENT;
    toc_buf_addf(buf, "# %s\n", toc_event_info(id)->name);
    toc_buf_addf(buf, "\n## Intro\n%s - %s\n", toc_event_info(id)->name, page->intro);
    add_section(buf, "Description", page->description);
    add_arguments(buf, id);
    add_hooks(buf, id);
    add_section(buf, "Example Use Case", page->use_case);
    add_section(buf, "Issues", page->issues);
    add_related(buf, page->related);
    add_numbers(buf, id);
    add_wrongs(buf, id);
    toc_reference_fields(id, buf);
    return 0;
}

static const struct {
    const char *title;
    uint16_t group;
} groups[] = {
    {"send*", GROUP_SEND},        {"recv*", GROUP_RECV},       {"wait*", GROUP_WAIT},
    {"side signals", GROUP_SIDE}, {"tocsin's own", GROUP_OWN},
};

int toc_reference_list(struct toc_buf *buf) {
    for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
        toc_buf_addf(buf, "%s%s\n", g ? "\n" : "", groups[g].title);
        for (uint16_t i = 0; i < toc_names_event.n; i++) {
            const struct toc_event_info *info = toc_event_info(toc_names_event.items[i].value);

            if (info->groups & groups[g].group)
                toc_buf_addf(buf, "  %-24s %s\n", info->name, info->doc);
        }
    }
    return 0;
}
