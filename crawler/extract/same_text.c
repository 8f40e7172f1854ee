/* same_text.c - see same_text.h.
 *
 * The text is copied in small letters, masks write blanks into the copy, then its words are read
 * once. What is masked leaves no gap: the words around it become neighbours, in all shops alike. */
#include "crawler/extract/same_text.h"

#include "base/digest.h"

enum { NAME_MAX_BYTES = 63, NAME_MIN_BYTES = 4 };

struct name {
    char p[NAME_MAX_BYTES]; /* letters and digits only, small */
    size_t n;
};

struct masked {
    char *p; /* the copy */
    size_t n;
    struct name names[SAME_NAMES_MAX];
    size_t name_count;
};

/* ---- what is a letter ------------------------------------------------------------------------ */

enum glyph { GLYPH_BLANK, GLYPH_LETTER, GLYPH_WORD };

/* Of the copy, whose letters are small. Two ranges without a branch between them. */
static inline bool is_plain(char c)
{
    return ((unsigned char)(c - 'a') < 26) | ((unsigned char)(c - '0') < 10);
}

/* The character at i, with its bytes. Outside ASCII nearly all are letters; those that are not and
 * that shops write are the signs of Latin-1, general punctuation with the currencies, and the
 * punctuation of the scripts without blanks, whose characters (U+3040 to U+9FFF) are words each. */
static inline enum glyph glyph_at(const struct masked *m, size_t i, size_t *bytes)
{
    unsigned char c = (unsigned char)m->p[i];
    *bytes = 1;
    if (c < 0x80)
        return is_plain((char)c) ? GLYPH_LETTER : GLYPH_BLANK;
    *bytes = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (*bytes > m->n - i)
        *bytes = m->n - i;
    unsigned char next = *bytes > 1 ? (unsigned char)m->p[i + 1] : 0;
    if (c == 0xc2 || (c == 0xe2 && next < 0x84) || (c == 0xe3 && next == 0x80) ||
        (c == 0xef && next >= 0xb8))
        return GLYPH_BLANK;
    return c >= 0xe3 && c <= 0xe9 ? GLYPH_WORD : GLYPH_LETTER;
}

/* ---- masks ------------------------------------------------------------------------------------
 */

/* Small letters, and one kind of blank. Only what is rare is branched on: this is asked of every
 * byte. */
static inline char small(char c)
{
    unsigned char byte = (unsigned char)c;
    if (byte < ' ')
        return rx_is_space(c) ? ' ' : c;
    unsigned capital = (unsigned char)(byte - 'A') < 26;
    return (char)(byte | capital << 5);
}

static int copy_small(struct masked *m, struct rx_arena *arena, struct rx_str text)
{
    m->p = rx_arena_alloc(arena, text.n + 1);
    if (!m->p)
        return RX_EFULL;
    for (size_t i = 0; i < text.n; i++)
        m->p[i] = small(text.p[i]);
    m->n = text.n;
    return 0;
}

/* A drug with the rest of its word: "sildenafilum" is found by its stem. */
static void mask_drug(void *ctx, const struct lexicon_hit *hit)
{
    struct masked *m = ctx;
    size_t from = hit->from, to = hit->to;
    while (to < m->n && rx_is_alnum(m->p[to]))
        to++;
    memset(m->p + from, ' ', to - from);
}

/* All of a blank-delimited piece that holds the mark: addresses of pages and mailboxes. */
static void mask_around(struct masked *m, struct rx_str mark)
{
    for (size_t at = 0; at < m->n;) {
        ptrdiff_t found = rx_str_find(rx_strn(m->p, m->n), mark, at);
        if (found < 0)
            return;
        size_t from = (size_t)found, to = from;
        while (from > at && m->p[from - 1] != ' ')
            from--;
        while (to < m->n && m->p[to] != ' ')
            to++;
        memset(m->p + from, ' ', to - from);
        at = to;
    }
}

/* A host's first label, or a brand's letters and digits. */
static void add_name(struct masked *m, struct rx_str text)
{
    struct name *name = &m->names[m->name_count];
    struct rx_str label, rest;
    if (rx_str_chr(text, ' ', 0) < 0 && rx_str_cut(text, '.', &label, &rest))
        text = label;
    name->n = 0;
    for (size_t i = 0; i < text.n && name->n < NAME_MAX_BYTES; i++)
        if (rx_is_alnum(text.p[i]) || (text.p[i] & 0x80))
            name->p[name->n++] = rx_lower(text.p[i]);
    m->name_count += name->n >= NAME_MIN_BYTES;
}

/* ---- words ------------------------------------------------------------------------------------
 */

struct word {
    size_t from, to;
    bool digit;
};

static bool next_word(const struct masked *m, size_t at, struct word *out)
{
    size_t bytes;
    enum glyph g = GLYPH_BLANK;
    while (at < m->n && (g = glyph_at(m, at, &bytes)) == GLYPH_BLANK)
        at += bytes;
    if (at >= m->n)
        return false;
    *out = (struct word){.from = at, .to = at + bytes};
    if (g == GLYPH_WORD)
        return true;
    for (;;) {
        while (at < m->n && is_plain(m->p[at]))
            out->digit |= rx_is_digit(m->p[at++]);
        if (at >= m->n || !(m->p[at] & 0x80) || glyph_at(m, at, &bytes) != GLYPH_LETTER)
            break;
        at += bytes;
    }
    out->to = at;
    return true;
}

/* Do the words from w on spell the name, together ("Best Pills 24")? Returns where they end, with
 * the ending of a host behind them (".com"); 0: they do not. */
static size_t spells(const struct masked *m, struct word w, const struct name *name)
{
    size_t done = 0, bytes;
    for (;;) {
        size_t n = w.to - w.from;
        if (n > name->n - done || memcmp(m->p + w.from, name->p + done, n) != 0)
            return 0;
        done += n;
        if (done == name->n)
            break;
        if (!next_word(m, w.to, &w))
            return 0;
    }
    size_t end = w.to;
    while (end + 1 < m->n && m->p[end] == '.' && glyph_at(m, end + 1, &bytes) == GLYPH_LETTER) {
        if (!next_word(m, end, &w))
            break;
        end = w.to;
    }
    return end;
}

static size_t end_of_name(const struct masked *m, struct word w)
{
    for (size_t i = 0; i < m->name_count; i++) {
        size_t end = m->p[w.from] == m->names[i].p[0] ? spells(m, w, &m->names[i]) : 0;
        if (end > 0)
            return end;
    }
    return 0;
}

/* ---- sketches ---------------------------------------------------------------------------------
 */

/* Any odd number; fixed for good, as all that goes into a sketch. */
#define MULTIPLIER UINT64_C(0x9fb21c651e98df25)

/* The order of its words counts. */
static uint64_t shingle(const uint64_t ring[SAME_SHINGLE], size_t words)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < SAME_SHINGLE; i++)
        hash = hash * MULTIPLIER + ring[(words + i) % SAME_SHINGLE];
    return hash;
}

static void sketch_words(struct same_text *out, const struct masked *m)
{
    struct rx_minhash shingles = RX_MINHASH;
    uint64_t ring[SAME_SHINGLE];
    struct word w;
    size_t words = 0;
    for (size_t at = 0; next_word(m, at, &w);) {
        size_t end = end_of_name(m, w);
        at = end > 0 ? end : w.to;
        if (end > 0 || w.digit)
            continue;
        ring[words++ % SAME_SHINGLE] = rx_hash64(rx_strn(m->p + w.from, w.to - w.from));
        if (words >= SAME_SHINGLE)
            rx_minhash_add(&shingles, shingle(ring, words));
    }
    out->words = words < UINT32_MAX ? (uint32_t)words : UINT32_MAX;
    (void)rx_minhash_end(&out->shingles, &shingles); /* none: it stays zero */
}

/* Of small letters, any run of blanks as one. A q-gram in sixteen counts, by its hash: it is the
 * same ones in all pages, so likeness stays what it is. */
static void sketch_qgrams(struct same_text *out, const struct masked *m)
{
    struct rx_minhash grams = RX_MINHASH;
    uint32_t gram = 0;
    size_t taken = 0;
    char last = ' ';
    for (size_t i = 0; i < m->n; i++) {
        char c = m->p[i];
        if (c == ' ' && last == ' ')
            continue;
        last = c;
        gram = gram << 8 | (unsigned char)c;
        if (++taken >= SAME_QGRAM && gram * 0x9e3779b1u >> 28 == 0)
            rx_minhash_add(&grams, gram);
    }
    (void)rx_minhash_end(&out->qgrams, &grams);
}

int same_text(struct same_text *out, struct rx_arena *arena, const struct lexicon *lex,
              const struct lexicon_text *text, const struct rx_str *names, size_t name_count)
{
    struct masked m = {0};
    struct same_text same = {0};
    for (size_t i = 0; i < name_count && i < SAME_NAMES_MAX; i++)
        add_name(&m, names[i]);
    int rc = copy_small(&m, arena, text->text);
    if (rc)
        return rc;
    sketch_qgrams(&same, &m);
    lexicon_find(lex, text, LEXICON_DRUGS, mask_drug, &m);
    mask_around(&m, RX_STR("@"));
    mask_around(&m, RX_STR("://"));
    mask_around(&m, RX_STR("www."));
    sketch_words(&same, &m);
    *out = same;
    return 0;
}
