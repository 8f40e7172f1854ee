/* reading_file.c - the reader of what belongs to a site and is no page of it: linked scripts,
 * robots.txt, ads.txt, security.txt, manifest, sitemap, icon. Its reading has marks and links, and
 * never the status of a page: it says nothing of the site's role. */
#include "crawler/jail/reading_kinds.h"

#include "crawler/jail/reading_wire.h"
#include "crawler/parse/parse.h"

static const struct {
    const char *path;
    enum doc_kind kind;
} places[] = {
    {"/robots.txt", DOC_ROBOTS},    {"/ads.txt", DOC_ADS},
    {"/app-ads.txt", DOC_ADS},      {"/.well-known/security.txt", DOC_CONTACT},
    {"/security.txt", DOC_CONTACT}, {"/sitemap.xml", DOC_SITEMAP},
    {"/favicon.ico", DOC_ICON},
};

static const struct {
    const char *type;
    enum doc_kind kind;
} types[] = {
    {"application/javascript", DOC_SCRIPT},
    {"application/x-javascript", DOC_SCRIPT},
    {"text/javascript", DOC_SCRIPT},
    {"application/ecmascript", DOC_SCRIPT},
    {"text/ecmascript", DOC_SCRIPT},
    {"application/manifest+json", DOC_JSON},
    {"image/x-icon", DOC_ICON},
    {"image/vnd.microsoft.icon", DOC_ICON},
};

/* The path of a serialised URL. */
static struct rx_str path_of(struct rx_str url)
{
    const ptrdiff_t scheme = rx_str_find(url, RX_STR("://"), 0);
    const ptrdiff_t from = scheme < 0 ? -1 : rx_str_chr(url, '/', (size_t)scheme + 3);
    if (from < 0)
        return RX_STR("");
    size_t to = (size_t)from;
    while (to < url.n && url.p[to] != '?' && url.p[to] != '#')
        to++;
    return rx_str_sub(url, (size_t)from, to);
}

static enum doc_kind kind_of_path(struct rx_str path)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (rx_str_eq(path, rx_str(places[i].path)))
            return places[i].kind;
    return DOC_PAGE;
}

/* Of a site's pictures only those that its pages call its icon tell it from others; by their name,
 * because nothing else of them says what they are for. */
static bool is_icon(struct rx_str type, struct rx_str path)
{
    const size_t slash = path.n;
    size_t from = slash;
    while (from > 0 && path.p[from - 1] != '/')
        from--;
    const struct rx_str name = rx_str_sub(path, from, path.n);
    return rx_str_istarts(type, RX_STR("image/")) &&
           (rx_str_ifind(name, RX_STR("icon"), 0) >= 0 || rx_str_ends(name, RX_STR(".ico")));
}

enum doc_kind reading_file_kind(const struct read_job *job, struct rx_str decoded, bool certain)
{
    const struct rx_str path = path_of(job->url), type = parse_media_type(job->head);
    if (certain)
        return kind_of_path(path);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (rx_str_ieq(type, rx_str(types[i].type)))
            return types[i].kind;
    if (is_icon(type, path))
        return DOC_ICON;
    const bool named = rx_str_ends(path, RX_STR(".js")) || rx_str_ends(path, RX_STR(".mjs"));
    if (named && !rx_str_istarts(type, RX_STR("image/")))
        return DOC_SCRIPT;
    if (rx_str_ends(path, RX_STR(".webmanifest")) || rx_str_ends(path, RX_STR("/manifest.json")))
        return DOC_JSON;
    return parse_is_sitemap(decoded) ? DOC_SITEMAP : DOC_PAGE;
}

static int read_doc(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                    const struct read_job *job, enum doc_kind kind, struct rx_str body,
                    struct rx_err *err)
{
    struct doc doc = {0};
    int rc = parse_file(&doc, kind, arena, job->url, job->head, body, &parse_limits_default, err);
    if (rc == 0)
        rc = reading_take_links(r, arena, &doc, x, err);
    if (rc == 0 && x)
        rc = extract_marks(&r->marks, arena, x, &doc, job->head, err);
    if (rc)
        return reading_give_up(r, rc);
    r->charset = doc.charset;
    return 0;
}

int reading_file(struct reading *r, struct rx_arena *arena, const struct extractor *x,
                 const struct read_job *job, struct rx_str decoded, struct rx_err *err)
{
    enum doc_kind kind = reading_file_kind(job, decoded, true);
    const bool page = parse_is_html(job->head, decoded);
    if (kind == DOC_PAGE)
        kind = reading_file_kind(job, decoded, false);
    if (job->kind == READ_SALVAGE || page || parse_status(job->head) / 100 != 2)
        return reading_head(r, arena, x, job, decoded, err);
    /* The doc's views point into the body, so it must live as long as the reading. */
    const struct rx_str body = rx_arena_dup(arena, decoded);
    if (!body.p)
        return rx_fail(err, RX_EFULL, "the file needs more than %zu bytes of memory", arena->max);
    const int rc = read_doc(r, arena, x, job, kind, body, err);
    if (rc)
        return rc;
    r->status = READ_NOT_HTML;
    r->reader = rx_str(kind == DOC_SCRIPT ? READER_SCRIPT : READER_FILE);
    return 0;
}
