/* truth.c - see truth.h. */
#include "graph/truth.h"

#include "base/map.h"
#include "graph/vec.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 16 << 20 };

struct names { /* words to numbers, in order of appearance */
    struct rx_map *index;
    size_t count;
};

struct loader {
    struct truth *t;
    struct names programmes, affiliates;
    const char *path;
    uint64_t line;
    struct rx_err *err;
};

static int number_of(struct names *n, const char *word, uint32_t *out)
{
    uintptr_t at = (uintptr_t)rx_map_get(n->index, rx_str(word));
    if (!at) {
        at = ++n->count;
        if (rx_map_put(n->index, rx_str(word), (void *)at, NULL))
            return RX_ENOMEM;
    }
    *out = (uint32_t)(at - 1);
    return 0;
}

/* A page that the site does not list is no page. */
static int add_on(struct truth *t, struct truth_indicator *ind, const struct truth_site *s,
                  const json_t *list)
{
    size_t i;
    const json_t *item;
    ind->first_on = (uint32_t)t->on_count;
    json_array_foreach(list, i, item)
    {
        const json_int_t page = json_integer_value(item);
        if (page < 0 || page >= s->pages)
            continue;
        uint32_t *all = vec_grow(t->on, t->on_count, &t->on_cap, sizeof *all);
        if (!all)
            return RX_ENOMEM;
        t->on = all;
        t->on[t->on_count++] = s->first_page + (uint32_t)page;
        ind->on++;
    }
    return 0;
}

static int add_pages(struct loader *l, struct truth_site *s, const json_t *list)
{
    struct truth *t = l->t;
    size_t i;
    const json_t *item;
    s->first_page = (uint32_t)t->page_count;
    json_array_foreach(list, i, item)
    {
        const char *target = json_string_value(item);
        struct truth_page *all = vec_grow(t->pages, t->page_count, &t->page_cap, sizeof *all);
        if (!all)
            return RX_ENOMEM;
        t->pages = all;
        struct truth_page page = {rx_arena_dup(&t->arena, rx_str(target ? target : "?")), false};
        if (!page.target.p)
            return RX_ENOMEM;
        t->pages[t->page_count++] = page;
        s->pages++;
    }
    return 0;
}

/* Of words past the table's end nothing is told apart: they are what the first one is. */
static int add_word(struct truth *t, uint32_t *out, const char *word, bool refused)
{
    *out = 0;
    if (!word)
        return 0;
    for (size_t i = 0; i < t->word_count; i++)
        if (t->words[i].refused == refused && rx_str_eq(t->words[i].text, rx_str(word)))
            *out = (uint32_t)i;
    if (*out || t->word_count == TRUTH_WORDS_MAX)
        return 0;
    const struct truth_word fresh = {rx_arena_dup(&t->arena, rx_str(word)), refused};
    if (!fresh.text.p)
        return RX_ENOMEM;
    *out = (uint32_t)t->word_count;
    t->words[t->word_count++] = fresh;
    return 0;
}

static int add_indicators(struct loader *l, const struct truth_site *s, uint32_t *first,
                          uint32_t *count, const json_t *list, bool refused)
{
    struct truth *t = l->t;
    size_t i;
    const json_t *item;
    *first = (uint32_t)t->indicator_count;
    json_array_foreach(list, i, item)
    {
        const char *cls = json_string_value(json_object_get(item, "class"));
        const char *value = json_string_value(json_object_get(item, "value"));
        if (!cls || !value)
            continue;
        struct truth_indicator *all =
            vec_grow(t->indicators, t->indicator_count, &t->indicator_cap, sizeof *all);
        if (!all)
            return RX_ENOMEM;
        t->indicators = all;
        struct truth_indicator copy = {rx_arena_dup(&t->arena, rx_str(cls)),
                                       rx_arena_dup(&t->arena, rx_str(value)),
                                       0,
                                       0,
                                       0,
                                       json_is_true(json_object_get(item, "maybe"))};
        const json_t *word = json_object_get(item, refused ? "why" : "disguise");
        if (!copy.cls.p || !copy.value.p || add_on(t, &copy, s, json_object_get(item, "on")) ||
            add_word(t, &copy.word, json_string_value(word), refused))
            return RX_ENOMEM;
        t->indicators[t->indicator_count++] = copy;
        (*count)++;
    }
    return 0;
}

static bool is_honest(enum rx_role role)
{
    return role == RX_ROLE_LICENSED || role == RX_ROLE_BENIGN || role == RX_ROLE_SOCIAL ||
           role == RX_ROLE_ADVERTISEMENT;
}

static int no_memory(const struct loader *l)
{
    return rx_fail(l->err, RX_ENOMEM, "no memory for the truth file %s", l->path);
}

static int add_affiliates(struct loader *l, struct truth_site *s, const json_t *list)
{
    size_t i;
    const json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *word = json_string_value(item);
        if (!word)
            continue;
        if (s->affiliate_count == TRUTH_AFFILIATES_MAX)
            return rx_fail(l->err, RX_EINVAL, "%s, line %llu: more than %d affiliates", l->path,
                           (unsigned long long)l->line, TRUTH_AFFILIATES_MAX);
        if (number_of(&l->affiliates, word, &s->affiliates[s->affiliate_count++]))
            return no_memory(l);
    }
    return 0;
}

static int add_site(struct loader *l, const json_t *row, const char *name)
{
    struct truth *t = l->t;
    struct truth_site s = {.programme = -1};
    const char *role = json_string_value(json_object_get(row, "role"));
    const char *programme = json_string_value(json_object_get(row, "programme"));
    const json_t *decoy = json_object_get(row, "decoy");
    uint32_t number;
    s.site = rx_arena_dup(&t->arena, rx_str(name));
    if (!s.site.p)
        return no_memory(l);
    s.role = role ? rx_role_parse(rx_str(role)) : RX_ROLE_UNKNOWN;
    if (programme) {
        if (number_of(&l->programmes, programme, &number))
            return no_memory(l);
        s.programme = (int32_t)number;
    }
    s.decoy = decoy ? json_is_true(decoy) : !programme && is_honest(s.role);
    int rc = add_affiliates(l, &s, json_object_get(row, "affiliates"));
    if (rc)
        return rc;
    const json_t *listed = json_object_get(row, "indicators");
    s.has_indicators = json_is_array(listed);
    if (add_pages(l, &s, json_object_get(row, "pages")) ||
        add_indicators(l, &s, &s.first_indicator, &s.indicators, listed, false) ||
        add_indicators(l, &s, &s.first_reject, &s.rejects, json_object_get(row, "rejects"), true))
        return no_memory(l);
    struct truth_site *all = vec_grow(t->sites, t->site_count, &t->site_cap, sizeof *all);
    if (!all)
        return no_memory(l);
    t->sites = all;
    t->sites[t->site_count++] = s;
    return 0;
}

static int read_line(struct loader *l, const char *text, size_t n)
{
    json_error_t bad;
    json_t *row = json_loadb(text, n, 0, &bad);
    if (!row)
        return rx_fail(l->err, RX_EINVAL, "%s, line %llu: no JSON object: %s", l->path,
                       (unsigned long long)l->line, bad.text);
    const char *type = json_string_value(json_object_get(row, "type"));
    const char *site = json_string_value(json_object_get(row, "site"));
    int rc = 0;
    if (site && (!type || !strcmp(type, "site")))
        rc = add_site(l, row, site);
    json_decref(row);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    const struct truth_site *x = a, *y = b;
    return rx_str_cmp(x->site, y->site);
}

static int read_all(struct loader *l, FILE *in)
{
    char *text = NULL;
    size_t cap = 0;
    ssize_t n;
    int rc = 0;
    while (!rc && (n = getline(&text, &cap, in)) >= 0) {
        l->line++;
        if (n > LINE_MAX_BYTES)
            rc = rx_fail(l->err, RX_EINVAL, "%s, line %llu: too long", l->path,
                         (unsigned long long)l->line);
        else if (n > 1 || (n == 1 && text[0] != '\n'))
            rc = read_line(l, text, (size_t)n);
    }
    if (!rc && ferror(in))
        rc = rx_fail_errno(l->err, RX_EIO, errno, "cannot read the truth file %s", l->path);
    free(text);
    return rc;
}

int truth_load(struct truth *t, const char *path, struct rx_err *err)
{
    *t = (struct truth){
        .arena = RX_ARENA(INT32_MAX), .words = {{RX_STR("plain"), false}}, .word_count = 1};
    struct loader l = {t, {rx_map_new(), 0}, {rx_map_new(), 0}, path, 0, err};
    const bool is_stdin = !strcmp(path, "-");
    FILE *in = is_stdin ? stdin : fopen(path, "rbe");
    int rc = 0;
    if (!in)
        rc = rx_fail_errno(err, RX_EIO, errno, "cannot open the truth file %s", path);
    else if (!l.programmes.index || !l.affiliates.index)
        rc = rx_fail(err, RX_ENOMEM, "no memory for the truth file %s", path);
    if (!rc)
        rc = read_all(&l, in);
    if (!rc && !t->site_count)
        rc = rx_fail(err, RX_EINVAL, "%s: no line is about a site", path);
    if (!rc)
        qsort(t->sites, t->site_count, sizeof *t->sites, by_name);
    t->programmes = l.programmes.count;
    t->affiliates = l.affiliates.count;
    rx_map_free(l.programmes.index, NULL);
    rx_map_free(l.affiliates.index, NULL);
    if (in && !is_stdin)
        (void)fclose(in);
    if (rc)
        truth_done(t);
    return rc;
}

void truth_done(struct truth *t)
{
    rx_arena_free(&t->arena);
    free(t->sites);
    free(t->indicators);
    free(t->pages);
    free(t->on);
    *t = (struct truth){0};
}
