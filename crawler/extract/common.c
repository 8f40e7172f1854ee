/* common.c - see common.h: common.tsv, and the long lists beside it. Words are kept sorted by
 * (list, word); prefix entries apart, because a binary search for a whole word would pass them by.
 */
#include "crawler/extract/common.h"

#include <stdlib.h>

enum { WORDS_MAX = 16384, PREFIXES_MAX = 1024, LISTS_MAX = 64, WORD_MAX = 200 };

/* Long lists have files of their own, with their origin and date. */
#define LIST(name)                                                                                 \
    extern const unsigned char extract_data_##name[];                                              \
    extern const size_t extract_data_##name##_bytes;
LIST(disposable)
LIST(exchange)
#undef LIST
#define TEXT_OF(name) rx_strn((const char *)extract_data_##name, extract_data_##name##_bytes)

struct entry {
    struct rx_str list, word; /* borrowed from the text */
};

/* Where a list's entries stand. */
struct list {
    struct rx_str name;
    size_t words_from, words_to, prefixes_from, prefixes_to;
};

struct common {
    struct entry words[WORDS_MAX];
    size_t word_count;
    struct entry prefixes[PREFIXES_MAX];
    size_t prefix_count;
    struct list lists[LISTS_MAX]; /* by name */
    size_t list_count;
};

static int by_list_and_word(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = rx_str_cmp(x->list, y->list);
    return order ? order : rx_str_cmp(x->word, y->word);
}

static int add_word(struct common *c, struct rx_str list, struct rx_str word)
{
    bool prefix = word.p[word.n - 1] == '*';
    if (prefix) {
        if (c->prefix_count == PREFIXES_MAX)
            return RX_EFULL;
        c->prefixes[c->prefix_count++] = (struct entry){list, rx_strn(word.p, word.n - 1)};
        return 0;
    }
    if (c->word_count == WORDS_MAX)
        return RX_EFULL;
    c->words[c->word_count++] = (struct entry){list, word};
    return 0;
}

static int add_line(struct common *c, struct rx_str line, const char *file, unsigned number,
                    struct rx_err *err)
{
    struct rx_str list, words, word;
    if (line.n == 0 || line.p[0] == '#')
        return 0;
    if (!rx_str_cut(line, '\t', &list, &words))
        return rx_fail(err, RX_EINVAL, "%s:%u: no TAB between list and words", file, number);
    while (words.n > 0) {
        rx_str_cut(words, ' ', &word, &words);
        if (word.n > 0 && add_word(c, list, word) < 0)
            return rx_fail(err, RX_EFULL, "%s:%u: more words than fit", file, number);
    }
    return 0;
}

static int add_text(struct common *c, struct rx_str text, const char *file, struct rx_err *err)
{
    int rc = 0;
    for (unsigned number = 1; text.n > 0 && rc == 0; number++) {
        struct rx_str line;
        rx_str_cut(text, '\n', &line, &text);
        rc = add_line(c, line, file, number, err);
    }
    return rc;
}

/* The end of the entries from `from` on that are of the list. */
static size_t list_end(const struct entry *entries, size_t count, size_t from, struct rx_str list)
{
    while (from < count && rx_str_eq(entries[from].list, list))
        from++;
    return from;
}

/* Both arrays are sorted: one walk through them. */
static int find_lists(struct common *c)
{
    for (size_t w = 0, p = 0; w < c->word_count || p < c->prefix_count;) {
        if (c->list_count == LISTS_MAX)
            return RX_EFULL;
        const bool of_words =
            p == c->prefix_count ||
            (w < c->word_count && rx_str_cmp(c->words[w].list, c->prefixes[p].list) <= 0);
        struct list *l = &c->lists[c->list_count++];
        *l = (struct list){.name = of_words ? c->words[w].list : c->prefixes[p].list,
                           .words_from = w,
                           .prefixes_from = p};
        l->words_to = w = list_end(c->words, c->word_count, w, l->name);
        l->prefixes_to = p = list_end(c->prefixes, c->prefix_count, p, l->name);
    }
    return 0;
}

int common_new(struct common **out, struct rx_str text, struct rx_err *err)
{
    struct common *c = calloc(1, sizeof *c);
    if (!c)
        return rx_fail(err, RX_ENOMEM, "no memory for the lists of common values");
    int rc = add_text(c, text, "common.tsv", err);
    if (rc == 0)
        rc = add_text(c, TEXT_OF(disposable), "disposable.tsv", err);
    if (rc == 0)
        rc = add_text(c, TEXT_OF(exchange), "exchange.tsv", err);
    if (rc < 0) {
        free(c);
        return rc;
    }
    qsort(c->words, c->word_count, sizeof c->words[0], by_list_and_word);
    qsort(c->prefixes, c->prefix_count, sizeof c->prefixes[0], by_list_and_word);
    if (find_lists(c) < 0) {
        free(c);
        return rx_fail(err, RX_EFULL, "the lists of common values: more than %d", LISTS_MAX);
    }
    *out = c;
    return 0;
}

void common_free(struct common *c)
{
    free(c);
}

static int by_name(const void *key, const void *row)
{
    return rx_str_cmp(*(const struct rx_str *)key, ((const struct list *)row)->name);
}

static int by_word(const void *key, const void *row)
{
    return rx_str_cmp(*(const struct rx_str *)key, ((const struct entry *)row)->word);
}

bool common_has(const struct common *c, const char *list, struct rx_str word)
{
    char lower[WORD_MAX];
    if (word.n == 0 || word.n > sizeof lower)
        return false;
    const struct rx_str name = rx_str(list);
    const struct list *l = bsearch(&name, c->lists, c->list_count, sizeof *l, by_name);
    if (!l)
        return false;
    for (size_t i = 0; i < word.n; i++)
        lower[i] = rx_lower(word.p[i]);
    const struct rx_str key = rx_strn(lower, word.n);
    if (bsearch(&key, c->words + l->words_from, l->words_to - l->words_from, sizeof c->words[0],
                by_word))
        return true;
    /* A prefix of the word sorts no later than it. */
    for (size_t i = l->prefixes_from;
         i < l->prefixes_to && rx_str_cmp(c->prefixes[i].word, key) <= 0; i++)
        if (rx_str_starts(key, c->prefixes[i].word))
            return true;
    return false;
}

/* Of the letters and digits alone: "UA-000000-1" repeats, "123456789" counts. */
bool common_is_filler(struct rx_str value)
{
    size_t signs = 0, same = 0, next = 0, longest_same = 0, longest_next = 0;
    char last = 0;
    for (size_t i = 0; i < value.n; i++) {
        char c = rx_lower(value.p[i]);
        if (!rx_is_alnum(c))
            continue;
        signs++;
        same = c == last ? same + 1 : 1;
        next = c == last + 1 || (last == '9' && c == '0') ? next + 1 : 1;
        longest_same = same > longest_same ? same : longest_same;
        longest_next = next > longest_next ? next : longest_next;
        last = c;
    }
    /* Nearly all of it is one run; a chance run inside an id is not. */
    return longest_same >= 4 && longest_same * 3 >= signs * 2
               ? true
               : longest_next >= 5 && longest_next + 3 >= signs;
}
