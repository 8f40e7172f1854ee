/* origins.c - see origins.h. */
#include "graph/origins.h"

#include "base/url.h"
#include "base/vendors.h"
#include "graph/vec.h"

#include <stdlib.h>

/* A row of the store under way to a lead: its node is known by id only. */
struct row {
    struct origin_node node;
    struct origin_lead lead;
};

struct loading {
    struct origins *o;
    const struct model *m;
    struct row *rows; /* owned */
    size_t count, cap;
    int rc;
};

static struct rx_str keep(struct loading *l, struct rx_str text)
{
    const struct rx_str copy = rx_arena_dup(&l->o->arena, text);
    if (!copy.p)
        l->rc = RX_ENOMEM;
    return copy;
}

/* Is the name the address of a page on a social network? */
static bool is_profile(struct rx_str name)
{
    struct rx_buf text = RX_BUF(RX_URL_MAX + 64);
    struct rx_url url;
    const bool is =
        (rx_str_istarts(name, RX_STR("http://")) || rx_str_istarts(name, RX_STR("https://"))) &&
        rx_url_parse(&url, &text, name, NULL) == 0 && rx_vendor_of(url.host) == RX_VENDOR_SOCIAL;
    rx_buf_free(&text);
    return is;
}

static const char *kind_of(const struct store_origin *o)
{
    if (o->kind == RX_ORIGIN_MAIL && o->has_digest)
        return "mail";
    if (o->purpose == RX_PURPOSE_AD)
        return "ad";
    return is_profile(o->name) ? "profile" : "list";
}

static int describe(struct loading *l, struct origin_node *n, const struct store_origin *o)
{
    char hex[RX_SHA256_HEX + 1];
    struct rx_buf id = RX_BUF(1 << 16);
    n->kind = kind_of(o);
    rx_sha256_hex(hex, &o->sha256);
    int rc = rx_buf_addf(&id, "%s:", n->kind);
    if (!rc)
        rc = rx_buf_add(&id, strcmp(n->kind, "mail") == 0 ? rx_str(hex) : o->name);
    if (!rc)
        n->id = keep(l, rx_buf_str(&id));
    rx_buf_free(&id);
    n->name = keep(l, o->name);
    n->title = keep(l, o->title);
    n->purpose = o->purpose;
    n->added_ms = o->added_ms;
    return rc ? rc : l->rc;
}

static int on_row(void *ctx, const struct store_seed_origin *from)
{
    struct loading *l = ctx;
    const int64_t site = model_site_find(l->m, from->site);
    if (site < 0)
        return 0;
    struct row *rows = vec_grow(l->rows, l->count, &l->cap, sizeof *rows);
    if (!rows)
        return l->rc = RX_ENOMEM;
    l->rows = rows;
    struct row *r = &rows[l->count++];
    *r = (struct row){.lead = {.site = (uint32_t)site,
                               .url = keep(l, from->url),
                               .place = keep(l, from->place),
                               .raw = keep(l, from->raw),
                               .added_ms = from->origin.added_ms,
                               .seeds = 1}};
    l->rc = describe(l, &r->node, &from->origin);
    if (!l->rc && from->warc_name.n) {
        struct rx_buf at = RX_BUF(4096);
        l->rc = rx_buf_addf(&at, "%.*s:%llu", RX_FMT(from->warc_name),
                            (unsigned long long)from->warc.offset);
        r->lead.warc = keep(l, rx_buf_str(&at));
        rx_buf_free(&at);
    }
    return l->rc;
}

/* By id, then site, then the first URL: no order of rows shows. */
static int by_row(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = rx_str_cmp(x->node.id, y->node.id);
    if (!order && x->lead.site != y->lead.site)
        order = x->lead.site < y->lead.site ? -1 : 1;
    if (!order)
        order = rx_str_cmp(x->lead.url, y->lead.url);
    if (!order)
        order = rx_str_cmp(x->node.name, y->node.name);
    return order ? order : rx_str_cmp(x->lead.raw, y->lead.raw);
}

/* Rows in order to nodes and leads. */
static int fold(struct loading *l)
{
    struct origins *o = l->o;
    if (l->count)
        qsort(l->rows, l->count, sizeof *l->rows, by_row);
    o->nodes = vec_zero(l->count, sizeof *o->nodes);
    o->leads = vec_zero(l->count, sizeof *o->leads);
    if (!o->nodes || !o->leads)
        return RX_ENOMEM;
    for (size_t i = 0; i < l->count; i++) {
        const struct row *r = &l->rows[i], *last = i ? &l->rows[i - 1] : NULL;
        const bool same = last && rx_str_eq(last->node.id, r->node.id);
        if (!same)
            o->nodes[o->node_count++] = r->node;
        struct origin_node *node = &o->nodes[o->node_count - 1];
        if (r->node.added_ms < node->added_ms)
            node->added_ms = r->node.added_ms;
        if (!node->purpose)
            node->purpose = r->node.purpose;
        if (same && last->lead.site == r->lead.site) {
            o->leads[o->lead_count - 1].seeds += !rx_str_eq(last->lead.url, r->lead.url);
            continue;
        }
        o->leads[o->lead_count] = r->lead;
        o->leads[o->lead_count++].node = (uint32_t)o->node_count - 1;
    }
    return 0;
}

int origins_load(struct origins *o, struct store *st, const struct model *m, struct rx_err *err)
{
    struct loading l = {.o = o, .m = m};
    *o = (struct origins){.arena = RX_ARENA(1 << 30)};
    int rc = store_seed_origin_scan(st, (struct rx_str){0}, on_row, &l);
    if (!rc)
        rc = fold(&l);
    free(l.rows);
    if (!rc)
        return 0;
    origins_done(o);
    return l.rc || rc == RX_ENOMEM
               ? rx_fail(err, RX_ENOMEM, "no memory for the origins of seeds")
               : rx_fail(err, rc, "cannot read the origins of seeds: %s", store_error(st));
}

void origins_done(struct origins *o)
{
    rx_arena_free(&o->arena);
    free(o->nodes);
    free(o->leads);
    *o = (struct origins){0};
}
