/* globals.c - names that inline scripts put into the global scope (families.h): `var NAME =`
 * outside every brace, and `window.NAME =`. One pass that knows strings, comments and braces; what
 * it takes for a regular expression may throw the depth off, which costs names, never time. */
#include "crawler/extract/common.h"
#include "crawler/extract/families.h"

enum { NAME_LEAST = 4, NAME_MOST = 40, NAMES_MAX = 400 };

struct scan {
    struct rx_str s;
    size_t at;
    int depth; /* of braces and parentheses */
};

static bool is_word(char c)
{
    return rx_is_alnum(c) || c == '_' || c == '$';
}

/* May a string, a template or a comment begin with it? */
static bool is_quote(char c)
{
    return c == '"' || c == '\'' || c == '`' || c == '/';
}

/* Past a string, a template or a comment that begins here; false: none does. */
static bool skip_quoted(struct scan *x)
{
    char c = x->s.p[x->at], next = x->at + 1 < x->s.n ? x->s.p[x->at + 1] : '\0';
    if (c == '/' && (next == '/' || next == '*')) {
        ptrdiff_t end = next == '/' ? rx_str_chr(x->s, '\n', x->at)
                                    : rx_str_find(x->s, RX_STR("*/"), x->at + 2);
        x->at = end < 0 ? x->s.n : (size_t)end + (next == '*' ? 2 : 0);
        return true;
    }
    if (c != '"' && c != '\'' && c != '`')
        return false;
    for (x->at++; x->at < x->s.n && x->s.p[x->at] != c; x->at++) {
        if (x->s.p[x->at] == '\\')
            x->at++;
        else if (x->s.p[x->at] == '\n' && c != '`')
            break;
    }
    x->at = x->at < x->s.n ? x->at + 1 : x->s.n;
    return true;
}

static void skip_blanks(struct scan *x)
{
    while (x->at < x->s.n && rx_is_space(x->s.p[x->at]))
        x->at++;
}

static struct rx_str take_word(struct scan *x)
{
    size_t from = x->at;
    while (x->at < x->s.n && is_word(x->s.p[x->at]))
        x->at++;
    return rx_str_sub(x->s, from, x->at);
}

/* "=" that is no comparison and no arrow. */
static bool at_assignment(struct scan *x)
{
    skip_blanks(x);
    return x->at + 1 < x->s.n && x->s.p[x->at] == '=' && x->s.p[x->at + 1] != '=' &&
           x->s.p[x->at + 1] != '>';
}

/* Minified names and names with long numbers are made by tools, not chosen by an author. */
static bool is_chosen(const struct collect *c, struct rx_str name)
{
    size_t digits = 0;
    for (size_t i = 0; i < name.n; i++)
        digits += rx_is_digit(name.p[i]);
    return name.n >= NAME_LEAST && name.n <= NAME_MOST && digits <= 3 && !rx_is_digit(name.p[0]) &&
           !common_has(c->common, "global", name);
}

static void put_global(struct collect *c, struct doc_span script, struct rx_str name)
{
    if (!is_chosen(c, name))
        return;
    size_t from = (size_t)(name.p - script.text.p);
    struct sight at = collect_sight_part(c, script, from, name.n, RX_PLACE_SCRIPT);
    collect_put(c, "js.global", name, &at);
}

/* After "window": .NAME = or ["NAME"] =. Not after "self", which most scripts use as a name for
 * `this`. */
static struct rx_str member_assigned(struct scan *x)
{
    struct rx_str name = {0};
    skip_blanks(x);
    if (x->at < x->s.n && x->s.p[x->at] == '.') {
        x->at++;
        name = take_word(x);
    } else if (x->at + 1 < x->s.n && x->s.p[x->at] == '[' &&
               (x->s.p[x->at + 1] == '"' || x->s.p[x->at + 1] == '\'')) {
        x->at += 2;
        name = take_word(x);
        x->at = x->at + 2 <= x->s.n ? x->at + 2 : x->s.n;
    }
    return at_assignment(x) ? name : (struct rx_str){0};
}

static bool is_declaration(struct rx_str word)
{
    return rx_str_eq(word, RX_STR("var")) || rx_str_eq(word, RX_STR("let")) ||
           rx_str_eq(word, RX_STR("const"));
}

static struct rx_str global_of(struct scan *x, struct rx_str word)
{
    if (rx_str_eq(word, RX_STR("window")))
        return member_assigned(x);
    if (x->depth != 0 || !is_declaration(word))
        return (struct rx_str){0};
    skip_blanks(x);
    struct rx_str name = take_word(x);
    return at_assignment(x) ? name : (struct rx_str){0};
}

static void scan_script(struct collect *c, struct doc_span script)
{
    struct scan x = {.s = script.text};
    for (size_t names = 0; x.at < x.s.n && names < NAMES_MAX;) {
        const char ch = x.s.p[x.at];
        if (is_quote(ch) && skip_quoted(&x))
            continue;
        if (is_word(ch)) {
            bool member = x.at > 0 && x.s.p[x.at - 1] == '.';
            struct rx_str word = take_word(&x);
            struct rx_str name = member ? (struct rx_str){0} : global_of(&x, word);
            if (name.n > 0) {
                put_global(c, script, name);
                names++;
            }
            continue;
        }
        x.depth += ch == '{' || ch == '(';
        x.depth -= (ch == '}' || ch == ')') && x.depth > 0;
        x.at++;
    }
}

void globals_collect(const struct family_page *p)
{
    struct collect *c = p->c;
    for (size_t i = 0; i < c->doc->script_count; i++)
        if (!c->doc->scripts[i].json)
            scan_script(c, c->doc->scripts[i].text);
}
