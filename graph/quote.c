/* quote.c - see quote.h. */
#include "graph/quote.h"

#include "base/clock.h"
#include "graph/cert.h"
#include "graph/sameness.h"
#include "graph/vec.h"

#include <stdlib.h>

void quotes_init(struct quotes *q)
{
    *q = (struct quotes){.arena = RX_ARENA(64 << 20)};
}

void quotes_done(struct quotes *q)
{
    rx_arena_free(&q->arena);
    free(q->items);
    free(q->values);
    free(q->first);
    cert_proofs_free(q->proofs);
    *q = (struct quotes){0};
}

void quotes_clear(struct quotes *q)
{
    rx_arena_free(&q->arena);
    q->count = 0;
}

struct seeker {
    struct quotes *q;
    struct quote best;
    bool found;
    int rc;
    /* for facts */
    struct rx_str site, value;
    const struct rx_class *cls;
    int64_t warc_file;
};

static struct rx_str keep(struct seeker *s, struct rx_str text)
{
    struct rx_str copy = rx_arena_dup(&s->q->arena, text);
    if (!copy.p)
        s->rc = RX_ENOMEM;
    return copy;
}

/* Bytes come before an address, which has none of its own; what is shown before what is hidden. */
static int rank_of(uint32_t length, bool hidden)
{
    return 2 * (length == 0) + hidden;
}

static int on_evidence(void *ctx, const struct store_evidence *e)
{
    struct seeker *s = ctx;
    bool hidden = e->sighting.hidden;
    int rank = rank_of(e->sighting.length, hidden);
    if (s->found && rank >= rank_of(s->best.length, s->best.hidden))
        return 0;
    s->found = true;
    s->best = (struct quote){.cls = keep(s, e->sighting.cls),
                             .value = keep(s, e->sighting.value),
                             .site = keep(s, e->site),
                             .url = keep(s, e->url),
                             .raw = keep(s, e->sighting.raw),
                             .warc_name = keep(s, e->warc_name),
                             .seen_ms = e->seen_ms,
                             .warc_offset = e->warc.offset,
                             .offset = e->sighting.offset,
                             .length = e->sighting.length,
                             .place = e->sighting.place,
                             .hidden = hidden};
    rx_sha256_hex(s->best.sha256, &e->sha256);
    if (s->rc)
        return s->rc;
    return rank == 0; /* the first of the best will do */
}

static int add(struct quotes *q, const struct quote *quote)
{
    struct quote *items = vec_grow(q->items, q->count, &q->cap, sizeof *items);
    if (!items)
        return RX_ENOMEM;
    q->items = items;
    q->items[q->count++] = *quote;
    return 0;
}

static int seek(struct quotes *q, struct store *st, struct rx_str cls, struct rx_str value,
                struct rx_str site, int64_t upto_run, bool *found)
{
    struct seeker s = {.q = q};
    struct store_evidence_filter filter = {
        .site = site, .cls = cls, .value = value, .upto_run = upto_run};
    int rc = store_evidence_scan(st, &filter, on_evidence, &s);
    *found = s.found;
    if (s.rc)
        return s.rc;
    if (rc < 0)
        return rc;
    return s.found ? add(q, &s.best) : 0;
}

/* ---- what the network says ------------------------------------------------------------------ */

/* Does a certificate that counts name that domain, or a host below it? */
static bool names_it(const struct seeker *s, const struct store_fact *f)
{
    struct rx_str rest = f->value, name;
    while (cert_name_next(&rest, &name))
        if (cert_name_within(name, s->value))
            return cert_proved(s->q->proofs, f);
    return false;
}

static int on_fact(void *ctx, const struct store_fact *f)
{
    struct seeker *s = ctx;
    if (s->found || !rx_str_eq(f->site, s->site) || !rx_class_is_of_fact(s->cls, f->kind))
        return 0;
    const bool same =
        rx_str_eq(f->kind, RX_STR("cert.san")) ? names_it(s, f) : rx_str_eq(f->value, s->value);
    if (!same)
        return 0;
    s->found = true;
    s->best = (struct quote){.cls = rx_str(s->cls->name),
                             .value = keep(s, s->value),
                             .site = keep(s, f->site),
                             .url = keep(s, f->host),
                             .raw = keep(s, f->value),
                             .seen_ms = f->seen_ms,
                             .warc_offset = f->warc.offset,
                             .place = RX_PLACE_HOST,
                             .is_fact = true};
    s->warc_file = f->warc.file_id;
    return s->rc ? s->rc : 1;
}

static int on_warc(void *ctx, const struct store_warc *w)
{
    struct seeker *s = ctx;
    if (w->id != s->warc_file)
        return 0;
    s->best.warc_name = keep(s, w->name);
    return s->rc ? s->rc : 1;
}

static int seek_fact(struct quotes *q, struct store *st, const struct rx_class *cls,
                     struct rx_str value, struct rx_str site, int64_t upto_run)
{
    struct seeker s = {.q = q, .site = site, .value = value, .cls = cls};
    int rc = 0;
    if (!q->proofs && rx_class_is_of_fact(cls, RX_STR("cert.san")))
        rc = cert_proofs_new(&q->proofs, st, upto_run);
    if (rc)
        return rc;
    rc = store_fact_scan(st, upto_run, on_fact, &s);
    if (rc >= 0 && !s.rc && s.warc_file)
        rc = store_warc_scan(st, on_warc, &s);
    if (s.rc || rc < 0)
        return s.rc ? s.rc : rc;
    return s.found ? add(q, &s.best) : 0;
}

/* ---- what pages have in common ---------------------------------------------------------------
 */

/* The page of the site that is most like the one that the group is named by, which stands at the
 * first of the group's sites. */
static int seek_alike(struct quotes *q, struct store *st, const struct model *m,
                      const struct model_value *v, struct rx_str site, int64_t upto_run)
{
    struct sameness_page page = {0};
    int rc = sameness_page(&page, &q->arena, st, upto_run, v->cls,
                           m->sites[m->rows[v->first].site].name, v->text, site);
    if (rc || page.alike <= 0)
        return rc;
    struct quote quote = {.cls = rx_str(v->cls->name),
                          .value = rx_arena_dup(&q->arena, v->text),
                          .site = rx_arena_dup(&q->arena, site),
                          .url = page.url,
                          .warc_name = page.warc_name,
                          .seen_ms = page.seen_ms,
                          .warc_offset = page.warc_offset,
                          .place = RX_PLACE_TEXT,
                          .alike = page.alike};
    rx_sha256_hex(quote.sha256, &page.sha256);
    return quote.value.p && quote.site.p ? add(q, &quote) : RX_ENOMEM;
}

/* ---- the door ------------------------------------------------------------------------------- */

static bool site_has_name(const struct model *m, uint32_t site, struct rx_str name)
{
    static const struct rx_str field = {"form.field", 10};
    const struct model_site *s = &m->sites[site];
    for (uint32_t i = 0; i < s->count; i++) {
        const struct model_entity *e = &m->entities[m->ties[m->holds[s->first + i]].entity];
        if (rx_str_eq(rx_str(e->cls->name), field) && rx_str_eq(e->text, name))
            return true;
    }
    return false;
}

static int add_names(struct quotes *q, struct store *st, const struct model *m, int64_t upto_run,
                     const struct model_entity *set, uint32_t site, uint32_t also)
{
    struct rx_str rest = set->text, name;
    int rc = 0;
    for (int shown = 0; rest.n && shown < QUOTE_NAMES_MAX && !rc;) {
        if (!rx_str_cut(rest, ' ', &name, &rest))
            rest.n = 0;
        bool found = false;
        if (!site_has_name(m, site, name) || (also != UINT32_MAX && !site_has_name(m, also, name)))
            continue;
        rc = seek(q, st, RX_STR("form.field"), name, m->sites[site].name, upto_run, &found);
        shown += found;
    }
    return rc;
}

/* Which values an entity is made of: value numbers, sorted by entity, and where each begins. */
static int index_values(struct quotes *q, const struct model *m)
{
    if (q->first)
        return 0;
    uint32_t *first = vec_zero(m->entity_count + 2, sizeof *first);
    uint32_t *values = vec_zero(m->value_count + 1, sizeof *values);
    if (!first || !values) {
        free(first);
        free(values);
        return RX_ENOMEM;
    }
    for (size_t v = 0; v < m->value_count; v++)
        if (m->values[v].entity < m->entity_count)
            first[m->values[v].entity + 2]++;
    for (size_t e = 2; e < m->entity_count + 2; e++)
        first[e] += first[e - 1];
    for (size_t v = 0; v < m->value_count; v++)
        if (m->values[v].entity < m->entity_count)
            values[first[m->values[v].entity + 1]++] = (uint32_t)v;
    q->first = first;
    q->values = values;
    return 0;
}

/* The stored value under which the site shows the entity: of a host, its strongest class. */
static const struct model_value *value_of(const struct quotes *q, const struct model *m,
                                          uint32_t entity, const struct model_tie *tie)
{
    const struct model_value *any = NULL;
    for (uint32_t at = q->first[entity]; at < q->first[entity + 1]; at++) {
        const struct model_value *value = &m->values[q->values[at]];
        for (uint32_t i = value->first; i < value->first + value->count; i++) {
            if (m->rows[i].site != tie->site)
                continue;
            if (value->cls == tie->cls)
                return value;
            any = value;
        }
    }
    return any;
}

int quotes_add(struct quotes *q, struct store *st, const struct model *m, int64_t upto_run,
               uint32_t entity, uint32_t site, uint32_t also, struct rx_err *err)
{
    const struct model_entity *e = &m->entities[entity];
    const struct model_tie *tie = model_tie_find(m, entity, site);
    int rc = 0;
    bool found = false;
    if (!tie)
        return 0;
    rc = index_values(q, m);
    if (rc)
        return rx_fail(err, rc, "no memory for an index of values");
    if (e->names) {
        rc = add_names(q, st, m, upto_run, e, site, also);
    } else {
        const struct model_value *v = value_of(q, m, entity, tie);
        if (v)
            rc = seek(q, st, rx_str(v->cls->name), v->text, m->sites[site].name, upto_run, &found);
        if (v && !rc && sameness_covers(v->cls))
            rc = seek_alike(q, st, m, v, m->sites[site].name, upto_run);
        else if (v && !rc && !found)
            rc = seek_fact(q, st, v->cls, v->text, m->sites[site].name, upto_run);
    }
    return rc ? rx_fail(err, rc, "cannot read the evidence: %s", store_error(st)) : 0;
}

const char *quote_place(enum rx_place place, uint32_t length)
{
    return place == RX_PLACE_URL && length == 0 ? "address" : rx_place_name(place);
}

void quote_warc(struct emit *e, const struct quote *q)
{
    emit_key(e, "warc");
    if (q->warc_name.n) {
        struct rx_buf at = RX_BUF(4096);
        int rc =
            rx_buf_addf(&at, "%.*s:%llu", RX_FMT(q->warc_name), (unsigned long long)q->warc_offset);
        emit_json(e, rx_buf_str(&at));
        rx_buf_free(&at);
        if (rc && !e->rc)
            e->rc = rc;
    } else {
        emit_f(e, "null");
    }
}

void quote_json(struct emit *e, const struct quote *q)
{
    emit_item(e);
    emit_begin(e, '{');
    emit_id(e, "site", "site:", q->site);
    emit_text(e, "class", q->cls);
    emit_text(e, "value", q->value);
    emit_text(e, q->is_fact ? "host" : "url", q->url);
    emit_text(e, "raw", q->raw);
    emit_text(e, "place", rx_str(quote_place(q->place, q->length)));
    emit_bool(e, "hidden", q->hidden);
    if (q->alike > 0)
        emit_real(e, "alike", q->alike, 2);
    emit_time(e, "seen", q->seen_ms);
    if (q->sha256[0])
        emit_text(e, "sha256", rx_str(q->sha256));
    if (!q->is_fact) {
        emit_int(e, "offset", q->offset);
        emit_int(e, "length", q->length);
    }
    quote_warc(e, q);
    emit_end(e, '}');
}

/* Is the value's last part (of an affiliate: his id) to be read in the page's URL itself? */
static bool is_in_url(const struct quote *q)
{
    struct rx_str part = q->value, rest = q->value;
    while (rx_str_cut(rest, '|', &part, &rest))
        part = rest;
    return part.n && rx_str_find(q->url, part, 0) >= 0;
}

static void say_place(struct emit *e, const struct quote *q)
{
    if (q->is_fact)
        emit_f(e, ", said by the network");
    else if (q->length)
        emit_f(e, ", %s, %u bytes from %u of the %s", rx_place_name(q->place), q->length, q->offset,
               q->place == RX_PLACE_HEADER ? "head" : "decoded body");
    else if (q->place == RX_PLACE_URL)
        emit_f(e, ", no bytes of the body");
    else
        emit_f(e, ", the whole body");
}

/* Of a form's set the bytes are those of one field. */
static void say_part(struct emit *e, const struct quote *q)
{
    size_t names = 1;
    if (!rx_str_eq(q->cls, RX_STR("form.fields")))
        return;
    for (size_t i = 0; i < q->value.n; i++)
        names += q->value.p[i] == ',';
    emit_f(e, " (one of the form's %zu names)", names);
}

static bool is_address(const struct quote *q)
{
    return !q->is_fact && !q->length && q->place == RX_PLACE_URL;
}

/* Said by the page or file as a whole: no stretch of it is the value. */
static bool is_whole(const struct quote *q)
{
    return !q->is_fact && !q->length && q->place != RX_PLACE_URL;
}

static void say_whole(struct emit *e, const struct quote *q)
{
    if (q->alike > 0) {
        emit_f(e, ": %.0f %% like ", 100 * q->alike);
        emit_term(e, q->value);
    } else {
        emit_f(e, ": the whole of it");
    }
}

void quote_text(struct emit *e, const struct quote *q, const char *indent)
{
    enum { RAW_SHOWN = 160 };
    char when[RX_TIME_TEXT];
    rx_time_text(when, q->seen_ms, false);
    emit_f(e, "%s", indent);
    emit_term(e, q->site);
    if (is_address(q)) {
        emit_f(e, is_in_url(q) ? ": in the page's own address" : ": in an address that it makes");
    } else if (is_whole(q)) {
        say_whole(e, q);
    } else {
        emit_f(e, ": \"");
        emit_brief(e, q->raw, RAW_SHOWN);
        emit_f(e, "\"");
        say_part(e, q);
    }
    emit_f(e, "%s\n%s  ", q->hidden ? " (hidden)" : "", indent);
    emit_style(e, EMIT_FAINT);
    emit_term(e, q->url);
    say_place(e, q);
    emit_f(e, ", %s\n%s  ", when, indent);
    if (q->sha256[0])
        emit_f(e, "sha256 %s, ", q->sha256);
    if (q->warc_name.n) {
        emit_f(e, "WARC ");
        emit_term(e, q->warc_name);
        emit_f(e, " at %llu", (unsigned long long)q->warc_offset);
    } else {
        emit_f(e, "not archived as a record of its own");
    }
    emit_style(e, EMIT_PLAIN);
    emit_f(e, "\n");
}
