/* hint.c - see hint.h.
 *
 * One pass over the pattern keeps the run of plain characters that it stands in. A run counts if
 * every match must hold it: not under a quantifier that allows none, in no branch of an
 * alternation, in no look-around. What the pass does not know (inline options, verbs, \Q, numeric
 * escapes) ends it without a hint: a wrong hint would hide matches without a word. */
#include "crawler/extract/hint.h"

enum { DEPTH_MAX = 32, RUN_MAX = 64 };

struct run {
    char text[RUN_MAX];
    size_t n;
};

/* A group that is open: the best run before it, and what makes its own runs void. */
struct group {
    struct run before;
    bool branches, looks;
};

struct pass {
    struct rx_str pattern;
    size_t at;
    struct run run, best;
    struct group open[DEPTH_MAX];
    size_t depth;
    bool lost; /* something that is not understood */
};

static void end_run(struct pass *p)
{
    if (p->run.n > p->best.n)
        p->best = p->run;
    p->run.n = 0;
}

static char peek(const struct pass *p, size_t ahead)
{
    return p->at + ahead < p->pattern.n ? p->pattern.p[p->at + ahead] : '\0';
}

/* Takes "{2}", "{2,}" or "{2,5}"; what else begins with a brace means different things to different
 * versions. True: it allows none. */
static bool take_braces(struct pass *p)
{
    struct rx_str inside = rx_str_sub(p->pattern, p->at + 1, p->pattern.n), least_text, most_text;
    ptrdiff_t end = rx_str_chr(inside, '}', 0);
    uint64_t least = 0, most = 0;
    const bool ranged =
        rx_str_cut(rx_str_sub(inside, 0, end < 0 ? 0 : (size_t)end), ',', &least_text, &most_text);
    if (!rx_str_u64(least_text, &least) ||
        (ranged && most_text.n > 0 && !rx_str_u64(most_text, &most))) {
        p->lost = true;
        return true;
    }
    p->at += (size_t)end + 2;
    return least == 0;
}

/* Takes a quantifier, if one stands here. True: what it belongs to may be missing. */
static bool take_quantifier(struct pass *p, bool *any)
{
    char c = peek(p, 0);
    bool none = c == '?' || c == '*';
    *any = none || c == '+' || c == '{';
    if (!*any)
        return false;
    if (c == '{')
        none = take_braces(p);
    else
        p->at++;
    if (peek(p, 0) == '?' || peek(p, 0) == '+')
        p->at++;
    return none;
}

/* A plain character: part of the run unless a quantifier lets it be missing or repeats it. */
static void take_plain(struct pass *p, char c)
{
    bool any;
    bool none = take_quantifier(p, &any);
    if (!none && p->run.n < RUN_MAX)
        p->run.text[p->run.n++] = c;
    if (any || p->run.n == RUN_MAX)
        end_run(p);
}

/* "[:alpha:]" inside a class. What begins so and goes on otherwise is read in ways that are not
 * followed here. */
static void skip_named_class(struct pass *p)
{
    p->at += peek(p, 2) == '^' ? 3 : 2;
    while (rx_is_alpha(peek(p, 0)))
        p->at++;
    p->lost |= peek(p, 0) != ':' || peek(p, 1) != ']';
    p->at += 2;
}

static void skip_class(struct pass *p)
{
    end_run(p);
    p->at += peek(p, 1) == '^' ? 2 : 1;
    if (peek(p, 0) == ']')
        p->at++;
    while (p->at < p->pattern.n && peek(p, 0) != ']' && !p->lost) {
        if (peek(p, 0) == '[' && peek(p, 1) == ':') {
            skip_named_class(p);
            continue;
        }
        p->lost |= (peek(p, 0) == '\\' && peek(p, 1) == 'Q') ||
                   (peek(p, 0) == '[' && (peek(p, 1) == '.' || peek(p, 1) == '='));
        p->at += peek(p, 0) == '\\' ? 2 : 1;
    }
    p->at++;
    bool any;
    (void)take_quantifier(p, &any);
}

static void take_escape(struct pass *p)
{
    char c = peek(p, 1);
    p->at += 2;
    if (!rx_is_alnum(c)) {
        if (c == '\0')
            p->lost = true;
        take_plain(p, c);
        return;
    }
    if (!strchr("bBdDsSwWhHvVRNAzZGKtnrfe", c))
        p->lost = true;
    end_run(p);
    bool any;
    (void)take_quantifier(p, &any);
}

static void open_group(struct pass *p)
{
    end_run(p);
    if (p->depth == DEPTH_MAX || peek(p, 1) == '*') {
        p->lost = true;
        return;
    }
    struct group *g = &p->open[p->depth++];
    *g = (struct group){.before = p->best};
    p->best.n = 0;
    p->at++;
    if (peek(p, 0) != '?')
        return;
    if (peek(p, 1) == ':') {
        p->at += 2;
    } else if (peek(p, 1) == '=' || peek(p, 1) == '!') {
        g->looks = true;
        p->at += 2;
    } else if (peek(p, 1) == '<' && (peek(p, 2) == '=' || peek(p, 2) == '!')) {
        g->looks = true;
        p->at += 3;
    } else {
        p->lost = true;
    }
}

static void close_group(struct pass *p)
{
    end_run(p);
    p->at++;
    if (p->depth == 0) {
        p->lost = true;
        return;
    }
    const struct group *g = &p->open[--p->depth];
    bool any, none = take_quantifier(p, &any);
    if (none || g->branches || g->looks || g->before.n >= p->best.n)
        p->best = g->before;
}

static void take(struct pass *p)
{
    char c = peek(p, 0);
    bool any;
    if (c == '\\') {
        take_escape(p);
    } else if (c == '[') {
        skip_class(p);
    } else if (c == '(') {
        open_group(p);
    } else if (c == ')') {
        close_group(p);
    } else if (c == '|') {
        end_run(p);
        p->lost |= p->depth == 0;
        if (p->depth > 0)
            p->open[p->depth - 1].branches = true;
        p->at++;
    } else if (c == '.' || c == '^' || c == '$') {
        end_run(p);
        p->at++;
        (void)take_quantifier(p, &any);
    } else if (c == '{' || c == '*' || c == '+' || c == '?') {
        p->lost = true; /* belongs to nothing that is known here */
    } else {
        p->at++;
        take_plain(p, c);
    }
}

int hint_derive(struct rx_buf *out, struct rx_str pattern)
{
    struct pass p = {.pattern = pattern};
    int rc = 0;
    while (p.at < pattern.n && !p.lost)
        take(&p);
    end_run(&p);
    if (p.lost || p.depth > 0 || p.best.n < HINT_LEAST)
        return RX_ENOENT;
    for (size_t i = 0; i < p.best.n && rc == 0; i++) {
        if (!rx_is_alnum(p.best.text[i]) && (signed char)p.best.text[i] > 0)
            rc = rx_buf_addc(out, '\\');
        if (rc == 0)
            rc = rx_buf_addc(out, p.best.text[i]);
    }
    return rc;
}

enum place { PLAIN, CLASS, COUNT };

/* May c stand there in a pattern of letters and digits alone? A minus is a range: first or last in
 * a class it would be one of its characters. */
static bool is_of_word(enum place in, char before, char c, char behind)
{
    switch (in) {
    case CLASS:
        return rx_is_alnum(c) || c == ']' ||
               (c == '-' && rx_is_alnum(before) && rx_is_alnum(behind));
    case COUNT:
        return rx_is_digit(c) || c == '}' || (c == ',' && rx_is_digit(before));
    default:
        return rx_is_alnum(c) || (c != '\0' && strchr("[{()|", c)) || (c == '?' && before == '(') ||
               (c == ':' && before == '?');
    }
}

static enum place place_behind(enum place in, char c)
{
    if (in == PLAIN)
        return c == '[' ? CLASS : c == '{' ? COUNT : PLAIN;
    return c == (in == CLASS ? ']' : '}') ? PLAIN : in;
}

/* Perhaps "\\b", then letters, digits, classes, counts and groups of them. */
bool hint_is_long_word(struct rx_str hint, size_t least_width)
{
    enum place in = PLAIN;
    for (size_t i = rx_str_starts(hint, RX_STR("\\b")) ? 2 : 0; i < hint.n; i++) {
        const char before = i > 0 ? hint.p[i - 1] : '\0',
                   behind = i + 1 < hint.n ? hint.p[i + 1] : '\0';
        if (!is_of_word(in, before, hint.p[i], behind))
            return false;
        in = place_behind(in, hint.p[i]);
    }
    return least_width >= HINT_LONG;
}
