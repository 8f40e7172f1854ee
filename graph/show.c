/* show.c - one site, one network or one indicator, for people or as a JSON object. */
#include "base/clock.h"
#include "graph/chain.h"
#include "graph/emit.h"
#include "graph/frame.h"
#include "graph/graph.h"
#include "graph/known.h"
#include "graph/lookup.h"
#include "graph/quote.h"
#include "graph/says.h"
#include "graph/show_facts.h"
#include "graph/strongest.h"
#include "graph/told.h"

struct shower {
    struct store *st;
    const struct frame *f;
    const struct known *known;
    struct emit e;
    bool json;
};

static void head(struct shower *s, const char *text)
{
    emit_style(&s->e, EMIT_STRONG);
    emit_f(&s->e, "%s", text);
    emit_style(&s->e, EMIT_PLAIN);
}

/* ---- what people decided --------------------------------------------------------------------- */

struct asked {
    const struct model *m;
    int64_t site, entity; /* one of them is MODEL_NONE */
};

static bool is_asked(const void *ctx, const struct decision *it)
{
    const struct asked *a = ctx;
    if (a->entity >= 0)
        return marks_entity(a->m, it->subject) == a->entity;
    const struct rx_str name = a->m->sites[a->site].name;
    return (rx_str_starts(it->subject, RX_STR("site:")) &&
            rx_str_eq(decision_name(it->subject), name)) ||
           (decision_is_link(it) && rx_str_eq(decision_name(it->object), name));
}

static void decided(struct shower *s, int64_t site, int64_t entity)
{
    const struct told t = {&s->e, &s->f->decisions, s->known};
    const struct asked asked = {&s->f->m, site, entity};
    if (s->json)
        told_list_json(&t, is_asked, &asked);
    else
        told_list(&t, is_asked, &asked);
}

/* ---- a site ---------------------------------------------------------------------------------- */

static void say_membership(struct shower *s, const struct known_member *m)
{
    const struct known_network *n = &s->known->networks[m->network];
    emit_f(&s->e, "  %-8s %s, confidence ", n->id, n->affiliate ? "affiliate" : "network");
    emit_confidence(&s->e, m->confidence);
    if (known_is_member(m))
        emit_f(&s->e, ", %s\n", m->core ? "core" : "fringe");
    else {
        emit_f(&s->e, ", attached as ");
        emit_term(&s->e, m->role);
        emit_f(&s->e, "\n");
    }
}

/* A site's i-th tie, in order of class and value. */
static const struct model_tie *tie_of(const struct model *m, const struct model_site *s, uint32_t i)
{
    return &m->ties[m->holds[s->first + i]];
}

static void say_cuts(struct shower *s, const struct store_cuts *cuts)
{
    if (cuts->pages > 0)
        emit_f(&s->e, "  %llu pages were not read to their end\n", (unsigned long long)cuts->pages);
    if (cuts->marks > 0)
        emit_f(&s->e, "  %llu pages may show more identifiers than were kept\n",
               (unsigned long long)cuts->marks);
    if (cuts->links > 0)
        emit_f(&s->e, "  %llu pages have more links than were kept\n",
               (unsigned long long)cuts->links);
}

/* The stored word (docs/FORMATS.md) for people. */
static struct rx_str said_state(struct rx_str state)
{
    if (state.n == 0)
        return RX_STR("never asked");
    if (rx_str_eq(state, RX_STR("errors")))
        return RX_STR("errors only");
    return rx_str_eq(state, RX_STR("no-answer")) ? RX_STR("no answer") : state;
}

static void say_site(struct shower *s, uint32_t site, const struct store_cuts *cuts)
{
    const struct model_site *it = &s->f->m.sites[site];
    struct emit *e = &s->e;
    char first[RX_TIME_TEXT], last[RX_TIME_TEXT];
    rx_time_text(first, it->first_ms, false);
    rx_time_text(last, it->last_ms, false);
    emit_style(e, EMIT_STRONG);
    emit_term(e, it->name);
    emit_style(e, EMIT_PLAIN);
    emit_f(e, "\n  role %s", rx_role_name(it->role));
    if (it->reasons.n) {
        emit_f(e, " (");
        emit_term(e, it->reasons);
        emit_f(e, ")");
    }
    emit_f(e, "\n  state ");
    emit_term(e, said_state(it->state));
    emit_f(e, "%s, %u pages read", it->is_seed ? ", a seed" : "", it->pages);
    if (it->read_run && it->read_run != it->asked_run)
        emit_f(e, ", last read in run %lld", (long long)it->read_run);
    if (it->known)
        emit_f(e, ", seen %s to %s", first, last);
    emit_f(e, "\n");
    say_cuts(s, cuts);
    size_t from, n = known_of_site(s->known, it->name, &from);
    for (size_t i = from; i < from + n; i++)
        say_membership(s, &s->known->members[s->known->by_site[i]]);
    if (!s->known->present)
        emit_f(e, "  networks were not computed yet: run `rxmap map`\n");
}

static int json_tie(struct shower *s, const struct model_tie *t, struct quotes *q,
                    struct rx_err *err)
{
    const struct model_entity *it = &s->f->m.entities[t->entity];
    size_t from = q->count;
    int rc = quotes_add(q, s->st, &s->f->m, 0, t->entity, t->site, UINT32_MAX, err);
    emit_item(&s->e);
    emit_begin(&s->e, '{');
    emit_text(&s->e, "class", rx_str(it->cls->name));
    emit_text(&s->e, "value", it->text);
    emit_text(&s->e, "part", rx_str(rx_part_name(it->cls->part)));
    emit_text(&s->e, "level", rx_str(rx_level_name(it->cls->level)));
    emit_real(&s->e, "bits", it->bits, 3);
    emit_int(&s->e, "sites", it->count);
    if (!rc && q->count > from) {
        const struct quote *best = &q->items[from];
        emit_text(&s->e, best->is_fact ? "host" : "url", best->url);
        emit_text(&s->e, "raw", best->raw);
        emit_text(&s->e, "place", rx_str(quote_place(best->place, best->length)));
        emit_int(&s->e, "offset", best->offset);
        emit_int(&s->e, "length", best->length);
        if (best->alike > 0)
            emit_real(&s->e, "alike", best->alike, 2);
        emit_time(&s->e, "seen", best->seen_ms);
        if (best->sha256[0])
            emit_text(&s->e, "sha256", rx_str(best->sha256));
        quote_warc(&s->e, best);
    }
    emit_end(&s->e, '}');
    return rc;
}

static void json_networks(struct shower *s, struct rx_str name)
{
    const struct known_network *programme = known_programme(s->known, name);
    emit_key(&s->e, "network");
    if (programme)
        emit_json(&s->e, rx_str(programme->id));
    else
        emit_f(&s->e, "null");
    size_t from, n = known_of_site(s->known, name, &from);
    for (int pass = 0; pass < 2; pass++) {
        emit_key(&s->e, pass ? "attached" : "affiliates");
        emit_begin(&s->e, '[');
        for (size_t i = from; i < from + n; i++) {
            const struct known_member *m = &s->known->members[s->known->by_site[i]];
            const struct known_network *net = &s->known->networks[m->network];
            bool wanted = pass ? !known_is_member(m) : known_is_member(m) && net->affiliate;
            if (!wanted)
                continue;
            emit_item(&s->e);
            emit_json(&s->e, rx_str(net->id));
        }
        emit_end(&s->e, ']');
    }
}

static int json_site(struct shower *s, uint32_t site, const struct store_cuts *cuts,
                     struct rx_err *err)
{
    const struct model_site *it = &s->f->m.sites[site];
    struct quotes quotes;
    quotes_init(&quotes);
    emit_open(&s->e, "site");
    emit_id(&s->e, "id", "site:", it->name);
    emit_text(&s->e, "role", rx_str(rx_role_name(it->role)));
    emit_text(&s->e, "reasons", it->reasons);
    emit_text(&s->e, "state", it->state);
    emit_bool(&s->e, "is_seed", it->is_seed);
    emit_int(&s->e, "pages", it->pages);
    emit_int(&s->e, "pages_cut", (long long)cuts->pages);
    emit_int(&s->e, "marks_cut", (long long)cuts->marks);
    emit_int(&s->e, "links_cut", (long long)cuts->links);
    emit_int(&s->e, "read_run", it->read_run);
    emit_time(&s->e, "first_seen", it->first_ms);
    emit_time(&s->e, "last_seen", it->last_ms);
    json_networks(s, it->name);
    says_json(&s->e, &s->f->m, it);
    emit_key(&s->e, "indicators");
    emit_begin(&s->e, '[');
    int rc = 0;
    for (uint32_t i = 0; i < it->count && !rc; i++)
        rc = json_tie(s, tie_of(&s->f->m, it, i), &quotes, err);
    emit_end(&s->e, ']');
    if (!rc)
        rc = chain_json(&s->e, s->st, &s->f->m, site, err);
    if (!rc)
        rc = show_facts_json(&s->e, s->st, it->name, err);
    decided(s, site, MODEL_NONE);
    emit_line(&s->e);
    quotes_done(&quotes);
    return rc;
}

/* ---- a network ------------------------------------------------------------------------------- */

/* What a member does, if it is not what a partner is known by: doorways and redirectors carry his
 * ids too. NULL: it sells, or nobody looked. */
static const char *errand_of(const struct shower *s, const struct known_network *n,
                             const struct known_member *member)
{
    const int64_t site = n->affiliate ? model_site_find(&s->f->m, member->site) : MODEL_NONE;
    const enum rx_role role = site < 0 ? RX_ROLE_UNKNOWN : s->f->m.sites[site].role;
    return role == RX_ROLE_DOORWAY || role == RX_ROLE_REDIRECTOR ? rx_role_name(role) : NULL;
}

static void say_network(struct shower *s, const struct known_network *n, const struct told *t)
{
    const struct told_network held = {s->known, n};
    struct emit *e = &s->e;
    const uint32_t attached = n->count - n->sites;
    head(s, n->id);
    emit_f(e, ": %s of %u sites", n->affiliate ? "an affiliate" : "a network", n->sites);
    if (attached)
        emit_f(e, ", with %u other%s attached to them", attached, attached == 1 ? "" : "s");
    emit_f(e, "; confidence ");
    emit_confidence(e, n->confidence);
    emit_f(e, "\n\n");
    strongest_say(e, n->strongest, n->sites);
    head(s, "  conf  part         site\n");
    for (uint32_t i = n->first; i < n->first + n->count; i++) {
        const struct known_member *m = &s->known->members[i];
        const char *part =
            known_is_member(m) ? errand_of(s, n, m) : rx_role_name(rx_role_parse(m->role));
        if (!part)
            part = m->core ? "core" : "fringe";
        emit_f(e, "  ");
        emit_confidence(e, m->confidence);
        emit_f(e, "  %-11s  ", part);
        emit_term(e, m->site);
        emit_f(e, "\n");
    }
    told_list(t, told_holds, &held);
    emit_caveat(e);
}

static void json_network(struct shower *s, const struct known_network *n, const struct told *t)
{
    const struct told_network held = {s->known, n};
    struct emit *e = &s->e;
    emit_open(e, "network");
    emit_text(e, "id", rx_str(n->id));
    emit_text(e, "kind", rx_str(n->affiliate ? "affiliate" : "programme"));
    emit_int(e, "sites", n->sites);
    emit_real(e, "confidence", n->confidence, 4);
    emit_key(e, "strongest");
    strongest_json(e, n->strongest);
    emit_key(e, "members");
    emit_begin(e, '[');
    for (uint32_t i = n->first; i < n->first + n->count; i++) {
        const struct known_member *m = &s->known->members[i];
        emit_item(e);
        emit_begin(e, '{');
        emit_id(e, "id", "site:", m->site);
        emit_text(e, "role", m->role);
        emit_real(e, "confidence", m->confidence, 4);
        emit_bool(e, "core", m->core);
        emit_end(e, '}');
    }
    emit_end(e, ']');
    told_list_json(t, told_holds, &held);
    emit_line(e);
}

/* ---- an indicator ---------------------------------------------------------------------------- */

static int quote_of(struct shower *s, struct quotes *q, const struct model_tie *t,
                    struct rx_err *err)
{
    quotes_clear(q);
    return quotes_add(q, s->st, &s->f->m, 0, t->entity, t->site, UINT32_MAX, err);
}

static int say_entity(struct shower *s, uint32_t entity, struct rx_err *err)
{
    struct quotes quotes;
    int rc = 0;
    quotes_init(&quotes);
    const struct model *m = &s->f->m;
    const struct model_entity *it = &m->entities[entity];
    struct emit *e = &s->e;
    head(s, it->cls->title);
    emit_f(e, ": ");
    emit_term(e, it->text);
    emit_f(e, "\n  %s, group %s, tier %d, %s; %.1f bits", rx_level_said(it->cls->level),
           rx_group_name(it->cls->group), it->tier, it->bound ? "bound" : "copyable", it->bits);
    if (it->bar != MODEL_FREE)
        emit_f(e, ": %s", model_bar_text(it->bar));
    emit_f(e, "\n  on %u sites here (%u storefronts)", it->count, it->storefronts);
    if (it->background)
        emit_f(e, ", on %u of %u in the background", it->df, it->background);
    emit_f(e, "\n");
    decided(s, MODEL_NONE, entity);
    emit_f(e, "\n");
    for (uint32_t i = it->first; i < it->first + it->count && !rc; i++) {
        const struct model_site *site = &m->sites[m->ties[i].site];
        const struct known_network *n = known_programme(s->known, site->name);
        emit_f(e, "  %-8s %-11s ", n ? n->id : "-", rx_role_name(site->role));
        emit_term(e, site->name);
        emit_f(e, "\n");
        rc = quote_of(s, &quotes, &m->ties[i], err);
        if (!rc && quotes.count)
            chain_quote(e, &quotes.items[0], "           ");
    }
    if (!rc)
        rc = chain_mails_say(e, s->st, m, it, err);
    quotes_done(&quotes);
    return rc;
}

static int json_entity(struct shower *s, uint32_t entity, struct rx_err *err)
{
    struct quotes quotes;
    int rc = 0;
    quotes_init(&quotes);
    const struct model *m = &s->f->m;
    const struct model_entity *it = &m->entities[entity];
    struct emit *e = &s->e;
    emit_open(e, "indicator");
    emit_text(e, "class", rx_str(it->cls->name));
    emit_text(e, "value", it->text);
    emit_text(e, "level", rx_str(rx_level_name(it->cls->level)));
    emit_text(e, "group", rx_str(rx_group_name(it->cls->group)));
    emit_int(e, "tier", it->tier);
    emit_bool(e, "bound", it->bound);
    emit_real(e, "bits", it->bits, 3);
    emit_text(e, "carries_nothing", rx_str(model_bar_text(it->bar)));
    emit_int(e, "df_background", it->df);
    emit_int(e, "background", it->background);
    decided(s, MODEL_NONE, entity);
    emit_key(e, "sites");
    emit_begin(e, '[');
    for (uint32_t i = it->first; i < it->first + it->count && !rc; i++) {
        const struct model_site *site = &m->sites[m->ties[i].site];
        const struct known_network *n = known_programme(s->known, site->name);
        emit_item(e);
        emit_begin(e, '{');
        emit_id(e, "id", "site:", site->name);
        emit_text(e, "role", rx_str(rx_role_name(site->role)));
        emit_key(e, "network");
        if (n)
            emit_json(e, rx_str(n->id));
        else
            emit_f(e, "null");
        rc = quote_of(s, &quotes, &m->ties[i], err);
        emit_key(e, "quotes");
        emit_begin(e, '[');
        if (!rc && quotes.count)
            quote_json(e, &quotes.items[0]);
        emit_end(e, ']');
        emit_end(e, '}');
    }
    emit_end(e, ']');
    if (!rc)
        rc = chain_mails_json(e, s->st, m, it, err);
    emit_line(e);
    quotes_done(&quotes);
    return rc;
}

/* ---- the door ------------------------------------------------------------------------------- */

/* Of an affiliate the members' roles are told, which are the frame's to say. */
static int show_network(struct shower *s, struct frame *f, const struct rx_conf *conf,
                        struct rx_str id, struct rx_err *err)
{
    const struct known_network *n = known_find(s->known, id);
    if (!s->known->present)
        return rx_fail(err, RX_ENOENT, "no networks yet; run `rxmap map` first");
    if (!n)
        return rx_fail(
            err, RX_ENOENT,
            "there is no network %.*s; they are called as in N-0001 or A-0001, and `rxmap "
            "networks` lists them",
            RX_FMT(id));
    struct decisions d;
    const struct told t = {&s->e, &d, s->known};
    int rc = decisions_load(&d, s->st, err);
    if (!rc && n->affiliate && !s->json)
        rc = frame_open(f, s->st, conf, 0, err);
    if (rc) {
        decisions_done(&d);
        return rc;
    }
    if (s->json)
        json_network(s, n, &t);
    else
        say_network(s, n, &t);
    if (n->affiliate && !s->json)
        frame_done(f);
    decisions_done(&d);
    return 0;
}

static int show_site(struct shower *s, uint32_t site, struct rx_err *err)
{
    const struct model *m = &s->f->m;
    struct store_cuts cuts;
    if (store_cuts(s->st, m->sites[site].name, &cuts))
        return rx_fail(err, RX_EIO, "cannot read the case: %s", store_error(s->st));
    if (s->json)
        return json_site(s, site, &cuts, err);
    say_site(s, site, &cuts);
    if (says_print(&s->e, m, &m->sites[site]))
        return rx_fail(err, RX_ENOMEM, "no memory for what the site says");
    decided(s, site, MODEL_NONE);
    return chain_say(&s->e, s->st, m, site, err);
}

static int show_entity(struct shower *s, uint32_t entity, struct rx_err *err)
{
    return s->json ? json_entity(s, entity, err) : say_entity(s, entity, err);
}

/* A word without a class is a site, or else a value of any class. */
static int show_word(struct shower *s, struct rx_str word, struct rx_err *err)
{
    const struct model *m = &s->f->m;
    struct rx_err other = {0};
    uint32_t at = 0;
    const int rc = lookup_site(&at, m, word, err);
    if (rc != RX_ENOENT)
        return rc ? rc : show_site(s, at, err);
    const int found = lookup_value(&at, m, word, &other);
    if (found == RX_ENOENT)
        return rc;
    if (!found)
        return show_entity(s, at, err);
    *err = other;
    return found;
}

static int show_named(struct shower *s, struct rx_str id, struct rx_err *err)
{
    uint32_t at = 0;
    if (rx_str_starts(id, RX_STR("site:")) || rx_str_starts(id, RX_STR("http")) ||
        rx_str_chr(id, ':', 0) < 0)
        return show_word(s, id, err);
    const int rc = lookup_entity(&at, &s->f->m, id, err);
    return rc ? rc : show_entity(s, at, err);
}

int graph_show(struct store *st, const struct rx_conf *conf, struct rx_str id,
               const struct graph_view *view, struct rx_err *err)
{
    struct frame f;
    struct known known;
    int rc = known_load(&known, st, err);
    if (rc)
        return rc;
    struct shower s = {.st = st, .f = &f, .known = &known, .json = view->json};
    emit_init(&s.e, view->out);
    s.e.color = view->color;
    if (lookup_is_network(id)) {
        rc = show_network(&s, &f, conf, id, err);
    } else {
        rc = frame_open(&f, st, conf, 0, err);
        if (!rc) {
            rc = show_named(&s, id, err);
            frame_done(&f);
        }
    }
    int written = emit_done(&s.e);
    if (!rc && written)
        rc = rx_fail(err, written, "cannot write the answer");
    known_done(&known);
    return rc;
}
