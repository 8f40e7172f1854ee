/* inventory.c - what a shop offers (families.h): class product, "INGREDIENT, STRENGTH, PACK, PRICE,
 * PRICE each" with what the page says of these, and class currency.
 *
 * A list of prices is read as its reader reads it, from top to bottom: a medicine's name holds for
 * the rows below it until the next name, a strength until the next strength, a pack for the prices
 * that follow it. Of two prices behind one pack, one is the pill's when it times the pack makes the
 * other. Prices are kept in hundredths; nothing is converted. A bare "$" stays "$": which country's
 * dollar it is the page does not say. */
#include "base/buf.h"
#include "crawler/extract/families.h"
#include "crawler/extract/lexicon.h"
#include "crawler/extract/prices.h"

#include <stdlib.h>

enum {
    EVENTS_MAX = 4000, /* names and numbers of one page that are looked at */
    PACK_MOST = 5000,  /* pills: a larger number is none of a pack */
    ROW_REACH = 200,   /* bytes of text from a pack or strength to its price */
    NAME_REACH = 60,   /* from a bare name to its price */
    QUOTE_MOST = 1000, /* bytes of markup that one quote spans */
    EACH_REACH = 14,   /* from a price to "per pill" */
    ROW_PRICES = 4,
    PRICE_MOST = 100000000 /* hundredths */
};

enum event_kind { EVENT_DRUG, EVENT_STRENGTH, EVENT_PACK, EVENT_PRICE };

struct event {
    enum event_kind kind;
    size_t from, to;
    struct rx_str name; /* ingredient, or unit */
};

struct row_price {
    uint64_t cents;
    size_t from, to;
    struct rx_str unit;
    bool each; /* the page says so: "per pill" */
};

struct list {
    struct collect *c;
    const struct sheet *text;
    struct event *events;
    size_t count, cap;
    /* what holds where the reading stands */
    struct rx_str drug, strength, strength_unit;
    uint64_t pack;
    bool liquid; /* the pack is of vials */
    size_t drug_to, row_from, row_to;
    struct row_price prices[ROW_PRICES];
    unsigned price_count;
};

/* ---- events ----------------------------------------------------------------------------------
 */

static void add_event(struct list *l, const struct event *e)
{
    if (l->count == EVENTS_MAX || l->c->rc < 0)
        return;
    struct event *events = rx_arena_grow(l->c->arena, l->events, l->count, &l->cap, sizeof *events);
    if (!events) {
        l->c->rc = RX_EFULL;
        return;
    }
    l->events = events;
    l->events[l->count++] = *e;
}

static void on_drug(void *ctx, const struct lexicon_hit *hit)
{
    add_event(ctx, &(struct event){EVENT_DRUG, hit->from, hit->to, hit->name});
}

static void add_number(struct list *l, const struct prices_number *it)
{
    static const enum event_kind kinds[] = {EVENT_PRICE, EVENT_STRENGTH, EVENT_PACK};
    add_event(l, &(struct event){kinds[it->kind], it->from, it->to, it->unit});
}

static int by_place(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

/* ---- numbers ---------------------------------------------------------------------------------
 */

/* "1,299.00", "1.299,00", "59,9" and "59" in hundredths; 0: none, or too large. A last separator
 * with one or two digits behind it is the decimal one. */
static uint64_t cents_of(struct rx_str s)
{
    uint64_t value = 0;
    size_t point = s.n;
    for (size_t i = s.n; i > 0 && point == s.n; i--)
        if (!rx_is_digit(s.p[i - 1]))
            point = s.n - i == 1 || s.n - i == 2 ? i - 1 : s.n + 1;
    for (size_t i = 0; i < s.n; i++) {
        if (rx_is_digit(s.p[i]))
            value = value * 10 + (uint64_t)(s.p[i] - '0');
        if (value > PRICE_MOST)
            return 0;
    }
    size_t decimals = point < s.n ? s.n - point - 1 : 0;
    value *= decimals == 0 ? 100 : decimals == 1 ? 10 : 1;
    return value <= PRICE_MOST ? value : 0;
}

#define W(word) RX_STR_INIT(word)

/* The currency's code as far as its sign tells it; else the sign. */
static struct rx_str currency_of(struct rx_str text, struct rx_str unit)
{
    static const struct {
        struct rx_str sign, code;
    } signs[] = {{W("€"), W("EUR")},     {W("£"), W("GBP")},     {W("₹"), W("INR")},
                 {W("₽"), W("RUB")},   {W("₴"), W("UAH")},     {W("₺"), W("TRY")},
                 {W("₩"), W("KRW")},     {W("₪"), W("ILS")},     {W("฿"), W("THB")},
                 {W("₫"), W("VND")},     {W("Rs"), W("INR")},    {W("Rs."), W("INR")},
                 {W("zł"), W("PLN")},    {W("Kč"), W("CZK")},    {W("Ft"), W("HUF")},
                 {W("руб"), W("RUB")},   {W("Руб"), W("RUB")},   {W("РУБ"), W("RUB")},
                 {W("р."), W("RUB")},    {W("грн"), W("UAH")},   {W("euro"), W("EUR")},
                 {W("Euro"), W("EUR")},  {W("EURO"), W("EUR")},  {W("Eur"), W("EUR")},
                 {W("euros"), W("EUR")}, {W("Euros"), W("EUR")}, {W("usd"), W("USD")},
                 {W("eur"), W("EUR")},   {W("gbp"), W("GBP")},   {W("chf"), W("CHF")},
                 {W("Fr."), W("CHF")},   {W("lei"), W("RON")},   {W("лв"), W("BGN")},
                 {W("TL"), W("TRY")},    {W("RMB"), W("CNY")},   {W("元"), W("CNY")},
                 {W("円"), W("JPY")},    {W("원"), W("KRW")},    {W("บาท"), W("THB")},
                 {W("RM"), W("MYR")}},
      dollars[] = {{W("US"), W("USD")},  {W("CA"), W("CAD")}, {W("CAD"), W("CAD")},
                   {W("C"), W("CAD")},   {W("AU"), W("AUD")}, {W("A"), W("AUD")},
                   {W("NZ"), W("NZD")},  {W("HK"), W("HKD")}, {W("S"), W("SGD")},
                   {W("R"), W("BRL")},   {W("NT"), W("TWD")}, {W("MX"), W("MXN")},
                   {W("USD"), W("USD")}, {W("AUD"), W("AUD")}};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (rx_str_eq(unit, signs[i].sign))
            return signs[i].code;
    if (!rx_str_eq(unit, RX_STR("$")))
        return unit;
    size_t at = (size_t)(unit.p - text.p), from = at; /* unit is a view into text */
    while (from > 0 && at - from < 4 && text.p[from - 1] >= 'A' && text.p[from - 1] <= 'Z')
        from--;
    for (size_t i = 0; i < sizeof dollars / sizeof dollars[0]; i++)
        if (rx_str_eq(rx_str_sub(text, from, at), dollars[i].sign))
            return dollars[i].code;
    return unit;
}

static bool says_each(struct rx_str behind)
{
    static const char *const words[] = {
        "per pill",  "/pill",  "/ pill",     "per tab",      "/tab",   "each",       "pro pille",
        "pro stück", "/stück", "par pilule", "por pastilla", "a pill", "за таблетку"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (rx_str_istarts(rx_str_trim(behind), rx_str(words[i])))
            return true;
    return false;
}

/* ---- rows ------------------------------------------------------------------------------------
 */

struct offer {
    uint64_t total, each; /* hundredths; 0: not said */
    const struct row_price *at;
};

static bool is_about(uint64_t a, uint64_t b)
{
    return (a > b ? a - b : b - a) * 50 <= b;
}

/* Which price is the pack's and which the pill's. */
static void weigh(struct offer *out, const struct list *l)
{
    const struct row_price *low = &l->prices[0];
    *out = (struct offer){0};
    for (unsigned i = 0; i < l->price_count; i++) {
        const struct row_price *p = &l->prices[i];
        low = p->cents < low->cents ? p : low;
        if (p->each && out->each == 0)
            *out = (struct offer){p->cents * l->pack, p->cents, p};
        for (unsigned k = 0; k < l->price_count && l->pack > 1; k++)
            if (k != i && is_about(p->cents * l->pack, l->prices[k].cents)) {
                *out = (struct offer){l->prices[k].cents, p->cents, &l->prices[k]};
                return;
            }
    }
    if (out->each == 0) /* of several, what is asked for after all that was struck out */
        *out =
            (struct offer){low->cents, l->pack > 0 ? (low->cents + l->pack / 2) / l->pack : 0, low};
}

static int add_money(struct rx_buf *value, struct rx_str currency, uint64_t cents, const char *tail)
{
    return cents ? rx_buf_addf(value, ", %.*s %llu.%02llu%s", RX_FMT(currency),
                               (unsigned long long)(cents / 100), (unsigned long long)(cents % 100),
                               tail)
                 : 0;
}

static int write_offer(struct rx_buf *value, const struct list *l, const struct offer *offer)
{
    struct rx_str currency = currency_of(l->text->text, offer->at->unit);
    int rc = rx_buf_add(value, l->drug);
    if (rc == 0 && l->strength.n) {
        rc = rx_buf_add(value, RX_STR(", "));
        for (size_t i = 0; i < l->strength.n && rc == 0; i++)
            rc = rx_buf_addc(value, (char)(l->strength.p[i] == ',' ? '.' : l->strength.p[i]));
        if (rc == 0)
            rc = rx_buf_addc(value, ' ');
        for (size_t i = 0; i < l->strength_unit.n && rc == 0; i++)
            rc = rx_buf_addc(value, rx_lower(l->strength_unit.p[i]));
    }
    if (rc == 0 && l->pack)
        rc = rx_buf_addf(value, ", %llu %s", (unsigned long long)l->pack,
                         l->liquid ? "vials" : "pills");
    if (rc == 0)
        rc = add_money(value, currency, offer->total, "");
    return rc ? rc : add_money(value, currency, offer->each, " each");
}

/* From the row's first word to the end of the price, markup and all; the price alone where that is
 * long. */
static struct sight sight_of(const struct list *l, const struct row_price *at)
{
    const struct sheet *s = l->text;
    struct doc_span first = sheet_span(l->c, s, l->row_from, l->row_from + 1, l->row_from),
                    last = sheet_span(l->c, s, at->from, at->to, at->from);
    if (first.offset < last.offset && last.offset + last.length - first.offset <= QUOTE_MOST)
        last = (struct doc_span){.offset = first.offset,
                                 .length = last.offset + last.length - first.offset};
    return collect_sight(l->c, last, RX_PLACE_TEXT);
}

static void end_row(struct list *l)
{
    struct offer offer;
    struct rx_buf value = RX_BUF(EXTRACT_VALUE_MAX + 1);
    if (l->price_count == 0)
        return;
    weigh(&offer, l);
    l->price_count = 0;
    int rc = write_offer(&value, l, &offer);
    const struct sight about = {.place = RX_PLACE_TEXT};
    if (rc == 0 && collect_wants(l->c, "product", rx_buf_str(&value), &about)) {
        struct sight at = sight_of(l, offer.at);
        collect_put(l->c, "product", rx_buf_str(&value), &at);
    }
    if (rc < 0 && rc != RX_EFULL && l->c->rc == 0)
        l->c->rc = rc;
    rx_buf_free(&value);
}

/* "$2-$6": is there but a dash between two prices? The lower one is what is asked for. */
static bool is_range(struct rx_str text, const struct row_price *before, const struct event *e)
{
    size_t to = e->name.p < text.p + e->from ? (size_t)(e->name.p - text.p) : e->from;
    struct rx_str between = rx_str_trim(rx_str_sub(text, before->to, to));
    return rx_str_eq(between, RX_STR("-")) || rx_str_eq(between, RX_STR("–")) ||
           rx_str_eq(between, RX_STR("to"));
}

static void on_price(struct list *l, const struct event *e)
{
    const struct rx_str text = l->text->text;
    const uint64_t cents = cents_of(rx_str_sub(text, e->from, e->to));
    struct rx_str currency = currency_of(text, e->name);
    const struct sight about = {.place = sheet_place(l->text->kind), .hidden = l->text->hidden};
    if (collect_wants(l->c, "currency", currency, &about)) {
        struct sight at = sheet_sight(l->c, l->text, e->from, e->to, e->from);
        collect_put(l->c, "currency", currency, &at);
    }
    const size_t reach = l->pack || l->strength.n ? ROW_REACH : NAME_REACH;
    if (cents == 0 || l->drug.n == 0 || e->from > l->row_to + reach || l->price_count == ROW_PRICES)
        return;
    size_t end = e->name.p >= text.p + e->to ? (size_t)(e->name.p - text.p) + e->name.n : e->to;
    bool each = says_each(rx_str_sub(text, end, end + EACH_REACH));
    struct row_price *before = l->price_count ? &l->prices[l->price_count - 1] : NULL;
    l->row_to = e->to;
    if (before && is_range(text, before, e)) {
        before->each |= each;
        before->to = e->to;
        return;
    }
    l->prices[l->price_count++] = (struct row_price){
        .cents = cents, .from = e->from, .to = e->to, .unit = e->name, .each = each};
}

/* Does the line name something else right before the strength that begins at `at`? A medicine that
 * the lexicon lacks: the name above does not hold for it. */
static bool names_another(const struct list *l, size_t at)
{
    static const char *const plain[] = {
        "generic",   "brand",       "package",   "packung",   "tablets", "pills",
        "capsules",  "dosage",      "strength",  "dosierung", "price",   "quantity",
        "tabletten", "comprimidos", "compresse", "comprimés", "dose",    "pack"};
    enum { NAME_LEAST = 4 };
    const struct rx_str s = l->text->text;
    size_t end = at, from, line = at;
    while (end > 0 && s.p[end - 1] == ' ')
        end--;
    for (from = end; from > 0 && rx_is_alpha(s.p[from - 1]);)
        from--;
    while (line > 0 && s.p[line - 1] != '\n')
        line--;
    if (end - from < NAME_LEAST || l->drug_to > line)
        return false;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (rx_str_ieq(rx_str_sub(s, from, end), rx_str(plain[i])))
            return false;
    return true;
}

static void on_event(struct list *l, const struct event *e)
{
    const struct rx_str digits = rx_str_sub(l->text->text, e->from, e->to);
    uint64_t pack;
    if (e->kind == EVENT_PRICE) {
        on_price(l, e);
        return;
    }
    end_row(l);
    if (e->kind == EVENT_DRUG) {
        if (!rx_str_eq(l->drug, e->name))
            l->strength = (struct rx_str){0};
        l->drug = e->name;
        l->drug_to = e->to;
        l->pack = 0;
    } else if (e->kind == EVENT_STRENGTH) {
        if (names_another(l, e->from))
            l->drug = (struct rx_str){0};
        l->strength = digits;
        l->strength_unit = e->name;
        l->pack = 0;
    } else if (rx_str_u64(digits, &pack) && pack > 0 && pack <= PACK_MOST) {
        l->pack = pack;
        l->liquid = rx_lower(e->name.p[0]) == 'v' || rx_str_istarts(e->name, RX_STR("amp"));
    }
    if (e->kind == EVENT_DRUG || e->from > l->row_to + NAME_REACH || l->pack == 0)
        l->row_from = e->from;
    l->row_to = e->to;
}

void inventory_collect(const struct family_page *p)
{
    const uint32_t *n = p->c->out->signs.n;
    struct list l = {.c = p->c, .text = &p->sheets[SHEET_TEXT]};
    if (n[SIGN_DRUGS] == 0 || n[SIGN_PRICES] == 0)
        return;
    lexicon_find(p->lex, p->words, LEXICON_DRUGS, on_drug, &l);
    for (size_t i = 0; i < p->prices->count; i++)
        add_number(&l, &p->prices->numbers[i]);
    if (l.count > 1)
        qsort(l.events, l.count, sizeof *l.events, by_place);
    for (size_t i = 0; i < l.count && l.c->rc == 0; i++)
        on_event(&l, &l.events[i]);
    end_row(&l);
}
