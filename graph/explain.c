/* explain.c - why two sites are or are not linked, fit for a statement: every shared value with its
 * weight and both quotes, what speaks against, the total, and what else might explain it. */
#include "graph/emit.h"
#include "graph/frame.h"
#include "graph/graph.h"
#include "graph/joint.h"
#include "graph/known.h"
#include "graph/lookup.h"
#include "graph/path.h"
#include "graph/quote.h"
#include "graph/told_pair.h"
#include "graph/vec.h"
#include "graph/weigh.h"

#include <math.h>
#include <stdlib.h>

struct item { /* one shared entity, or one partner's id that each site spells in its own way */
    uint32_t entity, other; /* as the first site carries it, and the second: mostly the same */
    uint32_t sites;         /* that carry it */
    double bits;            /* after the factor for hidden sightings */
    double counted;         /* after attenuation in its group; caps of the group are told apart */
    int rank;               /* in its group, from 1 */
    bool hidden;
};

struct side { /* the sum at one level */
    double bits, score;
    double group[RX_GROUP_COUNT]; /* counted bits of each group before the cap */
};

struct explanation {
    struct store *st;
    const struct frame *f;
    const struct known *known;
    uint32_t a, b;
    struct item *items; /* most bits first */
    size_t count;
    struct weigh_sum sum;
    struct side side[WEIGH_LEVELS];
    bool differs;
    bool linked;            /* both in one network */
    enum weigh_level level; /* the better side */
    bool all;               /* values that say next to nothing are told one by one */
    struct path path;
    struct quotes quotes;
};

static const char *said(int level)
{
    return rx_level_said(level == WEIGH_PROGRAMME ? RX_LEVEL_PROGRAMME : RX_LEVEL_AFFILIATE);
}

static const char *band_of(const struct constants *k, double score)
{
    if (score >= k->v[K_STRONG])
        return "strong";
    if (score >= k->v[K_PROBABLE])
        return "probable";
    return score >= k->v[K_POSSIBLE] ? "possible" : "not linked";
}

/* ---- gathering ------------------------------------------------------------------------------ */

static int by_item(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->bits != y->bits)
        return x->bits > y->bits ? -1 : 1;
    return x->entity < y->entity ? -1 : x->entity > y->entity;
}

/* An id that two spellings stand for is worth what the weaker of them is. */
static void gather_joint(struct explanation *x, const struct joint *joint)
{
    const struct model *m = &x->f->m;
    for (size_t i = 0; i < joint->count; i++) {
        const struct joint_id *id = &joint->items[i];
        const struct model_entity *left = &m->entities[id->left], *right = &m->entities[id->right];
        double factor = weigh_factor(model_tie_find(m, id->left, x->a),
                                     model_tie_find(m, id->right, x->b), &x->f->k);
        x->items[x->count++] = (struct item){.entity = id->left,
                                             .other = id->right,
                                             .sites = id->sites,
                                             .bits = fmin(left->bits, right->bits) * factor,
                                             .hidden = factor < 1};
        weigh_add(&x->sum, left->bits <= right->bits ? left : right, factor);
    }
}

static int gather(struct explanation *x)
{
    const struct model *m = &x->f->m;
    const struct model_site *s = &m->sites[x->a];
    struct joint joint;
    int rc = joint_find(&joint, x->f, x->known, x->a, x->b);
    if (rc)
        return rc;
    x->items = vec_zero(s->count + joint.count, sizeof *x->items);
    if (!x->items) {
        joint_done(&joint);
        return RX_ENOMEM;
    }
    for (uint32_t i = 0; i < s->count; i++) {
        const struct model_tie *t = &m->ties[m->holds[s->first + i]];
        const struct model_tie *u = model_tie_find(m, t->entity, x->b);
        if (!u)
            continue;
        double factor = weigh_factor(t, u, &x->f->k);
        x->items[x->count++] = (struct item){.entity = t->entity,
                                             .other = t->entity,
                                             .sites = m->entities[t->entity].count,
                                             .bits = m->entities[t->entity].bits * factor,
                                             .hidden = factor < 1};
    }
    weigh_pair(&x->sum, m, &x->f->k, x->a, x->b);
    gather_joint(x, &joint);
    joint_done(&joint);
    qsort(x->items, x->count, sizeof *x->items, by_item);
    return 0;
}

/* The same arithmetic as weigh_for, told value by value. */
static void attenuate(struct explanation *x)
{
    int rank[WEIGH_LEVELS][RX_GROUP_COUNT] = {{0}};
    for (size_t i = 0; i < x->count; i++) {
        struct item *it = &x->items[i];
        const struct model_entity *e = &x->f->m.entities[it->entity];
        if (it->bits <= 0)
            continue;
        for (int level = 0; level < WEIGH_LEVELS; level++) {
            if (!weigh_counts(e, (enum weigh_level)level))
                continue;
            int r = rank[level][e->cls->group]++;
            double share = 1;
            for (int n = 0; n < r && n < WEIGH_TERMS; n++)
                share *= x->f->k.v[K_ATTENUATION];
            it->rank = r + 1;
            it->counted = r < WEIGH_TERMS ? it->bits * share : 0;
            x->side[level].group[e->cls->group] += it->counted;
        }
    }
}

static int weigh_sides(struct explanation *x)
{
    const struct frame *f = x->f;
    for (int level = 0; level < WEIGH_LEVELS; level++) {
        struct side *s = &x->side[level];
        s->bits = weigh_total(&x->sum, &f->m, &f->k, x->a, x->b, (enum weigh_level)level);
        s->score = constants_score(s->bits);
    }
    x->differs = weigh_differs(&f->m, &f->k, x->a, x->b);
    x->level = x->side[WEIGH_AFFILIATE].bits > x->side[WEIGH_PROGRAMME].bits ? WEIGH_AFFILIATE
                                                                             : WEIGH_PROGRAMME;
    if (x->side[x->level].score >= f->k.v[K_PROBABLE])
        return 0;
    return path_find(&x->path, &f->m, &f->k, x->a, x->b, WEIGH_PROGRAMME);
}

/* A network that both are members of, or NULL. */
static const struct known_network *common_network(const struct explanation *x, size_t nth)
{
    const struct known *k = x->known;
    size_t p, q, n = known_of_site(k, x->f->m.sites[x->a].name, &p);
    size_t o = known_of_site(k, x->f->m.sites[x->b].name, &q);
    for (size_t i = p; i < p + n; i++) {
        for (size_t j = q; j < q + o; j++) {
            const struct known_member *u = &k->members[k->by_site[i]];
            const struct known_member *v = &k->members[k->by_site[j]];
            if (u->network == v->network && !nth--)
                return &k->networks[u->network];
        }
    }
    return NULL;
}

/* ---- what else might explain it ------------------------------------------------------------- */

static const char *innocent(enum rx_group group)
{
    switch (group) {
    case RX_GROUP_ENGINE:
        return "the same shop software or template, bought, resold or copied";
    case RX_GROUP_AFFILIATE:
        return "one affiliate that sells for several networks";
    case RX_GROUP_TRACKER:
        return "one web agency or theme author, or a page copied together with its tracker";
    case RX_GROUP_PAYMENT:
        return "a payment service or wallet that serves many merchants";
    case RX_GROUP_CONTACT:
        return "a shared call centre, mail service or copied contact page";
    case RX_GROUP_IDENTITY:
        return "a licence number copied from a real pharmacy";
    case RX_GROUP_TLS:
    case RX_GROUP_HOSTING:
        return "the same hosting company or delivery network";
    default:
        return "the same supplier of texts or pictures";
    }
}

static bool group_counts(const struct explanation *x, int group)
{
    return x->side[WEIGH_PROGRAMME].group[group] > 0 || x->side[WEIGH_AFFILIATE].group[group] > 0;
}

/* ---- text ----------------------------------------------------------------------------------- */

static void say_site(struct emit *e, const struct explanation *x, uint32_t site)
{
    emit_term(e, x->f->m.sites[site].name);
}

/* Of a set only a few names are quoted, and the reader is told how many. */
static int say_quotes(struct emit *e, struct explanation *x, const struct item *item,
                      struct rx_err *err)
{
    const uint32_t names = x->f->m.entities[item->entity].names;
    const uint32_t sites[2] = {x->a, x->b}, shown[2] = {item->entity, item->other};
    int rc = 0;
    for (int i = 0; i < 2 && !rc; i++) {
        quotes_clear(&x->quotes);
        rc = quotes_add(&x->quotes, x->st, &x->f->m, 0, shown[i], sites[i], sites[!i], err);
        for (size_t q = 0; q < x->quotes.count && !rc; q++)
            quote_text(e, &x->quotes.items[q], "      ");
        if (names && !rc)
            emit_f(e, "      %zu of %u shown\n", x->quotes.count, names);
    }
    return rc;
}

static void say_value(struct emit *e, const struct model_entity *it)
{
    enum { SHOWN = 120 };
    if (it->names)
        emit_f(e, "%u names over the forms of each site: ", it->names);
    emit_brief(e, it->text, SHOWN);
}

static void say_title(struct emit *e, const char *title)
{
    emit_style(e, EMIT_STRONG);
    emit_f(e, "\n%s\n", title);
    emit_style(e, EMIT_PLAIN);
}

static int say_item(struct emit *e, struct explanation *x, const struct item *item,
                    struct rx_err *err)
{
    const struct model_entity *it = &x->f->m.entities[item->entity];
    emit_f(e, "\n  %5.1f bits  %s: ", item->counted, it->cls->title);
    say_value(e, it);
    if (item->other != item->entity) {
        emit_f(e, " / ");
        say_value(e, &x->f->m.entities[item->other]);
        emit_f(e, "\n    one id in one programme's list of partners, spelled by each site");
    }
    emit_f(e, "\n    %s, group %s, %s; here on %u sites", rx_level_said(it->cls->level),
           rx_group_name(it->cls->group), it->bound ? "bound" : "copyable", item->sites);
    if (it->background)
        emit_f(e, ", in the background on %u of %u", it->df, it->background);
    else
        emit_f(e, ", the background does not know this class");
    emit_f(e, "\n    %.1f bits by itself%s", item->bits, item->hidden ? " (only seen hidden)" : "");
    if (item->rank > 1)
        emit_f(e, ", number %d of its group: counted less", item->rank);
    emit_f(e, "\n");
    return say_quotes(e, x, item, err);
}

static void say_header(struct emit *e, const struct explanation *x)
{
    const struct constants *k = &x->f->k;
    emit_style(e, EMIT_STRONG);
    say_site(e, x, x->a);
    emit_f(e, " and ");
    say_site(e, x, x->b);
    emit_style(e, EMIT_PLAIN);
    emit_f(e, "\n");
    const struct known_network *n;
    for (size_t i = 0; (n = common_network(x, i)); i++) {
        emit_f(e, "  both in %s (%s, %u sites, confidence ", n->id,
               n->affiliate ? "one affiliate" : "one network", n->sites);
        emit_confidence(e, n->confidence);
        emit_f(e, ")\n");
    }
    if (!x->known->present)
        emit_f(e, "  networks were not computed yet: run `rxmap map`\n");
    else if (!x->linked)
        emit_f(e, "  in no common network\n");
    for (int level = 0; level < WEIGH_LEVELS; level++)
        emit_f(e, "  as one %-10s %+6.1f bits  score %.3f  %s\n", said(level), x->side[level].bits,
               x->side[level].score, band_of(k, x->side[level].score));
    emit_f(e, "  prior %+.1f bits (1 in %.0f); scores are not calibrated; background: %s\n",
           constants_prior_bits(k), 1 / k->v[K_PRIOR], background_title(x->f->bg));
}

/* Shared values that no rule lets count; how many there are. */
static size_t say_barred(struct emit *e, const struct explanation *x)
{
    enum { SHOWN = 6 };
    size_t barred = 0;
    for (size_t i = 0; i < x->count; i++) {
        const struct model_entity *it = &x->f->m.entities[x->items[i].entity];
        if (it->bar == MODEL_FREE || (barred++ >= SHOWN && !x->all))
            continue;
        emit_f(e, "    0.0 bits  %s ", it->cls->name);
        say_value(e, it);
        emit_f(e, ": shared, but %s\n", model_bar_text(it->bar));
    }
    if (barred > SHOWN && !x->all)
        emit_f(e, "  and %zu more that are shared but say nothing (--all tells them)\n",
               barred - SHOWN);
    return barred;
}

static void say_against(struct emit *e, const struct explanation *x)
{
    const struct model *m = &x->f->m;
    bool found = x->differs;
    say_title(e, "Against");
    if (x->differs) {
        emit_f(e, "  %5.1f bits  different checkout hosts or engines, each established: ",
               x->f->k.v[K_DIFFERS]);
        say_value(e, &m->entities[m->sites[x->a].family]);
        emit_f(e, " / ");
        say_value(e, &m->entities[m->sites[x->b].family]);
        emit_f(e, "\n");
    }
    for (int g = 0; g < RX_GROUP_COUNT; g++) {
        double cap = g == RX_GROUP_HOSTING ? x->f->k.v[K_HOSTING_CAP] : x->f->k.v[K_COPYABLE_CAP];
        for (int level = 0; level < WEIGH_LEVELS; level++) {
            bool bound = false;
            for (size_t i = 0; i < x->count; i++) {
                const struct model_entity *it = &m->entities[x->items[i].entity];
                bound |= it->bound && (int)it->cls->group == g && x->items[i].bits > 0 &&
                         weigh_counts(it, (enum weigh_level)level);
            }
            if (x->side[level].group[g] <= cap || (bound && g != RX_GROUP_HOSTING))
                continue;
            found = true;
            emit_f(e, "  the group %s is capped at %.1f bits (%s): %s\n",
                   rx_group_name((enum rx_group)g), cap, said(level),
                   g == RX_GROUP_HOSTING ? "hosting alone never links"
                                         : "a stranger can copy all of it");
        }
    }
    if (say_barred(e, x) == 0 && !found)
        emit_f(e, "  nothing found\n");
}

static void say_path(struct emit *e, const struct explanation *x)
{
    if (!x->path.count)
        return;
    say_title(e, "Through others");
    emit_f(e, "  ");
    for (size_t i = 0; i < x->path.count; i++) {
        if (i)
            emit_f(e, " --%.3f-- ", x->path.score[i]);
        say_site(e, x, x->path.site[i]);
    }
    emit_f(e, "\n");
}

/* Values of a group count less and less; those that add next to nothing are only counted, unless
 * all are asked for. */
static int say_for(struct emit *e, struct explanation *x, struct rx_err *err)
{
    static const double LEAST_BITS = .1;
    size_t said = 0, folded = 0;
    double together = 0;
    int rc = 0;
    say_title(e, "For a link");
    for (size_t i = 0; i < x->count && !rc; i++) {
        const struct item *item = &x->items[i];
        if (item->bits <= 0)
            continue;
        if (item->counted < LEAST_BITS && !x->all) {
            folded++;
            together += item->counted;
            continue;
        }
        said++;
        rc = say_item(e, x, item, err);
    }
    if (folded)
        emit_f(e, "\n  and %zu more value%s of under %.1f bits%s %.1f bits (--all tells %s)\n",
               folded, folded == 1 ? "" : "s", LEAST_BITS, folded == 1 ? "," : " each, together",
               together, folded == 1 ? "it" : "them");
    if (!said && !folded)
        emit_f(e, "  nothing: no shared value carries weight\n");
    return rc;
}

static void say_others(struct emit *e, const struct explanation *x)
{
    bool any = false;
    for (int g = 0; g < RX_GROUP_COUNT; g++) {
        if (!group_counts(x, g))
            continue;
        if (!any)
            say_title(e, "Other explanations to rule out");
        any = true;
        emit_f(e, "  %s\n", innocent((enum rx_group)g));
    }
}

static int say_all(struct emit *e, struct explanation *x, struct rx_err *err)
{
    say_header(e, x);
    told_pair_text(e, x->f, x->known, x->a, x->b);
    int rc = say_for(e, x, err);
    say_against(e, x);
    say_path(e, x);
    say_others(e, x);
    emit_f(e,
           "\nrxmap %s. A score says how much the shared identifiers speak for one operator "
           "under the stated model; it is no finding of guilt.\n",
           RXMAP_VERSION);
    return rc;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static int json_item(struct emit *e, struct explanation *x, const struct item *item,
                     struct rx_err *err)
{
    const struct model_entity *it = &x->f->m.entities[item->entity];
    emit_item(e);
    emit_begin(e, '{');
    emit_text(e, "class", rx_str(it->cls->name));
    emit_text(e, "title", rx_str(it->cls->title));
    emit_text(e, "value", it->text);
    if (item->other != item->entity)
        emit_text(e, "value_b", x->f->m.entities[item->other].text);
    emit_text(e, "level", rx_str(rx_level_name(it->cls->level)));
    emit_text(e, "group", rx_str(rx_group_name(it->cls->group)));
    emit_int(e, "tier", it->tier);
    emit_bool(e, "bound", it->bound);
    emit_real(e, "bits", item->bits, 3);
    emit_real(e, "counted", item->counted, 3);
    emit_int(e, "df", item->sites);
    emit_int(e, "df_background", it->df);
    emit_int(e, "background", it->background);
    if (it->bar != MODEL_FREE)
        emit_text(e, "carries_nothing", rx_str(model_bar_text(it->bar)));
    emit_key(e, "quotes");
    emit_begin(e, '[');
    quotes_clear(&x->quotes);
    int rc = 0;
    if (it->bar == MODEL_FREE) {
        rc = quotes_add(&x->quotes, x->st, &x->f->m, 0, item->entity, x->a, x->b, err);
        if (!rc)
            rc = quotes_add(&x->quotes, x->st, &x->f->m, 0, item->other, x->b, x->a, err);
    }
    for (size_t i = 0; i < x->quotes.count && !rc; i++)
        quote_json(e, &x->quotes.items[i]);
    emit_end(e, ']');
    emit_end(e, '}');
    return rc;
}

static void json_path(struct emit *e, const struct explanation *x)
{
    emit_key(e, "path");
    emit_begin(e, '[');
    for (size_t i = 0; i < x->path.count; i++) {
        emit_item(e);
        emit_begin(e, '{');
        emit_id(e, "site", "site:", x->f->m.sites[x->path.site[i]].name);
        if (i)
            emit_real(e, "score", x->path.score[i], 4);
        emit_end(e, '}');
    }
    emit_end(e, ']');
}

static void json_against(struct emit *e, const struct explanation *x)
{
    const struct model *m = &x->f->m;
    emit_key(e, "against");
    emit_begin(e, '[');
    if (x->differs) {
        emit_item(e);
        emit_begin(e, '{');
        emit_real(e, "bits", x->f->k.v[K_DIFFERS], 1);
        emit_text(e, "reason", RX_STR("different checkout hosts, each established"));
        emit_text(e, "value_a", m->entities[m->sites[x->a].family].text);
        emit_text(e, "value_b", m->entities[m->sites[x->b].family].text);
        emit_end(e, '}');
    }
    emit_end(e, ']');
}

static int json_all(struct emit *e, struct explanation *x, struct rx_err *err)
{
    const struct side *s = &x->side[x->level];
    emit_open(e, "explain");
    emit_id(e, "a", "site:", x->f->m.sites[x->a].name);
    emit_id(e, "b", "site:", x->f->m.sites[x->b].name);
    emit_real(e, "bits", s->bits, 3);
    emit_real(e, "score", s->score, 4);
    emit_null(e, "calibrated");
    emit_text(e, "band", rx_str(band_of(&x->f->k, s->score)));
    emit_text(e, "level", rx_str(weigh_level_name(x->level)));
    for (int level = 0; level < WEIGH_LEVELS; level++) {
        emit_key(e, weigh_level_name((enum weigh_level)level));
        emit_begin(e, '{');
        emit_real(e, "bits", x->side[level].bits, 3);
        emit_real(e, "score", x->side[level].score, 4);
        emit_end(e, '}');
    }
    emit_real(e, "prior_bits", constants_prior_bits(&x->f->k), 3);
    emit_text(e, "background", rx_str(background_title(x->f->bg)));
    emit_bool(e, "same_network", x->linked);
    emit_key(e, "networks");
    emit_begin(e, '[');
    const struct known_network *n;
    for (size_t i = 0; (n = common_network(x, i)); i++) {
        emit_item(e);
        emit_json(e, rx_str(n->id));
    }
    emit_end(e, ']');
    emit_key(e, "evidence");
    emit_begin(e, '[');
    int rc = 0;
    for (size_t i = 0; i < x->count && !rc; i++)
        rc = json_item(e, x, &x->items[i], err);
    emit_end(e, ']');
    json_against(e, x);
    json_path(e, x);
    told_pair_json(e, x->f, x->known, x->a, x->b);
    emit_line(e);
    return rc;
}

/* ---- the door ------------------------------------------------------------------------------- */

int graph_explain(struct store *st, const struct rx_conf *conf, struct rx_str site_a,
                  struct rx_str site_b, const struct graph_view *view, bool *linked,
                  struct rx_err *err)
{
    struct frame f;
    struct known known = {0};
    struct emit e;
    int rc = frame_open(&f, st, conf, 0, err);
    if (rc)
        return rc;
    struct explanation x = {.st = st, .f = &f, .known = &known, .all = view->all};
    quotes_init(&x.quotes);
    emit_init(&e, view->out);
    e.color = view->color;
    rc = known_load(&known, st, err);
    if (!rc)
        rc = lookup_site(&x.a, &f.m, site_a, err);
    if (!rc)
        rc = lookup_site(&x.b, &f.m, site_b, err);
    if (!rc && x.a == x.b)
        rc = rx_fail(err, RX_EUSAGE, "both names are the same site, %.*s",
                     RX_FMT(f.m.sites[x.a].name));
    if (!rc && gather(&x))
        rc = rx_fail(err, RX_ENOMEM, "no memory to compare the two sites");
    if (!rc) {
        attenuate(&x);
        if (weigh_sides(&x))
            rc = rx_fail(err, RX_ENOMEM, "no memory to compare the two sites");
    }
    if (!rc) {
        x.linked = common_network(&x, 0) != NULL;
        *linked = x.linked;
        rc = view->json ? json_all(&e, &x, err) : say_all(&e, &x, err);
    }
    int written = emit_done(&e);
    if (!rc && written)
        rc = rx_fail(err, written, "cannot write the explanation");
    free(x.items);
    quotes_done(&x.quotes);
    known_done(&known);
    frame_done(&f);
    return rc;
}
