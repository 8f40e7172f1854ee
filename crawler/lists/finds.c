/* finds.c - see finds.h. A line: kind, line, purpose, place, text, origin,
 * class, value, hidden (0 or 1), separated by tabs. */
#include "crawler/lists/finds.h"

/* No text may end its field or its line. */
static int add_field(struct rx_buf *out, struct rx_str s, size_t max)
{
    int rc = rx_buf_addc(out, '\t');
    s = rx_str_sub(s, 0, max);
    for (size_t i = 0; i < s.n && !rc; i++) {
        const uint8_t c = (uint8_t)s.p[i];
        rc = rx_buf_addc(out, c < ' ' || c == 0x7F ? ' ' : s.p[i]);
    }
    return rc;
}

int finds_add(struct rx_buf *out, const struct find *f)
{
    const size_t before = out->n;
    int rc = rx_buf_addf(out, "%c\t%llu\t%d", f->kind, (unsigned long long)f->line, f->purpose);
    if (!rc)
        rc = add_field(out, f->place, FINDS_WORDS_MAX);
    if (!rc)
        rc = add_field(out, f->text, f->kind == FIND_SEED ? FINDS_TEXT_MAX : FINDS_WORDS_MAX);
    if (!rc)
        rc = add_field(out, f->origin, FINDS_TEXT_MAX);
    if (!rc)
        rc = add_field(out, f->cls, FINDS_WORDS_MAX);
    if (!rc)
        rc = add_field(out, f->value, FINDS_WORDS_MAX);
    if (!rc)
        rc = rx_buf_add(out, f->hidden ? RX_STR("\t1\n") : RX_STR("\t0\n"));
    if (rc)
        out->n = before;
    return rc;
}

static bool take(struct rx_str *line, struct rx_str *field, size_t max)
{
    (void)rx_str_cut(*line, '\t', field, line);
    for (size_t i = 0; i < field->n; i++)
        if ((uint8_t)field->p[i] < ' ' || field->p[i] == 0x7F)
            return false;
    return field->n <= max;
}

int finds_next(struct find *f, struct rx_str *rest)
{
    struct rx_str line, kind, number, purpose, hidden;
    struct find got = {0};
    uint64_t value;
    if (rest->n == 0)
        return 0;
    if (!rx_str_cut(*rest, '\n', &line, rest) || !take(&line, &kind, 1) ||
        !take(&line, &number, RX_DECIMAL) || !take(&line, &purpose, 1) ||
        !take(&line, &got.place, FINDS_WORDS_MAX) || !take(&line, &got.text, FINDS_TEXT_MAX) ||
        !take(&line, &got.origin, FINDS_TEXT_MAX) || !take(&line, &got.cls, FINDS_WORDS_MAX) ||
        !take(&line, &got.value, FINDS_WORDS_MAX) || !take(&line, &hidden, 1) || line.n ||
        kind.n != 1)
        return RX_EDAMAGE;
    got.kind = (enum find_kind)kind.p[0];
    if (got.kind != FIND_SEED && got.kind != FIND_FAULT && got.kind != FIND_TITLE &&
        got.kind != FIND_MARK)
        return RX_EDAMAGE;
    if ((got.kind == FIND_MARK) != (got.cls.n > 0 && got.value.n > 0))
        return RX_EDAMAGE;
    got.hidden = rx_str_eq(hidden, RX_STR("1"));
    if (!rx_str_u64(number, &got.line) || !rx_str_u64(purpose, &value) || value >= RX_PURPOSE_COUNT)
        return RX_EDAMAGE;
    got.purpose = (enum rx_purpose)value;
    *f = got;
    return 1;
}
