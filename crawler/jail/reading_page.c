/* reading_page.c - the readers of pages, and of answers that say something by their head only
 * (reading_kinds.h). */
#include "crawler/jail/reading_kinds.h"

#include "crawler/jail/reading_wire.h"
#include "crawler/parse/parse.h"

static void add_link(struct read_link *out, const struct doc *doc, const struct doc_link *from,
                     const struct extractor *x)
{
    struct rx_str raw =
        rx_str_sub(doc->source, from->raw.offset, (size_t)from->raw.offset + from->raw.length);
    if (from->raw.length == 0)
        raw = from->raw.text;
    *out = (struct read_link){.kind = from->kind,
                              .url = from->url,
                              .text = rx_str_sub(from->text, 0, READING_TEXT_MAX),
                              .rel = from->rel};
    if (!rx_str_eq(raw, from->url))
        out->raw = rx_str_sub(raw, 0, READING_RAW_MAX);
    if (from->raw.length)
        out->offset = doc_source_offset(doc, from->raw.offset);
    out->trade = x && (lexicon_hit(x, from->text) || lexicon_hit(x, from->url));
}

/* Keeps, in their order, the links that fit the page's budget. What tells most (forms, frames,
 * redirects) comes out of a half of it that the rest cannot use. */
static void fit_links(struct reading *r)
{
    size_t owed = 0, telling = 0, plain = 0, kept = 0;
    for (size_t i = 0; i < r->link_count; i++)
        if (read_link_tells(r->links[i].kind))
            owed += read_link_bytes(&r->links[i]);
    if (owed > READING_LINK_BYTES / 2)
        owed = READING_LINK_BYTES / 2;
    for (size_t i = 0; i < r->link_count; i++) {
        const bool tells = read_link_tells(r->links[i].kind);
        size_t *used = tells ? &telling : &plain;
        const size_t room = tells ? owed : READING_LINK_BYTES - owed;
        const size_t bytes = read_link_bytes(&r->links[i]);
        if (*used + bytes > room) {
            r->links_cut++;
            continue;
        }
        *used += bytes;
        r->links[kept++] = r->links[i];
    }
    r->link_count = kept;
}

int reading_give_up(struct reading *r, int rc)
{
    r->links = NULL;
    r->link_count = 0;
    r->links_cut = 0;
    r->marks = (struct marks){0};
    return rc;
}

int reading_take_links(struct reading *r, struct rx_arena *arena, const struct doc *doc,
                       const struct extractor *x, struct rx_err *err)
{
    size_t count = doc->link_count < READING_LINKS_MAX ? doc->link_count : READING_LINKS_MAX;
    struct read_link *links = rx_arena_zalloc(arena, count + 1, sizeof *links);
    if (!links)
        return rx_fail(err, RX_EFULL, "the page's links need more than %zu bytes", arena->max);
    for (size_t i = 0; i < count; i++)
        add_link(&links[i], doc, &doc->links[i], x);
    r->links = links;
    r->link_count = count;
    fit_links(r);
    return 0;
}

/* By the job and the URL alone, so that replay and any number of workers read alike. */
static parse_fn *choose_reader(const struct read_job *job, const char **name)
{
    if (job->kind == READ_SALVAGE) {
        *name = READER_SALVAGE;
        return parse_salvage;
    }
    bool tree = parse_wants_tree(job->url);
    *name = tree ? READER_TREE : READER_SCAN;
    return tree ? parse_tree : parse_scan;
}

static int read_doc(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                    const struct read_job *job, struct rx_str body, struct rx_err *err)
{
    struct doc doc = {0};
    const char *name;
    bool salvage = job->kind == READ_SALVAGE;
    parse_fn *reader = choose_reader(job, &name);
    int rc = reader(&doc, arena, job->url, job->head, body, &parse_limits_default, err);
    if (rc == 0)
        rc = reading_take_links(r, arena, &doc, x, err);
    if (rc == 0 && !salvage && x)
        rc = extract_marks(&r->marks, arena, x, &doc, job->head, err);
    if (rc)
        return reading_give_up(r, rc);
    r->reader = rx_str(name);
    r->page_cut = doc.cut;
    r->charset = doc.charset;
    r->title = rx_str_sub(doc.title, 0, READING_TITLE_MAX);
    r->lang = rx_str_sub(doc.lang, 0, READING_LANG_MAX);
    return 0;
}

/* What a response without a page still says: where it sends its reader, and its cookies. The doc is
 * that of an empty body, so links and marks come of the head alone. */
int reading_head(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                 const struct read_job *job, struct rx_str decoded, struct rx_err *err)
{
    (void)decoded;
    struct doc doc = {0};
    bool redirect = rx_link_of_status(parse_status(job->head)) != 0 &&
                    parse_header(job->head, "location").n > 0;
    r->status = READ_NOT_HTML;
    if (job->kind == READ_SALVAGE)
        return 0;
    int rc = parse_scan(&doc, arena, job->url, job->head, RX_STR(""), &parse_limits_default, err);
    if (rc == 0)
        rc = reading_take_links(r, arena, &doc, x, err);
    if (rc == 0 && x)
        rc = extract_marks(&r->marks, arena, x, &doc, job->head, err);
    if (rc)
        return reading_give_up(r, rc);
    if (redirect)
        r->status = READ_OK;
    return 0;
}

int reading_page(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                 const struct read_job *job, struct rx_str decoded, struct rx_err *err)
{
    /* The doc's views point into the body, so it must live as long as the reading. */
    struct rx_str body = rx_arena_dup(
        arena, rx_str_sub(decoded, 0, parse_read_bytes(decoded, &parse_limits_default) + 1));
    if (!body.p)
        return rx_fail(err, RX_EFULL, "the page needs more than %zu bytes of memory", arena->max);
    int rc = read_doc(r, arena, x, job, body, err);
    if (rc == 0)
        r->status = READ_OK;
    return rc;
}
