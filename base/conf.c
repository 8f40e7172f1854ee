/* conf.c - see conf.h.
 *
 * Invariants: every key of the table always has a value that fits its type; a value set from a
 * lower layer never displaces one from a higher layer, whatever the order of loading; a call that
 * fails leaves the value of that key as it was. */
#include "base/conf.h"

#include "base/conf_table.h"
#include "base/digest.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 1 << 20, VALUE_MAX_BYTES = 16384, NAME_MAX_BYTES = 64 };

struct value {
    char *text; /* owned */
    uint64_t number;
    double real;
    enum rx_conf_layer layer;
};

struct rx_conf {
    struct value *values; /* owned; rx_conf_table_count, in the order of the table */
};

extern char **environ;

/* ---- the table ---- */

static int compare_names(const void *name, const void *row)
{
    return strcmp(name, ((const struct rx_conf_key *)row)->name);
}

/* -1: no such key. */
static ptrdiff_t index_of(const char *name)
{
    const struct rx_conf_key *row =
        bsearch(name, rx_conf_table, rx_conf_table_count, sizeof *rx_conf_table, compare_names);
    return row ? row - rx_conf_table : -1;
}

size_t rx_conf_count(void)
{
    return rx_conf_table_count;
}

const struct rx_conf_key *rx_conf_at(size_t i)
{
    assert(i < rx_conf_table_count);
    return &rx_conf_table[i];
}

double rx_conf_default(const char *key)
{
    const ptrdiff_t i = index_of(key);
    assert(i >= 0);
    return strtod(rx_conf_table[i].fallback, NULL);
}

/* ---- values ---- */

/* What may follow a number, and how many of the key's own unit it stands for. */
struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit time_units[] = {{"ms", 1},        {"s", 1000},    {"", 1000},
                                         {"m", 60000},     {"h", 3600000}, {"d", 86400000},
                                         {"w", 604800000}, {NULL, 0}};
static const struct unit byte_units[] = {
    {"", 1},        {"k", 1 << 10}, {"K", 1 << 10},    {"m", 1 << 20},    {"M", 1 << 20},
    {"g", 1 << 30}, {"G", 1 << 30}, {"t", 1ull << 40}, {"T", 1ull << 40}, {NULL, 0}};
static const struct unit no_units[] = {{"", 1}, {NULL, 0}};

/* digits [ "." digits ] unit, in whole numbers: 0.1 s must be 100 ms and not 99. */
static bool parse_number(uint64_t *out, struct rx_str s, const struct unit *unit)
{
    enum { FRACTION_DIGITS = 6, FRACTION_ONE = 1000000 };
    size_t at = 0;
    uint64_t whole, fraction = 0, weight = FRACTION_ONE;
    while (at < s.n && rx_is_digit(s.p[at]))
        at++;
    if (!rx_str_u64(rx_str_sub(s, 0, at), &whole))
        return false;
    if (at < s.n && s.p[at] == '.') {
        size_t from = ++at;
        for (; at < s.n && rx_is_digit(s.p[at]); at++)
            if (weight > 1)
                fraction += (weight /= 10) * (uint64_t)(s.p[at] - '0');
        if (at == from)
            return false;
    }
    while (unit->name && !rx_str_eq(rx_str_sub(s, at, s.n), rx_str(unit->name)))
        unit++;
    uint64_t number, rest;
    if (!unit->name || __builtin_mul_overflow(whole, unit->factor, &number) ||
        __builtin_mul_overflow(fraction, unit->factor, &rest) || rest % FRACTION_ONE ||
        __builtin_add_overflow(number, rest / FRACTION_ONE, &number))
        return false;
    *out = number;
    return true;
}

static bool parse_bool(uint64_t *out, struct rx_str s)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (rx_str_ieq(s, rx_str(words[i]))) {
            *out = i % 2;
            return true;
        }
    }
    return false;
}

static bool parse_real(double *out, const char *text)
{
    char *end;
    errno = 0;
    double real = strtod(text, &end);
    if (end == text || *end || errno || !isfinite(real))
        return false;
    *out = real;
    return true;
}

static bool is_choice(const char *choices, struct rx_str s)
{
    struct rx_str rest = rx_str(choices), word;
    bool more = true;
    while (more) {
        more = rx_str_cut(rest, '|', &word, &rest);
        if (s.n && rx_str_eq(word, s))
            return true;
    }
    return false;
}

/* Fills number and real of v, whose text is there already. */
static bool parse_value(const struct rx_conf_key *key, struct value *v)
{
    struct rx_str s = rx_str(v->text);
    switch (key->type) {
    case RX_CONF_TEXT:
        return true;
    case RX_CONF_INT:
        return !memchr(v->text, '.', s.n) && parse_number(&v->number, s, no_units);
    case RX_CONF_REAL:
        return parse_real(&v->real, v->text);
    case RX_CONF_BOOL:
        return parse_bool(&v->number, s);
    case RX_CONF_TIME:
        return parse_number(&v->number, s, time_units);
    case RX_CONF_BYTES:
        return parse_number(&v->number, s, byte_units);
    case RX_CONF_ENUM:
        return is_choice(key->choices, s);
    }
    return false;
}

static const char *type_hint(const struct rx_conf_key *key)
{
    static const char *const hints[] = {
        [RX_CONF_TEXT] = "text",
        [RX_CONF_INT] = "a whole number such as 50",
        [RX_CONF_REAL] = "a number such as 0.95",
        [RX_CONF_BOOL] = "true or false",
        [RX_CONF_TIME] = "a time such as 200ms, 3s, 5m, 2h or 1d",
        [RX_CONF_BYTES] = "a size such as 64k, 5M or 1G",
    };
    return key->type == RX_CONF_ENUM ? key->choices : hints[key->type];
}

struct rx_conf *rx_conf_new(void)
{
    struct rx_conf *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->values = calloc(rx_conf_table_count, sizeof *c->values);
    for (size_t i = 0; c->values && i < rx_conf_table_count; i++) {
        struct value *v = &c->values[i];
        v->text = strdup(rx_conf_table[i].fallback);
        if (!v->text) {
            rx_conf_free(c);
            return NULL;
        }
        bool fits = parse_value(&rx_conf_table[i], v);
        assert(fits);
        (void)fits;
    }
    if (c->values)
        return c;
    free(c);
    return NULL;
}

void rx_conf_free(struct rx_conf *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < rx_conf_table_count; i++)
        free(c->values[i].text);
    free(c->values);
    free(c);
}

/* ---- setting ---- */

/* The best word so far, for the sentence "did you mean". */
struct best {
    const char *word;
    size_t distance;
};

/* Edit distance with swaps of neighbours (optimal string alignment), case-blind; a word over the
 * cap is no near miss of ours. */
static size_t edit_distance(struct rx_str a, struct rx_str b)
{
    size_t rows[3][NAME_MAX_BYTES + 1];
    if (a.n > NAME_MAX_BYTES || b.n > NAME_MAX_BYTES)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.n; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            char x = rx_lower(a.p[i - 1]), y = rx_lower(b.p[j - 1]);
            size_t least = above[j - 1] + (x != y);
            if (above[j] + 1 < least)
                least = above[j] + 1;
            if (row[j - 1] + 1 < least)
                least = row[j - 1] + 1;
            if (i > 1 && j > 1 && x == rx_lower(b.p[j - 2]) && rx_lower(a.p[i - 2]) == y &&
                above2[j - 2] + 1 < least)
                least = above2[j - 2] + 1;
            row[j] = least;
        }
    }
    return rows[a.n % 3][b.n];
}

static void consider(struct best *best, struct rx_str wrong, struct rx_str as, const char *word)
{
    size_t distance = edit_distance(wrong, as), most = as.n < 3 ? 1 : (as.n + 2) / 3;
    if (distance <= most && (!best->word || distance < best->distance))
        *best = (struct best){word, distance};
}

const char *rx_nearest(struct rx_str wrong, const char *const *words)
{
    struct best best = {0};
    for (; *words; words++)
        consider(&best, wrong, rx_str(*words), *words);
    return best.word;
}

/* A key without its section is compared with the keys' own names. */
static const char *nearest_key(struct rx_str wrong)
{
    struct best best = {0};
    bool bare = rx_str_chr(wrong, '.', 0) < 0;
    for (size_t i = 0; i < rx_conf_table_count; i++) {
        const char *name = rx_conf_table[i].name;
        consider(&best, wrong, rx_str(bare ? strchr(name, '.') + 1 : name), name);
    }
    return best.word;
}

static int fail_unknown(struct rx_err *err, const char *key)
{
    const char *near = nearest_key(rx_str(key));
    return rx_fail(err, RX_EUSAGE,
                   near ? "no setting is called %s; did you mean %s?"
                        : "no setting is called %s; see `rxmap config`%s",
                   key, near ? near : "");
}

static int set_at(struct rx_conf *c, size_t i, struct rx_str text, enum rx_conf_layer layer,
                  struct rx_err *err)
{
    const struct rx_conf_key *key = &rx_conf_table[i];
    if (text.n > VALUE_MAX_BYTES || (text.n && memchr(text.p, '\0', text.n)))
        return rx_fail(err, RX_EUSAGE, "%s: the value is longer than %d bytes or holds a NUL",
                       key->name, VALUE_MAX_BYTES);
    struct value v = {.text = strndup(text.p ? text.p : "", text.n), .layer = layer};
    if (!v.text)
        return rx_fail(err, RX_ENOMEM, "%s: no memory", key->name);
    if (!parse_value(key, &v)) {
        int rc = rx_fail(err, RX_EUSAGE, "%s: '%.80s' does not fit, expected %s", key->name, v.text,
                         type_hint(key));
        free(v.text);
        return rc;
    }
    struct value *now = &c->values[i];
    if (layer < now->layer) {
        free(v.text);
        return 0;
    }
    free(now->text);
    *now = v;
    return 0;
}

int rx_conf_set(struct rx_conf *c, const char *key, struct rx_str value, enum rx_conf_layer layer,
                struct rx_err *err)
{
    ptrdiff_t i = index_of(key);
    return i < 0 ? fail_unknown(err, key) : set_at(c, (size_t)i, value, layer, err);
}

/* ---- the file ---- */

struct file {
    struct rx_conf *conf; /* borrowed */
    struct rx_str rest;   /* what libinih has not read yet */
    int line;             /* the line that libinih is at, from 1 */
    bool continues;       /* that line begins with a blank: more of the value above it */
    struct rx_err first;  /* first.code: what failed first, at first_line */
    int first_line;
};

static void note_failure(struct file *f, const struct rx_err *what)
{
    if (f->first.code == 0) {
        f->first = *what;
        f->first_line = f->line;
    }
}

/* libinih's reader: one line at a time. A line over its buffer would be read as two, so it is an
 * error here. */
static char *read_line(char *to, int room, void *ctx)
{
    struct file *f = ctx;
    struct rx_str line;
    if (f->rest.n == 0)
        return NULL;
    (void)rx_str_cut(f->rest, '\n', &line, &f->rest);
    f->line++;
    if (line.n >= (size_t)room) {
        struct rx_err why;
        (void)rx_fail(&why, RX_EUSAGE,
                      "a line is longer than %d bytes; go on in a line that "
                      "begins with a blank",
                      room - 1);
        note_failure(f, &why);
        f->rest = (struct rx_str){0};
        return NULL;
    }
    f->continues = line.n && (uint8_t)line.p[0] <= ' ';
    if (line.n)
        memcpy(to, line.p, line.n);
    to[line.n] = '\0';
    return to;
}

static int set_from_file(struct file *f, const char *key, const char *value, struct rx_err *why)
{
    ptrdiff_t i = index_of(key);
    if (i < 0)
        return fail_unknown(why, key);
    const struct value *now = &f->conf->values[i];
    if (!f->continues || now->layer != RX_CONF_FILE)
        return set_at(f->conf, (size_t)i, rx_str(value), RX_CONF_FILE, why);
    struct rx_buf joined = RX_BUF(VALUE_MAX_BYTES);
    int rc = rx_buf_addf(&joined, "%s %s", now->text, value);
    rc = rc ? rx_fail(why, RX_EUSAGE, "%s: the value is too long", key)
            : set_at(f->conf, (size_t)i, rx_buf_str(&joined), RX_CONF_FILE, why);
    rx_buf_free(&joined);
    return rc;
}

/* libinih's handler: 1 is success, as it wants it. It goes on after a failure; we do not. */
static int on_setting(void *ctx, const char *section, const char *name, const char *value)
{
    struct file *f = ctx;
    struct rx_err why = {0};
    char key[2 * NAME_MAX_BYTES];
    if (f->first.code)
        return 0;
    int n = snprintf(key, sizeof key, "%s.%s", section, name);
    int rc = n < 0 || (size_t)n >= sizeof key
                 ? rx_fail(&why, RX_EUSAGE, "the name of a setting is too long")
                 : set_from_file(f, key, value, &why);
    if (rc)
        note_failure(f, &why);
    return rc == 0;
}

static int read_file(struct rx_buf *text, const char *path, struct rx_err *err)
{
    /* A case's own file may be a stranger's FIFO or device, at which opening or reading would wait
     * for ever. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat st;
    if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
        (void)close(fd);
        return rx_fail(err, RX_EIO, "%s is no regular file: not a settings file", path);
    }
    FILE *in = fd >= 0 ? fdopen(fd, "rb") : NULL;
    if (!in) {
        bool missing = errno == ENOENT || errno == ENOTDIR;
        int rc = rx_fail_errno(err, missing ? RX_ENOENT : RX_EIO, errno, "cannot open %s", path);
        if (fd >= 0)
            (void)close(fd);
        return rc;
    }
    int rc = 0;
    while (!rc) {
        char *to = rx_buf_room(text, 4096);
        if (!to) {
            rc = rx_fail(err, RX_EUSAGE, "%s is over %d bytes: not a settings file", path,
                         FILE_MAX_BYTES);
            break;
        }
        size_t n = fread(to, 1, 4096, in);
        text->n += n;
        if (n == 0 && ferror(in))
            rc = rx_fail_errno(err, RX_EIO, errno, "cannot read %s", path);
        if (n == 0)
            break;
    }
    (void)fclose(in);
    return rc;
}

int rx_conf_parse(struct rx_conf *c, struct rx_str text, const char *path, struct rx_err *err)
{
    struct file f = {.conf = c, .rest = text};
    if (text.n && memchr(text.p, '\0', text.n))
        return rx_fail(err, RX_EUSAGE, "%s holds a NUL byte: not a settings file", path);
    int line = ini_parse_stream(read_line, &f, on_setting, &f);
    if (f.first.code && (line <= 0 || f.first_line <= line))
        return rx_fail(err, f.first.code, "%s:%d: %s", path, f.first_line, f.first.text);
    if (line < 0)
        return rx_fail(err, RX_ENOMEM, "%s: no memory", path);
    if (line > 0)
        return rx_fail(err, RX_EUSAGE, "%s:%d: neither [section] nor name = value", path, line);
    return 0;
}

int rx_conf_load(struct rx_conf *c, const char *path, struct rx_err *err)
{
    struct rx_buf text = RX_BUF(FILE_MAX_BYTES);
    int rc = read_file(&text, path, err);
    if (!rc)
        rc = rx_conf_parse(c, rx_buf_str(&text), path, err);
    rx_buf_free(&text);
    return rc;
}

/* libinih takes ';' behind a blank for a comment, and '#' or ';' first in a line as well: such a
 * word stays in its line, and ';' loses the blank before it. */
int rx_conf_write(struct rx_buf *out, struct rx_str name, struct rx_str value)
{
    enum { LINE_AIM = 140, LINE_MOST = 190 };
    size_t line = name.n + 2;
    int rc = rx_buf_addf(out, "%.*s =", RX_FMT(name));
    for (size_t at = 0; at < value.n && !rc;) {
        size_t from = at;
        while (at < value.n && (uint8_t)value.p[at] > ' ')
            at++;
        struct rx_str word = rx_str_sub(value, from, at++);
        if (word.n == 0)
            continue;
        bool glue = word.p[0] == ';';
        bool wrap = !glue && word.p[0] != '#' && line + 1 + word.n > LINE_AIM;
        line = (wrap ? 1 : line) + 1 + word.n;
        if (line > LINE_MOST)
            return RX_EINVAL;
        rc = rx_buf_addf(out, "%s%.*s", glue ? "" : wrap ? "\n  " : " ", RX_FMT(word));
    }
    return rc ? rc : rx_buf_addc(out, '\n');
}

/* ---- the environment ---- */

/* "CRAWL_HOST_DELAY" to "crawl.host_delay". False: it does not begin with a section of ours, so
 * it is no setting. */
static bool key_of_variable(char key[NAME_MAX_BYTES + 1], struct rx_str variable)
{
    if (variable.n > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < variable.n; i++)
        key[i] = rx_lower(variable.p[i]);
    key[variable.n] = '\0';
    for (size_t i = 0; i < rx_conf_table_count; i++) {
        const char *name = rx_conf_table[i].name;
        size_t section = (size_t)(strchr(name, '.') - name);
        if (variable.n > section && strncmp(key, name, section) == 0 && key[section] == '_') {
            key[section] = '.';
            return true;
        }
    }
    return false;
}

int rx_conf_load_env(struct rx_conf *c, struct rx_err *err)
{
    for (char **entry = environ; entry && *entry; entry++) {
        struct rx_str name, value;
        char key[NAME_MAX_BYTES + 1];
        if (!rx_str_starts(rx_str(*entry), RX_STR("RXMAP_")) ||
            !rx_str_cut(rx_str(*entry), '=', &name, &value) ||
            !key_of_variable(key, rx_str_sub(name, 6, name.n)))
            continue;
        struct rx_err why = {0};
        if (rx_conf_set(c, key, value, RX_CONF_ENV, &why))
            return rx_fail(err, why.code, "environment variable %.*s: %s", RX_FMT(name), why.text);
    }
    return 0;
}

/* ---- asking ---- */

static const struct value *value_of(const struct rx_conf *c, const char *key, unsigned types)
{
    ptrdiff_t i = index_of(key);
    assert(i >= 0 && (types >> rx_conf_table[i].type & 1));
    (void)types;
    return &c->values[i];
}

const char *rx_conf_text(const struct rx_conf *c, const char *key)
{
    return value_of(c, key, ~0u)->text;
}

uint64_t rx_conf_int(const struct rx_conf *c, const char *key)
{
    return value_of(c, key,
                    1u << RX_CONF_INT | 1u << RX_CONF_TIME | 1u << RX_CONF_BYTES |
                        1u << RX_CONF_BOOL)
        ->number;
}

bool rx_conf_bool(const struct rx_conf *c, const char *key)
{
    return value_of(c, key, 1u << RX_CONF_BOOL)->number != 0;
}

double rx_conf_real(const struct rx_conf *c, const char *key)
{
    return value_of(c, key, 1u << RX_CONF_REAL)->real;
}

enum rx_conf_layer rx_conf_layer(const struct rx_conf *c, const char *key)
{
    return value_of(c, key, ~0u)->layer;
}

/* The value's meaning, not its spelling: "3s" and "3000ms" are one configuration. */
static struct rx_sha256 hash_value(const struct rx_conf_key *key, const struct value *v)
{
    char number[40];
    int n = 0;
    if (key->type == RX_CONF_TEXT || key->type == RX_CONF_ENUM)
        return rx_sha256(rx_str(v->text));
    if (key->type == RX_CONF_REAL)
        n = snprintf(number, sizeof number, "%.17g", v->real);
    else
        n = snprintf(number, sizeof number, "%llu", (unsigned long long)v->number);
    return rx_sha256(rx_strn(number, n < 0 ? 0 : (size_t)n));
}

/* A chain: each digest covers the one before it, a key and its value. */
void rx_conf_sha256(const struct rx_conf *c, char out[65])
{
    struct rx_sha256 link[3] = {0};
    for (size_t i = 0; i < rx_conf_table_count; i++) {
        link[1] = rx_sha256(rx_str(rx_conf_table[i].name));
        link[2] = hash_value(&rx_conf_table[i], &c->values[i]);
        link[0] = rx_sha256(rx_strn((const char *)link, sizeof link));
    }
    rx_sha256_hex(out, &link[0]);
}
