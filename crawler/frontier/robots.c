/* robots.c - see robots.h.
 *
 * The rules are text, a line a rule, so that a stored decision can be read by people:
 *
 *   rules 1 <crawl delay in ms>\n
 *   A <line> <pattern>\n          Allow
 *   D <line> <pattern>\n          Disallow
 *
 * Patterns are normalised when they are compiled and paths when they are asked for, to the same
 * form; it holds no blank, control character or byte over 0x7E, so a line is never ambiguous.
 * In a pattern "*" is always the wildcard and a "$" always the end, since those that are meant
 * literally are written "%2A" and "%24". */
#include "crawler/frontier/robots.h"

enum {
    PATH_MAX_BYTES = 3 * 2048 /* of a normalised path: each octet of a URL as %XX */
};

/* ---- the normal form (section 2.2.2) ---- */

static bool is_unreserved(uint8_t c)
{
    return rx_is_alnum((char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Characters that stand for themselves in a path and, raw or not, never mean the same as encoded.
 */
static bool is_reserved(uint8_t c)
{
    return c && strchr("!#$&'()*+,/:;=?@[]%", c) != NULL;
}

struct normal {
    struct rx_buf *out;
    bool in_query; /* a "?" went by */
};

static int add_octet(struct normal *to, uint8_t c, bool encoded)
{
    /* "?u=http://x" and "?u=http%3A%2F%2Fx" are one query (the RFC's table of examples). */
    bool free_in_query = to->in_query && (c == ':' || c == '/' || c == '?' || c == '@');
    if (is_unreserved(c) || free_in_query || (!encoded && is_reserved(c)))
        return rx_buf_addc(to->out, (char)c);
    return rx_buf_addf(to->out, "%%%02X", c);
}

/* One octet of s at *at, decoded if it is written %XX. */
static uint8_t take_octet(struct rx_str s, size_t *at, bool *encoded)
{
    uint8_t c = (uint8_t)s.p[(*at)++];
    int high = c == '%' && *at + 1 < s.n ? rx_hex(s.p[*at]) : -1;
    int low = high < 0 ? -1 : rx_hex(s.p[*at + 1]);
    *encoded = low >= 0;
    if (!*encoded)
        return c;
    *at += 2;
    return (uint8_t)(high << 4 | low);
}

static int add_normal(struct rx_buf *out, struct rx_str s, bool is_pattern)
{
    struct normal to = {.out = out};
    int rc = 0;
    for (size_t at = 0; at < s.n && !rc;) {
        bool encoded;
        uint8_t c = take_octet(s, &at, &encoded);
        bool special = !encoded && (c == '*' || (c == '$' && (!is_pattern || at == s.n)));
        if (special && is_pattern)
            rc = rx_buf_addc(out, (char)c);
        else
            rc = add_octet(&to, c, encoded || c == '*' || c == '$');
        to.in_query = to.in_query || (c == '?' && !encoded);
    }
    return rc;
}

/* ---- reading robots.txt (sections 2.1, 2.2 and 2.5) ---- */

struct reader {
    struct rx_str rest;
    uint32_t line; /* of what next_line() gave, from 1 */
};

/* Lines end by CR, LF or CR LF. Of a line over the cap the head is read, as Google's parser does.
 */
static bool next_line(struct reader *r, struct rx_str *line)
{
    size_t n = 0;
    if (r->rest.n == 0)
        return false;
    while (n < r->rest.n && r->rest.p[n] != '\r' && r->rest.p[n] != '\n')
        n++;
    *line = rx_str_sub(r->rest, 0, n < ROBOTS_LINE_MAX ? n : ROBOTS_LINE_MAX);
    if (n + 1 < r->rest.n && r->rest.p[n] == '\r' && r->rest.p[n + 1] == '\n')
        n++;
    r->rest = rx_str_sub(r->rest, n + 1, r->rest.n);
    r->line++;
    return true;
}

enum field { FIELD_NONE, FIELD_AGENT, FIELD_ALLOW, FIELD_DISALLOW, FIELD_DELAY, FIELD_OTHER };

static enum field field_of(struct rx_str name)
{
    static const struct {
        const char *name;
        enum field field;
    } fields[] = {{"user-agent", FIELD_AGENT},
                  {"allow", FIELD_ALLOW},
                  {"disallow", FIELD_DISALLOW},
                  {"crawl-delay", FIELD_DELAY}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (rx_str_ieq(name, rx_str(fields[i].name)))
            return fields[i].field;
    return FIELD_OTHER;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "name: value # comment". A line without a colon is read as "name value" if it is exactly two
 * words: people forget it, and obeying them costs nothing. */
static enum field split_line(struct rx_str line, struct rx_str *value)
{
    struct rx_str name, comment;
    (void)rx_str_cut(line, '#', &line, &comment);
    line = rx_str_trim(line);
    if (!rx_str_cut(line, ':', &name, value)) {
        size_t n = 0;
        while (n < line.n && !is_blank(line.p[n]))
            n++;
        name = rx_str_sub(line, 0, n);
        *value = rx_str_trim(rx_str_sub(line, n, line.n));
        for (size_t i = 0; i < value->n; i++)
            if (is_blank(value->p[i]))
                return FIELD_NONE;
        if (value->n == 0)
            return FIELD_NONE;
    }
    *value = rx_str_trim(*value);
    return field_of(rx_str_trim(name));
}

/* The product token at the start: section 2.2.1 allows letters, "-" and "_". */
static struct rx_str product_token(struct rx_str s)
{
    size_t n = 0;
    while (n < s.n && (rx_is_alpha(s.p[n]) || s.p[n] == '-' || s.p[n] == '_'))
        n++;
    return rx_str_sub(s, 0, n);
}

/* Our own name may hold digits although the grammar has none; then lines are compared whole. */
static bool names_agent(struct rx_str value, struct rx_str agent)
{
    size_t n = 0;
    while (n < value.n && !rx_is_space(value.p[n]) && value.p[n] != '/' && value.p[n] != ',')
        n++;
    struct rx_str word = rx_str_sub(value, 0, n), token = product_token(agent);
    if (token.n < agent.n)
        return agent.n && rx_str_ieq(word, agent);
    return token.n && rx_str_ieq(product_token(value), token);
}

static bool names_everyone(struct rx_str value)
{
    return value.n && value.p[0] == '*' && (value.n == 1 || rx_is_space(value.p[1]));
}

/* Whom the user-agent lines above name. */
struct named {
    bool closed; /* a record of the group came: the next user-agent line starts anew */
    bool everyone, ours;
};

static void note_agent(struct named *named, struct rx_str value, struct rx_str agent)
{
    if (named->closed)
        *named = (struct named){0};
    named->everyone = named->everyone || names_everyone(value);
    named->ours = named->ours || names_agent(value, agent);
}

/* Closes the run of user-agent lines; true if they name us, or everyone when none names us. */
static bool applies(struct named *named, bool specific)
{
    named->closed = true;
    return specific ? named->ours : named->everyone;
}

/* The text that is read: no BOM, and no line that the cap cuts in two. */
static struct rx_str readable(struct rx_str text)
{
    bool cut = text.n > ROBOTS_BYTES_MAX;
    text = rx_str_sub(text, 0, ROBOTS_BYTES_MAX);
    while (cut && text.n && text.p[text.n - 1] != '\n' && text.p[text.n - 1] != '\r')
        text.n--;
    if (rx_str_starts(text, RX_STR("\xEF\xBB\xBF")))
        text = rx_str_sub(text, 3, text.n);
    return text;
}

static bool has_group_for(struct rx_str text, struct rx_str agent)
{
    struct reader r = {.rest = text};
    struct rx_str line, value;
    while (next_line(&r, &line))
        if (split_line(line, &value) == FIELD_AGENT && names_agent(value, agent))
            return true;
    return false;
}

/* "10", "0.5"; anything else is no delay. */
static uint64_t parse_delay_ms(struct rx_str value)
{
    enum { MOST_S = 86400 };
    struct rx_str whole, fraction;
    uint64_t s = 0, ms = 0, weight = 100;
    (void)rx_str_cut(value, '.', &whole, &fraction);
    if (!rx_str_u64(whole, &s) && whole.n)
        return 0;
    for (size_t i = 0; i < fraction.n && rx_is_digit(fraction.p[i]); i++, weight /= 10)
        ms += weight * (uint64_t)(fraction.p[i] - '0');
    return (s > MOST_S ? MOST_S : s) * 1000 + ms;
}

static int add_rule(struct rx_buf *rules, enum field field, uint32_t line, struct rx_str pattern)
{
    if (pattern.n == 0) /* "Disallow:" refuses nothing */
        return 0;
    int rc = rx_buf_addf(rules, "%c %u ", field == FIELD_ALLOW ? 'A' : 'D', (unsigned)line);
    if (!rc)
        rc = add_normal(rules, pattern, true);
    return rc ? rc : rx_buf_addc(rules, '\n');
}

static int add_head(struct rx_buf *rules, uint64_t delay_ms)
{
    return rx_buf_addf(rules, "rules 1 %llu\n", (unsigned long long)delay_ms);
}

/* One walk over the groups that apply: their rules go to rules (NULL: none), and the largest delay
 * is returned through *delay_ms. Only a rule ends a group's run of user-agent lines (section
 * 2.2.4), but a delay is meant for the names above it: it has runs of its own. */
static int walk(struct rx_buf *rules, uint64_t *delay_ms, struct rx_str text, struct rx_str agent)
{
    bool specific = has_group_for(text, agent);
    struct reader r = {.rest = text};
    struct named by_rule = {0}, by_delay = {0};
    struct rx_str line, value;
    int rc = 0;
    while (!rc && next_line(&r, &line)) {
        enum field field = split_line(line, &value);
        if (field == FIELD_AGENT) {
            by_delay.closed = by_delay.closed || by_rule.closed;
            note_agent(&by_rule, value, agent);
            note_agent(&by_delay, value, agent);
        } else if (field == FIELD_ALLOW || field == FIELD_DISALLOW) {
            if (applies(&by_rule, specific) && rules)
                rc = add_rule(rules, field, r.line, value);
        } else if (field == FIELD_DELAY && applies(&by_delay, specific)) {
            uint64_t ms = parse_delay_ms(value);
            *delay_ms = ms > *delay_ms ? ms : *delay_ms;
        }
    }
    return rc;
}

int robots_compile(struct rx_buf *rules, struct rx_str text, struct rx_str agent)
{
    uint64_t delay_ms = 0;
    size_t before = rules->n;
    text = readable(text);
    int rc = walk(NULL, &delay_ms, text, agent);
    if (!rc)
        rc = add_head(rules, delay_ms);
    if (!rc)
        rc = walk(rules, &delay_ms, text, agent);
    if (rc)
        rules->n = before;
    return rc;
}

int robots_all(struct rx_buf *rules, bool allow)
{
    size_t before = rules->n;
    int rc = add_head(rules, 0);
    if (!rc && !allow)
        rc = rx_buf_add(rules, RX_STR("D 0 /\n"));
    if (rc)
        rules->n = before;
    return rc;
}

/* ---- asking ---- */

struct rule {
    bool allow;
    uint32_t line;
    struct rx_str pattern;
};

/* Reads one rule off *rest. False at the end, and when the line is none. */
static bool next_rule(struct rx_str *rest, struct rule *rule)
{
    struct rx_str line, kind, number;
    uint64_t line_number;
    if (!rx_str_cut(*rest, '\n', &line, rest))
        return false;
    (void)rx_str_cut(line, ' ', &kind, &line);
    (void)rx_str_cut(line, ' ', &number, &line);
    bool allow = rx_str_eq(kind, RX_STR("A"));
    if ((!allow && !rx_str_eq(kind, RX_STR("D"))) || !rx_str_u64(number, &line_number) ||
        line_number > UINT32_MAX || line.n == 0)
        return false;
    *rule = (struct rule){allow, (uint32_t)line_number, line};
    return true;
}

static bool take_head(struct rx_str *rest, uint64_t *delay_ms)
{
    struct rx_str line;
    return rx_str_cut(*rest, '\n', &line, rest) && rx_str_starts(line, RX_STR("rules 1 ")) &&
           rx_str_u64(rx_str_sub(line, 8, line.n), delay_ms);
}

static bool is_printable(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] <= ' ' || (uint8_t)s.p[i] >= 0x7F)
            return false;
    return true;
}

int robots_check(struct rx_str rules)
{
    uint64_t delay_ms;
    struct rule rule;
    if (!take_head(&rules, &delay_ms))
        return RX_EDAMAGE;
    while (rules.n)
        if (!next_rule(&rules, &rule) || !is_printable(rule.pattern))
            return RX_EDAMAGE;
    return 0;
}

/* The literals between the wildcards are looked for one after the other, each as far left as it
 * goes: no choice is ever taken back, so the cost is a walk over path and pattern. */
static bool matches(struct rx_str path, struct rx_str pattern, size_t *work)
{
    struct rx_str literal;
    size_t at = 0;
    bool to_end = pattern.n && pattern.p[pattern.n - 1] == '$';
    if (to_end)
        pattern.n--;
    bool more = rx_str_cut(pattern, '*', &literal, &pattern);
    if (!more && to_end)
        return rx_str_eq(path, literal);
    if (!rx_str_starts(path, literal))
        return false;
    for (at = literal.n; more; at += literal.n) {
        more = rx_str_cut(pattern, '*', &literal, &pattern);
        if (!more && to_end) /* the last literal ends the path */
            return literal.n <= path.n - at && rx_str_ends(path, literal);
        ptrdiff_t hit = rx_str_find(path, literal, at);
        if (literal.n <= path.n - at) /* else nothing is looked at */
            *work += (hit < 0 ? path.n : (size_t)hit) - at + literal.n;
        if (hit < 0)
            return false;
        at = (size_t)hit;
    }
    return true;
}

static bool is_robots_txt(struct rx_str path)
{
    struct rx_str query;
    (void)rx_str_cut(path, '?', &path, &query);
    return rx_str_eq(path, RX_STR("/robots.txt"));
}

struct robots_verdict robots_ask(struct rx_str rules, struct rx_str path)
{
    struct robots_verdict verdict = {.allowed = true};
    char room[PATH_MAX_BYTES + 1];
    /* A buffer that never grows: nothing is allocated here. */
    struct rx_buf normal = {.p = room, .cap = sizeof room, .max = PATH_MAX_BYTES};
    struct rule rule;
    uint64_t delay_ms;
    size_t work = 0;
    if (is_robots_txt(path) || !take_head(&rules, &delay_ms))
        return verdict;
    if (add_normal(&normal, path.n ? path : RX_STR("/"), false))
        return (struct robots_verdict){.allowed = false}; /* too long to be compared */
    while (next_rule(&rules, &rule)) {
        bool better = rule.pattern.n > verdict.rule.n ||
                      (rule.pattern.n == verdict.rule.n && rule.allow && !verdict.allowed);
        if (better && matches(rx_buf_str(&normal), rule.pattern, &work))
            verdict = (struct robots_verdict){rule.allow, rule.pattern, rule.line, 0};
        if (work > ROBOTS_WORK_MAX) {
            verdict = (struct robots_verdict){false, rule.pattern, rule.line, 0};
            break;
        }
    }
    verdict.work = work;
    return verdict;
}

uint64_t robots_delay_ms(struct rx_str rules)
{
    uint64_t delay_ms;
    return take_head(&rules, &delay_ms) ? delay_ms : 0;
}
