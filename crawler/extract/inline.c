/* inline.c - see inline.h.
 *
 * The document's text runs are what stands between tags. Where only inline tags, comments and
 * blanks stand between two runs in the source, a reader sees one text:
 *
 *   source   +1 <b>888</b> 555 0100        texts   [+1 ][888][ 555 0100]
 *   joints      ^     ^                    sheet   +1 888 555 0100
 *
 * Which tags are inline is a matter of the standard's default style sheet; what a page's own style
 * does to them is not looked at. Joining all of a page would search its text twice, and glue what
 * is set apart by a margin ("Viagra" "100 mg"), so only joints are joined that an identifier may
 * cross, and of each run only what an identifier may take of it. What does not cross a joint was
 * found before (the first sighting stands). */
#include "crawler/extract/inline.h"

#include "crawler/parse/seam.h"
#include "crawler/parse/token.h"

/* SIDE_MAX: bytes of a run beside a joint that an identifier may take; GAP_MAX: of tags between two
 * runs; WORD_MOST: "arroba". */
enum { SIDE_MAX = 96, GAP_MAX = 300, JOINTS_MAX = 2000, WORD_MOST = 6 };

/* GAP_HOLLOW: nothing but comments, <wbr> and elements without content, which set no words apart.
 */
enum gap { GAP_WIDE, GAP_NONE, GAP_HOLLOW, GAP_BLANK };

static bool is_inline(struct rx_str name)
{
    static const char *const names[] = {
        "a",    "abbr", "acronym", "b",    "bdi",   "bdo",  "big",    "cite",   "code",
        "data", "dfn",  "em",      "font", "i",     "ins",  "kbd",    "label",  "mark",
        "nobr", "q",    "s",       "samp", "small", "span", "strike", "strong", "sub",
        "sup",  "time", "tt",      "u",    "var",   "wbr"};
    for (size_t i = 0; i < sizeof names / sizeof names[0] && name.n > 0; i++)
        if (names[i][0] == rx_lower(name.p[0]) && rx_str_ieq(name, rx_str(names[i])))
            return true;
    return false;
}

/* What stands in the source between two neighbouring text runs. */
static enum gap gap_between(const struct doc *d, const struct doc_span *a, const struct doc_span *b)
{
    size_t from = (size_t)a->offset + a->length;
    if (a->length == 0 || b->length == 0 || b->offset <= from || b->offset - from > GAP_MAX)
        return GAP_WIDE;
    struct tokenizer t = {.text = rx_str_sub(d->source, from, b->offset)};
    struct token tok;
    struct rx_str open = {0};
    enum gap gap = GAP_HOLLOW;
    while (token_next(&t, &tok)) {
        bool tag = tok.kind == TOKEN_START || tok.kind == TOKEN_END;
        bool blank =
            tok.kind == TOKEN_TEXT && rx_str_trim(rx_str_sub(t.text, tok.start, tok.end)).n == 0;
        if (!blank && tok.kind != TOKEN_COMMENT && !(tag && is_inline(tok.name)))
            return GAP_WIDE;
        if (blank)
            gap = GAP_BLANK;
        if (!tag || gap == GAP_BLANK || rx_str_ieq(tok.name, RX_STR("wbr")))
            continue;
        if (open.n > 0 ? tok.kind == TOKEN_START || !rx_str_ieq(tok.name, open)
                       : tok.kind == TOKEN_END)
            gap = GAP_NONE;
        open = open.n > 0 ? (struct rx_str){0} : tok.name;
    }
    return gap == GAP_HOLLOW && open.n > 0 ? GAP_NONE : gap;
}

/* Bytes that may stand inside an identifier, a telephone number or a spelled-out address. */
static bool is_part(char c)
{
    return rx_is_alnum(c) || (c != '\0' && strchr("@._+-", c));
}

static bool is_knot(char c)
{
    return rx_is_digit(c) || (c != '\0' && strchr("@[](){}+-.", c));
}

/* A run that is one short word: "at" between two others. */
static bool is_short(struct rx_str s)
{
    s = rx_str_trim(s);
    return s.n > 0 && s.n <= WORD_MOST && rx_is_alpha(s.p[0]);
}

/* Is s, what stands behind an '@', a whole domain? What no domain ends in was cut. */
static bool is_whole_domain(struct rx_str s)
{
    size_t n = 0, ending = 0;
    while (n < s.n && n < SIDE_MAX && is_part(s.p[n]) && s.p[n] != '@') {
        ending = s.p[n] == '.' ? n + 1 : ending;
        n++;
    }
    return ending > 0 && n - ending >= 2;
}

/* Letters that meet: one word cut in two, unless an address begins or ends here by itself ("Jane
 * Roe" "jane@roe.net" is a name and an address). */
static bool is_one_word(struct rx_str a, struct rx_str b)
{
    size_t from = a.n, to = 0;
    while (from > 0 && a.n - from < SIDE_MAX && is_part(a.p[from - 1]) && a.p[from - 1] != '@')
        from--;
    while (to < b.n && to < SIDE_MAX && is_part(b.p[to]) && b.p[to] != '@')
        to++;
    const bool begins = to < b.n && b.p[to] == '@' && is_whole_domain(rx_str_sub(b, to + 1, b.n));
    const bool ends = from > 0 && a.p[from - 1] == '@' && is_whole_domain(rx_str_sub(a, from, a.n));
    return !begins && !ends;
}

/* May an identifier cross from one run into the next? */
static bool may_cross(struct rx_str a, struct rx_str b, enum gap gap)
{
    if (gap == GAP_WIDE || a.n == 0 || b.n == 0)
        return false;
    char left = a.p[a.n - 1], right = b.p[0];
    if (gap == GAP_HOLLOW && is_part(left) && is_part(right))
        return !seam_parts(a, b, true);
    if (gap == GAP_NONE && is_part(left) && is_part(right))
        return !rx_is_alnum(left) || !rx_is_alnum(right) || is_one_word(a, b);
    struct rx_str before = rx_str_trim(a), behind = rx_str_trim(b);
    if (before.n == 0 || behind.n == 0)
        return true; /* blanks of a tag of their own */
    left = before.p[before.n - 1];
    right = behind.p[0];
    return (is_knot(left) && (is_knot(right) || right == 'x')) || left == '@' || right == '@' ||
           left == ']' || left == ')' || right == '[' || right == '(' || is_short(a) || is_short(b);
}

/* One blank is enough. */
static enum piece_glue glue_of(struct rx_str a, struct rx_str b, enum gap gap)
{
    bool blank = rx_is_space(a.p[a.n - 1]) || rx_is_space(b.p[0]);
    return gap == GAP_BLANK && !blank ? PIECE_BLANK : PIECE_GLUED;
}

struct chain {
    struct collect *c;
    struct piece *pieces;
    size_t count, cap, joints;
};

/* The run's last or first bytes that stand in the sheet, whole words: half an address is another
 * address. */
static size_t tail_from(struct rx_str s)
{
    size_t from = s.n > SIDE_MAX ? s.n - SIDE_MAX : 0;
    while (from > 0 && from < s.n && !rx_is_space(s.p[from - 1]))
        from++;
    return from;
}

static size_t head_to(struct rx_str s)
{
    size_t to = s.n > SIDE_MAX ? SIDE_MAX : s.n;
    while (to > 0 && to < s.n && !rx_is_space(s.p[to]))
        to--;
    return to;
}

static int add(struct chain *ch, const struct doc_span *span, size_t from, size_t to)
{
    struct piece *moved =
        rx_arena_grow(ch->c->arena, ch->pieces, ch->count, &ch->cap, sizeof *ch->pieces);
    if (!moved)
        return RX_EFULL;
    ch->pieces = moved;
    moved[ch->count++] = (struct piece){.span = *span, .skip = from, .cut = span->text.n - to};
    return 0;
}

int inline_sheet(struct sheet *out, struct collect *c)
{
    const struct doc *d = c->doc;
    struct chain ch = {.c = c};
    bool open = false; /* the last run stands in the sheet to its end */
    int rc = 0;
    *out = (struct sheet){.kind = SHEET_TEXT};
    for (size_t i = 0; i + 1 < d->text_count && rc == 0; i++) {
        const struct doc_span *a = &d->texts[i], *b = a + 1;
        /* Most runs end and begin with what nothing crosses, however near: then the gap need not
         * be read. */
        const bool might = may_cross(a->text, b->text, GAP_HOLLOW);
        const enum gap gap = might ? gap_between(d, a, b) : GAP_WIDE;
        if (!may_cross(a->text, b->text, gap)) {
            open = false;
            continue;
        }
        if (ch.joints++ == JOINTS_MAX) {
            c->out->cut = true;
            break;
        }
        if (!open)
            rc = add(&ch, a, tail_from(a->text), a->text.n);
        if (rc == 0)
            ch.pieces[ch.count - 1].glue = glue_of(a->text, b->text, gap);
        if (rc == 0)
            rc = add(&ch, b, 0, head_to(b->text));
        open = b->text.n <= SIDE_MAX;
    }
    return rc == 0 && ch.count ? sheet_join(out, c, ch.pieces, ch.count) : rc;
}

/* ---- words ---------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return rx_is_alpha(c) || (c & 0x80);
}

static size_t last_word(struct rx_str s)
{
    size_t from = s.n;
    while (from > 0 && s.n - from < SIDE_MAX && is_letter(s.p[from - 1]))
        from--;
    return from;
}

static size_t first_word(struct rx_str s)
{
    size_t to = 0;
    while (to < s.n && to < SIDE_MAX && is_letter(s.p[to]))
        to++;
    return to;
}

static bool is_joint(enum gap gap)
{
    return gap == GAP_NONE || gap == GAP_HOLLOW;
}

int inline_words(struct rx_str *out, struct collect *c)
{
    const struct doc *d = c->doc;
    struct chain ch = {.c = c};
    struct sheet sheet = {.kind = SHEET_TEXT};
    bool open = false; /* the last run is one word, and stands there whole */
    int rc = 0;
    *out = (struct rx_str){0};
    for (size_t i = 0; i + 1 < d->text_count && rc == 0; i++) {
        const struct doc_span *a = &d->texts[i], *b = a + 1;
        const size_t from = last_word(a->text), to = first_word(b->text);
        if (from == a->text.n || to == 0 || !is_joint(gap_between(d, a, b))) {
            open = false;
            continue;
        }
        if (ch.joints++ == JOINTS_MAX) {
            c->out->cut = true;
            break;
        }
        if (!open)
            rc = add(&ch, a, from, a->text.n);
        if (rc == 0)
            ch.pieces[ch.count - 1].glue = PIECE_GLUED;
        if (rc == 0)
            rc = add(&ch, b, 0, to);
        open = to == b->text.n;
    }
    if (rc == 0 && ch.count)
        rc = sheet_join(&sheet, c, ch.pieces, ch.count);
    *out = sheet.text;
    return rc;
}
