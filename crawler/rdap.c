/* rdap.c - see rdap.h.
 *
 *   rdap_ask --> [waiting] --rdap_pump--> name --> transfer --> jail --> writer --> freed
 *                    '--no server is known-------------------------------^
 *
 * An ask is in the list from rdap_ask until its rows are committed, and counts as active all the
 * time: the run does not end before. */
#include "crawler/rdap.h"

#include "base/log.h"
#include "crawler/facts/fact_line.h"
#include "crawler/facts/rdap_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

extern const unsigned char rdap_data_rdap[];
extern const size_t rdap_data_rdap_bytes;

enum {
    BODY_BYTES = 65536,
    ANSWER_MS = 10000,
    PAUSE_MS = 1000, /* between two requests to a server */
    AT_ONCE = 4,     /* of all servers */
    TABLE_BYTES_MAX = 1 << 20,
    ARENA_BYTES = 4 << 20,
    REASON_BYTES = 200
};

struct server {
    struct server *next;
    struct rx_str base; /* in a table */
    uint64_t next_ms;
    bool busy;
};

struct ask {
    struct ask *next;
    struct rdap *r;
    struct server *server; /* NULL: none is known */
    bool started, dropped;
    struct rx_buf url_text;
    struct rx_url url;
    struct job *job; /* owned: names the record */
    struct fetch_result result;
    bool has_result;
    struct rx_arena arena;
    struct read_job read_job;
    struct rx_buf lines; /* of the record's metadata: whose answer it is, and its facts */
    char reason[REASON_BYTES];
    char domain[]; /* with its end */
};

struct rdap {
    struct engine *e;
    struct rx_buf own; /* the case's table */
    struct server *servers;
    struct ask *asks, **last;
    unsigned running;
    uint64_t next_ms; /* of the next look at the list */
};

/* ---- tables ------------------------------------------------------------------------------------
 */

/* The base URL of an ending, or empty. */
static struct rx_str find_base(struct rx_str table, struct rx_str ending)
{
    while (table.n > 0) {
        struct rx_str line, key, base;
        rx_str_cut(table, '\n', &line, &table);
        line = rx_str_trim(line);
        if (line.n == 0 || line.p[0] == '#' || !rx_str_cut(line, '\t', &key, &base))
            continue;
        if (rx_str_ieq(key, ending) || rx_str_eq(key, RX_STR("*")))
            return base;
    }
    return (struct rx_str){0};
}

static struct rx_str ending_of(struct rx_str domain)
{
    struct rx_str label, rest = domain;
    while (rx_str_cut(rest, '.', &label, &domain))
        rest = domain;
    return rest;
}

/* One state a base URL: a registry's endings may share a machine, but its limits are per service.
 */
static struct server *server_of(struct rdap *r, struct rx_str domain)
{
    const struct rx_str ending = ending_of(domain);
    struct rx_str base = find_base(rx_buf_str(&r->own), ending);
    if (base.n == 0)
        base = find_base(rx_strn((const char *)rdap_data_rdap, rdap_data_rdap_bytes), ending);
    if (base.n == 0)
        return NULL;
    for (struct server *s = r->servers; s; s = s->next)
        if (rx_str_eq(s->base, base))
            return s;
    struct server *s = calloc(1, sizeof *s);
    if (s) {
        *s = (struct server){.next = r->servers, .base = base};
        r->servers = s;
    }
    return s;
}

static int read_table(struct rx_buf *out, const char *path, struct rx_err *err)
{
    FILE *f = fopen(path, "rbe");
    if (!f)
        return rx_fail_errno(err, RX_EUSAGE, errno, "%s: cannot open it", path);
    char *room = rx_buf_room(out, TABLE_BYTES_MAX);
    const size_t got = room ? fread(room, 1, TABLE_BYTES_MAX, f) : 0;
    out->n = got;
    const bool failed = !room || ferror(f) || got == TABLE_BYTES_MAX;
    (void)fclose(f); /* read only */
    return failed ? rx_fail(err, RX_EUSAGE, "%s: cannot be read, or is over %d bytes", path,
                            TABLE_BYTES_MAX)
                  : RX_OK;
}

static int check_table(struct rx_str table, const char *path, struct rx_err *err)
{
    for (size_t number = 1; table.n > 0; number++) {
        struct rx_str line, ending, base;
        rx_str_cut(table, '\n', &line, &table);
        line = rx_str_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (!rx_str_cut(line, '\t', &ending, &base) || ending.n == 0 ||
            !(rx_str_starts(base, RX_STR("https://")) || rx_str_starts(base, RX_STR("http://"))) ||
            base.p[base.n - 1] != '/')
            return rx_fail(err, RX_EUSAGE,
                           "%s:%zu: a row is an ending, a TAB and an http URL that ends in /", path,
                           number);
    }
    return RX_OK;
}

/* ---- life --------------------------------------------------------------------------------------
 */

int rdap_new(struct rdap **out, struct engine *e, const char *servers, struct rx_err *err)
{
    struct rdap *r = calloc(1, sizeof *r);
    if (!r)
        return rx_fail(err, RX_ENOMEM, "no memory to ask registries");
    r->e = e;
    r->last = &r->asks;
    r->own = RX_BUF(TABLE_BYTES_MAX);
    int rc = servers[0] ? read_table(&r->own, servers, err) : RX_OK;
    if (!rc)
        rc = check_table(rx_buf_str(&r->own), servers, err);
    if (rc)
        rdap_free(r);
    else
        *out = r;
    return rc;
}

static void ask_free(struct ask *a)
{
    if (a->has_result)
        fetch_result_free(&a->result);
    job_free(a->job);
    rx_arena_free(&a->arena);
    rx_buf_free(&a->url_text);
    rx_buf_free(&a->lines);
    free(a);
}

void rdap_free(struct rdap *r)
{
    if (!r)
        return;
    while (r->asks) {
        struct ask *next = r->asks->next;
        ask_free(r->asks);
        r->asks = next;
    }
    while (r->servers) {
        struct server *next = r->servers->next;
        free(r->servers);
        r->servers = next;
    }
    rx_buf_free(&r->own);
    free(r);
}

int rdap_ask(struct rdap *r, struct rx_str domain)
{
    struct ask *a = calloc(1, sizeof *a + domain.n + 1);
    if (!a)
        return RX_ENOMEM;
    *a = (struct ask){.r = r,
                      .url_text = RX_BUF(RX_URL_MAX + 1),
                      .arena = RX_ARENA(ARENA_BYTES),
                      .lines = RX_BUF(RDAP_LINES_MAX + 1024)};
    memcpy(a->domain, domain.p, domain.n);
    a->server = server_of(r, domain);
    *r->last = a;
    r->last = &a->next;
    r->e->active++;
    return RX_OK;
}

void rdap_written(struct sink_item *item)
{
    struct ask *a = item->owner;
    struct rdap *r = a->r;
    struct ask **link = &r->asks;
    while (*link != a)
        link = &(*link)->next;
    *link = a->next;
    if (r->last == &a->next)
        r->last = link;
    ask_free(a);
}

/* ---- the end of an ask -------------------------------------------------------------------------
 */

static struct sink_item *make_item(struct ask *a)
{
    struct sink_item *item = calloc(1, sizeof *item);
    if (!item)
        return NULL;
    item->what = SINK_RDAP;
    item->owner = a;
    item->bytes = sizeof *item + sizeof *a + a->result.body.cap + a->lines.cap;
    item->when_ms = engine_wall(a->r->e);
    item->rdap_of = rx_str(a->domain);
    item->page = (struct sink_page){.job = a->job,
                                    .is_robots = true, /* no page of anybody's */
                                    .requested = a->job != NULL,
                                    .outcome = a->has_result ? a->result.outcome : RX_OUT_CONNECT,
                                    .reason = a->reason,
                                    .result = a->has_result ? &a->result : NULL,
                                    .facts = rx_buf_str(&a->lines),
                                    .when_ms = item->when_ms};
    return item;
}

/* To the writer, with the facts or with why there are none. */
static void finish(struct ask *a, const char *why)
{
    struct engine *e = a->r->e;
    int rc = RX_OK;
    if (a->server) {
        a->r->running--;
        a->server->busy = false;
        a->server->next_ms = engine_now() + PAUSE_MS;
    }
    a->started = true;
    if (why) {
        rx_buf_clear(&a->lines);
        (void)snprintf(a->reason, sizeof a->reason, "%s", why);
        rc = rx_buf_addf(&a->lines, "rdap-of: %s\r\n", a->domain);
        if (!rc)
            rc = fact_line_add(&a->lines, "rdap.failed", rx_str(a->reason));
    }
    struct sink_item *item = rc ? NULL : make_item(a);
    if (item)
        sink_put(e->sink, item);
    else
        engine_fail(e, RX_ENOMEM, "no memory for a registry's answer");
}

/* ---- transfer and reading ----------------------------------------------------------------------
 */

static void on_read(void *ctx, struct reading *reading)
{
    struct ask *a = ctx;
    struct rx_err err;
    if (a->r->e->closing)
        return;
    if ((!reading || reading->status == READ_FAILED) && jail_state(a->r->e->jail, &err)) {
        engine_fail(a->r->e, err.code, "%s", err.text);
        return;
    }
    if (!reading || reading->status != READ_OK || !rdap_read_fits(reading->finds)) {
        char why[REASON_BYTES];
        const struct rx_str said = reading ? reading->reason : (struct rx_str){0};
        (void)snprintf(why, sizeof why, "%.*s", (int)(said.n < 150 ? said.n : 150),
                       said.n > 0 ? said.p : "");
        finish(a, why[0] ? why : "the answer cannot be read");
        return;
    }
    int rc = rx_buf_addf(&a->lines, "rdap-of: %s\r\n", a->domain);
    if (!rc)
        rc = rx_buf_add(&a->lines, reading->finds);
    finish(a, rc ? "the answer says too much" : NULL);
}

/* Why an answer is not read; NULL: it is. */
static const char *refusal(struct ask *a, char why[REASON_BYTES])
{
    const struct fetch_result *f = &a->result;
    if (f->outcome == RX_OUT_TRUNCATED && f->cut == RX_CUT_LENGTH)
        return "the answer is over 65536 bytes";
    if (f->status / 100 == 3)
        return "the server sends elsewhere, and that is not followed";
    if (f->status == 404)
        return "the registry knows no such domain (404)";
    if (f->outcome == RX_OUT_OK && f->status == 200)
        return NULL;
    if (f->outcome == RX_OUT_OK)
        (void)snprintf(why, REASON_BYTES, "the server answers %d", f->status);
    else
        (void)snprintf(why, REASON_BYTES, "%s",
                       f->reason[0] ? f->reason : rx_outcome_name(f->outcome));
    return why;
}

static void on_fetched(void *ctx, struct fetch_result *result)
{
    struct ask *a = ctx;
    struct engine *e = a->r->e;
    char why[REASON_BYTES];
    e->fetching--;
    if (e->closing) {
        fetch_result_free(result);
        return;
    }
    a->result = *result;
    a->has_result = true;
    a->result.started_ms += e->opts.clock_shift_ms;
    const char *refused = refusal(a, why);
    if (refused) {
        finish(a, refused);
        return;
    }
    a->read_job = (struct read_job){.kind = READ_RDAP,
                                    .url = a->url.href,
                                    .head = rx_buf_str(&a->result.head),
                                    .received = rx_buf_str(&a->result.body),
                                    .agent = rx_str(a->domain)};
    if (jail_submit(e->jail, &a->read_job, &a->arena, on_read, a))
        finish(a, "the answer cannot be read");
}

static void fetch(struct ask *a, const struct rx_ip *ip)
{
    struct engine *e = a->r->e;
    const struct fetch_request request = {
        .url = a->url.href, .ip = ip, .body_bytes = BODY_BYTES, .total_ms = ANSWER_MS};
    if (fetch_start(e->fetcher, &request, on_fetched, a))
        finish(a, "no request can be made of the server's address");
    else
        e->fetching++;
}

static void on_resolved(void *ctx, const struct resolve_answer *answer)
{
    struct ask *a = ctx;
    if (a->r->e->closing)
        return;
    if (answer->outcome != RX_OUT_OK || answer->ip_count == 0) {
        char why[REASON_BYTES];
        (void)snprintf(why, sizeof why, "the server's name: %s", answer->why);
        finish(a, why);
        return;
    }
    fetch(a, &answer->ips[0]);
}

/* ---- the start ---------------------------------------------------------------------------------
 */

static int make_url(struct ask *a)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX);
    int rc = rx_buf_addf(&text, "%.*sdomain/%s", RX_FMT(a->server->base), a->domain);
    if (!rc)
        rc = rx_url_parse(&a->url, &a->url_text, rx_buf_str(&text), NULL);
    rx_buf_free(&text);
    if (rc)
        return rc;
    const struct job model = {.url = a->url.href,
                              .host = a->url.host,
                              .site = rx_site_key(a->r->e->psl, a->url.host),
                              .via_kind = RX_LINK_A};
    a->job = job_new(&model);
    return a->job ? RX_OK : RX_ENOMEM;
}

static void start(struct ask *a)
{
    struct engine *e = a->r->e;
    enum rx_outcome outcome;
    a->started = a->server->busy = true;
    a->r->running++;
    const char *why =
        make_url(a) ? "the server's URL is none" : engine_refuses(e, &a->url, &outcome);
    if (why)
        finish(a, why);
    else if (!e->opts.pins || a->url.host_is_ip)
        fetch(a, NULL);
    else if (resolve_start(e->resolver, a->url.host, on_resolved, a))
        finish(a, "the server's name cannot be looked up now");
}

/* The run ends: what was not asked yet is asked when it is gone on with. */
static void drop_waiting(struct rdap *r)
{
    for (struct ask *a = r->asks; a; a = a->next)
        if (!a->started && !a->dropped) {
            a->dropped = true;
            r->e->active--;
        }
}

void rdap_pump(struct rdap *r, uint64_t now_ms)
{
    if (!r || now_ms < r->next_ms)
        return;
    r->next_ms = now_ms + ENGINE_POLL_MS;
    if (r->e->draining) {
        drop_waiting(r);
        return;
    }
    for (struct ask *a = r->asks; a && r->running < AT_ONCE; a = a->next) {
        if (a->started)
            continue;
        if (!a->server) {
            char why[REASON_BYTES];
            (void)snprintf(why, sizeof why, "no RDAP server is known for .%.*s",
                           RX_FMT(rx_str_sub(ending_of(rx_str(a->domain)), 0, 63)));
            finish(a, why);
        } else if (!a->server->busy && a->server->next_ms <= now_ms) {
            start(a);
        }
    }
}
