/* crawl_seed.c - from a list that an investigator has to rows of seeds.
 *
 * A bad line is told with its number and skipped; the rest goes in, in one transaction. What is
 * stored is the key under which the URL will be fetched, beside the text as it was given and what
 * it was taken out of: a seed that is known already gets a further origin. */
#include "base/clock.h"
#include "base/vendors.h"
#include "crawler/frontier/guard.h"
#include "crawler/frontier/seed.h"
#include "crawler/frontier/seed_shape.h"
#include "crawler/lists/unwrap.h"
#include "crawler/seeding.h"
#include "crawler/withdrawn.h"

/* A list of so many lines of which most are no seeds is another file than was meant. */
enum { CSV_CELL_MAX = 1 << 20, JUDGED_LINES = 20, WHY_MAX = 1024 };

/* ---- one seed -------------------------------------------------------------------------------- */

static int put_origin(struct seeding *s, const struct store_seed *seed,
                      const struct seeding_place *at)
{
    struct store_origin *origin = at->origin ? at->origin : &s->origin;
    int rc = origin->id ? 0 : store_origin_put(s->st, origin);
    if (!rc)
        rc = store_seed_origin_put(s->st, &(struct store_seed_origin){.url = seed->url,
                                                                      .place = at->place,
                                                                      .raw = seed->raw,
                                                                      .line = seed->line,
                                                                      .origin = *origin});
    return rc;
}

static void tell(struct seeding *s, const struct seeding_place *at, const char *why)
{
    struct rx_buf text = RX_BUF(WHY_MAX);
    int rc = at->place.n ? rx_buf_addf(&text, "%.*s: ", RX_FMT(at->place)) : 0;
    if (!rc)
        rc = rx_buf_add(&text, rx_str(why));
    s->bad(s->ctx, at->line, rc ? why : text.p);
    rx_buf_free(&text);
}

/* One that was withdrawn is back if it is named singly; a list that still has it brings nothing
 * back. 1: it is. */
static int bring_back(struct seeding *s, struct rx_str url, const struct seeding_place *at)
{
    const struct crawl_withdrawal *gone = crawl_withdrawn_find(s->withdrawn, url);
    if (gone && s->list->format == RX_ORIGIN_ARGUMENT) {
        const int rc = withdrawn_restore(s->withdrawn, s->st, url, s->now_ms);
        return rc ? rc : 1;
    }
    struct rx_err remark = {0};
    char when[RX_TIME_TEXT];
    if (!gone)
        return 0;
    rx_time_text(when, gone->made_ms, false);
    (void)rx_fail(&remark, RX_EINVAL,
                  "%.*s was withdrawn %s%s%s and stays so; seed add with it "
                  "alone takes that back",
                  RX_FMT(url), when, *gone->note ? ": " : "", gone->note);
    tell(s, at, remark.text);
    return 0;
}

static int put_seed(struct seeding *s, const struct rx_url *url, struct rx_str raw,
                    const struct seeding_place *at)
{
    bool is_new = false;
    int rc = rx_url_fetch_key(&s->key, url);
    if (rc)
        return rx_fail(s->err, rc, "line %llu: no memory", (unsigned long long)at->line);
    struct store_seed seed = {.url = rx_buf_str(&s->key),
                              .site = rx_site_key(s->psl, url->host),
                              .source = s->list->source,
                              .raw = raw,
                              .line = s->list->format == RX_ORIGIN_ARGUMENT ? 0 : at->line,
                              .added_ms = s->now_ms};
    rc = store_seed_put(s->st, &seed, &is_new);
    if (!rc && !is_new) {
        rc = bring_back(s, seed.url, at);
        is_new = rc > 0;
        rc = rc > 0 ? 0 : rc;
    }
    if (!rc)
        rc = put_origin(s, &seed, at);
    if (rc)
        return rx_fail(s->err, rc, "%s", store_error(s->st));
    if (is_new)
        s->result.added++;
    else
        s->result.duplicates++;
    return 0;
}

void seeding_fault(struct seeding *s, const struct seeding_place *at, const char *why)
{
    s->result.skipped++;
    tell(s, at, why);
}

/* Taken, because a test network may be what is meant; but no other crawl will ask it. */
static void remark_guarded(struct seeding *s, const struct rx_url *url,
                           const struct seeding_place *at)
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
    tell(s, at, remark.text);
}

/* Links to them stand in any mail, and a seed is a site that is under investigation. A shortener
 * may lead to one. */
static bool is_shared_service(struct rx_str host)
{
    switch (rx_vendor_of(host)) {
    case RX_VENDOR_GIANT:
    case RX_VENDOR_SOCIAL:
    case RX_VENDOR_CDN:
    case RX_VENDOR_PSP:
    case RX_VENDOR_TRACKER:
        return true;
    default:
        return false;
    }
}

void seeding_add(struct seeding *s, struct rx_str text, const struct seeding_place *at)
{
    struct rx_url url;
    struct rx_err why = {0};
    if (s->rc)
        return;
    int rc = seed_parse(&url, &s->url, text, &why);
    if (rc == RX_ENOENT)
        return; /* blank or a comment */
    s->lines++;
    if (!rc) {
        rc = unwrap_url(&s->target, &url);
        if (!rc)
            rc = seed_parse(&url, &s->url, rx_buf_str(&s->target), &why);
        else if (rc == RX_ENOENT)
            rc = 0;
    }
    if (rc == RX_ENOMEM) {
        s->rc = rx_fail(s->err, rc, "no memory");
    } else if (rc) {
        seeding_fault(s, at, why.text);
    } else if (at->shared && is_shared_service(url.host)) {
        s->result.left_out++;
    } else {
        remark_guarded(s, &url, at);
        s->rc = put_seed(s, &url, text, at);
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void add_lines(struct seeding *a, struct rx_str text)
{
    struct rx_str line;
    for (uint64_t number = 1; text.n && !a->rc; number++) {
        (void)rx_str_cut(text, '\n', &line, &text);
        seeding_add(a, rx_str_trim(line), &(struct seeding_place){.line = number});
    }
}

/* ---- CSV ------------------------------------------------------------------------------------- */

struct csv {
    struct seeding *a;
    struct rx_str name; /* of the wanted column; empty: any that is called like an address */
    uint64_t column;    /* from 0 */
    size_t rank;        /* of the name that was found, if any will do: 0 is the best */
    char separator;
    bool found;
    struct rx_buf cell; /* owned: the wanted cell of the record */
};

static void on_header(void *ctx, size_t column, struct rx_str value)
{
    static const char *const names[] = {"url",    "uri",      "link", "website", "site",
                                        "domain", "hostname", "host", "fqdn",    "address"};
    struct csv *c = ctx;
    value = rx_str_trim(value);
    for (size_t i = 0; i < sizeof names / sizeof *names && c->name.n == 0; i++) {
        if (!rx_str_ieq(value, rx_str(names[i])) || (c->found && c->rank <= i))
            continue;
        c->found = true;
        c->column = column;
        c->rank = i;
    }
    if (c->name.n && !c->found && rx_str_ieq(value, c->name)) {
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

static int fail_header(const struct seeding *a, struct rx_str text, const char *column)
{
    char columns[SEED_SHAPE_COLUMNS_BYTES];
    seed_shape_columns(columns, text);
    return rx_fail(a->err, RX_EUSAGE,
                   "%.*s: the first line names no column%s%s, but: %s; --column takes a number "
                   "from 1 too",
                   RX_FMT(a->list->source), column ? " " : " of addresses", column ? column : "",
                   columns);
}

static int add_csv(struct seeding *a, struct rx_str text, const char *column)
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
            a->rc = fail_header(a, text, column);
        line += count_lines(text, 0, at);
    }
    while (!a->rc) {
        size_t start = at;
        rx_buf_clear(&c.cell);
        if (!seed_csv_next(text, &at, c.separator, &scratch, on_cell, &c))
            break;
        if (a->rc)
            (void)rx_fail(a->err, a->rc, "line %llu: a cell is too long", (unsigned long long)line);
        seeding_add(a, rx_buf_str(&c.cell), &(struct seeding_place){.line = line});
        line += count_lines(text, start, at);
    }
    rx_buf_free(&scratch);
    rx_buf_free(&c.cell);
    return a->rc;
}

/* ---- the door -------------------------------------------------------------------------------- */

/* The list that says what a site is belongs to the case's record. */
static int note_list(struct seeding *a)
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

static struct rx_str without_mark(struct rx_str text)
{
    return rx_str_starts(text, RX_STR("\xEF\xBB\xBF")) ? rx_str_sub(text, 3, text.n) : text;
}

/* Nor what was taken for another kind of list. */
static int check_shape(const struct crawl_seed_list *list, struct rx_err *err)
{
    const struct rx_str text = without_mark(list->text);
    struct rx_err why = {0};
    int rc = 0;
    if (list->format == RX_ORIGIN_JSONL)
        rc = seed_shape_json(text, &why);
    else if (list->format == RX_ORIGIN_LIST && !list->force)
        rc = seed_shape_lines(text, &why);
    return rc ? rx_fail(err, rc, "%.*s: %s", RX_FMT(list->source), why.text) : 0;
}

static int check_result(const struct seeding *a, const struct crawl_seed_list *list)
{
    if (list->force || a->lines < JUDGED_LINES || a->result.skipped <= a->lines / 2)
        return 0;
    return rx_fail(a->err, RX_EINVAL,
                   "%.*s: %llu of %llu lines are no seeds: nothing was added (--force adds the "
                   "others)",
                   RX_FMT(list->source), (unsigned long long)a->result.skipped,
                   (unsigned long long)a->lines);
}

static bool is_text(const struct crawl_seed_list *list)
{
    return list->format == RX_ORIGIN_LIST || list->format == RX_ORIGIN_CSV ||
           list->format == RX_ORIGIN_ARGUMENT;
}

static int add_list(struct seeding *s)
{
    const struct crawl_seed_list *list = s->list;
    const struct rx_str text = without_mark(list->text);
    int rc = note_list(s);
    if (rc)
        return rc;
    if (list->format == RX_ORIGIN_CSV)
        (void)add_csv(s, text, list->column);
    else if (list->format == RX_ORIGIN_MAIL)
        seeding_mail(s, text, list->is_box);
    else if (list->format == RX_ORIGIN_WARC)
        seeding_warc(s, list->path);
    else if (is_text(list))
        add_lines(s, text);
    else
        seeding_json(s, text);
    return s->rc || !is_text(list) ? s->rc : check_result(s, list);
}

int crawl_seed_add(struct store *st, struct crawl_jail *jail, const struct crawl_seed_list *list,
                   crawl_seed_bad_fn *bad, void *ctx, struct crawl_seed_result *result,
                   struct rx_err *err)
{
    const int64_t now_ms = rx_wall_ms();
    struct seeding s = {.st = st,
                        .jail = jail,
                        .list = list,
                        .origin = {.kind = list->format,
                                   .purpose = list->purpose,
                                   .name = list->origin.n ? list->origin : list->source,
                                   .added_ms = now_ms},
                        .now_ms = now_ms,
                        .bad = bad,
                        .ctx = ctx,
                        .url = RX_BUF(RX_URL_MAX + 64),
                        .target = RX_BUF(RX_URL_MAX + 64),
                        .key = RX_BUF(RX_URL_MAX + 64),
                        .err = err};
    int rc = is_text(list) ? check_text(list, err) : 0;
    if (!rc)
        rc = check_shape(list, err);
    if (!rc)
        rc = rx_psl_load(&s.psl, NULL, err);
    if (!rc)
        rc = crawl_withdrawn_load(&s.withdrawn, st, err);
    if (!rc)
        rc = store_begin(st, err);
    if (!rc) {
        rc = add_list(&s);
        if (!rc)
            rc = store_commit(st, err);
        else
            store_rollback(st);
    }
    if (!rc)
        *result = s.result;
    rx_psl_free(s.psl);
    crawl_withdrawn_free(s.withdrawn);
    rx_buf_free(&s.url);
    rx_buf_free(&s.target);
    rx_buf_free(&s.key);
    return rc;
}
