/* reading.c - the whole job of a worker: received bytes to a reading. What crosses the socket is in
 * reading_wire.c. */
#include "crawler/reading.h"

#include "crawler/parse/parse.h"
#include "crawler/reading_cites.h"
#include "crawler/reading_wire.h"
#include "crawler/robots.h"

static struct rx_str dup_lower(struct rx_arena *arena, struct rx_str s, size_t max)
{
    s = rx_str_sub(s, 0, max);
    char *p = rx_arena_alloc(arena, s.n + 1);
    if (!p)
        return (struct rx_str){0};
    for (size_t i = 0; i < s.n; i++)
        p[i] = rx_lower(s.p[i]);
    return rx_strn(p, s.n);
}

static int failed(struct reading *r, struct rx_arena *arena, const struct rx_err *err)
{
    r->status = READ_FAILED;
    r->reader = rx_str(READER_NONE);
    r->reason = rx_arena_dup(arena, rx_str_sub(rx_str(err->text), 0, READING_REASON_MAX));
    if (!r->reason.p) /* the arena is full, and that is the reason */
        r->reason = RX_STR("the page needs more memory than a page may have");
    return 0;
}

/* ---- a page ---------------------------------------------------------------------------------- */

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

static int take_links(struct reading *r, struct rx_arena *arena, const struct doc *doc,
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
        rc = take_links(r, arena, &doc, x, err);
    if (rc == 0 && !salvage && x)
        rc = extract_marks(&r->marks, arena, x, &doc, job->head, err);
    if (rc) {
        r->links = NULL;
        r->link_count = 0;
        r->links_cut = 0;
        r->marks = (struct marks){0};
        return rc;
    }
    r->reader = rx_str(name);
    r->page_cut = doc.cut;
    r->charset = doc.charset;
    r->title = rx_str_sub(doc.title, 0, READING_TITLE_MAX);
    r->lang = rx_str_sub(doc.lang, 0, READING_LANG_MAX);
    return 0;
}

/* What a response without a page still says: where it sends its reader, and its cookies. The doc is
 * that of an empty body, so links and marks come of the head alone. */
static int read_head(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                     const struct read_job *job, struct rx_err *err)
{
    struct doc doc = {0};
    bool redirect = rx_link_of_status(parse_status(job->head)) != 0 &&
                    parse_header(job->head, "location").n > 0;
    r->status = READ_NOT_HTML;
    if (job->kind == READ_SALVAGE)
        return 0;
    int rc = parse_scan(&doc, arena, job->url, job->head, RX_STR(""), &parse_limits_default, err);
    if (rc == 0)
        rc = take_links(r, arena, &doc, x, err);
    if (rc == 0 && x)
        rc = extract_marks(&r->marks, arena, x, &doc, job->head, err);
    if (rc) {
        r->links = NULL;
        r->link_count = 0;
        r->links_cut = 0;
        return rc;
    }
    if (redirect)
        r->status = READ_OK;
    return 0;
}

static int read_page(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                     const struct read_job *job, struct rx_str decoded, struct rx_err *err)
{
    if (!parse_is_html(job->head, decoded))
        return read_head(r, arena, x, job, err);
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

/* What the head says was done to the text is not undone: it broke off before its first byte came
 * out, or was never done. Chunks always are: their frame takes room. */
static bool is_still_coded(struct rx_str head, struct rx_str received, struct rx_str text)
{
    if (parse_header(head, "content-encoding").n == 0)
        return parse_header(head, "transfer-encoding").n > 0 && rx_str_eq(received, text);
    for (size_t i = 0; i < text.n && i < ROBOTS_LINE_MAX; i++)
        if ((uint8_t)text.p[i] < ' ' && !rx_is_space(text.p[i]))
            return true;
    return false;
}

static int read_robots(struct reading *r, struct rx_arena *arena, const struct read_job *job,
                       struct rx_str decoded, struct rx_err *err)
{
    struct rx_buf rules = RX_BUF(READING_ROBOTS_MAX);
    int rc = robots_compile(&rules, decoded, job->agent);
    if (rc) {
        rc = rx_fail(err, rc, "robots.txt cannot be compiled: error %d", rc);
    } else {
        r->robots = rx_arena_dup(arena, rx_buf_str(&rules));
        if (!r->robots.p)
            rc = rx_fail(err, RX_EFULL, "the rules of robots.txt need more than %zu bytes",
                         arena->max);
    }
    rx_buf_free(&rules);
    r->decoded_cut |= is_still_coded(job->head, job->received, decoded);
    if (rc == 0)
        r->status = READ_OK;
    return rc;
}

static int check_cites(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                       const struct read_job *job, struct rx_str decoded, struct rx_err *err)
{
    struct reading again = {0};
    int rc = reading_cites(r, arena, job, decoded, err);
    if (rc || !reading_cites_settle(r, job, NULL))
        return rc;
    rc = read_page(&again, arena, x, job, decoded, err);
    if (rc == 0)
        (void)reading_cites_settle(r, job, &again.marks);
    return rc;
}

int reading_make(struct reading *out, struct rx_arena *arena, const struct extractor *x,
                 const struct read_job *job, struct rx_err *err)
{
    struct reading r = {.status = READ_FAILED, .reader = rx_str(READER_NONE)};
    struct rx_err why = {0};
    struct rx_buf body = RX_BUF(parse_limits_default.decoded_bytes);
    int rc =
        parse_decode(&body, &r.decoded_cut, job->head, job->received, &parse_limits_default, &why);
    if (rc == 0) {
        r.sha256 = rx_sha256(rx_buf_str(&body));
        r.decoded_bytes = body.n;
        r.media_type = dup_lower(arena, parse_media_type(job->head), READING_TYPE_MAX);
        if (job->kind == READ_ROBOTS)
            rc = read_robots(&r, arena, job, rx_buf_str(&body), &why);
        else if (job->kind == READ_CITES)
            rc = check_cites(&r, arena, x, job, rx_buf_str(&body), &why);
        else
            rc = read_page(&r, arena, x, job, rx_buf_str(&body), &why);
    }
    rx_buf_free(&body);
    if (rc == RX_ENOMEM)
        return rx_fail(err, rc, "%s", why.text);
    if (rc)
        (void)failed(&r, arena, &why);
    *out = r;
    return 0;
}
