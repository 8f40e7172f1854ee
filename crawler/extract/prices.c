/* prices.c - see prices.h.
 *
 * A price is a number with a currency directly before or after it: a sign of Unicode's category Sc,
 * a code or a word, glued or with blanks between (line ends too: many shops set the sign in an
 * element of its own, which is a text run of its own). A sign belongs to one number only: one that
 * closed a price does not open the next, and one glued to the number on its right is that one's. */
#include "crawler/extract/prices.h"

#include "base/escape.h"

/* NUMBERS_MAX: more prices than that say nothing more. */
enum { NUMBERS_MAX = 5000, BLANKS_MAX = 12, CURRENCY_BYTES = 8 };

/* The characters of category Sc (Unicode 15.1), ranges from low to high. */
static const struct range {
    uint32_t from, to;
} currency_signs[] = {
    {0x24, 0x24},       {0xa2, 0xa5},     {0x58f, 0x58f},   {0x60b, 0x60b},     {0x7fe, 0x7ff},
    {0x9f2, 0x9f3},     {0x9fb, 0x9fb},   {0xaf1, 0xaf1},   {0xbf9, 0xbf9},     {0xe3f, 0xe3f},
    {0x17db, 0x17db},   {0x20a0, 0x20c0}, {0xa838, 0xa838}, {0xfdfc, 0xfdfc},   {0xfe69, 0xfe69},
    {0xff04, 0xff04},   {0xffe0, 0xffe1}, {0xffe5, 0xffe6}, {0x11fdd, 0x11fe0}, {0x1e2ff, 0x1e2ff},
    {0x1ecb0, 0x1ecb0},
};

/* Blanks, dashes, quotes, arrows, boxes and pictures: not part of a word, in any script. */
static const struct range no_letters[] = {
    {0x80, 0xa1},     {0xa6, 0xa9},     {0xab, 0xb4},     {0xb6, 0xb9},     {0xbb, 0xbf},
    {0xd7, 0xd7},     {0xf7, 0xf7},     {0x2000, 0x200b}, {0x200e, 0x206f}, {0x2190, 0x2bff},
    {0x3000, 0x3003}, {0x3008, 0x3020}, {0xfe0e, 0xfe0f}, {0xff01, 0xff0f}, {0x1f000, 0x1fbff},
};

static bool in_ranges(const struct range *r, size_t count, uint32_t c)
{
    for (size_t i = 0; i < count && c >= r[i].from; i++)
        if (c <= r[i].to)
            return true;
    return false;
}

static bool is_sign(uint32_t c)
{
    return in_ranges(currency_signs, sizeof currency_signs / sizeof currency_signs[0], c);
}

static bool is_letter(uint32_t c)
{
    if (c < 0x80)
        return rx_is_alpha((char)c);
    return !is_sign(c) && !in_ranges(no_letters, sizeof no_letters / sizeof no_letters[0], c);
}

static bool is_blank(uint32_t c)
{
    return (c < 0x80 && rx_is_space((char)c)) || c == 0xa0 || c == 0x202f || c == 0x3000 ||
           (c >= 0x2000 && c <= 0x200b);
}

/* The character at `at`, 0 at the end; *next is behind it. */
static inline uint32_t char_at(struct rx_str s, size_t at, size_t *next)
{
    *next = at;
    if (at >= s.n)
        return 0;
    if (s.p[at] & 0x80)
        return rx_utf8_next(s, next);
    *next = at + 1;
    return (unsigned char)s.p[at];
}

/* The character that ends before `at`, 0 at the start; *from is where it begins. */
static uint32_t char_before(struct rx_str s, size_t at, size_t *from)
{
    size_t end;
    *from = at;
    if (at == 0)
        return 0;
    do
        --*from;
    while (*from > 0 && at - *from < 4 && ((unsigned char)s.p[*from] & 0xc0) == 0x80);
    return char_at(s, *from, &end);
}

static bool letter_at(struct rx_str s, size_t at)
{
    size_t next;
    return at < s.n && is_letter(char_at(s, at, &next));
}

static bool letter_before(struct rx_str s, size_t at)
{
    size_t from;
    return is_letter(char_before(s, at, &from));
}

static size_t number_at(struct rx_str s, size_t at)
{
    size_t end = at;
    while (end < s.n && end - at < 12 &&
           (rx_is_digit(s.p[end]) ||
            ((s.p[end] == '.' || s.p[end] == ',') && end + 1 < s.n && rx_is_digit(s.p[end + 1]))))
        end++;
    return end;
}

/* ---- currencies, strengths, packs -------------------------------------------------------------
 */

/* Written as shops write them; codes that are words of a language as well (ALL, TRY) are not here.
 */
#define W(word) RX_STR_INIT(word)
static const struct rx_str currencies[] = {
    W("USD"), W("EUR"), W("GBP"), W("AUD"), W("CAD"),  W("NZD"),  W("CHF"), W("JPY"),
    W("CNY"), W("RMB"), W("INR"), W("RUB"), W("RUR"),  W("SEK"),  W("NOK"), W("DKK"),
    W("PLN"), W("CZK"), W("HUF"), W("BGN"), W("UAH"),  W("BRL"),  W("MXN"), W("ZAR"),
    W("KES"), W("TZS"), W("NGN"), W("SGD"), W("HKD"),  W("TWD"),  W("THB"), W("MYR"),
    W("IDR"), W("VND"), W("KRW"), W("ILS"), W("AED"),  W("SAR"),  W("EGP"), W("usd"),
    W("eur"), W("gbp"), W("chf"), W("Eur"), W("Euro"), W("euro"), W("EURO")};
static const struct rx_str before_only[] = {W("Rs"),  W("Rs."), W("TSh"), W("Tsh"),
                                            W("Ksh"), W("KSh"), W("Kr"),  W("kr"),
                                            W("kr."), W("Fr."), W("RM")};
static const struct rx_str after_only[] = {
    W("euros"), W("Euros"), W("руб"), W("Руб"), W("РУБ"), W("р."), W("грн"), W("лв"),
    W("元"),    W("円"),    W("원"),  W("บาท"), W("kr"),  W("Kr"), W("zł"),  W("Kč"),
    W("Ft"),    W("lei"),   W("TL"),  W("TSh"), W("Tsh"), W("/=")};
static const struct rx_str strengths[] = {W("mg"), W("mcg"), W("µg"), W("μg"),
                                          W("ml"), W("iu"),  W("мг"), W("毫克")};
static const struct rx_str packs[] = {
    W("pill"),  W("tab"),       W("cap"),       W("tablet"),      W("capsule"),   W("tabletten"),
    W("stück"), W("pillen"),    W("pills"),     W("tablets"),     W("caps"),      W("capsules"),
    W("tabs"),  W("comprimés"), W("compresse"), W("comprimidos"), W("pastillas"), W("таблет"),
    W("片"),    W("粒"),        W("顆"),        W("vial"),        W("vials"),     W("ampoules")};
#undef W
#define LIST(words) words, sizeof(words) / sizeof((words)[0])

/* The pairs of bytes with which the words of the lists begin or end. Most numbers of a page stand
 * beside none of them, and a look here saves a hundred comparisons. */
struct gates {
    bool ends[256];   /* by pair_of() the last two of what may open a price */
    bool begins[256]; /* the first two of what may close one */
    bool doses[256];  /* the first two of a strength or a pack, in lower case */
};

static size_t pair_of(char first, char second)
{
    return (unsigned char)(first * 7 + second);
}

static bool pair_at(const bool *gate, struct rx_str s, size_t at)
{
    return at + 1 < s.n && gate[pair_of(s.p[at], s.p[at + 1])];
}

static void mark_firsts(bool *gate, const struct rx_str *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        gate[pair_of(words[i].p[0], words[i].p[1])] = true;
}

static void mark_lasts(bool *gate, const struct rx_str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct rx_str word = words[i];
        gate[pair_of(word.p[word.n - 2], word.p[word.n - 1])] = true;
    }
}

static void gates_init(struct gates *g)
{
    *g = (struct gates){0};
    mark_lasts(g->ends, LIST(currencies));
    mark_lasts(g->ends, LIST(before_only));
    mark_firsts(g->begins, LIST(currencies));
    mark_firsts(g->begins, LIST(after_only));
    mark_firsts(g->doses, LIST(strengths));
    mark_firsts(g->doses, LIST(packs));
}

/* Does one of the words start here, and end where a word of ASCII letters must end: "mg" but not
 * "mgm"? Its length, or 0. */
static size_t word_at(struct rx_str s, size_t at, const struct rx_str *words, size_t count,
                      bool own_case)
{
    struct rx_str here = rx_str_sub(s, at, at + 16);
    for (size_t i = 0; i < count; i++) {
        struct rx_str word = words[i];
        if (own_case ? !rx_str_starts(here, word) : !rx_str_istarts(here, word))
            continue;
        if (!rx_is_alpha(word.p[word.n - 1]) || !letter_at(s, at + word.n))
            return word.n;
    }
    return 0;
}

/* Does one of the words end here, and begin where a word begins? Its length, or 0. */
static size_t word_before(struct rx_str s, size_t at, const struct rx_str *words, size_t count)
{
    struct rx_str here = rx_str_sub(s, at > CURRENCY_BYTES ? at - CURRENCY_BYTES : 0, at);
    for (size_t i = 0; i < count; i++) {
        struct rx_str word = words[i];
        if (rx_str_ends(here, word) && !letter_before(s, at - word.n))
            return word.n;
    }
    return 0;
}

static size_t skip_blanks(struct rx_str s, size_t at)
{
    for (size_t n = 0, next = at; n < BLANKS_MAX && is_blank(char_at(s, at, &next)); n++)
        at = next;
    return at;
}

static size_t skip_blanks_back(struct rx_str s, size_t at)
{
    for (size_t n = 0, from = at; n < BLANKS_MAX && is_blank(char_before(s, at, &from)); n++)
        at = from;
    return at;
}

struct reader {
    struct prices out;
    struct rx_arena *arena;
    struct rx_str s;
    size_t spent; /* where the last currency that closed a price ends: it opens no other */
    size_t numbers, cap;
    struct gates gates;
    int rc;
};

/* Does a currency open the price of the number at `at`? *unit: that currency. */
static bool opens_price(const struct reader *r, size_t at, struct rx_str *unit)
{
    struct rx_str s = r->s;
    size_t from, n, end = skip_blanks_back(s, at);
    if (end <= r->spent)
        return false;
    if (is_sign(char_before(s, end, &from))) {
        *unit = rx_str_sub(s, from, end);
        return true;
    }
    if (end < 2 || !pair_at(r->gates.ends, s, end - 2))
        return false;
    n = word_before(s, end, LIST(currencies));
    if (n == 0)
        n = word_before(s, end, LIST(before_only));
    *unit = rx_str_sub(s, end - n, end);
    return n > 0;
}

/* The end of the currency that closes the price of the number that ends at `to`, or 0. */
static size_t closes_price(const struct reader *r, size_t to, struct rx_str *unit)
{
    struct rx_str s = r->s;
    size_t next, at, n;
    if (to + 1 < s.n && (s.p[to] == ',' || s.p[to] == '.') && s.p[to + 1] == '-')
        to += 2; /* "12,- EUR" */
    at = skip_blanks(s, to);
    if (is_sign(char_at(s, at, &next))) {
        bool of_the_next = at > to && next < s.n && rx_is_digit(s.p[next]);
        *unit = rx_str_sub(s, at, next);
        return of_the_next ? 0 : next;
    }
    if (!pair_at(r->gates.begins, s, at))
        return 0;
    n = word_at(s, at, LIST(currencies), true);
    if (n == 0)
        n = word_at(s, at, LIST(after_only), true);
    *unit = rx_str_sub(s, at, at + n);
    return n > 0 ? at + n : 0;
}

/* Is the number that ends at `to` a strength or a pack? *unit: "mg", "pills". */
static bool is_dose(const struct reader *r, size_t to, enum prices_kind *kind, struct rx_str *unit)
{
    struct rx_str s = r->s;
    size_t next = to, n;
    for (int blanks = 0; blanks < 2; blanks++) {
        uint32_t c = char_at(s, to, &next);
        if (c == '-' || (is_blank(c) && c != '\n'))
            to = next;
    }
    if (to + 1 >= s.n || !r->gates.doses[pair_of(rx_lower(s.p[to]), rx_lower(s.p[to + 1]))])
        return false;
    n = word_at(s, to, LIST(strengths), false);
    *kind = n > 0 ? PRICES_STRENGTH : PRICES_PACK;
    if (n == 0)
        n = word_at(s, to, LIST(packs), false);
    *unit = rx_str_sub(s, to, to + n);
    return n > 0;
}

static void keep_number(struct reader *r, const struct prices_number *it)
{
    struct prices *out = &r->out;
    struct prices_number *numbers =
        rx_arena_grow(r->arena, out->numbers, out->count, &r->cap, sizeof *numbers);
    if (!numbers) {
        r->rc = RX_EFULL;
        return;
    }
    out->numbers = numbers;
    numbers[out->count++] = *it;
}

static void read_number(struct reader *r, size_t from, size_t to)
{
    if (r->numbers++ >= NUMBERS_MAX)
        return;
    struct prices_number it = {.kind = PRICES_PRICE, .from = from, .to = to};
    bool price = opens_price(r, from, &it.unit), dose = false;
    if (!price) {
        size_t end = closes_price(r, to, &it.unit);
        price = end > 0;
        r->spent = price ? end : r->spent;
    }
    if (!price)
        dose = is_dose(r, to, &it.kind, &it.unit);
    r->out.prices += price;
    r->out.doses += dose;
    if (price || dose)
        keep_number(r, &it);
}

/* Past what changes nothing: letters inside a word, between words what begins neither a word nor a
 * number; ASCII only. */
static size_t skip_plain(struct rx_str s, size_t at, bool in_word)
{
    if (in_word)
        while (at < s.n && rx_is_alpha(s.p[at]))
            at++;
    else
        while (at < s.n && (unsigned char)s.p[at] < 0x80 && !rx_is_alnum(s.p[at]))
            at++;
    return at;
}

/* Words are runs of letters; signs of scripts without blanks count three to a word's two bytes. A
 * digit inside a word belongs to it ("B12"), unless the word is a currency ("USD20"). */
static void read_text(struct reader *r)
{
    const struct rx_str text = r->s;
    struct rx_str unit;
    bool in_word = false;
    uint32_t wide = 0;
    gates_init(&r->gates);
    for (size_t i = 0; (i = skip_plain(text, i, in_word)) < text.n && r->rc == 0;) {
        size_t next;
        bool digit = rx_is_digit(text.p[i]);
        if (digit && (!in_word || opens_price(r, i, &unit))) {
            next = number_at(text, i);
            read_number(r, i, next);
            in_word = false;
            i = next;
            continue;
        }
        uint32_t c = char_at(text, i, &next);
        bool letter = is_letter(c) || (in_word && digit);
        wide += c >= 0x3000 && c < 0xe000;
        r->out.words += letter && !in_word;
        in_word = letter;
        i = next;
    }
    r->out.words += wide / 2;
}

int prices_read(struct prices *out, struct rx_arena *arena, struct rx_str text)
{
    struct reader r = {.arena = arena, .s = text};
    read_text(&r);
    if (r.rc == 0)
        *out = r.out;
    return r.rc;
}

struct rx_str prices_bare_label(struct rx_str label)
{
    size_t from = 0, to = label.n, at;
    while (from < to && !is_letter(char_at(label, from, &at)))
        from = at;
    while (to > from && !is_letter(char_before(label, to, &at)))
        to = at;
    return rx_str_sub(label, from, to);
}
