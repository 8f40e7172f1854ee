/* same.c - what a page of the trade is like: its sketches and its dom-hash (same_text.h,
 * same_tags.h).
 *
 * They cost as much again as the rest of a page's reading, so they are made only of pages that look
 * like a shop of medicines, lawful ones included: what these have in common with others is no
 * operator's. */
#include "crawler/extract/families.h"
#include "crawler/extract/same_tags.h"
#include "crawler/extract/same_text.h"

static bool is_of_trade(const struct signs *signs)
{
    const enum rx_role alone = role_decide(signs, 1, NULL);
    return alone == RX_ROLE_STOREFRONT || alone == RX_ROLE_LICENSED || role_promising(signs);
}

/* What the shop calls itself. */
static size_t names_of(struct rx_str names[SAME_NAMES_MAX], const struct collect *c)
{
    static const struct rx_str brand = {"og:site_name", 12};
    const struct doc *d = c->doc;
    size_t count = 0;
    names[count++] = c->site;
    for (size_t i = 0; i < d->meta_count && count < SAME_NAMES_MAX; i++)
        if (rx_str_ieq(d->metas[i].name.text, brand))
            names[count++] = d->metas[i].content.text;
    return count;
}

/* Hex digits as bytes. */
static void pack_hash(uint8_t out[SAME_HASH_BYTES], const char hex[SAME_DOM_HASH + 1])
{
    for (size_t i = 0; i < SAME_HASH_BYTES; i++)
        out[i] = (uint8_t)(rx_hex(hex[2 * i]) << 4 | rx_hex(hex[2 * i + 1]));
}

void same_collect(const struct family_page *p)
{
    struct collect *c = p->c;
    struct same_text text;
    struct same_tags tags;
    struct rx_str names[SAME_NAMES_MAX];
    if (c->rc || !is_of_trade(&c->out->signs))
        return;
    struct same *same = rx_arena_zalloc(c->arena, 1, sizeof *same);
    c->rc =
        same ? same_text(&text, c->arena, p->lex, p->words, names, names_of(names, c)) : RX_EFULL;
    if (!c->rc)
        c->rc = same_tags(&tags, c->doc);
    if (c->rc)
        return;
    *same = (struct same){.shingles = text.shingles,
                          .qgrams = text.qgrams,
                          .paths = tags.paths,
                          .words = text.words,
                          .elements = tags.elements};
    pack_hash(same->dom_hash, tags.dom_hash);
    c->out->same = same;
}
