/* legal.c - see legal.h.
 *
 * A VAT id is known by how its country builds it (VIES's table of structures) and, where the rule
 * is published, by its check digit. The rules are few: digits weighted and summed, the remainder
 * compared with the last digit; a row says with which weights and modulus. What has no such row is
 * only built right, and the signature asks for a word before it ("VAT", "P.IVA"). */
#include "crawler/extract/legal.h"

/* ---- check digits ---------------------------------------------------------------------------- */

static unsigned digit(struct rx_str s, size_t i)
{
    return (unsigned)(s.p[i] - '0');
}

/* Sum of the first n digits, each times its weight. */
static unsigned weighted(struct rx_str s, const uint8_t *weights, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += digit(s, i) * weights[i];
    return sum;
}
#define WEIGHTED(s, ...)                                                                           \
    weighted(s, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static uint64_t number_of(struct rx_str s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n = n * 10 + digit(s, i);
    return n;
}

static bool luhn(struct rx_str s)
{
    unsigned sum = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned d = digit(s, s.n - 1 - i) * (i % 2 ? 2 : 1);
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

/* ISO 7064, mod 11,10: Germany, Croatia. */
static bool mod_11_10(struct rx_str s)
{
    unsigned product = 10;
    for (size_t i = 0; i + 1 < s.n; i++) {
        unsigned sum = (digit(s, i) + product) % 10;
        product = (sum ? sum : 10) * 2 % 11;
    }
    return (11 - product) % 10 == digit(s, s.n - 1);
}

static bool is_at(struct rx_str s)
{
    unsigned sum = 4;
    for (size_t i = 1; i < 8; i++) {
        unsigned d = digit(s, i) * (i % 2 ? 1 : 2);
        sum += d > 9 ? d - 9 : d;
    }
    return (10 - sum % 10) % 10 == digit(s, 8);
}

static bool is_be(struct rx_str s)
{
    return 97 - number_of(rx_str_sub(s, 0, 8)) % 97 == number_of(rx_str_sub(s, 8, 10));
}

static bool is_che(struct rx_str s)
{
    return (11 - WEIGHTED(s, 5, 4, 3, 2, 7, 6, 5, 4) % 11) % 11 == digit(s, 8);
}

static bool is_dk(struct rx_str s)
{
    return WEIGHTED(s, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0;
}

static bool is_ee(struct rx_str s)
{
    return (10 - WEIGHTED(s, 3, 7, 1, 3, 7, 1, 3, 7) % 10) % 10 == digit(s, 8);
}

static bool is_el(struct rx_str s)
{
    unsigned sum = 0;
    for (size_t i = 0; i < 8; i++)
        sum += digit(s, i) << (8 - i);
    return sum % 11 % 10 == digit(s, 8);
}

static bool is_fi(struct rx_str s)
{
    return (11 - WEIGHTED(s, 7, 9, 10, 5, 8, 4, 2) % 11) % 11 == digit(s, 7);
}

/* The key of companies is digits; the letters of others have a rule that is not public. */
static bool is_fr(struct rx_str s)
{
    struct rx_str siren = rx_str_sub(s, 2, 11);
    if (!rx_is_digit(s.p[0]) || !rx_is_digit(s.p[1]))
        return luhn(siren);
    return luhn(siren) && (12 + 3 * (number_of(siren) % 97)) % 97 == number_of(rx_str_sub(s, 0, 2));
}

/* Two generations: the sum with the last two digits is a multiple of 97, or is 55 short of one. */
static bool is_gb(struct rx_str s)
{
    unsigned sum = WEIGHTED(s, 8, 7, 6, 5, 4, 3, 2) + (unsigned)number_of(rx_str_sub(s, 7, 9));
    return sum % 97 == 0 || (sum + 55) % 97 == 0;
}

static bool is_hu(struct rx_str s)
{
    return (10 - WEIGHTED(s, 9, 7, 3, 1, 9, 7, 3) % 10) % 10 == digit(s, 7);
}

static bool is_lu(struct rx_str s)
{
    return number_of(rx_str_sub(s, 0, 6)) % 89 == number_of(rx_str_sub(s, 6, 8));
}

/* Companies by their number's mod 11; persons, since 2020, by mod 97 of the whole with letters. */
static bool is_nl(struct rx_str s)
{
    if (WEIGHTED(s, 9, 8, 7, 6, 5, 4, 3, 2) % 11 == digit(s, 8))
        return true;
    uint64_t rest = 2321; /* "NL" */
    for (size_t i = 0; i < s.n; i++)
        rest = rx_is_digit(s.p[i]) ? (rest * 10 + digit(s, i)) % 97
                                   : (rest * 100 + (unsigned)(s.p[i] - 'A') + 10) % 97;
    return rest == 1;
}

static bool is_pl(struct rx_str s)
{
    return WEIGHTED(s, 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == digit(s, 9);
}

static bool is_pt(struct rx_str s)
{
    unsigned rest = WEIGHTED(s, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return (rest < 2 ? 0 : 11 - rest) == digit(s, 8);
}

static bool is_se(struct rx_str s)
{
    return luhn(rx_str_sub(s, 0, 10));
}

static bool is_si(struct rx_str s)
{
    unsigned rest = 11 - WEIGHTED(s, 8, 7, 6, 5, 4, 3, 2) % 11;
    return rest != 11 && rest % 10 == digit(s, 7);
}

static bool is_sk(struct rx_str s)
{
    return number_of(s) % 11 == 0;
}

/* ---- how countries build a VAT id ------------------------------------------------------------ */

/* In a form 9 is a digit, A a letter, X either; all else stands for itself. */
static const struct vat {
    const char *country, *form;
    bool (*checked)(struct rx_str number); /* NULL: no rule here */
} vats[] = {
    {"AT", "U99999999", is_at},       {"BE", "9999999999", is_be},   {"BG", "999999999", NULL},
    {"BG", "9999999999", NULL},       {"CHE", "999999999", is_che},  {"CY", "99999999A", NULL},
    {"CZ", "99999999", NULL},         {"CZ", "999999999", NULL},     {"CZ", "9999999999", NULL},
    {"DE", "999999999", mod_11_10},   {"DK", "99999999", is_dk},     {"EE", "999999999", is_ee},
    {"EL", "999999999", is_el},       {"ES", "X9999999X", NULL},     {"FI", "99999999", is_fi},
    {"FR", "XX999999999", is_fr},     {"GB", "999999999", is_gb},    {"GB", "999999999999", is_gb},
    {"HR", "99999999999", mod_11_10}, {"HU", "99999999", is_hu},     {"IE", "9X99999A", NULL},
    {"IE", "9999999AA", NULL},        {"IT", "99999999999", luhn},   {"LT", "999999999", NULL},
    {"LT", "999999999999", NULL},     {"LU", "99999999", is_lu},     {"LV", "99999999999", NULL},
    {"MT", "99999999", NULL},         {"NL", "999999999B99", is_nl}, {"PL", "9999999999", is_pl},
    {"PT", "999999999", is_pt},       {"RO", "9999999", NULL},       {"RO", "99999999", NULL},
    {"SE", "999999999901", is_se},    {"SI", "99999999", is_si},     {"SK", "9999999999", is_sk},
    {"XI", "999999999", is_gb},
};

static bool has_form(struct rx_str s, const char *form)
{
    if (s.n != strlen(form))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool is_digit = rx_is_digit(s.p[i]), is_letter = s.p[i] >= 'A' && s.p[i] <= 'Z';
        bool fine = form[i] == '9'   ? is_digit
                    : form[i] == 'A' ? is_letter
                    : form[i] == 'X' ? is_digit || is_letter
                                     : s.p[i] == form[i];
        if (!fine)
            return false;
    }
    return true;
}

bool legal_vat(struct rx_str id)
{
    for (size_t i = 0; i < sizeof vats / sizeof vats[0]; i++) {
        const struct vat *v = &vats[i];
        struct rx_str country = rx_str(v->country);
        struct rx_str number = rx_str_sub(id, country.n, id.n);
        if (rx_str_starts(id, country) && has_form(number, v->form))
            return !v->checked || v->checked(number);
    }
    return false;
}

/* ---- registers ------------------------------------------------------------------------------- */

static bool is_inn(struct rx_str s)
{
    if (s.n == 10)
        return WEIGHTED(s, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == digit(s, 9);
    return s.n == 12 && WEIGHTED(s, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == digit(s, 10) &&
           WEIGHTED(s, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == digit(s, 11);
}

static bool is_ogrn(struct rx_str s)
{
    return (s.n == 13 || s.n == 15) &&
           number_of(rx_str_sub(s, 0, s.n - 1)) % (s.n - 2) % 10 == digit(s, s.n - 1);
}

static bool is_siren(struct rx_str s)
{
    return s.n == 9 && luhn(s);
}

static bool is_cnpj(struct rx_str s)
{
    if (s.n != 14)
        return false;
    unsigned first = WEIGHTED(s, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    unsigned second = WEIGHTED(s, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return (first < 2 ? 0 : 11 - first) == digit(s, 12) &&
           (second < 2 ? 0 : 11 - second) == digit(s, 13);
}

/* The first digit is one more than what is weighed. */
static bool is_abn(struct rx_str s)
{
    return s.n == 11 && s.p[0] > '0' &&
           (WEIGHTED(s, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19) - 10) % 89 == 0;
}

static bool is_ico(struct rx_str s)
{
    return s.n == 8 && (11 - WEIGHTED(s, 8, 7, 6, 5, 4, 3, 2) % 11) % 10 == digit(s, 7);
}

static bool is_cvr(struct rx_str s)
{
    return s.n == 8 && is_dk(s);
}

/* Sweden's ten digits or Norway's nine. */
static bool is_org(struct rx_str s)
{
    if (s.n == 10)
        return s.p[2] >= '2' && luhn(s);
    return s.n == 9 && (11 - WEIGHTED(s, 3, 2, 7, 6, 5, 4, 3, 2) % 11) % 11 == digit(s, 8);
}

static bool is_eight(struct rx_str s)
{
    return s.n == 8;
}

static const struct reg {
    const char *name;
    bool (*valid)(struct rx_str number);
} regs[] = {
    {"ABN", is_abn},   {"CNPJ", is_cnpj}, {"CVR", is_cvr}, {"ICO", is_ico},     {"INN", is_inn},
    {"KVK", is_eight}, {"OGRN", is_ogrn}, {"ORG", is_org}, {"SIREN", is_siren},
};

const char *const legal_registers[] = {"ABN", "CNPJ", "CVR", "ICO",   "INN",
                                       "KVK", "OGRN", "ORG", "SIREN", NULL};

static const struct reg *find_register(struct rx_str name)
{
    for (size_t i = 0; i < sizeof regs / sizeof regs[0]; i++)
        if (rx_str_eq(name, rx_str(regs[i].name)))
            return &regs[i];
    return NULL;
}

bool legal_number(struct rx_str name, struct rx_str number)
{
    const struct reg *r = find_register(name);
    for (size_t i = 0; i < number.n; i++)
        if (!rx_is_digit(number.p[i]))
            return false;
    return r && r->valid(number);
}

/* ---- names and addresses --------------------------------------------------------------------- */

static const struct fold {
    const char *word, *folded;
} folds[] = {
    {"limited", "ltd"},
    {"incorporated", "inc"},
    {"corporation", "corp"},
    {"company", "co"},
    {"street", "st"},
    {"avenue", "ave"},
    {"road", "rd"},
    {"boulevard", "blvd"},
    {"drive", "dr"},
    {"lane", "ln"},
    {"court", "ct"},
    {"place", "pl"},
    {"square", "sq"},
    {"parkway", "pkwy"},
    {"highway", "hwy"},
    {"terrace", "ter"},
    {"suite", "ste"},
    {"floor", "fl"},
    {"building", "bldg"},
    {"apartment", "apt"},
    {"north", "n"},
    {"south", "s"},
    {"east", "e"},
    {"west", "w"},
    {"strasse", "str"},
    {"stra\xc3\x9f"
     "e",
     "str"},
};

/* A word's common short form, and "...strasse" as "...str". */
static struct rx_str folded(struct rx_str word, struct rx_str *head)
{
    *head = (struct rx_str){0};
    for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++) {
        struct rx_str whole = rx_str(folds[i].word);
        if (rx_str_eq(word, whole))
            return rx_str(folds[i].folded);
        if (whole.p[0] == 's' && whole.p[3] == 'a' && rx_str_ends(word, whole)) {
            *head = rx_str_sub(word, 0, word.n - whole.n);
            return rx_str(folds[i].folded);
        }
    }
    return word;
}

static bool put(char out[LEGAL_TEXT], size_t *n, struct rx_str s)
{
    if (s.n > LEGAL_TEXT - *n)
        return false;
    if (s.n)
        memcpy(out + *n, s.p, s.n);
    *n += s.n;
    return true;
}

/* How the bytes at s[i] count: as a part of a word (in lower case, in *c), as nothing ("B.V." is
 * "bv", "O'Reilly" is "oreilly"), or as what parts words. More than ASCII: Latin-1's and the
 * general punctuation parts, its letters lose their case. *n: bytes. */
enum part { PART_WORD, PART_NOTHING, PART_GAP };
static enum part part_of(struct rx_str s, size_t i, char *c, size_t *n)
{
    const unsigned char first = (unsigned char)s.p[i];
    const unsigned char next = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
    *n = 1;
    *c = rx_lower(s.p[i]);
    if (*c == '.' || *c == '\'')
        return PART_NOTHING;
    if (first < 0x80)
        return rx_is_alnum(*c) || *c == '&' ? PART_WORD : PART_GAP;
    if (first == 0xc2) {
        *n = 2;
        return PART_GAP;
    }
    if (first == 0xe2 && next == 0x80 && i + 2 < s.n) {
        *n = 3;
        return s.p[i + 2] == '\x99' ? PART_NOTHING : PART_GAP;
    }
    if (i > 0 && s.p[i - 1] == '\xc3' && first >= 0x80 && first <= 0x9e && first != 0x97)
        *c = (char)(first + 0x20);
    return PART_WORD;
}

size_t legal_words(char out[LEGAL_TEXT], struct rx_str text)
{
    char word[LEGAL_TEXT];
    size_t n = 0, word_n = 0;
    for (size_t i = 0, step = 1; i <= text.n; i += step) {
        char c = ' ';
        const enum part part = i < text.n ? part_of(text, i, &c, &step) : PART_GAP;
        if (part == PART_WORD) {
            if (word_n == sizeof word)
                return 0;
            word[word_n++] = c;
        }
        if (part != PART_GAP || word_n == 0)
            continue;
        struct rx_str head, tail = folded(rx_strn(word, word_n), &head);
        if ((n > 0 && !put(out, &n, RX_STR(" "))) || !put(out, &n, head) || !put(out, &n, tail))
            return 0;
        word_n = 0;
    }
    return n;
}
