/* review_say.c - the list for review, and the list of decisions, for people and programs. What to
 * type next stands under each item, ready for a shell. */
#include "base/escape.h"
#include "graph/graph.h"
#include "graph/review.h"
#include "graph/told.h"

#include <stdlib.h>

enum { SHOWN = 20, VALUE_SHOWN = 60, WORD_MAX = 1 << 20 };

struct sayer {
    struct emit *e;
    const struct frame *f;
    const struct known *k;
};

/* ---- words of a command line ------------------------------------------------------------------
 */

static void say_word(const struct sayer *s, struct rx_str word)
{
    struct rx_buf quoted = RX_BUF(WORD_MAX);
    const int rc = rx_esc_shell(&quoted, word);
    if (!rc)
        emit_term(s->e, rx_buf_str(&quoted));
    else if (!s->e->rc)
        s->e->rc = rc;
    rx_buf_free(&quoted);
}

static struct rx_str name_of(const struct sayer *s, uint32_t site)
{
    return s->f->m.sites[site].name;
}

static void say_pair(const struct sayer *s, const char *command, const struct review_item *it)
{
    emit_f(s->e, "rxmap %s ", command);
    say_word(s, name_of(s, it->a));
    emit_f(s->e, " ");
    say_word(s, name_of(s, it->b));
}

/* "class:value", with what stands before it. */
static int add_value(struct rx_buf *out, const char *prefix, const struct model_entity *v)
{
    const int rc = rx_buf_addf(out, "%s%s:", prefix, v->cls->name);
    return rc ? rc : rx_buf_add(out, v->text);
}

static void say_value(const struct sayer *s, const struct model_entity *v)
{
    struct rx_buf word = RX_BUF(WORD_MAX);
    const int rc = add_value(&word, "", v);
    if (!rc)
        say_word(s, rx_buf_str(&word));
    else if (!s->e->rc)
        s->e->rc = rc;
    rx_buf_free(&word);
}

/* ---- people -----------------------------------------------------------------------------------
 */

static void say_brief(const struct sayer *s, uint32_t entity)
{
    const struct model_entity *v = &s->f->m.entities[entity];
    emit_f(s->e, "%s ", v->cls->name);
    emit_brief(s->e, v->text, VALUE_SHOWN);
}

static void say_what(const struct sayer *s, const struct review_item *it)
{
    struct emit *e = s->e;
    switch (it->kind) {
    case REVIEW_BRIDGE:
        emit_f(e, "kept apart: ");
        say_brief(s, it->entity);
        emit_f(e, ": ");
        emit_term(e, it->reason);
        break;
    case REVIEW_CONFLICT:
        emit_f(e, "different tills in one network: ");
        say_brief(s, it->entity);
        emit_f(e, " / ");
        say_brief(s, it->other);
        break;
    case REVIEW_FRINGE:
        emit_f(e, "fringe: ");
        emit_term(e, name_of(s, it->a));
        emit_f(e, ", confidence ");
        emit_confidence(e, it->confidence);
        break;
    case REVIEW_DECISION:
        emit_f(e, "decision %lld: ", (long long)it->decision);
        emit_term(e, it->reason);
        break;
    }
    emit_f(e, "\n");
}

static void say_next(const struct sayer *s, const struct review_item *it)
{
    struct emit *e = s->e;
    emit_f(e, "           look:   ");
    if (it->kind == REVIEW_DECISION) {
        const struct decision *d = decisions_find(&s->f->decisions, it->decision);
        emit_f(e, "rxmap show ");
        say_word(s, decision_name(d->subject));
        emit_f(e, "\n           decide: rxmap undo %lld\n", (long long)it->decision);
        return;
    }
    if (it->b == UINT32_MAX) {
        emit_f(e, "rxmap show ");
        say_word(s, name_of(s, it->a));
        emit_f(e, "\n           decide: rxmap mark ");
        say_word(s, name_of(s, it->a));
        emit_f(e, " in|out|false-positive\n");
        return;
    }
    say_pair(s, "explain", it);
    emit_f(e, "\n           decide: ");
    say_pair(s, "link", it);
    emit_f(e, " must|cannot\n");
    if (it->kind != REVIEW_BRIDGE)
        return;
    emit_f(e, "                   rxmap mark ");
    say_value(s, &s->f->m.entities[it->entity]);
    emit_f(e, " false-positive\n");
}

static void say_item(const struct sayer *s, const struct review_item *it)
{
    emit_style(s->e, EMIT_STRONG);
    emit_f(s->e, "%4u site%s  ", it->sites, it->sites == 1 ? " " : "s");
    emit_style(s->e, EMIT_PLAIN);
    if (it->kind == REVIEW_BRIDGE)
        emit_f(s->e, "of %u sides, ", it->networks);
    say_what(s, it);
    emit_style(s->e, EMIT_FAINT);
    say_next(s, it);
    emit_style(s->e, EMIT_PLAIN);
}

static void say_all(const struct sayer *s, const struct review *r, bool all)
{
    if (!r->count)
        emit_f(s->e, "nothing to review\n");
    for (size_t i = 0; i < r->count && (all || i < SHOWN); i++)
        say_item(s, &r->items[i]);
    if (!all && r->count > SHOWN)
        emit_f(s->e, "and %zu more that change less (--all)\n", r->count - SHOWN);
}

/* ---- programs ---------------------------------------------------------------------------------
 */

static void json_value(const struct sayer *s, const char *key, uint32_t entity)
{
    struct rx_buf text = RX_BUF(WORD_MAX);
    if (entity == UINT32_MAX)
        return;
    const int rc = add_value(&text, "ind:", &s->f->m.entities[entity]);
    if (!rc)
        emit_text(s->e, key, rx_buf_str(&text));
    else if (!s->e->rc)
        s->e->rc = rc;
    rx_buf_free(&text);
}

static void json_item(const struct sayer *s, const struct review_item *it)
{
    struct emit *e = s->e;
    emit_open(e, "review_item");
    emit_text(e, "kind", rx_str(review_kind_name(it->kind)));
    emit_int(e, "sites", it->sites);
    emit_int(e, "networks", it->networks);
    if (it->a != UINT32_MAX)
        emit_id(e, "a", "site:", name_of(s, it->a));
    if (it->b != UINT32_MAX)
        emit_id(e, "b", "site:", name_of(s, it->b));
    json_value(s, "value", it->entity);
    json_value(s, "other", it->other);
    if (it->kind == REVIEW_FRINGE)
        emit_real(e, "confidence", it->confidence, 4);
    if (it->kind == REVIEW_DECISION)
        emit_int(e, "decision", it->decision);
    emit_text(e, "reason", it->reason);
    emit_line(e);
}

/* ---- the doors --------------------------------------------------------------------------------
 */

int graph_review(struct store *st, const struct rx_conf *conf, const struct graph_view *view,
                 struct rx_err *err)
{
    struct frame f;
    struct known k;
    struct review r = {0};
    struct emit e;
    int rc = known_load(&k, st, err);
    if (rc)
        return rc;
    if (!k.present) {
        known_done(&k);
        return rx_fail(err, RX_ENOENT, "no networks yet; run `rxmap map` first");
    }
    rc = frame_open(&f, st, conf, 0, err);
    if (rc) {
        known_done(&k);
        return rc;
    }
    rc = review_find(&r, st, &f, &k, err);
    emit_init(&e, view->out);
    e.color = view->color;
    const struct sayer s = {&e, &f, &k};
    if (!rc && !view->json)
        say_all(&s, &r, view->all);
    for (size_t i = 0; !rc && view->json && i < r.count; i++)
        json_item(&s, &r.items[i]);
    int written = emit_done(&e);
    if (!rc && written)
        rc = rx_fail(err, written, "cannot write what is to be reviewed");
    review_done(&r);
    frame_done(&f);
    known_done(&k);
    return rc;
}

int graph_decisions(struct store *st, const struct graph_view *view, struct rx_err *err)
{
    struct known k;
    struct decisions d = {0};
    struct emit e;
    int rc = known_load(&k, st, err);
    if (rc)
        return rc;
    rc = decisions_load(&d, st, err);
    emit_init(&e, view->out);
    e.color = view->color;
    const struct told t = {&e, &d, &k};
    for (size_t i = 0; i < d.count && !rc; i++) {
        if (view->json) {
            emit_open(&e, "decision");
            told_json(&t, &d.items[i]);
            emit_line(&e);
        } else {
            told_text(&t, &d.items[i]);
        }
    }
    if (!rc && !d.count && !view->json)
        emit_f(&e, "nobody has decided anything yet\n");
    int written = emit_done(&e);
    if (!rc && written)
        rc = rx_fail(err, written, "cannot write the decisions");
    decisions_done(&d);
    known_done(&k);
    return rc;
}
