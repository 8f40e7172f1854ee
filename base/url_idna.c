/* url_idna.c - see url_idna.h.
 *
 * libidn2 does the mapping of UTS 46, but then holds the labels to IDNA 2008 of its Unicode
 * version, which is stricter than the web: it refuses symbols and emoji (UTS 46 status "valid;
 * NV8"), new ones too, two hyphens in third place, and a hyphen at either end. Browsers reach such
 * hosts, and shops use them. When libidn2 refuses a name for one of these reasons, the name is
 * composed here: runs of letters are still mapped by libidn2, symbols of the table and ASCII are
 * taken as they are, and each label is encoded by RFC 3492. Beyond the table the stricter answer
 * stands: rare letters that are newer than libidn2, and signs of dead scripts, are no host. */
#include "base/url_idna.h"

#include "base/escape.h"

#include <idn2.h>

enum { NAME_MAX_BYTES = 1024, LABEL_MAX_POINTS = 256 };

/* Valid in UTS 46 and unchanged by its mapping, but not PVALID in IDNA 2008. Left out are what is
 * mapped (circled digits and letters, multiple integrals, squared words) and what is ignored. */
static bool is_symbol(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00A1, 0x00A7},   {0x00A9, 0x00A9},   {0x00AB, 0x00AC},   {0x00AE, 0x00AE},
        {0x00B0, 0x00B1},   {0x00B6, 0x00B7},   {0x00BB, 0x00BB},   {0x00BF, 0x00BF},
        {0x00D7, 0x00D7},   {0x00F7, 0x00F7},   {0x0375, 0x0375},   {0x05F3, 0x05F4},
        {0x0660, 0x0669},   {0x06F0, 0x06F9},   {0x2010, 0x2010},   {0x2012, 0x2016},
        {0x2018, 0x2023},   {0x2027, 0x2027},   {0x2030, 0x2032},   {0x2035, 0x2035},
        {0x2038, 0x203B},   {0x203D, 0x203D},   {0x203F, 0x2046},   {0x204A, 0x2056},
        {0x2058, 0x205E},   {0x20A0, 0x20A7},   {0x20A9, 0x20C0},   {0x2104, 0x2104},
        {0x2108, 0x2108},   {0x2114, 0x2114},   {0x2117, 0x2118},   {0x211E, 0x211F},
        {0x2123, 0x2123},   {0x2127, 0x2127},   {0x2129, 0x2129},   {0x212E, 0x212E},
        {0x213A, 0x213A},   {0x2141, 0x2144},   {0x214A, 0x214D},   {0x2190, 0x222B},
        {0x222E, 0x222E},   {0x2231, 0x2328},   {0x232B, 0x2426},   {0x2440, 0x244A},
        {0x24EB, 0x2A0B},   {0x2A0D, 0x2A73},   {0x2A77, 0x2ADB},   {0x2ADD, 0x2B73},
        {0x2B76, 0x2B95},   {0x2B97, 0x2BFF},   {0x3001, 0x3001},   {0x3003, 0x3004},
        {0x3008, 0x3029},   {0x3030, 0x3030},   {0x3037, 0x3037},   {0x303D, 0x303F},
        {0x30A0, 0x30A0},   {0x30FB, 0x30FB},   {0x4DC0, 0x4DFF},   {0x1F000, 0x1F02B},
        {0x1F030, 0x1F093}, {0x1F0A0, 0x1F0F5}, {0x1F10B, 0x1F10F}, {0x1F12F, 0x1F12F},
        {0x1F150, 0x1F169}, {0x1F16D, 0x1F18F}, {0x1F191, 0x1F1AD}, {0x1F1E6, 0x1F1FF},
        {0x1F260, 0x1F265}, {0x1F300, 0x1F6D7}, {0x1F6DC, 0x1F6EC}, {0x1F6F0, 0x1F6FC},
        {0x1F700, 0x1F776}, {0x1F77B, 0x1F7D9}, {0x1F7E0, 0x1F7EB}, {0x1F7F0, 0x1F7F0},
        {0x1F800, 0x1F8AD}, {0x1F900, 0x1FA53}, {0x1FA60, 0x1FA6D}, {0x1FA70, 0x1FAFF},
    };
    size_t low = 0, high = sizeof ranges / sizeof *ranges;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof ranges / sizeof *ranges && c >= ranges[low].first;
}

/* Variation selectors are ignored by the mapping; emoji are written with them. */
static bool is_ignored(uint32_t c)
{
    return (c >= 0xFE00 && c <= 0xFE0F) || c == 0x00AD || c == 0x200B || c == 0x2060 || c == 0xFEFF;
}

/* The full stops that UTS 46 maps to ".". */
static bool is_dot(uint32_t c)
{
    return c == '.' || c == 0x3002 || c == 0xFF0E || c == 0xFF61;
}

/* ---- RFC 3492 ---- */

enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, FIRST_BIAS = 72, FIRST_N = 0x80 };

/* Section 6.1. */
static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / DAMP : delta / 2;
    delta += delta / points;
    for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

/* A generalised variable-length integer, section 3.3. */
static int add_integer(struct rx_buf *out, uint32_t q, uint32_t bias)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    int rc = 0;
    for (uint32_t k = BASE; !rc; k += BASE) {
        uint32_t t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
        if (q < t)
            return rx_buf_addc(out, digits[q]);
        rc = rx_buf_addc(out, digits[t + (q - t) % (BASE - t)]);
        q = (q - t) / (BASE - t);
    }
    return rc;
}

static uint32_t least_from(const uint32_t *points, size_t n, uint32_t from)
{
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        if (points[i] >= from && points[i] < least)
            least = points[i];
    return least;
}

/* Section 6.3. At most LABEL_MAX_POINTS of at most 21 bits each: delta cannot overflow. */
static int add_punycode(struct rx_buf *out, const uint32_t *points, size_t n)
{
    uint32_t delta = 0, bias = FIRST_BIAS, at = FIRST_N, done = 0;
    int rc = rx_buf_add(out, RX_STR("xn--"));
    for (size_t i = 0; i < n && !rc; i++) {
        if (points[i] < 0x80) {
            rc = rx_buf_addc(out, (char)points[i]);
            done++;
        }
    }
    const uint32_t basic = done;
    if (basic && !rc)
        rc = rx_buf_addc(out, '-');
    while (done < n && !rc) {
        uint32_t next = least_from(points, n, at);
        delta += (next - at) * (done + 1);
        at = next;
        for (size_t i = 0; i < n && !rc; i++) {
            if (points[i] < at)
                delta++;
            if (points[i] != at)
                continue;
            rc = add_integer(out, delta, bias);
            bias = adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
        delta++;
        at++;
    }
    return rc;
}

/* ---- names with symbols ---- */

struct label {
    uint32_t points[LABEL_MAX_POINTS];
    size_t n;
};

static int add_point(struct label *label, uint32_t c)
{
    if (label->n == LABEL_MAX_POINTS)
        return RX_EINVAL;
    label->points[label->n++] = c;
    return 0;
}

static int end_label(struct rx_buf *out, struct label *label)
{
    bool ascii = true;
    int rc = 0;
    for (size_t i = 0; i < label->n; i++)
        ascii = ascii && label->points[i] < 0x80;
    if (!ascii)
        rc = add_punycode(out, label->points, label->n);
    for (size_t i = 0; ascii && i < label->n && !rc; i++)
        rc = rx_buf_addc(out, (char)label->points[i]);
    label->n = 0;
    return rc;
}

/* Maps a run of letters by libidn2, there and back. */
static int add_letters(struct label *label, struct rx_str run)
{
    uint8_t text[NAME_MAX_BYTES + 1];
    uint8_t *ascii = NULL;
    char *mapped = NULL;
    memcpy(text, run.p, run.n);
    text[run.n] = '\0';
    int rc = RX_EINVAL;
    if (idn2_lookup_u8(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
        idn2_to_unicode_8z8z((const char *)ascii, &mapped, 0) == IDN2_OK) {
        struct rx_str s = rx_str(mapped);
        rc = 0;
        for (size_t at = 0; at < s.n && !rc;)
            rc = add_point(label, rx_utf8_next(s, &at));
    }
    idn2_free(ascii);
    idn2_free(mapped);
    return rc;
}

static bool is_letter(uint32_t c)
{
    return c >= 0x80 && !is_symbol(c) && !is_dot(c) && !is_ignored(c);
}

static int compose(struct rx_buf *out, struct rx_str name)
{
    struct label label = {.n = 0};
    int rc = 0;
    for (size_t at = 0; at < name.n && !rc;) {
        size_t from = at, end = at;
        uint32_t c = rx_utf8_next(name, &at);
        if (is_letter(c)) {
            for (end = at; end < name.n && is_letter(rx_utf8_next(name, &end));)
                at = end;
            rc = add_letters(&label, rx_str_sub(name, from, at));
        } else if (is_dot(c)) {
            rc = end_label(out, &label);
            if (!rc)
                rc = rx_buf_addc(out, '.');
        } else if (!is_ignored(c)) {
            rc = add_point(&label, c < 0x80 ? (uint8_t)rx_lower((char)c) : c);
        }
    }
    return rc ? rc : end_label(out, &label);
}

static bool stricter_than_the_web(int idn2_rc)
{
    return idn2_rc == IDN2_DISALLOWED || idn2_rc == IDN2_2HYPHEN ||
           idn2_rc == IDN2_HYPHEN_STARTEND || idn2_rc == IDN2_CONTEXTO ||
           idn2_rc == IDN2_CONTEXTO_NO_RULE || idn2_rc == IDN2_UNASSIGNED;
}

int rx_idna_to_ascii(struct rx_buf *out, struct rx_str name)
{
    uint8_t text[NAME_MAX_BYTES + 1];
    uint8_t *ascii = NULL;
    if (name.n > NAME_MAX_BYTES || memchr(name.p, '\0', name.n) || !rx_utf8_valid(name))
        return RX_EINVAL;
    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    int idn2_rc = idn2_lookup_u8(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (idn2_rc == IDN2_OK) {
        int rc = rx_buf_add(out, rx_str((const char *)ascii));
        idn2_free(ascii);
        return rc;
    }
    if (idn2_rc == IDN2_MALLOC)
        return RX_ENOMEM;
    return stricter_than_the_web(idn2_rc) ? compose(out, name) : RX_EINVAL;
}
