/* seals.c - seals that a page shows (families.h), and whether its reader can look them up: classes
 * seal.verifiable, seal.unlinked, seal.mismatch, seal.retired.
 *
 * A seal is a picture that is called after an issuer, or a link to an issuer's entry. It proves
 * nothing by itself: anybody can copy the picture. What the page can show is whether it leads to
 * the entry of this very site. So no verdict says "fake": the last three say that the seal is not
 * verifiable from the page, and why. A value is "ISSUER[, id NUMBER][, link URL]". */
#include "crawler/extract/seals.h"

#include "base/buf.h"
#include "base/digest.h"
#include "crawler/extract/families.h"

#include <stdlib.h>

/* SEALS_MOST: pictures and links of one page that are judged. ANCHOR_REACH: bytes of markup between
 * a link and the picture in it. */
enum { ISSUERS_MAX = 64, NAME_MAX_BYTES = 160, SEALS_MOST = 200, ANCHOR_REACH = 1500 };
enum { WORDS_MAX = 512, ENTRIES_MAX = 256, TAILS = 1024 };
enum { ID_LEAST = 4, ID_MOST = 12, LINK_MOST = 120 };

/* What a picture of an issuer's is called, and where its entries stand. */
struct word {
    struct rx_str text;
    const struct seal_issuer *issuer;
    uint16_t next; /* index + 1 of the next word with the same first letter, in the table's order */
};

struct entry {
    struct rx_str host, path;
};

struct seals {
    struct seal_issuer issuers[ISSUERS_MAX];
    size_t count;
    struct word words[WORDS_MAX];
    size_t word_count;
    uint16_t firsts[256]; /* by first letter: index + 1 of the first word, 0: none */
    struct entry entries[ENTRIES_MAX];
    size_t entry_count;
    bool tails[TAILS]; /* by tail_of() of the entries' hosts: nearly no link's host has one */
};

enum verdict { VERIFIABLE, UNLINKED, MISMATCH, RETIRED };

struct seal {
    const struct seal_issuer *issuer; /* whose it claims to be */
    const struct target *shown;       /* the picture; NULL: a link of words */
    const struct target *link;        /* what it leads to; NULL: nothing */
    struct rx_str id;
    enum verdict verdict;
};

/* ---- the table -------------------------------------------------------------------------------
 */

static int parse_rule(enum seal_rule *out, struct rx_str word)
{
    static const char *const rules[] = {"site", "number", "any", "live"};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rx_str_eq(word, rx_str(rules[i]))) {
            *out = (enum seal_rule)i;
            return 0;
        }
    return RX_EINVAL;
}

/* A host's last two labels, as a number below TAILS. What lies below a host shares them. */
static size_t tail_of(struct rx_str host)
{
    size_t from = host.n;
    for (unsigned dots = 0; from > 0; from--)
        if (host.p[from - 1] == '.' && ++dots == 2)
            break;
    return (size_t)rx_hash64(rx_str_sub(host, from, host.n)) & (TAILS - 1);
}

static int add_word(struct seals *s, const struct seal_issuer *issuer, struct rx_str text)
{
    if (text.n == 0)
        return RX_EINVAL;
    if (s->word_count == WORDS_MAX)
        return RX_EFULL;
    uint16_t *last = &s->firsts[(unsigned char)text.p[0]];
    while (*last)
        last = &s->words[*last - 1].next;
    s->words[s->word_count++] = (struct word){.text = text, .issuer = issuer};
    *last = (uint16_t)s->word_count;
    return 0;
}

static int add_entry(struct seals *s, struct rx_str text)
{
    struct entry entry;
    rx_str_cut(text, '/', &entry.host, &entry.path);
    if (entry.host.n == 0)
        return RX_EINVAL;
    if (s->entry_count == ENTRIES_MAX)
        return RX_EFULL;
    s->tails[tail_of(entry.host)] = true;
    s->entries[s->entry_count++] = entry;
    return 0;
}

static int parse_row(struct seals *s, struct rx_str line)
{
    if (s->count == ISSUERS_MAX)
        return RX_EFULL;
    struct seal_issuer *it = &s->issuers[s->count];
    struct rx_str words, entries, rule, rest = line, one;
    if (!rx_str_cut(rest, '\t', &it->name, &rest) || !rx_str_cut(rest, '\t', &words, &rest) ||
        !rx_str_cut(rest, '\t', &entries, &rest) || !rx_str_cut(rest, '\t', &rule, &rest) ||
        parse_rule(&it->rule, rule) < 0 || it->name.n == 0 || entries.n == 0 || rest.n == 0)
        return RX_EINVAL;
    it->retired = !rx_str_eq(rest, RX_STR("-"));
    it->first_entry = s->entry_count;
    int rc = 0;
    while (rc == 0 && words.n > 0) {
        rx_str_cut(words, '|', &one, &words);
        rc = add_word(s, it, one);
    }
    while (rc == 0 && entries.n > 0) {
        rx_str_cut(entries, '|', &one, &entries);
        rc = add_entry(s, one);
    }
    it->entries = s->entry_count - it->first_entry;
    s->count++;
    return rc;
}

int seals_new(struct seals **out, struct rx_str text, struct rx_err *err)
{
    struct seals *s = calloc(1, sizeof *s);
    if (!s)
        return rx_fail(err, RX_ENOMEM, "no memory for the seals");
    for (unsigned number = 1; text.n > 0; number++) {
        struct rx_str line;
        rx_str_cut(text, '\n', &line, &text);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        int rc = parse_row(s, line);
        if (rc < 0) {
            seals_free(s);
            return rx_fail(err, rc,
                           "seals.tsv:%u: not ISSUER, WORDS, ENTRIES, RULE, RETIRED, or too many",
                           number);
        }
    }
    *out = s;
    return 0;
}

void seals_free(struct seals *s)
{
    free(s);
}

/* ---- whose it claims to be -------------------------------------------------------------------
 */

/* A name as words: lower case, one blank for all that is neither letter nor digit. */
static struct rx_str as_words(char out[NAME_MAX_BYTES], struct rx_str name)
{
    size_t n = 0;
    for (size_t i = 0; i < name.n && n < NAME_MAX_BYTES; i++) {
        bool plain = rx_is_alnum(name.p[i]) || (name.p[i] & 0x80);
        if (plain)
            out[n++] = rx_lower(name.p[i]);
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return rx_strn(out, n);
}

/* Does the word end where a word ends? A long one may be glued to others ("legitscriptseal"), any
 * may have a number of up to two digits ("cipa2"); more are a part of some hash. */
static bool ends_word(struct rx_str words, size_t end, size_t n)
{
    enum { LONG = 8, DIGITS_MOST = 2 };
    size_t at = end;
    while (at < words.n && rx_is_digit(words.p[at]))
        at++;
    return n >= LONG || (at - end <= DIGITS_MOST && (at == words.n || words.p[at] == ' '));
}

/* The issuer one of whose words begins at `at`, or NULL. */
static const struct seal_issuer *issuer_at(const struct seals *s, struct rx_str words, size_t at)
{
    const struct rx_str here = rx_str_sub(words, at, words.n);
    for (uint16_t i = s->firsts[(unsigned char)words.p[at]]; i > 0; i = s->words[i - 1].next) {
        const struct word *word = &s->words[i - 1];
        if (rx_str_starts(here, word->text) && ends_word(words, at + word->text.n, word->text.n))
            return word->issuer;
    }
    return NULL;
}

static const struct seal_issuer *issuer_of(const struct seals *s, struct rx_str name)
{
    char room[NAME_MAX_BYTES];
    struct rx_str words = as_words(room, name);
    for (size_t i = 0; i < words.n; i++) {
        if (!s->firsts[(unsigned char)words.p[i]] || (i > 0 && words.p[i - 1] != ' '))
            continue;
        const struct seal_issuer *it = issuer_at(s, words, i);
        if (it)
            return it;
    }
    return NULL;
}

static struct rx_str base_name(struct rx_str path)
{
    size_t from = path.n;
    while (from > 0 && path.p[from - 1] != '/')
        from--;
    return rx_str_sub(path, from, path.n);
}

/* ---- where it leads --------------------------------------------------------------------------
 */

static bool is_below(struct rx_str host, struct rx_str domain)
{
    return rx_str_ends(host, domain) &&
           (host.n == domain.n || host.p[host.n - domain.n - 1] == '.');
}

/* Is it one of the issuer's hosts? *entry: and of its pages where entries stand. */
static bool is_issuers(const struct seals *s, const struct seal_issuer *it, const struct target *t,
                       bool *entry)
{
    bool found = false;
    *entry = false;
    for (size_t i = 0; i < it->entries && !*entry; i++) {
        const struct entry *one = &s->entries[it->first_entry + i];
        if (!is_below(t->host, one->host))
            continue;
        found = true;
        *entry = rx_str_starts(rx_str_sub(t->path, t->path.n > 0, t->path.n), one->path);
    }
    return found;
}

/* May it be a host of any issuer's? */
static bool is_any_issuers(const struct seals *s, const struct target *t)
{
    return s->tails[tail_of(t->host)];
}

bool seals_is_register(const struct seals *s, const struct target *t)
{
    bool entry;
    if (!is_any_issuers(s, t))
        return false;
    for (size_t i = 0; i < s->count; i++)
        if (s->issuers[i].rule != SEAL_LIVE && is_issuers(s, &s->issuers[i], t, &entry) && entry)
            return true;
    return false;
}

/* The first number of a size that registers give; digits among letters are a hash's. */
static struct rx_str number_in(struct rx_str s)
{
    for (size_t i = 0, end; i < s.n; i = end + 1) {
        bool digits = true;
        for (end = i; end < s.n && rx_is_alnum(s.p[end]); end++)
            digits = digits && rx_is_digit(s.p[end]);
        if (digits && end - i >= ID_LEAST && end - i <= ID_MOST)
            return rx_str_sub(s, i, end);
    }
    return (struct rx_str){0};
}

static bool in_host_name(char c)
{
    return rx_is_alnum(c) || c == '-' || c == '.';
}

/* Does text name the site, as a whole host name or the end of one? */
static bool names_site(struct rx_str text, struct rx_str site)
{
    for (ptrdiff_t at = 0; site.n > 0 && (at = rx_str_ifind(text, site, (size_t)at)) >= 0; at++) {
        size_t from = (size_t)at, to = from + site.n;
        if ((from == 0 || text.p[from - 1] == '.' || !in_host_name(text.p[from - 1])) &&
            (to == text.n || !in_host_name(text.p[to])))
            return true;
    }
    return false;
}

/* Does it name an entry at all: more than the front page, with a name or number in it? */
static bool names_entry(const struct seal_issuer *it, const struct target *t)
{
    if (it->rule == SEAL_NUMBER)
        return number_in(t->path).n > 0 || number_in(t->query).n > 0;
    if (it->rule == SEAL_SITE)
        return rx_str_chr(t->path, '.', 0) >= 0 || rx_str_chr(t->query, '.', 0) >= 0 ||
               number_in(t->path).n > 0;
    return it->rule == SEAL_LIVE || t->path.n > 1 || t->query.n > 0;
}

static enum verdict judge(const struct collect *c, const struct seals *s, const struct seal *seal)
{
    const struct seal_issuer *it = seal->issuer;
    const struct target *to = seal->link;
    bool entry;
    if (it->retired)
        return RETIRED;
    if (it->rule == SEAL_LIVE && seal->shown && is_issuers(s, it, seal->shown, &entry))
        return VERIFIABLE;
    if (!to || to->own)
        return UNLINKED;
    if (!is_issuers(s, it, to, &entry))
        return MISMATCH;
    if (!entry || !names_entry(it, to))
        return UNLINKED;
    if (it->rule == SEAL_SITE && !names_site(to->path, c->site) && !names_site(to->query, c->site))
        return MISMATCH;
    return VERIFIABLE;
}

/* ---- the page --------------------------------------------------------------------------------
 */

/* Its number: of the entry, else of the picture that the issuer serves. */
static struct rx_str id_of(const struct seals *s, const struct seal *seal)
{
    bool entry;
    struct rx_str id = {0};
    if (seal->link && is_issuers(s, seal->issuer, seal->link, &entry)) {
        id = number_in(seal->link->path);
        if (id.n == 0)
            id = number_in(seal->link->query);
    }
    if (id.n == 0 && seal->shown && is_issuers(s, seal->issuer, seal->shown, &entry))
        id = number_in(seal->shown->path);
    return id;
}

static struct rx_str without_scheme(struct rx_str url)
{
    ptrdiff_t at = rx_str_find(url, RX_STR("://"), 0);
    struct rx_str rest = at < 0 ? url : rx_str_sub(url, (size_t)at + 3, url.n);
    return rx_str_sub(rest, 0, LINK_MOST);
}

static void put(struct collect *c, const struct seals *s, struct seal *seal)
{
    static const char *const classes[] = {"seal.verifiable", "seal.unlinked", "seal.mismatch",
                                          "seal.retired"};
    struct rx_buf value = RX_BUF(EXTRACT_VALUE_MAX + 1);
    seal->verdict = judge(c, s, seal);
    seal->id = id_of(s, seal);
    int rc = rx_buf_add(&value, seal->issuer->name);
    if (rc == 0 && seal->id.n > 0)
        rc = rx_buf_addf(&value, ", id %.*s", RX_FMT(seal->id));
    if (rc == 0 && seal->link)
        rc = rx_buf_addf(&value, ", link %.*s", RX_FMT(without_scheme(seal->link->link->url)));
    if (rc == 0) {
        const struct target *at = seal->shown ? seal->shown : seal->link;
        struct sight sight = target_sight(c, at);
        collect_put(c, classes[seal->verdict], rx_buf_str(&value), &sight);
    } else if (c->rc == 0) {
        c->rc = rc;
    }
    rx_buf_free(&value);
}

/* Does the picture stand in that link? No end of a link lies between them in the source. */
static bool is_inside(const struct collect *c, const struct target *anchor, const struct target *t)
{
    const struct doc_span a = anchor->link->raw, b = t->link->raw;
    if (a.length == 0 || b.length == 0 || b.offset <= a.offset ||
        b.offset - a.offset > ANCHOR_REACH)
        return false;
    return rx_str_ifind(rx_str_sub(c->doc->source, a.offset, b.offset), RX_STR("</a"), 0) < 0;
}

/* Does the page sell medicines? Only there a link to a register says that the shop is in it. */
static bool is_shop(const struct signs *page)
{
    return page->n[SIGN_DRUGS] > 0 && page->n[SIGN_CART] > 0 && page->n[SIGN_ARTICLE] == 0;
}

/* A link of words to an entry of an issuer's is its seal too. */
static const struct seal_issuer *issuer_of_entry(const struct seals *s, const struct target *t)
{
    bool entry;
    if (!is_any_issuers(s, t))
        return NULL;
    for (size_t i = 0; i < s->count; i++)
        if (s->issuers[i].rule != SEAL_LIVE && !s->issuers[i].retired &&
            is_issuers(s, &s->issuers[i], t, &entry) && entry && names_entry(&s->issuers[i], t))
            return &s->issuers[i];
    return NULL;
}

static const struct seal_issuer *issuer_of_picture(const struct seals *s, const struct target *t)
{
    bool entry;
    const bool may_be = !t->own && is_any_issuers(s, t);
    for (size_t i = 0; i < s->count && may_be; i++)
        if (is_issuers(s, &s->issuers[i], t, &entry))
            return &s->issuers[i];
    const struct seal_issuer *it = issuer_of(s, base_name(t->path));
    return it ? it : issuer_of(s, t->link->text);
}

/* Is the next thing on the page a picture of that issuer's, in this link? Then it speaks for both.
 */
static bool holds_picture(const struct family_page *p, size_t i, const struct seal_issuer *it)
{
    const struct target *t = &p->targets->items[i];
    return i + 1 < p->targets->count && t[1].link->kind == RX_LINK_IMG &&
           is_inside(p->c, t, t + 1) && issuer_of_picture(p->seals, t + 1) == it;
}

void seals_collect(const struct family_page *p)
{
    const struct target *anchor = NULL;
    bool own_page;
    const bool shop = is_shop(&p->c->out->signs);
    for (size_t i = 1, judged = 0; i < p->targets->count && judged < SEALS_MOST; i++) {
        const struct target *t = &p->targets->items[i];
        struct seal seal = {0};
        if (t->link->hidden)
            continue;
        if (t->link->kind == RX_LINK_A) {
            anchor = t;
            seal.link = t;
            seal.issuer = t->own || !shop ? NULL : issuer_of_entry(p->seals, t);
            if (seal.issuer && holds_picture(p, i, seal.issuer))
                continue;
        } else if (t->link->kind == RX_LINK_IMG) {
            seal.shown = t;
            seal.issuer = issuer_of_picture(p->seals, t);
            seal.link = anchor && is_inside(p->c, anchor, t) ? anchor : NULL;
        }
        if (!seal.issuer || is_issuers(p->seals, seal.issuer, &p->targets->items[0], &own_page))
            continue; /* none, or an issuer's own page */
        judged++;
        put(p->c, p->seals, &seal);
    }
}
