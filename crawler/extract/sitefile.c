/* sitefile.c - see sitefile.h. A file that is everybody's says nothing, so a short one is left out;
 * the site's own name is no part of a hash, so that two sites of one engine agree. */
#include "crawler/extract/sitefile.h"

#include "base/digest.h"
#include "base/mmh3.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    RULES_LEAST = 4,   /* lines of a robots.txt: less is what everybody writes */
    SELLERS_LEAST = 2, /* one account is a mark of its own already */
    ICON_LEAST = 64,   /* bytes: less is an empty picture */
    HASH_HEX = 32
};

/* The whole file says it. */
static void put(struct collect *c, const char *cls, struct rx_str value)
{
    const struct sight nowhere = {.place = RX_PLACE_TEXT};
    collect_put(c, cls, value, &nowhere);
}

static void put_hash(struct collect *c, const char *cls, struct rx_sha256_ctx *ctx)
{
    char hex[RX_SHA256_HEX + 1];
    const struct rx_sha256 digest = rx_sha256_end(ctx);
    rx_sha256_hex(hex, &digest);
    put(c, cls, rx_strn(hex, HASH_HEX));
}

/* Without the site's own host. */
static void add_foreign(struct rx_sha256_ctx *ctx, const struct collect *c, struct rx_str value)
{
    size_t at = 0;
    for (ptrdiff_t own; c->host.n > 0 && (own = rx_str_ifind(value, c->host, at)) >= 0;) {
        rx_sha256_add(ctx, rx_str_sub(value, at, (size_t)own));
        at = (size_t)own + c->host.n;
    }
    rx_sha256_add(ctx, rx_str_sub(value, at, value.n));
}

static void robots_hash(struct collect *c)
{
    const struct doc *d = c->doc;
    if (d->attr_count < RULES_LEAST)
        return;
    struct rx_sha256_ctx *ctx = rx_sha256_new();
    if (!ctx) {
        c->rc = RX_ENOMEM;
        return;
    }
    for (size_t i = 0; i < d->attr_count; i++) {
        rx_sha256_add(ctx, d->attrs[i].name);
        rx_sha256_add(ctx, RX_STR(":"));
        add_foreign(ctx, c, d->attrs[i].value.text);
        rx_sha256_add(ctx, RX_STR("\n"));
    }
    put_hash(c, "robots.hash", ctx);
}

static int compare(const void *a, const void *b)
{
    return rx_str_cmp(*(const struct rx_str *)a, *(const struct rx_str *)b);
}

/* "host,account" in lower case; empty: the arena is full. */
static struct rx_str seller(struct collect *c, struct rx_str row)
{
    struct rx_str host, account, rest;
    rx_str_cut(row, ',', &host, &rest);
    rx_str_cut(rest, ',', &account, &rest);
    host = rx_str_trim(host);
    account = rx_str_trim(account);
    char *p = rx_arena_alloc(c->arena, host.n + account.n + 1);
    if (!p) {
        c->rc = RX_EFULL;
        return (struct rx_str){0};
    }
    for (size_t i = 0; i < host.n; i++)
        p[i] = rx_lower(host.p[i]);
    p[host.n] = ',';
    for (size_t i = 0; i < account.n; i++)
        p[host.n + 1 + i] = rx_lower(account.p[i]);
    return rx_strn(p, host.n + account.n + 1);
}

static void ads_set(struct collect *c)
{
    const struct doc *d = c->doc;
    struct rx_str *rows = rx_arena_zalloc(c->arena, d->attr_count + 1, sizeof *rows);
    size_t count = 0, different = 0;
    for (size_t i = 0; rows && i < d->attr_count; i++)
        if (rx_str_eq(d->attrs[i].name, RX_STR("direct")))
            rows[count++] = seller(c, d->attrs[i].value.text);
    if (!rows || c->rc < 0) {
        c->rc = RX_EFULL;
        return;
    }
    if (count > 0)
        qsort(rows, count, sizeof *rows, compare);
    for (size_t i = 0; i < count; i++)
        different += i == 0 || !rx_str_eq(rows[i], rows[i - 1]);
    if (different < SELLERS_LEAST)
        return;
    struct rx_sha256_ctx *ctx = rx_sha256_new();
    if (!ctx) {
        c->rc = RX_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && rx_str_eq(rows[i], rows[i - 1]))
            continue;
        rx_sha256_add(ctx, rows[i]);
        rx_sha256_add(ctx, RX_STR("\n"));
    }
    put_hash(c, "ads.set", ctx);
}

static void icon(struct collect *c)
{
    char number[16], hex[RX_SHA256_HEX + 1];
    const struct rx_str bytes = c->doc->source;
    if (bytes.n < ICON_LEAST || c->doc->cut)
        return;
    const int n = snprintf(number, sizeof number, "%d", (int)rx_favicon_number(bytes));
    const struct rx_sha256 digest = rx_sha256(bytes);
    rx_sha256_hex(hex, &digest);
    put(c, "favicon", rx_strn(number, (size_t)n));
    put(c, "favicon.sha256", rx_strn(hex, RX_SHA256_HEX));
}

void sitefile_collect(struct collect *c)
{
    switch (c->doc->kind) {
    case DOC_ROBOTS:
        robots_hash(c);
        break;
    case DOC_ADS:
        ads_set(c);
        break;
    case DOC_ICON:
        icon(c);
        break;
    default:
        break;
    }
}
