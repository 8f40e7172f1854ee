/* scene.c - see scene.h.
 *
 * Stages: which sites are drawn; what is known of each; the edges of the wanted graph (edges.h);
 * places and colours. */
#include "graph/export/scene.h"

#include "graph/export/colour.h"
#include "graph/export/edges.h"
#include "graph/export/layout.h"
#include "graph/named.h"
#include "graph/says.h"
#include "graph/vec.h"

#include <stdlib.h>

bool scene_directed(const struct scene *s)
{
    return s->kind == GRAPH_LINKS;
}

struct rx_str scene_label(const struct scene *s, const struct scene_node *n)
{
    if (n->site != UINT32_MAX)
        return s->f.m.sites[n->site].name;
    if (n->value != UINT32_MAX)
        return s->f.m.values[n->value].text;
    const struct origin_node *o = &s->origins.nodes[n->origin];
    return o->title.n ? o->title : o->name;
}

int scene_add_edge(struct scene *s, const struct scene_edge *edge)
{
    struct scene_edge *edges = vec_grow(s->edges, s->edge_count, &s->edge_cap, sizeof *edges);
    if (!edges)
        return RX_ENOMEM;
    s->edges = edges;
    s->edges[s->edge_count++] = *edge;
    return 0;
}

static int add_node(struct scene *s, uint32_t site, uint32_t value, uint32_t origin)
{
    struct scene_node *nodes = vec_grow(s->nodes, s->node_count, &s->node_cap, sizeof *nodes);
    if (!nodes)
        return RX_ENOMEM;
    s->nodes = nodes;
    s->nodes[s->node_count++] =
        (struct scene_node){.site = site, .value = value, .origin = origin, .network = -1};
    return 0;
}

/* ---- which sites ----------------------------------------------------------------------------- */

static int mark_sites(struct scene *s, bool *drawn)
{
    const struct model *m = &s->f.m;
    for (uint32_t i = 0; i < m->site_count; i++) {
        size_t first;
        drawn[i] = m->sites[i].role == RX_ROLE_STOREFRONT || m->sites[i].is_seed ||
                   known_of_site(&s->known, m->sites[i].name, &first) > 0;
        if (s->kind == GRAPH_LINKS)
            drawn[i] = drawn[i] || m->sites[i].known;
    }
    for (size_t i = 0; i < m->link_count && s->kind == GRAPH_LINKS; i++)
        drawn[m->links[i].from] = drawn[m->links[i].to] = true;
    return 0;
}

static int add_sites(struct scene *s)
{
    const struct model *m = &s->f.m;
    bool *drawn = vec_zero(m->site_count, sizeof *drawn);
    s->node_of_site = vec_zero(m->site_count, sizeof *s->node_of_site);
    int rc = drawn && s->node_of_site ? mark_sites(s, drawn) : RX_ENOMEM;
    for (uint32_t i = 0; i < m->site_count && !rc; i++) {
        s->node_of_site[i] = UINT32_MAX;
        if (!drawn[i])
            continue;
        s->node_of_site[i] = (uint32_t)s->node_count;
        rc = add_node(s, i, UINT32_MAX, UINT32_MAX);
    }
    free(drawn);
    return rc;
}

/* Indicators that two drawn sites share and that carry something. */
static int add_indicators(struct scene *s)
{
    const struct model *m = &s->f.m;
    for (uint32_t v = 0; v < m->value_count; v++) {
        const struct model_value *value = &m->values[v];
        uint32_t sites = 0;
        if (m->entities[value->entity].bits <= 0)
            continue;
        for (uint32_t i = value->first; i < value->first + value->count; i++)
            sites += s->node_of_site[m->rows[i].site] != UINT32_MAX;
        if (sites >= 2 && add_node(s, UINT32_MAX, v, UINT32_MAX))
            return RX_ENOMEM;
    }
    return 0;
}

static int add_origins(struct scene *s)
{
    for (uint32_t i = 0; i < s->origins.node_count; i++)
        if (add_node(s, UINT32_MAX, UINT32_MAX, i))
            return RX_ENOMEM;
    return 0;
}

/* ---- what is known of each --------------------------------------------------------------------
 */

static int add_word(struct rx_buf *list, struct rx_str word)
{
    int rc = list->n ? rx_buf_addc(list, '|') : 0;
    return rc ? rc : rx_buf_add(list, word);
}

static int keep(struct scene *s, struct rx_str *out, struct rx_buf *text)
{
    *out = rx_arena_dup(&s->arena, rx_buf_str(text));
    rx_buf_clear(text);
    return out->p ? 0 : RX_ENOMEM;
}

/* Memberships: the programme; partners; networks that it is attached to. */
static int describe_networks(struct scene *s, struct scene_node *n)
{
    struct rx_buf partners = RX_BUF(1 << 20), attached = RX_BUF(1 << 20);
    size_t first, count = known_of_site(&s->known, s->f.m.sites[n->site].name, &first);
    int rc = 0;
    size_t hooks = 0;
    n->role = s->f.m.sites[n->site].role;
    bool vague = n->role == RX_ROLE_UNKNOWN || n->role == RX_ROLE_BENIGN;
    for (size_t i = first; i < first + count && !rc; i++) {
        const struct known_member *m = &s->known.members[s->known.by_site[i]];
        const struct known_network *net = &s->known.networks[m->network];
        if (!known_is_member(m)) {
            hooks++;
            n->role = vague ? rx_role_parse(m->role) : n->role;
            rc = add_word(&attached, rx_str(net->id));
            if (!n->is_member && hooks == 1) {
                n->network = (int32_t)m->network;
                n->confidence = m->confidence;
            }
        } else if (net->affiliate) {
            n->affiliate_count++;
            rc = add_word(&partners, rx_str(net->id));
        } else {
            n->is_member = true;
            n->network = (int32_t)m->network;
            n->confidence = m->confidence;
        }
    }
    if (!n->is_member && hooks > 1)
        n->network = -1; /* it serves several: no one's colour */
    if (!rc)
        rc = keep(s, &n->affiliates, &partners);
    if (!rc)
        rc = keep(s, &n->attached, &attached);
    rx_buf_free(&partners);
    rx_buf_free(&attached);
    return rc;
}

static int describe_values(struct scene *s, struct scene_node *n)
{
    const struct model *m = &s->f.m;
    const struct model_site *site = &m->sites[n->site];
    const struct model_entity *best = NULL;
    struct rx_buf text = RX_BUF(1 << 20);
    for (uint32_t i = 0; i < site->count; i++) {
        const struct model_entity *e = &m->entities[m->ties[m->holds[site->first + i]].entity];
        if (!strcmp(e->cls->name, "ip") && !n->ip.n)
            n->ip = e->text;
        if (!strcmp(e->cls->name, "tls.cert") && !n->tls.n)
            n->tls = e->text;
        if (!strcmp(e->cls->name, "asn") && !n->asn.n)
            n->asn = e->text;
        if (!strcmp(e->cls->name, "registrar") && !n->registrar.n)
            n->registrar = e->text;
        if (e->bits <= 0 || e->count < 2)
            continue;
        n->evidence_count++;
        if (!best || e->bits > best->bits)
            best = e;
    }
    int rc = 0;
    if (best) {
        rc = rx_buf_addf(&text, "%s:", best->cls->name);
        if (!rc)
            rc = rx_buf_add(&text, rx_str_sub(best->text, 0, 200));
    }
    if (!rc)
        rc = keep(s, &n->evidence_top, &text);
    rx_buf_free(&text);
    return rc;
}

/* What the site says of itself; the language that its text tells stands before those declared. */
static int describe_says(struct scene *s, struct scene_node *n)
{
    const struct model *m = &s->f.m;
    const struct model_site *site = &m->sites[n->site];
    struct rx_buf text = RX_BUF(1 << 16);
    struct says says;
    says_of(&says, m, site);
    n->currency = says.currency;
    n->offers = says.offers;
    if (says.language.n)
        n->lang = says.language;
    int rc = says_seals(&text, m, site);
    if (!rc)
        rc = keep(s, &n->seals, &text);
    if (!rc)
        rc = says_list(&text, m, site, "claim");
    if (!rc)
        rc = keep(s, &n->claims, &text);
    rx_buf_free(&text);
    return rc;
}

/* One word more of what people decided about a site. */
static int add_decision(struct scene *s, struct rx_str site, const struct decision *it,
                        struct rx_str what)
{
    const int64_t at = model_site_find(&s->f.m, site);
    struct rx_buf text = RX_BUF(1 << 20);
    if (at < 0 || s->node_of_site[at] == UINT32_MAX)
        return 0;
    struct scene_node *n = &s->nodes[s->node_of_site[at]];
    int rc = rx_buf_add(&text, n->decisions);
    if (!rc)
        rc = rx_buf_addf(&text, "%s%lld %s ", text.n ? "|" : "", (long long)it->id,
                         decision_kind_name(it->kind));
    if (!rc)
        rc = rx_buf_add(&text, what);
    if (!rc)
        rc = keep(s, &n->decisions, &text);
    rx_buf_free(&text);
    return rc;
}

/* What this map honoured, at the sites that it is about. */
static int describe_decisions(struct scene *s)
{
    int rc = 0;
    for (size_t i = 0; i < s->known.honoured_count && !rc; i++) {
        const struct known_honoured *h = &s->known.honoured[i];
        const struct decision *it = decisions_find(&s->f.decisions, h->decision);
        if (!it || h->effect == DECISION_IDLE || !rx_str_starts(it->subject, RX_STR("site:")))
            continue;
        const struct rx_str subject = decision_name(it->subject);
        if (it->kind == DECISION_MARK) {
            rc = add_decision(s, subject, it, it->object);
            continue;
        }
        rc = add_decision(s, subject, it, decision_name(it->object));
        if (!rc)
            rc = add_decision(s, decision_name(it->object), it, subject);
    }
    return rc;
}

struct languages { /* Boyer and Moore's vote over the pages of each site */
    struct scene *s;
    uint32_t *lead;
    int rc;
};

static int on_page(void *ctx, const struct store_page *p)
{
    struct languages *l = ctx;
    int64_t site = p->lang.n ? model_site_find(&l->s->f.m, p->site) : MODEL_NONE;
    if (site < 0 || l->s->node_of_site[site] == UINT32_MAX)
        return 0;
    uint32_t node = l->s->node_of_site[site];
    struct scene_node *n = &l->s->nodes[node];
    if (rx_str_eq(n->lang, p->lang)) {
        l->lead[node]++;
    } else if (l->lead[node]) {
        l->lead[node]--;
    } else {
        n->lang = rx_arena_dup(&l->s->arena, p->lang);
        l->lead[node] = 1;
        if (!n->lang.p)
            return l->rc = RX_ENOMEM;
    }
    return 0;
}

static int describe(struct scene *s, struct store *st, struct rx_err *err)
{
    struct languages l = {s, vec_zero(s->node_count, sizeof(uint32_t)), 0};
    int rc = l.lead ? 0 : RX_ENOMEM;
    for (size_t i = 0; i < s->node_count && !rc; i++) {
        if (s->nodes[i].site == UINT32_MAX)
            continue;
        rc = describe_networks(s, &s->nodes[i]);
        if (!rc)
            rc = describe_values(s, &s->nodes[i]);
    }
    if (!rc)
        rc = describe_decisions(s);
    int scan = rc ? 0 : store_page_scan(st, s->run, (struct rx_str){0}, on_page, &l);
    for (size_t i = 0; i < s->node_count && !rc && !scan; i++)
        if (s->nodes[i].site != UINT32_MAX)
            rc = describe_says(s, &s->nodes[i]);
    free(l.lead);
    if (rc || l.rc)
        return rx_fail(err, RX_ENOMEM, "no memory for the nodes of the graph");
    return scan < 0 ? rx_fail(err, scan, "cannot read the pages: %s", store_error(st)) : 0;
}

/* ---- looks ------------------------------------------------------------------------------------
 */

struct rank {
    uint32_t network, members;
};

static int by_members(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;
    if (x->members != y->members)
        return x->members > y->members ? -1 : 1;
    return x->network < y->network ? -1 : x->network > y->network;
}

static int colour_nodes(struct scene *s)
{
    size_t n = s->known.network_count;
    struct rank *ranks = vec_zero(n, sizeof *ranks);
    int64_t *rank_of = vec_zero(n, sizeof *rank_of);
    int rc = ranks && rank_of ? 0 : RX_ENOMEM;
    for (uint32_t i = 0; i < n && !rc; i++)
        ranks[i].network = i;
    for (size_t i = 0; i < s->node_count && !rc; i++)
        if (s->nodes[i].network >= 0 && s->nodes[i].is_member)
            ranks[s->nodes[i].network].members++;
    if (!rc)
        qsort(ranks, n, sizeof *ranks, by_members);
    for (size_t i = 0; i < n && !rc; i++)
        rank_of[ranks[i].network] = (int64_t)i;
    for (size_t i = 0; i < s->node_count && !rc; i++) {
        struct scene_node *node = &s->nodes[i];
        struct colour c = colour_of(node->network >= 0 ? rank_of[node->network] : -1);
        node->r = c.r;
        node->g = c.g;
        node->b = c.b;
    }
    free(ranks);
    free(rank_of);
    return rc;
}

static void count_degrees(struct scene *s)
{
    for (size_t i = 0; i < s->edge_count; i++) {
        s->nodes[s->edges[i].a].degree++;
        if (s->edges[i].a != s->edges[i].b)
            s->nodes[s->edges[i].b].degree++;
    }
}

/* An indicator stands among the sites that carry it: it takes the network of most of them. */
static void place_indicators(struct scene *s)
{
    const struct model *m = &s->f.m;
    for (size_t i = 0; i < s->node_count; i++) {
        struct scene_node *n = &s->nodes[i];
        if (n->value == UINT32_MAX)
            continue;
        const struct model_value *v = &m->values[n->value];
        uint32_t lead = 0;
        for (uint32_t r = v->first; r < v->first + v->count; r++) {
            uint32_t node = s->node_of_site[m->rows[r].site];
            int32_t network = node == UINT32_MAX ? -1 : s->nodes[node].network;
            if (network == n->network && network >= 0)
                lead++;
            else if (lead)
                lead--;
            else if (network >= 0) {
                n->network = network;
                lead = 1;
            }
        }
    }
}

/* ---- the door ---------------------------------------------------------------------------------
 */

struct wanted_run {
    int64_t wanted, found; /* wanted 0: the last */
};

static int on_run(void *ctx, const struct store_run *run)
{
    struct wanted_run *w = ctx;
    if (!w->wanted || w->wanted == run->id)
        w->found = run->id;
    return 0;
}

/* Who links to whom is known as soon as pages are: it takes no networks. */
static int open_unmapped(struct scene *s, struct store *st, const struct rx_conf *conf, int64_t run,
                         struct rx_err *err)
{
    struct wanted_run w = {.wanted = run};
    if (s->kind != GRAPH_LINKS)
        return rx_fail(err, RX_ENOENT, "no networks yet; run `rxmap map` first");
    int rc = store_run_scan(st, on_run, &w);
    if (rc < 0)
        return rx_fail(err, rc, "cannot read the runs: %s", store_error(st));
    if (!w.found && run)
        return rx_fail(err, RX_ENOENT, "this case has no run %lld; `rxmap status` lists them",
                       (long long)run);
    if (!w.found)
        return rx_fail(err, RX_ENOENT, "this case has no run yet; start with `rxmap crawl`");
    s->run = w.found;
    return frame_open(&s->f, st, conf, s->run, err);
}

static int open_case(struct scene *s, struct store *st, const struct rx_conf *conf, int64_t run,
                     struct rx_err *err)
{
    int rc = known_load(&s->known, st, err);
    if (rc)
        return rc;
    if (!s->known.present)
        return open_unmapped(s, st, conf, run, err);
    if (!run || run == s->known.upto_run) {
        s->run = s->known.upto_run;
        return frame_open(&s->f, st, conf, s->run, err);
    }
    known_done(&s->known);
    s->run = run;
    return named_at(&s->known, &s->f, st, conf, run, err);
}

int scene_open(struct scene *s, struct store *st, const struct rx_conf *conf, enum graph_kind kind,
               int64_t run, struct rx_err *err)
{
    *s = (struct scene){.arena = RX_ARENA(INT32_MAX), .kind = kind};
    int rc = open_case(s, st, conf, run, err);
    if (!rc && kind == GRAPH_LINKS)
        rc = origins_load(&s->origins, st, &s->f.m, err);
    if (!rc &&
        (add_sites(s) || add_origins(s) || (kind == GRAPH_SITES_INDICATORS && add_indicators(s))))
        rc = rx_fail(err, RX_ENOMEM, "no memory for the nodes of the graph");
    if (!rc)
        rc = describe(s, st, err);
    if (!rc)
        rc = edges_find(s, st, err);
    if (!rc) {
        place_indicators(s);
        count_degrees(s);
        if (colour_nodes(s) || layout_place(s))
            rc = rx_fail(err, RX_ENOMEM, "no memory to draw the graph");
    }
    if (rc)
        scene_done(s);
    return rc;
}

void scene_done(struct scene *s)
{
    frame_done(&s->f);
    known_done(&s->known);
    origins_done(&s->origins);
    rx_arena_free(&s->arena);
    free(s->nodes);
    free(s->edges);
    free(s->node_of_site);
    *s = (struct scene){0};
}
