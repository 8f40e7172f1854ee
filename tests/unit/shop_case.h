/* shop_case.h - a small stored case of seven sites, and the doors of graph asked about it. */
#ifndef RX_TESTS_SHOP_CASE_H
#define RX_TESTS_SHOP_CASE_H

#include "graph/graph.h"
#include "tests/unit/tmp_case.h"

#include <jansson.h>
#include <string.h>

struct mark {
    const char *cls, *value;
};

struct shop {
    const char *host;
    enum rx_role role;
    struct mark marks[6];
};

/* Three shops of one checkout, two of another, a doorway, a licensed shop; one title is hostile. */
static const struct shop shops[] = {
    {"a1.example",
     RX_ROLE_STOREFRONT,
     {{"checkout.host", "pay-one.example"}, {"ga", "UA-4711001"}}},
    {"a2.example",
     RX_ROLE_STOREFRONT,
     {{"checkout.host", "pay-one.example"}, {"ga", "UA-4711001"}}},
    {"a3.example",
     RX_ROLE_STOREFRONT,
     {{"checkout.host", "pay-one.example"}, {"js.global", "x\x1b[31m<&\"'=evil"}}},
    {"b1.example", RX_ROLE_STOREFRONT, {{"checkout.host", "pay-two.example"}}},
    {"b2.example",
     RX_ROLE_STOREFRONT,
     {{"checkout.host", "pay-two.example"}, {"js.global", "x\x1b[31m<&\"'=evil"}}},
    {"door.example", RX_ROLE_DOORWAY, {{NULL, NULL}}},
    {"chemist.example", RX_ROLE_LICENSED, {{"ga", "UA-4711002"}}},
};
enum { SHOPS = sizeof shops / sizeof shops[0] };

static inline void put_shop(struct store *st, int64_t run, int64_t file, const struct shop *s,
                            size_t i)
{
    char url[96];
    bool is_new = false;
    struct rx_str host = rx_str(s->host);
    struct store_content c = {.sha256 = rx_sha256(host),
                              .reader = RX_STR("tree/1"),
                              .tables = RX_STR("t1"),
                              .title = RX_STR("<b>Shop</b>"),
                              .lang = RX_STR("en")};
    (void)snprintf(url, sizeof url, "http://%s/", s->host);
    assert_int_equal(store_url_put(st, rx_str(url), host, host, &c.url_id), 0);
    assert_int_equal(store_content_put(st, &c, &is_new), 0);
    for (uint32_t m = 0; m < 6 && s->marks[m].cls; m++) {
        struct store_sighting mark = {.cls = rx_str(s->marks[m].cls),
                                      .value = rx_str(s->marks[m].value),
                                      .raw = rx_str(s->marks[m].value),
                                      .place = RX_PLACE_SCRIPT,
                                      .offset = 100 + m,
                                      .length = (uint32_t)strlen(s->marks[m].value)};
        assert_int_equal(store_sighting_put(st, c.id, &mark), 0);
    }
    if (s->role == RX_ROLE_DOORWAY) {
        struct store_link link = {.kind = RX_LINK_R302};
        assert_int_equal(store_url_put(st, RX_STR("http://a1.example/"), RX_STR("a1.example"),
                                       RX_STR("a1.example"), &link.to_url_id),
                         0);
        assert_int_equal(store_link_put(st, c.id, 0, &link), 0);
    }
    struct store_fetch f = {.run = run,
                            .url_id = c.url_id,
                            .content_id = c.id,
                            .started_ms = 1000 * (int64_t)(i + 1),
                            .outcome = RX_OUT_OK,
                            .status = 200,
                            .response = {.file_id = file, .offset = 512 * i, .bytes = 400}};
    assert_int_equal(store_fetch_put(st, &f), 0);
    struct store_site_state state = {.run = run,
                                     .site = host,
                                     .role = s->role,
                                     .reasons = RX_STR("test"),
                                     .state = RX_STR("live"),
                                     .pages = 1,
                                     .first_ms = f.started_ms,
                                     .last_ms = f.started_ms};
    assert_int_equal(store_site_state_put(st, &state), 0);
}

/* backwards: the same case, written in the other order. */
static inline struct store *new_case_of(char dir[64], char path[96], const struct shop *list,
                                        size_t count, bool backwards)
{
    struct store *st = tmp_case_new(dir, path);
    struct rx_err err = {0};
    int64_t run = 0, file = 0;
    assert_int_equal(store_begin(st, &err), 0);
    assert_int_equal(store_run_start(st, RX_STR("one"), RX_STR("{}"), 500, &run), 0);
    assert_int_equal(store_warc_add(st, run, RX_STR("rxmap-0001-00001.warc.gz"), &file), 0);
    for (size_t i = 0; i < count; i++) {
        const size_t at = backwards ? count - 1 - i : i;
        put_shop(st, run, file, &list[at], at);
    }
    assert_int_equal(store_run_close(st, run, false, 99000), 0);
    assert_int_equal(store_commit(st, &err), 0);
    return st;
}

static inline struct store *new_case(char dir[64], char path[96], bool backwards)
{
    return new_case_of(dir, path, shops, SHOPS, backwards);
}

static inline void map(struct store *st, const struct rx_conf *conf,
                       struct graph_map_report *report)
{
    struct rx_err err = {0};
    int rc = graph_map(st, conf, GRAPH_EVIDENCE, report, &err);
    if (rc)
        fail_msg("map: %s", err.text);
}

/* What a door writes, as text of its own. */
static inline char *written(int (*door)(FILE *out, void *ctx), void *ctx)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    assert_int_equal(door(out, ctx), 0);
    assert_int_equal(fclose(out), 0);
    for (size_t i = 0; i < bytes; i++)
        if ((unsigned char)text[i] < 0x20 && text[i] != '\n')
            fail_msg("a control byte left the program in: %s", text);
    return text;
}

struct ask {
    struct store *st;
    const struct rx_conf *conf;
    const char *a, *b;
    bool json, color, all, linked, extraction;
};

static inline int ask_networks(FILE *out, void *ctx)
{
    struct ask *q = ctx;
    struct rx_err err = {0};
    return graph_networks(q->st, &(struct graph_view){.out = out, .json = q->json}, &err);
}

static inline int ask_show(FILE *out, void *ctx)
{
    struct ask *q = ctx;
    struct rx_err err = {0};
    return graph_show(q->st, q->conf, rx_str(q->a),
                      &(struct graph_view){.out = out, .json = q->json, .color = q->color}, &err);
}

static inline int ask_explain(FILE *out, void *ctx)
{
    struct ask *q = ctx;
    struct rx_err err = {0};
    return graph_explain(q->st, q->conf, rx_str(q->a), rx_str(q->b),
                         &(struct graph_view){.out = out, .json = q->json, .all = q->all},
                         &q->linked, &err);
}

static inline json_t *object(char *text)
{
    json_error_t bad;
    json_t *row = json_loads(text, JSON_DISABLE_EOF_CHECK, &bad);
    if (!row)
        fail_msg("no JSON: %s: %s", bad.text, text);
    free(text);
    assert_string_equal(json_string_value(json_object_get(row, "schema")), "rxmap/1");
    return row;
}

#endif
