/* class_row.c - see class_row.h. A row that says more than the model can hold (a tier of a hint, a
 * bound class of a low tier) is refused, so that no later code needs to doubt one. */
#include "base/class_row.h"

#include "base/buf.h"

enum { COLUMNS = 10, NAME_MAX_BYTES = 40, TITLE_MAX_BYTES = 100, SHARE_MAX = 500 };

enum column { NAME, TITLE, LEVEL, TIER, GROUP, FLAGS, PART, SHARE, FROM, ATTACH };

static const char *const columns[COLUMNS] = {"class", "title", "level", "tier", "group",
                                             "flags", "part",  "share", "from", "attach"};

static bool is_name(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!rx_is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '.')
            return false;
    return s.n > 0 && s.n <= NAME_MAX_BYTES && s.p[0] != '.' && s.p[s.n - 1] != '.';
}

static bool is_title(struct rx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return s.n > 0 && s.n <= TITLE_MAX_BYTES;
}

/* Number of a word whose names are name_of(1), name_of(2)... */
static int number_of(struct rx_str word, const char *(*name_of)(int), int count)
{
    for (int i = 1; i < count; i++)
        if (rx_str_eq(word, rx_str(name_of(i))))
            return i;
    return 0;
}

static const char *level_name(int i)
{
    return rx_level_name((enum rx_level)i);
}
static const char *group_name(int i)
{
    return rx_group_name((enum rx_group)i);
}
static const char *part_name(int i)
{
    return rx_part_name((enum rx_part)i);
}

static bool read_flags(struct rx_class *c, struct rx_str list)
{
    bool fine = list.n > 0;
    if (rx_str_eq(list, RX_STR("-")))
        return true;
    while (fine && list.n > 0) {
        struct rx_str word;
        rx_str_cut(list, ',', &word, &list);
        if (rx_str_eq(word, RX_STR("bound")))
            c->bound = true;
        else if (rx_str_eq(word, RX_STR("host")))
            c->host_valued = true;
        else
            fine = false;
    }
    return fine;
}

static bool is_from(struct rx_str list)
{
    bool fine = list.n > 0;
    while (fine && list.n > 0) {
        struct rx_str word;
        rx_str_cut(list, ',', &word, &list);
        fine = rx_str_eq(word, RX_STR("page")) || rx_str_eq(word, RX_STR("map")) ||
               (rx_str_starts(word, RX_STR("fact:")) && is_name(rx_str_sub(word, 5, word.n)));
    }
    return fine;
}

/* The first column that is wrong, or COLUMNS. */
static int read_columns(struct rx_class *c, const struct rx_str *column)
{
    uint64_t tier = 0, share = 0;
    bool none = rx_str_eq(column[ATTACH], RX_STR("-"));
    c->name = column[NAME].p;
    c->title = column[TITLE].p;
    c->from = column[FROM].p;
    c->level = (enum rx_level)number_of(column[LEVEL], level_name, RX_LEVEL_HINT + 1);
    c->group = (enum rx_group)number_of(column[GROUP], group_name, RX_GROUP_COUNT);
    c->part = (enum rx_part)number_of(column[PART], part_name, RX_PART_COUNT);
    c->attach = rx_role_parse(column[ATTACH]);
    const bool share_said = rx_str_u64(column[SHARE], &share);
    const bool tier_said = rx_str_u64(column[TIER], &tier) && tier <= 4;
    c->tier = tier_said ? (int)tier : 0;
    c->share = share <= SHARE_MAX ? (unsigned)share : 0;
    const bool flags_fine = read_flags(c, column[FLAGS]);
    const bool fine[COLUMNS] = {
        [NAME] = is_name(column[NAME]),
        [TITLE] = is_title(column[TITLE]),
        [LEVEL] = c->level > 0,
        [TIER] = tier_said && (c->level == RX_LEVEL_HINT) == (tier == 0),
        [GROUP] = c->group > 0,
        [FLAGS] = flags_fine && (!c->bound || c->tier == 1),
        [PART] = c->part > 0,
        [SHARE] = rx_str_eq(column[SHARE], RX_STR("-")) || (share_said && c->share > 0),
        [FROM] = is_from(column[FROM]),
        [ATTACH] = none || (c->attach != RX_ROLE_UNKNOWN && c->host_valued),
    };
    int wrong = 0;
    while (wrong < COLUMNS && fine[wrong])
        wrong++;
    return wrong;
}

/* "engine, affiliate, tracker..." */
static void add_names(struct rx_buf *out, const char *(*name_of)(int), int count)
{
    int rc = 0;
    for (int i = 1; i < count && !rc; i++)
        rc = rx_buf_addf(out, "%s%s", i > 1 ? ", " : "", name_of(i));
}

/* What may stand in a column. */
static void add_allowed(struct rx_buf *out, int column)
{
    static const char *const allowed[COLUMNS] = {
        [NAME] = "small letters, digits and dots, at most 40",
        [TITLE] = "a text of 1 to 100 bytes",
        [TIER] = "1 to 4, or 0 for a hint and only for one",
        [FLAGS] = "bound (of tier 1), host, both with a comma between, or -",
        [SHARE] = "1 to 500, or -",
        [FROM] = "page, map or fact:KIND, commas between",
        [ATTACH] = "a role, of a class with the flag host, or -",
    };
    if (column == LEVEL)
        add_names(out, level_name, RX_LEVEL_HINT + 1);
    else if (column == GROUP)
        add_names(out, group_name, RX_GROUP_COUNT);
    else if (column == PART)
        add_names(out, part_name, RX_PART_COUNT);
    else if (rx_buf_add(out, rx_str(allowed[column])))
        rx_buf_clear(out);
}

static int fail_column(int column, struct rx_str word, const char *pos, struct rx_err *err)
{
    struct rx_buf allowed = RX_BUF(RX_ERR_TEXT_BYTES);
    add_allowed(&allowed, column);
    const int rc =
        rx_fail(err, RX_EINVAL, "%s: %s: \"%.*s\" cannot stand there: %.*s", pos, columns[column],
                RX_FMT(rx_str_sub(word, 0, 40)), RX_FMT(rx_buf_str(&allowed)));
    rx_buf_free(&allowed);
    return rc;
}

static size_t count_columns(struct rx_str line)
{
    size_t count = 1;
    for (size_t i = 0; i < line.n; i++)
        count += line.p[i] == '\t';
    return count;
}

int class_row_read(struct rx_class *out, char *line, size_t n, const char *pos, struct rx_err *err)
{
    struct rx_str column[COLUMNS], rest = rx_strn(line, n);
    struct rx_class c = {0};
    const size_t count = count_columns(rest);
    if (count != COLUMNS)
        return rx_fail(err, RX_EINVAL,
                       "%s: a class has %d columns with one TAB between: here are %zu", pos,
                       COLUMNS, count);
    for (size_t i = 0; i < COLUMNS; i++)
        (void)rx_str_cut(rest, '\t', &column[i], &rest);
    line[n] = '\0';
    for (size_t i = 0; i < n; i++)
        if (line[i] == '\t')
            line[i] = '\0';
    const int wrong = read_columns(&c, column);
    if (wrong < COLUMNS)
        return fail_column(wrong, column[wrong], pos, err);
    *out = c;
    return 0;
}
