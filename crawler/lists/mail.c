/* mail.c - see mail.h.
 *
 * A mail inside a mail (message/rfc822) is a part like others to GMime, because we say so in
 * mail_init(); its bytes then come back as a mail of their own. So its headers pass the same sieve,
 * and how deep that goes is counted here. Multiparts GMime nests itself, to a depth of its own. */
#include "crawler/lists/mail.h"

#include "base/arena.h"
#include "base/map.h"
#include "crawler/lists/finds.h"
#include "crawler/lists/text_urls.h"
#include "crawler/parse/charset.h"

#include <gmime/gmime.h>
#include <stdlib.h>
#ifdef RXMAP_SANITIZED
#include <sanitizer/lsan_interface.h>
#endif

enum { HEAD_LINE_MAX = 998, TITLE_BYTES = 2048, ARENA_BYTES = 96 << 20, INSIDE_MAX = 64 };
enum { WORDS_LOOKED = 4096 }; /* bytes of a part that is called no text */

struct inside {
    struct rx_buf bytes; /* owned */
    unsigned depth;
};

struct mail {
    struct rx_buf *finds;
    mail_part_fn *fn; /* may be NULL */
    void *ctx;
    struct rx_map *seen; /* URLs */
    struct inside waiting[INSIDE_MAX];
    size_t waiting_count;
    unsigned parts, depth;
    char place[64]; /* of the part that is read */
    bool told_parts, told_urls;
};

void mail_init(void)
{
    static bool done;
    if (done)
        return;
#ifdef RXMAP_SANITIZED
    __lsan_disable(); /* GMime lets go of the rows that ours replace */
#endif
    g_mime_init();
    g_mime_object_register_type("message", "rfc822", g_mime_part_get_type());
    g_mime_object_register_type("message", "rfc2822", g_mime_part_get_type());
    g_mime_object_register_type("message", "global", g_mime_part_get_type());
    g_mime_object_register_type("message", "news", g_mime_part_get_type());
#ifdef RXMAP_SANITIZED
    __lsan_enable();
#endif
    done = true;
}

static int tell(struct mail *m, const char *fault)
{
    return finds_add(
        m->finds,
        &(struct find){.kind = FIND_FAULT, .place = rx_str(m->place), .text = rx_str(fault)});
}

/* ---- the head -------------------------------------------------------------------------------- */

static struct rx_str line_at(struct rx_str text, size_t at)
{
    const ptrdiff_t end = rx_str_chr(text, '\n', at);
    return rx_str_sub(text, at, end < 0 ? text.n : (size_t)end + 1);
}

static bool is_blank_line(struct rx_str line)
{
    return rx_str_trim(line).n == 0;
}

/* Bytes of "Name" in "Name: value" (RFC 5322, 2.2); 0: the line is no field, or a URL. */
static size_t field_name(struct rx_str line)
{
    size_t n = 0;
    while (n < line.n && line.p[n] > ' ' && line.p[n] < 0x7F && line.p[n] != ':')
        n++;
    const bool is_url = rx_str_starts(rx_str_sub(line, n, line.n), RX_STR("://"));
    return n > 0 && n < line.n && line.p[n] == ':' && !is_url ? n : 0;
}

static bool goes_on(struct rx_str line)
{
    return line.n && (line.p[0] == ' ' || line.p[0] == '\t');
}

/* A field as GMime may see it: in ASCII, without encoded words (RFC 2047) and extended parameters
 * (RFC 2231), which it would convert. A file's name is lost by that, a boundary never. */
static int add_plain(struct rx_buf *out, struct rx_str line)
{
    int rc = 0;
    for (size_t i = 0; i < line.n && !rc; i++) {
        const char c = line.p[i], next = i + 1 < line.n ? line.p[i + 1] : '\0';
        const bool odd = (uint8_t)c >= 0x7F || c == '\0' || (c == '=' && next == '?') || c == '*';
        rc = rx_buf_addc(out, odd ? '_' : c);
    }
    return rc;
}

static bool is_kept(struct rx_str line)
{
    return rx_str_istarts(line, RX_STR("Content-Type:")) ||
           rx_str_istarts(line, RX_STR("Content-Transfer-Encoding:")) ||
           rx_str_istarts(line, RX_STR("MIME-Version:"));
}

/* Copies the fields up to the blank line that says how to decode. *at goes behind that line. */
static int sift_head(struct rx_buf *out, struct rx_str text, size_t *at)
{
    bool kept = false;
    int rc = 0;
    while (*at < text.n && !rc) {
        const struct rx_str line = line_at(text, *at);
        if (is_blank_line(line))
            break;
        *at += line.n;
        if (!goes_on(line))
            kept = is_kept(line);
        if (kept)
            rc = add_plain(out, rx_str_sub(line, 0, HEAD_LINE_MAX));
        if (kept && !rc && line.n > HEAD_LINE_MAX)
            rc = rx_buf_addc(out, '\n');
    }
    return rc;
}

/* Copies a mail's body. Behind a line that may be a boundary the head of a part begins. */
static int sift_body(struct rx_buf *out, struct rx_str text, size_t at)
{
    int rc = 0;
    while (at < text.n && !rc) {
        const struct rx_str line = line_at(text, at);
        at += line.n;
        rc = rx_buf_add(out, line);
        bool field = false;
        while (!rc && rx_str_starts(line, RX_STR("--")) && at < text.n) {
            const struct rx_str next = line_at(text, at);
            if (is_blank_line(next) || rx_str_starts(next, RX_STR("--")))
                break;
            if (!goes_on(next))
                field = rx_str_istarts(next, RX_STR("Content-"));
            rc = field ? add_plain(out, next) : rx_buf_add(out, next);
            at += next.n;
        }
    }
    return rc;
}

/* The mail with a head that is safe to parse. */
static int sift(struct rx_buf *out, struct rx_str text)
{
    size_t at = 0;
    int rc = 0;
    if (rx_str_starts(text, RX_STR("From ")) || rx_str_starts(text, RX_STR(">From ")))
        at = line_at(text, 0).n;
    if (field_name(line_at(text, at)))
        rc = sift_head(out, text, &at);
    else if (!is_blank_line(line_at(text, at)))
        rc = rx_buf_add(out, RX_STR("\n")); /* no head: all of it is text */
    return rc ? rc : sift_body(out, text, at);
}

/* ---- the subject ----------------------------------------------------------------------------- */

static struct rx_str header_value(struct rx_str text, const char *name)
{
    const struct rx_str wanted = rx_str(name);
    for (size_t at = 0; at < text.n;) {
        const struct rx_str line = line_at(text, at);
        if (is_blank_line(line))
            break;
        size_t end = at + line.n;
        while (end < text.n && goes_on(line_at(text, end)) && !is_blank_line(line_at(text, end)))
            end += line_at(text, end).n;
        if (field_name(line) == wanted.n && rx_str_istarts(line, wanted))
            return rx_str_trim(rx_str_sub(text, at + wanted.n + 1, end));
        at = end;
    }
    return (struct rx_str){0};
}

/* "=?charset?B?text?=" at the head of s, decoded. Bytes read, 0: there is none. */
static size_t encoded_word(struct rx_buf *out, struct rx_arena *arena, struct rx_str s)
{
    struct rx_str charset, way, text, rest = rx_str_sub(s, 2, s.n);
    if (!rx_str_starts(s, RX_STR("=?")) || !rx_str_cut(rest, '?', &charset, &rest) ||
        !rx_str_cut(rest, '?', &way, &rest) || way.n != 1)
        return 0;
    const ptrdiff_t end = rx_str_find(rest, RX_STR("?="), 0);
    const bool base64 = rx_lower(way.p[0]) == 'b';
    if (end < 0 || (!base64 && rx_lower(way.p[0]) != 'q'))
        return 0;
    text = rx_str_sub(rest, 0, (size_t)end);
    char *in = rx_arena_alloc(arena, text.n + 1), *to = rx_arena_alloc(arena, 2 * text.n + 16);
    if (!in || !to)
        return 0;
    for (size_t i = 0; i < text.n; i++)
        in[i] = !base64 && text.p[i] == '_' ? ' ' : text.p[i];
    GMimeEncoding way_back;
    g_mime_encoding_init_decode(&way_back, base64 ? GMIME_CONTENT_ENCODING_BASE64
                                                  : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    const size_t n = g_mime_encoding_flush(&way_back, in, text.n, to);
    struct charset_text decoded;
    if (charset_decode(&decoded, arena, rx_strn(to, n), charset) || rx_buf_add(out, decoded.source))
        return 0;
    return (size_t)(rest.p - s.p) + (size_t)end + 2;
}

static int add_title(struct mail *m, struct rx_str bytes)
{
    struct rx_str subject = rx_str_sub(header_value(bytes, "Subject"), 0, TITLE_BYTES);
    struct rx_buf title = RX_BUF(4 * TITLE_BYTES);
    struct rx_arena arena = RX_ARENA(1 << 20);
    int rc = 0;
    for (size_t at = 0; at < subject.n && !rc;) {
        const size_t n = encoded_word(&title, &arena, rx_str_sub(subject, at, subject.n));
        if (n == 0 && subject.p[at] != '\r' && subject.p[at] != '\n')
            rc = rx_buf_addc(&title, subject.p[at]);
        at += n ? n : 1;
    }
    if (!rc && title.n)
        rc = finds_add(m->finds, &(struct find){.kind = FIND_TITLE, .text = rx_buf_str(&title)});
    rx_buf_free(&title);
    rx_arena_free(&arena);
    return rc;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static int on_url(void *ctx, struct rx_str url)
{
    struct mail *m = ctx;
    static char here;
    if (rx_map_get(m->seen, url))
        return 0;
    if (rx_map_count(m->seen) >= MAIL_URLS_MAX) {
        const bool told = m->told_urls;
        m->told_urls = true;
        return told ? 0 : tell(m, "the mail has more URLs than are taken");
    }
    int rc = rx_map_put(m->seen, url, &here, NULL);
    return rc ? rc
              : finds_add(m->finds, &(struct find){
                                        .kind = FIND_SEED, .place = rx_str(m->place), .text = url});
}

static int read_decoded(struct mail *m, struct rx_str text, bool html)
{
    const struct mail_part part = {.text = text, .place = rx_str(m->place), .html = html};
    const int rc = html ? text_urls_html(text, on_url, m) : text_urls(text, on_url, m);
    return rc || !m->fn ? rc : m->fn(m->ctx, m->finds, &part);
}

static int read_text(struct mail *m, struct rx_str bytes, const char *charset, bool html)
{
    struct rx_arena arena = RX_ARENA(ARENA_BYTES);
    struct charset_text text;
    int rc = charset_decode(&text, &arena, bytes, rx_str(charset));
    if (rc == RX_EFULL)
        rc = tell(m, "the part is too long to be decoded");
    else if (!rc)
        rc = read_decoded(m, text.source, html || text_is_html(text.source));
    rx_arena_free(&arena);
    return rc;
}

static int put_inside(struct mail *m, struct rx_str bytes)
{
    if (m->depth + 1 >= MAIL_DEPTH_MAX || m->waiting_count == INSIDE_MAX)
        return tell(m, "a mail inside it lies too deep, or is one too many: it was not read");
    struct inside *in = &m->waiting[m->waiting_count];
    *in = (struct inside){.bytes = RX_BUF(MAIL_BYTES_MAX), .depth = m->depth + 1};
    int rc = rx_buf_add(&in->bytes, bytes);
    m->waiting_count += rc == 0;
    return rc;
}

/* The bytes of a part, transfer encoding undone; NULL: it has none. */
static GByteArray *part_bytes(GMimePart *part, GMimeStream *to)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (!content || g_mime_data_wrapper_write_to_stream(content, to) < 0)
        return NULL;
    return g_mime_stream_mem_get_byte_array((GMimeStreamMem *)to);
}

/* Nobody reads it as words: pictures and the like, and signatures (RFC 3156), whose comments
 * advertise the program that made them. */
static bool is_medium(const char *media, const char *sub)
{
    static const char *const names[] = {"image", "audio", "video", "font", "model"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(media, names[i]) == 0)
            return true;
    return sub && strncasecmp(sub, "pgp-", 4) == 0;
}

/* Words, whatever the part is called: pages are sent as application/octet-stream, and a reader
 * takes a type that is none for text (RFC 2045, 5.2). */
static bool is_words(struct rx_str s)
{
    for (size_t i = 0; i < s.n && i < WORDS_LOOKED; i++)
        if ((uint8_t)s.p[i] < ' ' && !rx_is_space(s.p[i]))
            return false;
    return true;
}

static int read_part(struct mail *m, GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *media = g_mime_content_type_get_media_type(type);
    const char *sub = g_mime_content_type_get_media_subtype(type);
    const char *charset = g_mime_content_type_get_parameter(type, "charset");
    const bool html = g_mime_content_type_is_type(type, "text", "html") ||
                      g_mime_content_type_is_type(type, "application", "xhtml+xml");
    const bool mail = media && g_ascii_strcasecmp(media, "message") == 0 && sub &&
                      strcasecmp(sub, "delivery-status") != 0;
    const bool text = html || mail || !media || g_ascii_strcasecmp(media, "text") == 0 ||
                      g_ascii_strcasecmp(media, "message") == 0;
    (void)snprintf(m->place, sizeof m->place, "part %u, %.20s/%.20s", m->parts,
                   media ? media : "text", sub ? sub : "plain");
    if (!text && is_medium(media, sub))
        return 0;
    GMimeStream *to = g_mime_stream_mem_new();
    const GByteArray *bytes = part_bytes((GMimePart *)object, to);
    int rc = 0;
    if (bytes && bytes->len) {
        const struct rx_str s = rx_strn((const char *)bytes->data, bytes->len);
        if (mail)
            rc = put_inside(m, s);
        else if (text || is_words(s))
            rc = read_text(m, s, charset, html);
    }
    g_object_unref(to);
    return rc;
}

static int read_parts(struct mail *m, GMimeObject *top)
{
    GMimePartIter *it = g_mime_part_iter_new(top);
    int rc = 0;
    do {
        GMimeObject *object = g_mime_part_iter_get_current(it);
        if (!object || !g_type_is_a(G_TYPE_FROM_INSTANCE(object), g_mime_part_get_type()))
            continue;
        if (m->parts++ < MAIL_PARTS_MAX) {
            rc = read_part(m, object);
        } else if (!m->told_parts) {
            m->told_parts = true;
            rc = tell(m, "the mail has more parts than are read");
        }
    } while (!rc && g_mime_part_iter_next(it));
    g_mime_part_iter_free(it);
    return rc;
}

/* ---- a mail ---------------------------------------------------------------------------------- */

static int read_one(struct mail *m, struct rx_str bytes)
{
    struct rx_buf safe = RX_BUF(2 * MAIL_BYTES_MAX);
    int rc = sift(&safe, bytes);
    if (!rc) {
        GMimeStream *from = g_mime_stream_mem_new_with_buffer(safe.p ? safe.p : "", safe.n);
        GMimeParser *parser = g_mime_parser_new_with_stream(from);
        GMimeObject *top = g_mime_parser_construct_part(parser, NULL);
        rc = top ? read_parts(m, top) : tell(m, "it is no mail");
        if (top)
            g_object_unref(top);
        g_object_unref(parser);
        g_object_unref(from);
    }
    rx_buf_free(&safe);
    return rc;
}

int mail_read(struct rx_buf *finds, struct rx_str bytes, mail_part_fn *fn, void *ctx,
              struct rx_err *err)
{
    struct mail *m = calloc(1, sizeof *m);
    if (!m)
        return rx_fail(err, RX_ENOMEM, "no memory for a mail");
    m->finds = finds;
    m->fn = fn;
    m->ctx = ctx;
    m->seen = rx_map_new();
    int rc = m->seen ? 0 : RX_ENOMEM;
    if (!rc && bytes.n > MAIL_BYTES_MAX) {
        bytes.n = MAIL_BYTES_MAX;
        rc = tell(m, "the mail is too long: only its first 16 MiB were read");
    }
    if (!rc)
        rc = add_title(m, bytes);
    if (!rc)
        rc = read_one(m, bytes);
    while (m->waiting_count) { /* those inside it, the last found first; freed in any case */
        struct inside in = m->waiting[--m->waiting_count];
        m->depth = in.depth;
        if (!rc)
            rc = read_one(m, rx_buf_str(&in.bytes));
        rx_buf_free(&in.bytes);
    }
    rx_map_free(m->seen, NULL);
    free(m);
    return rc ? rx_fail(err, rc, "%s", rc == RX_EFULL ? "the mail says too much" : "no memory") : 0;
}
