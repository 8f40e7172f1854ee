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

/* Copies what lead has; the node is what o says. */
static int make_row(struct row *r, struct loading *l, const struct origin_lead *lead,
                    const struct store_origin *o, struct rx_str warc_name, uint64_t warc_offset)
{
    *r = (struct row){.lead = *lead};
    r->lead.value = keep(l, lead->value);
    r->lead.url = keep(l, lead->url);
    r->lead.place = keep(l, lead->place);
    r->lead.raw = keep(l, lead->raw);
    r->lead.added_ms = o->added_ms;
    l->rc = l->rc ? l->rc : describe(l, &r->node, o);
    if (!l->rc && warc_name.n) {
        struct rx_buf at = RX_BUF(4096);
        l->rc = rx_buf_addf(&at, "%.*s:%llu", RX_FMT(warc_name), (unsigned long long)warc_offset);
        r->lead.warc = keep(l, rx_buf_str(&at));
        rx_buf_free(&at);
    }
    return l->rc;
}

static int add_row(struct loading *l, const struct row *row)
{
    struct row *rows = vec_grow(l->rows, l->count, &l->cap, sizeof *rows);
    if (!rows)
        return l->rc = RX_ENOMEM;
    l->rows = rows;
    l->rows[l->count++] = *row;
    return 0;
}

static int on_row(void *ctx, const struct store_seed_origin *from)
{
    struct loading *l = ctx;
    const int64_t site = model_site_find(l->m, from->site);
    const struct origin_lead lead = {.site = (uint32_t)site,
                                     .url = from->url,
                                     .place = from->place,
                                     .raw = from->raw,
                                     .seeds = 1};
    struct row row;
    if (site < 0)
        return 0;
    const int rc = make_row(&row, l, &lead, &from->origin, from->warc_name, from->warc.offset);
    return rc ? rc : add_row(l, &row);
}

/* ---- identifiers -----------------------------------------------------------------------------
 */

/* What a mail calls an address, its own site calls its own. */
static const struct model_entity *entity_of(const struct model *m, struct rx_str cls,
                                            struct rx_str value)
{
    const struct model_entity *e = model_entity_find(m, cls, value);
    return e || !rx_str_eq(cls, RX_STR("email")) ? e
                                                 : model_entity_find(m, RX_STR("email.own"), value);
}

/* A lead to every site that carries it, but for the one that it names itself. */
static int add_carriers(struct loading *l, struct row *row, const struct model_entity *e,
                        int64_t named)
{
    int rc = 0;
    row->lead.cls = e->cls;
    for (uint32_t t = e->first; t < e->first + e->count && !rc; t++) {
        row->lead.site = l->m->ties[t].site;
        if (row->lead.site != named)
            rc = add_row(l, row);
    }
    return rc;
}

/* Its rows share their texts: a mail may name what hundreds of sites carry. */
static int on_mark(void *ctx, const struct store_mail_mark *mark)
{
    struct loading *l = ctx;
    const struct model *m = l->m;
    const struct rx_class *cls = rx_class_find(mark->cls);
    const struct model_entity *e = entity_of(m, mark->cls, mark->value);
    const int64_t named = cls && cls->host_valued ? model_site_find(m, mark->value) : MODEL_NONE;
    const bool leads = e && e->bits > 0 && e->bar == MODEL_FREE;
    const struct origin_lead lead = {
        .cls = cls, .value = mark->value, .place = mark->place, .raw = mark->raw};
    struct row row;
    if (!cls || (named < 0 && !leads))
        return 0;
    int rc = make_row(&row, l, &lead, &mark->origin, mark->warc_name, mark->warc.offset);
    if (!rc && named >= 0) {
        row.lead.site = (uint32_t)named;
        rc = add_row(l, &row);
    }
    return rc || !leads ? rc : add_carriers(l, &row, e, named);
}

/* ---- leads ----------------------------------------------------------------------------------- */

/* Two that are one: URLs of a site; an identifier of it. */
static int by_way(const struct origin_lead *a, const struct origin_lead *b)
{
    if (!a->cls || !b->cls)
        return !b->cls - !a->cls;
    const int order = rx_str_cmp(rx_str(a->cls->name), rx_str(b->cls->name));
    return order ? order : rx_str_cmp(a->value, b->value);
}

/* By id, then site, URLs before identifiers, then the first URL: no order of rows shows. */
static int by_row(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = rx_str_cmp(x->node.id, y->node.id);
    if (!order && x->lead.site != y->lead.site)
        order = x->lead.site < y->lead.site ? -1 : 1;
    if (!order)
        order = by_way(&x->lead, &y->lead);
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
        if (same && last->lead.site == r->lead.site && by_way(&last->lead, &r->lead) == 0) {
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
        rc = store_mail_mark_scan(st, on_mark, &l);
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
