/* decisions.h - what people decided about a case, in memory: what stands, and what was taken back.
 *
 * A decision is about a site or a value, by names that outlast a map: "site:pills.example" (the
 * registrable domain), "ind:phone:+18005550100". Kinds: a mark ("in", "out", "undecided",
 * "false-positive"; the last that stands counts), a note, the two links between sites; and seeds
 * that were withdrawn, which are the crawler's. Rows are only added: the one that takes a decision
 * back repeats it and names it (struct store_decision), so the order of entry never matters for
 * what stands but between marks. */
#ifndef RX_GRAPH_DECISIONS_H
#define RX_GRAPH_DECISIONS_H

#include "base/arena.h"
#include "store/store.h"

enum { DECISIONS_TEXT_MAX = 2000 }; /* bytes of a note */

/* The last is about a seed ("seed:URL"): the crawler's to heed, told and taken back like others. */
enum decision_kind {
    DECISION_MARK,
    DECISION_NOTE,
    DECISION_MUST,
    DECISION_CANNOT,
    DECISION_WITHDRAW,
    DECISION_KINDS
};
const char *decision_kind_name(enum decision_kind kind); /* as stored: "mark"... */

/* What a mark says; DECISION_UNDECIDED leaves the map as the evidence has it. */
enum decision_mark {
    DECISION_UNMARKED,
    DECISION_UNDECIDED,
    DECISION_IN,
    DECISION_OUT,
    DECISION_FALSE_POSITIVE,
    DECISION_MARKS
};
const char *decision_mark_name(enum decision_mark mark);
enum decision_mark decision_mark_parse(struct rx_str word); /* DECISION_UNMARKED: no such word */

/* What became of a decision in a map. */
enum decision_effect {
    DECISION_UNMAPPED, /* the map did not know it */
    DECISION_AGREES,   /* the evidence says so by itself */
    DECISION_CHANGES,  /* it overrides the evidence */
    DECISION_IDLE,     /* it could not be applied */
    DECISION_EFFECTS
};
const char *decision_effect_name(enum decision_effect effect);
enum decision_effect decision_effect_parse(struct rx_str word); /* DECISION_UNMAPPED: none */

struct decision {
    int64_t id, made_ms;
    enum decision_kind kind;
    enum decision_mark mark;       /* of a mark */
    struct rx_str subject, object; /* arena; object: the mark's word, or the other site */
    struct rx_str note, who;       /* arena */
    int64_t undone_ms;             /* 0: it stands */
    struct rx_str undone_who;
};

struct decisions {
    struct rx_arena arena;
    struct decision *items; /* in the order of entry, which is that of id */
    size_t count, cap;
};

/* RX_EDAMAGE with a sentence: a row that this program did not write. */
RX_MUST int decisions_load(struct decisions *d, struct store *st, struct rx_err *err);
void decisions_done(struct decisions *d);

static inline bool decision_stands(const struct decision *it)
{
    return !it->undone_ms;
}
/* Has a map anything to do with it? */
static inline bool decision_is_heeded(const struct decision *it)
{
    return it->kind == DECISION_MARK || it->kind == DECISION_MUST || it->kind == DECISION_CANNOT;
}
static inline bool decision_is_link(const struct decision *it)
{
    return it->kind == DECISION_MUST || it->kind == DECISION_CANNOT;
}
/* "site:a.example" -> "a.example"; a value keeps "class:value". */
struct rx_str decision_name(struct rx_str subject);
/* NULL: there is none. */
const struct decision *decisions_find(const struct decisions *d, int64_t id);
/* The mark of a subject that counts, or NULL. */
const struct decision *decisions_mark(const struct decisions *d, struct rx_str subject);
/* The link that stands between two sites, in whichever order they are named, or NULL. */
const struct decision *decisions_link(const struct decisions *d, struct rx_str a, struct rx_str b);
/* Is it about this subject, as subject or as the other site? */
bool decision_is_about(const struct decision *it, struct rx_str subject);

#endif
