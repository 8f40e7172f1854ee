/* chain.c - see chain.h. Parts without anything are left out, so nothing here has to be there. */
#include "graph/chain.h"

#include "base/clock.h"
#include "graph/origins.h"
#include "graph/show_facts.h"

enum {
    VALUE_SHOWN = 80,
    RAW_SHOWN = 100,
    CLASS_MOST = 12, /* values of a class that are listed; --json has all */
    LINKS_MOST = 20  /* neighbours of a part */
};

struct chain {
    struct emit *e;
    struct store *st;
    const struct model *m;
    uint32_t site;
    struct origins origins;
    struct quotes quotes;
    bool headed; /* the part's name stands */
};

static void head(struct chain *c, enum rx_part part)
{
    if (c->headed)
        return;
    emit_style(c->e, EMIT_STRONG);
    emit_f(c->e, "\n%s\n", rx_part_name(part));
    emit_style(c->e, EMIT_PLAIN);
    c->headed = true;
}

/* ---- what led here --------------------------------------------------------------------------- */

static void say_lead(struct chain *c, const struct origin_lead *l)
{
    const struct origin_node *n = &c->origins.nodes[l->node];
    struct emit *e = c->e;
    char when[RX_TIME_TEXT];
    rx_time_text(when, l->added_ms, false);
    emit_f(e, "  %-8s ", n->kind);
    emit_brief(e, n->title.n ? n->title : n->name, VALUE_SHOWN);
    if (n->purpose)
        emit_f(e, " (%s)", rx_purpose_name(n->purpose));
    if (l->cls) {
        emit_f(e, ", names its %s ", l->cls->name);
        emit_brief(e, l->value, VALUE_SHOWN);
    }
    emit_f(e, "\n           \"");
    emit_brief(e, l->raw, RAW_SHOWN);
    emit_f(e, "\"");
    emit_style(e, EMIT_FAINT);
    emit_f(e, " ");
    emit_brief(e, n->name, VALUE_SHOWN);
    if (l->place.n) {
        emit_f(e, ", ");
        emit_term(e, l->place);
    }
    emit_f(e, ", given %s", when);
    if (l->warc.n) {
        emit_f(e, ", WARC ");
        emit_term(e, l->warc);
    }
    emit_style(e, EMIT_PLAIN);
    emit_f(e, "\n");
}

static void say_leads(struct chain *c)
{
    for (size_t i = 0; i < c->origins.lead_count; i++) {
        if (c->origins.leads[i].site != c->site)
            continue;
        head(c, RX_PART_ADVERTISING);
        say_lead(c, &c->origins.leads[i]);
    }
}

/* ---- neighbours ------------------------------------------------------------------------------ */

/* The part that a link from or to another site belongs to; 0: it says nothing of the chain. */
static enum rx_part part_of_link(const struct chain *c, const struct model_link *l)
{
    if (l->to == c->site) {
        const enum rx_role role = c->m->sites[l->from].role;
        if (role == RX_ROLE_SOCIAL || role == RX_ROLE_ADVERTISEMENT)
            return RX_PART_ADVERTISING;
        if (role == RX_ROLE_DOORWAY || role == RX_ROLE_REDIRECTOR || rx_link_is_redirect(l->kind))
            return RX_PART_DOORWAY;
        return (enum rx_part)0;
    }
    if (l->from != c->site)
        return (enum rx_part)0;
    const enum rx_role role = c->m->sites[l->to].role;
    if (role == RX_ROLE_CHECKOUT || role == RX_ROLE_PAYMENT || l->kind == RX_LINK_FORM)
        return RX_PART_CHECKOUT;
    return rx_link_is_redirect(l->kind) || role == RX_ROLE_STOREFRONT ? RX_PART_STOREFRONT
                                                                      : (enum rx_part)0;
}

static void say_link(struct chain *c, const struct model_link *l)
{
    const bool in = l->to == c->site;
    const struct model_site *other = &c->m->sites[in ? l->from : l->to];
    struct emit *e = c->e;
    char when[RX_TIME_TEXT];
    rx_time_text(when, l->last_ms, false);
    emit_f(e, "  %s ", in ? "from" : "to  ");
    emit_term(e, other->name);
    emit_f(e, " (%s), %s, %llu link%s\n           ", rx_role_name(other->role),
           rx_link_name(l->kind), (unsigned long long)l->count, l->count == 1 ? "" : "s");
    emit_style(e, EMIT_FAINT);
    emit_brief(e, l->sample_url, RAW_SHOWN);
    emit_f(e, " -> ");
    emit_brief(e, l->sample_to, RAW_SHOWN);
    emit_f(e, ", %s", when);
    if (l->warc_name.n) {
        emit_f(e, ", WARC ");
        emit_term(e, l->warc_name);
        emit_f(e, ":%llu", (unsigned long long)l->warc_offset);
    }
    emit_style(e, EMIT_PLAIN);
    emit_f(e, "\n");
}

static void say_links(struct chain *c, enum rx_part part)
{
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < c->m->link_count; i++) {
        if (part_of_link(c, &c->m->links[i]) != part)
            continue;
        head(c, part);
        if (shown++ < LINKS_MOST)
            say_link(c, &c->m->links[i]);
        else
            more++;
    }
    if (more)
        emit_f(c->e, "  and %zu more sites (--json: all)\n", more);
}

/* ---- what it shows --------------------------------------------------------------------------- */

void chain_quote(struct emit *e, const struct quote *q, const char *indent)
{
    char when[RX_TIME_TEXT];
    rx_time_text(when, q->seen_ms, false);
    if (q->alike > 0) {
        emit_f(e, "%s%.0f %% like it", indent, 100 * q->alike);
    } else {
        emit_f(e, "%s\"", indent);
        emit_brief(e, q->length || q->is_fact ? q->raw : q->value, RAW_SHOWN);
        emit_f(e, "\"%s", q->hidden ? " (hidden)" : "");
    }
    emit_style(e, EMIT_FAINT);
    emit_f(e, " %s ", q->alike > 0 ? "on" : quote_place(q->place, q->length));
    emit_brief(e, q->url, RAW_SHOWN);
    emit_f(e, ", %s", when);
    if (q->warc_name.n) {
        emit_f(e, ", WARC ");
        emit_term(e, q->warc_name);
        emit_f(e, ":%llu", (unsigned long long)q->warc_offset);
    }
    emit_style(e, EMIT_PLAIN);
    emit_f(e, "\n");
}

static int say_tie(struct chain *c, const struct model_tie *t, struct rx_err *err)
{
    const struct model_entity *it = &c->m->entities[t->entity];
    struct emit *e = c->e;
    if (it->bar != MODEL_FREE)
        emit_f(e, "      -");
    else
        emit_f(e, "  %5.1f", it->bits);
    emit_f(e, "  %4u  %-18s ", it->count, it->cls->name);
    emit_brief(e, it->text, VALUE_SHOWN);
    emit_f(e, "%s%s\n", it->bar != MODEL_FREE ? ": " : "", model_bar_text(it->bar));
    quotes_clear(&c->quotes);
    const int rc = quotes_add(&c->quotes, c->st, c->m, 0, t->entity, t->site, UINT32_MAX, err);
    if (!rc && c->quotes.count)
        chain_quote(e, &c->quotes.items[0], "           ");
    return rc;
}

/* A site's values come in order of class, so that those of one class stand together. */
static int say_values(struct chain *c, enum rx_part part, struct rx_err *err)
{
    const struct model_site *site = &c->m->sites[c->site];
    const struct rx_class *last = NULL;
    size_t shown = 0, more = 0;
    int rc = 0;
    for (uint32_t i = 0; i < site->count && !rc; i++) {
        const struct model_tie *t = &c->m->ties[c->m->holds[site->first + i]];
        const struct rx_class *cls = c->m->entities[t->entity].cls;
        if (cls->part != part)
            continue;
        head(c, part);
        shown = cls == last ? shown + 1 : 1;
        last = cls;
        if (shown <= CLASS_MOST)
            rc = say_tie(c, t, err);
        else
            more++;
    }
    if (more)
        emit_f(c->e, "  and %zu more values (--json: all)\n", more);
    return rc;
}

/* ---- the doors ------------------------------------------------------------------------------- */

static int begin(struct chain *c, struct emit *e, struct store *st, const struct model *m,
                 uint32_t site, struct rx_err *err)
{
    *c = (struct chain){.e = e, .st = st, .m = m, .site = site};
    quotes_init(&c->quotes);
    return origins_load(&c->origins, st, m, err);
}

static void done(struct chain *c)
{
    quotes_done(&c->quotes);
    origins_done(&c->origins);
}

int chain_say(struct emit *e, struct store *st, const struct model *m, uint32_t site,
              struct rx_err *err)
{
    struct chain c;
    int rc = begin(&c, e, st, m, site, err);
    if (!rc && m->sites[site].count)
        emit_f(e, "\n   bits sites  class              value\n");
    for (int part = RX_PART_ADVERTISING; part < RX_PART_COUNT && !rc; part++) {
        c.headed = false;
        if (part == RX_PART_ADVERTISING)
            say_leads(&c);
        say_links(&c, (enum rx_part)part);
        rc = say_values(&c, (enum rx_part)part, err);
        if (!rc && part == RX_PART_HOSTING && m->sites[site].known) {
            head(&c, RX_PART_HOSTING);
            rc = show_facts_say(e, st, m->sites[site].name, err);
        }
    }
    done(&c);
    return rc;
}

static void json_lead(struct emit *e, const struct origin_node *n, const struct origin_lead *l)
{
    emit_item(e);
    emit_begin(e, '{');
    emit_text(e, "id", n->id);
    emit_text(e, "purpose", rx_str(rx_purpose_name(n->purpose)));
    emit_text(e, "name", n->name);
    emit_text(e, "title", n->title);
    emit_text(e, "url", l->url);
    emit_text(e, "class", rx_str(l->cls ? l->cls->name : ""));
    emit_text(e, "value", l->value);
    emit_text(e, "place", l->place);
    emit_text(e, "raw", l->raw);
    emit_time(e, "given", l->added_ms);
    emit_text(e, "warc", l->warc);
    emit_end(e, '}');
}

static void json_leads(const struct chain *c)
{
    struct emit *e = c->e;
    emit_key(e, "origins");
    emit_begin(e, '[');
    for (size_t i = 0; i < c->origins.lead_count; i++) {
        const struct origin_lead *l = &c->origins.leads[i];
        if (l->site == c->site)
            json_lead(e, &c->origins.nodes[l->node], l);
    }
    emit_end(e, ']');
}

static void json_links(const struct chain *c)
{
    struct emit *e = c->e;
    emit_key(e, "links");
    emit_begin(e, '[');
    for (size_t i = 0; i < c->m->link_count; i++) {
        const struct model_link *l = &c->m->links[i];
        const enum rx_part part = part_of_link(c, l);
        const bool in = l->to == c->site;
        const struct model_site *other = &c->m->sites[in ? l->from : l->to];
        if (!part)
            continue;
        emit_item(e);
        emit_begin(e, '{');
        emit_text(e, "part", rx_str(rx_part_name(part)));
        emit_text(e, "direction", in ? RX_STR("in") : RX_STR("out"));
        emit_id(e, "site", "site:", other->name);
        emit_text(e, "role", rx_str(rx_role_name(other->role)));
        emit_text(e, "kind", rx_str(rx_link_name(l->kind)));
        emit_int(e, "count", (int64_t)l->count);
        emit_text(e, "from_url", l->sample_url);
        emit_text(e, "to_url", l->sample_to);
        emit_time(e, "last_seen", l->last_ms);
        quote_warc(e, &(struct quote){.warc_name = l->warc_name, .warc_offset = l->warc_offset});
        emit_end(e, '}');
    }
    emit_end(e, ']');
}

int chain_json(struct emit *e, struct store *st, const struct model *m, uint32_t site,
               struct rx_err *err)
{
    struct chain c;
    const int rc = begin(&c, e, st, m, site, err);
    if (!rc) {
        json_leads(&c);
        json_links(&c);
    }
    done(&c);
    return rc;
}

/* ---- mails of an indicator ------------------------------------------------------------------- */

/* Leads come by node, site by site: a mail's first speaks for it. */
static bool is_first_of(const struct origins *o, size_t i, const struct model_entity *it,
                        uint32_t *last)
{
    const struct origin_lead *l = &o->leads[i];
    if (l->cls != it->cls || !rx_str_eq(l->value, it->text) || l->node == *last)
        return false;
    *last = l->node;
    return true;
}

int chain_mails_say(struct emit *e, struct store *st, const struct model *m,
                    const struct model_entity *it, struct rx_err *err)
{
    struct chain c;
    uint32_t last = UINT32_MAX;
    const int rc = begin(&c, e, st, m, UINT32_MAX, err);
    for (size_t i = 0; !rc && i < c.origins.lead_count; i++) {
        if (!is_first_of(&c.origins, i, it, &last))
            continue;
        head(&c, RX_PART_ADVERTISING);
        say_lead(&c, &c.origins.leads[i]);
    }
    done(&c);
    return rc;
}

int chain_mails_json(struct emit *e, struct store *st, const struct model *m,
                     const struct model_entity *it, struct rx_err *err)
{
    struct chain c;
    uint32_t last = UINT32_MAX;
    const int rc = begin(&c, e, st, m, UINT32_MAX, err);
    emit_key(e, "mails");
    emit_begin(e, '[');
    for (size_t i = 0; !rc && i < c.origins.lead_count; i++)
        if (is_first_of(&c.origins, i, it, &last))
            json_lead(e, &c.origins.nodes[c.origins.leads[i].node], &c.origins.leads[i]);
    emit_end(e, ']');
    done(&c);
    return rc;
}
