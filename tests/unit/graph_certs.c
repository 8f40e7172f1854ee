/* graph_certs.c - what certificates join: keys that both serve and names that an authority proved,
 * never a name that somebody wrote into a certificate of his own. */
#include "graph/frame.h"
#include "graph/quote.h"
#include "graph/weigh.h"
#include "tests/unit/tmp_case.h"

#include <string.h>

struct said {
    const char *host, *kind, *value;
};

struct row {
    const char *what;
    struct said facts[10];
    bool linked;
    const char *quote; /* what is shown for the first site, or NULL */
};

static const struct row rows[] = {
    {"self-signed, names the rival",
     {{"shopa.example", "cert.san", "shopa.example"},
      {"shopa.example", "cert.san", "www.zorba.example"},
      {"shopa.example", "tls.verify", "self-signed certificate"},
      {"shopa.example", "tls.name", "ok"},
      {"zorba.example", "cert.san", "zorba.example"},
      {"zorba.example", "tls.verify", "ok"},
      {"zorba.example", "tls.name", "ok"}},
     false,
     NULL},
    {"nothing is known of the chain",
     {{"shopa.example", "cert.san", "zorba.example"}, {"zorba.example", "a", "192.0.2.1"}},
     false,
     NULL},
    {"proved for somebody else's host",
     {{"shopa.example", "cert.san", "zorba.example"},
      {"shopa.example", "tls.verify", "ok"},
      {"shopa.example", "tls.name", "mismatch"},
      {"zorba.example", "a", "192.0.2.1"}},
     false,
     NULL},
    {"a good chain first, then one of its own make",
     {{"shopa.example", "cert.san", "shopa.example zorba.example"},
      {"shopa.example", "tls.verify", "ok"},
      {"shopa.example", "tls.verify", "self-signed certificate"},
      {"shopa.example", "tls.name", "ok"},
      {"zorba.example", "a", "192.0.2.1"}},
     false,
     NULL},
    {"another host of the site has the good chain",
     {{"shopa.example", "cert.san", "zorba.example"},
      {"shopa.example", "tls.verify", "self-signed certificate"},
      {"shopa.example", "tls.name", "ok"},
      {"www.shopa.example", "tls.verify", "ok"},
      {"www.shopa.example", "tls.name", "ok"},
      {"zorba.example", "a", "192.0.2.1"}},
     false,
     NULL},
    {"an authority proved both names; a like name is no quote",
     {{"shopa.example", "cert.san", "notzorba.example"},
      {"shopa.example", "cert.san", "shopa.example, *.zorba.example"},
      {"shopa.example", "tls.verify", "ok"},
      {"shopa.example", "tls.name", "ok"},
      {"zorba.example", "a", "192.0.2.1"}},
     true,
     "shopa.example, *.zorba.example"},
    {"both show the default certificate of their server, which names neither",
     {{"shopa.example", "spki", "k1"},
      {"shopa.example", "cert", "c1"},
      {"shopa.example", "tls.name", "mismatch"},
      {"zorba.example", "spki", "k1"},
      {"zorba.example", "cert", "c1"},
      {"zorba.example", "tls.name", "mismatch"}},
     false,
     NULL},
    {"both serve the same key, whoever signed it",
     {{"shopa.example", "spki", "6b86b273ff34fce1"},
      {"shopa.example", "tls.verify", "self-signed certificate"},
      {"zorba.example", "spki", "6b86b273ff34fce1"},
      {"zorba.example", "tls.verify", "self-signed certificate"}},
     true,
     "6b86b273ff34fce1"},
    {"both serve the key of a server that a lawful site lodges at",
     {{"shopa.example", "spki", "k1"},
      {"shopa.example", "tls.name", "ok"},
      {"zorba.example", "spki", "k1"},
      {"zorba.example", "tls.name", "ok"},
      {"dentist.example", "spki", "k1"},
      {"dentist.example", "tls.name", "mismatch"}},
     false,
     NULL},
    {"a lawful site lodges at another",
     {{"shopa.example", "spki", "k1"},
      {"shopa.example", "tls.name", "ok"},
      {"zorba.example", "spki", "k1"},
      {"zorba.example", "tls.name", "ok"},
      {"dentist.example", "spki", "k2"},
      {"dentist.example", "tls.name", "mismatch"}},
     true,
     "k1"},
};

static int64_t host_id(struct store *st, const char *name, const char *site)
{
    char url[96];
    int64_t url_id = 0;
    struct store_host host = {0};
    (void)snprintf(url, sizeof url, "https://%s/", name);
    assert_int_equal(store_url_put(st, rx_str(url), rx_str(name), rx_str(site), &url_id), 0);
    assert_int_equal(store_host_put(st, rx_str(name), rx_str(site), &host), 0);
    return host.id;
}

static void put_facts(struct store *st, const struct row *row, int64_t run)
{
    static const char *const shops[] = {"shopa.example", "zorba.example", "dentist.example"};
    for (size_t i = 0; i < 3; i++) {
        (void)host_id(st, shops[i], shops[i]);
        struct store_site_state state = {.run = run,
                                         .site = rx_str(shops[i]),
                                         .role = i < 2 ? RX_ROLE_STOREFRONT : RX_ROLE_BENIGN,
                                         .reasons = RX_STR("test"),
                                         .state = RX_STR("live"),
                                         .pages = 1};
        assert_int_equal(store_site_state_put(st, &state), 0);
    }
    for (size_t i = 0; i < 10 && row->facts[i].host; i++) {
        const struct said *s = &row->facts[i];
        const char *site =
            rx_str_ends(rx_str(s->host), RX_STR("shopa.example")) ? shops[0] : s->host;
        struct store_fact fact = {.run = run,
                                  .host_id = host_id(st, s->host, site),
                                  .kind = rx_str(s->kind),
                                  .value = rx_str(s->value),
                                  .source = RX_STR("tls"),
                                  .seen_ms = 1000};
        assert_int_equal(store_fact_put(st, &fact), 0);
    }
}

/* The quote of what both share, from the first site. */
static void check_quote(struct store *st, const struct frame *f, const struct row *row,
                        uint32_t site)
{
    struct quotes q;
    struct rx_err err = {0};
    quotes_init(&q);
    for (uint32_t e = 0; e < f->m.entity_count; e++)
        if (f->m.entities[e].bits > 0 && f->m.entities[e].count > 1)
            assert_int_equal(quotes_add(&q, st, &f->m, 0, e, site, UINT32_MAX, &err), 0);
    assert_int_equal(q.count, 1);
    if (!rx_str_eq(q.items[0].raw, rx_str(row->quote)))
        fail_msg("%s: quoted \"%.*s\"", row->what, RX_FMT(q.items[0].raw));
    quotes_done(&q);
}

static void test_certificates(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char dir[64], path[96];
        struct store *st = tmp_case_new(dir, path);
        struct rx_err err = {0};
        struct frame f;
        int64_t run = 0;
        assert_int_equal(store_begin(st, &err), 0);
        assert_int_equal(store_run_start(st, RX_STR("one"), RX_STR("{}"), 500, &run), 0);
        put_facts(st, &rows[i], run);
        assert_int_equal(store_run_close(st, run, false, 99000), 0);
        assert_int_equal(store_commit(st, &err), 0);
        if (frame_open(&f, st, NULL, 0, &err))
            fail_msg("%s", err.text);
        const uint32_t a = (uint32_t)model_site_find(&f.m, RX_STR("shopa.example"));
        const uint32_t b = (uint32_t)model_site_find(&f.m, RX_STR("zorba.example"));
        const double score = constants_score(weigh_bits(&f.m, &f.k, a, b, WEIGH_PROGRAMME));
        if ((score >= f.k.v[K_POSSIBLE]) != rows[i].linked)
            fail_msg("%s: score %.3f", rows[i].what, score);
        if (rows[i].quote)
            check_quote(st, &f, &rows[i], a);
        frame_done(&f);
        tmp_case_free(st, dir);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_certificates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
