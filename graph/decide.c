/* decide.c - people decide: mark, note, link, undo.
 *
 * Each decision is checked against those that stand, then written with its line of audit.log in one
 * transaction, and told back. Nothing is computed here: `map` honours what stands. */
#include "base/clock.h"
#include "base/escape.h"
#include "base/who.h"
#include "graph/contradict.h"
#include "graph/frame.h"
#include "graph/graph.h"
#include "graph/lookup.h"
#include "graph/told.h"

enum { SUBJECT_MAX = 1 << 16, DETAIL_MAX = 64 << 10, WHO_MAX = 1024 };

struct decider {
    struct store *st;
    const struct graph_view *view;
    struct rx_err *err;
    struct frame f;
};

/* ---- writing ----------------------------------------------------------------------------------
 */

static int add_text(struct rx_buf *out, const char *key, struct rx_str value)
{
    int rc = rx_buf_addf(out, ",\"%s\":", key);
    return rc ? rc : rx_esc_json(out, value);
}

static int audit(struct store *st, const struct store_decision *row, struct rx_err *err)
{
    struct rx_buf detail = RX_BUF(DETAIL_MAX);
    int rc = rx_buf_addf(&detail, "{\"id\":%lld", (long long)row->id);
    if (!rc && row->undoes)
        rc = rx_buf_addf(&detail, ",\"undoes\":%lld", (long long)row->undoes);
    if (!rc)
        rc = add_text(&detail, "kind", row->kind);
    if (!rc)
        rc = add_text(&detail, "subject", row->subject);
    if (!rc)
        rc = add_text(&detail, "object", row->object);
    if (!rc)
        rc = add_text(&detail, "note", row->note);
    if (!rc)
        rc = rx_buf_addc(&detail, '}');
    if (rc)
        (void)rx_fail(err, rc, "no room for the decision in audit.log");
    else
        rc = store_audit(st, row->undoes ? "undo" : "decision", rx_buf_str(&detail), err);
    rx_buf_free(&detail);
    return rc;
}

static int put(struct store *st, struct store_decision *row, struct rx_err *err)
{
    struct rx_buf who = RX_BUF(WHO_MAX);
    int rc = rx_who(&who);
    if (rc)
        return rx_fail(err, rc, "no memory for the decision");
    row->who = rx_buf_str(&who);
    row->made_ms = rx_wall_ms();
    rc = store_begin(st, err);
    if (!rc && (rc = store_decision_put(st, row)))
        (void)rx_fail(err, rc, "cannot store the decision: %s", store_error(st));
    if (!rc)
        rc = audit(st, row, err);
    if (rc)
        store_rollback(st);
    else
        rc = store_commit(st, err);
    rx_buf_free(&who);
    return rc;
}

/* Tells a decision as it is stored now. */
static int tell(struct store *st, int64_t id, bool is_new, const struct graph_view *view,
                struct rx_err *err)
{
    struct known k = {0};
    struct decisions d = {0};
    struct emit e;
    int rc = known_load(&k, st, err);
    if (!rc)
        rc = decisions_load(&d, st, err);
    const struct decision *it = rc ? NULL : decisions_find(&d, id);
    emit_init(&e, view->out);
    e.color = view->color;
    const struct told t = {&e, &d, &k};
    if (it && view->json) {
        emit_open(&e, "decision");
        emit_bool(&e, "is_new", is_new);
        told_json(&t, it);
        emit_line(&e);
    } else if (it) {
        if (!is_new)
            emit_f(&e, "This stands already:\n");
        told_text(&t, it);
    }
    int written = emit_done(&e);
    if (!rc && written)
        rc = rx_fail(err, written, "the decision is stored, but cannot be told");
    decisions_done(&d);
    known_done(&k);
    return rc;
}

/* Puts what is not there yet, and tells it. */
static int settle(struct decider *x, struct store_decision *row, const struct decision *before)
{
    int rc = before ? 0 : put(x->st, row, x->err);
    return rc ? rc : tell(x->st, before ? before->id : row->id, !before, x->view, x->err);
}

/* ---- what it is about -------------------------------------------------------------------------
 */

static int check_note(struct rx_str note, struct rx_err *err)
{
    if (note.n <= DECISIONS_TEXT_MAX)
        return 0;
    return rx_fail(err, RX_EUSAGE,
                   "the note has %zu bytes; at most %d are kept: write a file and "
                   "note where it lies",
                   note.n, DECISIONS_TEXT_MAX);
}

static int name_site(struct rx_buf *subject, const struct model *m, uint32_t site)
{
    int rc = rx_buf_add(subject, RX_STR("site:"));
    return rc ? rc : rx_buf_add(subject, m->sites[site].name);
}

static int name_value(struct rx_buf *subject, struct rx_str cls, struct rx_str value)
{
    int rc = rx_buf_add(subject, RX_STR("ind:"));
    if (!rc)
        rc = rx_buf_add(subject, cls);
    if (!rc)
        rc = rx_buf_addc(subject, ':');
    return rc ? rc : rx_buf_add(subject, value);
}

static bool has_class(struct rx_str id)
{
    struct rx_str cls, value;
    return rx_str_cut(id, ':', &cls, &value) && rx_class_find(cls) != NULL;
}

/* A site, "class:value", or a value alone, as `show` takes them; never a network: its name is given
 * by map, which may give it to others. */
static int find_subject(struct decider *x, struct rx_buf *subject, struct rx_str id)
{
    const struct model *m = &x->f.m;
    struct rx_str cls, value;
    uint32_t at = 0;
    int rc;
    if (lookup_is_network(id))
        return rx_fail(x->err, RX_EUSAGE,
                       "%.*s is a name that map gives and may give to others; decide about its "
                       "sites, which `rxmap show %.*s` lists",
                       RX_FMT(id), RX_FMT(id));
    if (rx_str_starts(id, RX_STR("ind:")))
        id = rx_str_sub(id, 4, id.n);
    if (has_class(id)) {
        rc = lookup_entity(&at, m, id, x->err);
        (void)rx_str_cut(id, ':', &cls, &value);
        if (rc && model_entity_find(m, cls, value)) /* a set of names */
            rc = 0;
        if (!rc && name_value(subject, cls, value))
            rc = rx_fail(x->err, RX_EFULL, "the value is too long to decide about");
        return rc;
    }
    rc = lookup_site(&at, m, id, x->err);
    if (!rc && name_site(subject, m, at))
        return rx_fail(x->err, RX_EFULL, "the name is too long to decide about");
    if (rc != RX_ENOENT)
        return rc;
    const int found = lookup_value(&at, m, id, x->err);
    if (found)
        return found == RX_ENOENT ? rc : found; /* the sentence about the site stands */
    const struct model_entity *e = &m->entities[at];
    if (name_value(subject, rx_str(e->cls->name), e->text))
        return rx_fail(x->err, RX_EFULL, "the value is too long to decide about");
    return 0;
}

/* ---- the doors --------------------------------------------------------------------------------
 */

/* Joined sites stay storefronts, or the link could not be honoured. */
static int check_mark(const struct decider *x, struct rx_str subject, enum decision_mark mark)
{
    const struct decisions *d = &x->f.decisions;
    if (rx_str_starts(subject, RX_STR("ind:")) && mark == DECISION_IN)
        return rx_fail(x->err, RX_EUSAGE,
                       "a value is marked out, false-positive or undecided; to join the sites that "
                       "share it, `rxmap link SITE SITE must`");
    for (size_t i = 0; i < d->count; i++) {
        const struct decision *it = &d->items[i];
        if (it->kind == DECISION_MUST && decision_stands(it) && decision_is_about(it, subject) &&
            (mark == DECISION_OUT || mark == DECISION_FALSE_POSITIVE))
            return rx_fail(x->err, RX_EUSAGE,
                           "%.*s must be in a network by decision %lld; undo it first: `rxmap undo "
                           "%lld`",
                           RX_FMT(decision_name(subject)), (long long)it->id, (long long)it->id);
    }
    return 0;
}

int graph_mark(struct store *st, const struct rx_conf *conf, struct rx_str id,
               struct rx_str verdict, struct rx_str note, const struct graph_view *view,
               struct rx_err *err)
{
    struct decider x = {.st = st, .view = view, .err = err};
    struct rx_buf subject = RX_BUF(SUBJECT_MAX);
    const enum decision_mark mark = decision_mark_parse(verdict);
    if (mark == DECISION_UNMARKED)
        return rx_fail(err, RX_EUSAGE, "a mark is in, out, undecided or false-positive, not %.*s",
                       RX_FMT(verdict));
    int rc = check_note(note, err);
    if (!rc)
        rc = frame_open(&x.f, st, conf, 0, err);
    if (rc)
        return rc;
    rc = find_subject(&x, &subject, id);
    if (!rc)
        rc = check_mark(&x, rx_buf_str(&subject), mark);
    if (!rc) {
        const struct decision *before = decisions_mark(&x.f.decisions, rx_buf_str(&subject));
        struct store_decision row = {.kind = rx_str(decision_kind_name(DECISION_MARK)),
                                     .subject = rx_buf_str(&subject),
                                     .object = rx_str(decision_mark_name(mark)),
                                     .note = note};
        rc = settle(&x, &row, before && before->mark == mark ? before : NULL);
    }
    rx_buf_free(&subject);
    frame_done(&x.f);
    return rc;
}

int graph_note(struct store *st, const struct rx_conf *conf, struct rx_str id, struct rx_str text,
               const struct graph_view *view, struct rx_err *err)
{
    struct decider x = {.st = st, .view = view, .err = err};
    struct rx_buf subject = RX_BUF(SUBJECT_MAX);
    int rc = text.n ? check_note(text, err) : rx_fail(err, RX_EUSAGE, "the note is empty");
    if (!rc)
        rc = frame_open(&x.f, st, conf, 0, err);
    if (rc)
        return rc;
    rc = find_subject(&x, &subject, id);
    if (!rc) {
        struct store_decision row = {.kind = rx_str(decision_kind_name(DECISION_NOTE)),
                                     .subject = rx_buf_str(&subject),
                                     .note = text};
        rc = settle(&x, &row, NULL);
    }
    rx_buf_free(&subject);
    frame_done(&x.f);
    return rc;
}

/* One of the two sites of a link: a storefront, because networks are made of these. */
static int find_shop(struct decider *x, struct rx_buf *subject, struct rx_str id)
{
    const struct model *m = &x->f.m;
    uint32_t site = 0;
    int rc = lookup_site(&site, m, id, x->err);
    if (rc)
        return rc;
    const struct rx_str name = m->sites[site].name;
    if (!model_is_storefront(m, site))
        return rx_fail(x->err, RX_EUSAGE,
                       "%.*s is no storefront (its role is %s), and networks are made of "
                       "storefronts; `rxmap mark %.*s in` makes it one",
                       RX_FMT(name), rx_role_name(m->sites[site].role), RX_FMT(name));
    return name_site(subject, m, site) ? rx_fail(x->err, RX_EFULL, "the name is too long") : 0;
}

int graph_link(struct store *st, const struct rx_conf *conf, const struct graph_link *link,
               const struct graph_view *view, struct rx_err *err)
{
    struct decider x = {.st = st, .view = view, .err = err};
    struct rx_buf a = RX_BUF(SUBJECT_MAX), b = RX_BUF(SUBJECT_MAX);
    const enum decision_kind kind = link->must ? DECISION_MUST : DECISION_CANNOT;
    const struct decision *before = NULL;
    int rc = check_note(link->note, err);
    if (!rc)
        rc = frame_open(&x.f, st, conf, 0, err);
    if (rc)
        return rc;
    rc = find_shop(&x, &a, link->a);
    if (!rc)
        rc = find_shop(&x, &b, link->b);
    if (!rc && rx_str_eq(rx_buf_str(&a), rx_buf_str(&b)))
        rc = rx_fail(err, RX_EUSAGE, "both names are the same site, %.*s",
                     RX_FMT(decision_name(rx_buf_str(&a))));
    if (!rc)
        rc = contradict_link(&x.f.decisions, kind, rx_buf_str(&a), rx_buf_str(&b), err);
    if (!rc) {
        struct store_decision row = {.kind = rx_str(decision_kind_name(kind)),
                                     .subject = rx_buf_str(&a),
                                     .object = rx_buf_str(&b),
                                     .note = link->note};
        before = decisions_link(&x.f.decisions, row.subject, row.object);
        rc = settle(&x, &row, before);
    }
    rx_buf_free(&a);
    rx_buf_free(&b);
    frame_done(&x.f);
    return rc;
}

/* The last that stands, whoever made it. */
static const struct decision *last_standing(const struct decisions *d)
{
    for (size_t i = d->count; i-- > 0;)
        if (decision_stands(&d->items[i]))
            return &d->items[i];
    return NULL;
}

/* NULL with the sentence in err: nothing can be taken back by that number. */
static const struct decision *find_standing(const struct decisions *d, int64_t id,
                                            struct rx_err *err)
{
    const struct decision *it = id ? decisions_find(d, id) : last_standing(d);
    if (it && decision_stands(it))
        return it;
    if (it)
        (void)rx_fail(err, RX_EUSAGE, "decision %lld was taken back already, by %.*s",
                      (long long)id, RX_FMT(it->undone_who));
    else if (id)
        (void)rx_fail(err, RX_ENOENT,
                      "there is no decision %lld; `rxmap review --decided` lists them",
                      (long long)id);
    else
        (void)rx_fail(err, RX_ENOENT, "no decision stands that could be taken back");
    return NULL;
}

int graph_undo(struct store *st, int64_t id, const struct graph_view *view, struct rx_err *err)
{
    struct decisions d;
    int rc = decisions_load(&d, st, err);
    if (rc)
        return rc;
    const struct decision *it = find_standing(&d, id, err);
    if (!it)
        rc = err->code;
    else {
        struct store_decision row = {.kind = rx_str(decision_kind_name(it->kind)),
                                     .subject = it->subject,
                                     .object = it->object,
                                     .undoes = it->id};
        rc = put(st, &row, err);
        if (!rc)
            rc = tell(st, it->id, true, view, err);
    }
    decisions_done(&d);
    return rc;
}
