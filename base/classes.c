/* classes.c - see classes.h.
 *
 *   data/classes.tsv --first look-up--> the program's classes, sorted by name
 *   a case's file ----rx_class_add()--> its own, behind them, sorted by name
 *
 * The program's rows are sorted in the file, because that order is the dense id and the search is
 * binary. A wrong row there is our own bug (the unit test finds it) and ends the program: a class
 * that is missing would be evidence that silently says nothing. Strings of a class live as long as
 * the program. */
#include "base/class_row.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

extern const unsigned char base_data_classes[];
extern const size_t base_data_classes_bytes;

enum { CLASSES_MAX = 1000, POS_BYTES = 300 };

/* Rows, and the text that the strings of the program's stand in. */
struct table {
    struct rx_class rows[CLASSES_MAX + RX_CLASSES_OWN_MAX];
    size_t count; /* the program's */
    char *text;   /* owned */
};

static struct table table;
static once_flag table_once = ONCE_FLAG_INIT;

/* Of the case; written before threads exist. */
static size_t own_count;
static char *own_text[RX_CLASSES_OWN_MAX]; /* owned; in order of adding */

/* Names are C strings without NUL inside, so byte order with "shorter first" is strcmp's. */
static int compare(struct rx_str name, const struct rx_class *c)
{
    return rx_str_cmp(name, rx_str(c->name));
}

static int read_table(struct table *t, struct rx_str text, const char *name, struct rx_err *err)
{
    char pos[POS_BYTES];
    t->text = strndup(text.p ? text.p : "", text.n);
    if (!t->text)
        return rx_fail(err, RX_ENOMEM, "no memory for the classes");
    struct rx_str rest = rx_str(t->text);
    for (unsigned number = 1; rest.n > 0; number++) {
        struct rx_str line;
        rx_str_cut(rest, '\n', &line, &rest);
        (void)snprintf(pos, sizeof pos, "%s:%u", name, number);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (t->count == CLASSES_MAX)
            return rx_fail(err, RX_EFULL, "%s: more than %d classes", pos, CLASSES_MAX);
        struct rx_class *c = &t->rows[t->count];
        int rc = class_row_read(c, t->text + (line.p - t->text), line.n, pos, err);
        if (rc)
            return rc;
        if (t->count > 0 && compare(rx_str(c->name), c - 1) <= 0)
            return rx_fail(err, RX_EINVAL, "%s: class: %s does not come behind %s", pos, c->name,
                           c[-1].name);
        t->count++;
    }
    return t->count ? 0 : rx_fail(err, RX_EINVAL, "%s: no classes", name);
}

int rx_classes_check(struct rx_str text, const char *name, struct rx_err *err)
{
    struct table *t = calloc(1, sizeof *t);
    if (!t)
        return rx_fail(err, RX_ENOMEM, "no memory for the classes");
    int rc = read_table(t, text, name, err);
    free(t->text);
    free(t);
    return rc;
}

struct rx_str rx_classes_text(void)
{
    return rx_strn((const char *)base_data_classes, base_data_classes_bytes);
}

static void read_program(void)
{
    struct rx_err err = {0};
    if (read_table(&table, rx_classes_text(), "classes.tsv", &err) == 0)
        return;
    rx_log(RX_LOG_ERROR, "%s", err.text);
    abort();
}

static struct table *the_table(void)
{
    call_once(&table_once, read_program);
    return &table;
}

/* Where the name stands among sorted rows, or would. */
static size_t place_of(struct rx_str name, const struct rx_class *rows, size_t count, bool *found)
{
    size_t low = 0, high = count;
    *found = false;
    while (low < high && !*found) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, &rows[middle]);
        *found = order == 0;
        if (order <= 0)
            high = middle;
        else
            low = middle + 1;
    }
    return high;
}

const struct rx_class *rx_class_find(struct rx_str name)
{
    const struct table *t = the_table();
    bool found;
    size_t at = place_of(name, t->rows, t->count, &found);
    if (!found)
        at = t->count + place_of(name, t->rows + t->count, own_count, &found);
    return found ? &t->rows[at] : NULL;
}

size_t rx_class_count(void)
{
    return the_table()->count + own_count;
}

const struct rx_class *rx_class_at(size_t id)
{
    return id < rx_class_count() ? &table.rows[id] : NULL;
}

size_t rx_class_id(const struct rx_class *c)
{
    return (size_t)(c - table.rows);
}

bool rx_class_is_of_fact(const struct rx_class *c, struct rx_str kind)
{
    struct rx_str word, list = rx_str(c->from);
    while (list.n > 0) {
        rx_str_cut(list, ',', &word, &list);
        if (rx_str_starts(word, RX_STR("fact:")) && rx_str_eq(rx_str_sub(word, 5, word.n), kind))
            return true;
    }
    return false;
}

/* ---- a case's own ---------------------------------------------------------------------------- */

/* Anybody can write a row: it may support what other evidence says, never conclude. */
static const char *why_not_own(const struct rx_class *c)
{
    if (!rx_str_starts(rx_str(c->name), RX_STR(RX_CLASSES_OWN_PREFIX)))
        return "the name of a case's own class begins " RX_CLASSES_OWN_PREFIX;
    if (c->bound)
        return "a case's own class concludes nothing by itself: bound cannot stand in its flags";
    if (c->tier == 1)
        return "a case's own class concludes nothing by itself: its tier is 2, 3 or 4 (0: a hint)";
    if (strcmp(c->from, "page") != 0)
        return "a case's own class is read from pages: its column from is page";
    if (c->attach != RX_ROLE_UNKNOWN)
        return "a case's own class attaches no host: its column attach is -";
    return NULL;
}

static int add_own(const struct rx_class *c, const char *pos, struct rx_err *err)
{
    struct rx_class *own = the_table()->rows + table.count;
    bool found;
    size_t at = place_of(rx_str(c->name), own, own_count, &found);
    const char *why = why_not_own(c);
    if (!why && found)
        why = "the class stands twice";
    if (!why && own_count == RX_CLASSES_OWN_MAX)
        why = "too many classes";
    if (why)
        return rx_fail(err, RX_EUSAGE, "%s: \"%s\": %s", pos, c->name, why);
    memmove(&own[at + 1], &own[at], (own_count - at) * sizeof *own);
    own[at] = *c;
    own_count++;
    return 0;
}

int rx_class_add(struct rx_str row, const char *pos, struct rx_err *err)
{
    struct rx_class c;
    char *text = strndup(row.p ? row.p : "", row.n);
    if (!text)
        return rx_fail(err, RX_ENOMEM, "no memory for the classes");
    int rc = class_row_read(&c, text, strlen(text), pos, err);
    if (rc && err)
        err->code = RX_EUSAGE;
    if (!rc)
        rc = add_own(&c, pos, err);
    if (rc) {
        free(text);
        return RX_EUSAGE;
    }
    own_text[own_count - 1] = text;
    return 0;
}

void rx_classes_reset(void)
{
    while (own_count > 0)
        free(own_text[--own_count]);
}

/* ---- names ----------------------------------------------------------------------------------- */

const char *rx_level_name(enum rx_level level)
{
    static const char *const names[] = {"?", "programme", "affiliate", "hosting", "hint"};
    return (unsigned)level < sizeof names / sizeof names[0] ? names[level] : "?";
}

const char *rx_level_said(enum rx_level level)
{
    return level == RX_LEVEL_PROGRAMME ? "network" : rx_level_name(level);
}

const char *rx_group_name(enum rx_group group)
{
    static const char *const names[RX_GROUP_COUNT] = {"?",       "engine",  "affiliate", "tracker",
                                                      "payment", "contact", "identity",  "tls",
                                                      "hosting", "content", "media",     "links"};
    return (unsigned)group < RX_GROUP_COUNT ? names[group] : "?";
}

const char *rx_part_name(enum rx_part part)
{
    static const char *const names[RX_PART_COUNT] = {
        "?",        "advertising", "doorway",  "programme", "storefront",
        "checkout", "hosting",     "delivery", "support",   "seals"};
    return (unsigned)part < RX_PART_COUNT ? names[part] : "?";
}
