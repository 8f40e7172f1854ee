/* choke_facts.c - see choke_facts.h. The store hands facts over by site; those of one are gathered,
 * sorted out when the next begins, and forgotten.
 *
 * An answer with addresses in two networks does not say which is in which: such an address is taken
 * to stand while either does. Never more falls than is known to. */
#include "graph/choke_facts.h"

#include "base/site.h"
#include "graph/vec.h"

#include <stdio.h>
#include <stdlib.h>

enum fact_kind { FACT_REGISTRAR, FACT_NS, FACT_ADDRESS, FACT_AS, FACT_AS_NAME, FACT_KINDS };

struct held {
    enum fact_kind kind;
    int64_t run;
    struct rx_str host, value; /* scratch arena */
    bool front;                /* of the host that bears the site's name */
};

struct reader {
    struct choke_build *b;
    const struct rx_psl *psl;
    struct rx_arena scratch; /* of the site in hand */
    struct held *held;
    size_t count, cap;
    int64_t site; /* in hand; MODEL_NONE: one that does not count */
    struct rx_buf name;
    int rc;
};

static int kind_of(struct rx_str kind)
{
    static const struct {
        const char *word;
        enum fact_kind kind;
    } kinds[] = {{"rdap.registrar", FACT_REGISTRAR},
                 {"ns", FACT_NS},
                 {"a", FACT_ADDRESS},
                 {"aaaa", FACT_ADDRESS},
                 {"asn", FACT_AS},
                 {"as.name", FACT_AS_NAME}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (rx_str_eq(kind, rx_str(kinds[i].word)))
            return (int)kinds[i].kind;
    return -1;
}

/* Which facts of a kind count: those of the newest run that has any, of the front if it has any. */
struct choice {
    int64_t run;
    bool front;
};

static void choose(struct choice choices[FACT_KINDS], const struct reader *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct held *h = &r->held[i];
        struct choice *c = &choices[h->kind];
        if (h->run > c->run)
            *c = (struct choice){h->run, h->front};
        else if (h->run == c->run)
            c->front = c->front || h->front;
    }
}

static bool counts(const struct choice *c, const struct held *h)
{
    return h->run == c->run && h->front == c->front;
}

/* The one name of a host's network, if its answer has one number and one name. */
static struct rx_str as_name(const struct reader *r, const struct held *as)
{
    size_t numbers = 0, names = 0;
    struct rx_str name = RX_STR("");
    for (size_t i = 0; i < r->count; i++) {
        const struct held *h = &r->held[i];
        if (h->run != as->run || !rx_str_eq(h->host, as->host))
            continue;
        numbers += h->kind == FACT_AS;
        if (h->kind == FACT_AS_NAME && !names++)
            name = h->value;
    }
    return numbers == 1 && names == 1 ? name : RX_STR("");
}

static int64_t use_as(struct reader *r, const struct held *as)
{
    char text[32];
    const int n = snprintf(text, sizeof text, "AS%.*s", RX_FMT(as->value));
    const int64_t on =
        choke_build_use(r->b, (uint32_t)r->site, CHOKE_AS,
                        rx_strn(text, n < (int)sizeof text ? (size_t)n : 0), RX_STR(""));
    const struct rx_str title = as_name(r, as);
    if (on < 0 || r->b->c->elements[on].title.n || !title.n)
        return on;
    struct rx_str copy = rx_arena_dup(&r->b->c->arena, title);
    if (!copy.p)
        return RX_ENOMEM;
    r->b->c->elements[on].title = copy;
    return on;
}

static int use_address(struct reader *r, const struct held *address)
{
    const int64_t on =
        choke_build_use(r->b, (uint32_t)r->site, CHOKE_ADDRESS, address->value, RX_STR(""));
    int rc = on < 0 ? (int)on : 0;
    for (size_t i = 0; i < r->count && !rc; i++) {
        const struct held *h = &r->held[i];
        if (h->kind != FACT_AS || h->run != address->run || !rx_str_eq(h->host, address->host))
            continue;
        const int64_t as = use_as(r, h);
        rc = as < 0 ? (int)as : choke_build_between(r->b, (uint32_t)on, (uint32_t)as);
    }
    return rc;
}

static int use_fact(struct reader *r, const struct held *h)
{
    const uint32_t site = (uint32_t)r->site;
    int64_t on = 0;
    switch (h->kind) {
    case FACT_REGISTRAR:
        on = choke_build_use(r->b, site, CHOKE_REGISTRAR, h->value, RX_STR(""));
        break;
    case FACT_NS:
        on = choke_build_use(r->b, site, CHOKE_NS, rx_site_key(r->psl, h->value), RX_STR(""));
        break;
    case FACT_ADDRESS:
        return use_address(r, h);
    default:
        break; /* networks come with the addresses */
    }
    return on < 0 ? (int)on : 0;
}

static int end_site(struct reader *r)
{
    struct choice choices[FACT_KINDS] = {0};
    int rc = 0;
    if (r->count) {
        choose(choices, r);
        for (size_t i = 0; i < r->count && !rc; i++)
            if (counts(&choices[r->held[i].kind], &r->held[i]))
                rc = use_fact(r, &r->held[i]);
        rx_arena_free(&r->scratch);
    }
    r->count = 0;
    return rc;
}

static int begin_site(struct reader *r, struct rx_str name)
{
    int rc = end_site(r);
    rx_buf_clear(&r->name);
    if (!rc)
        rc = rx_buf_add(&r->name, name);
    r->site = model_site_find(r->b->m, name);
    if (r->site >= 0 && !choke_build_wants(r->b, (uint32_t)r->site))
        r->site = MODEL_NONE;
    return rc;
}

static bool is_front(struct rx_str host, struct rx_str site)
{
    if (rx_str_starts(host, RX_STR("www.")))
        host = rx_str_sub(host, 4, host.n);
    return rx_str_eq(host, site);
}

static int keep(struct reader *r, const struct store_fact *f, enum fact_kind kind)
{
    struct held *all = vec_grow(r->held, r->count, &r->cap, sizeof *all);
    if (!all)
        return RX_ENOMEM;
    r->held = all;
    const struct held h = {kind, f->run, rx_arena_dup(&r->scratch, f->host),
                           rx_arena_dup(&r->scratch, f->value), is_front(f->host, f->site)};
    if (!h.host.p || !h.value.p)
        return RX_ENOMEM;
    r->held[r->count++] = h;
    return 0;
}

static int on_fact(void *ctx, const struct store_fact *f)
{
    struct reader *r = ctx;
    const int kind = kind_of(f->kind);
    r->b->c->rdap_seen = r->b->c->rdap_seen || rx_str_starts(f->kind, RX_STR("rdap."));
    if (kind < 0 || !f->value.n)
        return 0;
    r->b->c->as_seen = r->b->c->as_seen || kind == FACT_AS;
    if (!rx_str_eq(f->site, rx_buf_str(&r->name)))
        r->rc = begin_site(r, f->site);
    if (!r->rc && r->site >= 0)
        r->rc = keep(r, f, (enum fact_kind)kind);
    return r->rc;
}

int choke_facts_read(struct choke_build *b, struct store *st, int64_t upto_run, struct rx_err *err)
{
    struct rx_psl *psl = NULL;
    int rc = rx_psl_load(&psl, NULL, err);
    if (rc)
        return rc;
    struct reader r = {.b = b,
                       .psl = psl,
                       .scratch = RX_ARENA(INT32_MAX),
                       .site = MODEL_NONE,
                       .name = RX_BUF(1 << 16)};
    rc = store_fact_scan(st, upto_run, on_fact, &r);
    if (!rc && !r.rc)
        r.rc = end_site(&r);
    if (r.rc)
        rc = rx_fail(err, r.rc, "no memory for the facts of hosts");
    else if (rc < 0)
        rc = rx_fail(err, rc, "cannot read the facts of hosts: %s", store_error(st));
    rx_arena_free(&r.scratch);
    rx_buf_free(&r.name);
    free(r.held);
    rx_psl_free(psl);
    return rc;
}
