// SPDX-License-Identifier: Apache-2.0
// Digests of signatures and packs: of what they mean, not of how their files are written.
#include "detect/digest.h"

#include <string.h>
#include <xxhash.h>

#include "detect/signature.h"

void toc_digest_number(struct toc_buf *buf, uint64_t number) {
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
    toc_buf_add(buf, bytes, sizeof(bytes));
}

void toc_digest_text(struct toc_buf *buf, const char *s) {
    toc_digest_number(buf, s ? strlen(s) : UINT64_MAX);
    if (s)
        toc_buf_adds(buf, s);
}

void toc_digest_params(struct toc_buf *buf, const struct toc_params *params) {
    toc_digest_number(buf, params->n);
    for (size_t i = 0; i < params->n; i++) {
        _cleanup_toc_buf_ struct toc_buf key = {0};

        cel_value_key(&params->items[i].value, &key);
        toc_digest_text(buf, params->items[i].name);
        toc_digest_number(buf, key.n);
        toc_buf_add(buf, key.p, key.n);
    }
}

void toc_digest_node(struct toc_buf *buf, const struct toc_node *node) {
    toc_digest_number(buf, node ? node->kind : UINT64_MAX);
    if (!node)
        return;
    toc_digest_text(buf, node->text);
    for (const struct toc_node *child = node->child; child; child = child->next) {
        toc_digest_text(buf, child->key);
        toc_digest_node(buf, child);
    }
    toc_digest_number(buf, UINT64_MAX);
}

uint64_t toc_digest_end(const struct toc_buf *buf) {
    return XXH3_64bits(buf->p ? buf->p : "", buf->n);
}

uint64_t toc_signature_digest(const struct toc_loaded *loaded) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const struct toc_signature *pub = &loaded->pub;

    toc_digest_text(&buf, pub->id);
    toc_digest_number(&buf, pub->events);
    toc_digest_number(&buf, pub->stages);
    toc_digest_text(&buf, pub->each_var);
    toc_digest_text(&buf, pub->each_list);
    toc_digest_text(&buf, pub->when);
    toc_digest_text(&buf, pub->message);
    toc_digest_params(&buf, &loaded->params);
    if (loaded->correlation_node)
        toc_digest_node(&buf, loaded->correlation_node);
    if (loaded->threshold_node)
        toc_digest_node(&buf, loaded->threshold_node);
    return toc_digest_end(&buf);
}
