/* check.c - the checks that signature rows use: whether a value stands. Each is a few lines; the
 * table at the end gives the names that rows use (docs/FORMATS.md says them all). */
#include "crawler/extract/check.h"

#include "base/vendors.h"
#include "crawler/extract/coin.h"
#include "crawler/extract/common.h"
#include "crawler/extract/legal.h"
#include "crawler/extract/phone.h"

static struct rx_str value_of(const struct find *f)
{
    return rx_strn(f->value, f->n);
}

static bool is_placeholder(struct find *f)
{
    static const char prefix[] = "placeholder.";
    char list[64];
    const size_t n = strlen(f->cls), from = sizeof prefix - 1;
    bool is = common_has(f->c->common, "placeholder", value_of(f));
    if (!is && from + n < sizeof list) {
        memcpy(list, prefix, from);
        memcpy(list + from, f->cls, n + 1);
        is = common_has(f->c->common, list, value_of(f));
    }
    if (is)
        f->reason = RX_REJECT_PLACEHOLDER;
    return is;
}

static bool is_filler(struct find *f)
{
    bool is = common_is_filler(value_of(f));
    if (is)
        f->reason = RX_REJECT_FILLER;
    return is;
}

static bool valid_any(struct find *f)
{
    return !is_placeholder(f);
}

static bool valid_id(struct find *f)
{
    return !is_placeholder(f) && !is_filler(f);
}

/* An id of letters and digits: a word alone, or a number alone, is something else. Prefixes such
 * as "G-" hold no digit, and what stands before the '-' or '_' does not count. */
static bool valid_mixed(struct find *f)
{
    bool digit = false;
    size_t letters = 0, from = 0;
    for (size_t i = 0; i < f->n && i < 6; i++)
        if (f->value[i] == '-' || f->value[i] == '_')
            from = i + 1;
    for (size_t i = from; i < f->n; i++) {
        digit |= rx_is_digit(f->value[i]);
        letters += rx_is_alpha(f->value[i]);
    }
    return digit && letters > 0 && valid_id(f);
}

static bool valid_house(struct find *f)
{
    struct rx_str id = f->group[2].n ? f->group[2] : f->group[1];
    return !common_has(f->c->common, "house", id) && valid_any(f);
}

/* Is the domain, or one above it, on the list? */
static bool is_below(const struct find *f, const char *list, struct rx_str domain)
{
    struct rx_str head;
    do {
        if (common_has(f->c->common, list, domain))
            return true;
    } while (rx_str_cut(domain, '.', &head, &domain));
    return false;
}

static bool mail_domain_valid(const struct find *f, struct rx_str domain)
{
    struct rx_str ending = domain, head, rest = domain;
    while (rx_str_cut(rest, '.', &head, &rest)) {
        if (head.n == 0 || head.n > 63 || head.p[0] == '-' || head.p[head.n - 1] == '-')
            return false;
        ending = rest;
    }
    return ending.n >= 2 && ending.n < domain.n &&
           !common_has(f->c->common, "email.ending", ending) &&
           !is_below(f, "email.domain", domain) && rx_psl_is_listed(f->c->psl, ending) &&
           rx_psl_registrable(f->c->psl, domain).n > 0;
}

/* A hash or a tracker's id before the '@' is a key of some service (Sentry's DSN). */
static bool is_hex_key(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (rx_hex(s.p[i]) < 0)
            return false;
    return s.n >= 24;
}

static bool valid_email(struct find *f)
{
    struct rx_str local, domain;
    if (!rx_str_cut(value_of(f), '@', &local, &domain) || local.n == 0 || local.n > 64 ||
        is_hex_key(local) || common_has(f->c->common, "email.local", local) ||
        !mail_domain_valid(f, domain) || is_placeholder(f))
        return false;
    if (strcmp(f->cls, "email") != 0) { /* where money goes: somebody reads there too */
        f->also_cls = rx_str_eq(rx_site_key(f->c->psl, domain), f->c->site) ? "email.own" : "email";
        f->also = value_of(f);
        return true;
    }
    if (common_has(f->c->common, "email.free", domain) || is_below(f, "email.disposable", domain))
        return true; /* the domain is a provider's, the address still one hand's */
    if (rx_str_eq(rx_site_key(f->c->psl, domain), f->c->site)) {
        f->cls = "email.own";
    } else if (rx_vendor_of(domain) == RX_VENDOR_NONE) {
        f->also_cls = "email.host";
        f->also = rx_psl_registrable(f->c->psl, domain);
    }
    return true;
}

/* The business field takes an address or a merchant id of 13 signs. */
static bool valid_paypal(struct find *f)
{
    if (rx_str_chr(value_of(f), '@', 0) >= 0)
        return valid_email(f);
    if (f->n != 13)
        return false;
    for (size_t i = 0; i < f->n; i++)
        if (!rx_is_digit(f->value[i]) && !(f->value[i] >= 'A' && f->value[i] <= 'Z'))
            return false;
    return valid_mixed(f);
}

/* ISO 13616: lengths by country, then mod 97. */
static bool valid_iban(struct find *f)
{
    static const char lengths[] =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18"
        "FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20"
        "LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24"
        "SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";
    size_t want = 0;
    for (const char *at = lengths; *at && !want; at += 4)
        if (f->n > 4 && memcmp(at, f->value, 2) == 0)
            want = (size_t)(at[2] - '0') * 10 + (size_t)(at[3] - '0');
    if (f->n != want)
        return false;
    unsigned rest = 0;
    for (size_t i = 0; i < f->n; i++) {
        char c = f->value[(i + 4) % f->n];
        rest = rx_is_digit(c) ? (rest * 10 + (unsigned)(c - '0')) % 97
                              : (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
    }
    return rest == 1 && !is_placeholder(f);
}

static bool valid_phone(struct find *f)
{
    if (f->n < 9 || f->n > 16 || is_placeholder(f) || is_filler(f))
        return false;
    char e164[PHONE_TEXT];
    if (f->value[0] != '+' || !phone_normal(e164, value_of(f), 0))
        return false;
    if (strcmp(f->cls, "phone") == 0 && phone_tollfree(e164))
        f->cls = "phone.tollfree";
    return true;
}

static bool valid_cookie(struct find *f)
{
    size_t digits = 0;
    for (size_t i = 0; i < f->n; i++)
        digits += rx_is_digit(f->value[i]);
    return digits <= 4 && !common_has(f->c->common, "cookie", value_of(f)) && !is_placeholder(f);
}

static bool valid_licence(struct find *f)
{
    size_t digits = 0;
    for (size_t i = 0; i < f->n; i++)
        digits += rx_is_digit(f->value[i]);
    return digits >= 4 && f->n <= 20 && valid_id(f);
}

static bool valid_vat(struct find *f)
{
    return legal_vat(value_of(f)) && valid_id(f);
}

/* "register:INN": of "inn|7707083893" what stands behind the bar. */
static bool valid_register(struct find *f)
{
    struct rx_str reg, number;
    return rx_str_cut(value_of(f), '|', &reg, &number) && legal_number(f->option, number) &&
           !is_filler(f);
}

/* A name of two words or more that does not begin as a platform's or a template's does. */
static bool valid_named(struct find *f)
{
    struct rx_str first, rest;
    return rx_str_cut(value_of(f), ' ', &first, &rest) &&
           !common_has(f->c->common, "legal.shared", first) && valid_any(f);
}

/* A host that is neither the page's own site nor a shared service. */
static bool valid_foreign(struct find *f)
{
    return f->n > 0 && !rx_str_eq(value_of(f), f->c->site) &&
           rx_vendor_of(value_of(f)) == RX_VENDOR_NONE;
}

static bool valid_coin(struct find *f)
{
    return coin_valid(f->option, f->group[1]) && !is_placeholder(f) && !is_filler(f);
}

static bool valid_eth(struct find *f)
{
    return coin_eth_checked(f->group[1]) && !is_placeholder(f);
}

static bool is_token(struct find *f)
{
    bool is = common_has(f->c->common, "placeholder.eth", value_of(f));
    if (is)
        f->reason = RX_REJECT_PLACEHOLDER;
    return is;
}

/* Shares the list of eth: contracts of tokens, the burn addresses. */
static bool valid_eth_any(struct find *f)
{
    return coin_valid(RX_STR("ETH"), f->group[1]) && !is_token(f) && !is_filler(f);
}

/* ---- names ------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    check_valid_fn *fn;
    const char *const *options; /* one of them stands behind ':'; NULL: none does */
} valids[] = {
    {"any", valid_any, NULL},         {"coin", valid_coin, coin_chains},
    {"cookie", valid_cookie, NULL},   {"email", valid_email, NULL},
    {"eth", valid_eth, NULL},         {"eth.any", valid_eth_any, NULL},
    {"foreign", valid_foreign, NULL}, {"house", valid_house, NULL},
    {"iban", valid_iban, NULL},       {"id", valid_id, NULL},
    {"licence", valid_licence, NULL}, {"mixed", valid_mixed, NULL},
    {"named", valid_named, NULL},     {"paypal", valid_paypal, NULL},
    {"phone", valid_phone, NULL},     {"register", valid_register, legal_registers},
    {"vat", valid_vat, NULL},
};

static bool has_word(const char *const *words, struct rx_str word)
{
    while (*words && !rx_str_eq(word, rx_str(*words)))
        words++;
    return *words != NULL;
}

check_valid_fn *check_valid_find(struct rx_str name, struct rx_str option)
{
    for (size_t i = 0; i < sizeof valids / sizeof valids[0]; i++) {
        const char *const *options = valids[i].options;
        if (rx_str_eq(name, rx_str(valids[i].name)))
            return (options ? has_word(options, option) : option.n == 0) ? valids[i].fn : NULL;
    }
    return NULL;
}

const char *check_valid_name(size_t i)
{
    return i < sizeof valids / sizeof valids[0] ? valids[i].name : NULL;
}

const char *const *check_valid_options(struct rx_str name)
{
    for (size_t i = 0; i < sizeof valids / sizeof valids[0]; i++)
        if (rx_str_eq(name, rx_str(valids[i].name)))
            return valids[i].options;
    return NULL;
}
