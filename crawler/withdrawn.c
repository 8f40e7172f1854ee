/* withdrawn.c - seeds that were a mistake: see crawl.h and withdrawn.h.
 *
 * A row of evidence is never taken back. That a seed is withdrawn is a decision of people beside
 * it; that it is added again, one that takes back the first. */
#include "crawler/withdrawn.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/who.h"
#include "crawler/frontier/seed.h"

#include <stdlib.h>

static const char WITHDRAW[] = "withdraw";
#define SUBJECT "seed:" /* and its URL */

enum { LIST_MAX = 64 << 20, WHO_MAX = 1024 };

struct crawl_withdrawn {
    struct rx_map *urls; /* owned; of struct crawl_withdrawal */
};

/* ---- which they are -------------------------------------------------------------------------- */

static int put(struct crawl_withdrawn *w, struct rx_str url, const struct store_decision *d)
{
    void *old = NULL;
    struct crawl_withdrawal *it = malloc(sizeof *it + d->note.n + 1);
    if (!it)
        return RX_ENOMEM;
    it->decision = d->id;
    it->made_ms = d->made_ms;
    if (d->note.n)
        memcpy(it->note, d->note.p, d->note.n);
    it->note[d->note.n] = '\0';
    const int rc = rx_map_put(w->urls, url, it, &old);
    free(rc ? it : old);
    return rc;
}

static int on_decision(void *ctx, const struct store_decision *d)
{
    struct crawl_withdrawn *w = ctx;
    if (!rx_str_eq(d->kind, rx_str(WITHDRAW)) || !rx_str_starts(d->subject, RX_STR(SUBJECT)))
        return 0;
    const struct rx_str url = rx_str_sub(d->subject, sizeof SUBJECT - 1, d->subject.n);
    if (!d->undoes)
        return put(w, url, d);
    free(rx_map_del(w->urls, url));
    return 0;
}

int crawl_withdrawn_load(struct crawl_withdrawn **out, struct store *st, struct rx_err *err)
{
    struct crawl_withdrawn *w = calloc(1, sizeof *w);
    if (w)
        w->urls = rx_map_new();
    const int rc = w && w->urls ? store_decision_scan(st, on_decision, w) : RX_ENOMEM;
    if (rc) {
        crawl_withdrawn_free(w);
        return rx_fail(err, rc, "cannot read which seeds are withdrawn: %s",
                       rc == RX_ENOMEM ? "no memory" : store_error(st));
    }
    *out = w;
    return 0;
}

void crawl_withdrawn_free(struct crawl_withdrawn *w)
{
    if (w)
        rx_map_free(w->urls, free);
    free(w);
}

const struct crawl_withdrawal *crawl_withdrawn_find(const struct crawl_withdrawn *w,
                                                    struct rx_str url)
{
    return rx_map_get(w->urls, url);
}

size_t withdrawn_count(const struct crawl_withdrawn *w)
{
    return rx_map_count(w->urls);
}

/* ---- deciding -------------------------------------------------------------------------------- */

/* undoes: the withdrawal that is taken back, or 0. */
static int decide(struct store *st, struct rx_str url, int64_t undoes, struct rx_str note,
                  int64_t now_ms)
{
    struct rx_buf subject = RX_BUF(RX_URL_MAX + 64), who = RX_BUF(WHO_MAX);
    int rc = rx_who(&who);
    if (!rc)
        rc = rx_buf_add(&subject, RX_STR(SUBJECT));
    if (!rc)
        rc = rx_buf_add(&subject, url);
    struct store_decision d = {.made_ms = now_ms,
                               .kind = rx_str(WITHDRAW),
                               .subject = rx_buf_str(&subject),
                               .note = note,
                               .who = rx_buf_str(&who),
                               .undoes = undoes};
    if (!rc)
        rc = store_decision_put(st, &d);
    rx_buf_free(&subject);
    rx_buf_free(&who);
    return rc;
}

int withdrawn_restore(struct crawl_withdrawn *w, struct store *st, struct rx_str url,
                      int64_t now_ms)
{
    struct crawl_withdrawal *it = rx_map_get(w->urls, url);
    if (!it)
        return RX_ENOENT;
    const int rc = decide(st, url, it->decision, (struct rx_str){0}, now_ms);
    if (!rc)
        free(rx_map_del(w->urls, url));
    return rc;
}

/* The seeds that a word names: a URL that one, a host's name all that stand there. */
struct search {
    struct rx_str key, host; /* host: empty unless the word is a bare name */
    const struct crawl_withdrawn *withdrawn;
    struct rx_buf found; /* owned; a line each: a scan must not see its own rows */
    size_t known;        /* with those that are withdrawn already */
};

static int on_seed(void *ctx, const struct store_seed *seed)
{
    struct search *s = ctx;
    struct rx_buf href = RX_BUF(RX_URL_MAX + 64);
    struct rx_url url;
    int rc = 0;
    bool named = rx_str_eq(seed->url, s->key);
    if (!named && s->host.n && rx_url_parse(&url, &href, seed->url, NULL) == 0)
        named = rx_str_eq(url.host, s->host);
    rx_buf_free(&href);
    s->known += named;
    if (named && !crawl_withdrawn_find(s->withdrawn, seed->url))
        rc = rx_buf_addf(&s->found, "%.*s\n", RX_FMT(seed->url));
    return rc;
}

static int find(struct search *s, struct store *st, const char *word, struct rx_err *err)
{
    struct rx_buf href = RX_BUF(RX_URL_MAX + 64), key = RX_BUF(RX_URL_MAX + 64);
    struct rx_url url;
    int rc = seed_parse(&url, &href, rx_str(word), err);
    if (rc == RX_ENOENT || rc == RX_EINVAL)
        rc = rx_fail(err, RX_EUSAGE, "%s is no URL or host name", word);
    if (!rc)
        rc = rx_url_fetch_key(&key, &url);
    if (!rc) {
        s->key = rx_buf_str(&key);
        s->host = strchr(word, '/') ? (struct rx_str){0} : url.host;
        rc = store_seed_scan(st, on_seed, s);
    }
    if (rc && rc != RX_EUSAGE)
        (void)rx_fail(err, rc, "cannot read the seeds: %s", store_error(st));
    if (!rc && s->known == 0)
        rc = rx_fail(err, RX_ENOENT,
                     "%s is no seed of this case ('rxmap seed list' lists them): nothing was "
                     "withdrawn",
                     word);
    s->key = s->host = (struct rx_str){0};
    rx_buf_free(&href);
    rx_buf_free(&key);
    return rc;
}

static int withdraw(struct store *st, const char *word, struct rx_str note, uint64_t *count,
                    struct rx_err *err)
{
    struct crawl_withdrawn *w = NULL;
    struct search s = {.found = RX_BUF(LIST_MAX)};
    int rc = crawl_withdrawn_load(&w, st, err);
    s.withdrawn = w;
    if (!rc)
        rc = find(&s, st, word, err);
    for (struct rx_str rest = rx_buf_str(&s.found), url; rest.n && !rc; ++*count) {
        (void)rx_str_cut(rest, '\n', &url, &rest);
        if ((rc = decide(st, url, 0, note, rx_wall_ms())))
            (void)rx_fail(err, rc, "cannot note that a seed is withdrawn: %s", store_error(st));
    }
    crawl_withdrawn_free(w);
    rx_buf_free(&s.found);
    return rc;
}

int crawl_seed_withdraw(struct store *st, const char *const *names, size_t name_count,
                        struct rx_str note, uint64_t *count, struct rx_err *err)
{
    uint64_t n = 0;
    int rc = store_begin(st, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < name_count && !rc; i++)
        rc = withdraw(st, names[i], note, &n, err);
    if (!rc)
        rc = store_commit(st, err);
    else
        store_rollback(st);
    if (!rc)
        *count = n;
    return rc;
}
