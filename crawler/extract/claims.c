/* claims.c - what a shop claims, each with the words it says it in (families.h): claim, carrier,
 * origin.country, delivery.days. Hints: they tell an investigator what the shop says of itself and
 * of the way of its parcels, and join no two sites.
 *
 * Only pages that name medicines or make the trade's claims are asked, and of parcels only those
 * that sell besides: "DHL" is on every other page of the web. Values are the names of the lexicon's
 * lines, so that one claim in five languages is one value; the quote has the page's own words. */
#include "base/buf.h"
#include "crawler/extract/families.h"
#include "crawler/extract/lexicon.h"

enum {
    HITS_MAX = 2000,    /* words looked at on one page: more say nothing more */
    TAIL_MOST = 16,     /* the end of an inflected word: "discreet pack|aging" */
    DAYS_MOST = 90,     /* a longer time of delivery is none */
    DAYS_REACH = 80,    /* bytes around a number of days that may speak of delivery */
    DAY_NUMBERS = 2000, /* numbers looked at */
    CLAIM_KINDS = 1u << LEXICON_CLAIM | 1u << LEXICON_WAIVER | 1u << LEXICON_SHELF,
    SHOP_KINDS = 1u << LEXICON_PROMISE | 1u << LEXICON_CARRIER | 1u << LEXICON_COUNTRY
};

struct claims {
    struct collect *c;
    const struct sheet *text;
    bool laden; /* more medicines that need a prescription than such that do not */
    unsigned hits;
};

static void put_claim(void *ctx, const struct lexicon_hit *hit)
{
    struct claims *claims = ctx;
    const char *cls = "claim";
    if (claims->hits == HITS_MAX)
        return;
    claims->hits++;
    if (hit->kind == LEXICON_SHELF && !claims->laden)
        return; /* the lawful name of the shelf that needs none */
    if (hit->kind == LEXICON_CARRIER)
        cls = "carrier";
    else if (hit->kind == LEXICON_COUNTRY)
        cls = "origin.country";
    const struct sight about = {.place = sheet_place(claims->text->kind),
                                .hidden = claims->text->hidden};
    if (!collect_wants(claims->c, cls, hit->name, &about))
        return;
    const struct rx_str text = claims->text->text;
    size_t to = hit->to;
    while (to < text.n && to - hit->to < TAIL_MOST && rx_is_alpha(text.p[to]))
        to++;
    struct sight at = sheet_sight(claims->c, claims->text, hit->from, to, hit->from);
    collect_put(claims->c, cls, hit->name, &at);
}

/* ---- days of delivery ------------------------------------------------------------------------
 */

static bool is_letter(char c)
{
    return rx_is_alpha(c) || (c & 0x80);
}

/* The end of the first of the words that stands at `at`, not as a part of a longer one; or 0. */
static size_t word_at(struct rx_str s, size_t at, const struct rx_str *words, size_t count)
{
    struct rx_str here = rx_str_sub(s, at, at + 24);
    for (size_t i = 0; i < count; i++) {
        struct rx_str word = words[i];
        if (rx_str_istarts(here, word) && (at + word.n == s.n || !is_letter(s.p[at + word.n])))
            return at + word.n;
    }
    return 0;
}
#define W(word) RX_STR_INIT(word)
#define WORD_AT(s, at, words) word_at(s, at, words, sizeof(words) / sizeof((words)[0]))

static size_t skip_blanks(struct rx_str s, size_t at)
{
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\n' || s.p[at] == '\t'))
        at++;
    return at;
}

/* A number of days that ends before *at; 0: none. */
static unsigned days_at(struct rx_str s, size_t *at)
{
    unsigned n = 0;
    size_t from = *at;
    for (; *at < s.n && rx_is_digit(s.p[*at]); ++*at)
        n = n <= DAYS_MOST ? n * 10 + (unsigned)(s.p[*at] - '0') : n;
    return *at > from && n <= DAYS_MOST ? n : 0;
}

/* Past "-", "to", "bis"... between the numbers of a range; where it began if there is none. */
static size_t range_at(struct rx_str s, size_t from)
{
    static const struct rx_str to[] = {W("to"),    W("bis"), W("à"),   W("a"), W("до"),
                                       W("until"), W("al"),  W("und"), W("or")};
    size_t at = skip_blanks(s, from), end;
    if (rx_str_starts(rx_str_sub(s, at, s.n), RX_STR("-")))
        return skip_blanks(s, at + 1);
    if (rx_str_starts(rx_str_sub(s, at, s.n), RX_STR("–")))
        return skip_blanks(s, at + RX_STR("–").n);
    end = WORD_AT(s, at, to);
    return end ? skip_blanks(s, end) : from;
}

/* The end of "business days" and its like, or 0. */
static size_t unit_at(struct rx_str s, size_t at)
{
    static const struct rx_str kinds[] = {W("business"), W("working"), W("calendar"), W("рабочих")};
    static const struct rx_str units[] = {
        W("days"),   W("day"),  W("tage"), W("tagen"),     W("werktage"),
        W("jours"),  W("días"), W("dias"), W("werktagen"), W("arbeitstage"),
        W("giorni"), W("дней"), W("дня"),  W("dagen"),     W("dagar"),
        W("dager"),  W("dni"),  W("dnů"),  W("werkdagen"), W("nap")};
    at = skip_blanks(s, at);
    size_t end = WORD_AT(s, at, kinds);
    return WORD_AT(s, end ? skip_blanks(s, end) : at, units);
}

static bool speaks_of_delivery(struct rx_str s)
{
    static const char *const words[] = {"ship",   "deliver",  "arriv",    "dispatch", "airmail",
                                        "ems",    "courier",  "liefer",   "versand",  "livraison",
                                        "envío",  "entrega",  "consegna", "spediz",   "доставк",
                                        "postal", "levering", "lever",    "dostaw",   "transit"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (rx_str_ifind(s, rx_str(words[i]), 0) >= 0)
            return true;
    return false;
}

/* "7-14 days" of a number that stands at `from`; returns where to look on. */
static size_t put_days(struct claims *claims, size_t from)
{
    struct rx_str s = claims->text->text;
    size_t at = from, numbers, end;
    unsigned least = days_at(s, &at), most = least;
    numbers = at;
    if (least > 0) {
        size_t second = range_at(s, at);
        unsigned n = second > at ? days_at(s, &second) : 0;
        if (n > least) {
            most = n;
            numbers = second;
        }
    }
    if (least == 0 || (end = unit_at(s, numbers)) == 0)
        return at;
    struct rx_str around = rx_str_sub(s, from > DAYS_REACH ? from - DAYS_REACH : 0,
                                      end + DAYS_REACH < s.n ? end + DAYS_REACH : s.n);
    if (!speaks_of_delivery(around))
        return end;
    struct rx_buf value = RX_BUF(64);
    int rc = most > least ? rx_buf_addf(&value, "%u-%u days", least, most)
                          : rx_buf_addf(&value, "%u day%s", least, least == 1 ? "" : "s");
    if (rc == 0) {
        struct sight sight = sheet_sight(claims->c, claims->text, from, end, from);
        collect_put(claims->c, "delivery.days", rx_buf_str(&value), &sight);
    } else if (claims->c->rc == 0) {
        claims->c->rc = rc;
    }
    rx_buf_free(&value);
    return end;
}

static void find_days(struct claims *claims)
{
    struct rx_str s = claims->text->text;
    unsigned numbers = 0;
    for (size_t i = 0; i < s.n && numbers < DAY_NUMBERS;) {
        bool begins =
            rx_is_digit(s.p[i]) &&
            (i == 0 || (!rx_is_alnum(s.p[i - 1]) && s.p[i - 1] != '.' && s.p[i - 1] != ','));
        if (!begins) {
            i++;
            continue;
        }
        numbers++;
        i = put_days(claims, i);
    }
}

void claims_collect(const struct family_page *p)
{
    const uint32_t *n = p->c->out->signs.n;
    struct claims claims = {.c = p->c,
                            .text = &p->sheets[SHEET_TEXT],
                            .laden = n[SIGN_PRESCRIPTION_DRUGS] * 2 > n[SIGN_DRUGS]};
    if (n[SIGN_DRUGS] + n[SIGN_CLAIMS] == 0)
        return;
    const bool shop = n[SIGN_DRUGS] > 0 && n[SIGN_CART] + n[SIGN_SHOP] + n[SIGN_CLAIMS] > 0;
    lexicon_find(p->lex, p->words, CLAIM_KINDS | (shop ? SHOP_KINDS : 0), put_claim, &claims);
    if (shop)
        find_days(&claims);
}
