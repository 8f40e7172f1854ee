/* phone.c - see phone.h. Calling codes and the lengths of national numbers: ITU-T E.164 and the
 * national plans, rounded to the widest that is in use. */
#include "crawler/extract/phone.h"

static const struct country {
    uint16_t code;
    uint8_t least, most; /* digits after the code */
    char ending[3];      /* ISO 3166 code in lower case; "" if the code is shared */
    bool keep_zero;      /* a national number's leading 0 stays (Italy) */
} countries[] = {
    {1, 10, 10, "us", false},  {7, 10, 10, "ru", false},  {20, 8, 10, "eg", false},
    {27, 9, 9, "za", false},   {30, 10, 10, "gr", false}, {31, 9, 9, "nl", false},
    {32, 8, 9, "be", false},   {33, 9, 9, "fr", false},   {34, 9, 9, "es", false},
    {36, 8, 9, "hu", false},   {39, 6, 11, "it", true},   {40, 9, 9, "ro", false},
    {41, 9, 9, "ch", false},   {43, 7, 13, "at", false},  {44, 9, 10, "gb", false},
    {45, 8, 8, "dk", false},   {46, 7, 10, "se", false},  {47, 8, 8, "no", false},
    {48, 9, 9, "pl", false},   {49, 6, 12, "de", false},  {51, 8, 9, "pe", false},
    {52, 10, 11, "mx", false}, {54, 10, 11, "ar", false}, {55, 10, 11, "br", false},
    {56, 8, 9, "cl", false},   {57, 8, 10, "co", false},  {60, 8, 10, "my", false},
    {61, 9, 9, "au", false},   {62, 8, 12, "id", false},  {63, 8, 10, "ph", false},
    {64, 8, 10, "nz", false},  {65, 8, 8, "sg", false},   {66, 8, 9, "th", false},
    {81, 9, 10, "jp", false},  {82, 8, 10, "kr", false},  {84, 9, 10, "vn", false},
    {86, 10, 11, "cn", false}, {90, 10, 10, "tr", false}, {91, 10, 10, "in", false},
    {92, 9, 10, "pk", false},  {94, 9, 9, "lk", false},   {95, 7, 10, "mm", false},
    {98, 10, 10, "ir", false}, {212, 9, 9, "ma", false},  {213, 8, 9, "dz", false},
    {216, 8, 8, "tn", false},  {221, 9, 9, "sn", false},  {225, 8, 10, "ci", false},
    {229, 8, 10, "bj", false}, {230, 7, 8, "mu", false},  {233, 9, 9, "gh", false},
    {234, 8, 10, "ng", false}, {237, 8, 9, "cm", false},  {248, 7, 7, "sc", false},
    {251, 9, 9, "et", false},  {254, 9, 9, "ke", false},  {255, 9, 9, "tz", false},
    {256, 9, 9, "ug", false},  {260, 9, 9, "zm", false},  {263, 9, 9, "zw", false},
    {297, 7, 7, "aw", false},  {350, 8, 8, "gi", false},  {351, 9, 9, "pt", false},
    {352, 6, 11, "lu", false}, {353, 7, 9, "ie", false},  {354, 7, 9, "is", false},
    {355, 8, 9, "al", false},  {356, 8, 8, "mt", false},  {357, 8, 8, "cy", false},
    {358, 6, 11, "fi", false}, {359, 7, 9, "bg", false},  {370, 8, 8, "lt", false},
    {371, 8, 8, "lv", false},  {372, 7, 8, "ee", false},  {373, 8, 8, "md", false},
    {374, 8, 8, "am", false},  {375, 9, 9, "by", false},  {376, 6, 9, "ad", false},
    {377, 8, 9, "mc", false},  {380, 9, 9, "ua", false},  {381, 8, 9, "rs", false},
    {382, 8, 8, "me", false},  {383, 8, 9, "xk", false},  {385, 8, 9, "hr", false},
    {386, 8, 8, "si", false},  {387, 8, 8, "ba", false},  {389, 8, 8, "mk", false},
    {420, 9, 9, "cz", false},  {421, 9, 9, "sk", false},  {423, 7, 9, "li", false},
    {501, 7, 7, "bz", false},  {502, 8, 8, "gt", false},  {503, 8, 8, "sv", false},
    {504, 8, 8, "hn", false},  {505, 8, 8, "ni", false},  {506, 8, 8, "cr", false},
    {507, 7, 8, "pa", false},  {591, 8, 8, "bo", false},  {593, 8, 9, "ec", false},
    {595, 8, 9, "py", false},  {598, 8, 8, "uy", false},  {599, 7, 8, "cw", false},
    {678, 5, 7, "vu", false},  {800, 8, 8, "", false},    {850, 6, 10, "kp", false},
    {852, 8, 8, "hk", false},  {853, 8, 8, "mo", false},  {855, 8, 9, "kh", false},
    {856, 8, 10, "la", false}, {870, 9, 9, "", false},    {880, 8, 10, "bd", false},
    {883, 7, 12, "", false},   {886, 8, 9, "tw", false},  {960, 7, 7, "mv", false},
    {961, 7, 8, "lb", false},  {962, 8, 9, "jo", false},  {963, 8, 9, "sy", false},
    {964, 8, 10, "iq", false}, {965, 8, 8, "kw", false},  {966, 8, 9, "sa", false},
    {967, 7, 9, "ye", false},  {968, 8, 8, "om", false},  {970, 8, 9, "ps", false},
    {971, 7, 9, "ae", false},  {972, 8, 9, "il", false},  {973, 8, 8, "bh", false},
    {974, 7, 8, "qa", false},  {975, 7, 8, "bt", false},  {976, 8, 8, "mn", false},
    {977, 8, 10, "np", false}, {992, 9, 9, "tj", false},  {993, 8, 8, "tm", false},
    {994, 9, 9, "az", false},  {995, 9, 9, "ge", false},  {996, 9, 9, "kg", false},
    {998, 9, 9, "uz", false},
};
enum { COUNTRIES = sizeof countries / sizeof countries[0], DIGITS_MAX = 15, DIGITS_MIN = 8 };

static const struct country *by_code(unsigned code)
{
    for (size_t i = 0; i < COUNTRIES; i++)
        if (countries[i].code == code)
            return &countries[i];
    return NULL;
}

/* The country whose calling code begins the digits: codes are prefix-free. */
static const struct country *by_prefix(const char *digits, size_t n, size_t *code_digits)
{
    unsigned code = 0;
    for (size_t i = 0; i < 3 && i < n; i++) {
        code = code * 10 + (unsigned)(digits[i] - '0');
        const struct country *c = by_code(code);
        if (c) {
            *code_digits = i + 1;
            return c;
        }
    }
    return NULL;
}

/* Area and exchange begin with 2 to 9 and are no service code; 555-01xx is kept for films. */
static bool nanp_valid(const char *d)
{
    return d[0] >= '2' && d[3] >= '2' && !(d[1] == '1' && d[2] == '1') &&
           !(d[4] == '1' && d[5] == '1') && memcmp(d + 3, "55501", 5) != 0;
}

/* Numbers that cost the caller nothing: how they begin behind the calling code, and their length,
 * which may be another than that of the country's other numbers (Australia, Ireland, the
 * Netherlands) and tells Ireland's 1800 from lines in Dublin. */
static const struct free_range {
    uint16_t code;
    char prefix[5];
    uint8_t least, most;
} free_ranges[] = {
    {1, "800", 10, 10},  {1, "833", 10, 10},    {1, "844", 10, 10},   {1, "855", 10, 10},
    {1, "866", 10, 10},  {1, "877", 10, 10},    {1, "888", 10, 10},   {7, "800", 10, 10},
    {31, "800", 7, 7},   {31, "800", 10, 10},   {32, "800", 8, 8},    {33, "800", 9, 9},
    {33, "801", 9, 9},   {33, "802", 9, 9},     {33, "803", 9, 9},    {33, "804", 9, 9},
    {33, "805", 9, 9},   {34, "800", 9, 9},     {34, "900", 9, 9},    {36, "80", 8, 8},
    {39, "800", 6, 10},  {41, "800", 9, 9},     {43, "800", 7, 13},   {44, "800", 9, 10},
    {44, "808", 10, 10}, {45, "80", 8, 8},      {46, "20", 7, 9},     {47, "800", 8, 8},
    {48, "800", 9, 9},   {49, "800", 10, 12},   {61, "1800", 10, 10}, {64, "800", 9, 10},
    {351, "800", 9, 9},  {353, "1800", 10, 10}, {358, "800", 6, 11},  {420, "800", 9, 9},
    {421, "800", 9, 9},  {800, "", 8, 8},
};

static bool is_free(const struct country *c, const char *digits, size_t n)
{
    for (size_t i = 0; i < sizeof free_ranges / sizeof free_ranges[0]; i++) {
        const struct free_range *f = &free_ranges[i];
        if (f->code == c->code && n >= f->least && n <= f->most &&
            strncmp(digits, f->prefix, strlen(f->prefix)) == 0)
            return true;
    }
    return false;
}

static bool plan_valid(const struct country *c, const char *digits, size_t n)
{
    if ((n < c->least || n > c->most) && !is_free(c, digits, n))
        return false;
    return c->code != 1 || nanp_valid(digits);
}

/* Digits of the number; "(0)" between code and number is a trunk prefix and is left out. */
static size_t digits_of(char *out, size_t max, struct rx_str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (rx_str_starts(rx_str_sub(text, i, text.n), RX_STR("(0)")) && n > 0) {
            i += 2;
            continue;
        }
        if (!rx_is_digit(text.p[i]))
            continue;
        if (n == max)
            return max + 1;
        out[n++] = text.p[i];
    }
    return n;
}

bool phone_normal(char out[PHONE_TEXT], struct rx_str text, unsigned home)
{
    char digits[DIGITS_MAX + 3] = {0}, *d = digits;
    text = rx_str_trim(text);
    bool plus = text.n > 0 && text.p[0] == '+';
    size_t n = digits_of(digits, DIGITS_MAX + 2, text), code_digits = 0;
    if (n > DIGITS_MAX + 2)
        return false;
    if (!plus && n > 2 && d[0] == '0' && d[1] == '0') {
        plus = true;
        d += 2;
        n -= 2;
    }
    const struct country *c = plus ? by_prefix(d, n, &code_digits) : by_code(home);
    if (!c)
        return false;
    d += code_digits;
    n -= code_digits;
    /* The trunk prefix of a national number: 1 in North America, 8 in Russia, 0 nearly everywhere
     * else. */
    bool trunk = c->code == 1   ? n == 11 && d[0] == '1'
                 : c->code == 7 ? n == 11 && d[0] == '8'
                                : n > 1 && d[0] == '0' && !c->keep_zero;
    if (!plus && trunk) {
        d++;
        n--;
    }
    char code[4];
    size_t code_n = 0;
    for (unsigned left = c->code; left; left /= 10)
        code[code_n++] = (char)('0' + left % 10);
    if (!plan_valid(c, d, n) || code_n + n > DIGITS_MAX || code_n + n < DIGITS_MIN)
        return false;
    *out++ = '+';
    while (code_n > 0)
        *out++ = code[--code_n];
    memcpy(out, d, n);
    out[n] = '\0';
    return true;
}

static unsigned by_ending(struct rx_str ending)
{
    if (rx_str_ieq(ending, RX_STR("uk")))
        return 44;
    if (rx_str_ieq(ending, RX_STR("ca")))
        return 1;
    for (size_t i = 0; i < COUNTRIES && ending.n == 2; i++)
        if (rx_str_ieq(ending, rx_str(countries[i].ending)))
            return countries[i].code;
    return 0;
}

/* Endings that are sold to anyone say nothing about the country. */
static bool sold_ending(struct rx_str ending)
{
    static const char *const sold[] = {"me", "la", "sc", "ai", "io", "tv", "cc", "co", "bz", "li"};
    for (size_t i = 0; i < sizeof sold / sizeof sold[0]; i++)
        if (rx_str_ieq(ending, rx_str(sold[i])))
            return true;
    return false;
}

unsigned phone_home(struct rx_str host, struct rx_str lang)
{
    struct rx_str ending = host, head;
    while (rx_str_cut(ending, '.', &head, &host))
        ending = host;
    unsigned code = sold_ending(ending) ? 0 : by_ending(ending);
    if (code || !rx_str_cut(lang, '-', &head, &lang))
        return code;
    return by_ending(lang);
}

bool phone_tollfree(const char *e164)
{
    size_t code_digits = 0, n = strlen(e164);
    const struct country *c = n > 1 ? by_prefix(e164 + 1, n - 1, &code_digits) : NULL;
    return c && is_free(c, e164 + 1 + code_digits, n - 1 - code_digits);
}
