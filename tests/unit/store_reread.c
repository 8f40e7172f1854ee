/* A body read again: which reading counts, what of the old stands, what of a page counts for its
 * site, and which view of a site is in force. */
#include "base/arena.h"
#include "base/clock.h"
#include "tests/unit/tmp_case.h"

struct fixture {
    char dir[64], path[96];
    struct store *st;
    int64_t run, url, icon;
};

static void put_sighting(struct store *st, int64_t content, const char *value)
{
    const struct store_sighting s = {.cls = RX_STR("ga"),
                                     .value = rx_str(value),
                                     .raw = rx_str(value),
                                     .place = RX_PLACE_TEXT,
                                     .length = 4};
    assert_int_equal(store_sighting_put(st, content, &s), 0);
}

static void put_fetch(struct fixture *f, int64_t url, int64_t content, int64_t file, uint64_t at,
                      enum rx_outcome outcome)
{
    struct store_fetch fetch = {.run = f->run,
                                .url_id = url,
                                .content_id = content,
                                .started_ms = (int64_t)at,
                                .outcome = outcome,
                                .status = 200,
                                .response = {file, at, 10}};
    assert_int_equal(store_fetch_put(f->st, &fetch), 0);
}

static int64_t put_url(struct fixture *f, const char *url, enum rx_link via)
{
    bool is_new;
    struct store_job job = {.url = rx_str(url),
                            .host = RX_STR("a.example"),
                            .site = RX_STR("a.example"),
                            .via_kind = via};
    assert_int_equal(store_queue_push(f->st, f->run, &job, &is_new), 0);
    assert_int_equal(store_queue_done(f->st, f->run, job.url_id, RX_OUT_OK, RX_STR("")), 0);
    return job.url_id;
}

static struct store_content content_of(int64_t url, const char *body, const char *tables)
{
    return (struct store_content){.url_id = url,
                                  .sha256 = rx_sha256(rx_str(body)),
                                  .reader = RX_STR("scan/2"),
                                  .tables = rx_str(tables),
                                  .signs = RX_STR("words=9")};
}

/* A closed run of one page with one value and one link, its icon, and a robots.txt. */
static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    int64_t file, robots;
    bool is_new;
    f->st = tmp_case_new(f->dir, f->path);
    assert_int_equal(store_begin(f->st, NULL), 0);
    assert_int_equal(store_run_start(f->st, RX_STR("r"), RX_STR("{}"), 1, &f->run), 0);
    assert_int_equal(store_warc_add(f->st, f->run, RX_STR("rxmap-0001-00001.warc.gz"), &file), 0);
    f->url = put_url(f, "http://a.example/", RX_LINK_SEED);
    f->icon = put_url(f, "http://a.example/i.ico", RX_LINK_ICON);
    struct store_content page = content_of(f->url, "page", "t1");
    assert_int_equal(store_content_put(f->st, &page, &is_new), 0);
    put_sighting(f->st, page.id, "UA-1");
    const struct store_link link = {
        .to_url_id = f->icon, .kind = RX_LINK_ICON, .text = RX_STR("icon")};
    assert_int_equal(store_link_put(f->st, page.id, 0, &link), 0);
    put_fetch(f, f->url, page.id, file, 500, RX_OUT_OK);
    struct store_content icon = content_of(f->icon, "icon", "t1");
    assert_int_equal(store_content_put(f->st, &icon, &is_new), 0);
    put_fetch(f, f->icon, icon.id, file, 300, RX_OUT_OK);
    assert_int_equal(store_url_put(f->st, RX_STR("http://a.example/robots.txt"),
                                   RX_STR("a.example"), RX_STR("a.example"), &robots),
                     0);
    struct store_content rules = content_of(robots, "rules", "t1");
    assert_int_equal(store_content_put(f->st, &rules, &is_new), 0);
    put_fetch(f, robots, rules.id, file, 400, RX_OUT_OK);
    const struct store_site_state site = {.run = f->run,
                                          .site = RX_STR("a.example"),
                                          .role = RX_ROLE_BENIGN,
                                          .reasons = RX_STR("at first sight"),
                                          .state = RX_STR("live"),
                                          .pages = 1};
    assert_int_equal(store_site_state_put(f->st, &site), 0);
    assert_int_equal(store_run_close(f->st, f->run, false, 2), 0);
    assert_int_equal(store_commit(f->st, NULL), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    tmp_case_free(f->st, f->dir);
    free(f);
    return 0;
}

/* ---- scans as text ----------------------------------------------------------------------------
 */

static int on_body(void *ctx, const struct store_body *b)
{
    return rx_buf_addf(ctx, "%lld %.*s;", (long long)b->content_id, RX_FMT(b->tables));
}

static int on_evidence(void *ctx, const struct store_evidence *e)
{
    return rx_buf_addf(ctx, "%.*s %.*s;", RX_FMT(e->sighting.value), RX_FMT(e->tables));
}

static int on_link(void *ctx, const struct store_url_link *l)
{
    return rx_buf_addf(ctx, "%.*s;", RX_FMT(l->text));
}

static int on_said(void *ctx, const struct store_said *s)
{
    return rx_buf_addf(ctx, "%.*s %.*s %d;", RX_FMT(s->site), RX_FMT(s->signs), (int)s->first_link);
}

static int on_state(void *ctx, const struct store_site_state *s)
{
    return rx_buf_addf(ctx, "%d %.*s;", (int)s->role, RX_FMT(s->reasons));
}

#define SAYS(call, text)                                                                           \
    do {                                                                                           \
        struct rx_buf said = RX_BUF(4096);                                                         \
        assert_int_equal(call, 0);                                                                 \
        if (!rx_str_eq(rx_buf_str(&said), rx_str(text)))                                           \
            fail_msg("%.*s is not %s", RX_FMT(rx_buf_str(&said)), text);                           \
        rx_buf_free(&said);                                                                        \
    } while (0)

static void evidence_is(struct store *st, bool all, const char *text)
{
    const struct store_evidence_filter filter = {.site = RX_STR("a.example"), .all_readings = all};
    SAYS(store_evidence_scan(st, &filter, on_evidence, &said), text);
}

static int64_t renew(struct fixture *f, int64_t before, const char *tables, const char *value)
{
    struct store_content again = content_of(f->url, "page", tables);
    assert_int_equal(store_begin(f->st, NULL), 0);
    assert_int_equal(store_content_renew(f->st, &again, before), 0);
    put_sighting(f->st, again.id, value);
    assert_int_equal(store_commit(f->st, NULL), 0);
    return again.id;
}

/* ---- tests ------------------------------------------------------------------------------------
 */

static void newest_counts(void **state)
{
    struct fixture *f = *state;
    SAYS(store_body_scan(f->st, on_body, &said), "2 t1;3 t1;1 t1;"); /* as their records stand */
    assert_int_equal(renew(f, 1, "t2", "UA-2"), 4);
    SAYS(store_body_scan(f->st, on_body, &said), "2 t1;3 t1;4 t2;");
    evidence_is(f->st, false, "UA-2 t2;");
    evidence_is(f->st, true, "UA-1 t1;UA-2 t2;");
    SAYS(store_url_link_scan(f->st, 0, on_link, &said), "icon;");
    /* The first tables once more: they count again, under a name that says so. */
    assert_int_equal(renew(f, 4, "t1", "UA-1"), 5);
    evidence_is(f->st, false, "UA-1 t1/2;");
    assert_int_equal(renew(f, 5, "t2", "UA-2"), 6);
    assert_int_equal(renew(f, 6, "t1", "UA-1"), 7);
    evidence_is(f->st, false, "UA-1 t1/3;");
    SAYS(store_url_link_scan(f->st, 0, on_link, &said), "icon;");
    assert_true(store_tables_are(RX_STR("t1/3"), RX_STR("t1")));
    assert_true(store_tables_are(RX_STR("t1"), RX_STR("t1")));
    assert_false(store_tables_are(RX_STR("t11"), RX_STR("t1")));
    assert_false(store_tables_are(RX_STR("t"), RX_STR("t1")));
}

static void body_is_found(void **state)
{
    struct fixture *f = *state;
    struct rx_arena arena = RX_ARENA(1 << 16);
    struct store_body b;
    assert_int_equal(store_body_get(f->st, 1, &arena, &b), 0);
    assert_true(rx_str_eq(b.url, RX_STR("http://a.example/")));
    assert_true(rx_str_eq(b.warc_name, RX_STR("rxmap-0001-00001.warc.gz")));
    assert_int_equal(b.warc.offset, 500);
    assert_int_equal(b.sightings, 1);
    assert_false(b.is_robots);
    assert_int_equal(store_body_get(f->st, 3, &arena, &b), 0);
    assert_true(b.is_robots); /* no queue has it */
    assert_int_equal(store_body_get(f->st, 99, &arena, &b), RX_ENOENT);
    rx_arena_free(&arena);
}

/* The page alone: neither its icon nor robots.txt is one. */
static void said_by_pages(void **state)
{
    struct fixture *f = *state;
    char want[64];
    (void)snprintf(want, sizeof want, "a.example words=9 %d;", (int)RX_LINK_ICON);
    SAYS(store_said_scan(f->st, on_said, &said), want);
}

static void put_view(struct store *st, int64_t run, enum rx_role role, const char *why, bool added)
{
    const struct store_site_view view = {.run = run,
                                         .site_id = 1,
                                         .role = role,
                                         .reasons = rx_str(why),
                                         .tables = RX_STR("t2"),
                                         .made_ms = 5};
    bool is_new = !added;
    assert_int_equal(store_begin(st, NULL), 0);
    assert_int_equal(store_site_view_put(st, &view, &is_new), 0);
    assert_int_equal(store_commit(st, NULL), 0);
    assert_int_equal(is_new, added);
}

static void newest_view_counts(void **state)
{
    struct fixture *f = *state;
    char want[64];
    put_view(f->st, f->run, RX_ROLE_BENIGN, "at first sight", false); /* as it was decided */
    put_view(f->st, f->run, RX_ROLE_STOREFRONT, "it sells", true);
    put_view(f->st, f->run, RX_ROLE_STOREFRONT, "it sells", false);
    (void)snprintf(want, sizeof want, "%d it sells;", (int)RX_ROLE_STOREFRONT);
    SAYS(store_site_state_scan(f->st, 0, on_state, &said), want);
    put_view(f->st, f->run, RX_ROLE_BENIGN, "at first sight", true); /* back again */
    (void)snprintf(want, sizeof want, "%d at first sight;", (int)RX_ROLE_BENIGN);
    SAYS(store_site_state_scan(f->st, 0, on_state, &said), want);
    put_view(f->st, f->run + 1, RX_ROLE_DOORWAY, "of no run", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(newest_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(body_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(said_by_pages, setup, teardown),
        cmocka_unit_test_setup_teardown(newest_view_counts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
