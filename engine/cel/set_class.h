// SPDX-License-Identifier: Apache-2.0
// Which conditions and indexes depend on which bytes of the objects that a record consists of.
#pragma once

#include "cel/set_index.h"

/* As many kinds of objects as a record may consist of, and parts of theirs that are read. */
#define SET_MAX_SHAPES 64
#define SET_MAX_CLASSES 4096

/* A field of an object that leads to more: objects, or text that is read. */
struct set_lead {
    const struct toc_field *field;
    uint16_t shape; /* of objects */
    uint16_t class; /* of text */
};

/* A kind of object. */
struct set_shape {
    const struct toc_object *object;
    uint16_t *classes; /* of each word of it, the first; 0: nobody reads that */
    uint8_t *bytes;    /* which bytes of it are read, a bit each */
    struct set_lead *leads;
    uint16_t n_leads;
};

/* A class is what fields take of a word of a kind of object, or a text. Number 1 is what everything
 * depends on. */
#define SET_CLASS_ALL 1
struct set_class {
    uint16_t next; /* of the same word; 0: it is the last */
    uint8_t bytes; /* a bit each */
};

struct set_classes {
    struct set_shape shapes[SET_MAX_SHAPES];
    struct set_class items[SET_MAX_CLASSES]; /* from 1 */
    uint16_t n_shapes;                       /* the root is the first */
    uint16_t n;                              /* classes, 0 included */
    size_t words, index_words;
    uint64_t *conditions; /* by class and domain: bits of those that depend on it there */
    uint64_t *indexes;    /* likewise */
    uint64_t *always;     /* conditions that may depend on any byte */
    uint64_t *judged;     /* conditions that are neither watches nor unknown */
    uint64_t *across;     /* what they give of an element may depend on the others */
};

/* The bits of a class, of which there are so many words, for objects in elements of a domain. */
static inline uint64_t *cel_class_bits(uint64_t *bits, size_t words, uint16_t class,
                                       uint16_t domain) {
    return bits + ((size_t) class * SET_MAX_DOMAINS + domain) * words;
}

/* The number of the object's shape, made with all that it leads to if need be; -1 without memory or
 * room. The catalogue has no cycles. */
int cel_shape_of(struct set_classes *classes, const struct toc_object *object);
/* The one that has the field; NULL: none. */
struct set_shape *cel_shape_with(struct set_classes *classes, const struct toc_field *field);

/* Calls fn for what the field takes of each word, with the first class there. Where a text lies is
 * part of the layout: what may differ is the text. */
typedef void (*cel_class_fn)(struct set_classes *classes, uint16_t *first, uint8_t bytes,
                             void *ctx);
void cel_each_class(struct set_classes *classes, const struct toc_field *field, cel_class_fn fn,
                    void *ctx);

/* Once a set is indexed: fills in set->classes, or leaves it NULL where records are not of one
 * kind. -ENOMEM. */
int cel_set_classify(struct cel_set *set);
void cel_set_classes_free(struct set_classes **classes);
