/* jsonl.c - the case as JSON lines: networks, sites, origins, pages, links, sightings, in this
 * order. The last three stream from the store. Each graph has its part of them: links the sites,
 * pages and links, network the networks and sites, evidence the sites and sightings. */
#include "graph/emit.h"
#include "graph/export/writers.h"
#include "graph/quote.h"
#include "graph/strongest.h"

struct writer {
    struct emit e;
    struct scene *s;
};

static void write_networks(struct writer *w)
{
    const struct known *k = &w->s->known;
    for (size_t i = 0; i < k->network_count; i++) {
        const struct known_network *n = &k->networks[i];
        emit_open(&w->e, "network");
        emit_text(&w->e, "id", rx_str(n->id));
        emit_text(&w->e, "kind", rx_str(n->affiliate ? "affiliate" : "programme"));
        emit_int(&w->e, "sites", n->sites);
        emit_real(&w->e, "confidence", n->confidence, 4);
        emit_key(&w->e, "strongest");
        strongest_json(&w->e, n->strongest);
        emit_key(&w->e, "members");
        emit_begin(&w->e, '[');
        for (uint32_t m = n->first; m < n->first + n->count; m++) {
            emit_item(&w->e);
            emit_begin(&w->e, '{');
            emit_id(&w->e, "id", "site:", k->members[m].site);
            emit_text(&w->e, "role", k->members[m].role);
            emit_real(&w->e, "confidence", k->members[m].confidence, 4);
            emit_bool(&w->e, "core", k->members[m].core);
            emit_end(&w->e, '}');
        }
        emit_end(&w->e, ']');
        emit_line(&w->e);
    }
}

static void write_sites(struct writer *w)
{
    const struct scene *s = w->s;
    for (size_t i = 0; i < s->node_count && s->nodes[i].site != UINT32_MAX; i++) {
        const struct scene_node *n = &s->nodes[i];
        const struct model_site *site = &s->f.m.sites[n->site];
        emit_open(&w->e, "site");
        emit_id(&w->e, "id", "site:", site->name);
        emit_text(&w->e, "role", rx_str(rx_role_name(site->role)));
        emit_text(&w->e, "state", site->state);
        emit_bool(&w->e, "is_seed", site->is_seed);
        emit_int(&w->e, "pages", site->pages);
        emit_time(&w->e, "first_seen", site->first_ms);
        emit_time(&w->e, "last_seen", site->last_ms);
        if (n->is_member)
            emit_text(&w->e, "network", rx_str(s->known.networks[n->network].id));
        else
            emit_null(&w->e, "network");
        emit_text(&w->e, "affiliates", n->affiliates);
        emit_text(&w->e, "attached", n->attached);
        emit_text(&w->e, "decisions", n->decisions);
        emit_line(&w->e);
    }
}

static void write_origins(struct writer *w)
{
    const struct scene *s = w->s;
    const struct origins *o = &s->origins;
    for (size_t i = 0; i < o->node_count; i++) {
        const struct origin_node *n = &o->nodes[i];
        emit_open(&w->e, "origin");
        emit_text(&w->e, "id", n->id);
        emit_text(&w->e, "kind", rx_str(n->kind));
        emit_text(&w->e, "purpose", rx_str(rx_purpose_name(n->purpose)));
        emit_text(&w->e, "name", n->name);
        emit_text(&w->e, "title", n->title);
        emit_time(&w->e, "added", n->added_ms);
        emit_line(&w->e);
    }
    for (size_t i = 0; i < o->lead_count; i++) {
        const struct origin_lead *l = &o->leads[i];
        emit_open(&w->e, "lead");
        emit_text(&w->e, "origin", o->nodes[l->node].id);
        emit_id(&w->e, "site", "site:", s->f.m.sites[l->site].name);
        emit_text(&w->e, "url", l->url);
        emit_int(&w->e, "seeds", (int64_t)l->seeds);
        emit_text(&w->e, "class", rx_str(l->cls ? l->cls->name : ""));
        emit_text(&w->e, "value", l->value);
        emit_text(&w->e, "place", l->place);
        emit_text(&w->e, "raw", l->raw);
        if (l->warc.n)
            emit_text(&w->e, "warc", l->warc);
        else
            emit_null(&w->e, "warc");
        emit_line(&w->e);
    }
}

static void write_warc(struct emit *e, struct rx_str name, uint64_t offset)
{
    struct rx_buf at = RX_BUF(4096);
    if (!name.n) {
        emit_null(e, "warc");
        return;
    }
    int rc = rx_buf_addf(&at, "%.*s:%llu", RX_FMT(name), (unsigned long long)offset);
    emit_text(e, "warc", rx_buf_str(&at));
    rx_buf_free(&at);
    if (rc && !e->rc)
        e->rc = rc;
}

static int on_page(void *ctx, const struct store_page *p)
{
    struct writer *w = ctx;
    char sha256[RX_SHA256_HEX + 1];
    emit_open(&w->e, "page");
    emit_text(&w->e, "url", p->url);
    emit_id(&w->e, "site", "site:", p->site);
    emit_int(&w->e, "run", p->fetch.run);
    emit_text(&w->e, "outcome", rx_str(rx_outcome_name(p->fetch.outcome)));
    emit_int(&w->e, "status", p->fetch.status);
    emit_time(&w->e, "seen", p->fetch.started_ms);
    emit_text(&w->e, "media_type", p->media_type);
    emit_text(&w->e, "title", p->title);
    emit_text(&w->e, "lang", p->lang);
    if (p->fetch.content_id) {
        rx_sha256_hex(sha256, &p->sha256);
        emit_text(&w->e, "sha256", rx_str(sha256));
    }
    if (p->fetch.reason.n)
        emit_text(&w->e, "reason", p->fetch.reason);
    if (p->failure.n)
        emit_text(&w->e, "failure", p->failure);
    if (p->page_cut)
        emit_bool(&w->e, "page_cut", true);
    if (p->marks_cut)
        emit_bool(&w->e, "marks_cut", true);
    if (p->links_cut > 0)
        emit_int(&w->e, "links_cut", (int64_t)p->links_cut);
    write_warc(&w->e, p->warc_name, p->fetch.response.offset);
    emit_line(&w->e);
    return w->e.rc;
}

static int on_link(void *ctx, const struct store_url_link *l)
{
    struct writer *w = ctx;
    emit_open(&w->e, "link");
    emit_text(&w->e, "from_url", l->from_url);
    emit_text(&w->e, "to_url", l->to_url);
    emit_text(&w->e, "kind", rx_str(rx_link_name(l->kind)));
    emit_int(&w->e, "status", l->status);
    emit_text(&w->e, "text", l->text);
    emit_text(&w->e, "rel", l->rel);
    emit_line(&w->e);
    return w->e.rc;
}

static int on_sighting(void *ctx, const struct store_evidence *v)
{
    struct writer *w = ctx;
    char sha256[RX_SHA256_HEX + 1];
    const struct rx_class *cls = rx_class_find(v->sighting.cls);
    rx_sha256_hex(sha256, &v->sha256);
    emit_open(&w->e, "sighting");
    emit_id(&w->e, "site", "site:", v->site);
    emit_text(&w->e, "class", v->sighting.cls);
    emit_text(&w->e, "value", v->sighting.value);
    emit_text(&w->e, "level", rx_str(cls ? rx_level_name(cls->level) : "?"));
    emit_text(&w->e, "raw", v->sighting.raw);
    emit_text(&w->e, "url", v->url);
    emit_text(&w->e, "place", rx_str(quote_place(v->sighting.place, v->sighting.length)));
    emit_int(&w->e, "offset", v->sighting.offset);
    emit_int(&w->e, "length", v->sighting.length);
    emit_bool(&w->e, "hidden", v->sighting.hidden);
    emit_int(&w->e, "run", v->run);
    emit_time(&w->e, "seen", v->seen_ms);
    emit_text(&w->e, "sha256", rx_str(sha256));
    write_warc(&w->e, v->warc_name, v->warc.offset);
    emit_line(&w->e);
    return w->e.rc;
}

int jsonl_write(FILE *out, struct scene *s, enum graph_kind what, struct store *st,
                struct rx_err *err)
{
    struct writer w = {.s = s};
    struct store_evidence_filter all = {.upto_run = s->run};
    emit_init(&w.e, out);
    const bool links = what == GRAPH_LINKS || what == GRAPH_ALL;
    int rc = 0;
    if (what == GRAPH_NETWORK || what == GRAPH_ALL)
        write_networks(&w);
    write_sites(&w);
    if (links)
        write_origins(&w);
    if (links)
        rc = store_page_scan(st, s->run, (struct rx_str){0}, on_page, &w);
    if (!rc && links)
        rc = store_url_link_scan(st, s->run, on_link, &w);
    if (!rc && (what == GRAPH_SITES_INDICATORS || what == GRAPH_ALL))
        rc = store_evidence_scan(st, &all, on_sighting, &w);
    int written = emit_done(&w.e);
    if (written)
        return rx_fail(err, written, "cannot write the JSON lines");
    return rc ? rx_fail(err, rc, "cannot read the case: %s", store_error(st)) : 0;
}
