/* chokepoints.c - which tills, registrars, addresses, partners most live storefronts hang on, and
 * what is left once they are cut: as tables for people, or a JSON object a line. */
#include "graph/choke_case.h"
#include "graph/emit.h"
#include "graph/graph.h"
#include "graph/vec.h"

#include <stdlib.h>

enum { VALUE_SHOWN = 60 };

/* What people are told of a kind. */
struct telling {
    const char *title, *unseen, *note;
};
static const struct telling tellings[CHOKE_KINDS] = {
    [CHOKE_PAY] = {"Checkout: tills and payment hosts", "none was seen", NULL},
    [CHOKE_ACCOUNT] = {"Accounts to pay to", "none was seen", NULL},
    [CHOKE_PROGRAMME] = {"Programmes", "no network is known", NULL},
    [CHOKE_AFFILIATE] = {"Affiliates", "no partner is known whom others show as well", NULL},
    [CHOKE_REGISTRAR] = {"Registrars", "none is known",
                         "a registrar serves anybody, but acts on single names"},
    [CHOKE_NS] = {"Name servers, by the domain under which they stand", "none is known", NULL},
    [CHOKE_ADDRESS] = {"Addresses", "none is known", NULL},
    [CHOKE_AS] = {"Autonomous systems", "none is known",
                  "more than one owner's machines stand in most of them"},
    [CHOKE_PHONE] = {"Telephone numbers", "none was seen", NULL},
    [CHOKE_CHAT] = {"Chat vendors", "none was seen",
                    "a vendor serves anybody, but closes single accounts"},
    [CHOKE_CARRIER] = {"Carriers", "none was seen",
                       "a name on a page, which proves no parcel; a carrier serves anybody"},
};

struct teller {
    const struct graph_choke_opts *opts;
    const struct choke_case *c;
    const struct known *known;
    const struct model *m;
    struct choke *net;
    struct emit e;
    bool json;
    struct choke_state before;
    struct choke_rank *ranks;  /* by element */
    struct choke_rank *sorted; /* by kind, then rank */
    struct choke_step *steps;  /* k */
    bool *candidate, *falls;
    uint32_t *shops; /* scratch */
};

/* Storefronts that lose what an element of the kind gives them. They need networks through their
 * addresses only, and an account is one more way to pay. */
static uint32_t losing(const struct choke_state *s, enum choke_kind kind)
{
    return s->lost[kind == CHOKE_AS ? CHOKE_ADDRESS : kind == CHOKE_ACCOUNT ? CHOKE_PAY : kind];
}

static const char *network_id(const struct teller *t, uint32_t network)
{
    return network == CHOKE_NONE ? "-" : t->known->networks[network].id;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void heading(struct emit *e, const char *text)
{
    emit_style(e, EMIT_STRONG);
    emit_f(e, "%s\n", text);
    emit_style(e, EMIT_PLAIN);
}

static void say_element(struct emit *e, const struct choke_element *it)
{
    emit_brief(e, it->value, VALUE_SHOWN);
    if (!it->title.n)
        return;
    emit_f(e, " (");
    emit_brief(e, it->title, VALUE_SHOWN);
    emit_f(e, ")");
}

/* Why cutting it hits strangers. */
static void say_strangers(struct emit *e, const struct choke_element *it)
{
    const char *between = ": ";
    if (it->list) {
        emit_f(e, "%son the list %s", between, it->list);
        between = ", ";
    }
    if (it->lawful) {
        emit_f(e, "%s%u lawful site%s here", between, it->lawful, it->lawful == 1 ? "" : "s");
        between = ", ";
    }
    if (it->df) {
        emit_f(e, "%son %u of %u in the background", between, it->df, it->background);
        between = ", ";
    }
    if (it->limit) {
        emit_f(e, "%son more sites than one operator has", between);
        between = ", ";
    }
    if (it->dismissed)
        emit_f(e, "%smarked as no evidence", between);
}

static void say_rank(struct teller *t, const struct choke_rank *r)
{
    const struct choke_element *it = &t->c->elements[r->element];
    const struct choke_state *a = &r->alone;
    struct emit *e = &t->e;
    emit_f(e, "  %6u %5u %6u %6u %6u %6u  %-8s %6u  ", r->shops, r->networks, losing(a, it->kind),
           a->stopped, a->lost[CHOKE_PAY], a->left, network_id(t, a->largest_network), a->largest);
    say_element(e, it);
    if (it->apart)
        say_strangers(e, it);
    emit_f(e, "\n");
}

static void say_columns(struct emit *e)
{
    emit_style(e, EMIT_FAINT);
    emit_f(e, "  %6s %5s %6s %6s %6s %6s  %-8s %6s\n", "SHOPS", "NETS", "LOSE", "STOP", "NO PAY",
           "LEFT", "LARGEST", "WITH");
    emit_style(e, EMIT_PLAIN);
}

/* ranks[0..n): of one kind, best first. Those that are apart, or the others. */
static size_t say_ranks(struct teller *t, const struct choke_rank *ranks, size_t n, bool apart)
{
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < n; i++) {
        if (t->c->elements[ranks[i].element].apart != apart || !ranks[i].shops)
            continue;
        if (shown >= t->opts->top) {
            more++;
            continue;
        }
        if (!shown++ && apart)
            emit_f(&t->e, "  others use these, too, and are hit as well:\n");
        else if (shown == 1)
            say_columns(&t->e);
        say_rank(t, &ranks[i]);
    }
    if (more)
        emit_f(&t->e, "  and %zu more (--top, --json)\n", more);
    return shown;
}

static void say_plan(struct teller *t, size_t steps)
{
    struct emit *e = &t->e;
    emit_f(e, steps ? "  cut together, the next best each time:\n"
                    : "  cut together: nothing that would strike a storefront\n");
    for (size_t i = 0; i < steps; i++) {
        const struct choke_step *it = &t->steps[i];
        const struct choke_state *a = &it->after;
        emit_f(e, "  %3zu. ", i + 1);
        if (it->with_next)
            emit_f(e, "with the next: ");
        else
            emit_f(e, "+%u struck: %u stopped, %u cannot be paid, %u left, largest %s with %u: ",
                   it->struck, a->stopped, a->lost[CHOKE_PAY], a->left,
                   network_id(t, a->largest_network), a->largest);
        say_element(e, &t->c->elements[it->element]);
        emit_f(e, "\n");
    }
}

static void say_seen(struct teller *t, enum choke_kind kind)
{
    const uint32_t seen = t->c->known[kind], live = (uint32_t)t->c->shops;
    emit_f(&t->e, "  known for %u of %u live storefronts", seen, live);
    if (seen < live)
        emit_f(&t->e, "; of %u %s", live - seen, tellings[kind].unseen);
    if (kind == CHOKE_REGISTRAR && !t->c->rdap_seen)
        emit_f(&t->e, ": no registry was asked (`rxmap crawl --rdap on`)");
    if (kind == CHOKE_AS && !t->c->as_seen)
        emit_f(&t->e, ": no table of networks was given (crawl.asn)");
    emit_f(&t->e, "\n");
    if (tellings[kind].note && seen)
        emit_f(&t->e, "  %s\n", tellings[kind].note);
}

static void say_summary(struct teller *t)
{
    const struct choke_state *b = &t->before;
    const size_t unseen = t->c->shops - choke_having(t->net, CHOKE_PAY);
    emit_f(&t->e, "As of run %lld %zu of %zu storefronts are live, in %zu networks",
           (long long)t->known->upto_run, t->c->shops, t->c->storefronts, t->c->networks);
    if (b->largest)
        emit_f(&t->e, "; the largest, %s, has %u of them", network_id(t, b->largest_network),
               b->largest);
    emit_f(&t->e, ".\n");
    if (unseen)
        emit_f(&t->e,
               "Of %zu of them no way to pay was seen; these never count as unable to pay.\n",
               unseen);
    emit_f(&t->e,
           "SHOPS hang on it, themselves or through their till; of these LOSE have no other.\n"
           "Cut alone, it leaves so many stopped (STOP), without a way to pay (NO PAY) and at\n"
           "work (LEFT), most of them in the LARGEST network.\n");
}

static void say_end(struct teller *t)
{
    emit_f(&t->e,
           "\nOf what was seen last; what was never seen is never cut, so the damage is a lower "
           "bound.\nNetworks are those of `rxmap map`. Whoever serves a storefront need not know "
           "what it sells.\n");
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void json_state(struct teller *t, const struct choke_state *s)
{
    struct emit *e = &t->e;
    emit_int(e, "stopped", s->stopped);
    emit_int(e, "no_way_to_pay", s->lost[CHOKE_PAY]);
    emit_int(e, "left", s->left);
    if (s->largest_network == CHOKE_NONE)
        emit_null(e, "largest_network");
    else
        emit_text(e, "largest_network", rx_str(network_id(t, s->largest_network)));
    emit_int(e, "largest", s->largest);
}

static void json_element(struct emit *e, const struct choke_element *it)
{
    emit_text(e, "kind", rx_str(choke_kind_name(it->kind)));
    emit_text(e, "value", it->value);
    if (it->label.n)
        emit_text(e, "class", it->label);
    if (it->title.n)
        emit_text(e, "title", it->title);
}

static void json_summary(struct teller *t)
{
    struct emit *e = &t->e;
    emit_open(e, "chokepoints");
    emit_int(e, "run", t->known->upto_run);
    emit_int(e, "storefronts", (int64_t)t->c->storefronts);
    emit_int(e, "live", (int64_t)t->c->shops);
    emit_int(e, "networks", (int64_t)t->c->networks);
    emit_int(e, "payable", choke_having(t->net, CHOKE_PAY));
    json_state(t, &t->before);
    emit_key(e, "known");
    emit_begin(e, '{');
    for (int kind = 0; kind < CHOKE_KINDS; kind++)
        emit_int(e, choke_kind_name((enum choke_kind)kind), t->c->known[kind]);
    emit_end(e, '}');
    emit_bool(e, "registries_asked", t->c->rdap_seen);
    emit_bool(e, "as_table", t->c->as_seen);
    emit_line(e);
}

/* What it stands on itself, so that a reader can do the sums again. */
static void json_needs(struct teller *t, uint32_t element)
{
    struct emit *e = &t->e;
    size_t first, n = choke_case_needs(t->c, (uint32_t)t->c->shops + element, &first);
    emit_key(e, "needs");
    emit_begin(e, '[');
    for (size_t i = first; i < first + n; i++) {
        emit_item(e);
        emit_begin(e, '{');
        json_element(e, &t->c->elements[t->c->needs[i].on]);
        emit_end(e, '}');
    }
    emit_end(e, ']');
}

static bool needs_itself(const struct choke_case *c, uint32_t shop, uint32_t element)
{
    size_t first, n = choke_case_needs(c, shop, &first);
    for (size_t i = first; i < first + n; i++)
        if (c->needs[i].on == element)
            return true;
    return false;
}

static void json_sites(struct teller *t, uint32_t element)
{
    struct emit *e = &t->e;
    const size_t n = choke_shops_of(t->net, element, t->shops, t->falls);
    emit_key(e, "sites");
    emit_begin(e, '[');
    for (size_t i = 0; i < n; i++) {
        const uint32_t shop = t->shops[i];
        emit_item(e);
        emit_begin(e, '{');
        emit_id(e, "id", "site:", t->m->sites[t->c->shop_site[shop]].name);
        if (t->c->network[shop] == CHOKE_NONE)
            emit_null(e, "network");
        else
            emit_text(e, "network", rx_str(network_id(t, t->c->network[shop])));
        emit_bool(e, "itself", needs_itself(t->c, shop, element));
        emit_bool(e, "no_other", t->falls[i]);
        emit_end(e, '}');
    }
    emit_end(e, ']');
}

static void json_rank(struct teller *t, const struct choke_rank *r)
{
    const struct choke_element *it = &t->c->elements[r->element];
    struct emit *e = &t->e;
    emit_open(e, "chokepoint");
    json_element(e, it);
    emit_int(e, "storefronts", r->shops);
    emit_int(e, "networks", r->networks);
    emit_int(e, "lose", losing(&r->alone, it->kind));
    json_state(t, &r->alone);
    emit_bool(e, "shared", it->apart);
    emit_bool(e, "dismissed", it->dismissed);
    emit_int(e, "lawful", it->lawful);
    if (it->list)
        emit_text(e, "list", rx_str(it->list));
    else
        emit_null(e, "list");
    emit_int(e, "df_background", it->df);
    emit_int(e, "background", it->background);
    json_needs(t, r->element);
    json_sites(t, r->element);
    emit_line(e);
}

static void json_ranks(struct teller *t, const struct choke_rank *ranks, size_t n, bool apart)
{
    size_t shown = 0;
    for (size_t i = 0; i < n && shown < t->opts->top; i++) {
        if (t->c->elements[ranks[i].element].apart != apart)
            continue;
        json_rank(t, &ranks[i]);
        shown++;
    }
}

static void json_plan(struct teller *t, unsigned kinds, size_t steps)
{
    struct emit *e = &t->e;
    for (size_t i = 0; i < steps; i++) {
        emit_open(e, "chokepoint_step");
        emit_key(e, "of");
        emit_begin(e, '[');
        for (int kind = 0; kind < CHOKE_KINDS; kind++) {
            if (!(kinds & CHOKE_BIT(kind)))
                continue;
            emit_item(e);
            emit_json(e, rx_str(choke_kind_name((enum choke_kind)kind)));
        }
        emit_end(e, ']');
        emit_int(e, "step", (int64_t)i + 1);
        json_element(e, &t->c->elements[t->steps[i].element]);
        emit_int(e, "struck", t->steps[i].struck);
        emit_bool(e, "with_next", t->steps[i].with_next);
        json_state(t, &t->steps[i].after);
        emit_line(e);
    }
}

/* ---- the order of it ------------------------------------------------------------------------- */

static int plan(struct teller *t, unsigned kinds, size_t *steps)
{
    for (size_t i = 0; i < t->c->element_count; i++) {
        const struct choke_element *it = &t->c->elements[i];
        t->candidate[i] = (kinds & CHOKE_BIT(it->kind)) && (!it->apart || t->opts->shared);
    }
    const struct choke_wish wish = {t->candidate, t->ranks, kinds, t->opts->k};
    return choke_plan(t->net, t->steps, steps, &wish);
}

/* ranks[0..n): of one kind, best first. */
static void say_kind(struct teller *t, enum choke_kind kind, const struct choke_rank *ranks,
                     size_t n, size_t steps)
{
    emit_f(&t->e, "\n");
    heading(&t->e, tellings[kind].title);
    say_seen(t, kind);
    const size_t own = say_ranks(t, ranks, n, false);
    const size_t shared = say_ranks(t, ranks, n, true);
    if (t->opts->k && !own && shared && !t->opts->shared)
        emit_f(&t->e, "  cut together: only with --shared, for others use all of these, too\n");
    else if (t->opts->k && (own || shared))
        say_plan(t, steps);
}

static int tell_kind(struct teller *t, enum choke_kind kind)
{
    size_t n = 0, steps = 0;
    for (size_t i = 0; i < t->c->element_count; i++)
        if (t->c->elements[i].kind == kind && t->ranks[i].shops)
            t->sorted[n++] = t->ranks[i];
    if (n)
        qsort(t->sorted, n, sizeof *t->sorted, choke_by_rank);
    const int rc = plan(t, CHOKE_BIT(kind), &steps);
    if (rc)
        return rc;
    if (!t->json)
        say_kind(t, kind, t->sorted, n, steps);
    if (!t->json)
        return 0;
    json_ranks(t, t->sorted, n, false);
    json_ranks(t, t->sorted, n, true);
    json_plan(t, CHOKE_BIT(kind), steps);
    return 0;
}

/* Unless kinds were asked for: all that stop a storefront and are cut by a letter. Programmes and
 * partners are people. */
static int tell_together(struct teller *t)
{
    const unsigned people = CHOKE_BIT(CHOKE_PROGRAMME) | CHOKE_BIT(CHOKE_AFFILIATE);
    const unsigned kinds = t->opts->kinds ? t->opts->kinds : CHOKE_VITAL & ~people;
    size_t steps = 0;
    if (!(kinds & (kinds - 1)) || !t->opts->k)
        return 0; /* one kind only */
    const int rc = plan(t, kinds, &steps);
    if (!rc && t->json) {
        json_plan(t, kinds, steps);
    } else if (!rc) {
        emit_f(&t->e, "\n");
        heading(&t->e, t->opts->kinds ? "Of these kinds together"
                                      : "Of all kinds that stop a storefront, without programmes "
                                        "and affiliates");
        say_plan(t, steps);
    }
    return rc;
}

static int tell_all(struct teller *t)
{
    const unsigned kinds = t->opts->kinds ? t->opts->kinds : CHOKE_ALL;
    int rc = 0;
    if (t->json)
        json_summary(t);
    else
        say_summary(t);
    for (int kind = 0; kind < CHOKE_KINDS && !rc; kind++)
        if (kinds & CHOKE_BIT(kind))
            rc = tell_kind(t, (enum choke_kind)kind);
    if (!rc)
        rc = tell_together(t);
    if (!rc && !t->json)
        say_end(t);
    return rc;
}

static int tell(struct teller *t, const struct graph_view *view, struct rx_err *err)
{
    const struct choke_case *c = t->c;
    const struct choke_input in = {c->shops,   c->element_count, c->networks,
                                   c->network, c->needs,         c->need_count};
    t->ranks = vec_zero(c->element_count, sizeof *t->ranks);
    t->sorted = vec_zero(c->element_count, sizeof *t->sorted);
    t->steps = vec_zero(t->opts->k, sizeof *t->steps);
    t->candidate = vec_zero(c->element_count, sizeof *t->candidate);
    t->falls = vec_zero(c->shops, sizeof *t->falls);
    t->shops = vec_zero(c->shops, sizeof *t->shops);
    int rc =
        t->ranks && t->sorted && t->steps && t->candidate && t->falls && t->shops ? 0 : RX_ENOMEM;
    if (!rc)
        rc = choke_new(&t->net, &in);
    if (!rc) {
        choke_now(t->net, &t->before);
        choke_rank_all(t->net, t->ranks);
        emit_init(&t->e, view->out);
        t->e.color = view->color;
        rc = tell_all(t);
        const int written = emit_done(&t->e);
        if (!rc && written)
            return rx_fail(err, written, "cannot write the choke points");
    }
    return rc ? rx_fail(err, rc, "no memory for the choke points") : RX_OK;
}

static void done(struct teller *t)
{
    choke_free(t->net);
    free(t->ranks);
    free(t->sorted);
    free(t->steps);
    free(t->candidate);
    free(t->falls);
    free(t->shops);
}

static int with_known(struct store *st, const struct rx_conf *conf, const struct known *known,
                      const struct graph_choke_opts *opts, const struct graph_view *view,
                      struct rx_err *err)
{
    struct frame f;
    struct choke_case c;
    if (!known->present)
        return rx_fail(err, RX_ENOENT, "no networks yet; run `rxmap map` first");
    int rc = frame_open(&f, st, conf, known->upto_run, err);
    if (rc)
        return rc;
    rc = choke_case_load(&c, &f, known, st, err);
    if (!rc) {
        struct teller t = {.opts = opts, .c = &c, .known = known, .m = &f.m, .json = view->json};
        rc = tell(&t, view, err);
        done(&t);
        choke_case_done(&c);
    }
    frame_done(&f);
    return rc;
}

int graph_chokepoints(struct store *st, const struct rx_conf *conf,
                      const struct graph_choke_opts *opts, const struct graph_view *view,
                      struct rx_err *err)
{
    struct known known;
    int rc = known_load(&known, st, err);
    if (rc)
        return rc;
    rc = with_known(st, conf, &known, opts, view, err);
    known_done(&known);
    return rc;
}

int graph_choke_kinds(unsigned *kinds, struct rx_str list, struct rx_err *err)
{
    const char *names[CHOKE_KINDS + 1] = {0};
    struct rx_str rest = list, word;
    unsigned bits = 0;
    for (int kind = 0; kind < CHOKE_KINDS; kind++)
        names[kind] = choke_kind_name((enum choke_kind)kind);
    for (bool more = true; more;) {
        int kind = 0;
        more = rx_str_cut(rest, ',', &word, &rest);
        while (kind < CHOKE_KINDS && !rx_str_eq(word, rx_str(names[kind])))
            kind++;
        if (kind == CHOKE_KINDS) {
            const char *near = rx_nearest(word, names);
            return rx_fail(err, RX_EUSAGE, "no kind is called %.*s%s%s%s", RX_FMT(word),
                           near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        }
        bits |= CHOKE_BIT(kind);
    }
    *kinds = bits;
    return 0;
}
