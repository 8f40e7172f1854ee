/* eval.c - the networks against a labelled file, beside the baselines, from one load of the case.
 *
 * Counted are the labelled storefronts that the crawl reached; how many it did not reach is printed
 * beside. A storefront in no network counts as a group of its own. */
#include "graph/emit.h"
#include "graph/extraction.h"
#include "graph/frame.h"
#include "graph/graph.h"
#include "graph/metric.h"
#include "graph/solve.h"
#include "graph/truth_pages.h"
#include "graph/vec.h"

#include <stdlib.h>

enum { METHODS = GRAPH_QGRAM + 1 };

struct figures {
    struct metric m;
    struct metric_cover cover;
    uint32_t networks, decoys_merged, alone;
};

struct evaluator {
    const struct frame *f;
    struct truth t;
    uint32_t storefronts, reached, decoys, decoys_reached, role_known, role_right;
    struct figures figures[METHODS];
    struct extraction *extraction; /* by class id */
    struct extraction words[TRUTH_WORDS_MAX];
};

/* ---- one method ------------------------------------------------------------------------------ */

/* The network of each site of the model: programme members only. */
static uint32_t *networks_of(const struct result *r, const struct model *m)
{
    uint32_t *of = vec_zero(m->site_count, sizeof *of);
    for (size_t s = 0; of && s < m->site_count; s++)
        of[s] = UINT32_MAX;
    for (size_t i = 0; of && i < r->member_count; i++)
        if (r->members[i].role == RX_ROLE_UNKNOWN && !r->networks[r->members[i].network].affiliate)
            of[r->members[i].site] = r->members[i].network;
    return of;
}

static bool is_reached(const struct model *m, const struct truth_site *s, int64_t *at)
{
    *at = model_site_find(m, s->site);
    return *at >= 0 && m->sites[*at].known;
}

static bool is_counted(const struct truth_site *s)
{
    return s->role == RX_ROLE_STOREFRONT && s->programme >= 0;
}

static int score_programmes(struct evaluator *e, struct figures *out, const uint32_t *network_of)
{
    const struct model *m = &e->f->m;
    size_t n = 0;
    uint32_t *found = vec_zero(e->t.site_count, sizeof *found);
    uint32_t *truth = vec_zero(e->t.site_count, sizeof *truth);
    int rc = found && truth ? 0 : RX_ENOMEM;
    for (size_t i = 0; i < e->t.site_count && !rc; i++) {
        int64_t at;
        if (!is_counted(&e->t.sites[i]) || !is_reached(m, &e->t.sites[i], &at))
            continue;
        bool alone = network_of[at] == UINT32_MAX;
        out->alone += alone;
        found[n] = alone ? UINT32_MAX - (uint32_t)n : network_of[at];
        truth[n++] = (uint32_t)e->t.sites[i].programme;
    }
    if (!rc)
        rc = metric_partition(&out->m, found, truth, n);
    free(found);
    free(truth);
    return rc;
}

/* Decoys that are members of a network with a true storefront in it. */
static int count_decoys(struct evaluator *e, struct figures *out, const struct result *r,
                        const uint32_t *network_of)
{
    bool *rogue = vec_zero(r->network_count, sizeof *rogue);
    if (!rogue)
        return RX_ENOMEM;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < e->t.site_count; i++) {
            int64_t at;
            const struct truth_site *s = &e->t.sites[i];
            if (!is_reached(&e->f->m, s, &at) || network_of[at] == UINT32_MAX)
                continue;
            if (!pass && is_counted(s))
                rogue[network_of[at]] = true;
            if (pass && s->decoy)
                out->decoys_merged += rogue[network_of[at]];
        }
    }
    free(rogue);
    return 0;
}

static int by_link(const void *a, const void *b)
{
    const struct metric_link *x = a, *y = b;
    if (x->item != y->item)
        return x->item < y->item ? -1 : 1;
    return x->group < y->group ? -1 : x->group > y->group;
}

struct links {
    struct metric_link *items;
    size_t count, cap;
};

static int add_link(struct links *l, uint32_t item, uint32_t group)
{
    struct metric_link *items = vec_grow(l->items, l->count, &l->cap, sizeof *items);
    if (!items)
        return RX_ENOMEM;
    l->items = items;
    l->items[l->count++] = (struct metric_link){item, group};
    return 0;
}

/* A site without any partner is a group of its own on either side. */
static int close_links(struct links *l, uint32_t items, uint32_t groups)
{
    if (l->count)
        qsort(l->items, l->count, sizeof *l->items, by_link);
    size_t given = l->count, at = 0;
    for (uint32_t i = 0; i < items; i++) {
        bool has = at < given && l->items[at].item == i;
        while (at < given && l->items[at].item == i)
            at++;
        if (!has && add_link(l, i, groups + i))
            return RX_ENOMEM;
    }
    if (l->count)
        qsort(l->items, l->count, sizeof *l->items, by_link);
    return 0;
}

static int score_affiliates(struct evaluator *e, struct figures *out, const struct result *r)
{
    const struct model *m = &e->f->m;
    struct links found = {0}, truth = {0};
    uint32_t *item_of = vec_zero(m->site_count, sizeof *item_of);
    uint32_t items = 0;
    int rc = item_of ? 0 : RX_ENOMEM;
    for (size_t s = 0; s < m->site_count && !rc; s++)
        item_of[s] = UINT32_MAX;
    for (size_t i = 0; i < e->t.site_count && !rc; i++) {
        int64_t at;
        const struct truth_site *s = &e->t.sites[i];
        if (s->decoy || s->programme < 0 || !is_reached(m, s, &at))
            continue;
        for (size_t a = 0; a < s->affiliate_count && !rc; a++)
            rc = add_link(&truth, items, s->affiliates[a]);
        item_of[at] = items++;
    }
    for (size_t i = 0; i < r->member_count && !rc; i++) {
        const struct result_member *member = &r->members[i];
        if (r->networks[member->network].affiliate && item_of[member->site] != UINT32_MAX)
            rc = add_link(&found, item_of[member->site], member->network);
    }
    if (!rc)
        rc = close_links(&truth, items, (uint32_t)e->t.affiliates);
    if (!rc)
        rc = close_links(&found, items, (uint32_t)r->network_count);
    if (!rc)
        rc = metric_overlap(&out->cover, found.items, found.count, truth.items, truth.count, items);
    free(item_of);
    free(found.items);
    free(truth.items);
    return rc;
}

static int score_method(struct evaluator *e, enum graph_method method, struct rx_err *err)
{
    struct figures *out = &e->figures[method];
    struct result r;
    struct solve_stats stats;
    int rc = solve(&r, &stats, e->f, method, err);
    if (rc)
        return rc;
    uint32_t *network_of = networks_of(&r, &e->f->m);
    rc = network_of ? score_programmes(e, out, network_of) : RX_ENOMEM;
    if (!rc)
        rc = count_decoys(e, out, &r, network_of);
    if (!rc && method == GRAPH_EVIDENCE)
        rc = score_affiliates(e, out, &r);
    for (size_t i = 0; i < r.network_count; i++)
        out->networks += !r.networks[i].affiliate;
    free(network_of);
    result_done(&r);
    return rc ? rx_fail(err, rc, "no memory to score the networks") : 0;
}

/* ---- roles -------------------------------------------------------------------------------------
 */

static void count_sites(struct evaluator *e)
{
    const struct model *m = &e->f->m;
    for (size_t i = 0; i < e->t.site_count; i++) {
        const struct truth_site *s = &e->t.sites[i];
        int64_t at;
        bool reached = is_reached(m, s, &at);
        e->storefronts += is_counted(s);
        e->reached += is_counted(s) && reached;
        e->decoys += s->decoy;
        e->decoys_reached += s->decoy && reached;
        if (!reached || !m->sites[at].pages || s->role == RX_ROLE_UNKNOWN)
            continue;
        e->role_known++;
        e->role_right += m->sites[at].role == s->role;
    }
}

/* ---- telling --------------------------------------------------------------------------------- */

static double per_thousand(const struct evaluator *e, const struct figures *f)
{
    return e->decoys_reached ? 1000.0 * f->decoys_merged / e->decoys_reached : 0;
}

static double row_of(const struct evaluator *e, const struct figures *f, int row)
{
    const double values[] = {
        f->m.bcubed_f,      f->m.bcubed_p, f->m.bcubed_r,  f->m.pair_f, f->m.pair_p,
        f->m.pair_r,        f->m.ari,      f->m.v_measure, f->m.split,  f->m.split_all,
        per_thousand(e, f), f->m.mixed,    f->m.mixed_of,  f->networks, f->alone};
    return values[row];
}

static const struct {
    const char *title, *key;
    int decimals;
} rows[] = {
    {"B-cubed F1", "bcubed_f1", 4},
    {"  precision", "bcubed_precision", 4},
    {"  recall", "bcubed_recall", 4},
    {"pairwise F1", "pairwise_f1", 4},
    {"  precision", "pairwise_precision", 4},
    {"  recall", "pairwise_recall", 4},
    {"adjusted Rand", "ari", 4},
    {"V-measure", "v_measure", 4},
    {"over-split", "over_split", 2},
    {"  with sites left alone", "over_split_all", 2},
    {"decoys merged per 1,000", "decoys_per_1000", 2},
    {"largest mixed network", "largest_mixed", 0},
    {"most programmes in one", "most_programmes", 0},
    {"networks", "networks", 0},
    {"storefronts left alone", "alone", 0},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* What we claim and the file knows nothing of: neither right nor wrong, but not to be missed. */
static void say_unlisted(struct emit *o, const struct evaluator *e)
{
    bool any = false;
    for (size_t c = 0; c < rx_class_count(); c++) {
        const struct extraction *x = &e->extraction[c];
        if (x->listed || !x->claimed)
            continue;
        if (!any)
            emit_f(o, "\n%-20s %8s\n", "UNLISTED", "CLAIMED");
        any = true;
        emit_f(o, "%-20s %8u\n", rx_class_at(c)->name, x->claimed);
    }
}

/* By disguise, or by kind of look-alike. */
static void say_words(struct emit *o, const struct evaluator *e, bool refused)
{
    bool any = false;
    for (size_t w = 0; w < e->t.word_count; w++) {
        const struct extraction *x = &e->words[w];
        if (e->t.words[w].refused != refused || !x->listed || e->t.word_count == 1)
            continue;
        if (!any)
            emit_f(o, "\n%-20s %8s %8s\n", refused ? "LOOK-ALIKES" : "DISGUISE",
                   refused ? "PLANTED" : "LISTED", refused ? "CLAIMED" : "RECALL");
        any = true;
        emit_f(o, "%-20.*s %8u", RX_FMT(e->t.words[w].text), x->listed);
        if (refused)
            emit_f(o, " %8u\n", x->claimed);
        else
            emit_f(o, " %8.4f\n", (double)x->found / x->listed);
    }
}

static void say_extraction(struct emit *o, const struct evaluator *e)
{
    bool any = false;
    for (size_t c = 0; c < rx_class_count(); c++) {
        const struct extraction *x = &e->extraction[c];
        if (!x->listed)
            continue;
        if (!any)
            emit_f(o, "\n%-20s %8s %8s %10s\n", "EXTRACTION", "LISTED", "RECALL", "PRECISION");
        any = true;
        emit_f(o, "%-20s %8u %8.4f %10.4f\n", rx_class_at(c)->name, x->listed,
               (double)x->found / x->listed, x->claimed ? (double)x->right / x->claimed : 1.0);
    }
    say_words(o, e, false);
    say_words(o, e, true);
    say_unlisted(o, e);
}

static void say_networks(struct emit *o, const struct evaluator *e)
{
    emit_f(o, "storefronts: %u of %u labelled ones reached; decoys: %u of %u\n", e->reached,
           e->storefronts, e->decoys_reached, e->decoys);
    if (e->role_known)
        emit_f(o, "roles: %.4f right (%u sites read)\n", (double)e->role_right / e->role_known,
               e->role_known);
    emit_f(o, "background: %s\n\n%-24s", background_title(e->f->bg), "");
    for (int m = 0; m < METHODS; m++)
        emit_f(o, " %10s", graph_method_name((enum graph_method)m));
    emit_f(o, "\n");
    for (int i = 0; i < ROWS; i++) {
        emit_f(o, "%-24s", rows[i].title);
        for (int m = 0; m < METHODS; m++)
            emit_f(o, " %10.*f", rows[i].decimals, row_of(e, &e->figures[m], i));
        emit_f(o, "\n");
    }
    const struct metric_cover *c = &e->figures[GRAPH_EVIDENCE].cover;
    emit_f(o, "\naffiliates, extended B-cubed: F1 %.4f (precision %.4f, recall %.4f)\n", c->f, c->p,
           c->r);
}

static void json_methods(struct emit *o, const struct evaluator *e)
{
    for (int m = 0; m < METHODS; m++) {
        emit_open(o, "eval");
        emit_text(o, "method", rx_str(graph_method_name((enum graph_method)m)));
        emit_int(o, "storefronts", e->storefronts);
        emit_int(o, "reached", e->reached);
        emit_int(o, "decoys", e->decoys_reached);
        for (int i = 0; i < ROWS; i++)
            emit_real(o, rows[i].key, row_of(e, &e->figures[m], i), 6);
        if (m == GRAPH_EVIDENCE) {
            const struct metric_cover *c = &e->figures[m].cover;
            emit_real(o, "affiliate_f1", c->f, 6);
            emit_real(o, "affiliate_precision", c->p, 6);
            emit_real(o, "affiliate_recall", c->r, 6);
            if (e->role_known)
                emit_real(o, "role_accuracy", (double)e->role_right / e->role_known, 6);
        }
        emit_line(o);
    }
}

static void json_extraction(struct emit *o, const struct evaluator *e)
{
    for (size_t c = 0; c < rx_class_count(); c++) {
        const struct extraction *x = &e->extraction[c];
        if (!x->listed && !x->claimed)
            continue;
        emit_open(o, "extraction");
        emit_text(o, "class", rx_str(rx_class_at(c)->name));
        emit_int(o, "listed", x->listed);
        emit_int(o, "found", x->found);
        emit_int(o, "claimed", x->claimed);
        if (x->listed)
            emit_real(o, "recall", (double)x->found / x->listed, 6);
        if (x->listed && x->claimed)
            emit_real(o, "precision", (double)x->right / x->claimed, 6);
        emit_line(o);
    }
}

static void json_words(struct emit *o, const struct evaluator *e)
{
    for (size_t w = 0; w < e->t.word_count; w++) {
        const struct truth_word *word = &e->t.words[w];
        if (!e->words[w].listed)
            continue;
        emit_open(o, word->refused ? "look-alike" : "disguise");
        emit_text(o, "name", word->text);
        emit_int(o, "listed", e->words[w].listed);
        emit_int(o, word->refused ? "claimed" : "found",
                 word->refused ? e->words[w].claimed : e->words[w].found);
        emit_line(o);
    }
}

static void say_all(struct emit *o, const struct evaluator *e, const struct graph_eval_opts *opts)
{
    if (!opts->extraction)
        say_networks(o, e);
    if (!opts->networks)
        say_extraction(o, e);
}

static void json_all(struct emit *o, const struct evaluator *e, const struct graph_eval_opts *opts)
{
    if (!opts->extraction)
        json_methods(o, e);
    if (opts->networks)
        return;
    json_extraction(o, e);
    json_words(o, e);
}

static int score_identifiers(struct evaluator *e, struct rx_err *err)
{
    e->extraction = vec_zero(rx_class_count(), sizeof *e->extraction);
    if (e->extraction && !extraction_score(e->extraction, &e->f->m, &e->t) &&
        !extraction_score_words(e->words, &e->f->m, &e->t))
        return RX_OK;
    (void)rx_fail(err, RX_ENOMEM, "no memory to score the networks");
    return RX_ENOMEM;
}

int graph_eval(struct store *st, const struct rx_conf *conf, const char *truth_path,
               const struct graph_eval_opts *opts, FILE *out, struct rx_err *err)
{
    struct frame f;
    struct emit o;
    struct evaluator e = {.f = &f};
    int rc = truth_load(&e.t, truth_path, err);
    if (rc)
        return rc;
    rc = frame_open(&f, st, conf, 0, err);
    if (rc) {
        truth_done(&e.t);
        return rc;
    }
    count_sites(&e);
    rc = truth_pages_mark(&e.t, st, err);
    if (!rc && !opts->networks)
        rc = score_identifiers(&e, err);
    for (int m = 0; m < METHODS && !rc && !opts->extraction; m++)
        rc = score_method(&e, (enum graph_method)m, err);
    emit_init(&o, out);
    if (!rc && opts->json)
        json_all(&o, &e, opts);
    else if (!rc)
        say_all(&o, &e, opts);
    int written = emit_done(&o);
    if (!rc && written)
        rc = rx_fail(err, written, "cannot write the figures");
    free(e.extraction);
    truth_done(&e.t);
    frame_done(&f);
    return rc;
}
