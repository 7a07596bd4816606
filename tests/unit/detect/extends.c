// SPDX-License-Identifier: Apache-2.0
// Packs that extend packs: what is inherited, what is replaced, and where each value came from.
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "workspace.h"

TestSuite(extends, .init = workspace_enter, .fini = workspace_leave);

static const char *const top[] = {"p.yaml"};

static void write_pack(const char *path, const char *name, const char *body) {
    char text[4096];

    snprintf(text, sizeof(text), "format: 1\npack: %s\n%s", name, body);
    workspace_write(path, text);
}

/* "a limit=5 signature:8" */
static void tell(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        const struct toc_setting *setting = toc_ruleset_settings(ruleset, i);

        toc_buf_addf(out, "%s:", toc_ruleset_rule(ruleset, i)->signature->id);
        for (; setting; setting = setting->next) {
            toc_buf_addf(out, " %s=%s", setting->name, setting->value);
            for (const struct toc_origin *o = setting->origin; o; o = o->before)
                toc_buf_addf(out, "<%s %s:%u", o->how, o->file, o->line);
        }
        toc_buf_addc(out, '\n');
    }
}

static const struct {
    const char *pack, *base, *expected;
} rows[] = {
    {"extends: q\n", "",
     "a: level=low<signature s/a.yaml:5 params.limit=5<signature s/a.yaml:9"
     " params.ports=[53]<signature s/a.yaml:9 params.word=\"x\"<signature s/a.yaml:9"
     " params.empty=[]<signature s/a.yaml:9\n"},
    {"extends: ./q.yaml\n", "exclude: [a]\n", ""},
    {"extends: q\ninclude: {status: [stable]}\n", "include: {min-level: high}\n", ""},
    {"extends: q\ninclude: {min-level: low}\n", "include: {min-level: high}\nlevel: {a: high}\n",
     "a: level=high<level q.yaml:4<signature s/a.yaml:5 params.limit=5<signature s/a.yaml:9"
     " params.ports=[53]<signature s/a.yaml:9 params.word=\"x\"<signature s/a.yaml:9"
     " params.empty=[]<signature s/a.yaml:9\n"},
    {"extends: q\nset: {a: {limit: 7}}\nadd: {a: {ports: [5353]}}\n",
     "set: {a: {limit: 6, word: y}}\nadd: {a: {ports: [123]}}\nlevel: {a: high}\n"
     "except: [{id: a, when: proc.uid == 0, reason: r}]\nscope: proc.uid > 5\n",
     "a: level=high<level q.yaml:5<signature s/a.yaml:5"
     " params.limit=7<set p.yaml:4<set q.yaml:3<signature s/a.yaml:9"
     " params.ports=[53, 123, 5353]<add p.yaml:5<add q.yaml:4<signature s/a.yaml:9"
     " params.word=\"y\"<set q.yaml:3<signature s/a.yaml:9 params.empty=[]<signature s/a.yaml:9"
     " except=proc.uid == 0<except q.yaml:6 scope=proc.uid > 5<scope q.yaml:7\n"},
};

Test(extends, what_is_inherited) {
    workspace_write("s/a.yaml", plain_signature);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
        _cleanup_toc_buf_ struct toc_buf got = {0};
        _cleanup_free_ char *text = NULL;

        write_pack("p.yaml", "p", rows[i].pack);
        write_pack("q.yaml", "q", rows[i].base);
        cr_assert_eq(workspace_load(top, 1, &text, &ruleset), 0, "%s", text);
        tell(ruleset, &got);
        cr_expect_str_eq(got.n ? toc_buf_cstr(&got) : "", rows[i].expected, "%s%s\ngot: %s",
                         rows[i].pack, rows[i].base, toc_buf_cstr(&got));
    }
}

Test(extends, a_circle_is_told_with_its_places) {
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_free_ char *text = NULL;

    workspace_write("s/a.yaml", plain_signature);
    write_pack("p.yaml", "p", "extends: q\n");
    write_pack("q.yaml", "q", "title: T\nextends: r\n");
    write_pack("r.yaml", "r", "extends: q\n");
    cr_expect_neq(workspace_load(top, 1, &text, &ruleset), 0);
    cr_expect_str_eq(text,
                     "r.yaml:3:10: error: the pack extends itself\n"
                     "extends: q\n"
                     "         ^\n"
                     "  hint: q.yaml:4 extends r.yaml:3 extends q.yaml\n",
                     "%s", text);
}

Test(extends, a_mistake_in_a_shared_base_is_told_once) {
    static const char *const both[] = {"p.yaml", "q.yaml"};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_free_ char *text = NULL;

    workspace_write("s/a.yaml", plain_signature);
    write_pack("p.yaml", "p", "extends: q\n");
    write_pack("q.yaml", "q", "exclude: [zzz]\n");
    cr_expect_neq(workspace_load(both, 2, &text, &ruleset), 0);
    cr_expect_str_eq(text, "q.yaml:3:11: error: there is no signature `zzz`\n"
                           "exclude: [zzz]\n"
                           "          ^~~\n");
}
