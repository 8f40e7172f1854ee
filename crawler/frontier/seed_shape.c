/* seed_shape.c - see seed_shape.h. A list that may be what it was taken for passes: what is wrong
 * with single lines is for who reads them. */
#include "crawler/frontier/seed_shape.h"

#include "crawler/frontier/seed.h"

#include <stdio.h>

enum { FIELD_BYTES = RX_URL_MAX + 64, SHOWN_BYTES = 40 };

/* ---- JSON ------------------------------------------------------------------------------------ */

/* The next line that is neither blank nor a comment; empty at the end. */
static struct rx_str next_line(struct rx_str *text)
{
    while (text->n) {
        struct rx_str line;
        (void)rx_str_cut(*text, '\n', &line, text);
        line = rx_str_trim(line);
        if (line.n && line.p[0] != '#')
            return line;
    }
    return (struct rx_str){0};
}

/* '{' alone, or '{"url": "http://...",' with the rest below it. */
static bool is_begun(struct rx_str line, struct rx_str next)
{
    const char last = line.n ? line.p[line.n - 1] : '\0';
    return line.n && line.p[0] == '{' && (last == '{' || last == '[' || last == ',') && next.n &&
           next.p[0] != '{';
}

int seed_shape_json(struct rx_str text, struct rx_err *err)
{
    const struct rx_str first = next_line(&text);
    const struct rx_str second = next_line(&text);
    if (rx_str_starts(first, RX_STR("[")))
        return rx_fail(err, RX_EINVAL,
                       "this is one JSON array; JSON lines are wanted, one object a line "
                       "(jq -c '.[]' makes them): nothing was added");
    if (is_begun(first, second))
        return rx_fail(err, RX_EINVAL,
                       "this is JSON whose objects stand over several lines; JSON lines are "
                       "wanted, one object a line (jq -c . makes them): nothing was added");
    return 0;
}

/* ---- tables ---------------------------------------------------------------------------------- */

struct record {
    size_t fields;
    char *shown; /* NULL: they are only counted */
    size_t n;
};

static void count_field(void *ctx, size_t column, struct rx_str value)
{
    struct record *r = ctx;
    (void)value;
    r->fields = column + 1;
}

/* As much of a name as a sentence takes, not cut within a character. */
static struct rx_str short_name(struct rx_str name)
{
    if (name.n <= SHOWN_BYTES)
        return name;
    name.n = SHOWN_BYTES;
    while (name.n && ((unsigned char)name.p[name.n] & 0xC0) == 0x80)
        name.n--;
    return name;
}

static void show_field(void *ctx, size_t column, struct rx_str value)
{
    static const char more[] = ", ...";
    struct record *r = ctx;
    const struct rx_str name = short_name(rx_str_trim(value));
    const size_t wanted = name.n + 2 + sizeof more;
    if (r->fields != column) /* what came before did not fit */
        return;
    if (r->n + wanted > SEED_SHAPE_COLUMNS_BYTES) {
        (void)snprintf(r->shown + r->n, SEED_SHAPE_COLUMNS_BYTES - r->n, "%s", more);
        return;
    }
    const int n = snprintf(r->shown + r->n, SEED_SHAPE_COLUMNS_BYTES - r->n, "%s%.*s",
                           column ? ", " : "", RX_FMT(name));
    r->n += n > 0 ? (size_t)n : 0;
    r->fields++;
}

void seed_shape_columns(char out[SEED_SHAPE_COLUMNS_BYTES], struct rx_str text)
{
    struct record r = {.shown = out};
    struct rx_buf scratch = RX_BUF(FIELD_BYTES);
    size_t at = 0;
    out[0] = '\0';
    (void)seed_csv_next(text, &at, seed_csv_separator(text), &scratch, show_field, &r);
    rx_buf_free(&scratch);
}

static struct rx_str without_comments(struct rx_str text)
{
    for (struct rx_str rest = text; rest.n; text = rest) {
        struct rx_str line;
        (void)rx_str_cut(rest, '\n', &line, &rest);
        line = rx_str_trim(line);
        if (line.n && line.p[0] != '#')
            break;
    }
    return text;
}

static size_t count_fields(struct rx_str text, size_t *at, char separator)
{
    struct record r = {0};
    struct rx_buf scratch = RX_BUF(FIELD_BYTES);
    (void)seed_csv_next(text, at, separator, &scratch, count_field, &r);
    rx_buf_free(&scratch);
    return r.fields;
}

static bool is_seed(struct rx_str text)
{
    struct rx_buf href = RX_BUF(FIELD_BYTES);
    struct rx_url url;
    struct rx_str line;
    (void)rx_str_cut(text, '\n', &line, &text);
    const bool is = seed_parse(&url, &href, line, NULL) == 0;
    rx_buf_free(&href);
    return is;
}

/* Two records alike, of which the first can be no seed: a URL may hold commas. */
int seed_shape_lines(struct rx_str text, struct rx_err *err)
{
    char columns[SEED_SHAPE_COLUMNS_BYTES];
    size_t at = 0;
    text = without_comments(text);
    const char separator = seed_csv_separator(text);
    const size_t fields = count_fields(text, &at, separator);
    if (fields < 2 || count_fields(text, &at, separator) != fields || is_seed(text))
        return 0;
    seed_shape_columns(columns, text);
    return rx_fail(err, RX_EINVAL,
                   "this is a table with the columns %s; say which holds the addresses, by name or "
                   "number, as in --column 1: nothing was added (--force reads it line by line)",
                   columns);
}
