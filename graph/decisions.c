/* decisions.c - see decisions.h. */
#include "graph/decisions.h"

#include "graph/vec.h"

#include <stdlib.h>

static const char *const kinds[] = {"mark", "note", "must", "cannot", "withdraw"};
static const char *const marks[] = {"", "undecided", "in", "out", "false-positive"};
static const char *const effects[] = {"", "agrees", "changes", "idle"};

const char *decision_kind_name(enum decision_kind kind)
{
    return kinds[kind];
}

const char *decision_mark_name(enum decision_mark mark)
{
    return marks[mark];
}

enum decision_mark decision_mark_parse(struct rx_str word)
{
    int mark = DECISION_MARKS - 1;
    while (mark > DECISION_UNMARKED && !rx_str_eq(word, rx_str(marks[mark])))
        mark--;
    return (enum decision_mark)mark;
}

const char *decision_effect_name(enum decision_effect effect)
{
    return effects[effect];
}

enum decision_effect decision_effect_parse(struct rx_str word)
{
    int effect = DECISION_EFFECTS - 1;
    while (effect > DECISION_UNMAPPED && !rx_str_eq(word, rx_str(effects[effect])))
        effect--;
    return (enum decision_effect)effect;
}

/* ---- from the rows ----------------------------------------------------------------------------
 */

struct reader {
    struct decisions *d;
    struct rx_err *err;
    int rc;
};

static int strange(struct reader *r, const struct store_decision *row, const char *what)
{
    return r->rc =
               rx_fail(r->err, RX_EDAMAGE, "case.db: decision %lld %s", (long long)row->id, what);
}

static int by_id(const void *key, const void *item)
{
    const int64_t id = *(const int64_t *)key;
    const struct decision *it = item;
    return id < it->id ? -1 : id > it->id;
}

/* Rows come in order of id. */
static struct decision *find(struct decisions *d, int64_t id)
{
    return d->count ? bsearch(&id, d->items, d->count, sizeof *d->items, by_id) : NULL;
}

static int take_back(struct reader *r, const struct store_decision *row)
{
    struct decision *it = find(r->d, row->undoes);
    if (!it || !decision_stands(it))
        return strange(r, row, "takes back what does not stand");
    it->undone_ms = row->made_ms > 0 ? row->made_ms : 1;
    it->undone_who = rx_arena_dup(&r->d->arena, row->who);
    return it->undone_who.p ? 0 : (r->rc = RX_ENOMEM);
}

/* Is this what a decision of that kind can be about? */
static bool is_subject(struct rx_str text, size_t kind)
{
    if (kind == DECISION_WITHDRAW)
        return rx_str_starts(text, RX_STR("seed:"));
    return rx_str_starts(text, RX_STR("site:")) || rx_str_starts(text, RX_STR("ind:"));
}

static int on_row(void *ctx, const struct store_decision *row)
{
    struct reader *r = ctx;
    struct decisions *d = r->d;
    size_t kind = 0;
    if (row->undoes)
        return take_back(r, row);
    while (kind < DECISION_KINDS && !rx_str_eq(row->kind, rx_str(kinds[kind])))
        kind++;
    if (kind == DECISION_KINDS || !is_subject(row->subject, kind))
        return strange(r, row, "is of no kind that this rxmap knows");
    struct decision *items = vec_grow(d->items, d->count, &d->cap, sizeof *items);
    if (!items)
        return r->rc = RX_ENOMEM;
    d->items = items;
    struct decision it = {.id = row->id,
                          .made_ms = row->made_ms,
                          .kind = (enum decision_kind)kind,
                          .mark = kind == DECISION_MARK ? decision_mark_parse(row->object)
                                                        : DECISION_UNMARKED,
                          .subject = rx_arena_dup(&d->arena, row->subject),
                          .object = rx_arena_dup(&d->arena, row->object),
                          .note = rx_arena_dup(&d->arena, row->note),
                          .who = rx_arena_dup(&d->arena, row->who)};
    if (!it.subject.p || !it.object.p || !it.note.p || !it.who.p)
        return r->rc = RX_ENOMEM;
    if (it.kind == DECISION_MARK && it.mark == DECISION_UNMARKED)
        return strange(r, row, "is no mark that this rxmap knows");
    if (decision_is_link(&it) &&
        (!rx_str_starts(it.subject, RX_STR("site:")) || !rx_str_starts(it.object, RX_STR("site:"))))
        return strange(r, row, "links what are no sites");
    d->items[d->count++] = it;
    return 0;
}

int decisions_load(struct decisions *d, struct store *st, struct rx_err *err)
{
    *d = (struct decisions){.arena = RX_ARENA(INT32_MAX)};
    struct reader r = {d, err, 0};
    int rc = store_decision_scan(st, on_row, &r);
    if (r.rc == RX_ENOMEM)
        rc = rx_fail(err, RX_ENOMEM, "no memory for the decisions");
    else if (!r.rc && rc)
        rc = rx_fail(err, rc, "cannot read the decisions: %s", store_error(st));
    if (rc)
        decisions_done(d);
    return rc;
}

void decisions_done(struct decisions *d)
{
    rx_arena_free(&d->arena);
    free(d->items);
    *d = (struct decisions){0};
}

/* ---- questions --------------------------------------------------------------------------------
 */

struct rx_str decision_name(struct rx_str subject)
{
    struct rx_str kind, name;
    return rx_str_cut(subject, ':', &kind, &name) ? name : subject;
}

const struct decision *decisions_find(const struct decisions *d, int64_t id)
{
    return d->count ? bsearch(&id, d->items, d->count, sizeof *d->items, by_id) : NULL;
}

const struct decision *decisions_mark(const struct decisions *d, struct rx_str subject)
{
    for (size_t i = d->count; i-- > 0;) {
        const struct decision *it = &d->items[i];
        if (it->kind == DECISION_MARK && decision_stands(it) && rx_str_eq(it->subject, subject))
            return it;
    }
    return NULL;
}

const struct decision *decisions_link(const struct decisions *d, struct rx_str a, struct rx_str b)
{
    for (size_t i = d->count; i-- > 0;) {
        const struct decision *it = &d->items[i];
        if (decision_is_link(it) && decision_stands(it) && decision_is_about(it, a) &&
            decision_is_about(it, b))
            return it;
    }
    return NULL;
}

bool decision_is_about(const struct decision *it, struct rx_str subject)
{
    return rx_str_eq(it->subject, subject) ||
           (decision_is_link(it) && rx_str_eq(it->object, subject));
}
