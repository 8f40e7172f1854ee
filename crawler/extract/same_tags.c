/* same_tags.c - see same_tags.h. The nest of open elements is a rough one: it need not be what a
 * browser builds, only the same for pages that are written the same. */
#include "crawler/extract/same_tags.h"

#include "base/digest.h"
#include "crawler/parse/token.h"

enum { NAMES_BYTES = 4096, NAME_BYTES = 128 };

/* ---- dom-hash ---------------------------------------------------------------------------------
 */

/* The joined names, digested a bufferful at a time. */
struct names {
    struct rx_sha256_ctx *sha;
    char p[NAMES_BYTES];
    size_t n;
    bool any;
    bool html, head, body; /* are there, written or implied */
    bool in_head;
};

static void flush(struct names *names)
{
    rx_sha256_add(names->sha, rx_strn(names->p, names->n));
    names->n = 0;
}

static void add_name(struct names *names, struct rx_str name)
{
    if (names->n + name.n + 1 > sizeof names->p)
        flush(names);
    if (names->any)
        names->p[names->n++] = '|';
    names->any = true;
    memcpy(names->p + names->n, name.p, name.n);
    names->n += name.n;
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

/* What stands in a body only, and ends a head that was not closed (libxml2's htmlStartClose). */
static bool ends_head(const struct tag_row *row)
{
    return (row->flags & (TAG_CLOSES_P | TAG_IS_DROPPED)) || row->tag == TAG_A ||
           row->tag == TAG_IMG || row->tag == TAG_IFRAME || row->tag == TAG_SPAN;
}

static void add_frame_of_page(struct names *names, enum tag tag)
{
    if (tag == TAG_HEAD && !names->body) {
        names->in_head |= !names->head;
        add_once(names, &names->head, "head");
    } else if (tag == TAG_BODY) {
        names->in_head = false;
        add_once(names, &names->body, "body");
    }
}

/* What libxml2 puts before the element (htmlCheckImplied), then the element. outer: nothing but
 * html, head or body is open. */
static void add_element(struct names *names, const struct tag_row *row, struct rx_str name,
                        bool outer)
{
    enum tag tag = (enum tag)row->tag;
    add_once(names, &names->html, "html");
    if (tag == TAG_HTML || tag == TAG_HEAD || tag == TAG_BODY) {
        add_frame_of_page(names, tag);
        return;
    }
    if (outer && ends_head(row))
        names->in_head = false;
    if (!names->body && !names->head && is_of_head(tag))
        add_frame_of_page(names, TAG_HEAD);
    else if (!names->in_head && !is_of_head(tag) && !is_of_frames(tag))
        add_once(names, &names->body, "body");
    add_name(names, name);
}

/* Words before any body begin it, and a paragraph (htmlCheckParagraph). */
static void add_words(struct names *names, struct rx_str text)
{
    if (names->body || rx_str_trim(text).n == 0)
        return;
    add_once(names, &names->html, "html");
    add_frame_of_page(names, TAG_BODY);
    add_name(names, RX_STR("p"));
}

static void end_names(char out[SAME_DOM_HASH + 1], struct names *names)
{
    char hex[RX_SHA256_HEX + 1];
    flush(names);
    struct rx_sha256 digest = rx_sha256_end(names->sha);
    rx_sha256_hex(hex, &digest);
    memcpy(out, hex, SAME_DOM_HASH);
    out[SAME_DOM_HASH] = '\0';
}

/* ---- paths ------------------------------------------------------------------------------------
 */

struct open {
    enum tag tag;
    uint64_t name, path; /* hashes */
};

struct paths {
    struct open stack[SAME_DEPTH];
    unsigned depth;
    uint64_t ring[SAME_TAGS_RUN];
    size_t elements;
    struct rx_minhash runs;
};

static bool is_open(const struct paths *p, enum tag tag)
{
    return p->depth > 0 && p->stack[p->depth - 1].tag == tag;
}

/* Elements whose end tags pages leave out end where the next begins. */
static void close_implied(struct paths *p, const struct tag_row *row)
{
    enum tag tag = (enum tag)row->tag;
    if ((row->flags & TAG_CLOSES_P) && is_open(p, TAG_P))
        p->depth--;
    if ((tag == TAG_TR || tag == TAG_TBODY) && is_open(p, TAG_TD))
        p->depth--;
    if (tag == TAG_TBODY && is_open(p, TAG_TR))
        p->depth--;
    bool one_at_a_time = tag == TAG_LI || tag == TAG_OPTION || tag == TAG_DD || tag == TAG_TD ||
                         tag == TAG_TR || tag == TAG_TBODY;
    if (one_at_a_time && is_open(p, tag))
        p->depth--;
}

static void add_path(struct paths *p, uint64_t path)
{
    p->ring[p->elements++ % SAME_TAGS_RUN] = path;
    if (p->elements < SAME_TAGS_RUN)
        return;
    uint64_t run = 0;
    for (size_t i = 0; i < SAME_TAGS_RUN; i++)
        run = run * UINT64_C(0x9fb21c651e98df25) + p->ring[(p->elements + i) % SAME_TAGS_RUN];
    rx_minhash_add(&p->runs, run);
}

static void open_element(struct paths *p, const struct token *tok, uint64_t name)
{
    if (tok->row->flags & (TAG_IS_DROPPED | TAG_NOT_COUNTED))
        return;
    close_implied(p, tok->row);
    uint64_t around = p->depth ? p->stack[p->depth - 1].path : 0;
    uint64_t path = rx_mix64(around * UINT64_C(0x9e3779b97f4a7c15) + name);
    add_path(p, path);
    if (!(tok->row->flags & TAG_IS_VOID) && !tok->self_closing && p->depth < SAME_DEPTH)
        p->stack[p->depth++] = (struct open){(enum tag)tok->row->tag, name, path};
}

/* Ends the innermost open element of that name, and what is open in it; none: nothing. */
static void close_element(struct paths *p, uint64_t name)
{
    unsigned depth = p->depth;
    while (depth > 0 && p->stack[depth - 1].name != name)
        depth--;
    if (depth > 0)
        p->depth = depth - 1;
}

/* ---- both -------------------------------------------------------------------------------------
 */

/* The name in small letters, cut at NAME_BYTES. */
static struct rx_str small_name(char out[NAME_BYTES], struct rx_str name)
{
    size_t n = name.n < NAME_BYTES ? name.n : NAME_BYTES;
    for (size_t i = 0; i < n; i++)
        out[i] = rx_lower(name.p[i]);
    return rx_strn(out, n);
}

int same_tags(struct same_tags *out, const struct doc *doc)
{
    struct names names = {.sha = rx_sha256_new()};
    struct paths paths = {0};
    struct tokenizer t = {.text = doc->source};
    struct token tok;
    char lower[NAME_BYTES];
    if (!names.sha)
        return RX_ENOMEM;
    while (token_next(&t, &tok)) {
        if (tok.kind == TOKEN_TEXT && paths.depth == 0)
            add_words(&names, rx_str_sub(t.text, tok.start, tok.end));
        if (tok.kind != TOKEN_START && tok.kind != TOKEN_END)
            continue;
        struct rx_str name = small_name(lower, tok.name);
        uint64_t hash = rx_hash64(name);
        if (tok.kind == TOKEN_END) {
            close_element(&paths, hash);
            names.in_head &= tok.row->tag != TAG_HEAD;
            continue;
        }
        add_element(&names, tok.row, name, paths.depth == 0);
        open_element(&paths, &tok, hash);
        if (tok.row->tag == TAG_SCRIPT || tok.row->tag == TAG_STYLE)
            token_raw(&t, &tok);
    }
    struct same_tags same = {.elements = (uint32_t)paths.elements};
    (void)rx_minhash_end(&same.paths, &paths.runs); /* none: it stays zero */
    end_names(same.dom_hash, &names);
    *out = same;
    return 0;
}
