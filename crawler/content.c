/* content.c - see content.h. */
#include "crawler/content.h"

enum { SIGNS_TEXT_MAX = 4096 };

static int fail(struct store *st, int rc, const char *what, struct rx_err *err)
{
    return rx_fail(err, rc, "%s: %s", what, store_error(st));
}

bool content_is_part(const struct reading *r, enum rx_outcome outcome)
{
    return r->page_cut || r->decoded_cut || outcome == RX_OUT_TRUNCATED;
}

/* ---- signs as text ----------------------------------------------------------------------------
 */

/* What was cut comes first: there is more of the page, it may hold more identifiers than were
 * looked for or kept, and so many links more. */
static int signs_text(struct rx_buf *out, const struct content_rows *rows)
{
    const struct marks *marks = &rows->reading->marks;
    int rc = rows->is_part ? rx_buf_add(out, RX_STR(STORE_PAGE_CUT)) : RX_OK;
    if (marks->cut && !rc)
        rc = rx_buf_addf(out, "%s" STORE_MARKS_CUT, out->n > 0 ? "," : "");
    if (rows->links_cut > 0 && !rc)
        rc = rx_buf_addf(out, "%s" STORE_LINKS_CUT "%llu", out->n > 0 ? "," : "",
                         (unsigned long long)rows->links_cut);
    for (int i = 0; i < SIGN_COUNT && !rc; i++)
        if (marks->signs.n[i] > 0)
            rc = rx_buf_addf(out, "%s%s=%u", out->n > 0 ? "," : "", sign_name((enum sign)i),
                             marks->signs.n[i]);
    return rc;
}

/* A word of another version of the program is passed over. */
void content_signs_read(struct content_signs *out, struct rx_str text)
{
    struct rx_str word, name, number;
    uint64_t n = 0;
    *out = (struct content_signs){.is_part = false};
    for (bool more = text.n > 0; more;) {
        more = rx_str_cut(text, ',', &word, &text);
        out->is_part |= rx_str_eq(word, RX_STR(STORE_PAGE_CUT));
        if (rx_str_starts(word, RX_STR(STORE_LINKS_CUT)))
            (void)rx_str_u64(rx_str_sub(word, sizeof STORE_LINKS_CUT - 1, word.n), &out->links_cut);
        if (!rx_str_cut(word, '=', &name, &number) || !rx_str_u64(number, &n) || n > UINT32_MAX)
            continue;
        for (int i = 0; i < SIGN_COUNT; i++)
            if (rx_str_eq(name, rx_str(sign_name((enum sign)i))))
                out->signs.n[i] = (uint32_t)n;
    }
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static int write_sightings(struct store *st, const struct marks *marks, int64_t content_id,
                           struct rx_err *err)
{
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *m = &marks->items[i];
        const struct store_sighting sighting = {.cls = rx_str(m->cls->name),
                                                .value = m->value,
                                                .raw = m->raw,
                                                .place = m->place,
                                                .offset = m->offset,
                                                .length = m->length,
                                                .hidden = m->hidden};
        const int rc = store_sighting_put(st, content_id, &sighting);
        if (rc)
            return fail(st, rc, "cannot keep a sighting", err);
    }
    return RX_OK;
}

static int write_rejects(struct store *st, const struct marks *marks, int64_t content_id,
                         struct rx_err *err)
{
    for (size_t i = 0; i < marks->reject_count; i++) {
        const struct reject *r = &marks->rejects[i];
        const struct store_reject reject = {
            .cls = rx_str(r->cls->name), .reason = r->reason, .count = r->count};
        const int rc = store_reject_put(st, content_id, &reject);
        if (rc)
            return fail(st, rc, "cannot keep what was refused", err);
    }
    return RX_OK;
}

static int write_sketch(struct store *st, const struct same *same, int64_t content_id,
                        struct rx_err *err)
{
    if (!same)
        return RX_OK;
    struct store_sketch sketch = {.shingles = same->shingles,
                                  .qgrams = same->qgrams,
                                  .paths = same->paths,
                                  .words = same->words,
                                  .elements = same->elements};
    memcpy(sketch.dom_hash, same->dom_hash, sizeof sketch.dom_hash);
    const int rc = store_sketch_put(st, content_id, &sketch);
    return rc ? fail(st, rc, "cannot keep what a page is like", err) : RX_OK;
}

static int put(struct store *st, const struct content_rows *rows, struct rx_str signs, int64_t *id,
               bool *is_new, struct rx_err *err)
{
    const struct reading *r = rows->reading;
    struct store_content content = {.url_id = rows->url_id,
                                    .sha256 = r->sha256,
                                    .reader = r->reader,
                                    .tables = rows->tables,
                                    .media_type = r->media_type,
                                    .charset = r->charset,
                                    .title = r->title,
                                    .lang = r->lang,
                                    .failure = r->status == READ_FAILED ? r->reason : RX_STR(""),
                                    .signs = signs,
                                    .bytes = r->decoded_bytes};
    *is_new = true;
    const int rc = rows->renews ? store_content_renew(st, &content, rows->renews)
                                : store_content_put(st, &content, is_new);
    if (rc)
        return fail(st, rc, "cannot keep what a page said", err);
    *id = content.id;
    return RX_OK;
}

int content_write(struct store *st, const struct content_rows *rows, int64_t *id, bool *is_new,
                  struct rx_err *err)
{
    struct rx_buf signs = RX_BUF(SIGNS_TEXT_MAX);
    int rc = signs_text(&signs, rows);
    if (rc)
        rc = rx_fail(err, RX_ENOMEM, "no memory for the signs of a page");
    else
        rc = put(st, rows, rx_buf_str(&signs), id, is_new, err);
    rx_buf_free(&signs);
    if (rc || !*is_new)
        return rc;
    rc = write_sightings(st, &rows->reading->marks, *id, err);
    if (!rc)
        rc = write_rejects(st, &rows->reading->marks, *id, err);
    return rc ? rc : write_sketch(st, rows->reading->marks.same, *id, err);
}

/* ---- sites ------------------------------------------------------------------------------------
 */

bool content_counts(const struct signs *page, int status)
{
    return status < 400 || role_trades(role_decide(page, 1, NULL));
}

/* What nobody has read clears nobody: filler before the shelf would make any shop an honest one. */
enum rx_role content_role(const struct signs *site, uint32_t pages, bool is_part,
                          struct rx_buf *reasons)
{
    const enum rx_role role = role_decide(site, pages, reasons);
    if (role != RX_ROLE_BENIGN || !is_part)
        return role;
    if (rx_buf_add(reasons, RX_STR("; but not all of its pages was read")))
        rx_buf_clear(reasons);
    return RX_ROLE_UNKNOWN;
}
