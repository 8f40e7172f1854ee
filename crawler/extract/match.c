/* match.c - see match.h.
 *
 * The prefilter reports where a row's hint ends; the row's pattern is then tried on a window
 * around it: BEFORE bytes back, but never behind the row's last match, and AFTER bytes on. The
 * work is bounded three times, so that a page made to be slow only loses its own marks: PCRE2's
 * match limit a try, tries a row and sheet, tries a page. */
#include "crawler/extract/match.h"

#include <hs/hs.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    BEFORE = 512,
    AFTER = 512,
    MATCH_LIMIT = 20000,
    DEPTH_LIMIT = 1000,
    ROW_TRIES = 400,
    PAGE_TRIES = 4000,
    PAGE_LIMIT_HITS = 40 /* tries that ran into the match limit */
};

struct match {
    const struct signatures *table;
    struct collect *c;
    struct hs_scratch *scratch;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    const struct sheet *sheet;
    unsigned tries, limit_hits;
    struct row_state {
        size_t done;    /* end of its last match, or where the next try may begin */
        unsigned tries; /* in this sheet */
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
    m->data = pcre2_match_data_create(8, NULL);
    m->limits = pcre2_match_context_create(NULL);
    if (!m->scratch || !m->data || !m->limits) {
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
    struct find f = {.c = m->c, .cls = s->cls->name, .argument = s->argument};
    for (size_t g = 0; g < 3; g++)
        f.group[g] = group_of(m, g, groups);
    size_t anchor = f.group[1].p ? at[2] : at[0];
    if (f.group[1].n == 0 || !s->normal(&f) || !s->valid(&f))
        return;
    struct sight where = sheet_sight(m->c, m->sheet, at[0], at[1], anchor);
    collect_put(m->c, f.cls, rx_strn(f.value, f.n), &where);
    if (f.also_cls)
        collect_put(m->c, f.also_cls, f.also, &where);
}

/* Every match of the row that begins in the window of the hint that ended at `to`. */
static void try_row(struct match *m, size_t row, size_t to)
{
    const struct signature *s = &m->table->rows[row];
    struct row_state *r = &m->rows[row];
    size_t from = to > BEFORE ? to - BEFORE : 0;
    size_t end = m->sheet->text.n - to > AFTER ? to + AFTER : m->sheet->text.n;
    from = from > r->done ? from : r->done;
    while (from <= to && r->tries < ROW_TRIES && m->tries < PAGE_TRIES &&
           m->limit_hits < PAGE_LIMIT_HITS) {
        r->tries++;
        m->tries++;
        int groups =
            pcre2_match(s->code, (PCRE2_SPTR)m->sheet->text.p, end, from, 0, m->data, m->limits);
        if (groups < 0) {
            m->limit_hits += groups != PCRE2_ERROR_NOMATCH;
            return;
        }
        size_t stop = pcre2_get_ovector_pointer(m->data)[1];
        take(m, s, (size_t)groups);
        r->done = stop > from ? stop : from + 1;
        from = r->done;
    }
}

static int on_hint(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                   void *ctx)
{
    (void)from;
    (void)flags;
    struct match *m = ctx;
    for (size_t row = id;;) {
        const struct signature *s = &m->table->rows[row];
        if ((s->where & 1u << m->sheet->kind) && to > m->rows[row].done)
            try_row(m, row, (size_t)to);
        if (s->next_of_hint == 0)
            return 0;
        row = s->next_of_hint - 1;
    }
}

int match_sheet(struct match *m, const struct sheet *s)
{
    if (s->text.n == 0 || !(m->table->where & 1u << s->kind))
        return 0;
    if (s->text.n > UINT32_MAX)
        return RX_EFULL;
    m->sheet = s;
    memset(m->rows, 0, m->table->count * sizeof m->rows[0]);
    hs_error_t e =
        hs_scan(m->table->hints, s->text.p, (unsigned)s->text.n, 0, m->scratch, on_hint, m);
    return e == HS_SUCCESS ? 0 : RX_ENOMEM;
}
