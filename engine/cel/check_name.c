// SPDX-License-Identifier: Apache-2.0
// Names: variables, constants, fields of records; the longest dotted name wins.
#include <string.h>

#include "base/text.h"
#include "cel/check.h"
#include "cel/field.h"
#include "cel/parse.h"
#include "cel/text.h"

static const struct cel_local *find_local(const struct cel_checker *checker,
                                          const struct cel_name *name) {
    const struct cel_local *local = checker->locals;

    while (local && !(local->name.n == name->n && !memcmp(local->name.s, name->s, name->n)))
        local = local->next;
    return local;
}

size_t cel_qualified_name(const struct cel_checker *checker, const struct cel_node *node,
                          char *dst) {
    size_t n = 0;

    if (node->kind == CEL_NODE_SELECT && !node->optional && !node->test) {
        n = cel_qualified_name(checker, node->kids[0], dst);
        if (!n || n + 1 + node->name.n >= CEL_MAX_NAME)
            return 0;
        dst[n++] = '.';
    } else if (node->kind != CEL_NODE_IDENT || node->name.n >= CEL_MAX_NAME ||
               (!node->absolute && find_local(checker, &node->name))) {
        return 0;
    }
    memcpy(dst + n, node->name.s, node->name.n);
    dst[n + node->name.n] = '\0';
    return n + node->name.n;
}

static const struct {
    const char *name;
    const struct cel_type *type;
} type_names[] = {
    {"bool", &cel_type_bool},
    {"int", &cel_type_int},
    {"uint", &cel_type_uint},
    {"double", &cel_type_double},
    {"string", &cel_type_string},
    {"bytes", &cel_type_bytes},
    {"list", &cel_type_list_dyn},
    {"map", &cel_type_map_dyn},
    {"null_type", &cel_type_null},
    {"type", &cel_type_type},
    {"optional_type", &cel_type_optional_dyn},
    {"google.protobuf.Timestamp", &cel_type_timestamp},
    {"google.protobuf.Duration", &cel_type_duration},
    {"net.IP", &cel_type_ip},
    {"net.CIDR", &cel_type_cidr},
};

static void set_const(struct cel_checker *checker, struct cel_node *node,
                      const struct cel_value *value, const struct cel_type *type) {
    cel_focus_whole(node);
    node->kind = CEL_NODE_CONST;
    node->value = *value;
    node->type = type ? type : cel_type_of_value(value, checker->unit->keep);
    node->n = 0;
}

/* Looked for among hundreds, most of which differ in the first byte. */
static inline bool same_name(const char *a, const char *b) {
    return *a == *b && !strcmp(a, b);
}

/* A constant, variable or type of that whole name. */
static bool resolve(struct cel_checker *checker, struct cel_node *node, const char *name) {
    const struct cel_scope *scope = checker->unit->scope;

    for (size_t i = 0; i < scope->n_constants; i++) {
        if (same_name(scope->constants[i].name, name)) {
            set_const(checker, node, &scope->constants[i].value, scope->constants[i].type);
            if (scope->constants[i].used)
                *scope->constants[i].used = true;
            return true;
        }
    }
    for (size_t i = 0; i < scope->n_vars; i++) {
        if (same_name(scope->vars[i].name, name)) {
            node->kind = CEL_NODE_VAR;
            node->slot = (uint16_t)i;
            node->type = scope->vars[i].type;
            node->n = 0;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++) {
        if (same_name(type_names[i].name, name)) {
            struct cel_value value = cel_type_value(type_names[i].type);

            set_const(checker, node, &value, &cel_type_type);
            return true;
        }
    }
    return false;
}

static void fail_node(struct cel_node *node, const char *text) {
    node->kind = CEL_NODE_FAIL;
    node->value = cel_fail(CEL_ERR_NO_SUCH_FIELD, text);
    node->type = &cel_type_dyn;
    node->n = 0;
}

/* Which variants have no field of that name. */
static uint64_t missing_variants(const struct toc_object *object, const struct cel_name *name,
                                 uint64_t variants) {
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];

        if (!strncmp(field->name, name->s, name->n) && !field->name[name->n])
            variants &= ~field->variants;
    }
    return variants;
}

/* Every event that the expression is for must have the field, or it could never be meant. */
static void check_variants(struct cel_checker *checker, struct cel_node *node,
                           const struct toc_object *object, uint64_t variants) {
    const struct toc_names *names = checker->unit->scope->variant_names;
    uint64_t missing = missing_variants(object, &node->name, variants);
    const char *variant = NULL;
    struct toc_diag *diag;

    if (!missing || (checker->unit->scope->any_variant && missing != variants))
        return;
    if (names)
        variant = toc_names_name(names, (uint16_t)__builtin_ctzll(missing));
    diag = cel_check_error(checker, node, "`%.*s` is no field of %s", (int)node->name.n,
                           node->name.s, variant ? variant : "every event this is for");
    toc_diag_set_hint(diag, "an expression may only name what all of its events have");
}

static const struct cel_type *fields_type(struct cel_checker *checker, struct cel_node *node) {
    const struct cel_type *type = NULL;

    for (uint16_t i = 0; i < node->object->n_fields; i++) {
        const struct toc_field *field = &node->object->fields[i];

        if (field->variants & node->variants && !strncmp(field->name, node->name.s, node->name.n) &&
            !field->name[node->name.n])
            type = cel_type_join(type, cel_field_type(field, node->variants, checker->unit->scope,
                                                      checker->unit->keep));
    }
    return type;
}

/* The field of an object; false when it has none of that name. */
static bool select_field(struct cel_checker *checker, struct cel_node *node,
                         const struct toc_object *object, uint64_t variants) {
    const struct cel_scope *scope = checker->unit->scope;

    variants = variants ? variants : TOC_ALL_VARIANTS;
    node->field = toc_object_field(object, node->name.s, node->name.n, variants);
    if (!node->field)
        return false;
    node->kind = CEL_NODE_FIELD;
    node->object = object;
    node->variants = variants;
    node->type = fields_type(checker, node);
    if (variants != TOC_ALL_VARIANTS && (object == scope->root || object == scope->variant_object))
        check_variants(checker, node, object, variants);
    return true;
}

void cel_check_ident(struct cel_checker *checker, struct cel_node *node) {
    const struct cel_scope *scope = checker->unit->scope;
    const struct cel_local *local = node->absolute ? NULL : find_local(checker, &node->name);
    char name[CEL_MAX_NAME];
    struct toc_diag *diag;

    if (local) {
        node->kind = CEL_NODE_LOCAL;
        node->slot = local->slot;
        node->type = local->type;
        return;
    }
    if (cel_qualified_name(checker, node, name) && resolve(checker, node, name))
        return;
    if (scope->root && select_field(checker, node, scope->root, scope->root_variants))
        return;
    if (scope->root &&
        toc_object_field(scope->root, node->name.s, node->name.n, TOC_ALL_VARIANTS)) {
        check_variants(checker, node, scope->root, scope->root_variants);
    } else {
        diag = cel_check_error(checker, node, "nothing here is called `%.*s`", (int)node->name.n,
                               node->name.s);
        cel_suggest_name(checker, diag, &node->name);
    }
    fail_node(node, "undeclared name");
}

static void unknown_field(struct cel_checker *checker, struct cel_node *node,
                          const struct cel_type *type) {
    const struct cel_node *of = node->kids[0];
    const char *text = checker->unit->source->text + of->at, *what = text;
    uint64_t variants = type->variants ? type->variants : TOC_ALL_VARIANTS;
    size_t n = of->end - of->at;
    struct toc_diag *diag;

    // A path is named as it was written; what is longer by what it is.
    for (size_t i = 0; what == text && i < n; i++)
        if (strchr("([{ \n\t", text[i]))
            n = strlen(what = type->object->name);
    // What the object is of may fail before the field does, and has() of it is false.
    if (checker->unit->scope->dyn) {
        node->type = node->test ? &cel_type_bool : &cel_type_dyn;
        return;
    }
    if (toc_object_field(type->object, node->name.s, node->name.n, TOC_ALL_VARIANTS)) {
        check_variants(checker, node, type->object, variants);
    } else {
        diag = cel_check_error(checker, node, "%.*s has no field `%.*s`", (int)n, what,
                               (int)node->name.n, node->name.s);
        cel_suggest_field(diag, type->object, &node->name, variants);
    }
    fail_node(node, "no such field");
}

/* A name below one that only constants have, as in `params.limit`: it can mean nothing else. */
static bool unknown_member(struct cel_checker *checker, struct cel_node *node, const char *name) {
    const struct cel_scope *scope = checker->unit->scope;
    size_t n = (size_t)(strrchr(name, '.') - name) + 1, n_members = 0;
    const char **members = NULL;
    struct toc_diag *diag;

    for (size_t i = 0; i < scope->n_constants; i++) {
        const char *constant = scope->constants[i].name;

        if (*constant != *name || strncmp(constant, name, n) != 0)
            continue;
        if (!members)
            members = cel_work(checker->unit, (scope->n_constants - i) * sizeof(*members));
        if (members)
            members[n_members++] = constant + n;
    }
    if (n_members == 0)
        return false;
    diag = cel_check_error(checker, node, "`%.*s` has nothing called `%s`", (int)n - 1, name,
                           name + n);
    cel_suggest(diag, &node->name, members, n_members);
    fail_node(node, "undeclared name");
    return true;
}

void cel_check_select(struct cel_checker *checker, struct cel_node *node) {
    const struct cel_type *type, *elem;
    char name[CEL_MAX_NAME];
    bool optional;

    if (cel_qualified_name(checker, node, name) &&
        (resolve(checker, node, name) || unknown_member(checker, node, name)))
        return;
    cel_check_node(checker, node->kids[0]);
    type = node->kids[0]->type;
    optional = type->kind == CEL_OPTIONAL;
    elem = optional ? cel_elem(type) : type;
    optional |= node->optional;
    if (elem->kind == CEL_OBJECT && elem->object) {
        if (!select_field(checker, node, elem->object, elem->variants)) {
            unknown_field(checker, node, elem);
            return;
        }
        // Steps through optionals look the field up by name: the path is known only in part.
        if (optional)
            node->kind = CEL_NODE_SELECT;
    } else {
        node->type = elem->kind == CEL_MAP ? cel_elem(elem) : &cel_type_dyn;
        if (elem->kind != CEL_MAP && !cel_is_dyn(elem))
            cel_check_error(checker, node, "%s has no fields", cel_type_name(elem).s);
        else if (elem->kind == CEL_MAP && cel_key(elem)->kind != CEL_STRING &&
                 !cel_is_dyn(cel_key(elem)))
            cel_check_error(checker, node, "the map's keys are %s: a field name is a string",
                            cel_type_name(cel_key(elem)).s);
    }
    if (node->test)
        node->type = &cel_type_bool;
    else if (optional)
        node->type = cel_type_optional_of(node->type, checker->unit->keep);
}
