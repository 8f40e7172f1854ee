/* seam.c - see seam.h. Words are those of labels, in the spellings of the languages that shops
 * are written in; chosen by hand, November 2026. */
#include "crawler/parse/seam.h"

/* LONG: letters and digits of a wallet or an account at the least; NAME: letters of a name. */
enum { WORD_MOST = 64, LONG = 25, NAME_LEAST = 3, NUMBER_LEAST = 5 };

static const char *const mail_words[] = {"email",    "e-mail", "mail",  "emails", "mailto",
                                         "courriel", "correo", "epost", "e-post", "mejl"};
static const char *const phone_words[] = {"phone",  "tel",  "telephone", "telefon", "telefono",
                                          "mobile", "cell", "call",      "fax",     "hotline",
                                          "us",     "usa",  "uk",        "free",    "number"};
static const char *const money_words[] = {
    "btc", "bitcoin", "eth",    "ethereum", "usdt", "tron",    "trx",  "ltc",   "litecoin",
    "xmr", "doge",    "monero", "dogecoin", "bch",  "address", "iban", "wallet"};
#define HAS(words, word) has(words, sizeof(words) / sizeof *(words), word)

static bool has(const char *const *words, size_t count, struct rx_str word)
{
    const char first = word.n > 1 ? rx_lower(word.p[0]) : '\0'; /* no label is one letter */
    for (size_t i = 0; i < count; i++)
        if (words[i][0] == first && rx_str_ieq(word, rx_str(words[i])))
            return true;
    return false;
}

static bool is_local(char c)
{
    return rx_is_alnum(c) || (c != '\0' && strchr("._%+-", c));
}

static size_t word_before(struct rx_str s, bool (*is)(char c))
{
    size_t from = s.n;
    while (from > 0 && s.n - from < WORD_MOST && is(s.p[from - 1]))
        from--;
    return from;
}

static size_t word_behind(struct rx_str s, bool (*is)(char c))
{
    size_t to = 0;
    while (to < s.n && to < WORD_MOST && is(s.p[to]))
        to++;
    return to;
}

/* Does an address begin s: a local part, '@', and a name with a dot in it? */
static bool is_address(struct rx_str s)
{
    size_t at = word_behind(s, is_local);
    if (at == 0 || at == s.n || s.p[at] != '@')
        return false;
    const struct rx_str host = rx_str_sub(s, at + 1, s.n);
    const ptrdiff_t dot = rx_str_chr(rx_str_sub(host, 0, word_behind(host, is_local)), '.', 1);
    return dot > 0 && (size_t)dot + 1 < host.n && rx_is_alpha(host.p[dot + 1]);
}

/* "Roe", as names and words at the head of a line are written. */
static bool is_name(struct rx_str word)
{
    for (size_t i = 1; i < word.n; i++)
        if (!rx_is_alpha(word.p[i]) || rx_lower(word.p[i]) != word.p[i])
            return false;
    return word.n >= NAME_LEAST && rx_is_alpha(word.p[0]) && rx_lower(word.p[0]) != word.p[0];
}

static bool is_number(struct rx_str word)
{
    for (size_t i = 0; i < word.n; i++)
        if (!rx_is_digit(word.p[i]))
            return false;
    return word.n >= NUMBER_LEAST;
}

/* A word that says what a number, a wallet or an account is, before it? */
static bool is_label(struct rx_str before, struct rx_str behind)
{
    const struct rx_str letters = rx_str_sub(before, word_before(before, rx_is_alpha), before.n);
    const char first = behind.p[0];
    if (letters.n == 0)
        return false;
    if (first == '+')
        return behind.n > 1 && rx_is_digit(behind.p[1]);
    if ((rx_is_digit(first) || first == '(') && HAS(phone_words, letters))
        return true;
    return HAS(money_words, letters) && word_behind(behind, rx_is_alnum) >= LONG;
}

bool seam_parts(struct rx_str before, struct rx_str behind, bool only)
{
    if (before.n == 0 || behind.n == 0)
        return false;
    const struct rx_str local = rx_str_sub(before, word_before(before, is_local), before.n);
    const char first = behind.p[0];
    if (is_label(before, behind))
        return true;
    if (!is_address(behind))
        return false;
    return HAS(mail_words, local) || (is_number(local) && rx_is_alpha(first)) ||
           (only && is_name(local) && rx_is_alpha(first) && rx_lower(first) == first);
}

/* ---- in a text --------------------------------------------------------------------------------
 */

/* Does markup stand before byte `at` of the text? */
static bool is_joint(const struct doc *d, struct doc_span text, size_t at, unsigned *tries)
{
    uint32_t left, left_n, right, right_n;
    if (*tries == 0)
        return false;
    --*tries;
    doc_locate(d, text, at - 1, 1, &left, &left_n);
    doc_locate(d, text, at, 1, &right, &right_n);
    return left_n > 0 && right_n > 0 && right > left + left_n && d->source.p[left + left_n] == '<';
}

/* Joints of the local part [from, at) of an address: how many, and the last at which it parts. */
static size_t find_in_local(const struct doc *d, struct doc_span text, size_t from, size_t at,
                            unsigned *tries)
{
    uint32_t offset, length;
    size_t joints = 0, last = 0, parts = 0;
    *tries -= *tries > 0;
    doc_locate(d, text, from, at - from, &offset, &length);
    if (length == at - from)
        return 0;
    for (size_t i = from + 1; i < at; i++) {
        if (!is_joint(d, text, i, tries))
            continue;
        joints++;
        last = i;
        if (seam_parts(rx_str_sub(text.text, from, i), rx_str_sub(text.text, i, text.text.n),
                       false))
            parts = i;
    }
    if (parts == 0 && joints == 1 &&
        seam_parts(rx_str_sub(text.text, from, last), rx_str_sub(text.text, last, text.text.n),
                   true))
        parts = last;
    return parts;
}

/* Where a telephone number, or what a word names that begins here, may begin behind its label; 0:
 * nowhere. */
static size_t label_end(struct rx_str s, size_t at)
{
    const char c = s.p[at], last = at > 0 ? s.p[at - 1] : ' ';
    if (rx_is_alpha(last) && (c == '+' || c == '(' || rx_is_digit(c)))
        return at;
    if (!rx_is_alpha(c) || rx_is_alnum(last))
        return 0;
    const struct rx_str here = rx_str_sub(s, at, s.n);
    const size_t n = word_behind(here, rx_is_alnum);
    for (size_t i = 0; i < sizeof money_words / sizeof *money_words && n >= LONG; i++) {
        const struct rx_str word = rx_str(money_words[i]);
        if (rx_str_istarts(here, word) && n >= word.n + LONG)
            return at + word.n;
    }
    return 0;
}

size_t seam_find(const struct doc *d, struct doc_span text, unsigned *tries)
{
    const struct rx_str s = text.text;
    if (s.n == text.length || text.length == 0 || s.n > SEAM_TEXT_MAX ||
        !memchr(d->source.p + text.offset, '<', text.length))
        return 0;
    for (size_t at = 0; at < s.n; at++) {
        const size_t end = label_end(s, at);
        size_t found = 0;
        if (*tries == 0)
            return 0;
        if (s.p[at] == '@')
            found = find_in_local(d, text, word_before(rx_str_sub(s, 0, at), is_local), at, tries);
        else if (end > 0 && is_label(rx_str_sub(s, 0, end), rx_str_sub(s, end, s.n)) &&
                 is_joint(d, text, end, tries))
            found = end;
        if (found > 0)
            return found;
    }
    return 0;
}
