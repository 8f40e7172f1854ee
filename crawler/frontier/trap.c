/* trap.c - see trap.h, where the numbers stand. */
#include "crawler/frontier/trap.h"

#include "base/digest.h"

#include <stdlib.h>

/* ---- shape --------------------------------------------------------------------------------- */

enum { SEGMENTS_SEEN = TRAP_SEGMENTS + 2 };

static size_t split_path(struct rx_str path, struct rx_str *segments)
{
    size_t n = 0;
    struct rx_str rest = rx_str_sub(path, 1, path.n);
    while (rest.n > 0 && n < SEGMENTS_SEEN) {
        struct rx_str one;
        rx_str_cut(rest, '/', &one, &rest);
        if (one.n > 0)
            segments[n++] = one;
    }
    return n;
}

static bool same_run(const struct rx_str *a, const struct rx_str *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!rx_str_eq(a[i], b[i]))
            return false;
    return true;
}

static bool repeats(const struct rx_str *s, size_t n)
{
    for (size_t length = 1; length <= TRAP_RUN; length++) {
        for (size_t at = 0; at + length * TRAP_REPEATS <= n; at++) {
            size_t times = 1;
            while (times < TRAP_REPEATS && same_run(s + at, s + at + times * length, length))
                times++;
            if (times == TRAP_REPEATS)
                return true;
        }
    }
    return false;
}

/* "www.shop.example" within a path: a relative link that forgot its scheme, followed again and
 * again. A file name has one dot and its end is short. */
static bool is_host_like(struct rx_str s)
{
    size_t dots = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.')
            dots++;
        else if (!rx_is_alnum(s.p[i]) && s.p[i] != '-')
            return false;
    }
    return rx_str_istarts(s, RX_STR("www.")) || dots >= 2 || rx_str_ends(s, RX_STR(".com")) ||
           rx_str_ends(s, RX_STR(".net")) || rx_str_ends(s, RX_STR(".org"));
}

static bool host_twice(const struct rx_str *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && is_host_like(s[i]); k++)
            if (rx_str_ieq(s[i], s[k]))
                return true;
    return false;
}

const char *trap_shape(const struct rx_url *url)
{
    struct rx_str segments[SEGMENTS_SEEN];
    const size_t n = split_path(url->path, segments);
    if (n > TRAP_SEGMENTS)
        return "more than 20 path segments";
    if (repeats(segments, n))
        return "a run of path segments three times";
    if (host_twice(segments, n))
        return "the same host name twice in the path";
    return NULL;
}

/* ---- acts ---------------------------------------------------------------------------------- */

/* A whole path segment (its ending and case aside), or the last words of one after a dash. */
static const char *const act_segments[] = {
    "add-to-basket", "add-to-bag",     "add-to-cart", "add_to_cart", "addtobasket",
    "addtocart",     "buy-now",        "cancel",      "confirm",     "confirmation-link",
    "deactivate",    "delete",         "log-off",     "log-out",     "logoff",
    "logout",        "opt-out",        "optout",      "place-order", "placeorder",
    "remove",        "reset-password", "sign-out",    "signout",     "unsubscribe",
    "verify-email",  "vote",
};

/* Two segments or a route in a query: the first holds the second. */
static const char *const act_pairs[][2] = {
    {"basket", "add"},           {"basket", "clear"}, {"basket", "update"}, {"cart", "add"},
    {"cart", "clear"},           {"cart", "empty"},   {"cart", "update"},   {"compare", "add"},
    {"newsletter", "subscribe"}, {"order", "submit"}, {"wishlist", "add"},
};

/* The name of a query parameter that does something whatever its value. */
static const char *const act_names[] = {
    "_wpnonce",     "add-to-cart", "add_to_cart", "add_to_wishlist", "addtocart",
    "apply_coupon", "buy_now",     "confirm",     "delete",          "empty-cart",
    "empty_cart",   "logout",      "optout",      "remove_coupon",   "remove_item",
    "token",        "undo_item",   "unsubscribe", "wc-ajax",
};

/* The value of a parameter that says what to do. */
static const char *const act_verbs[] = {
    "action", "act", "cmd", "do", "event", "func", "mode", "op", "task",
};
static const char *const act_values[] = {
    "add",       "add_cart",    "add_product", "add_to_cart",      "addtocart",
    "buy",       "buy_now",     "cart_add",    "checkout_confirm", "clear",
    "confirm",   "delete",      "empty",       "empty_cart",       "logoff",
    "logout",    "place_order", "remove",      "remove_product",   "signout",
    "subscribe", "unsubscribe", "update",      "update_product",   "vote",
};

#define IN(table, word) is_in(word, table, sizeof(table) / sizeof *(table))

static const char *is_in(struct rx_str word, const char *const *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rx_str_ieq(word, rx_str(table[i])))
            return table[i];
    return NULL;
}

static struct rx_str without_ending(struct rx_str s)
{
    const ptrdiff_t dot = rx_str_chr(s, '.', 0);
    return dot > 0 ? rx_str_sub(s, 0, (size_t)dot) : s;
}

static const char *pair_acts(struct rx_str first, struct rx_str second)
{
    for (size_t i = 0; i < sizeof act_pairs / sizeof *act_pairs; i++)
        if (rx_str_ieq(first, rx_str(act_pairs[i][0])) &&
            rx_str_ieq(second, rx_str(act_pairs[i][1])))
            return act_pairs[i][1];
    return NULL;
}

static const char *path_acts(struct rx_str path)
{
    struct rx_str before = {0}, rest = path;
    const char *why = NULL;
    while (rest.n > 0 && !why) {
        struct rx_str one;
        rx_str_cut(rest, '/', &one, &rest);
        one = without_ending(one);
        why = IN(act_segments, one);
        if (!why)
            why = pair_acts(before, one);
        before = one;
    }
    return why;
}

const char *trap_acts(const struct rx_url *url)
{
    const char *why = path_acts(url->path);
    size_t at = 0;
    struct rx_str name, value;
    while (!why && rx_query_next(url->query, &at, &name, &value)) {
        why = IN(act_names, name);
        if (!why && IN(act_verbs, name))
            why = IN(act_values, value);
        if (!why && rx_str_ieq(name, RX_STR("route")))
            why = path_acts(value); /* OpenCart and its kin carry the path in a parameter */
    }
    return why;
}

/* ---- templates ------------------------------------------------------------------------------ */

enum { LONG_TOKEN = 24 };

/* Letters as they are, each run of digits as '0', a long segment with digits as '*'. */
static void add_segment(char *out, size_t *n, size_t max, struct rx_str s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++)
        digits += rx_is_digit(s.p[i]);
    if (s.n >= LONG_TOKEN && digits > 0) {
        if (*n < max)
            out[(*n)++] = '*';
        return;
    }
    for (size_t i = 0; i < s.n && *n < max; i++)
        if (!rx_is_digit(s.p[i]))
            out[(*n)++] = s.p[i];
        else if (i == 0 || !rx_is_digit(s.p[i - 1]))
            out[(*n)++] = '0';
}

uint64_t trap_template(const struct rx_url *url)
{
    char text[RX_URL_MAX];
    size_t n = 0;
    struct rx_str rest = url->path;
    while (rest.n > 0) {
        struct rx_str one;
        rx_str_cut(rest, '/', &one, &rest);
        add_segment(text, &n, sizeof text - 1, one);
        text[n] = '/';
        n += n < sizeof text - 1;
    }
    size_t at = 0;
    struct rx_str name, value;
    while (rx_query_next(url->query, &at, &name, &value)) {
        text[n] = '?';
        n += n < sizeof text - 1;
        add_segment(text, &n, sizeof text - 1, name);
    }
    return rx_hash64(rx_strn(text, n));
}

void trap_site_free(struct trap_site *t)
{
    free(t->templates);
    free(t->bodies);
    *t = (struct trap_site){0};
}

static struct trap_template *find(const struct trap_site *t, uint64_t hash)
{
    for (size_t i = 0; i < t->template_count; i++)
        if (t->templates[i].hash == hash)
            return &t->templates[i];
    return NULL;
}

static struct trap_template *find_or_add(struct trap_site *t, uint64_t hash)
{
    struct trap_template *hit = find(t, hash);
    if (hit || t->template_count == TRAP_TEMPLATES)
        return hit;
    if (t->template_count == t->template_cap) {
        const size_t cap = t->template_cap ? 2 * t->template_cap : 4;
        struct trap_template *grown = realloc(t->templates, cap * sizeof *grown);
        if (!grown)
            return NULL;
        t->templates = grown;
        t->template_cap = cap;
    }
    t->templates[t->template_count] = (struct trap_template){.hash = hash};
    return &t->templates[t->template_count++];
}

static bool retired(const struct trap_template *one)
{
    return one->fetched >= TRAP_TRIAL &&
           (unsigned)one->fresh * 100 < TRAP_FRESH_PERCENT * (unsigned)one->fetched;
}

const char *trap_refuses(const struct trap_site *t, const struct rx_url *url)
{
    const struct trap_template *one = find(t, trap_template(url));
    if (one && retired(one))
        return "pages of this template brought nothing new";
    if (one && url->has_query && one->variants >= TRAP_VARIANTS)
        return "more than 200 queries of one path template";
    return NULL;
}

void trap_let_in(struct trap_site *t, const struct rx_url *url)
{
    if (!url->has_query)
        return;
    struct trap_template *one = find_or_add(t, trap_template(url));
    if (one && one->variants < UINT16_MAX)
        one->variants++;
}

/* True if this body was not seen on the site before; a full memory lets everything be new. */
static bool is_new_body(struct trap_site *t, uint64_t body)
{
    for (size_t i = 0; i < t->body_count; i++)
        if (t->bodies[i] == body)
            return false;
    if (t->body_count == TRAP_BODIES)
        return true;
    if (t->body_count == t->body_cap) {
        const size_t cap = t->body_cap ? 2 * t->body_cap : 4;
        uint64_t *grown = realloc(t->bodies, cap * sizeof *grown);
        if (!grown)
            return true;
        t->bodies = grown;
        t->body_cap = cap;
    }
    t->bodies[t->body_count++] = body;
    return true;
}

void trap_fetched(struct trap_site *t, const struct rx_url *url, uint64_t body, bool new_site)
{
    const bool fresh = is_new_body(t, body) || new_site;
    struct trap_template *one = find_or_add(t, trap_template(url));
    if (!one || one->fetched == UINT16_MAX)
        return;
    one->fetched++;
    one->fresh = (uint16_t)(one->fresh + fresh);
}

/* ---- text ----------------------------------------------------------------------------------- */

/* Decimal and a separator; printf would be most of the cost of keeping a busy site's state. */
static int add_number(struct rx_buf *out, uint64_t n, char behind)
{
    char text[24];
    size_t at = sizeof text;
    text[--at] = behind;
    do {
        text[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    return rx_buf_add(out, rx_strn(text + at, sizeof text - at));
}

int trap_pack(struct rx_buf *out, const struct trap_site *t)
{
    int rc = RX_OK;
    for (size_t i = 0; i < t->template_count && !rc; i++) {
        const struct trap_template *one = &t->templates[i];
        const uint64_t numbers[] = {one->hash, one->variants, one->fetched, one->fresh};
        rc = rx_buf_add(out, RX_STR("t "));
        for (size_t k = 0; k < 4 && !rc; k++)
            rc = add_number(out, numbers[k], k < 3 ? ' ' : '\n');
    }
    for (size_t i = 0; i < t->body_count && !rc; i++) {
        rc = rx_buf_add(out, RX_STR("b "));
        if (!rc)
            rc = add_number(out, t->bodies[i], '\n');
    }
    return rc;
}

static int unpack_template(struct trap_site *t, struct rx_str rest)
{
    uint64_t v[4];
    for (size_t i = 0; i < 4; i++) {
        struct rx_str word;
        rx_str_cut(rest, ' ', &word, &rest);
        if (!rx_str_u64(word, &v[i]) || (i > 0 && v[i] > UINT16_MAX))
            return RX_EDAMAGE;
    }
    struct trap_template *one = find_or_add(t, v[0]);
    if (!one)
        return RX_EDAMAGE;
    one->variants = (uint16_t)v[1];
    one->fetched = (uint16_t)v[2];
    one->fresh = (uint16_t)v[3];
    return RX_OK;
}

int trap_unpack(struct trap_site *t, struct rx_str text)
{
    int rc = RX_OK;
    while (text.n > 0 && !rc) {
        struct rx_str line, kind, rest;
        uint64_t body;
        rx_str_cut(text, '\n', &line, &text);
        rx_str_cut(line, ' ', &kind, &rest);
        if (rx_str_eq(kind, RX_STR("t")))
            rc = unpack_template(t, rest);
        else if (rx_str_eq(kind, RX_STR("b")) && rx_str_u64(rest, &body))
            (void)is_new_body(t, body);
        else
            rc = RX_EDAMAGE;
    }
    return rc;
}
