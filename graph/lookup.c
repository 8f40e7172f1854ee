/* lookup.c - see lookup.h. */
#include "graph/lookup.h"

#include "base/conf.h"
#include "base/site.h"
#include "base/url.h"
#include "graph/vec.h"

#include <stdlib.h>

bool lookup_is_network(struct rx_str id)
{
    if (id.n < 3 || !strchr("NnAa", id.p[0]) || id.p[1] != '-')
        return false;
    for (size_t i = 2; i < id.n; i++)
        if (!rx_is_digit(id.p[i]))
            return false;
    return true;
}

/* The site key of a typed host or URL; empty if it is neither. */
static int site_key(struct rx_buf *out, struct rx_str text)
{
    struct rx_psl *psl = NULL;
    struct rx_err ignored;
    struct rx_buf url_text = RX_BUF(RX_URL_MAX), input = RX_BUF(RX_URL_MAX);
    struct rx_url url;
    bool full = rx_str_starts(text, RX_STR("http://")) || rx_str_starts(text, RX_STR("https://"));
    int rc = rx_buf_add(&input, full ? RX_STR("") : RX_STR("http://"));
    if (!rc)
        rc = rx_buf_add(&input, text);
    if (!rc)
        rc = rx_url_parse(&url, &url_text, rx_buf_str(&input), NULL);
    if (!rc)
        rc = rx_psl_load(&psl, NULL, &ignored);
    if (!rc)
        rc = rx_buf_add(out, rx_site_key(psl, url.host));
    rx_psl_free(psl);
    rx_buf_free(&url_text);
    rx_buf_free(&input);
    return rc;
}

static const char *nearest_site(const struct model *m, struct rx_str name)
{
    const char **words = vec_zero(m->site_count + 1, sizeof *words);
    if (!words)
        return NULL;
    for (size_t i = 0; i < m->site_count; i++)
        words[i] = m->sites[i].name.p; /* arena strings end in a NUL */
    const char *near = rx_nearest(name, words);
    free(words);
    return near;
}

int lookup_site(uint32_t *site, const struct model *m, struct rx_str text, struct rx_err *err)
{
    struct rx_buf key = RX_BUF(RX_URL_MAX);
    struct rx_str name = text;
    if (rx_str_starts(name, RX_STR("site:")))
        name = rx_str_sub(name, 5, name.n);
    int64_t at = model_site_find(m, name);
    if (at < 0 && !site_key(&key, name))
        at = model_site_find(m, rx_buf_str(&key));
    rx_buf_free(&key);
    if (at >= 0) {
        *site = (uint32_t)at;
        return 0;
    }
    const char *near = nearest_site(m, name);
    if (near)
        return rx_fail(err, RX_ENOENT, "this case knows no site %.*s; did you mean %s?",
                       RX_FMT(name), near);
    return rx_fail(err, RX_ENOENT,
                   "this case knows no site %.*s; `rxmap export jsonl --graph links -o -` lists "
                   "all that it knows",
                   RX_FMT(name));
}

int lookup_entity(uint32_t *entity, const struct model *m, struct rx_str text, struct rx_err *err)
{
    struct rx_str cls, value;
    if (rx_str_starts(text, RX_STR("ind:")))
        text = rx_str_sub(text, 4, text.n);
    if (rx_str_cut(text, ':', &cls, &value))
        for (size_t v = 0; v < m->value_count; v++)
            if (rx_str_eq(rx_str(m->values[v].cls->name), cls) &&
                rx_str_eq(m->values[v].text, value)) {
                *entity = m->values[v].entity;
                return 0;
            }
    return rx_fail(err, RX_ENOENT,
                   "this case knows no indicator %.*s; write class:value, as in ga:UA-123456",
                   RX_FMT(text));
}

/* A number as people write it: without what only parts its digits. Empty if it is none. */
static int bare_number(struct rx_buf *out, struct rx_str text)
{
    int rc = 0;
    rx_buf_clear(out);
    for (size_t i = 0; i < text.n && !rc; i++) {
        if (rx_is_digit(text.p[i]) || (text.p[i] == '+' && i == 0)) {
            rc = rx_buf_addc(out, text.p[i]);
        } else if (!strchr(" ()-./", text.p[i])) {
            rx_buf_clear(out);
            return 0;
        }
    }
    return rc;
}

static int several(const struct model_value *a, const struct model_value *b, struct rx_str text,
                   struct rx_err *err)
{
    return rx_fail(err, RX_EUSAGE, "%.*s is a value of several classes; write %s:%.*s or %s:%.*s",
                   RX_FMT(text), a->cls->name, RX_FMT(a->text), b->cls->name, RX_FMT(b->text));
}

int lookup_value(uint32_t *entity, const struct model *m, struct rx_str text, struct rx_err *err)
{
    struct rx_buf number = RX_BUF(RX_URL_MAX);
    const struct model_value *found = NULL;
    int rc = text.n < RX_URL_MAX ? bare_number(&number, text) : 0;
    const struct rx_str bare = rx_buf_str(&number);
    for (size_t v = 0; v < m->value_count && !rc; v++) {
        const struct model_value *it = &m->values[v];
        if (!rx_str_eq(it->text, text) && (bare.n == 0 || !rx_str_eq(it->text, bare)))
            continue;
        if (found && found->entity != it->entity)
            rc = several(found, it, text, err);
        found = it;
    }
    rx_buf_free(&number);
    if (rc)
        return rc == RX_EUSAGE ? rc : rx_fail(err, rc, "no memory for a number");
    if (!found)
        return RX_ENOENT;
    *entity = found->entity;
    return 0;
}
