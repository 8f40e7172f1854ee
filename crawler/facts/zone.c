/* zone.c - see zone.h: from a text in zone-file form to facts. The text is made in resolve_reply.c.
 *
 * A TXT value keeps its \DDD for bytes that are no printable ASCII; \" and \\ are undone. */
#include "crawler/facts/zone.h"

#include "crawler/facts/fact_line.h"

#include <stdio.h>

enum { VALUE_BYTES = 1100 };

const unsigned zone_types[] = {2, 15, 16, 6, 0}; /* RFC 1035 section 3.2.2 */

const char *zone_type_name(unsigned type)
{
    switch (type) {
    case 2:
        return "NS";
    case 6:
        return "SOA";
    case 15:
        return "MX";
    case 16:
        return "TXT";
    default:
        return "?";
    }
}

int zone_add_failure(struct rx_buf *out, unsigned type, const char *why)
{
    return rx_buf_addf(out, "; %s: %s\r\n", zone_type_name(type), why);
}

/* The next word of *rest, without what is around it. */
static struct rx_str word(struct rx_str *rest)
{
    struct rx_str w;
    *rest = rx_str_trim(*rest);
    rx_str_cut(*rest, ' ', &w, rest);
    return w;
}

/* A name of a zone file as a value: lower case, without the root's dot. */
static int add_name(struct rx_buf *lines, const char *kind, struct rx_str name)
{
    char low[256];
    size_t n = 0;
    if (name.n > 0 && name.p[name.n - 1] == '.')
        name.n--;
    while (n < name.n && n < sizeof low) {
        low[n] = rx_lower(name.p[n]);
        n++;
    }
    return fact_line_add(lines, kind, rx_strn(low, n));
}

static bool is_word_of_token(char c)
{
    return rx_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
}

/* Does a service prove by this text that its customer owns the domain? "NAME=TOKEN" or "NAME:
 * TOKEN", where NAME speaks of verification; Microsoft writes MS=ms12345678. */
static bool is_verification(struct rx_str text, struct rx_str *name, struct rx_str *token)
{
    enum { NAME_MAX_BYTES = 60, TOKEN_LEAST = 8, TOKEN_MOST = 90 };
    size_t n = 0;
    bool speaks = false;
    while (n < text.n && is_word_of_token(text.p[n]))
        n++;
    if (n == 0 || n > NAME_MAX_BYTES || n == text.n || (text.p[n] != '=' && text.p[n] != ':'))
        return false;
    *name = rx_str_sub(text, 0, n);
    *token = rx_str_trim(rx_str_sub(text, n + 1, text.n));
    for (size_t i = 0; i + 5 <= n && !speaks; i++)
        speaks = rx_str_ieq(rx_str_sub(text, i, i + 5), RX_STR("verif")) ||
                 rx_str_ieq(rx_str_sub(text, i, i + 5), RX_STR("valid"));
    speaks = speaks || (rx_str_eq(*name, RX_STR("MS")) && rx_str_starts(*token, RX_STR("ms")));
    for (size_t i = 0; i < token->n; i++)
        if ((unsigned char)token->p[i] <= ' ' || token->p[i] == '\\')
            return false;
    return speaks && token->n >= TOKEN_LEAST && token->n <= TOKEN_MOST;
}

static int add_verification(struct rx_buf *lines, struct rx_str name, struct rx_str token)
{
    char value[160];
    size_t n = 0;
    while (n < name.n) {
        value[n] = rx_lower(name.p[n]);
        n++;
    }
    const int more = snprintf(value + n, sizeof value - n, ":%.*s", RX_FMT(token));
    return more < 0 ? RX_EINVAL
                    : fact_line_add(lines, "verification", rx_strn(value, n + (size_t)more));
}

/* The mechanisms of an SPF record (RFC 7208) in one spelling: lower case, single spaces. */
static int add_spf(struct rx_buf *lines, struct rx_str text)
{
    char value[FACT_VALUE_MAX];
    size_t n = 0;
    for (size_t i = 0; i < text.n && n < sizeof value; i++)
        if (text.p[i] != ' ' || (n > 0 && value[n - 1] != ' '))
            value[n++] = rx_lower(text.p[i]);
    return fact_line_add(lines, "spf", rx_strn(value, n));
}

/* "one" "two" is one text: what a record holds is one value cut into strings of 255 bytes. */
static size_t join_strings(char out[VALUE_BYTES], struct rx_str data)
{
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < data.n && n < VALUE_BYTES; i++) {
        const bool escaped = inside && data.p[i] == '\\' && i + 1 < data.n;
        if (escaped && (data.p[i + 1] == '"' || data.p[i + 1] == '\\'))
            out[n++] = data.p[++i];
        else if (data.p[i] == '"')
            inside = !inside;
        else if (inside)
            out[n++] = data.p[i];
    }
    return n;
}

static int add_txt(struct rx_buf *lines, struct rx_str data)
{
    char joined[VALUE_BYTES];
    const struct rx_str text = rx_str_trim(rx_strn(joined, join_strings(joined, data)));
    struct rx_str name, token;
    int rc = fact_line_add(lines, "txt", text);
    if (!rc && rx_str_istarts(text, RX_STR("v=spf1")))
        rc = add_spf(lines, text);
    else if (!rc && is_verification(text, &name, &token))
        rc = add_verification(lines, name, token);
    return rc;
}

static int add_failure(struct rx_buf *lines, struct rx_str line)
{
    struct rx_str type, why;
    if (!rx_str_cut(rx_str_trim(rx_str_sub(line, 1, line.n)), ':', &type, &why))
        return RX_OK;
    for (const unsigned *t = zone_types; *t; t++) {
        static const char *const kinds[] = {
            [2] = "ns.failed", [6] = "soa.failed", [15] = "mx.failed", [16] = "txt.failed"};
        if (rx_str_eq(type, rx_str(zone_type_name(*t))))
            return fact_line_add(lines, kinds[*t], why);
    }
    return RX_OK;
}

/* "OWNER TTL IN TYPE DATA" */
static int add_record(struct rx_buf *lines, struct rx_str line)
{
    (void)word(&line); /* owner */
    (void)word(&line); /* TTL */
    if (!rx_str_eq(word(&line), RX_STR("IN")))
        return RX_OK;
    const struct rx_str type = word(&line);
    if (rx_str_eq(type, RX_STR("NS")))
        return add_name(lines, "ns", word(&line));
    if (rx_str_eq(type, RX_STR("TXT")))
        return add_txt(lines, line);
    const bool mx = rx_str_eq(type, RX_STR("MX"));
    if (!mx && !rx_str_eq(type, RX_STR("SOA")))
        return RX_OK;
    (void)word(&line); /* MX: preference; SOA: the first name server */
    return add_name(lines, mx ? "mx" : "soa", word(&line));
}

int zone_facts(struct rx_buf *lines, struct rx_str text)
{
    int rc = RX_OK;
    while (text.n > 0 && !rc) {
        struct rx_str line;
        rx_str_cut(text, '\n', &line, &text);
        line = rx_str_trim(line);
        if (line.n > 0)
            rc = line.p[0] == ';' ? add_failure(lines, line) : add_record(lines, line);
    }
    return rc;
}
