/* reading_mail.c - see reading_mail.h.
 *
 * A part is read as the page that it would be, of a host that is nobody's: markup by the reader of
 * pages, plain text as lines, with the URLs that stand in it as links. What a mail says of its own
 * layout (style sheets, fields, the host that its pictures come from) tells of the program that
 * sent it, so that only those marks are kept that lead to somebody. */
#include "crawler/jail/reading_mail.h"

#include "base/url.h"
#include "crawler/lists/finds.h"
#include "crawler/lists/mail.h"
#include "crawler/lists/text_urls.h"
#include "crawler/parse/parse.h"

enum { ARENA_BYTES = 48 << 20, LINES_MAX = 50000, LINKS_MAX = 2000, MARKS_MAX = 1000 };

#define NOBODY "http://mail.invalid/"
#define HEAD RX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n")

struct mail_search {
    const struct extractor *x;
    size_t marks;
    bool told;
};

/* ---- plain text -------------------------------------------------------------------------------
 */

struct plain {
    struct doc doc;
    struct rx_arena *arena;
    size_t link_cap, text_cap;
};

static struct doc_span span_of(const struct doc *d, struct rx_str part)
{
    return (struct doc_span){part, (uint32_t)(part.p - d->source.p), (uint32_t)part.n};
}

static int add_line(struct plain *p, struct rx_str line)
{
    struct doc *d = &p->doc;
    if (rx_str_trim(line).n == 0)
        return 0;
    struct doc_span *texts =
        rx_arena_grow(p->arena, d->texts, d->text_count, &p->text_cap, sizeof *texts);
    if (!texts)
        return RX_EFULL;
    d->texts = texts;
    d->texts[d->text_count++] = span_of(d, line);
    return 0;
}

static int add_lines(struct plain *p)
{
    struct rx_str text = p->doc.source, line;
    int rc = 0;
    while (text.n > 0 && rc == 0 && p->doc.text_count < LINES_MAX) {
        (void)rx_str_cut(text, '\n', &line, &text);
        rc = add_line(p, line);
    }
    p->doc.cut = text.n > 0;
    return rc;
}

/* Is it a part of the text itself? What was defanged comes as a copy. */
static bool is_view(const struct doc *d, struct rx_str part)
{
    const uintptr_t from = (uintptr_t)d->source.p, at = (uintptr_t)part.p;
    return at >= from && at - from + part.n <= d->source.n;
}

static int on_url(void *ctx, struct rx_str text)
{
    struct plain *p = ctx;
    struct doc *d = &p->doc;
    struct rx_buf href = RX_BUF(RX_URL_MAX + 64);
    struct rx_url url;
    int rc = 0;
    if (d->link_count < LINKS_MAX && rx_url_parse(&url, &href, text, NULL) == 0) {
        struct doc_link *links =
            rx_arena_grow(p->arena, d->links, d->link_count, &p->link_cap, sizeof *links);
        const struct rx_str copy = rx_arena_dup(p->arena, url.href);
        rc = links && copy.p ? 0 : RX_EFULL;
        if (links)
            d->links = links;
        if (rc == 0)
            d->links[d->link_count++] = (struct doc_link){
                .kind = RX_LINK_A,
                .url = copy,
                .raw = is_view(d, text) ? span_of(d, text) : (struct doc_span){.text = copy}};
    }
    rx_buf_free(&href);
    return rc;
}

static int plain_doc(struct doc *out, struct rx_arena *arena, struct rx_str text)
{
    struct plain p = {.doc = {.kind = DOC_PAGE,
                              .url = RX_STR(NOBODY),
                              .base = RX_STR(NOBODY),
                              .source = text,
                              .charset = RX_STR("utf-8"),
                              .charset_by = "header"},
                      .arena = arena};
    int rc = add_lines(&p);
    if (rc == 0)
        rc = text_urls(text, on_url, &p);
    if (rc == 0)
        *out = p.doc;
    return rc;
}

/* ---- marks ------------------------------------------------------------------------------------
 */

static bool leads_somewhere(const struct rx_class *cls)
{
    static const enum rx_group groups[] = {RX_GROUP_AFFILIATE, RX_GROUP_TRACKER,  RX_GROUP_PAYMENT,
                                           RX_GROUP_CONTACT,   RX_GROUP_IDENTITY, RX_GROUP_LINKS};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (cls->group == groups[i])
            return cls->tier > 0;
    return false;
}

static int add_marks(struct mail_search *s, struct rx_buf *finds, const struct marks *marks,
                     struct rx_str place)
{
    int rc = 0;
    for (size_t i = 0; i < marks->count && rc == 0 && s->marks < MARKS_MAX; i++) {
        const struct mark *m = &marks->items[i];
        if (!leads_somewhere(m->cls))
            continue;
        s->marks++;
        rc = finds_add(finds, &(struct find){.kind = FIND_MARK,
                                             .place = place,
                                             .text = m->raw,
                                             .cls = rx_str(m->cls->name),
                                             .value = m->value,
                                             .hidden = m->hidden});
    }
    return rc;
}

static int on_part(void *ctx, struct rx_buf *finds, const struct mail_part *part)
{
    struct mail_search *s = ctx;
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct doc doc = {0};
    struct marks marks = {0};
    struct rx_err why = {0};
    int rc = part->html ? parse_scan(&doc, &arena, RX_STR(NOBODY), HEAD, part->text,
                                     &parse_limits_default, &why)
                        : plain_doc(&doc, &arena, part->text);
    if (rc == 0)
        rc = extract_marks(&marks, &arena, s->x, &doc, RX_STR(""), &why);
    if (rc == 0) {
        rc = add_marks(s, finds, &marks, part->place);
    } else if (rc != RX_ENOMEM) { /* its URLs are taken anyhow */
        const bool told = s->told;
        s->told = true;
        rc = told ? 0
                  : finds_add(finds, &(struct find){.kind = FIND_FAULT,
                                                    .place = part->place,
                                                    .text = RX_STR("the part is too long to be "
                                                                   "searched for identifiers")});
    }
    rx_arena_free(&arena);
    return rc;
}

int reading_mail(struct rx_buf *finds, const struct extractor *x, struct rx_str bytes,
                 struct rx_err *err)
{
    struct mail_search search = {.x = x};
    return mail_read(finds, bytes, x ? on_part : NULL, &search, err);
}
