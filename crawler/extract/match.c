/* match.c - see match.h.
 *
 * The prefilter reports where a row's hint ends; the row's pattern is then tried on a window
 * around it: as far back as its matches reach, but never behind the row's last match, and AFTER
 * bytes on.
 *
 * The hints of the other lanes are looked for first and kept until the main pass comes by, so that
 * all are tried in the order of their ends, whichever pass found them.
 *
 * The work is bounded, and whoever runs into a bound is marked as cut. The bounds are spread, so
 * that decoys hide little: a row's tries in a sheet are given out by regions of the sheet (what one
 * region leaves, the next may use), and each class has tries of its own, so that decoys of one do
 * not use up another's. The page's own bound is that of time: tries, and tries that were slow. */
#include "crawler/extract/match.h"

#include "crawler/extract/disguise_script.h"
#include "crawler/extract/hint.h"

#include <hs/hs.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    AFTER = 512,
    MATCH_LIMIT = 20000,
    DEPTH_LIMIT = 1000,
    REGIONS = 8,
    REGION_TRIES = 125, /* of a row in an eighth of a sheet */
    CLASS_TRIES = 4000,
    PAGE_TRIES = 60000,
    KEPT_MAX = 1 << 20,  /* hints of the other lanes, of a sheet */
    PAGE_LIMIT_HITS = 40 /* tries that ran into the match limit */
};

struct match {
    const struct signatures *table;
    struct collect *c;
    struct hs_scratch *scratch;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    const struct sheet *sheet;
    struct kept { /* hints of the other lanes */
        size_t to;
        unsigned row;
    } * kept; /* owned */
    size_t kept_count, kept_cap, kept_next;
    size_t base; /* where in the sheet the pass began */
    unsigned tries, limit_hits;
    unsigned *class_tries; /* owned; by rx_class_id() */
    struct row_state {
        size_t done;    /* end of its last match, or where the next try may begin */
        unsigned tries; /* in this sheet */
        bool missed;    /* a hint got no try, or one that was cut short */
    } rows[SIGNATURES_MAX];
};

int match_new(struct match **out, const struct signatures *table, struct collect *c)
{
    struct match *m = calloc(1, sizeof *m);
    if (!m)
        return RX_ENOMEM;
    m->table = table;
    m->c = c;
    m->scratch = scratch_take(table->scratch);
    m->class_tries = calloc(rx_class_count(), sizeof *m->class_tries);
    m->data = pcre2_match_data_create(8, NULL);
    m->limits = pcre2_match_context_create(NULL);
    if (!m->scratch || !m->class_tries || !m->data || !m->limits) {
        match_free(m);
        return RX_ENOMEM;
    }
    (void)pcre2_set_match_limit(m->limits, MATCH_LIMIT);
    (void)pcre2_set_depth_limit(m->limits, DEPTH_LIMIT);
    *out = m;
    return 0;
}

void match_free(struct match *m)
{
    if (!m)
        return;
    if (m->scratch)
        scratch_give(m->table->scratch, m->scratch);
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->limits);
    free(m->class_tries);
    free(m->kept);
    free(m);
}

static struct rx_str group_of(const struct match *m, size_t group, size_t groups)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->data);
    if (group >= groups || at[2 * group] == PCRE2_UNSET)
        return (struct rx_str){0};
    return rx_str_sub(m->sheet->text, at[2 * group], at[2 * group + 1]);
}

static void take(struct match *m, const struct signature *s, size_t groups)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->data);
    struct find f = {.c = m->c, .cls = s->cls->name, .argument = s->argument, .option = s->option};
    for (size_t g = 0; g < 3; g++)
        f.group[g] = group_of(m, g, groups);
    size_t anchor = f.group[1].p ? at[2] : at[0];
    if ((sheet_kinds(m->sheet) & 1u << SHEET_SCRIPT) && f.group[1].p &&
        disguise_is_piece(m->sheet->text, at[2], at[3]))
        return;
    f.reason = RX_REJECT_FORM;
    bool fine = f.group[1].n > 0 && s->normal(&f);
    if (fine) {
        f.reason = RX_REJECT_CHECK;
        fine = s->valid(&f);
    }
    if (!fine) {
        collect_reject(m->c, s->cls, f.reason);
        return;
    }
    if (s->own) /* a check that a case's row uses may know a kindred class of ours */
        f.also_cls = NULL;
    const struct sight about = {.place = sheet_place(m->sheet->kind), .hidden = m->sheet->hidden};
    if (!collect_wants(m->c, f.cls, rx_strn(f.value, f.n), &about) &&
        !(f.also_cls && collect_wants(m->c, f.also_cls, f.also, &about)))
        return;
    struct sight where = sheet_sight(m->c, m->sheet, at[0], at[1], anchor);
    collect_put(m->c, f.cls, rx_strn(f.value, f.n), &where);
    if (f.also_cls)
        collect_put(m->c, f.also_cls, f.also, &where);
}

/* May the row be tried once more for a hint that ends at `to`? */
static bool may_try(struct match *m, const struct row_state *r, size_t row, size_t to)
{
    const size_t region = to * REGIONS / (m->sheet->text.n + 1);
    unsigned *of_class = &m->class_tries[rx_class_id(m->table->rows[row].cls)];
    if (r->tries >= (region + 1) * REGION_TRIES || *of_class >= CLASS_TRIES ||
        m->tries >= PAGE_TRIES || m->limit_hits >= PAGE_LIMIT_HITS) {
        m->c->out->cut = true;
        return false;
    }
    ++*of_class;
    m->tries++;
    return true;
}

/* Every match of the row that begins in the window of the hint that ended at `to`. Matches further
 * back had hints of their own, so that only behind one that was missed the window is wide. */
static void try_row(struct match *m, size_t row, size_t to)
{
    const struct signature *s = &m->table->rows[row];
    struct row_state *r = &m->rows[row];
    const size_t back = r->missed ? SIGNATURES_REACH : s->reach;
    size_t from = to > back ? to - back : 0;
    size_t end = m->sheet->text.n - to > AFTER ? to + AFTER : m->sheet->text.n;
    from = from > r->done ? from : r->done;
    while (from <= to) {
        if (!may_try(m, r, row, to)) {
            r->missed = true;
            return;
        }
        r->tries++;
        int groups =
            pcre2_match(s->code, (PCRE2_SPTR)m->sheet->text.p, end, from, 0, m->data, m->limits);
        if (groups < 0) {
            const bool slow = groups != PCRE2_ERROR_NOMATCH;
            m->limit_hits += slow;
            r->missed |= slow;
            m->c->out->cut |= slow;
            return;
        }
        size_t stop = pcre2_get_ovector_pointer(m->data)[1];
        take(m, s, (size_t)groups);
        r->done = stop > from ? stop : from + 1;
        from = r->done;
    }
}

/* Tries all rows of the hint. */
static void try_hint(struct match *m, size_t row, size_t to)
{
    for (;;) {
        const struct signature *s = &m->table->rows[row];
        if ((s->where & sheet_kinds(m->sheet)) && to > m->rows[row].done)
            try_row(m, row, to);
        if (s->next_of_hint == 0)
            return;
        row = s->next_of_hint - 1;
    }
}

static void try_kept(struct match *m, size_t to)
{
    for (; m->kept_next < m->kept_count && m->kept[m->kept_next].to <= to; m->kept_next++)
        try_hint(m, m->kept[m->kept_next].row, m->kept[m->kept_next].to);
}

static int on_hint(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                   void *ctx)
{
    (void)from;
    (void)flags;
    struct match *m = ctx;
    try_kept(m, (size_t)to);
    try_hint(m, id, (size_t)to);
    return 0;
}

static int on_other_hint(unsigned id, unsigned long long from, unsigned long long to,
                         unsigned flags, void *ctx)
{
    (void)from;
    (void)flags;
    struct match *m = ctx;
    if (m->kept_count == KEPT_MAX) {
        m->c->out->cut = true;
        return 0;
    }
    if (m->kept_count == m->kept_cap) {
        const size_t more = m->kept_cap ? 2 * m->kept_cap : 64;
        struct kept *moved = realloc(m->kept, more * sizeof *moved);
        if (!moved)
            return 1; /* ends the pass: pass() says that there is no memory */
        m->kept = moved;
        m->kept_cap = more;
    }
    m->kept[m->kept_count++] = (struct kept){m->base + (size_t)to, id};
    return 0;
}

static int by_end(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;
    return x->to != y->to ? (x->to > y->to) - (x->to < y->to)
                          : (x->row > y->row) - (x->row < y->row);
}

static bool is_of_word(char c)
{
    return rx_is_alnum(c) || c == '_';
}

/* The next word of HINT_LONG bytes or more at or behind *from; *from is then behind it. Most bytes
 * are never looked at: where HINT_LONG bytes on no word goes on, none that is long ends. */
static struct rx_str next_long_word(struct rx_str s, size_t *from)
{
    size_t at = *from;
    while (at + HINT_LONG <= s.n) {
        size_t back = at + HINT_LONG;
        while (back > at && is_of_word(s.p[back - 1]))
            back--;
        if (back > at) {
            at = back;
            continue;
        }
        size_t to = at + HINT_LONG;
        while (to < s.n && is_of_word(s.p[to]))
            to++;
        *from = to;
        return rx_str_sub(s, at, to);
    }
    return (struct rx_str){0};
}

/* A pass over a part of the sheet. RX_ENOMEM. */
static int pass(struct match *m, enum signature_lane lane, struct rx_str part,
                match_event_handler on)
{
    m->base = (size_t)(part.p - m->sheet->text.p);
    const hs_error_t e =
        hs_scan(m->table->hints[lane], part.p, (unsigned)part.n, 0, m->scratch, on, m);
    return e == HS_SUCCESS ? 0 : RX_ENOMEM;
}

static int keep_others(struct match *m)
{
    const struct sheet *s = m->sheet;
    struct rx_str word;
    int rc = 0;
    m->kept_count = m->kept_next = 0;
    if (m->table->where[LANE_WORDS] & sheet_kinds(s))
        for (size_t at = 0; rc == 0 && (word = next_long_word(s->text, &at)).n > 0;)
            rc = pass(m, LANE_WORDS, word, on_other_hint);
    if (rc == 0 && (m->table->where[LANE_APART] & sheet_kinds(s)))
        rc = pass(m, LANE_APART, s->text, on_other_hint);
    if (m->kept_count > 1)
        qsort(m->kept, m->kept_count, sizeof *m->kept, by_end);
    return rc;
}

int match_sheet(struct match *m, const struct sheet *s)
{
    unsigned where = 0;
    for (int lane = 0; lane < LANES; lane++)
        where |= m->table->where[lane];
    if (s->text.n == 0 || !(where & sheet_kinds(s)))
        return 0;
    if (s->text.n > UINT32_MAX)
        return RX_EFULL;
    m->sheet = s;
    memset(m->rows, 0, m->table->count * sizeof m->rows[0]);
    int rc = keep_others(m);
    if (rc == 0 && (m->table->where[LANE_MAIN] & sheet_kinds(s)))
        rc = pass(m, LANE_MAIN, s->text, on_hint);
    if (rc == 0)
        try_kept(m, s->text.n);
    return rc;
}
