/* normal.c - the normalisers that signature rows use: what a match is compared by. Each is a few
 * lines; the table at the end gives the names that rows use (docs/FORMATS.md says them all). */
#include "crawler/extract/check.h"

#include "crawler/extract/legal.h"
#include "crawler/extract/phone.h"

static bool append(struct find *f, struct rx_str s)
{
    if (s.n > sizeof f->value - f->n)
        return false;
    if (s.n)
        memcpy(f->value + f->n, s.p, s.n);
    f->n += s.n;
    return true;
}

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
    const struct rx_str name = f->group[1];
    const size_t lead = rx_str_starts(name, RX_STR("+"))            ? 1
                        : rx_str_istarts(name, RX_STR("joinchat/")) ? 9
                                                                    : 0;
    if (lead == 0)
        return normal_lower(f);
    return append(f, RX_STR("+")) && append(f, rx_str_sub(name, lead, name.n));
}

static bool normal_bch(struct find *f)
{
    struct rx_str head, rest;
    if (rx_str_cut(f->group[1], ':', &head, &rest))
        f->group[1] = rest;
    return normal_lower(f);
}

/* ---- names ------------------------------------------------------------------------------------
 */

enum argument { NONE, MAY, MUST };

static const struct {
    const char *name;
    check_normal_fn *fn;
    enum argument argument; /* behind ':' */
} normals[] = {
    {"account", normal_account, NONE},
    {"as-is", normal_as_is, NONE},
    {"bch", normal_bch, NONE},
    {"code", normal_code, MAY},
    {"digits", normal_digits, NONE},
    {"email", normal_email, NONE},
    {"ga", normal_ga, NONE},
    {"idev", normal_idev, NONE},
    {"lead", normal_lead, MUST},
    {"legal", normal_legal, NONE},
    {"lower", normal_lower, NONE},
    {"ltag", normal_ltag, MUST},
    {"matomo", normal_matomo, NONE},
    {"phone", normal_phone, NONE},
    {"phone.nanp", normal_phone_nanp, NONE},
    {"plain", normal_plain, NONE},
    {"plus", normal_plus, NONE},
    {"registrable", normal_registrable, NONE},
    {"squeeze", normal_squeeze, NONE},
    {"tag", normal_tag, MUST},
    {"tag2", normal_tag2, MUST},
    {"telegram", normal_telegram, NONE},
    {"verification", normal_verification, NONE},
    {"word", normal_word, MUST},
    {"words", normal_words, NONE},
};

check_normal_fn *check_normal_find(struct rx_str name, struct rx_str argument)
{
    for (size_t i = 0; i < sizeof normals / sizeof normals[0]; i++)
        if (rx_str_eq(name, rx_str(normals[i].name)))
            return normals[i].argument == (argument.n ? NONE : MUST) ? NULL : normals[i].fn;
    return NULL;
}

const char *check_normal_name(size_t i)
{
    return i < sizeof normals / sizeof normals[0] ? normals[i].name : NULL;
}
