/* language.c - what language a page is written in (language.h), class language.
 *
 * A script that one language of the web's trade uses tells it; in Latin and Cyrillic letters the
 * little words do. What the text tells stands before what the page declares (lang=""): templates
 * declare English for pages in any language. A page of too few words has the declared one. */
#include "crawler/extract/language.h"

#include "base/digest.h"
#include "base/escape.h"
#include "crawler/extract/families.h"

#include <stdlib.h>

/* SLOTS: several times the words of the table. HITS_LEAST: little words that must be found;
 * LETTERS_LEAST: letters of a script. */
enum { LANGUAGES_MAX = 31, SLOTS = 2048, WORDS_MAX = 900, HITS_LEAST = 4, LETTERS_LEAST = 20 };
enum { SHARE_LEAST = 12 }; /* of a hundred words */
enum { TEXT_MOST = 4096, WORD_MOST = 24, CODE_BYTES = 2 };

struct word {
    struct rx_str text;
    uint32_t languages; /* bits by row */
};

struct languages {
    struct rx_str codes[LANGUAGES_MAX];
    size_t count, words;
    struct word slots[SLOTS]; /* open addressing; never full */
};

/* ---- the table -------------------------------------------------------------------------------
 */

static size_t slot_of(const struct languages *l, struct rx_str word)
{
    for (size_t i = (size_t)rx_hash64(word);; i++) {
        const struct word *slot = &l->slots[i & (SLOTS - 1)];
        if (slot->text.n == 0 || rx_str_eq(slot->text, word))
            return i & (SLOTS - 1);
    }
}

static int parse_row(struct languages *l, struct rx_str line)
{
    struct rx_str words, word;
    if (l->count == LANGUAGES_MAX)
        return RX_EFULL;
    if (!rx_str_cut(line, '\t', &l->codes[l->count], &words) || l->codes[l->count].n != CODE_BYTES)
        return RX_EINVAL;
    while (words.n > 0) {
        rx_str_cut(words, ' ', &word, &words);
        struct word *slot = &l->slots[slot_of(l, word)];
        if (word.n == 0 || word.n > WORD_MOST)
            return RX_EINVAL;
        if (slot->text.n == 0 && l->words++ == WORDS_MAX)
            return RX_EFULL;
        slot->text = word;
        slot->languages |= UINT32_C(1) << l->count;
    }
    l->count++;
    return 0;
}

int languages_new(struct languages **out, struct rx_str text, struct rx_err *err)
{
    struct languages *l = calloc(1, sizeof *l);
    if (!l)
        return rx_fail(err, RX_ENOMEM, "no memory for the languages");
    for (unsigned number = 1; text.n > 0; number++) {
        struct rx_str line;
        rx_str_cut(text, '\n', &line, &text);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        int rc = parse_row(l, line);
        if (rc < 0) {
            languages_free(l);
            return rx_fail(err, rc, "languages.tsv:%u: not CODE, WORDS, or too many", number);
        }
    }
    *out = l;
    return 0;
}

void languages_free(struct languages *l)
{
    free(l);
}

/* ---- scripts ---------------------------------------------------------------------------------
 */

enum script { HAN, KANA, HANGUL, ARABIC, PERSIAN, HEBREW, GREEK, THAI, HINDI, GEORGIAN, SCRIPTS };

static const struct {
    uint32_t from, to;
    enum script script;
} ranges[] = {
    {0x370, 0x3ff, GREEK},    {0x5d0, 0x5ea, HEBREW},  {0x67e, 0x67e, PERSIAN},
    {0x686, 0x686, PERSIAN},  {0x698, 0x698, PERSIAN}, {0x6a9, 0x6a9, PERSIAN},
    {0x6af, 0x6af, PERSIAN},  {0x6cc, 0x6cc, PERSIAN}, {0x621, 0x64a, ARABIC},
    {0x900, 0x97f, HINDI},    {0xe01, 0xe3a, THAI},    {0x10d0, 0x10ff, GEORGIAN},
    {0x1100, 0x11ff, HANGUL}, {0x3041, 0x30ff, KANA},  {0x4e00, 0x9fff, HAN},
    {0xac00, 0xd7a3, HANGUL},
};

static void count_letter(uint32_t counts[SCRIPTS], uint32_t c)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].from && c <= ranges[i].to) {
            counts[ranges[i].script]++;
            return;
        }
}

/* The language of the script that most letters are of, if that is not Latin or Cyrillic. */
static struct rx_str by_script(const uint32_t counts[SCRIPTS], uint32_t latin)
{
    static const char *const codes[SCRIPTS] = {"zh", "ja", "ko", "ar", "fa",
                                               "he", "el", "th", "hi", "ka"};
    uint32_t of[SCRIPTS];
    size_t best = 0;
    memcpy(of, counts, sizeof of);
    if (of[KANA] * 10 > of[HAN]) { /* Japanese is written in both */
        of[KANA] += of[HAN];
        of[HAN] = 0;
    }
    if (of[PERSIAN] * 12 > of[ARABIC]) { /* Persian has letters that Arabic lacks */
        of[PERSIAN] += of[ARABIC];
        of[ARABIC] = 0;
    }
    for (size_t i = 1; i < SCRIPTS; i++)
        best = of[i] > of[best] ? i : best;
    /* a sign of Chinese says as much as two or three letters: brands in Latin do not outweigh it */
    if (of[best] < LETTERS_LEAST || of[best] * 3 < latin)
        return (struct rx_str){0};
    return rx_str(codes[best]);
}

/* ---- words -----------------------------------------------------------------------------------
 */

/* Latin and Cyrillic capitals to small letters, in place; others stay. */
static void fold_word(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char a = (unsigned char)p[i], b = i + 1 < n ? (unsigned char)p[i + 1] : 0;
        p[i] = rx_lower(p[i]);
        if ((a == 0xc3 && b >= 0x80 && b <= 0x9e && b != 0x97) ||
            (a == 0xd0 && b >= 0x90 && b <= 0x9f))
            p[i + 1] = (char)(b + 0x20);
        else if (a == 0xd0 && b >= 0xa0 && b <= 0xaf) {
            p[i] = (char)0xd1;
            p[i + 1] = (char)(b - 0x20);
        }
        i += a >= 0x80 && b >= 0x80;
    }
}

static void count_word(const struct languages *l, uint32_t *hits, struct rx_str word)
{
    char room[WORD_MOST];
    if (word.n > WORD_MOST)
        return;
    memcpy(room, word.p, word.n);
    fold_word(room, word.n);
    const struct word *slot = &l->slots[slot_of(l, rx_strn(room, word.n))];
    for (size_t i = 0; slot->languages >> i; i++)
        hits[i] += slot->languages >> i & 1;
}

/* The language whose little words are most, a quarter more than the next one's and enough of all
 * words: what the table lacks shares some with what it has. */
static struct rx_str by_words(const struct languages *l, const uint32_t *hits, uint32_t words)
{
    size_t best = 0;
    uint32_t next = 0;
    for (size_t i = 1; i < l->count; i++)
        best = hits[i] > hits[best] ? i : best;
    for (size_t i = 0; i < l->count; i++)
        next = i != best && hits[i] > next ? hits[i] : next;
    if (hits[best] < HITS_LEAST || hits[best] * 4 < next * 5 ||
        hits[best] * 100 < words * SHARE_LEAST)
        return (struct rx_str){0};
    return l->codes[best];
}

struct rx_str languages_of(const struct languages *l, struct rx_str text)
{
    uint32_t hits[LANGUAGES_MAX] = {0}, counts[SCRIPTS] = {0}, latin = 0, words = 0;
    text = rx_str_sub(text, 0, TEXT_MOST);
    for (size_t i = 0, from = 0; i <= text.n;) {
        const size_t plain = i;
        while (i < text.n && rx_is_alpha(text.p[i]))
            i++;
        latin += (uint32_t)(i - plain);
        size_t next = i + 1;
        uint32_t c = ' ';
        if (i < text.n && (text.p[i] & 0x80)) {
            next = i;
            c = rx_utf8_next(text, &next);
            count_letter(counts, c);
        } else if (i < text.n) {
            c = (unsigned char)text.p[i];
        }
        const bool letter = c >= 0xc0;
        latin += letter && c < 0x250;
        if (!letter) {
            words += i > from;
            if (i > from)
                count_word(l, hits, rx_strn(text.p + from, i - from));
            from = next;
        }
        i = next;
    }
    struct rx_str code = by_script(counts, latin);
    return code.n ? code : by_words(l, hits, words);
}

/* ---- the page --------------------------------------------------------------------------------
 */

/* "de-AT" as "de"; empty for what is none. */
static struct rx_str declared(char out[CODE_BYTES], struct rx_str lang)
{
    lang = rx_str_trim(lang);
    bool code = lang.n >= CODE_BYTES && rx_is_alpha(lang.p[0]) && rx_is_alpha(lang.p[1]) &&
                (lang.n == CODE_BYTES || lang.p[2] == '-' || lang.p[2] == '_');
    out[0] = code ? rx_lower(lang.p[0]) : ' ';
    out[1] = code ? rx_lower(lang.p[1]) : ' ';
    return rx_strn(out, code ? CODE_BYTES : 0);
}

void language_collect(const struct family_page *p)
{
    char room[CODE_BYTES];
    struct rx_str code = languages_of(p->languages, p->sheets[SHEET_TEXT].text);
    if (code.n == 0)
        code = declared(room, p->c->doc->lang);
    collect_put(p->c, "language", code, &(struct sight){.place = RX_PLACE_TEXT});
}
