/* lexicon.c - see lexicon.h. The database reports where a literal ends; whether it stands as a word
 * there is looked up in the text. A letter outside ASCII is a sequence of bytes >= 0x80, so a
 * boundary is a byte that is neither alphanumeric nor one of these. */
#include "crawler/extract/lexicon.h"

#include "crawler/extract/scratch.h"

#include <hs/hs.h>
#include <stdlib.h>

enum {
    WORDS_MAX = 4096,
    WORD_MAX = 80,
    PLACES_MAX = 65536 /* of one text that are kept; a page of honest length has a few hundred */
};

struct word {
    enum lexicon_kind kind;
    uint16_t name; /* index of its line */
    uint16_t n;
    bool open_left, open_right, glued;
};

struct lexicon {
    struct word words[WORDS_MAX];
    size_t count;
    size_t names; /* lines */
    struct rx_str name_texts[LEXICON_NAMES_MAX];
    /* By the first byte of a label: bits of the lengths that labels with it have. */
    uint64_t label_sizes[256][2];
    struct hs_database *db;
    struct scratch *scratch;
};

/* The literals while they are compiled. */
struct literals {
    char text[WORDS_MAX][WORD_MAX + 1];
    const char *p[WORDS_MAX];
    size_t n[WORDS_MAX];
    unsigned flags[WORDS_MAX], ids[WORDS_MAX];
};

static const char *const kind_names[LEXICON_KINDS] = {
    "drug",    "trade",   "claim",   "cart",    "shop",    "payment", "prescription",
    "licence", "parked",  "counter", "waiver",  "shelf",   "label",   "review",
    "billing", "promise", "carrier", "country", "provider"};

/* Cyrillic small letters U+0430..U+044F to capitals, in place; others stay. */
static bool capitalise(char *p)
{
    unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];
    if (a == 0xd0 && b >= 0xb0 && b <= 0xbf) {
        p[1] = (char)(b - 0x20);
        return true;
    }
    if (a == 0xd1 && b >= 0x80 && b <= 0x8f) {
        p[0] = (char)0xd0;
        p[1] = (char)(b + 0x20);
        return true;
    }
    return false;
}

static void note_label(struct lexicon *lex, const char *text, size_t n)
{
    lex->label_sizes[(unsigned char)rx_lower(text[0])][n / 64] |= UINT64_C(1) << n % 64;
}

/* Is there a label of that size that begins so? Nearly no text of a page is one, and a search for
 * it costs more than the text is long. */
static bool may_be_label(const struct lexicon *lex, struct rx_str text)
{
    return text.n > 0 && text.n <= WORD_MAX &&
           lex->label_sizes[(unsigned char)rx_lower(text.p[0])][text.n / 64] >> text.n % 64 & 1;
}

static int add_literal(struct lexicon *lex, struct literals *lit, struct word word,
                       struct rx_str text, bool capital)
{
    size_t i = lex->count;
    if (i == WORDS_MAX || text.n == 0 || text.n > WORD_MAX)
        return RX_EFULL;
    memcpy(lit->text[i], text.p, text.n);
    lit->text[i][text.n] = '\0';
    if (capital && !capitalise(lit->text[i]))
        return 0;
    lit->p[i] = lit->text[i];
    lit->n[i] = text.n;
    lit->flags[i] = HS_FLAG_CASELESS;
    lit->ids[i] = (unsigned)i;
    if (word.kind == LEXICON_LABEL)
        note_label(lex, lit->text[i], text.n);
    word.n = (uint16_t)text.n;
    lex->words[lex->count++] = word;
    return 0;
}

static int add_word(struct lexicon *lex, struct literals *lit, struct word word, struct rx_str text)
{
    if (rx_str_starts(text, RX_STR("+"))) {
        word.glued = true;
        text = rx_str_sub(text, 1, text.n);
    }
    if (rx_str_starts(text, RX_STR("*"))) {
        word.open_left = true;
        text = rx_str_sub(text, 1, text.n);
    }
    if (rx_str_ends(text, RX_STR("*"))) {
        word.open_right = true;
        text = rx_str_sub(text, 0, text.n - 1);
    }
    int rc = add_literal(lex, lit, word, text, false);
    return rc == 0 && text.n > 2 ? add_literal(lex, lit, word, text, true) : rc;
}

static int parse_line(struct lexicon *lex, struct literals *lit, struct rx_str line)
{
    struct rx_str kind, name, words, text;
    struct word word = {.name = (uint16_t)lex->names};
    if (!rx_str_cut(line, '\t', &kind, &words) || !rx_str_cut(words, '\t', &name, &words))
        return RX_EINVAL;
    while (word.kind < LEXICON_KINDS && !rx_str_eq(kind, rx_str(kind_names[word.kind])))
        word.kind++;
    if (word.kind == LEXICON_KINDS)
        return RX_EINVAL;
    if (lex->names == LEXICON_NAMES_MAX)
        return RX_EFULL;
    lex->name_texts[lex->names++] = name;
    for (int rc; words.n > 0;) {
        rx_str_cut(words, '|', &text, &words);
        if ((rc = add_word(lex, lit, word, text)) < 0)
            return rc;
    }
    return 0;
}

static int compile(struct lexicon *lex, struct literals *lit, struct rx_err *err)
{
    hs_compile_error_t *why = NULL;
    if (hs_compile_lit_multi(lit->p, lit->flags, lit->ids, lit->n, (unsigned)lex->count,
                             HS_MODE_BLOCK, NULL, &lex->db, &why) != HS_SUCCESS) {
        int rc = rx_fail(err, RX_EINVAL, "lexicon.tsv: %s", why->message);
        hs_free_compile_error(why);
        return rc;
    }
    if (scratch_new(&lex->scratch, lex->db) < 0)
        return rx_fail(err, RX_ENOMEM, "no memory for the lexicon's scratch");
    return 0;
}

int lexicon_new(struct lexicon **out, struct rx_str text, struct rx_err *err)
{
    struct lexicon *lex = calloc(1, sizeof *lex);
    struct literals *lit = malloc(sizeof *lit);
    int rc = 0;
    if (!lex || !lit) {
        free(lex);
        free(lit);
        return rx_fail(err, RX_ENOMEM, "no memory for the lexicon");
    }
    for (unsigned number = 1; rc == 0 && text.n > 0; number++) {
        struct rx_str line;
        rx_str_cut(text, '\n', &line, &text);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        rc = parse_line(lex, lit, line);
        if (rc < 0)
            rc = rx_fail(err, rc, "lexicon.tsv:%u: not KIND, NAME, WORDS, or too many", number);
    }
    if (rc == 0)
        rc = compile(lex, lit, err);
    free(lit);
    if (rc < 0) {
        lexicon_free(lex);
        return rc;
    }
    *out = lex;
    return 0;
}

void lexicon_free(struct lexicon *lex)
{
    if (!lex)
        return;
    scratch_free(lex->scratch);
    hs_free_database(lex->db);
    free(lex);
}

/* Where a word stands as a word. */
struct lexicon_place {
    uint32_t word, to;
};

/* One walk over the words of a text; each question fills in what it needs. */
struct walk {
    const struct lexicon *lex;
    struct rx_str text;
    bool (*on)(struct walk *w, const struct word *word, size_t to); /* true: seen enough */
    bool glued;      /* words marked so need not stand alone */
    unsigned wanted; /* bits 1 << kind */
    /* lexicon_count() */
    struct lexicon_count *count;
    /* Where the last waiver ended: its words demand nothing. Hits come in the order of their ends,
     * and a waiver begins with what it waives by; where both end together is_negated() sees it. */
    size_t waived_to;
    /* lexicon_find() */
    lexicon_hit_fn *hit;
    void *hit_ctx;
    /* lexicon_read() */
    struct lexicon_text *out;
    struct rx_arena *arena;
    size_t cap;
    int rc;
    /* says() */
    bool whole; /* only a word that is the whole text */
    bool found;
};

static bool is_letter(char c)
{
    return rx_is_alnum(c) || (c & 0x80);
}

static bool stands_alone(const struct walk *w, const struct word *word, size_t to)
{
    size_t from = to - word->n;
    return (word->open_left || from == 0 || !is_letter(w->text.p[from - 1])) &&
           (word->open_right || to == w->text.n || !is_letter(w->text.p[to]));
}

static bool ends_with_word(struct rx_str s, struct rx_str word)
{
    return s.n > word.n && s.p[s.n - word.n - 1] == ' ' &&
           rx_str_ieq(rx_str_sub(s, s.n - word.n, s.n), word);
}

/* "No prior prescription", "without any valid prescription": up to two words that may stand between
 * what turns the words and the words, taken off the end. */
static struct rx_str skip_between(struct rx_str before)
{
    static const char *const words[] = {"a ",        "an ",      "any ",      "the ",
                                        "prior ",    "valid ",   "doctor's ", "doctors ",
                                        "doctor’s ", "written ", "medical "};
    enum { BETWEEN_MOST = 2 };
    for (unsigned taken = 0; taken < BETWEEN_MOST; taken++) {
        size_t n = 0;
        for (size_t i = 0; i < sizeof words / sizeof words[0] && n == 0; i++)
            if (ends_with_word(before, rx_str(words[i])))
                n = strlen(words[i]);
        before.n -= n;
    }
    return before;
}

/* "No prescription required" demands none: what stands before the words, and turns them. */
static bool is_negated(struct rx_str text, size_t from)
{
    static const char *const turns[] = {"no ",           "not ",
                                        "non ",          "no longer ",
                                        "no se ",        "without ",
                                        "kein ",         "keine ",
                                        "keinen ",       "nicht ",
                                        "ohne ",         "sin ",
                                        "senza ",        "senza la ",
                                        "sans ",         "sem ",
                                        "não ",          "nie ",
                                        "bez ",          "не ",
                                        "без ",          "zonder ",
                                        "geen ",         "bisogno di ",
                                        "necesidad de ", "necessidade de ",
                                        "doesn't ",      "don't ",
                                        "aucune ",       "无需",
                                        "不需要"};
    struct rx_str before = skip_between(rx_str_sub(text, 0, from));
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        struct rx_str turn = rx_str(turns[i]);
        if (before.n < turn.n || !rx_str_ieq(rx_str_sub(before, before.n - turn.n, before.n), turn))
            continue;
        size_t at = before.n - turn.n;
        if (at == 0 || turn.p[turn.n - 1] != ' ' || !is_letter(text.p[at - 1]))
            return true;
    }
    return false;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                    void *ctx)
{
    (void)from;
    (void)flags;
    struct walk *w = ctx;
    const struct word *word = &w->lex->words[id];
    return ((w->glued && word->glued) || stands_alone(w, word, (size_t)to)) &&
           w->on(w, word, (size_t)to);
}

static void search(struct walk *w)
{
    if (w->text.n == 0)
        return;
    struct scratch *shared = w->lex->scratch;
    struct hs_scratch *scratch = w->text.n <= UINT32_MAX ? scratch_take(shared) : NULL;
    hs_error_t e = HS_NOMEM;
    if (scratch) {
        e = hs_scan(w->lex->db, w->text.p, (unsigned)w->text.n, 0, scratch, on_match, w);
        scratch_give(shared, scratch);
    }
    if (e != HS_SUCCESS && e != HS_SCAN_TERMINATED)
        scratch_note_failure(shared);
}

static void walk_text(struct walk *w, const struct lexicon_text *text)
{
    w->text = text->text;
    if (!text->places) {
        search(w);
        return;
    }
    for (size_t i = 0; i < text->count; i++)
        if (w->on(w, &w->lex->words[text->places[i].word], text->places[i].to))
            return;
}

bool lexicon_failed(const struct lexicon *lex)
{
    return scratch_had_failure(lex->scratch);
}

/* ---- what is asked ----------------------------------------------------------------------------
 */

static bool keep_place(struct walk *w, const struct word *word, size_t to)
{
    struct lexicon_text *out = w->out;
    struct lexicon_place *places =
        out->count < PLACES_MAX
            ? rx_arena_grow(w->arena, out->places, out->count, &w->cap, sizeof *places)
            : NULL;
    if (!places) {
        w->rc = out->count < PLACES_MAX ? RX_EFULL : 0;
        *out = (struct lexicon_text){.text = w->text};
        return true;
    }
    places[out->count++] = (struct lexicon_place){(uint32_t)(word - w->lex->words), (uint32_t)to};
    out->places = places;
    return false;
}

int lexicon_read(struct lexicon_text *out, struct rx_arena *arena, const struct lexicon *lex,
                 struct rx_str text)
{
    struct lexicon_text read = {.text = text};
    struct walk w = {.lex = lex, .text = text, .on = keep_place, .out = &read, .arena = arena};
    search(&w);
    if (w.rc == 0)
        *out = read;
    return w.rc;
}

static bool count_word(struct walk *w, const struct word *word, size_t to)
{
    struct lexicon_count *count = w->count;
    const size_t from = to - word->n;
    if (word->kind == LEXICON_PRESCRIPTION && (from < w->waived_to || is_negated(w->text, from)))
        return false;
    if (word->kind == LEXICON_WAIVER)
        w->waived_to = to;
    count->words[word->kind]++;
    uint64_t bit = UINT64_C(1) << word->name % 64;
    if (count->named[word->name / 64] & bit)
        return false;
    count->named[word->name / 64] |= bit;
    count->drugs += word->kind == LEXICON_DRUG;
    count->counter += word->kind == LEXICON_COUNTER;
    count->claims += word->kind == LEXICON_CLAIM;
    return false;
}

void lexicon_count(const struct lexicon *lex, const struct lexicon_text *text,
                   struct lexicon_count *count)
{
    struct walk w = {.lex = lex, .on = count_word, .count = count};
    walk_text(&w, text);
}

void lexicon_scan(const struct lexicon *lex, struct rx_str text, struct lexicon_count *count)
{
    lexicon_count(lex, &(struct lexicon_text){.text = text}, count);
}

static bool tell_hit(struct walk *w, const struct word *word, size_t to)
{
    const struct lexicon_hit hit = {word->kind, w->lex->name_texts[word->name], to - word->n, to};
    if (w->wanted & 1u << word->kind)
        w->hit(w->hit_ctx, &hit);
    return false;
}

void lexicon_find(const struct lexicon *lex, const struct lexicon_text *text, unsigned kinds,
                  lexicon_hit_fn *fn, void *ctx)
{
    struct walk w = {.lex = lex, .on = tell_hit, .wanted = kinds, .hit = fn, .hit_ctx = ctx};
    walk_text(&w, text);
}

static bool find_wanted(struct walk *w, const struct word *word, size_t to)
{
    (void)to;
    w->found = (w->wanted & 1u << word->kind) && (!w->whole || word->n == w->text.n);
    return w->found;
}

static bool says(const struct lexicon *lex, struct rx_str text, unsigned wanted, bool whole)
{
    struct walk w = {.lex = lex,
                     .text = text,
                     .on = find_wanted,
                     .wanted = wanted,
                     .glued = true,
                     .whole = whole};
    search(&w);
    return w.found;
}

bool lexicon_is_trade(const struct lexicon *lex, struct rx_str text)
{
    return says(lex, text,
                1u << LEXICON_DRUG | 1u << LEXICON_COUNTER | 1u << LEXICON_TRADE |
                    1u << LEXICON_CLAIM | 1u << LEXICON_WAIVER | 1u << LEXICON_SHELF,
                false);
}

bool lexicon_names_drug(const struct lexicon *lex, struct rx_str text)
{
    return says(lex, text, LEXICON_DRUGS, false);
}

bool lexicon_is_label(const struct lexicon *lex, struct rx_str label)
{
    return may_be_label(lex, label) && says(lex, label, 1u << LEXICON_LABEL, true);
}
