// SPDX-License-Identifier: Apache-2.0
// Reads the field table of a recording, which may be of another version or made to harm.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "event/recording_table.h"

enum {
    MAX_OBJECTS = 64,   /* kinds of object; the catalogue has 19 */
    MAX_SETS = 64,      /* sets of names; the catalogue has 14 */
    MAX_FIELDS = 64,    /* of an object: one present bit each */
    MAX_NAMES = 1024,   /* of a set */
    MAX_SIZE = 1 << 16, /* bytes of an object */
    WORDS = 9,          /* of a line */
};

struct table {
    struct toc_arena *arena;
    struct toc_object *objects[MAX_OBJECTS];
    struct toc_names *sets[MAX_SETS];
    size_t n_objects, n_sets;
};

struct line {
    char *word[WORDS];
    size_t n;
};

/* The word as a number up to max; sets *bad otherwise. */
static uint64_t number(const char *word, int base, uint64_t max, bool *bad) {
    char *end;
    unsigned long long v;

    errno = 0;
    v = strtoull(word, &end, base);
    if (errno || end == word || *end || *word == '-' || *word == '+' || v > max)
        *bad = true;
    return v;
}

static int read_names(struct table *table, const struct line *line) {
    struct toc_names *set = toc_arena_alloc(table->arena, sizeof(*set));
    struct toc_name *items = toc_arena_array(table->arena, MAX_NAMES, sizeof(*items));

    if (line->n != 2 || table->n_sets == MAX_SETS || !set || !items)
        return -EBADMSG;
    *set = (struct toc_names){.name = line->word[1], .items = items};
    table->sets[table->n_sets++] = set;
    return 0;
}

static int read_name(struct table *table, const struct line *line) {
    struct toc_names *set = table->n_sets ? table->sets[table->n_sets - 1] : NULL;
    bool bad = false;

    if (line->n < 2 || line->n > 3 || !set || set->n == MAX_NAMES)
        return -EBADMSG;
    ((struct toc_name *)set->items)[set->n++] = (struct toc_name){
        .name = line->n == 3 ? line->word[2] : "",
        .value = (uint16_t)number(line->word[1], 10, UINT16_MAX, &bad),
    };
    return bad ? -EBADMSG : 0;
}

static int read_object(struct table *table, const struct line *line) {
    struct toc_object *object = toc_arena_alloc(table->arena, sizeof(*object));
    struct toc_field *fields = toc_arena_array(table->arena, MAX_FIELDS, sizeof(*fields));
    bool bad = false;

    if (line->n != 4 || table->n_objects == MAX_OBJECTS || !object || !fields)
        return -EBADMSG;
    *object = (struct toc_object){
        .name = line->word[1],
        .fields = fields,
        .size = (uint32_t)number(line->word[2], 10, MAX_SIZE, &bad),
        .variant_offset = (uint16_t)number(line->word[3], 10, UINT16_MAX, &bad),
    };
    if (object->size < 8 || object->size % 8 || object->variant_offset % 2 ||
        object->variant_offset + 2u > object->size)
        bad = true;
    table->objects[table->n_objects++] = object;
    return bad ? -EBADMSG : 0;
}

/* Sets what the field refers to. Only objects and sets already read count: no object holds itself.
 */
static int resolve(const struct table *table, struct toc_field *field, const char *ref) {
    bool wants_object = field->kind == TOC_KIND_OBJECT || field->kind == TOC_KIND_LIST;
    bool wants_names = field->kind == TOC_KIND_ENUM || field->kind == TOC_KIND_NAMES;

    for (size_t i = 0; wants_object && i + 1 < table->n_objects; i++)
        if (!strcmp(table->objects[i]->name, ref))
            field->object = table->objects[i];
    for (size_t i = 0; wants_names && i < table->n_sets; i++)
        if (!strcmp(table->sets[i]->name, ref))
            field->names = table->sets[i];
    return wants_object == !!field->object && wants_names == !!field->names ? 0 : -EBADMSG;
}

static int read_field(struct table *table, const struct line *line) {
    struct toc_object *object = table->n_objects ? table->objects[table->n_objects - 1] : NULL;
    struct toc_field *field;
    bool bad = false;
    uint32_t width;

    if (line->n != 9 || !object || object->n_fields == MAX_FIELDS)
        return -EBADMSG;
    field = (struct toc_field *)&object->fields[object->n_fields++];
    *field = (struct toc_field){
        .name = line->word[1],
        .kind = (uint8_t)number(line->word[2], 10, UINT8_MAX, &bad),
        .width = (uint8_t)number(line->word[4], 10, 8, &bad),
        .is_signed = (uint8_t)number(line->word[5], 10, 1, &bad),
        .offset = (uint32_t)number(line->word[6], 10, MAX_SIZE, &bad),
        .bit = (uint8_t)number(line->word[7], 10, 63, &bad),
        .variants = number(line->word[8], 16, UINT64_MAX, &bad),
    };
    width = toc_table_width(field->kind, field->width);
    if (!width || field->offset < 8 || field->offset + width > object->size)
        bad = true;
    return bad ? -EBADMSG : resolve(table, field, line->word[3]);
}

static int read_line(struct table *table, char *text) {
    static const struct {
        const char *word;
        int (*read)(struct table *table, const struct line *line);
    } lines[] = {
        {"names", read_names}, {"name", read_name}, {"object", read_object}, {"field", read_field}};
    struct line line = {0};
    char *rest = text;

    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        if (line.n == WORDS)
            return -EBADMSG;
        line.word[line.n++] = word;
    }
    for (size_t i = 0; line.n && i < sizeof(lines) / sizeof(lines[0]); i++)
        if (!strcmp(line.word[0], lines[i].word))
            return lines[i].read(table, &line);
    return -EBADMSG;
}

int toc_table_read(const char *text, size_t n, struct toc_arena *arena,
                   const struct toc_object **ret) {
    struct table table = {.arena = arena};
    char *copy = toc_arena_strndup(arena, text, n);

    if (!copy)
        return -ENOMEM;
    for (char *line = copy, *end; *line; line = end + 1) {
        int err;

        end = strchr(line, '\n');
        if (!end)
            return -EBADMSG;
        *end = '\0';
        err = read_line(&table, line);
        if (err)
            return err;
    }
    if (!table.n_objects)
        return -EBADMSG;
    *ret = table.objects[table.n_objects - 1];
    return 0;
}
