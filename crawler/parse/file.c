/* file.c - what belongs to a site and is no page of it (doc.h, enum doc_kind): scripts, and text
 * files of lines. Each becomes a doc of spans, so that what is searched in pages is searched here
 * too. One pass; nothing is guessed: a line that is not understood is left out. */
#include "crawler/parse/parse.h"
#include "crawler/parse/sitemap.h"
#include "crawler/parse/text.h"

enum { FILE_BYTES_MAX = 512 * 1024, FILE_LINES_MAX = 20000, FILE_SITEMAPS_MAX = 16 };

/* A slice of the source as the readers of pages decode it. */
static struct doc_span span_of(struct build *b, struct rx_str slice)
{
    struct doc_span span = {.text = slice,
                            .offset = (uint32_t)(slice.p - b->doc.source.p),
                            .length = (uint32_t)slice.n};
    if (text_is_plain(slice, false))
        return span;
    struct rx_buf text = RX_BUF(3 * (size_t)FILE_BYTES_MAX + 64);
    b->failed |= text_decode(&text, slice, TEXT_RAW) != 0;
    span.text = rx_arena_dup(b->arena, rx_buf_str(&text));
    b->failed |= span.text.p == NULL;
    rx_buf_free(&text);
    return span;
}

/* ---- scripts --------------------------------------------------------------------------------- */

static void add_code(struct build *b, size_t from, size_t to, bool json)
{
    const struct rx_str slice = rx_str_sub(b->doc.source, from, to);
    if (!build_is_blank(slice))
        build_script(b, (struct doc_script){.text = span_of(b, slice), .json = json});
}

/* Does a comment begin here? Only where code of no kind can stand before it, or a string or a
 * regular expression might be taken for one. */
static bool opens_comment(struct rx_str s, size_t at)
{
    if (s.p[at] != '/' || at + 1 >= s.n || (s.p[at + 1] != '*' && s.p[at + 1] != '/'))
        return false;
    size_t before = at;
    while (before > 0 && (s.p[before - 1] == ' ' || s.p[before - 1] == '\t'))
        before--;
    const char c = before > 0 ? s.p[before - 1] : '\n';
    return c == '\n' || c == '\r' || (s.p[at + 1] == '*' && (c == ';' || c == '}' || c == '{'));
}

/* A script that many sites link has its authors' names and addresses in its comments. They are not
 * the shop's, so they are left out. */
static void read_script(struct build *b)
{
    const struct rx_str s = b->doc.source;
    size_t from = 0;
    for (size_t at = 0; at < s.n;) {
        const ptrdiff_t slash = rx_str_chr(s, '/', at);
        if (slash < 0)
            break;
        at = (size_t)slash;
        if (!opens_comment(s, at)) {
            at++;
            continue;
        }
        const bool line = s.p[at + 1] == '/';
        const ptrdiff_t end = rx_str_find(s, line ? RX_STR("\n") : RX_STR("*/"), at + 2);
        if (end < 0 && !line)
            break; /* what never ends is no comment */
        add_code(b, from, at, false);
        from = at = end < 0 ? s.n : (size_t)end + (line ? 1 : 2);
    }
    add_code(b, from, s.n, false);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void add_attr(struct build *b, struct rx_str name, struct rx_str value)
{
    char *p = rx_arena_alloc(b->arena, name.n + 1);
    if (!p) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < name.n; i++)
        p[i] = rx_lower(name.p[i]);
    build_attr(b, RX_STR(""), rx_strn(p, name.n), span_of(b, value));
}

/* "name: value" of robots.txt and security.txt. */
static void read_pair(struct build *b, struct rx_str line, enum doc_kind kind)
{
    struct rx_str name, value;
    if (!rx_str_cut(line, ':', &name, &value))
        return;
    name = rx_str_trim(name);
    value = rx_str_trim(value);
    if (name.n == 0 || value.n == 0)
        return;
    if (kind == DOC_CONTACT) {
        build_text(b, span_of(b, value));
        return;
    }
    add_attr(b, name, value);
    if (rx_str_ieq(name, RX_STR("sitemap")) && b->doc.link_count < FILE_SITEMAPS_MAX)
        build_link(b, &(struct doc_link){.kind = RX_LINK_FILE, .raw = span_of(b, value)});
}

/* "host, account, DIRECT, authority": a reseller's row says nothing about who owns the site (IAB
 * ads.txt 1.1, section 3.4.2). */
static void read_seller(struct build *b, struct rx_str line)
{
    struct rx_str host, account, relation, rest;
    rx_str_cut(line, ',', &host, &rest);
    rx_str_cut(rest, ',', &account, &rest);
    rx_str_cut(rest, ',', &relation, &rest);
    if (rx_str_ieq(rx_str_trim(relation), RX_STR("DIRECT")) && rx_str_trim(host).n > 0 &&
        rx_str_trim(account).n > 0)
        add_attr(b, RX_STR("direct"), line);
}

/* "CONTACT=mail@shop.example", "OWNERDOMAIN=shop.example" (IAB ads.txt 1.1, section 3.5). */
static bool read_variable(struct build *b, struct rx_str line)
{
    struct rx_str name, value;
    if (!rx_str_cut(line, '=', &name, &value) || rx_str_chr(name, ',', 0) >= 0)
        return false;
    name = rx_str_trim(name);
    value = rx_str_trim(value);
    if (name.n > 0 && value.n > 0)
        add_attr(b, name, value);
    return true;
}

static void read_line(struct build *b, struct rx_str line, enum doc_kind kind)
{
    struct rx_str said = line, comment;
    /* In security.txt a comment is a line of its own (RFC 9116, section 2.2): URLs hold '#'. */
    const bool whole = kind == DOC_CONTACT && !rx_str_starts(rx_str_trim(line), RX_STR("#"));
    if (!whole && rx_str_cut(line, '#', &said, &comment) && !build_is_blank(comment))
        build_comment(b, span_of(b, rx_str_trim(comment)));
    said = rx_str_trim(said);
    if (said.n == 0)
        return;
    if (kind != DOC_ADS)
        read_pair(b, said, kind);
    else if (!read_variable(b, said))
        read_seller(b, said);
}

static void read_lines(struct build *b, enum doc_kind kind)
{
    struct rx_str rest = b->doc.source;
    for (size_t lines = 0; rest.n > 0 && lines < FILE_LINES_MAX && !b->failed; lines++) {
        struct rx_str line;
        rx_str_cut(rest, '\n', &line, &rest);
        read_line(b, line, kind);
    }
    b->doc.cut |= rest.n > 0;
}

/* ---- the door -------------------------------------------------------------------------------- */

int parse_file(struct doc *doc, enum doc_kind kind, struct rx_arena *arena, struct rx_str url,
               struct rx_str head, struct rx_str body, const struct parse_limits *limits,
               struct rx_err *err)
{
    struct build *b = rx_arena_zalloc(arena, 1, sizeof *b);
    const struct rx_str bytes = body;
    const bool cut = body.n > FILE_BYTES_MAX;
    int rc = 0;
    if (kind == DOC_ICON) /* no text */
        body = RX_STR("");
    if (!b || build_begin(b, arena, url, head, rx_str_sub(body, 0, FILE_BYTES_MAX), limits))
        return rx_fail(err, RX_EFULL, "the file needs more than %zu bytes of memory", arena->max);
    b->doc.kind = kind;
    b->doc.cut |= cut;
    if (kind == DOC_SCRIPT)
        read_script(b);
    else if (kind == DOC_JSON)
        add_code(b, 0, b->doc.source.n, true);
    else if (kind == DOC_SITEMAP)
        rc = sitemap_read(b, err);
    else if (kind == DOC_ICON)
        b->doc.source = bytes;
    else
        read_lines(b, kind);
    return rc ? rc : build_end(doc, b, err);
}
