/* cert.c - see cert.h. */
#include "graph/cert.h"

#include "base/buf.h"
#include "base/map.h"

#include <stdlib.h>

enum { VERIFIED = 1, FITS = 2, FAILED = 4, STRANGERS = 8 };

struct cert_proofs {
    struct rx_map *hosts; /* "RUN HOST" -> bits of the above */
    int rc;
};

static int key_of(struct rx_buf *key, const struct store_fact *f)
{
    rx_buf_clear(key);
    return rx_buf_addf(key, "%lld %.*s", (long long)f->run, RX_FMT(f->host));
}

static int on_fact(void *ctx, const struct store_fact *f)
{
    struct cert_proofs *p = ctx;
    const bool chain = rx_str_eq(f->kind, RX_STR("tls.verify"));
    if (!chain && !rx_str_eq(f->kind, RX_STR("tls.name")))
        return 0;
    struct rx_buf key = RX_BUF(1024);
    const bool ok = rx_str_eq(f->value, RX_STR("ok"));
    uintptr_t bits = ok ? (chain ? VERIFIED : FITS) : (chain ? FAILED : FAILED | STRANGERS);
    p->rc = key_of(&key, f);
    if (!p->rc) {
        bits |= (uintptr_t)rx_map_get(p->hosts, rx_buf_str(&key));
        p->rc = rx_map_put(p->hosts, rx_buf_str(&key), (void *)bits, NULL);
    }
    rx_buf_free(&key);
    return p->rc;
}

int cert_proofs_new(struct cert_proofs **out, struct store *st, int64_t upto_run)
{
    struct cert_proofs *p = calloc(1, sizeof *p);
    if (!p || !(p->hosts = rx_map_new())) {
        free(p);
        return RX_ENOMEM;
    }
    int rc = store_fact_scan(st, upto_run, on_fact, p);
    rc = p->rc ? p->rc : rc < 0 ? rc : 0;
    if (rc)
        cert_proofs_free(p);
    else
        *out = p;
    return rc;
}

void cert_proofs_free(struct cert_proofs *p)
{
    if (!p)
        return;
    rx_map_free(p->hosts, NULL);
    free(p);
}

static uintptr_t bits_of(const struct cert_proofs *p, const struct store_fact *fact)
{
    struct rx_buf key = RX_BUF(1024);
    uintptr_t bits = 0;
    if (!key_of(&key, fact))
        bits = (uintptr_t)rx_map_get(p->hosts, rx_buf_str(&key));
    rx_buf_free(&key);
    return bits;
}

bool cert_proved(const struct cert_proofs *p, const struct store_fact *fact)
{
    return bits_of(p, fact) == (VERIFIED | FITS);
}

bool cert_is_strangers(const struct cert_proofs *p, const struct store_fact *fact)
{
    return bits_of(p, fact) & STRANGERS;
}

bool cert_is_default(const struct rx_class *cls)
{
    return strcmp(cls->name, CERT_DEFAULT) == 0;
}

bool cert_name_next(struct rx_str *rest, struct rx_str *name)
{
    size_t from = 0, to;
    while (from < rest->n && (rest->p[from] == ',' || rx_is_space(rest->p[from])))
        from++;
    for (to = from; to < rest->n && rest->p[to] != ',' && !rx_is_space(rest->p[to]);)
        to++;
    *name = rx_str_sub(*rest, from, to);
    *rest = rx_str_sub(*rest, to, rest->n);
    if (rx_str_starts(*name, RX_STR("*.")))
        *name = rx_str_sub(*name, 2, name->n);
    return to > from;
}

bool cert_name_within(struct rx_str name, struct rx_str domain)
{
    if (name.n < domain.n || domain.n == 0)
        return false;
    const struct rx_str tail = rx_str_sub(name, name.n - domain.n, name.n);
    return rx_str_ieq(tail, domain) && (name.n == domain.n || name.p[name.n - domain.n - 1] == '.');
}
