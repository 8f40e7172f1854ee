/* told.c - see told.h. */
#include "graph/told.h"

#include "base/clock.h"

static void say_when(struct emit *e, struct rx_str who, int64_t wall_ms)
{
    char when[RX_TIME_TEXT];
    rx_time_text(when, wall_ms, false);
    emit_term(e, who);
    emit_f(e, "%s%s", who.n ? ", " : "", when);
}

static void say_what(struct emit *e, const struct decision *it)
{
    emit_f(e, "decision %lld: ", (long long)it->id);
    emit_term(e, decision_name(it->subject));
    switch (it->kind) {
    case DECISION_MARK:
        emit_f(e, " is marked %s", decision_mark_name(it->mark));
        break;
    case DECISION_NOTE:
        emit_f(e, ", a note");
        break;
    case DECISION_WITHDRAW:
        emit_f(e, " is withdrawn as a seed");
        break;
    case DECISION_KINDS:
        break;
    case DECISION_MUST:
    case DECISION_CANNOT:
        emit_f(e, " and ");
        emit_term(e, decision_name(it->object));
        emit_f(e, " %s be in one network", it->kind == DECISION_MUST ? "must" : "cannot");
        break;
    }
}

static void say_change(struct emit *e, const struct decision *it, uint32_t sites)
{
    const char *s = sites == 1 ? "" : "s";
    if (it->kind == DECISION_MUST)
        emit_f(e, "overrides the evidence: joins %u site%s to others", sites, s);
    else if (it->kind == DECISION_CANNOT)
        emit_f(e, "overrides the evidence: parts %u site%s from others", sites, s);
    else if (rx_str_starts(it->subject, RX_STR("ind:")))
        emit_f(e, "overrides the evidence: takes the value's weight on %u storefront%s", sites, s);
    else
        emit_f(e, "overrides the role that its pages give it");
}

static void say_effect(const struct told *t, const struct decision *it)
{
    const struct known_honoured *h = known_honoured_of(t->k, it->id);
    const struct decision *now =
        it->kind == DECISION_MARK ? decisions_mark(t->d, it->subject) : NULL;
    struct emit *e = t->e;
    if (!decision_stands(it)) {
        emit_f(e, "    taken back by ");
        say_when(e, it->undone_who, it->undone_ms);
        emit_f(e, "%s\n", h ? "; the map still has it: run `rxmap map`" : "");
        return;
    }
    if (!decision_is_heeded(it))
        return;
    emit_f(e, "    ");
    if (now && now != it)
        emit_f(e, "decision %lld took its place", (long long)now->id);
    else if (!h)
        emit_f(e, "not in the map yet: run `rxmap map`");
    else if (h->effect == DECISION_CHANGES)
        say_change(e, it, h->sites);
    else if (h->effect == DECISION_IDLE) {
        emit_f(e, "could not be honoured: ");
        emit_term(e, h->why);
    } else
        emit_f(e, it->mark == DECISION_UNDECIDED ? "changes nothing"
                                                 : "the evidence says so by itself");
    emit_f(e, "\n");
}

void told_text(const struct told *t, const struct decision *it)
{
    struct emit *e = t->e;
    emit_f(e, "  ");
    say_what(e, it);
    emit_f(e, " (");
    say_when(e, it->who, it->made_ms);
    emit_f(e, ")\n");
    if (it->note.n) {
        emit_f(e, "    \"");
        emit_term(e, it->note);
        emit_f(e, "\"\n");
    }
    say_effect(t, it);
}

void told_json(const struct told *t, const struct decision *it)
{
    const struct known_honoured *h = known_honoured_of(t->k, it->id);
    struct emit *e = t->e;
    emit_int(e, "id", it->id);
    emit_text(e, "kind", rx_str(decision_kind_name(it->kind)));
    emit_text(e, "subject", it->subject);
    emit_text(e, "object", it->object);
    emit_text(e, "note", it->note);
    emit_text(e, "who", it->who);
    emit_time(e, "made", it->made_ms);
    emit_time(e, "undone", it->undone_ms);
    if (decision_stands(it))
        emit_null(e, "undone_by");
    else
        emit_text(e, "undone_by", it->undone_who);
    if (h) {
        emit_text(e, "effect", rx_str(decision_effect_name(h->effect)));
        emit_int(e, "sites", h->sites);
        emit_text(e, "why", h->why);
    } else {
        emit_null(e, "effect");
    }
}

bool told_matters(const struct told *t, const struct decision *it)
{
    return decision_stands(it) || known_honoured_of(t->k, it->id) != NULL;
}

void told_list(const struct told *t, told_wanted_fn *wanted, const void *ctx)
{
    bool any = false;
    for (size_t i = 0; i < t->d->count; i++) {
        const struct decision *it = &t->d->items[i];
        if (!told_matters(t, it) || !wanted(ctx, it))
            continue;
        if (!any) {
            emit_style(t->e, EMIT_STRONG);
            emit_f(t->e, "\nDecisions of people\n");
            emit_style(t->e, EMIT_PLAIN);
        }
        any = true;
        told_text(t, it);
    }
}

void told_list_json(const struct told *t, told_wanted_fn *wanted, const void *ctx)
{
    emit_key(t->e, "decisions");
    emit_begin(t->e, '[');
    for (size_t i = 0; i < t->d->count; i++) {
        const struct decision *it = &t->d->items[i];
        if (!told_matters(t, it) || !wanted(ctx, it))
            continue;
        emit_item(t->e);
        emit_begin(t->e, '{');
        told_json(t, it);
        emit_end(t->e, '}');
    }
    emit_end(t->e, ']');
}

static bool is_in(const struct told_network *n, struct rx_str subject)
{
    size_t first = 0;
    const size_t count = rx_str_starts(subject, RX_STR("site:"))
                             ? known_of_site(n->k, decision_name(subject), &first)
                             : 0;
    for (size_t i = first; i < first + count; i++)
        if (&n->k->networks[n->k->members[n->k->by_site[i]].network] == n->network)
            return true;
    return false;
}

bool told_holds(const void *ctx, const struct decision *it)
{
    const struct told_network *n = ctx;
    return decision_is_heeded(it) &&
           (is_in(n, it->subject) || (decision_is_link(it) && is_in(n, it->object)));
}
