/* assets.c - small habits of a template (families.h): the names of its own style sheets, scripts
 * and pictures, and the comments that its author left. */
#include "crawler/extract/common.h"
#include "crawler/extract/families.h"
#include "crawler/extract/lexicon.h"

enum { NAME_LEAST = 6, NAME_MOST = 60, COMMENT_LEAST = 12, COMMENT_MOST = 100 };

static struct rx_str base_name(struct rx_str path)
{
    size_t from = path.n;
    while (from > 0 && path.p[from - 1] != '/')
        from--;
    return rx_str_sub(path, from, path.n);
}

/* Build tools put a hash into the name, upload folders a date or a number: made, not chosen. */
static bool is_made(struct rx_str name)
{
    size_t hex = 0, digits = 0;
    bool digit_in_run = false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        digits += rx_is_digit(c);
        hex = rx_hex(c) >= 0 ? hex + 1 : 0;
        digit_in_run = hex > 0 && (digit_in_run || rx_is_digit(c));
        if ((hex >= 7 && digit_in_run) || c == '%')
            return true;
    }
    return digits > 4;
}

static bool has_asset_ending(struct rx_str name)
{
    static const char *const endings[] = {".css", ".js", ".png", ".gif", ".jpg", ".svg", ".webp"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (rx_str_ends(name, rx_str(endings[i])))
            return true;
    return false;
}

/* Icons of means of payment and pictures of drugs are called what they show, in every shop. */
static bool is_called_after_goods(const struct lexicon *lex, struct rx_str name)
{
    char words[NAME_MOST];
    struct lexicon_count count = {0};
    for (size_t i = 0; i < name.n; i++)
        words[i] = rx_is_alpha(name.p[i]) || (name.p[i] & 0x80) ? name.p[i] : ' ';
    lexicon_scan(lex, rx_strn(words, name.n), &count);
    return count.words[LEXICON_PAYMENT] > 0 || count.words[LEXICON_DRUG] > 0 ||
           lexicon_names_drug(lex, name);
}

/* pictures: NULL for style sheets and scripts, else the words that pictures are called after. */
static void put_names(struct collect *c, const struct targets *t, const struct lexicon *pictures)
{
    for (size_t i = 1; i < t->count; i++) {
        const struct target *to = &t->items[i];
        enum rx_link kind = to->link->kind;
        bool wanted =
            pictures ? kind == RX_LINK_IMG : kind == RX_LINK_SCRIPT || kind == RX_LINK_STYLE;
        struct rx_str name = base_name(to->path);
        if (!wanted || !to->own || name.n < NAME_LEAST || name.n > NAME_MOST ||
            !has_asset_ending(name) || is_made(name) || common_has(c->common, "asset", name) ||
            (pictures && is_called_after_goods(pictures, name)))
            continue;
        struct sight at = collect_sight(c, to->link->raw, RX_PLACE_URL);
        collect_put(c, "asset.name", name, &at);
    }
}

/* Words between blanks, folded. False: code, a condition for old browsers, or a marker of a part.
 */
static bool comment_text(char *out, size_t *n, struct rx_str s)
{
    size_t words = 0;
    *n = 0;
    s = rx_str_trim(s);
    if (s.n < COMMENT_LEAST || s.n > COMMENT_MOST || s.p[0] == '[' || s.p[0] == '/' ||
        s.p[0] == '#')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '<' || c == '>' || c == '{' || c == ';' || c == '=' || rx_is_digit(c))
            return false;
        bool blank = rx_is_space(c);
        if (blank && i > 0 && rx_is_space(s.p[i - 1]))
            continue;
        words += blank;
        out[(*n)++] = blank ? ' ' : c;
    }
    return words >= 1;
}

static void put_comments(struct collect *c)
{
    for (size_t i = 0; i < c->doc->comment_count; i++) {
        char text[COMMENT_MOST];
        size_t n;
        struct rx_str first, rest;
        if (!comment_text(text, &n, c->doc->comments[i].text))
            continue;
        rx_str_cut(rx_strn(text, n), ' ', &first, &rest);
        if (rx_str_ieq(first, RX_STR("end")) || rx_str_ieq(first, RX_STR("start")) ||
            rx_str_ieq(first, RX_STR("begin")) || common_has(c->common, "comment", first))
            continue;
        struct sight at = collect_sight(c, c->doc->comments[i], RX_PLACE_COMMENT);
        collect_put(c, "html.comment", rx_strn(text, n), &at);
    }
}

void assets_collect(const struct family_page *p)
{
    struct collect *c = p->c;
    const struct targets *t = p->targets;
    const struct lexicon *lex = p->lex;
    put_names(c, t, NULL);
    put_comments(c);
    put_names(c, t, lex);
}
