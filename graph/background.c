/* background.c - see background.h.
 *
 * The table is a text file, so that it can be read, compared and corrected with common tools:
 *
 *     # rxmap background 1
 *     # sites 1799
 *     # origin where the sites come from
 *     # date 2026-11-22
 *     class <TAB> value <TAB> df
 *
 * A TAB, line feed or backslash inside a value is written \t, \n, \\. */
#include "graph/background.h"

#include "base/buf.h"
#include "base/map.h"
#include "graph/vec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 256 << 20, KEY_MAX = 4096, TITLE_BYTES = 256 };

extern const unsigned char background_data_background[];
extern const size_t background_data_background_bytes;

struct background {
    struct rx_map *df; /* "class<TAB>value" -> df */
    bool *covers;      /* by class id: the table has a row of it */
    uint32_t sites;
    char origin[128], date[32], title[TITLE_BYTES];
};

struct reader { /* where a parse stands, for its error */
    const char *path;
    uint64_t line;
    struct rx_err *err;
};

static int bad(const struct reader *r, const char *what)
{
    return rx_fail(r->err, RX_EINVAL, "%s, line %llu: %s", r->path, (unsigned long long)r->line,
                   what);
}

/* All classes whose values are hosts share one key space. */
static int key_of(struct rx_buf *key, const struct rx_class *cls, struct rx_str value)
{
    rx_buf_clear(key);
    int rc = rx_buf_add(key, rx_str(cls->host_valued ? "host" : cls->name));
    if (!rc)
        rc = rx_buf_addc(key, '\t');
    return rc ? rc : rx_buf_add(key, value);
}

static int unescape(struct rx_buf *out, struct rx_str s)
{
    rx_buf_clear(out);
    int rc = 0;
    for (size_t i = 0; i < s.n && !rc; i++) {
        char c = s.p[i];
        if (c == '\\' && i + 1 < s.n) {
            c = s.p[++i];
            c = c == 't' ? '\t' : c == 'n' ? '\n' : c;
        }
        rc = rx_buf_addc(out, c);
    }
    return rc;
}

static void copy_text(char *out, size_t size, struct rx_str s)
{
    size_t n = s.n < size - 1 ? s.n : size - 1;
    if (n)
        memcpy(out, s.p, n);
    out[n] = 0;
}

static int read_header(struct background *bg, const struct reader *r, struct rx_str line)
{
    struct rx_str word, rest;
    rx_str_cut(rx_str_trim(rx_str_sub(line, 1, line.n)), ' ', &word, &rest);
    uint64_t n;
    if (rx_str_eq(word, RX_STR("sites"))) {
        if (!rx_str_u64(rest, &n) || !n || n > UINT32_MAX)
            return bad(r, "\"# sites\" needs a positive number");
        bg->sites = (uint32_t)n;
    } else if (rx_str_eq(word, RX_STR("origin"))) {
        copy_text(bg->origin, sizeof bg->origin, rest);
    } else if (rx_str_eq(word, RX_STR("date"))) {
        copy_text(bg->date, sizeof bg->date, rest);
    }
    return 0;
}

static int read_row(struct background *bg, const struct reader *r, struct rx_str line,
                    struct rx_buf *value, struct rx_buf *key)
{
    struct rx_str name, rest, text, number;
    uint64_t df;
    if (!rx_str_cut(line, '\t', &name, &rest) || !rx_str_cut(rest, '\t', &text, &number) ||
        !rx_str_u64(number, &df) || !df || df > UINT32_MAX)
        return bad(r, "expected class, value and a count, separated by tabs");
    const struct rx_class *cls = rx_class_find(name);
    if (!cls)
        return 0; /* a class of another version says nothing here */
    bg->covers[rx_class_id(cls)] = true;
    if (unescape(value, text) || key_of(key, cls, rx_buf_str(value)))
        return bad(r, "value too long");
    uintptr_t before = (uintptr_t)rx_map_get(bg->df, rx_buf_str(key));
    if (before >= df)
        return 0;
    if (rx_map_put(bg->df, rx_buf_str(key), (void *)(uintptr_t)df, NULL))
        return rx_fail(r->err, RX_ENOMEM, "no memory for the background");
    return 0;
}

static int read_table(struct background *bg, struct rx_str text, struct reader *r)
{
    struct rx_buf value = RX_BUF(KEY_MAX), key = RX_BUF(KEY_MAX + 64);
    int rc = 0;
    while (text.n && !rc) {
        struct rx_str line;
        r->line++;
        if (!rx_str_cut(text, '\n', &line, &text))
            text.n = 0;
        if (line.n && line.p[0] == '#')
            rc = read_header(bg, r, line);
        else if (line.n)
            rc = read_row(bg, r, line, &value, &key);
    }
    if (!rc && !bg->sites)
        rc = rx_fail(r->err, RX_EINVAL, "%s: no line \"# sites N\"", r->path);
    rx_buf_free(&value);
    rx_buf_free(&key);
    return rc;
}

static int read_file(struct rx_buf *out, const char *path, struct rx_err *err)
{
    FILE *in = fopen(path, "rbe");
    if (!in)
        return rx_fail_errno(err, RX_EIO, errno, "cannot open the background %s", path);
    int rc = 0;
    for (size_t n = 1; n && !rc;) {
        char *room = rx_buf_room(out, 1 << 16);
        if (!room) {
            rc = rx_fail(err, RX_EFULL, "the background %s is too large", path);
            break;
        }
        n = fread(room, 1, 1 << 16, in);
        out->n += n;
        if (ferror(in))
            rc = rx_fail_errno(err, RX_EIO, errno, "cannot read the background %s", path);
    }
    (void)fclose(in);
    return rc;
}

int background_load(struct background **out, const char *path, struct rx_err *err)
{
    struct background *bg = vec_zero(1, sizeof *bg);
    struct rx_buf file = RX_BUF(FILE_MAX);
    int rc = bg ? 0 : RX_ENOMEM;
    if (!rc) {
        bg->df = rx_map_new();
        bg->covers = vec_zero(rx_class_count(), sizeof *bg->covers);
        rc = bg->df && bg->covers ? 0 : RX_ENOMEM;
    }
    if (rc) {
        rx_fail(err, rc, "no memory for the background");
        goto out;
    }
    struct rx_str text =
        rx_strn((const char *)background_data_background, background_data_background_bytes);
    bool shipped = !path || !*path;
    struct reader r = {shipped ? "the shipped background" : path, 0, err};
    if (!shipped) {
        rc = read_file(&file, path, err);
        text = rx_buf_str(&file);
    }
    if (!rc)
        rc = read_table(bg, text, &r);
    if (!rc)
        (void)snprintf(bg->title, sizeof bg->title, "%s, %u sites, %s", shipped ? "shipped" : path,
                       bg->sites, bg->date);
out:
    rx_buf_free(&file);
    if (rc)
        background_free(bg);
    else
        *out = bg;
    return rc;
}

void background_free(struct background *bg)
{
    if (!bg)
        return;
    rx_map_free(bg->df, NULL);
    free(bg->covers);
    free(bg);
}

uint32_t background_df(const struct background *bg, const struct rx_class *cls, struct rx_str value)
{
    struct rx_buf key = RX_BUF(KEY_MAX + 64);
    uint32_t df = 0;
    if (!key_of(&key, cls, value))
        df = (uint32_t)(uintptr_t)rx_map_get(bg->df, rx_buf_str(&key));
    rx_buf_free(&key);
    return df;
}

uint32_t background_sites(const struct background *bg, const struct rx_class *cls)
{
    bool page_class = cls->group != RX_GROUP_TLS && cls->group != RX_GROUP_HOSTING;
    return page_class || bg->covers[rx_class_id(cls)] ? bg->sites : 0;
}

size_t background_values(const struct background *bg)
{
    return rx_map_count(bg->df);
}

uint32_t background_size(const struct background *bg)
{
    return bg->sites;
}

const char *background_origin(const struct background *bg)
{
    return bg->origin;
}

const char *background_date(const struct background *bg)
{
    return bg->date;
}

const char *background_title(const struct background *bg)
{
    return bg->title;
}
