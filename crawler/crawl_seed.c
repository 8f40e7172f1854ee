/* crawl_seed.c - from a list that an investigator has to rows of seeds.
 *
 * A bad line is told with its number and skipped; the rest goes in, in one transaction. What is
 * stored is the key under which the URL will be fetched, beside the text as it was given. */
#include "base/clock.h"
#include "base/site.h"
#include "crawler/crawl.h"
#include "crawler/guard.h"
#include "crawler/seed.h"

/* A list of so many lines of which most are no seeds is another file than was meant. */
enum { CSV_CELL_MAX = 1 << 20, JUDGED_LINES = 20 };

struct adding {
    struct store *st;
    struct rx_psl *psl; /* owned */
    struct rx_str source;
    bool from_file; /* lines have numbers worth keeping */
    int64_t now_ms;
    crawl_seed_bad_fn *bad;
    void *ctx;
    struct crawl_seed_result result;
    uint64_t lines;         /* those that are neither blank nor a comment */
    struct rx_buf url, key; /* owned */
    struct rx_err *err;
    int rc;
};

static int put_seed(struct adding *a, const struct rx_url *url, struct rx_str raw, uint64_t line)
{
    bool is_new = false;
    int rc = rx_url_fetch_key(&a->key, url);
    if (rc)
        return rx_fail(a->err, rc, "line %llu: no memory", (unsigned long long)line);
    struct store_seed seed = {.url = rx_buf_str(&a->key),
                              .site = rx_site_key(a->psl, url->host),
                              .source = a->source,
                              .raw = raw,
                              .line = a->from_file ? line : 0,
                              .added_ms = a->now_ms};
    rc = store_seed_put(a->st, &seed, &is_new);
    if (rc)
        return rx_fail(a->err, rc, "%s", store_error(a->st));
    if (is_new)
        a->result.added++;
    else
        a->result.duplicates++;
    return 0;
}

/* Taken, because a test network may be what is meant; but no other crawl will ask it. */
static void remark_guarded(struct adding *a, const struct rx_url *url, uint64_t line)
{
    struct rx_str host = url->host;
    struct rx_err remark = {0};
    struct rx_ip ip;
    if (host.n > 2 && host.p[0] == '[')
        host = rx_str_sub(host, 1, host.n - 1);
    const char *why = !url->host_is_ip         ? guard_name(host)
                      : rx_ip_parse(&ip, host) ? NULL
                                               : guard_address(ip);
    if (!why)
        return;
    (void)rx_fail(&remark, RX_EINVAL,
                  "%.*s (%s) is added, but asked only by a crawl with --test-network", RX_FMT(host),
                  why);
    a->bad(a->ctx, line, remark.text);
}

static void add_line(struct adding *a, struct rx_str text, uint64_t line)
{
    struct rx_url url;
    struct rx_err why = {0};
    if (a->rc)
        return;
    int rc = seed_parse(&url, &a->url, text, &why);
    if (rc == RX_ENOENT)
        return; /* blank or a comment */
    a->lines++;
    if (rc == RX_ENOMEM) {
        a->rc = rx_fail(a->err, rc, "no memory");
    } else if (rc) {
        a->result.skipped++;
        a->bad(a->ctx, line, why.text);
    } else {
        remark_guarded(a, &url, line);
        a->rc = put_seed(a, &url, text, line);
    }
}

static void add_lines(struct adding *a, struct rx_str text)
{
    struct rx_str line;
    for (uint64_t number = 1; text.n && !a->rc; number++) {
        (void)rx_str_cut(text, '\n', &line, &text);
        add_line(a, rx_str_trim(line), number);
    }
}

/* ---- CSV ------------------------------------------------------------------------------------- */

struct csv {
    struct adding *a;
    struct rx_str name; /* of the wanted column; empty once its place is known */
    uint64_t column;    /* from 0 */
    char separator;
    bool found;
    struct rx_buf cell; /* owned: the wanted cell of the record */
};

static void on_header(void *ctx, size_t column, struct rx_str value)
{
    struct csv *c = ctx;
    if (!c->found && rx_str_ieq(rx_str_trim(value), c->name)) {
        c->found = true;
        c->column = column;
    }
}

static void on_cell(void *ctx, size_t column, struct rx_str value)
{
    struct csv *c = ctx;
    if (column == c->column && !c->a->rc)
        c->a->rc = rx_buf_add(&c->cell, rx_str_trim(value));
}

static uint64_t count_lines(struct rx_str text, size_t from, size_t to)
{
    uint64_t lines = 0;
    for (size_t i = from; i < to; i++)
        lines += text.p[i] == '\n';
    return lines;
}

static int add_csv(struct adding *a, struct rx_str text, const char *column)
{
    struct csv c = {.a = a,
                    .name = rx_str(column),
                    .separator = seed_csv_separator(text),
                    .cell = RX_BUF(CSV_CELL_MAX)};
    struct rx_buf scratch = RX_BUF(CSV_CELL_MAX);
    size_t at = 0;
    uint64_t line = 1;
    if (rx_str_u64(c.name, &c.column) && c.column > 0) {
        c.column--;
    } else {
        bool any = seed_csv_next(text, &at, c.separator, &scratch, on_header, &c);
        if (!any || !c.found)
            a->rc = rx_fail(a->err, RX_EUSAGE,
                            "the first line names no column %s; a number from 1 works too", column);
        line += count_lines(text, 0, at);
    }
    while (!a->rc) {
        size_t start = at;
        rx_buf_clear(&c.cell);
        if (!seed_csv_next(text, &at, c.separator, &scratch, on_cell, &c))
            break;
        if (a->rc)
            (void)rx_fail(a->err, a->rc, "line %llu: a cell is too long", (unsigned long long)line);
        add_line(a, rx_buf_str(&c.cell), line);
        line += count_lines(text, start, at);
    }
    rx_buf_free(&scratch);
    rx_buf_free(&c.cell);
    return a->rc;
}

/* ---- the door -------------------------------------------------------------------------------- */

/* The list that says what a site is belongs to the case's record. */
static int note_list(struct adding *a)
{
    struct rx_buf known = RX_BUF(128);
    int rc = store_meta_get(a->st, "psl_sha256", &known);
    if (!rc && known.n == 0)
        rc = store_meta_put(a->st, "psl_sha256", rx_str(rx_psl_sha256(a->psl)));
    rx_buf_free(&known);
    return rc ? rx_fail(a->err, rc, "%s", store_error(a->st)) : 0;
}

/* Before a line is read: a picture or a spreadsheet's own file is no list. */
static int check_text(const struct crawl_seed_list *list, struct rx_err *err)
{
    if (rx_str_starts(list->text, RX_STR("\xFF\xFE")) ||
        rx_str_starts(list->text, RX_STR("\xFE\xFF")))
        return rx_fail(err, RX_EINVAL, "%.*s: this is UTF-16; save it as UTF-8: nothing was added",
                       RX_FMT(list->source));
    if (!list->force && rx_str_chr(list->text, '\0', 0) >= 0)
        return rx_fail(err, RX_EINVAL,
                       "%.*s: holds NUL bytes, so it is no text: nothing was added (--force adds)",
                       RX_FMT(list->source));
    return 0;
}

static int check_result(const struct adding *a, const struct crawl_seed_list *list)
{
    if (list->force || a->lines < JUDGED_LINES || a->result.skipped <= a->lines / 2)
        return 0;
    return rx_fail(a->err, RX_EINVAL,
                   "%.*s: %llu of %llu lines are no seeds: nothing was added (--force adds the "
                   "others)",
                   RX_FMT(list->source), (unsigned long long)a->result.skipped,
                   (unsigned long long)a->lines);
}

static int add_list(struct adding *a, const struct crawl_seed_list *list)
{
    struct rx_str text = list->text;
    int rc = note_list(a);
    if (rc)
        return rc;
    if (rx_str_starts(text, RX_STR("\xEF\xBB\xBF")))
        text = rx_str_sub(text, 3, text.n);
    if (list->column)
        (void)add_csv(a, text, list->column);
    else
        add_lines(a, text);
    return a->rc ? a->rc : check_result(a, list);
}

int crawl_seed_add(struct store *st, const struct crawl_seed_list *list, crawl_seed_bad_fn *bad,
                   void *ctx, struct crawl_seed_result *result, struct rx_err *err)
{
    struct adding a = {.st = st,
                       .source = list->source,
                       .from_file = !rx_str_eq(list->source, RX_STR("argument")),
                       .now_ms = rx_wall_ms(),
                       .bad = bad,
                       .ctx = ctx,
                       .url = RX_BUF(RX_URL_MAX + 64),
                       .key = RX_BUF(RX_URL_MAX + 64),
                       .err = err};
    int rc = check_text(list, err);
    if (!rc)
        rc = rx_psl_load(&a.psl, NULL, err);
    if (rc)
        return rc;
    rc = store_begin(st, err);
    if (!rc) {
        rc = add_list(&a, list);
        if (!rc)
            rc = store_commit(st, err);
        else
            store_rollback(st);
    }
    if (!rc)
        *result = a.result;
    rx_psl_free(a.psl);
    rx_buf_free(&a.url);
    rx_buf_free(&a.key);
    return rc;
}
