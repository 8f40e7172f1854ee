/* graph_facts.c - what the network says of hosts, as values that sites share: a token in a page's
 * head and in the DNS is one value; services that serve any trade carry nothing. */
#include "graph/frame.h"
#include "tests/unit/tmp_case.h"

#include <string.h>

static void put_fact(struct store *st, int64_t run, const char *site, const char *kind,
                     const char *value)
{
    struct store_host host = {0};
    assert_int_equal(store_host_put(st, rx_str(site), rx_str(site), &host), 0);
    const struct store_fact fact = {.run = run,
                                    .host_id = host.id,
                                    .kind = rx_str(kind),
                                    .value = rx_str(value),
                                    .source = RX_STR("dns"),
                                    .seen_ms = 3000};
    assert_int_equal(store_fact_put(st, &fact), 0);
}

static void put_sighting(struct store *st, int64_t run, const char *site, const char *cls,
                         const char *value)
{
    char url[96];
    bool is_new;
    struct store_content c = {
        .sha256 = rx_sha256(rx_str(site)), .reader = RX_STR("tree/1"), .tables = RX_STR("t1")};
    const struct store_sighting mark = {.cls = rx_str(cls),
                                        .value = rx_str(value),
                                        .raw = rx_str(value),
                                        .place = RX_PLACE_ATTR,
                                        .length = (uint32_t)strlen(value),
                                        .hidden = true};
    (void)snprintf(url, sizeof url, "http://%s/", site);
    assert_int_equal(store_url_put(st, rx_str(url), rx_str(site), rx_str(site), &c.url_id), 0);
    assert_int_equal(store_content_put(st, &c, &is_new), 0);
    assert_int_equal(store_sighting_put(st, c.id, &mark), 0);
    struct store_fetch fetch = {.run = run,
                                .url_id = c.url_id,
                                .content_id = c.id,
                                .started_ms = 1000,
                                .outcome = RX_OUT_OK,
                                .status = 200};
    assert_int_equal(store_fetch_put(st, &fetch), 0);
}

static const struct model_entity *entity(const struct model *m, const char *cls, const char *text)
{
    for (size_t i = 0; i < m->entity_count; i++)
        if (!strcmp(m->entities[i].cls->name, cls) && rx_str_eq(m->entities[i].text, rx_str(text)))
            return &m->entities[i];
    fail_msg("%s %s is not in the model", cls, text);
    return NULL;
}

#define TOKEN "google-site-verification:dk3RfQ0vJZk1yX8s"

static const struct {
    const char *kind, *cls, *value;
    enum model_bar bar;
} shared[] = {
    {"a", "ip", "185.10.68.7", MODEL_FREE},
    {"a", "ip", "104.16.0.1", MODEL_VENDOR}, /* Cloudflare */
    {"aaaa", "ip", "2606:4700::6810:1", MODEL_VENDOR},
    {"ns", "ns", "ns1.pills-dns.example", MODEL_FREE},
    {"ns", "ns", "ns12.domaincontrol.com", MODEL_VENDOR},
    {"mx", "mx", "aspmx.l.google.com", MODEL_VENDOR},
    {"soa", "soa", "dns.cloudflare.com", MODEL_VENDOR},
    {"spf", "spf", "v=spf1 ip4:185.10.68.7 -all", MODEL_FREE},
    {"asn", "asn", "13335", MODEL_PLAIN},
    {"rdap.registrar", "registrar", "namecheap, inc.", MODEL_PLAIN},
};

static void test_facts(void **state)
{
    (void)state;
    char dir[64], path[96];
    struct store *st = tmp_case_new(dir, path);
    struct rx_err err = {0};
    struct frame f;
    int64_t run = 0;
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR("one"), RX_STR("{}"), 500, &run), 0);
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        put_fact(st, run, "shopa.example", shared[i].kind, shared[i].value);
        put_fact(st, run, "zorba.example", shared[i].kind, shared[i].value);
    }
    /* One site says it on its pages and in the DNS, one only here, one only there. */
    put_sighting(st, run, "shopa.example", "verification", TOKEN);
    put_fact(st, run, "shopa.example", "verification", TOKEN);
    put_fact(st, run, "zorba.example", "verification", TOKEN);
    put_sighting(st, run, "third.example", "verification", TOKEN);
    put_fact(st, run, "shopa.example", "mx.failed", "Timeout while contacting DNS servers");
    assert_int_equal(store_run_close(st, run, false, 99000), 0);
    assert_int_equal(store_commit(st, &err), 0);
    if (frame_open(&f, st, NULL, 0, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        const struct model_entity *e = entity(&f.m, shared[i].cls, shared[i].value);
        assert_int_equal(e->count, 2);
        if (e->bar != shared[i].bar)
            fail_msg("%s %s: bar %d", shared[i].cls, shared[i].value, e->bar);
        assert_true((e->bits > 0) == (shared[i].bar == MODEL_FREE));
    }
    const struct model_entity *token = entity(&f.m, "verification", TOKEN);
    assert_int_equal(token->count, 3);
    const int64_t a = model_site_find(&f.m, RX_STR("shopa.example"));
    const int64_t third = model_site_find(&f.m, RX_STR("third.example"));
    const uint32_t at = (uint32_t)(token - f.m.entities);
    const struct model_tie *both = model_tie_find(&f.m, at, (uint32_t)a);
    const struct model_tie *page = model_tie_find(&f.m, at, (uint32_t)third);
    assert_true(both && page);
    assert_int_equal(both->hidden, 0); /* the DNS hides nothing */
    assert_int_equal(page->hidden, 1);
    assert_true(both->first_ms == 1000 && both->last_ms == 3000);
    frame_done(&f);
    tmp_case_free(st, dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_facts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
