/* paths.c - the patterns of a site's own paths (families.h). The engine decides how a product's
 * address is built; names and numbers change, the frame stays:
 *
 *   /categories/erectile-dysfunction/viagra   ->  /categories/{w}/{w}
 *   /item.php?pid=17&dose=100mg               ->  /item.php?pid={n}&dose={w}
 *
 * A directory is kept as it is if it is one plain word, the last segment only as its ending, a
 * parameter as its name. A pattern counts when three addresses of the page have it and something
 * in it was chosen by an author. */
#include "crawler/extract/families.h"

#include "base/buf.h"

enum {
    PATTERNS_MAX = 64,
    PATTERN_BYTES = 120,
    SEGMENTS_MAX = 6,
    PARAMETERS_MAX = 6,
    LEAST = 3,
    LINKS_MAX = 1500
};

struct pattern {
    char text[PATTERN_BYTES];
    size_t n;
    bool chosen; /* holds a word of an author's */
};

struct seen {
    struct pattern pattern;
    unsigned addresses;
    struct rx_str last_url;
    const struct doc_link *link; /* the first */
};

static bool add(struct pattern *p, struct rx_str s)
{
    if (s.n > sizeof p->text - p->n)
        return false;
    if (s.n)
        memcpy(p->text + p->n, s.p, s.n);
    p->n += s.n;
    return true;
}

static bool is_number(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!rx_is_digit(s.p[i]))
            return false;
    return s.n > 0;
}

/* Letters only, short, lower case: "categories", not "viagra-100mg" or "Xy7". */
static bool is_plain_word(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_'))
            return false;
    return s.n >= 2 && s.n <= 16;
}

static struct rx_str placeholder(struct rx_str s)
{
    return is_number(s) ? RX_STR("{n}") : RX_STR("{w}");
}

/* The last segment: only its ending says something. */
static bool add_leaf(struct pattern *p, struct rx_str leaf)
{
    size_t dot = leaf.n;
    while (dot > 0 && leaf.p[dot - 1] != '.')
        dot--;
    if (leaf.n == 0)
        return true;
    if (dot < 2 || leaf.n - dot > 5)
        return add(p, placeholder(leaf));
    struct rx_str name = rx_str_sub(leaf, 0, dot - 1), ending = rx_str_sub(leaf, dot, leaf.n);
    bool script = rx_str_eq(ending, RX_STR("php")) || rx_str_istarts(ending, RX_STR("asp")) ||
                  rx_str_eq(ending, RX_STR("cgi")) || rx_str_eq(ending, RX_STR("jsp"));
    bool keep = script && is_plain_word(name) && !rx_str_eq(name, RX_STR("index"));
    p->chosen |= keep;
    return add(p, keep ? name : placeholder(name)) && add(p, RX_STR(".")) && add(p, ending);
}

static bool add_path(struct pattern *p, struct rx_str path)
{
    struct rx_str rest = rx_str_sub(path, 1, path.n), head;
    for (size_t i = 0; i < SEGMENTS_MAX; i++) {
        bool more = rx_str_cut(rest, '/', &head, &rest);
        if (!add(p, RX_STR("/")))
            return false;
        if (!more)
            return add_leaf(p, head);
        bool keep = is_plain_word(head);
        p->chosen |= keep;
        if (!add(p, keep ? head : placeholder(head)))
            return false;
    }
    return false;
}

static bool add_query(struct pattern *p, struct rx_str query)
{
    struct rx_str pair, name, value;
    for (size_t i = 0; query.n > 0; i++) {
        rx_str_cut(query, '&', &pair, &query);
        rx_str_cut(pair, '=', &name, &value);
        if (i == PARAMETERS_MAX || name.n == 0 || name.n > 20)
            return false;
        /* One "?id=" is anybody's; a longer name or a second parameter is somebody's. */
        p->chosen |= name.n > 3 || i > 0;
        if (!add(p, i ? RX_STR("&") : RX_STR("?")) || !add(p, name) || !add(p, RX_STR("=")) ||
            !add(p, placeholder(value)))
            return false;
    }
    return true;
}

static bool pattern_of(struct pattern *p, const struct target *t)
{
    p->n = 0;
    p->chosen = false;
    return t->path.n > 1 && add_path(p, t->path) && add_query(p, t->query);
}

static void note(struct seen *seen, size_t *count, const struct pattern *p, const struct target *t)
{
    struct rx_str key = rx_strn(p->text, p->n);
    for (size_t i = 0; i < *count; i++) {
        struct seen *s = &seen[i];
        if (!rx_str_eq(rx_strn(s->pattern.text, s->pattern.n), key))
            continue;
        if (!rx_str_eq(s->last_url, t->link->url))
            s->addresses++;
        s->last_url = t->link->url;
        return;
    }
    if (*count < PATTERNS_MAX)
        seen[(*count)++] =
            (struct seen){.pattern = *p, .addresses = 1, .last_url = t->link->url, .link = t->link};
}

void paths_collect(const struct family_page *p)
{
    struct collect *c = p->c;
    const struct targets *t = p->targets;
    struct seen seen[PATTERNS_MAX];
    size_t count = 0;
    for (size_t i = 1; i < t->count && i < LINKS_MAX; i++) {
        const struct target *to = &t->items[i];
        struct pattern pattern;
        if (to->own && to->link->kind == RX_LINK_A && pattern_of(&pattern, to) && pattern.chosen)
            note(seen, &count, &pattern, to);
    }
    for (size_t i = 0; i < count; i++) {
        if (seen[i].addresses < LEAST)
            continue;
        struct sight at = collect_sight(c, seen[i].link->raw, RX_PLACE_URL);
        collect_put(c, "path.schema", rx_strn(seen[i].pattern.text, seen[i].pattern.n), &at);
    }
}
