/* check.c - see check.h. Each function is a few lines; the two tables at the end give the names
 * that rows use. */
#include "crawler/extract/check.h"

#include "base/vendors.h"
#include "crawler/extract/coin.h"
#include "crawler/extract/common.h"
#include "crawler/extract/legal.h"
#include "crawler/extract/phone.h"

#include <stdio.h>

static struct rx_str value_of(const struct find *f)
{
    return rx_strn(f->value, f->n);
}

static bool append(struct find *f, struct rx_str s)
{
    if (s.n > sizeof f->value - f->n)
        return false;
    if (s.n)
        memcpy(f->value + f->n, s.p, s.n);
    f->n += s.n;
    return true;
}

/* ---- normalisers ------------------------------------------------------------------------------
 */

/* Group 1, and group 2 behind a colon. */
static bool normal_as_is(struct find *f)
{
    if (!append(f, f->group[1]))
        return false;
    return f->group[2].n == 0 || (append(f, RX_STR(":")) && append(f, f->group[2]));
}

/* A URL's escapes taken off, as far as they stand for printable ASCII; what does not fit is cut. */
static struct rx_str unescape(char *to, size_t room, struct rx_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < room; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? rx_hex(s.p[i + 1]) : -1;
        int low = high >= 2 && high <= 7 ? rx_hex(s.p[i + 2]) : -1;
        bool escape = low >= 0 && high * 16 + low != 0x7f;
        to[n++] = escape ? (char)(high * 16 + low) : s.p[i];
        i += escape ? 2 : 0;
    }
    return rx_strn(to, n);
}

static bool normal_lower(struct find *f)
{
    if (!normal_as_is(f))
        return false;
    for (size_t i = 0; i < f->n; i++)
        f->value[i] = rx_lower(f->value[i]);
    return true;
}

/* "tag:cj" makes "cj|VALUE". */
static bool normal_tag(struct find *f)
{
    return append(f, f->argument) && append(f, RX_STR("|")) && append(f, f->group[1]);
}

/* "lead:AW-" makes "AW-VALUE": one account, which another script of its owner's names in full. */
static bool normal_lead(struct find *f)
{
    return append(f, f->argument) && append(f, f->group[1]);
}

/* "tag2:tune" makes "tune|VALUE:VALUE". */
static bool normal_tag2(struct find *f)
{
    return append(f, f->argument) && append(f, RX_STR("|")) && normal_as_is(f);
}

/* "word:keitaro": the value is the word, whatever gave it away. */
static bool normal_word(struct find *f)
{
    return append(f, f->argument);
}

static bool normal_ltag(struct find *f)
{
    if (!normal_tag(f))
        return false;
    for (size_t i = 0; i < f->n; i++)
        f->value[i] = rx_lower(f->value[i]);
    return true;
}

/* UA-ACCOUNT-PROPERTY: the account is what its owner shares between sites. */
static bool normal_ga(struct find *f)
{
    size_t n = f->group[1].n;
    while (n > 0 && f->group[1].p[n - 1] != '-')
        n--;
    return n > 1 && append(f, rx_strn(f->group[1].p, n - 1));
}

/* Host in lower case, site number as it is. */
static bool normal_matomo(struct find *f)
{
    return normal_lower(f) && f->group[2].n > 0;
}

/* Name in lower case, token as it is. */
static bool normal_verification(struct find *f)
{
    if (!normal_as_is(f))
        return false;
    for (size_t i = 0; i < f->group[1].n; i++)
        f->value[i] = rx_lower(f->value[i]);
    return true;
}

static bool normal_digits(struct find *f)
{
    char plain[EXTRACT_VALUE_MAX];
    struct rx_str text = unescape(plain, sizeof plain, f->group[1]);
    for (size_t i = 0; i < text.n; i++)
        if (rx_is_digit(text.p[i]) && !append(f, rx_strn(text.p + i, 1)))
            return false;
    return f->n > 0;
}

/* Lower case without a URL's escapes. */
static bool normal_plain(struct find *f)
{
    char plain[EXTRACT_VALUE_MAX];
    f->group[1] = unescape(plain, sizeof plain, f->group[1]);
    bool fine = normal_lower(f);
    f->group[1] = (struct rx_str){0}; /* plain ends here */
    return fine;
}

/* Words in lower case with one blank between them; group 2 behind group 1. */
static bool normal_words(struct find *f)
{
    for (size_t g = 1; g < 3; g++) {
        struct rx_str s = f->group[g];
        bool blank = f->n > 0;
        for (size_t i = 0; i < s.n; i++) {
            char c = rx_lower(s.p[i]);
            bool gap = c == ' ' || c == '\n' || c == '\t' || c == '\r';
            if (!gap &&
                ((blank && f->n > 0 && !append(f, RX_STR(" "))) || !append(f, rx_strn(&c, 1))))
                return false;
            blank = gap;
        }
    }
    return f->n > 0;
}

static bool normal_plus(struct find *f)
{
    return append(f, RX_STR("+")) && normal_digits(f);
}

/* Upper case without blanks. */
static bool normal_squeeze(struct find *f)
{
    for (size_t i = 0; i < f->group[1].n; i++) {
        char c = f->group[1].p[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c != ' ' && !append(f, rx_strn(&c, 1)))
            return false;
    }
    return f->n > 0;
}

/* Letters and digits in upper case behind what the row gives: "code:IT", "code:siren|". */
static bool normal_code(struct find *f)
{
    if (!append(f, f->argument))
        return false;
    for (size_t i = 0; i < f->group[1].n; i++) {
        char c = rx_lower(f->group[1].p[i]);
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (rx_is_alnum(c) && !append(f, rx_strn(&c, 1)))
            return false;
    }
    return f->n > f->argument.n;
}

static bool normal_legal(struct find *f)
{
    char words[LEGAL_TEXT];
    size_t n = legal_words(words, f->group[1]);
    return n > 0 && append(f, rx_strn(words, n));
}

static bool normal_registrable(struct find *f)
{
    return append(f, rx_psl_registrable(f->c->psl, f->group[1]));
}

/* HOST and ID of an affiliate program installed at a host. */
static bool normal_idev(struct find *f)
{
    return normal_registrable(f) && f->n > 0 && append(f, RX_STR("|idevaffiliate|")) &&
           append(f, f->group[2]);
}

static bool is_mail_sign(char c)
{
    return rx_is_alnum(c) || (c && strchr("._%+-@", c));
}

/* Lower case; of gmail without dots and "+tag", because they reach the same box. In a URL signs
 * may be escaped, and what is no sign of an address ends it. */
static bool normal_email(struct find *f)
{
    char plain[EXTRACT_VALUE_MAX];
    struct rx_str local, domain, text = rx_str_trim(unescape(plain, sizeof plain, f->group[1]));
    size_t end = 0;
    while (end < text.n && is_mail_sign(text.p[end]))
        end++;
    if (!rx_str_cut(rx_str_sub(text, 0, end), '@', &local, &domain))
        return false;
    bool gmail =
        rx_str_ieq(domain, RX_STR("gmail.com")) || rx_str_ieq(domain, RX_STR("googlemail.com"));
    for (size_t i = 0; i < local.n && !(gmail && local.p[i] == '+'); i++) {
        char c = rx_lower(local.p[i]);
        if (!(gmail && c == '.') && !append(f, rx_strn(&c, 1)))
            return false;
    }
    if (f->n == 0 || !append(f, RX_STR("@")))
        return false;
    for (size_t i = 0; i < domain.n; i++) {
        char c = rx_lower(domain.p[i]);
        if (!append(f, rx_strn(&c, 1)))
            return false;
    }
    while (f->n > 0 && f->value[f->n - 1] == '.')
        f->n--;
    return true;
}

/* A merchant id as it is, an address as addresses are. */
static bool normal_account(struct find *f)
{
    bool mail =
        rx_str_chr(f->group[1], '@', 0) >= 0 || rx_str_ifind(f->group[1], RX_STR("%40"), 0) >= 0;
    return mail ? normal_email(f) : normal_as_is(f);
}

static bool put_phone(struct find *f, struct rx_str text, unsigned home)
{
    char e164[PHONE_TEXT];
    return phone_normal(e164, text, home) && append(f, rx_str(e164));
}

/* tel:%2B44... and tel:+44%20... too. */
static bool normal_phone(struct find *f)
{
    char plain[64];
    struct rx_str text = unescape(plain, sizeof plain, f->group[1]);
    return put_phone(f, text, phone_home(f->c->host, f->c->doc->lang));
}

/* Written as North America writes: believed unless the page is plainly from elsewhere. */
static bool normal_phone_nanp(struct find *f)
{
    unsigned home = phone_home(f->c->host, f->c->doc->lang);
    return (home == 0 || home == 1) && put_phone(f, f->group[1], 1);
}

/* Invitation hashes keep their case, names have none. */
static bool normal_telegram(struct find *f)
{
    bool invite = rx_str_istarts(f->group[1], RX_STR("joinchat/")) || f->group[1].p[0] == '+';
    if (!invite)
        return normal_lower(f);
    struct rx_str hash = f->group[1].p[0] == '+' ? rx_str_sub(f->group[1], 1, f->group[1].n)
                                                 : rx_str_sub(f->group[1], 9, f->group[1].n);
    return append(f, RX_STR("+")) && append(f, hash);
}

static bool normal_bch(struct find *f)
{
    struct rx_str head, rest;
    if (rx_str_cut(f->group[1], ':', &head, &rest))
        f->group[1] = rest;
    return normal_lower(f);
}

/* ---- checks -----------------------------------------------------------------------------------
 */

static bool is_placeholder(struct find *f)
{
    char list[64];
    int n = snprintf(list, sizeof list, "placeholder.%s", f->cls);
    bool is = (n > 0 && (size_t)n < sizeof list && common_has(f->c->common, list, value_of(f))) ||
              common_has(f->c->common, "placeholder", value_of(f));
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
    check_normal_fn *fn;
} normals[] = {
    {"as-is", normal_as_is},
    {"lower", normal_lower},
    {"tag", normal_tag},
    {"ltag", normal_ltag},
    {"lead", normal_lead},
    {"tag2", normal_tag2},
    {"word", normal_word},
    {"plain", normal_plain},
    {"words", normal_words},
    {"code", normal_code},
    {"legal", normal_legal},
    {"ga", normal_ga},
    {"matomo", normal_matomo},
    {"digits", normal_digits},
    {"verification", normal_verification},
    {"plus", normal_plus},
    {"squeeze", normal_squeeze},
    {"idev", normal_idev},
    {"registrable", normal_registrable},
    {"email", normal_email},
    {"account", normal_account},
    {"phone", normal_phone},
    {"phone.nanp", normal_phone_nanp},
    {"telegram", normal_telegram},
    {"bch", normal_bch},
};

static const struct {
    const char *name;
    check_valid_fn *fn;
    bool (*takes)(struct rx_str option); /* NULL: no option */
} valids[] = {
    {"any", valid_any, NULL},         {"id", valid_id, NULL},
    {"mixed", valid_mixed, NULL},     {"house", valid_house, NULL},
    {"email", valid_email, NULL},     {"paypal", valid_paypal, NULL},
    {"iban", valid_iban, NULL},       {"phone", valid_phone, NULL},
    {"cookie", valid_cookie, NULL},   {"licence", valid_licence, NULL},
    {"foreign", valid_foreign, NULL}, {"eth", valid_eth, NULL},
    {"eth.any", valid_eth_any, NULL}, {"coin", valid_coin, coin_known},
    {"vat", valid_vat, NULL},         {"register", valid_register, legal_register},
    {"named", valid_named, NULL},
};

check_normal_fn *check_normal_find(struct rx_str name)
{
    for (size_t i = 0; i < sizeof normals / sizeof normals[0]; i++)
        if (rx_str_eq(name, rx_str(normals[i].name)))
            return normals[i].fn;
    return NULL;
}

check_valid_fn *check_valid_find(struct rx_str name, struct rx_str option)
{
    for (size_t i = 0; i < sizeof valids / sizeof valids[0]; i++)
        if (rx_str_eq(name, rx_str(valids[i].name)))
            return (valids[i].takes ? valids[i].takes(option) : option.n == 0) ? valids[i].fn
                                                                               : NULL;
    return NULL;
}
