/* same_tags.c - see same_tags.h. */
#include "crawler/extract/same_tags.h"

#include "base/digest.h"
#include "crawler/parse/token.h"

bool same_tags(struct rx_sketch *out, const struct doc *doc)
{
    struct rx_minhash runs = RX_MINHASH;
    for (size_t i = 0; i + SAME_TAGS_RUN <= doc->tag_path_count; i++) {
        uint64_t hash = 0;
        for (size_t k = 0; k < SAME_TAGS_RUN; k++)
            hash = hash * UINT64_C(0x9fb21c651e98df25) + doc->tag_paths[i + k];
        rx_minhash_add(&runs, hash);
    }
    return rx_minhash_end(out, &runs);
}

/* ---- dom-hash ---------------------------------------------------------------------------------
 */

enum { NAMES_BYTES = 4096, NAME_BYTES = 128 };

/* The joined names, digested a bufferful at a time. */
struct names {
    struct rx_sha256_ctx *sha;
    char p[NAMES_BYTES];
    size_t n;
    bool any;
    bool html, head, body; /* are there, written or implied */
};

static void flush(struct names *names)
{
    rx_sha256_add(names->sha, rx_strn(names->p, names->n));
    names->n = 0;
}

static void add_name(struct names *names, struct rx_str name)
{
    name = rx_str_sub(name, 0, NAME_BYTES);
    if (names->n + name.n + 1 > sizeof names->p)
        flush(names);
    if (names->any)
        names->p[names->n++] = '|';
    names->any = true;
    for (size_t i = 0; i < name.n; i++)
        names->p[names->n++] = rx_lower(name.p[i]);
}

static void add_once(struct names *names, bool *there, const char *name)
{
    if (!*there)
        add_name(names, rx_str(name));
    *there = true;
}

static bool is_of_head(enum tag tag)
{
    return tag == TAG_SCRIPT || tag == TAG_STYLE || tag == TAG_META || tag == TAG_LINK ||
           tag == TAG_TITLE || tag == TAG_BASE;
}

static bool is_of_frames(enum tag tag)
{
    return tag == TAG_FRAME || tag == TAG_FRAMESET || tag == TAG_HIDDEN;
}

/* What libxml2 puts before the element (htmlCheckImplied), then the element. */
static void add_element(struct names *names, const struct token *tok)
{
    enum tag tag = (enum tag)tok->row->tag;
    add_once(names, &names->html, "html");
    if (tag == TAG_HTML)
        return;
    if (tag == TAG_HEAD || tag == TAG_BODY) {
        if (tag == TAG_HEAD && !names->body)
            add_once(names, &names->head, "head");
        else if (tag == TAG_BODY)
            add_once(names, &names->body, "body");
        return;
    }
    if (!names->body && is_of_head(tag))
        add_once(names, &names->head, "head");
    else if (!is_of_frames(tag))
        add_once(names, &names->body, "body");
    add_name(names, tok->name);
}

int same_dom_hash(char out[SAME_DOM_HASH + 1], const struct doc *doc)
{
    struct names names = {.sha = rx_sha256_new()};
    struct tokenizer t = {.text = doc->source};
    struct token tok;
    if (!names.sha)
        return RX_ENOMEM;
    while (token_next(&t, &tok)) {
        if (tok.kind != TOKEN_START)
            continue;
        add_element(&names, &tok);
        if (tok.row->tag == TAG_SCRIPT || tok.row->tag == TAG_STYLE)
            token_raw(&t, &tok);
    }
    flush(&names);
    struct rx_sha256 digest = rx_sha256_end(names.sha);
    char hex[RX_SHA256_HEX + 1];
    rx_sha256_hex(hex, &digest);
    memcpy(out, hex, SAME_DOM_HASH);
    out[SAME_DOM_HASH] = '\0';
    return 0;
}
