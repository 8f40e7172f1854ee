/* sample.c - see sample.h. */
#include "graph/export/sample.h"

#include "graph/vec.h"

#include <stdlib.h>

struct sampler {
    struct scene *s;
    struct rx_str *url, *warc;       /* by tie; p NULL: not wanted, n 0: wanted and not found yet */
    bool *bare;                      /* by tie: what was found is an address, no bytes */
    const struct model_value *value; /* the one that the scan is at */
    int rc;
};

static int by_value(const void *key, const void *item)
{
    const struct model_value *x = key, *y = item;
    int order = strcmp(x->cls->name, y->cls->name);
    return order ? order : rx_str_cmp(x->text, y->text);
}

/* The scan comes in order of class and value, so the value seldom changes. */
static void turn_to(struct sampler *p, const struct store_evidence *e)
{
    if (p->value && rx_str_eq(rx_str(p->value->cls->name), e->sighting.cls) &&
        rx_str_eq(p->value->text, e->sighting.value))
        return;
    const struct model *m = &p->s->f.m;
    struct model_value key = {.cls = rx_class_find(e->sighting.cls), .text = e->sighting.value};
    p->value = key.cls && m->value_count
                   ? bsearch(&key, m->values, m->value_count, sizeof key, by_value)
                   : NULL;
}

static int on_evidence(void *ctx, const struct store_evidence *e)
{
    struct sampler *p = ctx;
    const struct model *m = &p->s->f.m;
    turn_to(p, e);
    int64_t site = p->value ? model_site_find(m, e->site) : MODEL_NONE;
    const struct model_tie *tie =
        site < 0 ? NULL : model_tie_find(m, p->value->entity, (uint32_t)site);
    size_t at = tie ? (size_t)(tie - m->ties) : 0;
    if (!tie || !p->url[at].p || (p->url[at].n && !(p->bare[at] && e->sighting.length)))
        return 0;
    p->bare[at] = !e->sighting.length;
    struct rx_buf text = RX_BUF(4096);
    p->url[at] = rx_arena_dup(&p->s->arena, e->url);
    if (e->warc_name.n) {
        p->rc = rx_buf_addf(&text, "%.*s:%llu", RX_FMT(e->warc_name),
                            (unsigned long long)e->warc.offset);
        p->warc[at] = rx_arena_dup(&p->s->arena, rx_buf_str(&text));
    }
    rx_buf_free(&text);
    if (!p->url[at].p)
        p->rc = RX_ENOMEM;
    return p->rc;
}

int sample_fill(struct scene *s, struct store *st, struct rx_err *err)
{
    struct sampler p = {.s = s,
                        .url = vec_zero(s->f.m.tie_count, sizeof(struct rx_str)),
                        .warc = vec_zero(s->f.m.tie_count, sizeof(struct rx_str)),
                        .bare = vec_zero(s->f.m.tie_count, sizeof(bool))};
    bool any = false;
    int rc = p.url && p.warc && p.bare ? 0 : RX_ENOMEM;
    for (size_t i = 0; i < s->edge_count && !rc; i++) {
        if (s->edges[i].tie == UINT32_MAX)
            continue;
        p.url[s->edges[i].tie] = rx_strn("", 0);
        any = true;
    }
    struct store_evidence_filter all = {.upto_run = s->run};
    int scan = !rc && any ? store_evidence_scan(st, &all, on_evidence, &p) : 0;
    for (size_t i = 0; i < s->edge_count && !rc; i++) {
        uint32_t tie = s->edges[i].tie;
        if (tie == UINT32_MAX)
            continue;
        s->edges[i].sample_url = p.url[tie];
        s->edges[i].warc = p.warc[tie];
    }
    free(p.url);
    free(p.warc);
    free(p.bare);
    if (rc || p.rc)
        return rx_fail(err, RX_ENOMEM, "no memory for the edges of the graph");
    return scan < 0 ? rx_fail(err, scan, "cannot read the evidence: %s", store_error(st)) : 0;
}
