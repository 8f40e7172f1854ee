/* list_json.c - see list_json.h. Documents are walked with a stack of our own, because their depth
 * is a stranger's. */
#include "crawler/lists/list_json.h"

#include "crawler/lists/finds.h"

#include <jansson.h>
#include <stdlib.h>

void list_json_init(void)
{
    json_object_seed(0);
}

static struct rx_str text_of(const json_t *v)
{
    const char *p = v ? json_string_value(v) : NULL;
    return p ? rx_strn(p, json_string_length(v)) : (struct rx_str){0};
}

static struct rx_str member(const json_t *object, const char *key)
{
    return text_of(json_object_get(object, key));
}

static int add_fault(struct rx_buf *finds, uint64_t line, const char *place, const char *why)
{
    return finds_add(
        finds, &(struct find){
                   .kind = FIND_FAULT, .line = line, .place = rx_str(place), .text = rx_str(why)});
}

/* ---- lines ----------------------------------------------------------------------------------- */

static int add_seed(struct rx_buf *finds, const struct find *model, const json_t *value)
{
    struct find f = *model;
    f.text = text_of(value);
    return f.text.n ? finds_add(finds, &f) : 0;
}

/* 1: something was taken, 0: nothing names an address. */
static int take_arrays(struct rx_buf *finds, const struct find *model, const json_t *object)
{
    static const char *const keys[] = {"urls", "domains", "hosts"};
    bool any = false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *list = json_object_get(object, keys[i]);
        for (size_t at = 0; at < json_array_size(list); at++) {
            const int rc = add_seed(finds, model, json_array_get(list, at));
            if (rc)
                return rc;
            any = true;
        }
    }
    return any;
}

static int take_object(struct rx_buf *finds, uint64_t line, const json_t *object)
{
    static const char *const keys[] = {"url",    "uri",  "link",     "href", "site", "website",
                                       "domain", "host", "hostname", "fqdn", "value"};
    const struct find model = {.kind = FIND_SEED,
                               .line = line,
                               .purpose = rx_purpose_parse(member(object, "purpose")),
                               .origin = member(object, "origin")};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *value = json_object_get(object, keys[i]);
        if (json_string_length(value) > 0)
            return add_seed(finds, &model, value);
    }
    const int rc = take_arrays(finds, &model, object);
    if (rc)
        return rc < 0 ? rc : 0;
    return add_fault(finds, line, "", "the object has no url, domain or host");
}

static int take_line(struct rx_buf *finds, struct rx_str text, uint64_t line)
{
    json_error_t why;
    char place[48];
    if (text.n > LIST_JSON_LINE_MAX)
        return add_fault(finds, line, "", "the line is too long");
    json_t *v = json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
    if (!v) {
        (void)snprintf(place, sizeof place, "column %d", why.column);
        return add_fault(finds, line, place, why.text);
    }
    int rc;
    if (json_is_object(v))
        rc = take_object(finds, line, v);
    else if (json_is_string(v))
        rc = add_seed(finds, &(struct find){.kind = FIND_SEED, .line = line}, v);
    else
        rc = add_fault(finds, line, "", "neither an object nor a text");
    json_decref(v);
    return rc;
}

static int finish(int rc, struct rx_err *err)
{
    return rc ? rx_fail(err, rc, "%s",
                        rc == RX_EFULL ? "the list says more than is taken of one" : "no memory")
              : 0;
}

int list_json_lines(struct rx_buf *finds, struct rx_str text, struct rx_err *err)
{
    int rc = 0;
    for (uint64_t line = 1; text.n && !rc; line++) {
        struct rx_str s;
        (void)rx_str_cut(text, '\n', &s, &text);
        s = rx_str_trim(s);
        if (s.n && s.p[0] != '#')
            rc = take_line(finds, s, line);
    }
    return finish(rc, err);
}

/* ---- documents ------------------------------------------------------------------------------- */

/* What is done with each object of a document; 0 or RX_E*. */
typedef int object_fn(struct rx_buf *finds, const json_t *object, const char *place);

struct level {
    json_t *node; /* borrowed */
    void *member; /* of an object: the next */
    size_t index; /* of an array: the next */
};

struct walk {
    struct rx_buf *finds;
    object_fn *fn;
    const char *const *skipped; /* keys below which nothing is looked at; ends with NULL */
    struct level stack[LIST_JSON_DEPTH_MAX];
    size_t depth, nodes;
    bool told;
};

static bool is_skipped(const struct walk *w, const char *key)
{
    for (size_t i = 0; w->skipped[i]; i++)
        if (strcmp(key, w->skipped[i]) == 0)
            return true;
    return false;
}

/* The next node below the top of the stack, or NULL: it is done. */
static json_t *next_child(struct walk *w)
{
    struct level *top = &w->stack[w->depth - 1];
    if (json_is_array(top->node))
        return json_array_get(top->node, top->index++);
    while (top->member) {
        const char *key = json_object_iter_key(top->member);
        json_t *value = json_object_iter_value(top->member);
        top->member = json_object_iter_next(top->node, top->member);
        if (!is_skipped(w, key))
            return value;
    }
    return NULL;
}

static int enter(struct walk *w, json_t *node)
{
    char place[48];
    int rc = 0;
    if (++w->nodes > LIST_JSON_NODES_MAX)
        return RX_EFULL;
    if (!json_is_object(node) && !json_is_array(node))
        return 0;
    if (w->depth == LIST_JSON_DEPTH_MAX) {
        rc = w->told ? 0 : add_fault(w->finds, 0, "", "what is nested too deep was not read");
        w->told = true;
        return rc;
    }
    if (json_is_object(node)) {
        (void)snprintf(place, sizeof place, "value %zu", w->nodes);
        rc = w->fn(w->finds, node, place);
    }
    w->stack[w->depth++] = (struct level){
        .node = node, .member = json_is_object(node) ? json_object_iter(node) : NULL};
    return rc;
}

static int walk(struct walk *w, json_t *root)
{
    int rc = enter(w, root);
    while (w->depth && !rc) {
        json_t *child = next_child(w);
        if (child)
            rc = enter(w, child);
        else
            w->depth--;
    }
    return rc;
}

static int read_document(struct rx_buf *finds, struct rx_str text, object_fn *fn,
                         const char *const *skipped, struct rx_err *err)
{
    json_error_t why;
    char place[48];
    if (text.n > LIST_JSON_BYTES_MAX)
        return finish(add_fault(finds, 0, "", "the document is over 16 MiB: it was not read"), err);
    json_t *root = json_loadb(text.p ? text.p : "", text.n, 0, &why);
    if (!root) {
        (void)snprintf(place, sizeof place, "column %d", why.column);
        const uint64_t line = why.line > 0 ? (uint64_t)why.line : 0;
        return finish(add_fault(finds, line, place, why.text), err);
    }
    struct walk *w = calloc(1, sizeof *w);
    int rc = w ? 0 : RX_ENOMEM;
    if (!rc) {
        *w = (struct walk){.finds = finds, .fn = fn, .skipped = skipped};
        rc = walk(w, root);
    }
    free(w);
    json_decref(root);
    return finish(rc, err);
}

static int add_place(struct rx_buf *finds, enum find_kind kind, const char *place,
                     struct rx_str text)
{
    return finds_add(finds, &(struct find){.kind = kind, .place = rx_str(place), .text = text});
}

/* ---- STIX 2.1 -------------------------------------------------------------------------------- */

/* The text in quotes at s (a backslash before a quote or itself), to out. Bytes, 0: none. */
static size_t quoted(struct rx_buf *out, struct rx_str s)
{
    rx_buf_clear(out);
    if (s.n == 0 || s.p[0] != '\'')
        return 0;
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '\'')
            return i + 1;
        i += s.p[i] == '\\' && i + 1 < s.n;
        if (rx_buf_addc(out, s.p[i]))
            return 0;
    }
    return 0;
}

static size_t blanks(struct rx_str s)
{
    size_t n = 0;
    while (n < s.n && (rx_is_space(s.p[n]) || s.p[n] == '('))
        n++;
    return n;
}

/* "[url:value = 'http://a.example/' OR domain-name:value IN ('b.example', 'c.example')]": what is
 * compared for being equal, nothing of a LIKE or MATCHES (STIX 2.1, 9). */
static int take_pattern(struct rx_buf *finds, struct rx_str pattern, const char *place)
{
    static const char *const paths[] = {"url:value", "domain-name:value"};
    struct rx_buf value = RX_BUF(FINDS_TEXT_MAX);
    int rc = 0;
    for (size_t p = 0; p < sizeof paths / sizeof *paths; p++) {
        const struct rx_str path = rx_str(paths[p]);
        ptrdiff_t at = rx_str_find(pattern, path, 0);
        for (; at >= 0 && !rc; at = rx_str_find(pattern, path, (size_t)at + path.n)) {
            struct rx_str rest = rx_str_sub(pattern, (size_t)at + path.n, pattern.n);
            rest = rx_str_sub(rest, blanks(rest), rest.n);
            const bool in = rx_str_istarts(rest, RX_STR("IN"));
            if (!in && !rx_str_starts(rest, RX_STR("=")))
                continue;
            rest = rx_str_sub(rest, in ? 2 : 1, rest.n);
            for (size_t n = 1; n && !rc;) {
                rest = rx_str_sub(rest, blanks(rest), rest.n);
                n = quoted(&value, rest);
                if (n)
                    rc = add_place(finds, FIND_SEED, place, rx_buf_str(&value));
                rest = rx_str_sub(rest, n, rest.n);
                if (!in || !rx_str_starts(rest, RX_STR(",")))
                    break;
                rest = rx_str_sub(rest, 1, rest.n);
            }
        }
    }
    rx_buf_free(&value);
    return rc;
}

static int take_stix(struct rx_buf *finds, const json_t *object, const char *place)
{
    const struct rx_str type = member(object, "type"), value = member(object, "value");
    const struct rx_str id = member(object, "id");
    if (id.n)
        place = id.p;
    if (value.n && (rx_str_eq(type, RX_STR("url")) || rx_str_eq(type, RX_STR("domain-name"))))
        return add_place(finds, FIND_SEED, place, value);
    if (rx_str_eq(type, RX_STR("indicator")))
        return take_pattern(finds, member(object, "pattern"), place);
    if (rx_str_eq(type, RX_STR("report")) && member(object, "name").n)
        return add_place(finds, FIND_TITLE, place, member(object, "name"));
    return 0;
}

int list_json_stix(struct rx_buf *finds, struct rx_str text, struct rx_err *err)
{
    static const char *const skipped[] = {"external_references", NULL};
    return read_document(finds, text, take_stix, skipped, err);
}

/* ---- MISP ------------------------------------------------------------------------------------ */

static int take_misp(struct rx_buf *finds, const json_t *object, const char *place)
{
    static const char *const types[] = {"url",       "uri",           "domain",
                                        "domain|ip", "hostname|port", "hostname"};
    const struct rx_str type = member(object, "type"), info = member(object, "info");
    const struct rx_str uuid = member(object, "uuid");
    struct rx_str value = member(object, "value"), rest;
    if (uuid.n)
        place = uuid.p;
    if (info.n && json_object_get(object, "Attribute"))
        return add_place(finds, FIND_TITLE, place, info);
    if (json_is_true(json_object_get(object, "deleted")))
        return 0;
    for (size_t i = 0; i < sizeof types / sizeof *types && value.n; i++) {
        if (!rx_str_eq(type, rx_str(types[i])))
            continue;
        if (rx_str_chr(type, '|', 0) >= 0)
            (void)rx_str_cut(value, '|', &value, &rest);
        return add_place(finds, FIND_SEED, place, value);
    }
    return 0;
}

int list_json_misp(struct rx_buf *finds, struct rx_str text, struct rx_err *err)
{
    static const char *const skipped[] = {"RelatedEvent", "ShadowAttribute", "Galaxy", NULL};
    return read_document(finds, text, take_misp, skipped, err);
}
