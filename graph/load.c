/* load.c - see load.h.
 *
 * The store hands values over in order of class, value and site, so that rows of one value are
 * neighbours and nothing needs sorting but the facts. What the network says of a host (address,
 * certificate) is turned into values of the classes that stand for it. A class that comes both ways
 * (a verification token, in a page's head or in the DNS) is sorted with the facts, so that the same
 * value is one. */
#include "graph/load.h"

#include "base/site.h"
#include "base/url.h"
#include "graph/cert.h"
#include "graph/sameness.h"
#include "graph/vec.h"

#include <stdlib.h>

struct fact {
    const struct rx_class *cls;
    struct rx_str text; /* the model's arena */
    struct model_row row;
};

struct loader {
    struct model *m;
    int rc; /* first failure inside a callback */
    const struct rx_psl *psl;
    const struct cert_proofs *proofs;
    struct fact *facts;
    size_t fact_count, fact_cap;
};

static int on_state(void *ctx, const struct store_site_state *state)
{
    struct loader *l = ctx;
    int64_t at = model_site(l->m, state->site);
    if (at < 0)
        return l->rc = (int)at;
    struct model_site *s = &l->m->sites[at];
    s->state = rx_arena_dup(&l->m->arena, state->state);
    s->reasons = rx_arena_dup(&l->m->arena, state->reasons);
    if (!s->state.p || !s->reasons.p)
        return l->rc = RX_ENOMEM;
    s->role = state->role;
    s->is_seed = state->is_seed;
    s->known = true;
    s->pages = state->pages;
    s->asked_run = state->run;
    s->read_run = state->read_run;
    s->first_ms = state->first_ms;
    s->last_ms = state->last_ms;
    return 0;
}

static int keep_row(struct loader *l, const struct rx_class *cls, struct rx_str text,
                    const struct model_row *row)
{
    struct fact *facts = vec_grow(l->facts, l->fact_count, &l->fact_cap, sizeof *facts);
    if (!facts)
        return RX_ENOMEM;
    l->facts = facts;
    struct rx_str copy = rx_arena_dup(&l->m->arena, text);
    if (!copy.p)
        return RX_ENOMEM;
    l->facts[l->fact_count++] = (struct fact){cls, copy, *row};
    return 0;
}

static int on_shared(void *ctx, const struct store_shared *shared)
{
    struct loader *l = ctx;
    const struct rx_class *cls = rx_class_find(shared->cls);
    if (!cls)
        return 0; /* a class of another version of the tables */
    struct model *m = l->m;
    int64_t site = model_site(m, shared->site);
    if (site < 0)
        return l->rc = (int)site;
    const struct model_row row = {(uint32_t)site, shared->pages, shared->hidden, shared->first_ms,
                                  shared->last_ms};
    if (rx_str_find(rx_str(cls->from), RX_STR("fact:"), 0) >= 0)
        return l->rc = keep_row(l, cls, shared->value, &row);
    const struct model_value *last = m->value_count ? &m->values[m->value_count - 1] : NULL;
    if (!last || last->cls != cls || !rx_str_eq(last->text, shared->value))
        l->rc = model_value_add(m, cls, shared->value);
    return l->rc = l->rc ? l->rc : model_row_add(m, &row);
}

static int keep_fact(struct loader *l, const struct rx_class *cls, struct rx_str text,
                     const struct store_fact *fact)
{
    int64_t site = model_site(l->m, fact->site);
    if (site < 0)
        return (int)site;
    const struct model_row row = {(uint32_t)site, 1, 0, fact->seen_ms, fact->seen_ms};
    return keep_row(l, cls, text, &row);
}

/* Names of a certificate, as registrable domains; wildcards stand for their parent. */
static int keep_names(struct loader *l, const struct rx_class *cls, const struct store_fact *fact)
{
    struct rx_str rest = fact->value, name;
    int rc = 0;
    if (!cert_proved(l->proofs, fact))
        cls = rx_class_find(RX_STR("tls.claimed"));
    while (!rc && cert_name_next(&rest, &name)) {
        name = rx_site_key(l->psl, name);
        if (name.n && !rx_str_eq(name, fact->site))
            rc = keep_fact(l, cls, name, fact);
    }
    return rc;
}

static int add_fact(struct loader *l, const struct rx_class *cls, const struct store_fact *fact)
{
    const bool names = cls->group == RX_GROUP_TLS && cls->host_valued;
    if (names)
        return keep_names(l, cls, fact);
    if (cls->group == RX_GROUP_TLS && cert_is_strangers(l->proofs, fact) != cert_is_default(cls))
        return 0; /* its own, or its server's: never both */
    return keep_fact(l, cls, fact->value, fact);
}

static int on_fact(void *ctx, const struct store_fact *fact)
{
    struct loader *l = ctx;
    for (size_t i = 0; i < rx_class_count() && !l->rc && fact->value.n; i++)
        if (rx_class_is_of_fact(rx_class_at(i), fact->kind))
            l->rc = add_fact(l, rx_class_at(i), fact);
    return l->rc;
}

static int on_sameness(void *ctx, const struct sameness *same)
{
    struct loader *l = ctx;
    int64_t site = model_site(l->m, same->site);
    if (site < 0)
        return l->rc = (int)site;
    const struct model_row row = {(uint32_t)site, same->pages, 0, same->first_ms, same->last_ms};
    return l->rc = keep_row(l, same->cls, same->like, &row);
}

static int by_fact(const void *a, const void *b)
{
    const struct fact *x = a, *y = b;
    int order = strcmp(x->cls->name, y->cls->name);
    if (!order)
        order = rx_str_cmp(x->text, y->text);
    if (!order && x->row.site != y->row.site)
        order = x->row.site < y->row.site ? -1 : 1;
    if (!order && x->row.first_ms != y->row.first_ms)
        order = x->row.first_ms < y->row.first_ms ? -1 : 1;
    return order;
}

/* The same value of the same site again: from another run, another host, or both page and fact,
 * which hides nothing. */
static void join_rows(struct model_row *into, const struct model_row *row)
{
    into->pages = row->pages > into->pages ? row->pages : into->pages;
    into->hidden = row->hidden < into->hidden ? row->hidden : into->hidden;
    into->last_ms = row->last_ms > into->last_ms ? row->last_ms : into->last_ms;
}

static int add_facts(struct loader *l)
{
    if (l->fact_count)
        qsort(l->facts, l->fact_count, sizeof *l->facts, by_fact);
    int rc = 0;
    for (size_t i = 0; i < l->fact_count && !rc; i++) {
        const struct fact *f = &l->facts[i], *before = i ? f - 1 : NULL;
        bool same = before && before->cls == f->cls && rx_str_eq(before->text, f->text);
        if (same && before->row.site == f->row.site) {
            join_rows(&l->m->rows[l->m->row_count - 1], &f->row);
            continue;
        }
        if (!same)
            rc = model_value_add(l->m, f->cls, f->text);
        if (!rc)
            rc = model_row_add(l->m, &f->row);
    }
    return rc;
}

static int on_link(void *ctx, const struct store_site_link *link)
{
    struct loader *l = ctx;
    int64_t from = model_site(l->m, link->from);
    int64_t to = from < 0 ? from : model_site(l->m, link->to);
    if (to < 0)
        return l->rc = (int)to;
    struct model_link copy = {.from = (uint32_t)from,
                              .to = (uint32_t)to,
                              .kind = link->kind,
                              .count = link->count,
                              .sample_url = link->sample_url,
                              .sample_to = link->sample_to,
                              .warc_name = link->warc_name,
                              .warc_offset = link->warc_offset,
                              .first_ms = link->first_ms,
                              .last_ms = link->last_ms};
    return l->rc = model_link_add(l->m, &copy);
}

static int by_value(const void *a, const void *b)
{
    const struct model_value *x = a, *y = b;
    int order = strcmp(x->cls->name, y->cls->name);
    if (!order)
        order = rx_str_cmp(x->text, y->text);
    return order ? order : x->first < y->first ? -1 : x->first > y->first;
}

/* A scan's own failure, or the first of the callback's. */
static int scanned(const struct loader *l, struct store *st, int rc, struct rx_err *err)
{
    if (l->rc)
        return rx_fail(err, l->rc, "the case does not fit into memory");
    if (rc < 0)
        return rx_fail(err, rc, "%s", store_error(st));
    return 0;
}

int load_model(struct model *m, struct store *st, int64_t upto_run, struct rx_err *err)
{
    struct rx_psl *psl = NULL;
    int rc = rx_psl_load(&psl, NULL, err);
    if (rc)
        return rc;
    struct cert_proofs *proofs = NULL;
    rc = cert_proofs_new(&proofs, st, upto_run);
    if (rc) {
        rx_psl_free(psl);
        return rx_fail(err, rc, "cannot read what certificates prove: %s", store_error(st));
    }
    struct loader l = {.m = m, .psl = psl, .proofs = proofs};
    rc = scanned(&l, st, store_site_state_scan(st, upto_run, on_state, &l), err);
    if (!rc)
        rc = scanned(&l, st, store_shared_scan(st, upto_run, on_shared, &l), err);
    if (!rc)
        rc = scanned(&l, st, store_fact_scan(st, upto_run, on_fact, &l), err);
    if (!rc)
        rc = scanned(&l, st, sameness_scan(st, upto_run, on_sameness, &l), err);
    if (!rc)
        rc = scanned(&l, st, store_site_link_scan(st, upto_run, on_link, &l), err);
    if (!rc && (add_facts(&l) || model_sort_sites(m)))
        rc = rx_fail(err, RX_ENOMEM, "the case does not fit into memory");
    if (!rc && m->value_count) /* facts came behind the rest */
        qsort(m->values, m->value_count, sizeof *m->values, by_value);
    free(l.facts);
    cert_proofs_free(proofs);
    rx_psl_free(psl);
    return rc;
}
